"""The term of a plan at a glance: a year in twelve small months, and every reminder as a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from ..access import Actor
from ..clock import local_day
from ..errors import NotFound
from ..plans.models import Plan, Round
from ..plans.queries import rounds_of
from ..workdays.calendar import Calendar
from .lines import Entry, Line, ahead, lines_of, recorded
from .pages import names_of_recipients
from .rehearsal import rehearse
from .scope import Asked, Choices, Scope, choices_of, scope_of

YEARS_AFTER = 1  # the end-of-term round lies in the year after the term
ROWS = 50
GONE = ("superseded",)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SmallDay:
    """A day of a small month.  ``number`` of reminders; ``mark``: late, round, task or free, empty where nothing is."""

    date: date
    inside: bool
    number: int
    mark: str
    round_days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SmallMonth:
    """``reminders`` and ``mails`` of a month; ``weeks`` of days, Monday first; ``round_days``: (day, round, what)."""

    first: date
    weeks: tuple[tuple[SmallDay, ...], ...]
    reminders: int
    mails: int
    round_days: tuple[tuple[date, str, str], ...]


@dataclass(frozen=True, slots=True)
class Year:
    """The page of a year.  ``totals``: year of the term -> (reminders, mails).  ``busiest``: (name, mails) of the year.

    ``rehearsed_from`` is today where the plan is not live and the page says what going live today would bring.
    """

    scope: Scope
    choices: Choices
    plan: Plan
    year: int
    today: date
    months: tuple[SmallMonth, ...]
    totals: dict[int, tuple[int, int]]
    busiest: tuple[str, int] | None
    provisional: frozenset[int]
    rehearsed_from: date | None


def year_of_term(session: Session, actor: Actor, now: datetime, asked: Asked, year: int | None) -> Year:
    """A year of the first plan that the address or the person's roles name.  Raises NotFound where they see none.

    A dozen statements, whatever the number of tasks; the whole term is counted, so that every year has its total.
    """
    scope, plan = _one_plan(session, actor, asked)
    today = local_day(now, plan.region.timezone)
    everything = term_entries(session, plan, now, scope)
    entries = [entry for entry in scope.of(everything) if entry.status not in GONE]
    years = range(plan.first_year, plan.last_year + YEARS_AFTER + 1)
    chosen = year if year is not None and year in years else min(max(today.year, years[0]), years[-1])
    rounds = rounds_of(session, [plan.id])
    calendar = plan.region.calendar
    return Year(
        scope=scope,
        choices=choices_of(session, [plan], everything) if scope.whole else Choices(),
        plan=plan,
        year=chosen,
        today=today,
        months=tuple(_month(date(chosen, number, 1), entries, rounds, calendar) for number in range(1, 13)),
        totals={number: _count(entry for entry in entries if entry.day.year == number) for number in years},
        busiest=_busiest(session, [entry for entry in entries if entry.day.year == chosen]) if scope.whole else None,
        provisional=frozenset(number for number in years if calendar.is_provisional(number)),
        rehearsed_from=today if plan.live_since is None else None,
    )


def term_entries(session: Session, plan: Plan, now: datetime, scope: Scope) -> list[Entry]:
    """Everything that the ledger has of a plan and everything that is still to come in its term."""
    first, last = date(plan.first_year, 1, 1), date(plan.last_year + YEARS_AFTER, 12, 31)
    today = local_day(now, plan.region.timezone)
    entries = recorded(session, [plan], first, last, scope.recipient)
    known = {(entry.recipient, entry.kind, entry.day) for entry in entries if entry.day == today}
    return entries + ahead(session, plan, now, today, last, scope.recipient, known, as_if_live=scope.whole)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list of the reminders from ``first`` to ``last``; ``names`` says who a recipient key is."""

    scope: Scope
    choices: Choices
    plan: Plan
    first: date
    last: date
    today: date
    lines: tuple[Line, ...]
    names: dict[str, str]
    number: int
    total: int
    rehearsed_from: date | None

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.total // ROWS))

    def words(self, line: Line) -> list[str]:
        """Who a line goes to: units, people where they have none, each once."""
        return list(dict.fromkeys(self.names.get(key, key) for key in line.recipients))


def list_of_term(
    session: Session,
    actor: Actor,
    now: datetime,
    asked: Asked,
    first: date | None = None,
    last: date | None = None,
    number: int = 1,
) -> Listed:
    """A page of reminders, by default from today to the end.  Raises NotFound where the person sees no plan."""
    scope, plan = _one_plan(session, actor, asked)
    today = local_day(now, plan.region.timezone)
    first, last = first or today, last or date(plan.last_year + YEARS_AFTER, 12, 31)
    everything = term_entries(session, plan, now, scope)
    lines = lines_of(entry for entry in scope.of(everything) if first <= entry.day <= last)
    number = min(max(number, 1), max(1, -(-len(lines) // ROWS)))
    shown = lines[(number - 1) * ROWS : number * ROWS]
    return Listed(
        scope=scope,
        choices=choices_of(session, [plan], everything) if scope.whole else Choices(),
        plan=plan,
        first=first,
        last=last,
        today=today,
        lines=tuple(shown),
        names=names_of_recipients(session, everything),
        number=number,
        total=len(lines),
        rehearsed_from=today if plan.live_since is None else None,
    )


def rows_of_term(
    session: Session, actor: Actor, now: datetime, asked: Asked, first: date | None, last: date | None
) -> list[dict[str, Any]]:
    """The rehearsal in the shape of ``reminders preview --json``, of those whom the person may see."""
    scope, plan = _one_plan(session, actor, asked)
    today = local_day(now, plan.region.timezone)
    begin, end = max(first or today, today), last or date(plan.last_year + YEARS_AFTER, 12, 31)
    rows = rehearse(session, plan, today, end) if scope.whole or plan.live_since is not None else []
    return [
        row.as_json()
        for row in rows
        if row.due.due_on >= begin and (scope.keys is None or row.due.recipient.key in scope.keys)
    ]


def _one_plan(session: Session, actor: Actor, asked: Asked) -> tuple[Scope, Plan]:
    scope = scope_of(session, actor, asked, one_plan=True)
    if scope.plan is None or (asked.slug and scope.plan.slug != asked.slug):
        raise NotFound()
    return scope, scope.plan


def _count(entries: Iterable[Entry]) -> tuple[int, int]:
    """Reminders and mails; one mail a person and day."""
    found = list(entries)
    return len(found), len({(e.recipient, e.day) for e in found if e.status != "no_address"})


def _busiest(session: Session, entries: Sequence[Entry]) -> tuple[str, int] | None:
    days = Counter(key for key, _ in {(e.recipient, e.day) for e in entries if e.status != "no_address"})
    if not days:
        return None
    key, number = max(days.items(), key=lambda item: (item[1], item[0]))
    return names_of_recipients(session, entries).get(key, key), number


def _month(first: date, entries: Sequence[Entry], rounds: Sequence[Round], calendar: Calendar) -> SmallMonth:
    own = [entry for entry in entries if (entry.day.year, entry.day.month) == (first.year, first.month)]
    by_day: dict[date, list[Entry]] = {}
    for entry in own:
        by_day.setdefault(entry.day, []).append(entry)
    round_days = tuple(
        (day, round_.kind, what)
        for round_ in rounds
        for what, day in (
            ("opens", round_.opens_on),
            ("report_due", round_.report_due_on),
            ("verify_due", round_.verify_due_on),
            ("disclosure", round_.disclosure_on),
        )
        if (day.year, day.month) == (first.year, first.month)
    )
    day = first - timedelta(days=first.weekday())
    weeks = []
    while (day.year, day.month) <= (first.year, first.month):
        week = [day + timedelta(days=number) for number in range(7)]
        weeks.append(tuple(_small(d, d.month == first.month, by_day.get(d, []), round_days, calendar) for d in week))
        day += timedelta(days=7)
    reminders, mails = _count(own)
    return SmallMonth(first, tuple(weeks), reminders, mails, tuple(sorted(round_days)))


def _small(
    day: date,
    inside: bool,
    entries: Sequence[Entry],
    round_days: Iterable[tuple[date, str, str]],
    calendar: Calendar,
) -> SmallDay:
    kinds = {entry.kind for entry in entries}
    mark = "" if calendar.is_working(day) else "free"
    if kinds:
        mark = "late" if "overdue" in kinds else "round" if any(e.round_kind for e in entries) else "task"
    return SmallDay(day, inside, len(entries), mark, tuple(what for on, _, what in round_days if on == day))
