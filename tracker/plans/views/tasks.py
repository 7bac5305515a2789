"""The read behind the list of a plan's tasks: filters, order, pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from ...access import Actor
from ...web.context import whole_number
from ...workflows.definitions import DEFINITIONS, STATE_LABELS
from ...workflows.models import HistoryEntry
from ...workflows.queries import last_acts
from ..models import Plan, Round
from ..queries import TaskRow, UnitRef, plan_by_slug, rounds_of, task_rows
from .listing import Listed, current_of, listed, owes

PAGE_SIZE = 50
OWING = "owing"
LAMP_ORDER = ("red", "yellow", "green", "none")
STATE_ORDER = tuple(STATE_LABELS)
SORTS: Mapping[str, Callable[[Listed], Any]] = {
    "ref": lambda _: 0,
    "lead": lambda task: task.row.leads[0].name if task.row.leads else "",
    "state": lambda task: STATE_ORDER.index(task.row.state),
    "lamp": lambda task: (LAMP_ORDER.index(task.standing.lamp), task.standing.nearest_due or date.max),
    "deadline": lambda task: task.row.deadline or date.max,
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader asked for.  ``part``: whether ``unit`` leads or supports; ``sort`` is turned by a - before it."""

    state: str = ""
    unit: str = ""
    part: str = ""
    section: str = ""
    lamp: str = ""
    q: str = ""
    sort: str = "ref"
    page: str = "1"

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Filters:
        """From the address of the page; what is unknown there counts as not given."""
        asked = cls(**{field.name: given.get(field.name, field.default).strip() for field in fields(cls)})  # type: ignore[union-attr]
        known = {
            "state": asked.state in (*STATE_LABELS, OWING),
            "unit": asked.unit.isdecimal(),
            "part": asked.part in ("lead", "support"),
            "section": asked.section.isdecimal(),
            "lamp": asked.lamp in LAMP_ORDER,
            "sort": asked.sort.removeprefix("-") in SORTS,
            "page": bool(whole_number(asked.page)),
        }
        return replace(asked, **{name: getattr(cls(), name) for name, good in known.items() if not good})

    def args(self, **changes: str | int) -> dict[str, str]:
        """The arguments of the address with some of them changed; a changed filter goes back to page 1."""
        values = {**asdict(self), "page": "1", **{name: str(value) for name, value in changes.items()}}
        plain = asdict(Filters())
        return {name: value for name, value in values.items() if value != plain[name]}

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return replace(self, sort="ref", page="1") != Filters()

    def keeps(self, task: Listed) -> bool:
        """Whether the task is asked for."""
        return (
            self._keeps_state(task.row)
            and (not self.lamp or task.standing.lamp == self.lamp)
            and (not self.section or str(task.row.section_id) == self.section)
            and (not self.unit or any(str(unit.unit_id) == self.unit for unit in self._units(task.row)))
            and (not self.q or self.q == task.row.ref or self.q.casefold() in task.row.text.casefold())
        )

    def _keeps_state(self, row: TaskRow) -> bool:
        return owes(row) if self.state == OWING else not self.state or row.state == self.state

    def _units(self, row: TaskRow) -> tuple[UnitRef, ...]:
        if self.part == "lead":
            return row.leads
        return row.supports if self.part == "support" else (*row.leads, *row.supports)


@dataclass(frozen=True, slots=True)
class Chip:
    """A ready-made filter with how many tasks it finds."""

    name: str
    number: int
    args: dict[str, str]
    current: bool


@dataclass(frozen=True, slots=True)
class TaskList:
    """One page of the list.  ``first`` and ``last`` count from 1; ``recent`` is each task's latest act."""

    plan: Plan
    round_: Round | None
    filters: Filters
    chips: list[Chip]
    entries: list[Listed]
    recent: dict[int, HistoryEntry]
    everything: int
    total: int
    number: int
    pages: int
    first: int
    last: int
    units: list[tuple[int, str]]
    sections: list[tuple[int, str]]
    states: tuple[str, ...]


def task_list(session: Session, actor: Actor, now: datetime, slug: str, filters: Filters) -> TaskList:
    """A page of the tasks that the filters keep: a fixed number of statements.  Raises NotFound."""
    plan = plan_by_slug(session, actor, slug)
    round_ = current_of(rounds_of(session, [plan.id]))
    every = listed(plan, task_rows(session, [plan.id]), round_, now)
    found = [task for task in every if filters.keeps(task)]
    found.sort(key=SORTS[filters.sort.removeprefix("-")])
    if filters.sort.startswith("-"):
        found.reverse()
    pages = max(1, -(-len(found) // PAGE_SIZE))
    number = min(int(filters.page), pages)
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return TaskList(
        plan=plan,
        round_=round_,
        filters=filters,
        chips=_chips(every, filters),
        entries=shown,
        recent=last_acts(session, [task.row.task_id for task in shown], DEFINITIONS[plan.definition].triggers),
        everything=len(every),
        total=len(found),
        number=number,
        pages=pages,
        first=(number - 1) * PAGE_SIZE + 1 if shown else 0,
        last=(number - 1) * PAGE_SIZE + len(shown),
        units=_units(every),
        sections=_sections(every),
        states=(OWING, *DEFINITIONS[plan.definition].states),
    )


def _chips(tasks: Sequence[Listed], filters: Filters) -> list[Chip]:
    wanted = {
        "all": Filters(),
        "not_reported": Filters(state=OWING),
        "to_verify": Filters(state="reported"),
        "overdue": Filters(lamp="red"),
        "not_acknowledged": Filters(state="assigned"),
        "verified": Filters(state="verified"),
    }
    asked = replace(filters, sort="ref", page="1")
    return [
        Chip(name, sum(chip.keeps(task) for task in tasks), chip.args(), chip == asked) for name, chip in wanted.items()
    ]


def _units(tasks: Sequence[Listed]) -> list[tuple[int, str]]:
    """The units that have part in the tasks, in the order in which the plan names them."""
    units = {unit.unit_id: unit.name for task in tasks for unit in task.row.leads}
    units |= {unit.unit_id: unit.name for task in tasks for unit in task.row.supports}
    return list(units.items())


def _sections(tasks: Sequence[Listed]) -> list[tuple[int, str]]:
    """The sections of the plan that have tasks, in its order."""
    rows = (task.row for task in tasks)
    return list({row.section_id: row.section for row in rows if row.section_id and row.section}.items())
