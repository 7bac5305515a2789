"""The one next step of a person on a task that a digest names: what My work shows, without its page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ..access import Actor, Facts, Role
from ..clock import local_day
from ..directory.queries import actors_of
from ..plans.models import Plan
from ..plans.notices import task_path
from ..plans.policy import relation_facts
from ..plans.queries import TaskRow
from ..reporting.parts import latest_sequences, newest_parts, owing
from ..workflows.definitions import ACKNOWLEDGING_STATES, REPORT_ACTS
from ..workflows.models import HistoryEntry
from ..workflows.policy import available_actions, task_facts
from ..workflows.queries import coming_sequence, last_acts
from .shapes import Due, Snapshot, Waiting

ANSWERED = ("input_request", "extension", "objection")
"""Kinds that wait on a page of their own, whatever else the task wants."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What somebody does about a task, and where.

    ``code``: acknowledge, report, submit, revise, sign_off, part, verify, first_check, second_check, answer (a request
    or an objection), decide (about an extension), or look where the next step is somebody else's.  ``part``: what the
    person's unit is to the task, empty where it has no part.
    """

    code: str
    path: str
    part: str


@dataclass(frozen=True, slots=True)
class Duties:
    """What the next steps on a plan's tasks depend on, read once for all who get a digest of them."""

    plan: Plan
    snapshot: Snapshot
    actors: Mapping[str, Actor]
    checks: Mapping[tuple[str, int], Facts]
    last: Mapping[int, HistoryEntry]
    acknowledged: Mapping[int, frozenset[int]]
    filed: Collection[tuple[int, int]]

    def of(self, due: Due, row: TaskRow) -> NextStep | None:
        """The next step of a reminder's recipient (``user:7``, ``unit:3``) on a task; None where theirs is done."""
        key = due.recipient.key
        actor = self.actors[key]
        facts = self.checks.get((key, row.task_id)) or relation_facts(actor, self.plan, row)
        thing = next((thing for thing in self.snapshot.waiting if thing.subject == due.subject), None)
        if due.kind in ANSWERED and thing is not None:
            step: tuple[str, str] | None = _answer(actor, facts, thing)
        else:
            step = self._step(actor, facts, row)
        if step is None:
            return None
        code, below = step
        return NextStep(code, task_path(self.snapshot, row.ref) + below, _part(facts))

    def returned(self, row: TaskRow) -> dict[str, str] | None:
        """When and why the report was sent back, if that was the last that happened to it."""
        last = self.last.get(row.task_id)
        if row.state != "in_progress" or last is None or last.trigger != "return":
            return None
        return {"day": local_day(last.at, self.snapshot.zone).isoformat(), "reason": last.reason}

    def _step(self, actor: Actor, facts: Facts, row: TaskRow) -> tuple[str, str] | None:
        if facts.supervisor and row.state == "reported":
            actions = available_actions(self.plan.definition, facts)
            if "verify" in actions:
                return ("second_check" if facts.host_leads else "verify"), ""
            return ("first_check" if "first_check" in actions else "look"), ""
        if self._must_acknowledge(actor, facts, row):
            return "acknowledge", ""
        if facts.first_lead and row.state == "in_progress":
            trigger = "submit" if self.plan.definition == "with_sign_off" else "report"
            return ("revise" if self.returned(row) else trigger), f"/{trigger}"
        if facts.first_lead_leader and row.state == "awaiting_sign_off":
            return "sign_off", "/sign_off"
        return ("look", "") if facts.first_lead else self._part(actor, row)

    def _part(self, actor: Actor, row: TaskRow) -> tuple[str, str] | None:
        """The part that a unit of the reader's owes to the first-named; None where all of theirs are in."""
        owed = [unit_id for unit_id in owing(row) if unit_id in actor.unit_ids]
        silent = [unit_id for unit_id in owed if (row.task_id, unit_id) not in self.filed]
        if silent:
            return "part", f"/parts/{silent[0]}"
        return None if owed else ("look", "")

    def _must_acknowledge(self, actor: Actor, facts: Facts, row: TaskRow) -> bool:
        if facts.first_lead:
            return row.state == "assigned"
        mine = {unit.unit_id for unit in row.leads[1:] if unit.unit_id in actor.unit_ids}
        return row.state in ACKNOWLEDGING_STATES and bool(mine - self.acknowledged.get(row.task_id, frozenset()))


def _answer(actor: Actor, facts: Facts, thing: Waiting) -> tuple[str, str]:
    """The step of who answers what waits; others look."""
    if thing.kind == "input_request":
        asked = any(unit_id in actor.unit_ids for unit_id in thing.units)
        return ("answer", f"/input/{_number(thing.subject)}") if asked else ("look", "")
    if thing.kind == "objection":
        return ("answer" if facts.supervisor else "look"), "/objections"
    by_leader = "unit_leader" in thing.audiences and facts.first_lead_leader
    by_office = "supervisor" in thing.audiences and facts.supervisor
    return ("decide" if by_leader or by_office else "look"), "/extension"


def _part(facts: Facts) -> str:
    relations = (
        ("first_lead", facts.first_lead),
        ("lead", facts.other_lead),
        ("supporting", facts.supporting),
        ("member", facts.collective_member),
    )
    return next((name for name, holds in relations if holds), "")


def duties_of(session: Session, plan: Plan, snapshot: Snapshot, dues: Iterable[Due]) -> Duties:
    """The next steps of everybody whom some reminders of a plan go to: a few statements, and three a supervisor."""
    found = list(dues)
    people = actors_of(session, {_number(due.recipient.key) for due in found if due.recipient.key.startswith("user:")})
    actors = {f"user:{user_id}": actor for user_id, actor in people.items()}
    for due in found:
        actors.setdefault(due.recipient.key, _mailbox(plan, due))
    checks: dict[tuple[str, int], Facts] = {}
    for due in found:
        if due.kind in ("verify_due", "second_check"):
            facts = task_facts(session, actors[due.recipient.key], plan, list(due.tasks))
            checks |= {(due.recipient.key, task_id): of_task for task_id, of_task in facts.items()}
    rows = {row.task_id: row for due in found for row in due.tasks}
    last = last_acts(session, list(rows), REPORT_ACTS)
    return Duties(
        plan=plan,
        snapshot=snapshot,
        actors=actors,
        checks=checks,
        last=last,
        acknowledged={task.row.task_id: task.acknowledged for task in snapshot.tasks},
        filed=_filed(session, rows.values(), last),
    )


def _filed(session: Session, rows: Iterable[TaskRow], last: Mapping[int, HistoryEntry]) -> Collection[tuple[int, int]]:
    """(task id, unit id) of the parts that are in for the reports to come: two statements where any is owed."""
    owed = [row.task_id for row in rows if owing(row)]
    if not owed:
        return ()
    latest = latest_sequences(session, owed)
    acts = {task_id: entry.trigger for task_id, entry in last.items()}
    coming = {task_id: coming_sequence(latest.get(task_id), acts.get(task_id)) for task_id in owed}
    return newest_parts(session, coming).keys()


def _number(key: str) -> int:
    return int(key.partition(":")[2])


def _mailbox(plan: Plan, due: Due) -> Actor:
    """Whoever reads a unit's mailbox does what its handlers do, in the supervising unit what supervisors do."""
    unit_id = _number(due.recipient.key)
    role = "supervisor" if unit_id == plan.supervising_unit_id else "handler"
    return Actor(None, due.recipient.name, (Role(plan.region_id, unit_id, role),))
