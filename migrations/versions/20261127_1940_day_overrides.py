"""free and working days that a region sets"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d7e21b5c90a4"
down_revision = "c4a81f0e93d2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "day_overrides",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("notice_year", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("origin IN ('notice', 'hand')", name=op.f("ck_day_overrides_origin")),
        sa.CheckConstraint(
            "(origin = 'notice') = (notice_year IS NOT NULL)", name=op.f("ck_day_overrides_year_of_notice")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["regions.id"], name=op.f("fk_day_overrides_region_id_regions"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_day_overrides_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_overrides")),
        sa.UniqueConstraint("region_id", "day", "origin", name=op.f("uq_day_overrides_region_id_day_origin")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("day_overrides")
