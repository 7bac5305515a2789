"""The rounds of a term: their default days, and what the passing of days does to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tracker.errors import InvalidInput, InvalidTransition
from tracker.evaluations.dates import default_dates, rounds_of_term
from tracker.evaluations.rounds import ROUND_KIND_LABELS, ROUND_STATE_LABELS, RULES, RoundRow, current, due_steps, fire
from tracker.evaluations.schemas import RoundDatesSchema
from tracker.i18n import CHINESE, translations
from tracker.outbox.shapes import ROUND_LABELS
from tracker.plans.models import ROUND_KINDS, ROUND_STATES
from tracker.reporting.commands import checked
from tracker.workdays.calendar import CHINA

LIVE = date(2022, 4, 18)


@pytest.mark.parametrize(
    ("kind", "year", "days"),
    [
        ("mid_term", 2023, "2023-07-03 2023-08-31 2023-10-31 2023-11-30"),
        ("mid_term", 2028, "2028-07-03 2028-08-31 2028-10-31 2028-11-30"),
        ("end_of_term", 2025, "2026-01-04 2026-02-28 2026-03-31 2026-06-30"),
        ("annual", 2021, "2022-01-04 2022-01-30 2022-02-28 2022-04-29"),
        ("annual", 2022, "2023-01-03 2023-01-31 2023-02-28 2023-04-28"),
        ("annual", 2023, "2024-01-02 2024-01-31 2024-02-29 2024-04-30"),
        ("annual", 2024, "2025-01-02 2025-01-27 2025-02-28 2025-04-30"),
    ],
)
def test_default_days_are_first_and_last_working_days(kind: str, year: int, days: str) -> None:
    dates = default_dates(kind, year, CHINA)
    found = (dates.opens_on, dates.report_due_on, dates.verify_due_on, dates.disclosure_on)
    assert " ".join(day.isoformat() for day in found) == days


def test_every_plan_has_mid_term_and_end_of_term_and_annual_ones_only_where_named() -> None:
    plain = [(dates.kind, dates.year) for dates in rounds_of_term(2021, 2025, {"monitoring", "commendation"}, CHINA)]
    assert plain == [("mid_term", 2023), ("end_of_term", 2025)]
    named = [(dates.kind, dates.year) for dates in rounds_of_term(2021, 2025, {"annual"}, CHINA)]
    assert named == [
        ("annual", 2021),
        ("annual", 2022),
        ("mid_term", 2023),
        ("annual", 2023),
        ("annual", 2024),
        ("end_of_term", 2025),
    ]


@pytest.mark.parametrize(("first", "last", "middle"), [(2021, 2025, 2023), (2021, 2024, 2022), (2021, 2023, 2022)])
def test_the_mid_term_lies_in_the_middle_year(first: int, last: int, middle: int) -> None:
    assert ("mid_term", middle) in [(dates.kind, dates.year) for dates in rounds_of_term(first, last, (), CHINA)]


def a_round(kind: str = "mid_term", year: int = 2023, state: str = "planned", number: int = 1) -> RoundRow:
    """A round on its default days."""
    d = default_dates(kind, year, CHINA)
    return RoundRow(number, kind, year, d.opens_on, d.report_due_on, d.verify_due_on, d.disclosure_on, state)


def steps(rounds: list[RoundRow], today: str, live_on: date = LIVE) -> list[tuple[int, str, str]]:
    """(round, trigger, new state) of what is due."""
    found, _ = due_steps(rounds, date.fromisoformat(today), live_on)
    return [(step.round_id, step.trigger, step.state) for step in found]


@pytest.mark.parametrize(
    ("state", "today", "expected"),
    [
        ("planned", "2023-07-02", []),
        ("planned", "2023-07-03", [(1, "open", "open")]),
        ("planned", "2023-08-31", [(1, "open", "open")]),
        ("planned", "2023-09-01", [(1, "open", "open"), (1, "review", "reviewing")]),
        ("open", "2023-08-31", []),
        ("open", "2023-09-01", [(1, "review", "reviewing")]),
        ("reviewing", "2023-12-01", []),
        ("sealed", "2023-12-01", []),
        ("disclosed", "2023-12-01", []),
        ("skipped", "2023-12-01", []),
    ],
)
def test_a_round_opens_on_its_day_and_reviews_the_day_after_report_due(
    state: str, today: str, expected: list[tuple[int, str, str]]
) -> None:
    assert steps([a_round(state=state)], today) == expected


def test_an_opening_round_moves_an_older_open_one_to_reviewing() -> None:
    older = replace(a_round(state="open"), report_due_on=date(2024, 1, 15))
    newer = a_round("annual", 2023, number=2)
    assert steps([newer, older], "2024-01-02") == [(1, "review", "reviewing"), (2, "open", "open")]


def test_after_a_long_outage_rounds_open_one_after_the_other() -> None:
    both = [a_round(), a_round("annual", 2023, number=2)]
    found, after = due_steps(both, date(2024, 1, 20), LIVE)
    assert [(step.round_id, step.state) for step in found] == [(1, "open"), (1, "reviewing"), (2, "open")]
    assert [row.state for row in after] == ["reviewing", "open"]
    assert current(after) == after[1]


def test_a_round_whose_report_day_lies_before_going_live_is_skipped() -> None:
    annual = a_round("annual", 2022)
    assert steps([annual], "2023-06-15", date(2023, 2, 1)) == [(1, "skip", "skipped")]
    assert steps([annual], "2023-01-31", date(2023, 1, 31)) == [(1, "open", "open")]


def test_done_steps_are_not_due_again() -> None:
    _, after = due_steps([a_round(), a_round("annual", 2023, number=2)], date(2023, 9, 1), LIVE)
    assert due_steps(after, date(2023, 9, 1), LIVE)[0] == []


def test_the_current_round_is_the_newest_that_is_open_or_reviewing() -> None:
    old, new = a_round(state="reviewing"), a_round("annual", 2023, number=2)
    assert current([old, new]) == old
    assert current([old, replace(new, state="open")]) == replace(new, state="open")
    assert current([replace(old, state="sealed"), new]) is None


@pytest.mark.parametrize("state", ROUND_STATES)
@pytest.mark.parametrize("trigger", sorted({trigger for trigger, _, _ in RULES}))
def test_every_cell_of_the_table_moves_or_is_refused(state: str, trigger: str) -> None:
    allowed = {
        ("planned", "open"): "open",
        ("planned", "skip"): "skipped",
        ("open", "review"): "reviewing",
        ("reviewing", "seal"): "sealed",
        ("sealed", "disclose"): "disclosed",
    }
    if (state, trigger) in allowed:
        assert fire(state, trigger) == allowed[state, trigger]
    else:
        with pytest.raises(InvalidTransition):
            fire(state, trigger)


def test_kinds_and_states_have_names_in_both_languages() -> None:
    assert set(ROUND_KIND_LABELS) == set(ROUND_KINDS)
    assert set(ROUND_STATE_LABELS) == set(ROUND_STATES)
    catalogue = translations(CHINESE)
    names = [*ROUND_KIND_LABELS.values(), *ROUND_STATE_LABELS.values()]
    assert all(catalogue.ugettext(name) != name for name in names)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"opens_on": "2023-07-01"}, "opens_on"),
        ({"opens_on": ""}, "opens_on"),
        ({"report_due_on": "2023-06-30"}, "report_due_on"),
        ({"verify_due_on": "31.10.2023"}, "verify_due_on"),
        ({"disclosure_on": "2023-10-30"}, "disclosure_on"),
    ],
)
def test_wrong_days_are_named_by_their_field(change: dict[str, str], field: str) -> None:
    form = {
        "opens_on": "2023-07-03",
        "report_due_on": "2023-08-31",
        "verify_due_on": "2023-10-31",
        "disclosure_on": "2023-11-30",
    }
    schema = RoundDatesSchema(
        today=date(2023, 6, 15), live_on=date(2023, 6, 15), years=range(2021, 2029), calendar=CHINA
    )
    assert checked(schema, form)["opens_on"] == date(2023, 7, 3)
    with pytest.raises(InvalidInput) as raised:
        checked(schema, form | change)
    assert list(raised.value.fields) == [field]


def test_mails_name_the_kinds_of_rounds_as_the_pages_do() -> None:
    """The outbox lies on a lower floor and keeps its own table."""
    assert ROUND_LABELS == ROUND_KIND_LABELS
