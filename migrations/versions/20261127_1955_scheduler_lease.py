"""which scheduler works, and what its last tick was like"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5ad1e07b9c34"
down_revision = "d7e21b5c90a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("acquired_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_index("ix_reminders_state", "reminders", ["state"])
    with op.batch_alter_table("heartbeats") as heartbeats:
        heartbeats.add_column(sa.Column("seconds", sa.Double(), nullable=False, server_default="0"))
        heartbeats.add_column(sa.Column("failures", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("heartbeats") as heartbeats:
        heartbeats.alter_column("seconds", server_default=None)
        heartbeats.alter_column("failures", server_default=None)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("heartbeats") as heartbeats:
        heartbeats.drop_column("failures")
        heartbeats.drop_column("seconds")
    op.drop_index("ix_reminders_state", "reminders")
    op.drop_table("leases")
