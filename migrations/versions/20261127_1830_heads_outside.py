"""the days on which the heads of the audit were taken outside"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c4a81f0e93d2"
down_revision = "c4a9105be3d2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_marks",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heads", sa.JSON(), nullable=False),
        sa.Column("mailed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_audit_marks")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("audit_marks")
