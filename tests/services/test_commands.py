"""The one command path: what each act leaves behind, and that a failing one leaves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.factories import (
    COMPLETION,
    NOW,
    REPORT,
    UNPROVEN,
    City,
    end_role,
    give_role,
    make_city,
    make_person,
    reload_actor,
    task_entry,
)
from tracker import audit
from tracker.db import Base, db, transaction
from tracker.directory.models import User
from tracker.errors import (
    InvalidInput,
    InvalidTransition,
    KeyReused,
    NotAllowed,
    NotFound,
    StaleVersion,
    TrackerError,
)
from tracker.plans.models import AssignmentSet, Round
from tracker.reporting.models import RoundReport
from tracker.reporting.queries import reports_of
from tracker.workflows.commands import dispatch_tasks, enter_round
from tracker.workflows.models import FirstCheck
from tracker.workflows.policy import available_actions, task_facts, why_not_verify
from tracker.workflows.queries import acknowledgements_of, history_of


@pytest.fixture
def city(session: Session) -> City:
    """A living city: tasks 1 to 3 are assigned, 4 waits for units."""
    made = make_city(session)
    made.go_live(session)
    return made


def to_reported(session: Session, city: City, ref: str, who: str = "handler", **report: Any) -> None:
    """Acknowledge and report."""
    city.do(session, who, ref, "acknowledge")
    city.do(session, who, ref, "report", **(report or REPORT))


def acts(session: Session, city: City, ref: str) -> list[tuple[int, str, str, str]]:
    """The history of a task: version, trigger, from, to."""
    history = history_of(session, city.row(session, ref).task_id)
    return [(entry.version, entry.trigger, entry.from_state, entry.to_state) for entry in history]


def versions(session: Session, city: City, ref: str) -> list[tuple[int, int]]:
    """Sequence and version of every report, oldest first."""
    return [(r.sequence, r.version) for r in reversed(reports_of(session, city.row(session, ref).task_id))]


# What an act leaves behind


def test_history_has_one_row_a_version_with_who_acted_for_which_unit(session: Session, city: City) -> None:
    to_reported(session, city, "1")
    city.do(session, "supervisor", "1", "return", reason="请补充数据")
    city.do(session, "leader", "1", "report", **COMPLETION)
    city.do(session, "supervisor", "1", "verify")
    city.do(session, "supervisor", "1", "close_out")
    assert acts(session, city, "1") == [
        (1, "dispatch", "pending_dispatch", "assigned"),
        (2, "acknowledge", "assigned", "in_progress"),
        (3, "report", "in_progress", "reported"),
        (4, "return", "reported", "in_progress"),
        (5, "report", "in_progress", "reported"),
        (6, "verify", "reported", "verified"),
        (7, "close_out", "verified", "closed_out"),
    ]
    history = history_of(session, city.row(session, "1").task_id)
    assert [entry.unit.name if entry.unit else None for entry in history] == [
        *("残工委办公室", "市民政局", "市民政局", "残工委办公室", "市民政局", "残工委办公室", "残工委办公室")
    ]
    assert [entry.reason for entry in history if entry.reason] == ["请补充数据"]
    row = city.row(session, "1")
    assert (row.state, row.version, row.completion_verified) == ("closed_out", 7, True)
    assert audit.broken_chains(session) == []


def test_the_report_of_each_act_stands_in_the_history(session: Session, city: City) -> None:
    to_reported(session, city, "1")
    city.do(session, "supervisor", "1", "return", reason="补充")
    city.do(session, "handler", "1", "report", **REPORT)
    first, second = reversed(reports_of(session, city.row(session, "1").task_id))
    history = history_of(session, city.row(session, "1").task_id)
    assert [entry.report_id for entry in history] == [None, None, first.id, first.id, second.id]


@pytest.mark.parametrize("back", ["return", "withdraw"])
def test_after_return_or_withdrawal_comes_a_new_version_after_verifying_a_new_report(
    session: Session, city: City, back: str
) -> None:
    to_reported(session, city, "1")
    who, data = ("supervisor", {"reason": "补充"}) if back == "return" else ("handler", {})
    city.do(session, who, "1", back, **data)
    city.do(session, "handler", "1", "report", **REPORT)
    city.do(session, "supervisor", "1", "verify")
    city.do(session, "handler", "1", "report", **REPORT)
    assert city.row(session, "1").state == "reported"
    assert versions(session, city, "1") == [(1, 1), (1, 2), (2, 1)]


def test_reopening_begins_a_new_report(session: Session, city: City) -> None:
    to_reported(session, city, "1")
    city.do(session, "supervisor", "1", "verify")
    city.do(session, "supervisor", "1", "reopen", reason="回头看")
    city.do(session, "handler", "1", "report", **REPORT)
    assert versions(session, city, "1") == [(1, 1), (2, 1)]


def test_reopening_a_closed_task_takes_the_verified_completion_back(session: Session, city: City) -> None:
    to_reported(session, city, "1", **COMPLETION)
    city.do(session, "supervisor", "1", "verify")
    city.do(session, "supervisor", "1", "close_out")
    city.do(session, "supervisor", "1", "reopen", reason="回头看")
    row = city.row(session, "1")
    assert (row.state, row.completion_verified) == ("in_progress", False)


def test_a_record_keeps_the_state_and_the_instant_it_was_entered(session: Session, city: City) -> None:
    before = city.row(session, "1")
    city.do(session, "other_lead", "1", "acknowledge", now=NOW + timedelta(days=1))
    after = city.row(session, "1")
    assert (after.state, after.entered_at, after.version) == (before.state, before.entered_at, before.version + 1)


def test_a_report_counts_in_the_current_round_and_one_that_waits_is_carried_into_it(
    session: Session, city: City
) -> None:
    to_reported(session, city, "1")
    round_ = Round(
        plan_id=city.plan.id, kind="mid_term", year=2023, opens_on=date(2023, 7, 3), report_due_on=date(2023, 8, 31),
        verify_due_on=date(2023, 10, 31), disclosure_on=date(2023, 11, 30), dates_are_default=True, state="open",
    )  # fmt: skip
    session.add(round_)
    session.flush()
    enter_round(session, NOW, city.plan, round_)
    to_reported(session, city, "3")
    counted = session.scalars(select(RoundReport).order_by(RoundReport.report_id)).all()
    refs = {city.row(session, ref).current_report_id: ref for ref in "13"}
    assert [(refs[entry.report_id], entry.carried) for entry in counted] == [("1", True), ("3", False)]


def test_a_round_that_opens_reopens_what_was_verified_and_takes_no_completion_back(
    session: Session, city: City
) -> None:
    for ref, who in (("1", "handler"), ("3", "handler")):
        to_reported(session, city, ref, who, **COMPLETION)
        if ref == "3":
            city.do(session, "second_supervisor", ref, "first_check")
        city.do(session, "supervisor", ref, "verify")
    city.do(session, "supervisor", "3", "close_out")
    round_ = Round(
        plan_id=city.plan.id, kind="annual", year=2022, opens_on=date(2023, 7, 3), report_due_on=date(2023, 8, 31),
        verify_due_on=date(2023, 10, 31), disclosure_on=date(2023, 11, 30), dates_are_default=True, state="open",
    )  # fmt: skip
    session.add(round_)
    session.flush()
    enter_round(session, NOW, city.plan, round_)
    assert [city.row(session, ref).state for ref in "1234"] == [
        *("in_progress", "assigned", "closed_out", "pending_dispatch")
    ]
    assert city.row(session, "1").completion_verified is True
    last = history_of(session, city.row(session, "1").task_id)[-1]
    assert (last.trigger, last.actor_id, last.round_id) == ("reopen", None, round_.id)
    city.do(session, "handler", "1", "report", **REPORT)
    assert versions(session, city, "1") == [(1, 1), (2, 1)]


# Acknowledging, declining, reassigning


def test_each_lead_unit_acknowledges_for_itself(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "acknowledge")
    row = city.row(session, "1")
    assert set(acknowledgements_of(session, [row])[row.task_id]) == set(city.unit_ids("市民政局"))
    city.do(session, "other_lead", "1", "acknowledge", now=NOW + timedelta(hours=1))
    row = city.row(session, "1")
    assert acknowledgements_of(session, [row])[row.task_id] == dict(
        zip(city.unit_ids("市民政局", "市教育局"), (NOW, NOW + timedelta(hours=1)), strict=True)
    )


def test_reassigning_carries_the_acknowledgements_of_who_stays(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "acknowledge")
    city.do(session, "other_lead", "1", "acknowledge")
    city.do(
        session, "supervisor", "1", "reassign", reason="分工调整",
        leads=city.unit_ids("市民政局", "市体育局", "市教育局"), supports=[],
    )  # fmt: skip
    row = city.row(session, "1")
    assert row.state == "in_progress"
    assert [unit.name for unit in row.leads] == ["市民政局", "市体育局", "市教育局"]
    assert row.supports == ()
    assert set(acknowledgements_of(session, [row])[row.task_id]) == set(city.unit_ids("市民政局", "市教育局"))


@pytest.mark.parametrize("acknowledged_before", [True, False])
def test_a_new_first_lead_must_acknowledge_even_one_that_led_before(
    session: Session, city: City, acknowledged_before: bool
) -> None:
    if acknowledged_before:
        city.do(session, "handler", "1", "acknowledge")
    city.do(session, "other_lead", "1", "acknowledge")
    city.do(
        session, "supervisor", "1", "reassign", reason="换", leads=city.unit_ids("市教育局", "市民政局"), supports=[]
    )
    row = city.row(session, "1")
    assert row.state == "assigned"
    kept = acknowledgements_of(session, [row]).get(row.task_id, {})
    assert set(kept) == (set(city.unit_ids("市民政局")) if acknowledged_before else set())
    city.do(session, "other_lead", "1", "acknowledge")
    assert city.row(session, "1").state == "in_progress"
    with pytest.raises(NotAllowed):
        city.do(session, "handler", "1", "report", **REPORT)


def test_a_new_first_named_lead_of_an_assigned_task_has_its_own_five_days(session: Session, city: City) -> None:
    later = NOW + timedelta(days=30)
    city.do(
        session, "supervisor", "1", "reassign", now=later, reason="换", leads=city.unit_ids("市体育局"), supports=[]
    )
    row = city.row(session, "1")
    assert (row.state, row.entered_at) == ("assigned", later)
    city.do(session, "supervisor", "1", "reassign", now=later + timedelta(days=1), reason="加",
            leads=city.unit_ids("市体育局"), supports=city.unit_ids("市财政局"))  # fmt: skip
    assert city.row(session, "1").entered_at == later


def test_a_collective_unit_is_never_named_first(session: Session, city: City) -> None:
    with pytest.raises(InvalidInput) as raised:
        city.do(session, "supervisor", "1", "reassign", reason="换",
                leads=city.unit_ids("各县（市、区）政府"), supports=[])  # fmt: skip
    assert set(raised.value.fields) == {"leads"}
    city.do(session, "supervisor", "1", "reassign", reason="换",
            leads=city.unit_ids("市民政局", "各县（市、区）政府"), supports=[])  # fmt: skip


def test_a_person_of_two_lead_units_acknowledges_for_the_second_too(session: Session, city: City) -> None:
    give_role(session, session.get_one(User, city.people["handler"].user_id), "handler", city.units["市教育局"])
    both = reload_actor(session, city.people["handler"])
    city.do(session, "leader", "1", "acknowledge")
    city.do(session, both, "1", "acknowledge")
    row = city.row(session, "1")
    assert set(acknowledgements_of(session, [row])[row.task_id]) == set(city.unit_ids("市民政局", "市教育局"))
    assert row.state == "in_progress"
    with pytest.raises(InvalidTransition):
        city.do(session, both, "1", "acknowledge")


def test_declining_ends_all_assignments_and_dispatching_needs_units_again(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "decline", reason="不属于我局职责")
    row = city.row(session, "1")
    assert (row.state, row.leads, row.supports, row.dispatched_at) == ("pending_dispatch", (), (), None)
    sets = session.scalars(select(AssignmentSet.act).where(AssignmentSet.task_id == row.task_id)).all()
    assert sets == ["import", "decline"]
    with pytest.raises(InvalidInput) as raised:
        city.do(session, "supervisor", "1", "dispatch")
    assert set(raised.value.fields) == {"leads"}
    city.do(session, "supervisor", "1", "dispatch", leads=city.unit_ids("市体育局"))
    assert [unit.name for unit in city.row(session, "1").leads] == ["市体育局"]


def test_another_leads_declining_is_a_request_and_ends_nothing(session: Session, city: City) -> None:
    city.do(session, "other_lead", "1", "decline", reason="请调整")
    row = city.row(session, "1")
    assert (row.state, len(row.leads)) == ("assigned", 2)
    assert acts(session, city, "1")[-1] == (2, "decline", "assigned", "assigned")


# Two supervisors for what the host unit leads


def test_the_host_units_report_takes_two_supervisors(session: Session, city: City) -> None:
    to_reported(session, city, "2", "host_handler")
    with pytest.raises(NotAllowed):
        city.do(session, "supervisor", "2", "verify")
    city.do(session, "supervisor", "2", "first_check")
    assert city.row(session, "2").state == "reported"
    for who in ("supervisor", "host_supervisor"):
        with pytest.raises(NotAllowed):
            city.do(session, who, "2", "verify")
    city.do(session, "second_supervisor", "2", "verify")
    assert city.row(session, "2").state == "verified"


def test_so_does_one_that_the_host_unit_leads_without_being_first_named(session: Session, city: City) -> None:
    to_reported(session, city, "3")
    with pytest.raises(NotAllowed):
        city.do(session, "supervisor", "3", "verify")
    city.do(session, "second_supervisor", "3", "first_check")
    city.do(session, "supervisor", "3", "verify")
    assert city.row(session, "3").state == "verified"


@pytest.mark.parametrize("back", ["return", "withdraw"])
def test_the_first_check_is_void_after_return_or_withdrawal(session: Session, city: City, back: str) -> None:
    to_reported(session, city, "2", "host_handler")
    city.do(session, "supervisor", "2", "first_check")
    who, data = ("second_supervisor", {"reason": "补充"}) if back == "return" else ("host_handler", {})
    city.do(session, who, "2", back, **data)
    city.do(session, "host_handler", "2", "report", **REPORT)
    with pytest.raises(NotAllowed):
        city.do(session, "second_supervisor", "2", "verify")
    city.do(session, "second_supervisor", "2", "first_check")
    city.do(session, "supervisor", "2", "verify")
    assert session.scalars(select(FirstCheck.user_id).order_by(FirstCheck.at, FirstCheck.report_id)).all() == [
        city.people["supervisor"].user_id,
        city.people["second_supervisor"].user_id,
    ]


def test_who_wrote_a_version_checks_nothing_of_that_report(session: Session, city: City) -> None:
    user = session.get_one(User, city.people["supervisor"].user_id)
    give_role(session, user, "leader", city.units["市民政局"])
    both = reload_actor(session, city.people["supervisor"])
    city.do(session, both, "1", "acknowledge")
    city.do(session, both, "1", "report", **REPORT)
    city.do(session, "second_supervisor", "1", "return", reason="补充")
    city.do(session, "handler", "1", "report", **REPORT)
    row = city.row(session, "1")
    facts = task_facts(session, both, city.plan, [row])[row.task_id]
    assert "verify" not in available_actions("standard", facts)
    assert why_not_verify(facts) == "You wrote or signed a version of this report, so others must verify it."
    with pytest.raises(NotAllowed):
        city.do(session, both, "1", "verify")
    city.do(session, "second_supervisor", "1", "verify")
    city.do(session, "handler", "1", "report", **REPORT)
    city.do(session, both, "1", "verify")
    assert city.row(session, "1").state == "verified"


@pytest.mark.parametrize(
    "proof", [{"evidence": "验收文件"}, {"measured_value": "95.5", "measured_year": 2023, "measured_source": "统计"}]
)
def test_completion_without_evidence_or_value_cannot_be_verified(
    session: Session, city: City, proof: dict[str, Any]
) -> None:
    to_reported(session, city, "1", **UNPROVEN)
    row = city.row(session, "1")
    facts = task_facts(session, city.people["supervisor"], city.plan, [row])[row.task_id]
    assert available_actions("standard", facts) == ("return", "suspend", "terminate")
    with pytest.raises(NotAllowed, match="claims completion but names no evidence"):
        city.do(session, "supervisor", "1", "verify")
    city.do(session, "supervisor", "1", "return", reason="请附佐证材料")
    city.do(session, "handler", "1", "report", **UNPROVEN, **proof)
    city.do(session, "supervisor", "1", "verify")
    assert city.row(session, "1").completion_verified is True


# A failing command leaves nothing behind


def dump() -> dict[str, list[Any]]:
    """Every row of every table."""
    with db.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


@contextmanager
def nothing_left_behind(error: type[Exception]) -> Iterator[None]:
    """The block fails with this error, and the database is as before."""
    before = dump()
    with pytest.raises(error):
        yield
    assert dump() == before


Doing = Callable[[Session, City], object]
FAILURES: dict[str, tuple[type[TrackerError], Doing]] = {
    "no such plan": (NotFound, lambda s, c: dispatch_tasks(
        s, c.people["supervisor"], NOW, slug="nowhere", versions={"4": 0}, data={}, key="k")),
    "no such task": (NotFound, lambda s, c: dispatch_tasks(
        s, c.people["supervisor"], NOW, slug="shaoguan", versions={"99": 0}, data={}, key="k")),
    "no such trigger": (NotFound, lambda s, c: c.do(s, "supervisor", "1", "sign_off", key="k", reason="理由")),
    "another region": (NotFound, lambda s, c: c.do(s, "another_region", "1", "verify", key="k")),
    "nobody": (NotFound, lambda s, c: c.do(s, "nobody", "1", "report", key="k", **REPORT)),
    "not allowed": (NotAllowed, lambda s, c: c.do(s, "supporting", "1", "acknowledge", key="k")),
    "stale": (StaleVersion, lambda s, c: c.do(s, "handler", "1", "acknowledge", key="k", version=0)),
    "no text": (InvalidInput, lambda s, c: c.do(s, "leader", "5", "report", key="k", done="  ", progress=10)),
    "progress of 130": (InvalidInput, lambda s, c: c.do(s, "leader", "5", "report", key="k", done="x", progress=130)),
    "no reason": (InvalidInput, lambda s, c: c.do(s, "supervisor", "1", "terminate", key="k", reason=" ")),
    "a unit twice": (InvalidInput, lambda s, c: c.do(
        s, "supervisor", "4", "dispatch", key="k", leads=c.unit_ids("市民政局", "市民政局"))),
    "a unit of elsewhere": (InvalidInput, lambda s, c: c.do(
        s, "supervisor", "4", "dispatch", key="k", leads=[c.people["another_region"].roles[0].unit_id])),
    "no such step": (InvalidTransition, lambda s, c: c.do(s, "supervisor", "1", "verify", key="k")),
    "one of many stale": (StaleVersion, lambda s, c: dispatch_tasks(
        s, c.people["supervisor"], NOW, slug="shaoguan", versions={"4": 0, "6": 7},
        data={"leads": c.unit_ids("市民政局")}, key="k")),
    "a key used for something else": (KeyReused, lambda s, c: c.do(s, "handler", "1", "acknowledge", key="used")),
}  # fmt: skip


@pytest.fixture
def committed(app: Flask) -> Iterator[City]:
    """In the database: 1 to 3 and 5 dispatched, 5 in progress, 4 and 6 without units; the key "used" is taken."""
    with app.app_context():
        with transaction() as session:
            lead = ["市民政局"]
            tasks = [task_entry(ref, lead if ref in "1235" else []) for ref in "123456"]
            city = make_city(session, tasks)
            city.go_live(session)
            city.do(session, "handler", "5", "acknowledge", key="used")
        yield city


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failing_command_leaves_nothing_behind(failure: str, committed: City) -> None:
    error, doing = FAILURES[failure]
    with nothing_left_behind(error), transaction() as session:
        doing(session, committed)


def test_a_fault_after_the_effects_leaves_nothing_behind_either(
    committed: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the audit is broken")

    monkeypatch.setattr(audit, "record", broken)
    with nothing_left_behind(RuntimeError), transaction() as session:
        committed.do(session, "handler", "1", "acknowledge", key="k")


def leave_something_behind(city: City) -> None:
    """A command path that commits although the command failed."""
    with nothing_left_behind(NotAllowed), transaction() as session:
        give_role(session, session.get_one(User, city.people["observer"].user_id), "handler", city.units["市民政局"])
        session.commit()
        city.do(session, "supporting", "1", "acknowledge", key="k")


def test_a_planted_leftover_is_found(committed: City) -> None:
    with pytest.raises(AssertionError, match="memberships"):
        leave_something_behind(committed)


def test_state_and_history_agree_in_the_database(committed: City) -> None:
    with db.engine.connect() as connection:
        wrong = connection.execute(
            text(
                "SELECT count(*) FROM instances i WHERE i.version <> "
                "(SELECT coalesce(max(h.version), 0) FROM task_history h WHERE h.task_id = i.task_id)"
            )
        ).scalar_one()
    assert wrong == 0


def test_a_person_who_left_the_unit_can_do_nothing_more(session: Session, city: City) -> None:
    person = make_person(session, city.units["市民政局"], "handler")
    end_role(session, session.get_one(User, person.user_id), "handler")
    with pytest.raises(NotFound):
        city.do(session, reload_actor(session, person), "1", "acknowledge")
