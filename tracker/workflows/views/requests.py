"""What a unit asks of others about a task beside its reports, and how often its deadline was moved: for its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from ...access import Actor, Facts, permitted
from ...i18n import N_
from ...plans.models import DueDate
from ...plans.queries import TaskRow, due_dates_of
from ..extensions import available_steps, extension_facts, extensions_of, is_live, why_no_extension
from ..models import Extension


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of a task.

    ``moves`` are its deadlines, the first one first; ``extensions`` are the requests for a later one, newest first;
    ``steps`` is what the reader can do with the one that waits.  ``why_no_extension`` is the message id of why they
    cannot ask for one; it is empty for who may never ask.
    """

    moves: list[DueDate]
    extensions: list[Extension]
    waiting: Extension | None
    steps: tuple[str, ...]
    may_ask: bool
    why_no_extension: str | None

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """(endpoint of the page, message id) of what the reader can ask for or answer now."""
        found = []
        if set(self.steps) - {"withdraw"}:
            found.append(("workflows.extension", N_("Decide on the extension")))
        elif self.may_ask:
            found.append(("workflows.extension", N_("Ask for an extension")))
        return found

    @property
    def instants(self) -> list[datetime]:
        """When something was done, and mails may have gone out."""
        return [step.at for extension in self.extensions for step in extension.steps]


def requests_of(session: Session, actor: Actor, row: TaskRow, facts: Facts, today: date) -> Requests:
    """The requests of a task as the actor sees them on ``today`` (in the region's zone): two statements."""
    known = extensions_of(session, [row.task_id])
    waiting = next((extension for extension in known if is_live(extension, row)), None)
    asks = permitted("extension.ask", facts)
    objection = why_no_extension(row, today, waiting) if asks else None
    return Requests(
        moves=due_dates_of(session, row.task_id),
        extensions=known[::-1],
        waiting=waiting,
        steps=available_steps(extension_facts(facts, actor, waiting)) if waiting is not None else (),
        may_ask=asks and objection is None,
        why_no_extension=objection,
    )
