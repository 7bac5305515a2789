"""The tests of parts and of requests for input are tests: each fails on a wrong product.

A plant replaces one thing by a wrong one and calls the test that must notice it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from tests.factories import City, make_city
from tests.services import test_input_requests as inputs
from tests.services import test_parts as parts
from tracker.access import permissions
from tracker.errors import TrackerError
from tracker.outbox.models import OutboxMessage
from tracker.reporting import asking
from tracker.reporting.input_requests import askable, stands
from tracker.reporting.parts import TEXTS, add_part, newest_parts, owing
from tracker.reporting.policy import ANSWER, PART, REQUEST
from tracker.workflows import effects
from tracker.workflows import parts as filing

NOTICED = (AssertionError, pytest.fail.Exception, TrackerError, NoResultFound)
Plant = tuple[Any, str, Any]
Run = Callable[[Session, City], None]


@pytest.fixture
def city(session: Session) -> City:
    """As those tests have it: task 1 is in progress, and the mails so far are out of the way."""
    made = make_city(session)
    made.go_live(session)
    made.do(session, "handler", "1", "acknowledge")
    for message in session.scalars(select(OutboxMessage)):
        session.delete(message)
    session.flush()
    return made


def nothing(*_arguments: Any, **_more: Any) -> None:
    """What should do something does nothing."""


def last_wins(session: Session, *arguments: Any, **given: Any) -> Any:
    """A part is written over whatever a colleague wrote."""
    known = newest_parts(session, {given["task_id"]: given["sequence"]}, [given["unit_id"]])
    seen = max((part.version for part in known.values()), default=0)
    return add_part(session, *arguments, **{**given, "seen": seen})


def again_and_again(rows: Any, typed: Any) -> Any:
    """Parts are put below what was typed without looking whether they stand there."""
    joined = {name: "\n".join([typed.get(name) or "", *(getattr(r.part, name, "") for r in rows)]) for name in TEXTS}
    return {**typed, **joined}


def late_on_the_day(request: Any, row: Any, today: Any, region: Any) -> Any:
    """No answer already on the day itself."""
    return stands(request, row, today + timedelta(days=1), region)


def in_calendar_days(request: Any, row: Any, today: Any, region: Any) -> Any:
    """Days to the answer with Saturdays and Sundays."""
    found = stands(request, row, today, region)
    return replace(found, days=(request.answers[0].at - request.at).days) if request.answers else found


PARTS: dict[str, tuple[Plant, Run]] = {
    "the first-named lead owes one": (
        (parts, "owing", lambda row: {**owing(row), row.first_lead.unit_id: None}),
        parts.test_who_owes_a_part_are_the_other_leads_and_the_members,
    ),
    "members owe none": (
        (parts, "owing", lambda row: {key: name for key, name in owing(row).items() if name is None}),
        parts.test_who_owes_a_part_are_the_other_leads_and_the_members,
    ),
    "at any time": (
        (permissions._map, PART, lambda facts: True),
        parts.test_no_part_before_the_dispatch_nor_after_the_end,
    ),
    "for any unit": (
        (filing, "own_parts", lambda actor, row: list(owing(row))),
        parts.test_nobody_files_for_another_unit,
    ),
    "the last one wins": ((filing, "add_part", last_wins), parts.test_of_two_colleagues_one_wins),
    "no audit": ((filing, "note", nothing), parts.test_a_part_moves_nothing_and_is_in_the_audit),
    "the silent are not kept": (
        (effects, "record_parts", nothing),
        parts.test_a_report_keeps_which_parts_were_in_and_who_was_silent,
    ),
    "always of the first report": (
        (filing, "sequence_of", lambda session, task_id: 1),
        parts.test_after_the_verification_the_parts_are_those_of_the_next_report,
    ),
    "taken over twice": (
        (parts, "taken_over", again_and_again),
        parts.test_taking_over_puts_each_part_once_below_what_was_typed,
    ),
}
INPUTS: dict[str, tuple[Plant, Run]] = {
    "everybody may ask": (
        (permissions._map, REQUEST, lambda facts: True),
        lambda session, city: inputs.test_who_may_ask(session, city, "other_lead"),
    ),
    "everybody may answer": (
        (permissions._map, ANSWER, lambda facts: True),
        lambda session, city: inputs.test_who_may_answer(session, city, "handler"),
    ),
    "lead units are asked": (
        (asking, "askable", lambda row: [*askable(row), *(unit.unit_id for unit in row.leads)]),
        lambda session, city: inputs.test_only_supporting_units_and_members_are_asked(session, city, "市教育局"),
    ),
    "any day will do": (
        (asking, "_check", nothing),
        lambda session, city: inputs.test_the_day_is_a_working_day_today_or_later(session, city, "2023-06-17"),
    ),
    "nobody is told": (
        (asking, "tell_units", nothing),
        inputs.test_a_request_moves_nothing_tells_each_unit_and_is_in_the_audit,
    ),
    "supervisors are not told": (
        (asking, "tell_supervisors", nothing),
        inputs.test_supervisors_are_told_of_the_answer_to_their_request,
    ),
    "the day itself is late": ((inputs, "stands", late_on_the_day), inputs.test_no_answer_follows_from_the_day),
    "calendar days": (
        (inputs, "stands", in_calendar_days),
        inputs.test_the_days_to_an_answer_are_working_days_to_the_first,
    ),
    "of any task": (
        (asking, "request_of", lambda session, row, key: session.get(asking.InputRequest, key)),
        inputs.test_a_request_is_found_under_its_own_task_alone,
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_plant_in_parts_is_noticed(session: Session, city: City, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    noticed(session, city, monkeypatch, *PARTS[name])


@pytest.mark.parametrize("name", INPUTS)
def test_a_plant_in_requests_for_input_is_noticed(
    session: Session, city: City, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    noticed(session, city, monkeypatch, *INPUTS[name])


def noticed(session: Session, city: City, monkeypatch: pytest.MonkeyPatch, plant: Plant, run: Run) -> None:
    """The test passes without the plant, as its own file shows, and fails with it."""
    where, name, wrong = plant
    if isinstance(where, dict):
        monkeypatch.setitem(where, name, wrong)
    else:
        monkeypatch.setattr(where, name, wrong)
    with pytest.raises(NOTICED):
        run(session, city)
