"""In the demo no explanation contradicts the ledger or the rehearsal: what went is sent, what comes is to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.command_line import invoke
from tracker.clock import business_now, local_day
from tracker.db import db
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import KeyTask, Plan
from tracker.plans.queries import task_row
from tracker.reminders.explain import explaining
from tracker.reminders.explain.explaining import explain
from tracker.reminders.models import Reminder
from tracker.reminders.rehearsal import rehearse

pytestmark = pytest.mark.timeout(400)  # the first of them loads the demo
WENT = {"sent", "sent_later", "merged", "on_its_way", "unknown", "dead"}


@pytest.fixture
def demo(demo_app: Flask) -> Iterator[Session]:
    """A session over the loaded demo."""
    with demo_app.app_context():
        yield db.session


def kinds_said(session: Session, plan: Plan, ref: str, recipient: str, day: date, kind: str) -> set[str]:
    """What an explanation says of one kind of reminder."""
    found = explain(session, plan, task_row(session, plan, ref), recipient, day, business_now(session))
    return {said.kind for said in found.sentences if said.reminder is not None and said.reminder[0] == kind}


def refs_of(session: Session, row: Reminder) -> list[str]:
    """The tasks that a row of the ledger was about, the first two where it was of a round."""
    if row.subject.startswith("task:"):
        return list(session.scalars(select(KeyTask.ref).where(KeyTask.id == int(row.subject.removeprefix("task:")))))
    if row.message_id is None:
        return []
    entries = session.get_one(OutboxMessage, row.message_id).context["entries"]
    assert isinstance(entries, list)
    named = [e for e in entries if (e["kind"], e["due_on"]) == (row.kind, row.due_on.isoformat())]
    return [task["ref"] for entry in named for task in entry["tasks"]][:2]


def contradictions(session: Session, went_step: int, ahead_step: int) -> tuple[int, list[str]]:
    """How many rows were asked about, and which an explanation contradicts: every so many of ledger and rehearsal."""
    asked, wrong = 0, []
    today = local_day(business_now(session), "Asia/Shanghai")
    for plan in session.scalars(select(Plan).where(Plan.live_since.is_not(None)).order_by(Plan.id)):
        rows = session.scalars(select(Reminder).where(Reminder.plan_id == plan.id).order_by(Reminder.id)).all()
        for row in rows[::went_step]:
            for ref in refs_of(session, row):
                said = kinds_said(session, plan, ref, row.recipient, row.due_on, row.kind)
                asked += 1
                went = row.state == "in_digest"
                if bool(said & WENT) != went or (row.state == "no_address") != ("no_address" in said):
                    wrong.append(f"{row.due_on} {row.kind} {ref} {row.recipient} {row.state}: {said}")
        ahead = rehearse(session, plan, today, date(plan.last_year + 1, 6, 30))
        for coming in ahead[::ahead_step]:
            due = coming.due
            said = kinds_said(session, plan, due.tasks[0].ref, due.recipient.key, due.due_on, due.kind)
            asked += 1
            if said != {"to_come" if coming.mail is not None else "no_address"}:
                wrong.append(f"{due.due_on} {due.kind} {due.tasks[0].ref} {due.recipient.key} ahead: {said}")
    return asked, wrong


def test_no_explanation_contradicts_the_ledger_or_the_rehearsal(demo: Session) -> None:
    asked, wrong = contradictions(demo, 1, 17)
    assert wrong == []
    assert asked > 250


@pytest.mark.parametrize(("name", "rows"), [("recorded_rows", "in_digest"), ("coming_rows", "ahead")])
def test_an_explanation_that_looks_away_is_found(
    demo: Session, monkeypatch: pytest.MonkeyPatch, name: str, rows: str
) -> None:
    monkeypatch.setattr(explaining, name, lambda *_: [])
    assert any(f" {rows}: " in line for line in contradictions(demo, 20, 100)[1])


def test_the_command_line_says_what_the_page_says(demo_app: Flask, demo: Session) -> None:
    plan = demo.scalars(select(Plan).where(Plan.slug == "shaoguan")).one()
    row = demo.scalars(select(Reminder).where(Reminder.plan_id == plan.id, Reminder.state == "in_digest")).first()
    assert row is not None
    ref, day = refs_of(demo, row)[0], row.due_on.isoformat()
    number = row.recipient.removeprefix("user:")
    arguments = ["reminders", "explain", "--plan", "shaoguan", "--task", ref, "--user", number, "--day", day]
    found = explain(demo, plan, task_row(demo, plan, ref), row.recipient, row.due_on, business_now(demo))
    document = invoke(demo_app, *arguments, "--json").json()
    assert {name: document[name] for name in ("plan", "task_ref", "recipient", "day")} == {
        "plan": "shaoguan",
        "task_ref": ref,
        "recipient": row.recipient,
        "day": day,
    }
    assert [said["kind"] for said in document["sentences"]] == [said.kind for said in found.sentences]
    assert "已于" in document["sentences"][0]["text"]
    printed = invoke(demo_app, *arguments).out
    assert all(said["text"] in printed for said in document["sentences"])


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"--plan": "nowhere"}, "没有规划“nowhere”"),
        ({"--task": "999"}, "规划“shaoguan”中没有任务“999”"),
        ({"--user": "nobody@example.test"}, "找不到“nobody@example.test”"),
        ({"--user": "unit:99999"}, "找不到“unit:99999”"),
        ({"--user": "１"}, "找不到“１”"),
    ],
)
def test_a_mistake_is_one_clear_line(demo_app: Flask, changed: dict[str, str], complaint: str) -> None:
    given = {"--plan": "shaoguan", "--task": "1", "--user": "1"} | changed
    ran = invoke(demo_app, "reminders", "explain", *[word for pair in given.items() for word in pair])
    assert complaint in ran.complaint
