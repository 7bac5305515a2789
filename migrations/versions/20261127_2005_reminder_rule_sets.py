"""the rules of a plan's reminders"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1e9b40c7d5a3"
down_revision = "5e1c08d7a2b4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "reminder_rule_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_reminder_rule_sets_number")),
        sa.CheckConstraint("opens < closes", name=op.f("ck_reminder_rule_sets_window")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_reminder_rule_sets_reason_given")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.id"], name=op.f("fk_reminder_rule_sets_plan_id_plans"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_reminder_rule_sets_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rule_sets")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_reminder_rule_sets_plan_id_number")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("reminder_rule_sets")
