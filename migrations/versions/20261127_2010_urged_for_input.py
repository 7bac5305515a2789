"""urging who has not answered a request for input"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "7be41c90d5a6"
down_revision = "1e9b40c7d5a3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply.  The default is for the urges there are; it stays no longer than the migration."""
    with op.batch_alter_table("urges") as batch:
        batch.add_column(sa.Column("inputs", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("urges") as batch:
        batch.alter_column("inputs", server_default=None)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("urges") as batch:
        batch.drop_column("inputs")
