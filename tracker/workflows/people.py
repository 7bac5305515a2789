"""People come and go, but no unit with open tasks is left without anybody: disabling, releasing, handing over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import Actor
from ..directory.accounts import end_membership, grant
from ..directory.links import record_act, spend_links
from ..directory.models import Membership, Unit, User
from ..directory.policy import CONTACT_ROLES, authorise_role
from ..directory.queries import collectives_of
from ..directory.sessions import revoke_all
from ..errors import NotAllowed, NotFound
from ..i18n import N_
from ..plans.models import Assignment, Instance, KeyTask, Plan
from .definitions import OPEN_STATES

LAST_PERSON = N_(
    "%(unit)s has open tasks and nobody else for them. Name another person there first, or hand over to a successor."
)
LAST_ADMINISTRATOR = N_("This is the last administrator. Make another one first.")


def disable_user(session: Session, actor: Actor, now: datetime, real_now: datetime, *, user: User) -> None:
    """Close an account: its roles end, its sessions and links stop working.  What the person did stays in their name.

    An administrator's act; a supervisor may close the account of somebody who is nothing but contact in their region.
    Raises NotAllowed where the right is missing or a unit with open tasks would lose its last person.
    """
    memberships = current_memberships(session, user.id)
    _authorise(actor, user, memberships)
    if not user.active:
        return
    if user.administrator and not _other_administrator(session, user.id):
        raise NotAllowed(LAST_ADMINISTRATOR)
    _keep_units_staffed(session, memberships)
    for membership in memberships:
        end_membership(session, actor, now, real_now, membership=membership)
    user.active = False
    session.flush()
    spend_links(session, real_now, user.id)
    revoke_all(session, real_now, user.id)
    record_act(session, actor, now, "user.disable", user)


def release(session: Session, actor: Actor, now: datetime, real_now: datetime, *, membership_id: int) -> Membership:
    """End one role of a person.  Raises NotFound, and NotAllowed where open tasks would lose their last person."""
    membership = session.get(Membership, membership_id)
    if membership is None or membership.ended_at is not None or not actor.sees_region(membership.region_id):
        raise NotFound()
    authorise_role(actor, membership.region_id, membership.role)
    _keep_units_staffed(session, [membership])
    end_membership(session, actor, now, real_now, membership=membership)
    return membership


def handover(
    session: Session, actor: Actor, now: datetime, real_now: datetime, *, leaver: User, successor: User
) -> list[Membership]:
    """Give every role of ``leaver`` to ``successor`` and end it for ``leaver``, whose account stays.

    Returns what was handed over.  Raises NotAllowed without the right, for a disabled successor, or where both are one.
    """
    memberships = current_memberships(session, leaver.id)
    _authorise(actor, leaver, memberships)
    if leaver.id == successor.id:
        raise NotAllowed(N_("A handover needs two people. Name a successor."))
    if not successor.active:
        raise NotAllowed(N_("The account %(email)s is disabled. Name another successor."), email=successor.email)
    for membership in memberships:
        grant(
            session,
            actor,
            now,
            real_now,
            user=successor,
            region_id=membership.region_id,
            unit_id=membership.unit_id,
            role=membership.role,
        )
        end_membership(session, actor, now, real_now, membership=membership)
    record_act(session, actor, now, "user.handover", leaver, {"to": successor.id, "roles": len(memberships)})
    return memberships


def current_memberships(session: Session, user_id: int) -> list[Membership]:
    """The roles that a person holds."""
    statement = (
        select(Membership)
        .where(Membership.user_id == user_id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
        .with_for_update()
    )
    return list(session.scalars(statement))


def _authorise(actor: Actor, user: User, memberships: list[Membership]) -> None:
    if actor.is_system or actor.administrator:
        return
    if user.administrator or not memberships or actor.user_id == user.id:
        raise NotAllowed(N_("Only an administrator may do this with this account. Ask one."))
    for membership in memberships:
        authorise_role(actor, membership.region_id, membership.role)


def _other_administrator(session: Session, user_id: int) -> bool:
    statement = select(User.id).where(User.administrator.is_(True), User.active.is_(True), User.id != user_id).limit(1)
    return session.scalar(statement) is not None


def _keep_units_staffed(session: Session, leaving: Iterable[Membership]) -> None:
    """Raise NotAllowed, naming the unit, where a unit would be left with open tasks and without a person."""
    going = list(leaving)
    ids = {membership.id for membership in going}
    for membership in going:
        if membership.unit_id is None:
            continue
        roles = CONTACT_ROLES if membership.role in CONTACT_ROLES else (membership.role,)
        # the unit's row is locked: two people who leave at once do not each count on the other
        unit = session.get_one(Unit, membership.unit_id, with_for_update={"key_share": True})
        if not _others(session, unit.id, roles, ids) and _has_open_tasks(session, unit.id, membership.role):
            raise NotAllowed(LAST_PERSON, unit=unit.name)


def _others(session: Session, unit_id: int, roles: tuple[str, ...], leaving: set[int]) -> bool:
    statement = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.unit_id == unit_id,
            Membership.role.in_(roles),
            Membership.ended_at.is_(None),
            Membership.id.not_in(leaving),
            User.active.is_(True),
        )
        .limit(1)
    )
    return session.scalar(statement) is not None


def _has_open_tasks(session: Session, unit_id: int, role: str) -> bool:
    tasks = select(Instance.task_id).where(Instance.state.in_(OPEN_STATES)).limit(1)
    if role in CONTACT_ROLES:
        units = {unit_id, *collectives_of(session, [unit_id])}
        tasks = tasks.join(Assignment, Assignment.set_id == Instance.assignment_set_id).where(
            Assignment.unit_id.in_(units)
        )
    else:
        tasks = (
            tasks.join(KeyTask, KeyTask.id == Instance.task_id)
            .join(Plan, Plan.id == KeyTask.plan_id)
            .where(Plan.supervising_unit_id == unit_id)
        )
    return session.scalar(tasks) is not None
