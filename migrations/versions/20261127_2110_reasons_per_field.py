"""what was wrong with single fields of a returned report"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "9c3e7d10b5f2"
down_revision = "9c2f6b81e0d7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "return_reasons",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "field IN ('done', 'problems', 'next_steps', 'progress', 'measured_value', 'evidence')",
            name=op.f("ck_return_reasons_field"),
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_return_reasons_reason_given")),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["progress_reports.id"],
            name=op.f("fk_return_reasons_report_id_progress_reports"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("report_id", "field", name=op.f("pk_return_reasons")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("return_reasons")
