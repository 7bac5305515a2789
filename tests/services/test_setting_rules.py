"""Setting a plan's reminder rules: numbered, audited, once; and what is refused, each in a sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import time

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import City, end_role, make_city, task_entry
from tests.services.reminding import at, days_of, living_city, one_task, tick_days
from tracker.access import SYSTEM, Actor
from tracker.audit.models import AuditEntry
from tracker.directory.models import User
from tracker.errors import InvalidInput, KeyReused, NotAllowed, NotFound, StaleVersion
from tracker.idempotency import Answer
from tracker.reminders.fitting import MOST_MAILS, Unfit
from tracker.reminders.in_force import frozen, rules_of_plan, sets_of
from tracker.reminders.models import ReminderRuleSet
from tracker.reminders.ruleset import DEFAULTS, escalated
from tracker.reminders.schemas import form_of
from tracker.reminders.setting import propose, set_rules

REASON = {"reason": "领导要求"}
USUAL = form_of(DEFAULTS)
ESCALATED = form_of(escalated(DEFAULTS))


def save(
    session: Session,
    city: City,
    changes: Mapping[str, str],
    *,
    who: str | Actor = "supervisor",
    number: int = 0,
    day: str = "2023-06-15",
    key: str | None = None,
) -> Answer:
    """The defaults with some fields changed, saved by somebody."""
    actor = city.people[who] if isinstance(who, str) else who
    form = {**USUAL, **REASON, **changes}
    return set_rules(session, actor, at(day), slug=city.plan.slug, number=number, data=form, key=key)


# Saving


@pytest.mark.both_databases
def test_a_set_counts_from_the_next_tick_and_has_number_person_and_reason(session: Session) -> None:
    city = one_task(session)
    assert save(session, city, {"report_due-handler": "20,5", "opens": "09:00", "closes": "11:30"}) == {
        "number": 1,
        "changed": True,
    }
    [row] = sets_of(session, city.plan.id)
    assert (row.number, row.reason, row.user, row.at) == (
        1,
        "领导要求",
        session.get(User, row.user_id),
        at("2023-06-15"),
    )
    assert row.user_id == city.people["supervisor"].user_id
    rules = rules_of_plan(session, city.plan.id)
    assert (rules.of("report_due"), rules.opens, rules.closes) == ({"handler": (20, 5)}, time(9), time(11, 30))
    tick_days(session, city.plan, "2023-06-15", "2023-08-31")
    assert days_of(session, city, "report_due", "handler") == ["2023-08-03", "2023-08-24"]


def test_sets_are_numbered_and_none_is_changed(session: Session) -> None:
    city = one_task(session)
    save(session, city, {"overdue-handler": "1, 2"})
    save(session, city, {"overdue-handler": "1"}, number=1, who="second_supervisor")
    save(session, city, {}, number=2)
    rows = sets_of(session, city.plan.id)
    assert [row.number for row in rows] == [3, 2, 1]
    assert [dict(rules.of("overdue")) for rules in map(frozen, rows)] == [
        {"handler": (1, 2, 3, 4)},
        {"handler": (1,)},
        {"handler": (1, 2)},
    ]
    assert rules_of_plan(session, city.plan.id).same_as(DEFAULTS)


def test_the_audit_says_what_it_was_and_what_it_is(session: Session) -> None:
    city = one_task(session)
    save(session, city, {"deadline-handler": "7", "deadline-supervisor": "1"})
    said = json.loads(session.scalars(select(AuditEntry.data).where(AuditEntry.action == "plan.set_rules")).one())
    assert said["before"]["deadline-handler"] == "30, 7, 1, 0"
    assert "deadline-supervisor" not in said["before"]
    assert (said["after"]["deadline-handler"], said["after"]["deadline-supervisor"]) == ("7", "1")
    assert (said["number"], said["reason"]) == (1, "领导要求")


def test_the_same_rules_again_and_the_same_form_again_change_nothing(session: Session) -> None:
    city = one_task(session)
    assert save(session, city, {}) == {"number": 0, "changed": False}
    changed = {"overdue-handler": "1, 2"}
    first = save(session, city, changed, key="k")
    assert save(session, city, changed, key="k") == first
    assert session.scalar(select(func.count()).select_from(ReminderRuleSet)) == 1
    with pytest.raises(KeyReused):
        save(session, city, {"overdue-handler": "1"}, key="k")


def test_who_saw_another_set_is_told(session: Session) -> None:
    city = one_task(session)
    save(session, city, {"overdue-handler": "1, 2"})
    with pytest.raises(StaleVersion, match="Somebody changed these rules"):
        save(session, city, {"overdue-handler": "3"}, who="second_supervisor")
    assert rules_of_plan(session, city.plan.id).of("overdue") == {"handler": (1, 2)}


@pytest.mark.both_databases
def test_the_database_keeps_two_sets_of_one_number_apart(session: Session) -> None:
    city = one_task(session)
    save(session, city, {"overdue-handler": "1"})
    row = sets_of(session, city.plan.id)[0]
    twin = ReminderRuleSet(
        plan_id=row.plan_id, number=1, rules=[], opens=row.opens, closes=row.closes, reason="重复", at=row.at
    )
    session.add(twin)
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize("who", ["handler", "leader", "supporting", "observer", "administrator"])
def test_only_a_supervisor_of_the_plan_sets_them(session: Session, who: str) -> None:
    city = one_task(session)
    with pytest.raises(NotAllowed):
        save(session, city, {}, who=who)
    with pytest.raises(NotAllowed):
        propose(session, city.people[who], at("2023-06-15"), slug=city.plan.slug, data=USUAL)


def test_outside_the_region_there_is_no_such_plan(session: Session) -> None:
    city = one_task(session)
    with pytest.raises(NotFound):
        save(session, city, {}, who="another_region")
    assert save(session, city, {"overdue-handler": "1"}, who=SYSTEM)["number"] == 1


# What it would do


def test_a_preview_tells_what_comes_and_what_goes_and_writes_nothing(session: Session) -> None:
    city = one_task(session)
    form = {**USUAL, "report_due-handler": "30, 5, 0", "overdue-observer": "4"}
    proposal = propose(session, city.people["supervisor"], at("2023-06-15"), slug=city.plan.slug, data=form)
    assert not proposal.same
    assert {
        (row.due.due_on.isoformat(), row.due.kind, row.due.recipient.name) for row in proposal.difference.added
    } == {
        ("2023-08-24", "report_due", "市民政局 经办人"),
        ("2023-09-25", "overdue", "韶关市 领导"),
        ("2026-02-14", "report_due", "市民政局 经办人"),
        ("2026-03-23", "overdue", "韶关市 领导"),
    }
    assert {row.due.step for row in proposal.difference.removed} == {7, 1}
    assert proposal.kinds["overdue"] == (8, 10)
    assert proposal.kinds["report_due"] == (8, 6)
    assert (proposal.most, proposal.difference.after.mails, proposal.difference.before.mails) == (
        "市民政局 经办人",
        17,
        19,
    )
    assert proposal.heap is not None
    assert proposal.heap.recipient.name == "市民政局 经办人"
    assert session.scalar(select(func.count()).select_from(ReminderRuleSet)) == 0


# What is refused

REFUSED_FIELDS = [
    ({"report_due-handler": "bald"}, "report_due-handler", "Write whole numbers"),
    ({"report_due-handler": "7.5"}, "report_due-handler", "Write whole numbers"),
    ({"deadline-handler": "7, -1"}, "deadline-handler", "cannot be negative"),
    ({"deadline-handler": "７，−１"}, "deadline-handler", "cannot be negative"),
    ({"deadline-supervisor": "7, 1, 7"}, "deadline-supervisor", "stands here twice"),
    ({"deadline-handler": ", ".join(map(str, range(0, 26, 2)))}, "deadline-handler", "more than 12"),
    ({"deadline-handler": "251"}, "deadline-handler", "at most 250"),
    ({"unacknowledged-handler": "0"}, "unacknowledged-handler", "Write 1 or more"),
    ({"unacknowledged-handler": "-5"}, "unacknowledged-handler", "Write 1 or more"),
    ({"overdue-handler": "-1"}, "overdue-handler", "from 1 to 52"),
    ({"overdue-handler": "0, 1"}, "overdue-handler", "from 1 to 52"),
    ({"overdue-handler": "53"}, "overdue-handler", "from 1 to 52"),
    ({"round_opens-handler": "5"}, "round_opens-handler", "on the day it opens"),
    ({"opens": "08:00"}, "opens", "08:30 to 17:30"),
    ({"closes": "18:00"}, "closes", "08:30 to 17:30"),
    ({"opens": "mittags"}, "opens", "08:30 to 17:30"),
    ({"opens": "15:00", "closes": "14:00"}, "closes", "for an hour at least"),
    ({"opens": "14:00", "closes": "14:59"}, "closes", "for an hour at least"),
    ({"reason": "  "}, "reason", "Write why"),
]


@pytest.mark.parametrize(("changes", "field", "sentence"), REFUSED_FIELDS)
def test_what_a_field_cannot_hold_is_said_at_the_field(
    session: Session, changes: dict[str, str], field: str, sentence: str
) -> None:
    city = one_task(session)
    with pytest.raises(InvalidInput) as caught:
        save(session, city, changes)
    assert set(caught.value.fields) == {field}
    assert sentence in caught.value.fields[field][0]
    assert sets_of(session, city.plan.id) == []


def unfit(session: Session, city: City, changes: dict[str, str]) -> Unfit:
    """What a form is refused for, when it is looked at and when it is saved."""
    form = {**USUAL, **changes}
    with pytest.raises(Unfit) as looked_at:
        propose(session, city.people["supervisor"], at("2023-06-15"), slug=city.plan.slug, data=form)
    with pytest.raises(Unfit) as saved:
        save(session, city, changes)
    assert str(looked_at.value) == str(saved.value)
    assert sets_of(session, city.plan.id) == []
    return saved.value


def test_a_step_before_any_round_opens_is_refused_with_the_most_that_fits(session: Session) -> None:
    city = one_task(session)
    refused = unfit(session, city, {"report_due-handler": "44, 7"})
    assert (refused.field, refused.values["step"], refused.values["most"]) == ("report_due-handler", 44, 43)
    assert save(session, city, {"report_due-handler": "43, 7"})["changed"]


@pytest.mark.parametrize(
    ("field", "role", "sentence"),
    [
        ("overdue-observer", "observer", "no observer in this region"),
        ("overdue-unit_leader", "leader", "No lead unit has a leader"),
        ("deadline-supporting_unit", "supporting", "No supporting unit can be reached"),
    ],
)
def test_an_audience_without_anybody_is_refused(session: Session, field: str, role: str, sentence: str) -> None:
    city = living_city(session, [task_entry("1", ["市民政局"], ["市财政局"])])
    assert save(session, city, {field: "2"})["changed"]
    end_role(session, session.get_one(User, city.people[role].user_id), "handler" if role == "supporting" else role)
    for row in sets_of(session, city.plan.id):
        session.delete(row)
    session.flush()
    refused = unfit(session, city, {field: "2"})
    assert refused.field == field
    assert sentence in str(refused)


def test_supervisors_whom_nobody_can_reach_are_refused(session: Session) -> None:
    city = one_task(session)
    for who in ("supervisor", "second_supervisor", "host_supervisor"):
        end_role(session, session.get_one(User, city.people[who].user_id), "supervisor")
    with pytest.raises(Unfit, match="Nobody can be reached at the supervising unit"):
        save(session, city, {"overdue-supervisor": "2"}, who=SYSTEM)
    assert save(session, city, {"overdue-handler": "1"}, who=SYSTEM)["changed"], "the defaults' own rules do no harm"


def test_a_rule_that_mails_somebody_day_after_day_is_refused_with_the_count(session: Session) -> None:
    city = one_task(session)
    refused = unfit(session, city, {"report_due-handler": "11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1"})
    assert (refused.field, refused.values) == ("report_due-handler", {"count": 11, "most": MOST_MAILS})


def test_rules_that_only_together_mail_somebody_too_often_are_found_by_the_rehearsal(session: Session) -> None:
    """Six tasks with deadlines three working days apart, and steps that fill the days between."""
    days = ("2023-11-06", "2023-11-09", "2023-11-14", "2023-11-17", "2023-11-22", "2023-11-27")
    tasks = [task_entry(str(n), ["市民政局"], deadline=day) for n, day in enumerate(days, 1)]
    city = living_city(session, tasks)
    refused = unfit(session, city, {"deadline-handler": "5, 4, 3, 2, 1, 0"})
    assert refused.field == ""
    assert refused.values["name"] == "市民政局 经办人"
    assert refused.values["count"] > MOST_MAILS
    assert refused.values["day"].startswith("2023-1")


def test_what_the_defaults_would_send_is_never_too_much(session: Session) -> None:
    """A deadline every other day: the handler has that much to do, and the rules may be set all the same."""
    days = [f"2023-{month:02}-{day:02}" for month in (10, 11) for day in range(9, 31, 2)]
    city = living_city(session, [task_entry(str(n), ["市民政局"], deadline=day) for n, day in enumerate(days, 1)])
    proposal = propose(session, city.people["supervisor"], at("2023-06-15"), slug=city.plan.slug, data=USUAL)
    assert proposal.heap is not None
    assert proposal.heap.count > MOST_MAILS
    assert save(session, city, {"overdue-observer": "4"})["changed"]


def test_the_escalation_is_taken_as_it_is_offered(session: Session) -> None:
    city = living_city(session)
    assert set_rules(
        session, city.people["supervisor"], at("2023-06-15"), slug="shaoguan", number=0, data={**ESCALATED, **REASON}
    )["changed"]


def test_a_plan_that_is_not_live_can_have_rules(session: Session) -> None:
    city = make_city(session)
    assert save(session, city, {"overdue-unit_leader": "2"})["changed"]
