"""evidence files"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5e0b8c2f4a61"
down_revision = "7b20e4d91c55"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "evidence_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("uploader_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_evidence_files_not_empty")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_evidence_files_sha256")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_evidence_files_named")),
        sa.ForeignKeyConstraint(
            ["task_id"], ["key_tasks.id"], name=op.f("fk_evidence_files_task_id_key_tasks"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["progress_reports.id"],
            name=op.f("fk_evidence_files_report_id_progress_reports"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_evidence_files_unit_id_units"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["uploader_id"], ["users.id"], name=op.f("fk_evidence_files_uploader_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_files")),
    )
    for column in ("report_id", "sha256", "task_id"):
        op.create_index(op.f(f"ix_evidence_files_{column}"), "evidence_files", [column])


def downgrade() -> None:
    """Undo."""
    op.drop_table("evidence_files")
