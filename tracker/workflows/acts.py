"""One act on a task, while it is being carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ..access import Actor, Facts
from ..plans.models import Instance, Plan, Round
from ..plans.notices import tell_supervisors, tell_units
from ..plans.queries import TaskRow
from .definitions import REPORT_ACTS


@dataclass(slots=True)
class Act:
    """One firing of a trigger, from the locked row to the mails it causes."""

    session: Session
    actor: Actor
    now: datetime
    plan: Plan
    row: TaskRow
    instance: Instance
    facts: Facts
    trigger: str
    given: Mapping[str, Any]
    state: str
    quiet: bool
    round_: Round | None
    notices: list[Callable[[], object]] = field(default_factory=list)

    @property
    def concerns_report(self) -> bool:
        """Whether the history row points at the present report."""
        return self.trigger in (*REPORT_ACTS, "first_check")

    def tell(self) -> None:
        """Queue the mails, after history and audit."""
        for notice in self.notices:
            notice()

    def tell_later(self, template: str, unit_ids: list[int], **more: Any) -> None:
        """A mail to units' contacts, with the reason and what else it says."""
        self.notices.append(
            lambda: tell_units(
                self.session,
                self.actor,
                self.now,
                self.plan,
                self.row,
                template,
                unit_ids=unit_ids,
                reason=self.given.get("reason", ""),
                **more,
            )
        )

    def tell_supervisors_later(self, template: str) -> None:
        """A mail to the plan's supervisors, with the reason."""
        self.notices.append(
            lambda: tell_supervisors(
                self.session,
                self.actor,
                self.now,
                self.plan,
                self.row,
                template,
                reason=self.given.get("reason", ""),
            )
        )

    @property
    def lead_ids(self) -> list[int]:
        """The lead units, first-named first."""
        return [unit.unit_id for unit in self.row.leads]

    @property
    def all_ids(self) -> list[int]:
        """Lead and supporting units."""
        return [*self.lead_ids, *(unit.unit_id for unit in self.row.supports)]
