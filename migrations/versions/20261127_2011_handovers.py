"""who took over which role"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2f60d8b7a913"
down_revision = "7be41c90d5a6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "handovers",
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_handovers_membership_id_memberships"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["users.id"], name=op.f("fk_handovers_successor_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_handovers")),
    )
    with op.batch_alter_table("handovers") as batch:
        batch.create_index(batch.f("ix_handovers_successor_id"), ["successor_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_table("handovers")
