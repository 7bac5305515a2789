"""What a unit asks of others about a task beside its reports, and how often its deadline was moved: for its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from ...access import Actor, Facts, permitted
from ...i18n import N_
from ...plans.models import DueDate, Plan, Round
from ...plans.queries import TaskRow, due_dates_of
from ..extensions import available_steps, extension_facts, extensions_of, is_live, why_no_extension
from ..models import Extension, Objection, Urge
from ..objections import objection_facts, objections_of
from ..urging import NOTHING_OWED, TODAY_ALREADY, owes, urges_of


@dataclass(frozen=True, slots=True)
class Moment:
    """What the day decides: ``today`` is in the region's zone, ``last_report_act`` one of REPORT_ACTS or None.

    ``awaited`` are the units that owe an answer to a request for input.
    """

    today: date
    round_: Round | None
    last_report_act: str | None
    awaited: Sequence[int]

    def leads_owe(self, plan: Plan, row: TaskRow) -> bool:
        """Whether the lead units of a task owe something."""
        return owes(row, self.round_, self.last_report_act, plan.region.timezone)


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of a task.

    ``moves`` are its deadlines, the first one first; ``extensions`` are the requests for a later one, newest first;
    ``steps`` is what the reader can do with the one that waits.  ``why_no_extension`` is the message id of why they
    cannot ask for one; it is empty for who may never ask, as ``why_no_urge`` is.  ``urges`` and ``objections`` are
    newest first; ``answerable`` are the numbers of the objections that the reader can answer.
    """

    moves: list[DueDate]
    extensions: list[Extension]
    waiting: Extension | None
    steps: tuple[str, ...]
    may_ask: bool
    why_no_extension: str | None
    urges: list[Urge]
    may_urge: bool
    why_no_urge: str | None
    objections: list[Objection]
    may_object: bool
    answerable: frozenset[int]

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """(endpoint of the page, message id) of what the reader can ask for or answer now."""
        found = []
        if set(self.steps) - {"withdraw"}:
            found.append(("workflows.extension", N_("Decide on the extension")))
        elif self.may_ask:
            found.append(("workflows.extension", N_("Ask for an extension")))
        if self.answerable:
            found.append(("workflows.objections", N_("Answer the objection")))
        elif self.may_object:
            found.append(("workflows.objections", N_("Object")))
        return found

    @property
    def instants(self) -> list[datetime]:
        """When something was done, and mails may have gone out."""
        asked = [step.at for extension in self.extensions for step in extension.steps]
        answered = [objection.answer.at for objection in self.objections if objection.answer is not None]
        return [*asked, *(urge.at for urge in self.urges), *(objection.at for objection in self.objections), *answered]


def requests_of(session: Session, actor: Actor, plan: Plan, row: TaskRow, facts: Facts, moment: Moment) -> Requests:
    """The requests of a task as the actor sees them: four statements."""
    known = extensions_of(session, [row.task_id])
    waiting = next((extension for extension in known if is_live(extension, row)), None)
    asks, urges_now = permitted("extension.ask", facts), permitted("task.urge", facts)
    objection = why_no_extension(row, moment.today, waiting) if asks else None
    urges = urges_of(session, row.task_id)
    objections = objections_of(session, row.task_id)
    no_urge = _why_no_urge(plan, row, moment, urges) if urges_now else None
    return Requests(
        moves=due_dates_of(session, row.task_id),
        extensions=known[::-1],
        waiting=waiting,
        steps=available_steps(extension_facts(facts, actor, waiting)) if waiting is not None else (),
        may_ask=asks and objection is None,
        why_no_extension=objection,
        urges=urges[::-1],
        may_urge=urges_now and no_urge is None,
        why_no_urge=no_urge,
        objections=objections[::-1],
        may_object=permitted("objection.raise", facts) and row.dispatched_at is not None,
        answerable=frozenset(
            o.number
            for o in objections
            if o.answer is None and permitted("objection.answer", objection_facts(facts, actor, o))
        ),
    )


def _why_no_urge(plan: Plan, row: TaskRow, moment: Moment, urges: list[Urge]) -> str | None:
    if not moment.awaited and not moment.leads_owe(plan, row):
        return NOTHING_OWED
    return TODAY_ALREADY if any(urge.day == moment.today for urge in urges) else None
