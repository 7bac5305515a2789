"""One digest a person and working day, whatever the number of their plans, and never two, whoever composes."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, load_seed, make_plan, plan_document, task_entry
from tests.fixtures.server import environment
from tests.services.reminding import at, digests, ledger, living_city, one_task, report, tick, tick_days
from tracker.access import SYSTEM
from tracker.config import ROOT, Settings
from tracker.db import db, transaction
from tracker.directory.models import Unit
from tracker.evaluations.commands import advance_rounds, make_rounds
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import Plan
from tracker.reminders.digest import compose_digests
from tracker.reminders.ledger import queue_reminders
from tracker.reminders.models import Reminder
from tracker.workflows.commands import go_live


def second_plan(session: Session, city: City, live: str) -> Plan:
    """Another plan of the same city, with one task of 市民政局."""
    document = plan_document("aging", "残工委办公室", [task_entry("7", ["市民政局"])], title="养老规划")
    plan = make_plan(session, city.region, document)
    make_rounds(session, SYSTEM, NOW, plan)
    go_live(session, SYSTEM, at(live), slug="aging")
    return plan


def entries(message: OutboxMessage) -> list[dict[str, Any]]:
    """What a digest lists."""
    found: Any = message.context["entries"]
    return list(found)


def test_a_digest_holds_the_reminders_of_all_plans(session: Session) -> None:
    city = one_task(session)
    plans = [city.plan, second_plan(session, city, "2023-06-15")]
    tick_days(session, plans, "2023-06-15", "2023-07-03")
    opened = [message for message in digests(session) if message.local_day == date(2023, 7, 3)]
    assert [message.recipient for message in opened] == [f"user:{city.people['handler'].user_id}"]
    assert [(entry["slug"], entry["kind"]) for entry in entries(opened[0])] == [
        ("shaoguan", "round_opens"),
        ("aging", "round_opens"),
    ]


def test_what_becomes_due_after_the_digest_waits_for_the_next_working_day(session: Session) -> None:
    city = one_task(session)
    tick_days(session, city.plan, "2023-06-15", "2023-06-30")
    tick(session, city.plan, "2023-07-03")
    plans = [city.plan, second_plan(session, city, "2023-07-03")]
    assert tick(session, plans, "2023-07-03", time(11)) == 0
    waiting = [row for row in session.scalars(select(Reminder)) if row.state == "waiting"]
    assert [row.plan_id for row in waiting] == [plans[1].id]
    assert tick(session, plans, "2023-07-04", time(8)) == 0
    assert tick(session, plans, "2023-07-04", time(8, 30)) == 1
    assert [entry["slug"] for entry in entries(digests(session)[-1])] == ["aging"]


@pytest.mark.parametrize(
    ("day", "clock", "composed"),
    [
        ("2023-07-03", time(0, 0), 0),
        ("2023-07-03", time(8, 29), 0),
        ("2023-07-03", time(8, 30), 1),
        ("2023-07-03", time(17, 29), 1),
        ("2023-07-03", time(17, 30), 0),
        ("2023-07-08", time(10, 0), 0),
        ("2023-07-10", time(10, 0), 1),
    ],
)
def test_digests_go_inside_the_window_only(session: Session, day: str, clock: time, composed: int) -> None:
    city = one_task(session)
    tick_days(session, city.plan, "2023-06-15", "2023-06-30")
    assert tick(session, city.plan, day, clock) == composed
    states = [line.split()[-1] for line in ledger(session, city, kind="round_opens")]
    assert states == ["in_digest" if composed else "waiting"]


def test_what_is_done_before_the_window_opens_is_not_sent(session: Session) -> None:
    city = one_task(session)
    city.do(session, "handler", "1", "acknowledge", now=at("2023-06-15", time(10)))
    tick_days(session, city.plan, "2023-06-15", "2023-08-29")
    tick(session, city.plan, "2023-08-30", time(6))
    assert ledger(session, city, kind="report_due")[-1] == "2023-08-30 report_due round handler waiting"
    city.do(session, "handler", "1", "report", now=at("2023-08-30", time(7)), done="完成。", progress=60)
    assert tick(session, city.plan, "2023-08-30") == 0
    assert ledger(session, city, kind="report_due")[-1] == "2023-08-30 report_due round handler superseded"


def test_the_entries_say_what_and_by_when(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市民政局"], deadline="2023-07-14"), task_entry("2", ["市民政局"])])
    report(session, city, "2023-06-16", ref="2")
    tick_days(session, city.plan, "2023-06-15", "2023-08-22")
    of_day = {message.local_day: message for message in digests(session) if message.recipient.startswith("user")}
    last = of_day[date(2023, 8, 22)]
    assert last.context["day"] == "2023-08-22"
    assert last.context["name"] == city.people["handler"].name
    (due,) = entries(last)
    assert (due["kind"], due["target_on"], due["days_left"], due["round_kind"], due["round_year"]) == (
        "report_due",
        "2023-08-31",
        7,
        "mid_term",
        2023,
    )
    assert due["tasks"] == [
        {
            "ref": "1",
            "text": "第1项重点任务。",
            "path": "/plans/shaoguan/tasks/1",
            "step": "acknowledge",
            "part": "first_lead",
            "returned": None,
        }
    ]
    (late,) = entries(of_day[date(2023, 7, 17)])
    assert (late["kind"], late["days_left"], [task["ref"] for task in late["tasks"]]) == ("overdue", -1, ["1"])


def test_what_is_overdue_comes_first(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市民政局"], deadline="2023-06-30"), task_entry("2", ["市民政局"])])
    tick_days(session, city.plan, "2023-06-15", "2023-07-03")
    assert [entry["kind"] for entry in entries(digests(session)[-1])] == ["overdue", "round_opens"]


def test_tasks_of_one_day_stand_in_the_order_of_the_plan(session: Session) -> None:
    city = living_city(session, [task_entry(str(number), ["市民政局"]) for number in range(1, 13)])
    tick_days(session, city.plan, "2023-06-15", "2023-06-25")
    listed = [task["ref"] for entry in entries(digests(session)[-1]) for task in entry["tasks"]]
    assert listed == [str(number) for number in range(1, 13)]


def test_a_recipient_who_lost_the_address_gets_no_digest(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["武江区政府"])])
    tick_days(session, city.plan, "2023-06-15", "2023-07-02")
    tick(session, city.plan, "2023-07-03", time(7))
    city.units["武江区政府"].mailbox = None
    session.flush()
    assert tick(session, city.plan, "2023-07-03") == 0
    assert ledger(session, city, kind="round_opens") == ["2023-07-03 round_opens round 武江区政府 no_address"]


# Two at once


def fill(app: Flask) -> None:
    """The plan of 韶关 with a mailbox for every unit, ticked up to the day before the round opens."""
    with app.app_context(), transaction() as session:
        plan = load_seed(session, "shaoguan")
        make_rounds(session, SYSTEM, NOW, plan)
        for unit in session.scalars(select(Unit)):
            unit.mailbox = f"unit{unit.id}@example.test"
        session.flush()
        go_live(session, SYSTEM, NOW, slug="shaoguan")
        tick(session, plan, "2023-06-30")


def together(settings: Settings, commands: Sequence[Sequence[str]]) -> list[str]:
    """Run commands of the product at once, each in its own process; their standard outputs."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT,
            env=environment(settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for command in commands
    ]
    outputs = []
    for process in running:
        out, err = process.communicate(timeout=90)
        assert process.returncode == 0, err
        outputs.append(out)
    return outputs


@pytest.mark.both_databases
def test_two_schedulers_on_one_day_make_every_row_and_every_digest_once(app: Flask, settings: Settings) -> None:
    fill(app)
    together(settings, [["reminders", "run", "--at", "2023-07-03T09:00", "--json"]] * 2)
    with app.app_context():
        rows = db.session.scalars(select(Reminder).where(Reminder.due_on == date(2023, 7, 3))).all()
        keys = Counter((row.subject, row.kind, row.due_on, row.recipient) for row in rows)
        assert len(keys) == 14, "one row for each lead unit of the plan"
        assert set(keys.values()) == {1}
        assert {row.state for row in rows} == {"in_digest"}
        mails = Counter(message.recipient for message in digests(db.session) if message.local_day == date(2023, 7, 3))
        assert len(mails) == 14
        assert set(mails.values()) == {1}
        opened = db.session.scalars(select(Reminder.message_id).where(Reminder.kind == "round_opens")).all()
        assert len(set(opened)) == len(opened)


@pytest.mark.both_databases
def test_who_loses_the_race_for_a_digest_leaves_the_rows_for_the_next_day(app: Flask) -> None:
    """Another process queues this person's digest between our look and our insert."""
    with app.app_context():
        with transaction() as session:
            city = one_task(session)
            tick_days(session, city.plan, "2023-06-15", "2023-06-30")
            handler = f"user:{city.people['handler'].user_id}"
        with transaction() as session:
            plan = session.get_one(Plan, city.plan.id)
            advance_rounds(session, at("2023-07-03"), plan)
            queue_reminders(session, at("2023-07-03"), plan)
            rival = OutboxMessage(
                kind="digest",
                recipient=handler,
                to_address="user1@example.test",
                locale="zh_Hans_CN",
                local_day=date(2023, 7, 3),
                template="digest",
                context={"day": "2023-07-03", "name": "", "entries": []},
                message_id="<rival@key-task-tracker>",
                created_at=at("2023-07-03"),
                not_before=at("2023-07-03"),
            )
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("tracker.reminders.digest.already_served", lambda session, days: set())
                session.add(rival)
                session.flush()
                assert compose_digests(session, at("2023-07-03")) == 0
        with transaction() as session:
            states = session.scalars(select(Reminder.state).where(Reminder.kind == "round_opens")).all()
            assert states == ["waiting"]
            assert compose_digests(session, at("2023-07-04")) == 1
