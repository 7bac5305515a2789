"""suspension and sign-off"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3c1d7a52e8f0"
down_revision = "2f6d1c0a7b41"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sign_offs",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["progress_reports.id"],
            name=op.f("fk_sign_offs_report_id_progress_reports"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sign_offs_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_sign_offs")),
    )
    with op.batch_alter_table("instances") as batch:
        batch.add_column(sa.Column("suspended_from", sa.String(), nullable=True))
        batch.drop_constraint(op.f("ck_instances_reported_has_report"), type_="check")
        batch.create_check_constraint(
            op.f("ck_instances_reported_has_report"),
            "state NOT IN ('reported', 'awaiting_sign_off') OR current_report_id IS NOT NULL",
        )
        batch.create_check_constraint(
            op.f("ck_instances_suspended_from_a_state"), "(state = 'suspended') = (suspended_from IS NOT NULL)"
        )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("instances") as batch:
        batch.drop_constraint(op.f("ck_instances_suspended_from_a_state"), type_="check")
        batch.drop_constraint(op.f("ck_instances_reported_has_report"), type_="check")
        batch.create_check_constraint(
            op.f("ck_instances_reported_has_report"), "state <> 'reported' OR current_report_id IS NOT NULL"
        )
        batch.drop_column("suspended_from")
    op.drop_table("sign_offs")
