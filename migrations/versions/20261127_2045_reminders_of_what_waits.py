"""reminders of what waits for an answer"""

from __future__ import annotations

from alembic import op

revision = "9c2f6b81e0d7"
down_revision = "e52a9c07d1b8"
branch_labels = None
depends_on = None

BEFORE = "'round_opens', 'report_due', 'verify_due', 'deadline', 'unacknowledged', 'overdue'"
WAITING = "'input_request', 'extension', 'sign_off', 'second_check', 'objection'"


def upgrade() -> None:
    """Apply."""
    _allow(f"{BEFORE}, {WAITING}")


def downgrade() -> None:
    """Undo."""
    _allow(BEFORE)


def _allow(kinds: str) -> None:
    with op.batch_alter_table("reminders") as batch:
        batch.drop_constraint(op.f("ck_reminders_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_reminders_kind"), f"kind IN ({kinds})")
