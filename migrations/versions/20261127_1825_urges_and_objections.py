"""urges and objections"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c4a9105be3d2"
down_revision = "8d3f5a70b1e6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "urges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("parts", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["key_tasks.id"], name=op.f("fk_urges_task_id_key_tasks"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_urges_user_id_users"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urges")),
        sa.UniqueConstraint("task_id", "day", name=op.f("uq_urges_task_id_day")),
    )
    op.create_table(
        "objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("history_id", sa.Integer(), nullable=True),
        sa.Column("lamp_on", sa.Date(), nullable=True),
        sa.Column("lamp", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.CheckConstraint("(history_id IS NULL) <> (lamp_on IS NULL)", name=op.f("ck_objections_one_matter")),
        sa.CheckConstraint("(lamp_on IS NULL) = (lamp IS NULL)", name=op.f("ck_objections_lamp_of_a_day")),
        sa.CheckConstraint("lamp IN ('yellow', 'red')", name=op.f("ck_objections_lamp")),
        sa.ForeignKeyConstraint(
            ["task_id"], ["key_tasks.id"], name=op.f("fk_objections_task_id_key_tasks"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_objections_unit_id_units"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_objections_user_id_users"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["history_id"], ["task_history.id"], name=op.f("fk_objections_history_id_task_history"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("task_id", "number", name=op.f("uq_objections_task_id_number")),
        sa.UniqueConstraint("unit_id", "history_id", name=op.f("uq_objections_unit_id_history_id")),
        sa.UniqueConstraint("task_id", "unit_id", "lamp_on", name=op.f("uq_objections_task_id_unit_id_lamp_on")),
    )
    op.create_table(
        "objection_answers",
        sa.Column("objection_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["objection_id"],
            ["objections.id"],
            name=op.f("fk_objection_answers_objection_id_objections"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_objection_answers_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("objection_id", name=op.f("pk_objection_answers")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("objection_answers")
    op.drop_table("objections")
    op.drop_table("urges")
