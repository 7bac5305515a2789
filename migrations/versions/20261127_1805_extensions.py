"""deadline extensions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "7b20e4d91c55"
down_revision = "7b2e94d1c6a3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "extensions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("so_far", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_date_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("new_due_on > old_due_on", name=op.f("ck_extensions_later")),
        sa.ForeignKeyConstraint(
            ["task_id"], ["key_tasks.id"], name=op.f("fk_extensions_task_id_key_tasks"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_extensions_unit_id_units"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["due_date_id"], ["due_dates.id"], name=op.f("fk_extensions_due_date_id_due_dates"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
        sa.UniqueConstraint("task_id", "number", name=op.f("uq_extensions_task_id_number")),
    )
    op.create_index(
        "uq_extensions_open",
        "extensions",
        ["task_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "extension_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "act IN ('ask', 'approve', 'accept', 'refuse', 'withdraw', 'lapse')", name=op.f("ck_extension_steps_act")
        ),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["extensions.id"],
            name=op.f("fk_extension_steps_extension_id_extensions"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_extension_steps_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension_steps")),
        sa.UniqueConstraint("extension_id", "number", name=op.f("uq_extension_steps_extension_id_number")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("extension_steps")
    op.drop_index("uq_extensions_open", table_name="extensions")
    op.drop_table("extensions")
