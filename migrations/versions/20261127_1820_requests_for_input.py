"""requests for input"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "8d3f5a70b1e6"
down_revision = "7be2094d1f38"
branch_labels = None
depends_on = None


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete="RESTRICT"
    )


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "input_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("by_unit_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(question) > 0", name=op.f("ck_input_requests_question_given")),
        _key("input_requests", "task_id", "key_tasks"),
        _key("input_requests", "unit_id", "units"),
        _key("input_requests", "by_unit_id", "units"),
        _key("input_requests", "author_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_input_requests")),
    )
    with op.batch_alter_table("input_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_input_requests_task_id"), ["task_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_input_requests_unit_id"), ["unit_id"], unique=False)
    op.create_table(
        "input_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(answer) > 0", name=op.f("ck_input_answers_answer_given")),
        _key("input_answers", "request_id", "input_requests"),
        _key("input_answers", "author_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_input_answers")),
    )
    with op.batch_alter_table("input_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_input_answers_request_id"), ["request_id"], unique=False)
    # what a comment answers, whom it names, and how it was corrected
    op.create_table(
        "comment_answers",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("answers_id", sa.Integer(), nullable=False),
        _key("comment_answers", "comment_id", "comments"),
        _key("comment_answers", "answers_id", "comments"),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_comment_answers")),
    )
    op.create_table(
        "comment_mentions",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        _key("comment_mentions", "comment_id", "comments"),
        _key("comment_mentions", "unit_id", "units"),
        sa.PrimaryKeyConstraint("comment_id", "unit_id", name=op.f("pk_comment_mentions")),
    )
    op.create_table(
        "comment_corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(body) > 0", name=op.f("ck_comment_corrections_body_given")),
        _key("comment_corrections", "comment_id", "comments"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_corrections")),
    )
    with op.batch_alter_table("comment_corrections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_corrections_comment_id"), ["comment_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    for table in ("comment_corrections", "comment_mentions", "comment_answers", "input_answers", "input_requests"):
        op.drop_table(table)
