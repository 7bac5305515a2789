"""parts of a report"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "6e2b9d41c875"
down_revision = "3c1d7a52e8f0"
branch_labels = None
depends_on = None


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete="RESTRICT"
    )


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "report_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("done", sa.String(), nullable=False),
        sa.Column("problems", sa.String(), nullable=False),
        sa.Column("next_steps", sa.String(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(done) > 0", name=op.f("ck_report_parts_done_given")),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_report_parts_progress")),
        _key("report_parts", "task_id", "key_tasks"),
        _key("report_parts", "unit_id", "units"),
        _key("report_parts", "author_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_parts")),
        sa.UniqueConstraint(
            "task_id", "unit_id", "sequence", "version", name=op.f("uq_report_parts_task_id_unit_id_sequence_version")
        ),
    )
    with op.batch_alter_table("report_parts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_parts_unit_id"), ["unit_id"], unique=False)
    op.create_table(
        "reported_parts",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=True),
        _key("reported_parts", "report_id", "progress_reports"),
        _key("reported_parts", "unit_id", "units"),
        _key("reported_parts", "part_id", "report_parts"),
        sa.PrimaryKeyConstraint("report_id", "unit_id", name=op.f("pk_reported_parts")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("reported_parts")
    op.drop_table("report_parts")
