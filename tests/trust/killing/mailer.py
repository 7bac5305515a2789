"""A process that delivers, begun anew whenever it is killed: ``python -m tests.trust.killing.mailer PID_FILE [plant]``.

The parent loads the program once and forks; the child, whose number it writes down, has everything of its own: its
connections to the database and to the mail server.  The parent ends when a child ends by itself, and says on standard
output how many were killed.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import update

from tracker import create_app
from tracker.clock import real_now
from tracker.db import transaction
from tracker.outbox import delivery
from tracker.outbox.models import OutboxMessage


def main(pid_file: str, plant: str = "") -> None:
    """Deliver until nothing is left."""
    app = create_app()
    if plant:
        _plant()
    killed = 0
    while True:
        child = os.fork()
        if child == 0:
            _deliver(app, Path(pid_file))
        _, status = os.waitpid(child, 0)
        end_of(Path(pid_file), child).write_text(str(status))
        if not os.WIFSIGNALED(status):
            break
        assert os.WTERMSIG(status) == signal.SIGKILL
        killed += 1
    sys.stdout.write(f"{killed}\n")
    sys.stdout.flush()
    os._exit(os.waitstatus_to_exitcode(status))


def end_of(pid_file: Path, pid: int) -> Path:
    """The file that says how one of the processes ended: its status, as the system gives it."""
    return pid_file.with_suffix(f".{pid}")


def _deliver(app: Flask, pid_file: Path) -> None:
    code = 1
    try:
        draft = pid_file.with_suffix(".new")
        draft.write_text(str(os.getpid()))
        draft.replace(pid_file)
        with app.app_context():
            delivery.deliver(real_now(), real_now, app.config["SETTINGS"])
        code = 0
    finally:
        os._exit(code)


def _plant() -> None:
    """The defect that the harness is there to find: the claim is not on the disk while the mail goes out."""
    claim, record = delivery.claim, delivery.record

    def put(ids: list[int], state: str) -> None:
        with transaction() as session:
            session.execute(update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(state=state))

    def unclaimed(*given: Any) -> tuple[list[Any], int]:
        mails, failed = claim(*given)
        put([mail.row_id for mail in mails], "pending")
        return mails, failed

    def recorded(outcomes: list[Any], *given: Any) -> Counter[str]:
        put([mail.row_id for mail, _ in outcomes], "sending")
        return record(outcomes, *given)

    delivery.claim, delivery.record = unclaimed, recorded


if __name__ == "__main__":
    main(*sys.argv[1:])
