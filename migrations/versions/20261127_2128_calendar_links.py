"""who subscribes to their calendar"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b2d6f10e83c7"
down_revision = "b16c5d90e7a2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "calendar_links",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_calendar_links_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_calendar_links")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("calendar_links")
