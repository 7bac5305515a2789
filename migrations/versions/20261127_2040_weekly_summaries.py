"""the supervisors' weekly summaries: a kind of mail, and up to which week they were told"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b16c5d90e7a2"
down_revision = "9c3e7d10b5f2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _mails("kind IN ('notice', 'digest', 'summary', 'account')", "(kind IN ('digest', 'summary')) = (local_day IS NOT NULL)")
    op.create_table(
        "weekly_marks",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_weekly_marks_plan_id_plans"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_weekly_marks")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("weekly_marks")
    _mails("kind IN ('notice', 'digest', 'account')", "(kind = 'digest') = (local_day IS NOT NULL)")


def _mails(kinds: str, days: str) -> None:
    with op.batch_alter_table("outbox_messages") as mails:
        for name in ("kind", "digest_has_day"):
            mails.drop_constraint(op.f(f"ck_outbox_messages_{name}"), type_="check")
        mails.create_check_constraint(op.f("ck_outbox_messages_kind"), kinds)
        mails.create_check_constraint(op.f("ck_outbox_messages_digest_has_day"), days)
