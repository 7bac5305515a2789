"""for whom the recipient of a reminder stands in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b61f0d92e7a3"
down_revision = "2f60d8b7a913"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("reminders", sa.Column("instead_of", sa.String(), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("reminders", "instead_of")
