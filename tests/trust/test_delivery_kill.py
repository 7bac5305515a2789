"""Four processes deliver at once, one is killed with -9 before its mail is answered: none goes twice, none is lost."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import delete, select

from tests.fixtures.databases import application
from tests.fixtures.server import environment
from tests.fixtures.smtp import SmtpSink, serving_mail
from tracker.clock import real_now
from tracker.config import ROOT, Settings
from tracker.db import db, transaction
from tracker.i18n import LOCALES
from tracker.outbox.commands import Recipient, enqueue
from tracker.outbox.delivery import deliver
from tracker.outbox.models import OutboxMessage
from tracker.outbox.states import CLAIM_LIMIT

WORKERS = 4
VICTIM = f"worker{WORKERS}@example.org"
DELIVER = [sys.executable, "-m", "flask", "--app", "wsgi", "outbox", "deliver", "--json"]
# The defect that this harness is there to find: the claim is not on the disk while the mail goes out.
UNCLAIMED = """
from sqlalchemy import update
from tracker import create_app
from tracker.clock import real_now
from tracker.db import transaction
from tracker.outbox import delivery
from tracker.outbox.models import OutboxMessage

claim, record = delivery.claim, delivery.record

def put(ids, state):
    with transaction() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(state=state))

def unclaimed(*given):
    mails, failed = claim(*given)
    put([mail.row_id for mail in mails], "pending")
    return mails, failed

def recorded(outcomes, *given):
    put([mail.row_id for mail, _ in outcomes], "sending")
    return record(outcomes, *given)

delivery.claim, delivery.record = unclaimed, recorded
app = create_app()
with app.app_context():
    delivery.deliver(real_now(), real_now, app.config["SETTINGS"])
"""


class KillingSink(SmtpSink):
    """Waits until every worker has come; once the victim has handed over some, kills it before it is answered."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after
        self.pids: dict[str, int] = {}
        self.killed_with = ""
        self.everybody = asyncio.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail, and perhaps kill who brought it."""
        if self.greetings == WORKERS:
            self.everybody.set()
        await asyncio.wait_for(self.everybody.wait(), 60)
        answer = await super().handle_DATA(server, session, envelope)
        if not self.killed_with and self.senders.count(VICTIM) == self.after:
            self.killed_with = self.messages[-1]["Message-ID"]
            os.kill(self.pids[VICTIM], signal.SIGKILL)
        return answer


def queue_mails(count: int) -> None:
    """So many notices, due now."""
    task = {"ref": "1", "text": "一项任务。", "path": "/plans/shaoguan/tasks/1", "deadline": None}
    context = {"task": task, "reason": "理由", "actor": "督查专员", "plan": "规划", "region": "韶关"}
    now = real_now()
    with transaction() as session:
        for number in range(1, count + 1):
            enqueue(
                session,
                kind="notice",
                recipient=Recipient(f"user:{number}", f"u{number}@example.org", LOCALES[number % 2], "经办人"),
                template="returned",
                context=context,
                now=now,
                not_before=now,
            )


def run_workers(settings: Settings, sink: KillingSink, folder: Path, command: list[str]) -> list[int]:
    """Start the workers, each with a sender of its own, and wait for them; their exit codes."""
    workers = []
    for number in range(1, WORKERS + 1):
        sender = f"worker{number}@example.org"
        own = replace(settings, mail_url=sink.url, mail_from=sender)
        with (folder / f"worker{number}.log").open("wb") as log:
            workers.append(
                subprocess.Popen(command, cwd=ROOT, env=environment(own), stdout=log, stderr=subprocess.STDOUT)
            )
        sink.pids[sender] = workers[-1].pid
    return [worker.wait(110) for worker in workers]


def twice(sink: SmtpSink) -> list[str]:
    """The Message-IDs that came more than once."""
    return [name for name, count in Counter(m["Message-ID"] for m in sink.messages).items() if count > 1]


@pytest.mark.timeout(600)
@pytest.mark.both_databases
def test_four_deliver_one_is_killed_and_no_mail_goes_twice(settings: Settings, tmp_path: Path, long_form: bool) -> None:
    for turn in range(5 if long_form else 1):
        mails = 200
        sink = KillingSink(after=5 + 9 * turn)
        with application(settings) as app, app.app_context():
            queue_mails(mails)
            with serving_mail(sink):
                codes = run_workers(settings, sink, tmp_path, DELIVER)
            assert codes == [0] * (WORKERS - 1) + [-signal.SIGKILL]
            assert len(set(sink.senders)) == WORKERS

            left = list(db.session.scalars(select(OutboxMessage.message_id).where(OutboxMessage.state == "sending")))
            assert left == [sink.killed_with]
            db.session.close()
            later = replace(settings, mail_url=sink.url)
            assert deliver(real_now(), lambda: real_now() + CLAIM_LIMIT + timedelta(seconds=1), later)["unknown"] == 1

            assert twice(sink) == []
            rows = db.session.execute(select(OutboxMessage.message_id, OutboxMessage.state))
            states = {message_id: state for message_id, state in rows}
            came = {message["Message-ID"] for message in sink.messages}
            assert [name for name, state in states.items() if state != "sent"] == [sink.killed_with]
            assert len(came) == mails
            shown = subprocess.run(
                [*DELIVER[:-2], "list", "--state", "unknown", "--json"],
                cwd=ROOT,
                env=environment(settings),
                capture_output=True,
                check=True,
            )
            assert [row["message_id"] for row in json.loads(shown.stdout)] == [sink.killed_with]
            with transaction() as session:
                session.execute(delete(OutboxMessage))


def test_the_harness_finds_a_claim_that_is_not_committed(settings: Settings, tmp_path: Path) -> None:
    sink = KillingSink(after=1)  # its first: of few mails a slow machine may leave it no third
    with application(settings) as app, app.app_context(), serving_mail(sink):
        queue_mails(20)
        codes = run_workers(settings, sink, tmp_path, [sys.executable, "-c", UNCLAIMED])
    assert codes == [0] * (WORKERS - 1) + [-signal.SIGKILL]
    assert twice(sink) != []
