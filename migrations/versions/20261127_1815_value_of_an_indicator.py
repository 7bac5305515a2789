"""value of an indicator"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "7be2094d1f38"
down_revision = "5e0b8c2f4a61"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("progress_reports") as batch:
        batch.add_column(sa.Column("indicator_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_progress_reports_indicator_id_indicators"),
            "indicators",
            ["indicator_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch.create_check_constraint(
            op.f("ck_progress_reports_indicator_has_value"),
            "indicator_id IS NULL OR (measured_value IS NOT NULL AND measured_year IS NOT NULL)",
        )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("progress_reports") as batch:
        batch.drop_constraint(op.f("ck_progress_reports_indicator_has_value"), type_="check")
        batch.drop_constraint(op.f("fk_progress_reports_indicator_id_indicators"), type_="foreignkey")
        batch.drop_column("indicator_id")
