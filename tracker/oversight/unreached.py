"""The units whose open tasks reach no person: nobody is their handler or leader any more, or nobody ever was."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload

from ..directory.models import Membership, Unit, UnitMember, User
from ..directory.policy import CONTACT_ROLES
from ..plans.models import Assignment, Instance, KeyTask, Plan
from ..workflows.definitions import OPEN_STATES


@dataclass(frozen=True, slots=True)
class Unreached:
    """A unit without an active contact; ``open`` counts the open tasks that it leads, supports or is a member for.

    ``ever`` says whether it had a contact before.
    """

    unit: Unit
    open: int
    ever: bool

    @property
    def reach(self) -> str:
        """``mailbox`` where its mails go to one, else ``nobody``."""
        return "mailbox" if self.unit.mailbox else "nobody"


def unreached_units(session: Session, region_ids: Collection[int] | None = None) -> list[Unreached]:
    """The units (of some regions, or of all) with open tasks and no active handler or leader, the worst first.

    A collective unit stands for its members.  One statement, whatever the number of units and tasks.
    """
    part = (
        select(Instance.task_id, func.coalesce(UnitMember.member_id, Assignment.unit_id).label("unit_id"))
        .join(Assignment, Assignment.set_id == Instance.assignment_set_id)
        .outerjoin(UnitMember, UnitMember.collective_id == Assignment.unit_id)
        .join(KeyTask, KeyTask.id == Instance.task_id)
        .join(Plan, Plan.id == KeyTask.plan_id)
        .where(Instance.state.in_(OPEN_STATES))
    )
    if region_ids is not None:
        part = part.where(Plan.region_id.in_(region_ids))
    parts = part.subquery()
    carried = (
        select(parts.c.unit_id, func.count(parts.c.task_id.distinct()).label("open"))
        .group_by(parts.c.unit_id)
        .subquery()
    )
    contact = exists().where(Membership.unit_id == Unit.id, Membership.role.in_(CONTACT_ROLES))
    active = contact.where(Membership.ended_at.is_(None), User.id == Membership.user_id, User.active.is_(True))
    statement = (
        select(Unit, carried.c.open, contact)
        .join(carried, carried.c.unit_id == Unit.id)
        .where(~active)
        .options(joinedload(Unit.region))
        .order_by(Unit.mailbox.is_not(None), carried.c.open.desc(), Unit.id)
    )
    return [Unreached(unit, number, ever) for unit, number, ever in session.execute(statement)]
