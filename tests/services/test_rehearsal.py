"""The rehearsal says what the ticks then do, row for row."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.factories import COMPLETION, NOW, REPORT, load_seed, make_person
from tests.services.command_line import flask, invoke
from tests.services.reminding import at, living_city, one_task, tick, tick_days
from tracker.access import SYSTEM, Actor
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.directory.models import Unit
from tracker.evaluations.commands import make_rounds
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import KeyTask, Plan, Round
from tracker.plans.queries import task_row, task_rows
from tracker.reminders.models import Reminder
from tracker.reminders.rehearsal import rehearse
from tracker.reminders.rules import Snapshot
from tracker.reminders.snapshot import snapshot_of
from tracker.workdays.calendar import Calendar
from tracker.workflows.commands import act, dispatch_tasks, go_live

FIRST, LAST = "2023-06-15", "2024-03-31"
Line = tuple[str, str, str, str, str | None]


def rehearsed(session: Session, plan: Plan, first: str = FIRST, last: str = LAST) -> list[Line]:
    """The rehearsal as (day, kind, subject, recipient, mail)."""
    rows = rehearse(session, plan, date.fromisoformat(first), date.fromisoformat(last))
    return sorted(
        (row["due_on"], row["kind"], row["subject"], row["recipient"], row["mail"])
        for row in (entry.as_json() for entry in rows)
    )


def done(session: Session, plan: Plan) -> list[Line]:
    """The ledger in the same shape."""
    statement = (
        select(Reminder, OutboxMessage.recipient, OutboxMessage.local_day)
        .outerjoin(OutboxMessage, OutboxMessage.id == Reminder.message_id)
        .where(Reminder.plan_id == plan.id)
    )
    return sorted(
        (
            row.due_on.isoformat(),
            row.kind,
            row.subject,
            row.recipient,
            f"digest {recipient} {day}" if recipient is not None else None,
        )
        for row, recipient, day in session.execute(statement)
    )


def people(session: Session, plan: Plan) -> dict[int, Actor]:
    """A handler for two units out of three, a mailbox for half of the others; two supervisors."""
    units = session.scalars(select(Unit).where(Unit.region_id == plan.region_id, Unit.kind != "collective")).all()
    handlers: dict[int, Actor] = {}
    for number, unit in enumerate(unit for unit in units if unit.id != plan.supervising_unit_id):
        if number % 3:
            handlers[unit.id] = make_person(session, unit, "handler")
        elif number % 2:
            unit.mailbox = f"unit{unit.id}@example.test"
    office = session.get_one(Unit, plan.supervising_unit_id)
    supervisors = [make_person(session, office, "supervisor") for _ in range(2)]
    session.flush()
    return handlers | {-number: actor for number, actor in enumerate(supervisors, 1)}


def drive(session: Session, plan: Plan, ref: str, actor: Actor, trigger: str, **data: Any) -> None:
    """One act on a task, at its present version."""
    version = task_row(session, plan, ref).version
    act(session, actor, NOW, slug=plan.slug, ref=ref, trigger=trigger, version=version, data=data)


def mixed(session: Session, plan: Plan) -> None:
    """Before the first day some tasks are acknowledged, reported, verified, closed out, done before their deadline."""
    actors = people(session, plan)
    go_live(session, actors[-1], NOW, slug=plan.slug)
    host = plan.supervising_unit.host_unit_id
    led = [row for row in task_rows(session, [plan.id]) if row.leads and row.leads[0].unit_id in actors]
    simple = [row for row in led if all(unit.unit_id != host for unit in row.leads)]
    assert len(simple) >= 5
    for number, row in enumerate(simple):
        handler, supervisor = actors[row.leads[0].unit_id], actors[-1]
        if number % 5 == 0:
            continue
        drive(session, plan, row.ref, handler, "acknowledge")
        if number % 5 >= 2:
            drive(session, plan, row.ref, handler, "report", **(COMPLETION if number % 2 else REPORT))
        if number % 5 >= 3:
            drive(session, plan, row.ref, supervisor, "verify")
        if number % 5 == 4:
            drive(session, plan, row.ref, supervisor, "close_out")


def shaoguan(session: Session) -> Plan:
    """韶关, as its people left it on the first day."""
    plan = load_seed(session, "shaoguan")
    make_rounds(session, SYSTEM, NOW, plan)
    mixed(session, plan)
    return plan


def baise(session: Session) -> Plan:
    """百色, two thirds of whose tasks are dispatched by section; it has annual rounds."""
    plan = load_seed(session, "baise")
    make_rounds(session, SYSTEM, NOW, plan)
    units = session.scalars(
        select(Unit).where(Unit.region_id == plan.region_id, Unit.id != plan.supervising_unit_id).order_by(Unit.id)
    ).all()
    go_live(session, SYSTEM, NOW, slug="baise")
    rows = task_rows(session, [plan.id])
    for number in range(4):
        chosen = {row.ref: row.version for row in rows[number * 5 : number * 5 + 5]}
        leads = [units[number].id, units[number + 4].id] if number % 2 else [units[number].id]
        dispatch_tasks(session, SYSTEM, NOW, slug="baise", versions=chosen, data={"leads": leads, "supports": []})
    mixed(session, plan)
    return plan


def compare(session: Session, make: Callable[[Session], Plan]) -> list[Line]:
    """Rehearse a plan, then tick every day of the span, and compare row for row."""
    plan = make(session)
    expected = rehearsed(session, plan)
    assert session.scalar(select(func.count()).select_from(Reminder)) == 0, "a rehearsal writes nothing"
    tick_days(session, plan, FIRST, LAST)
    assert done(session, plan) == expected
    return expected


@pytest.mark.parametrize(
    ("make", "kinds"),
    [
        (shaoguan, {"round_opens", "report_due", "verify_due", "unacknowledged", "overdue"}),
        (baise, {"round_opens", "report_due", "verify_due", "unacknowledged", "overdue"}),
    ],
)
def test_what_the_ticks_do_is_what_the_rehearsal_said(
    session: Session, make: Callable[[Session], Plan], kinds: set[str]
) -> None:
    lines = compare(session, make)
    assert {kind for _, kind, _, _, _ in lines} == kinds
    assert None in {mail for *_, mail in lines}, "a unit that nobody can reach is in the rehearsal, without a mail"
    assert any(mail is not None and mail.startswith("digest unit:") for *_, mail in lines)


def test_the_annual_round_of_baise_is_rehearsed_too(session: Session) -> None:
    plan = baise(session)
    annual = session.scalars(select(Round).where(Round.plan_id == plan.id, Round.year == 2023, Round.kind == "annual"))
    subject = f"round:{annual.one().id}"
    days = sorted({(day, kind) for day, kind, about, _, _ in rehearsed(session, plan) if about == subject})
    assert days == [
        ("2024-01-02", "round_opens"),
        ("2024-01-22", "report_due"),
        ("2024-01-30", "report_due"),
        ("2024-01-31", "report_due"),
        ("2024-02-20", "verify_due"),
        ("2024-02-28", "verify_due"),
        ("2024-02-29", "verify_due"),
    ]


def without_free_days(session: Session, plan: Plan) -> Snapshot:
    """The plan's snapshot with a planted defect: nothing but Saturdays and Sundays is free."""
    return replace(snapshot_of(session, plan), calendar=Calendar(announced=range(2020, 2030)))


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        pytest.param("rehearsal.advanced", lambda snapshot, today: snapshot, id="rounds-do-not-open"),
        pytest.param("ledger.days_to_ask", lambda live_on, through, today: [], id="no-day-is-asked"),
        pytest.param("horizon.opens_week", lambda day, calendar: day.weekday() == 0, id="a-week-begins-on-monday"),
        pytest.param("ledger.snapshot_of", without_free_days, id="free-weekdays-are-working-days"),
    ],
)
def test_a_rehearsal_or_a_tick_with_a_rule_of_its_own_is_found_out(
    session: Session, monkeypatch: pytest.MonkeyPatch, rule: str, broken: Callable[..., Any]
) -> None:
    city = one_task(session, "2023-12-31")
    expected = rehearsed(session, city.plan)
    monkeypatch.setattr(f"tracker.reminders.{rule}", broken)
    if rule.startswith("rehearsal"):
        expected = rehearsed(session, city.plan)
    tick_days(session, city.plan, FIRST, LAST)
    with pytest.raises(AssertionError):
        assert done(session, city.plan) == expected


def test_a_plan_that_is_not_live_is_rehearsed_as_going_live_on_the_first_day(session: Session) -> None:
    plan = load_seed(session, "shaoguan")
    make_rounds(session, SYSTEM, NOW, plan)
    handlers = people(session, plan)
    expected = rehearsed(session, plan)
    assert plan.live_since is None
    go_live(session, handlers[-1], at(FIRST), slug="shaoguan")
    tick_days(session, plan, FIRST, LAST)
    assert done(session, plan) == expected
    unacknowledged = [line for line in expected if line[1] == "unacknowledged"]
    assert {line[0] for line in unacknowledged} == {"2023-06-25"}


def test_a_rehearsal_of_days_past_takes_the_rounds_back(session: Session) -> None:
    city = one_task(session)
    before = rehearsed(session, city.plan)
    tick_days(session, city.plan, FIRST, "2023-12-31")
    assert rehearsed(session, city.plan) == before


def test_a_rehearsal_may_begin_on_any_later_day(session: Session) -> None:
    city = living_city(session)
    tick(session, city.plan, FIRST)
    whole = [line for line in rehearsed(session, city.plan) if line[0] >= "2023-08-22"]
    assert rehearsed(session, city.plan, "2023-08-22") == whole


def test_the_command_prints_one_json_document(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        city = one_task(session)
        handler = city.people["handler"].user_id
        task_id = session.scalars(select(KeyTask.id)).one()
        round_id = session.scalars(select(Round.id).where(Round.kind == "mid_term")).one()
    arguments = ["reminders", "preview", "--plan", "shaoguan", "--from", "2023-06-15", "--to", "2023-07-03", "--json"]
    result = invoke(app, *arguments)
    common = {"plan": "shaoguan", "recipient": f"user:{handler}", "provisional": False}
    assert result.json() == [
        common
        | {
            "due_on": "2023-06-25",
            "kind": "unacknowledged",
            "round_kind": None,
            "subject": f"task:{task_id}",
            "task_ref": "1",
            "mail": f"digest user:{handler} 2023-06-25",
            "target_on": "2023-06-15",
            "step": 5,
        },
        common
        | {
            "due_on": "2023-07-03",
            "kind": "round_opens",
            "round_kind": "mid_term",
            "subject": f"round:{round_id}",
            "task_ref": None,
            "mail": f"digest user:{handler} 2023-07-03",
            "target_on": "2023-07-03",
            "step": 0,
        },
    ]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Reminder)) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--plan", "nowhere", "--from", "2023-06-15", "--to", "2023-07-03"], "没有规划“nowhere”"),
        (["--plan", "shaoguan", "--from", "2023-07-03", "--to", "2023-06-15"], "--from"),
        (["--plan", "shaoguan", "--from", "yesterday", "--to", "2023-06-15"], "yesterday"),
    ],
)
def test_a_wrong_preview_is_one_clear_line(app: Flask, arguments: list[str], message: str) -> None:
    with app.app_context(), transaction() as session:
        one_task(session)
    result = invoke(app, "reminders", "preview", *arguments)
    assert message in result.err
    assert result.code != 0
    assert result.out == ""
    assert "Traceback" not in result.err


def test_the_tick_command_and_the_list_of_rounds(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        one_task(session)
    ticked = invoke(app, "reminders", "run", "--at", "2023-07-03T09:00", "--json")
    answer = ticked.json()
    assert answer["at"] == "2023-07-03T01:00:00+00:00"
    assert (answer["rounds"], answer["reminders"], answer["digests"], answer["failures"]) == (1, 2, 1, [])
    listed = invoke(app, "evaluations", "list", "--plan", "shaoguan", "--json").json()
    assert [(row["kind"], row["state"], row["default"]) for row in listed] == [
        ("mid_term", "open", True),
        ("end_of_term", "planned", True),
    ]
    wrong = invoke(app, "reminders", "run", "--at", "soon")
    assert "soon" in wrong.complaint
    assert "没有规划“nowhere”" in invoke(app, "evaluations", "list", "--plan", "nowhere").complaint


def test_a_tick_by_hand_that_fails_in_part_says_so_in_one_line(app: Flask, settings: Settings) -> None:
    """No traceback: that is for the log of the process that ticks."""
    with app.app_context(), transaction() as session:
        one_task(session)
        session.execute(text("DROP TABLE reminder_marks"))
    arguments = ("reminders", "run", "--at", "2023-07-03T09:00", "--json")
    ran = flask(*arguments, url=settings.database_url, TRACKER_MAIL_URL=settings.mail_url)
    assert ran.code == 1
    assert json.loads(ran.out)["failures"][0]["plan"] == "shaoguan"
    assert ran.err.splitlines() == [
        "Error: Part of the tick failed (reminders shaoguan: OperationalError: (sqlite3.OperationalError)"
        " no such table: reminder_marks); the next tick tries it again."
    ]
