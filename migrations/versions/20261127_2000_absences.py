"""absences, and who wants what is not urgent once a week"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5e1c08d7a2b4"
down_revision = "5ad1e07b9c34"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("users", sa.Column("weekly", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("users", sa.Column("mails_version", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_absences_ends_after_it_begins")),
        sa.CheckConstraint("deputy_id <> user_id", name=op.f("ck_absences_not_ones_own_deputy")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_absences_user_id_users"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["users.id"], name=op.f("fk_absences_deputy_id_users"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["users.id"], name=op.f("fk_absences_entered_by_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_user_id_to_on", "absences", ["user_id", "to_on"])
    op.create_index("ix_absences_deputy_id", "absences", ["deputy_id"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("absences")
    op.drop_column("users", "mails_version")
    op.drop_column("users", "weekly")
