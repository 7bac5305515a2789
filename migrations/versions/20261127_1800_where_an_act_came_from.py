"""where an act came from and for whom"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "7b2e94d1c6a3"
down_revision = "5a9e3f60c714"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply.  Entries that are there keep NULL in both columns: their hashes do not cover them."""
    op.add_column("audit_entries", sa.Column("for_whom", sa.String(), nullable=True))
    op.add_column("audit_entries", sa.Column("origin", sa.String(), nullable=True))
    for column in ("action", "actor", "at"):
        op.create_index(op.f(f"ix_audit_entries_{column}"), "audit_entries", [column], unique=False)


def downgrade() -> None:
    """Undo.  Entries that have a value in the columns no longer verify."""
    for column in ("at", "actor", "action"):
        op.drop_index(op.f(f"ix_audit_entries_{column}"), table_name="audit_entries")
    with op.batch_alter_table("audit_entries") as batch:
        batch.drop_column("origin")
        batch.drop_column("for_whom")
