"""People come and go, but no unit with open tasks is left without anybody: closing, releasing, handing over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import Actor
from ..directory.accounts import end_membership, grant, set_mailbox
from ..directory.links import invite, record_act, spend_links
from ..directory.models import Handover, Membership, Unit, User
from ..directory.policy import CONTACT_ROLES, authorise_role
from ..directory.queries import collectives_of
from ..directory.sessions import revoke_all
from ..errors import NotAllowed, NotFound, TrackerError
from ..i18n import N_
from ..idempotency import Answer, once
from ..plans.models import Assignment, Instance, KeyTask, Plan
from .definitions import OPEN_STATES

LAST_PERSON = N_(
    "%(unit)s has open tasks and nobody else for them. Name another person there first, or hand over to a successor."
)
LAST_ADMINISTRATOR = N_("This is the last administrator. Make another one first.")


def disable_user(session: Session, actor: Actor, now: datetime, real_now: datetime, *, user: User) -> None:
    """Close an account: its roles end, its sessions and links stop working.  What the person did stays in their name.

    An administrator's act; a supervisor may close the account of somebody who is nothing but contact in their region,
    or was nothing else while they had roles.  Raises NotAllowed where the right is missing or a unit with open tasks
    would lose its last person.
    """
    _lock_people(session, user)
    memberships = _last_memberships(session, user.id)
    _authorise(actor, user, memberships)
    if not user.active:
        return
    if user.administrator and not _other_administrator(session, user.id):
        raise NotAllowed(LAST_ADMINISTRATOR)
    held = [membership for membership in memberships if membership.ended_at is None]
    _keep_units_staffed(session, held)
    for membership in held:
        end_membership(session, actor, now, real_now, membership=membership)
    user.active = False
    session.flush()
    spend_links(session, real_now, user.id)
    revoke_all(session, real_now, user.id)
    record_act(session, actor, now, "user.disable", user)


def enable_user(session: Session, actor: Actor, now: datetime, real_now: datetime, *, user: User) -> None:
    """Open a closed account again, for who may close it: without a role, and with a new password, asked for by mail.

    An administrator is one again.  Raises NotAllowed where the right is missing.
    """
    _lock_people(session, user)
    _authorise(actor, user, _last_memberships(session, user.id))
    if user.active:
        return
    user.active = True
    user.password_hash = None
    session.flush()
    record_act(session, actor, now, "user.enable", user)
    invite(session, actor, now, real_now, user=user)


def release(session: Session, actor: Actor, now: datetime, real_now: datetime, *, membership_id: int) -> Membership:
    """End one role of a person.  Raises NotFound, and NotAllowed where open tasks would lose their last person."""
    membership = session.get(Membership, membership_id)
    if membership is None or not actor.sees_region(membership.region_id):
        raise NotFound()
    _lock_people(session, session.get_one(User, membership.user_id))
    session.refresh(membership)
    if membership.ended_at is not None:
        raise NotFound()
    authorise_role(actor, membership.region_id, membership.role)
    _keep_units_staffed(session, [membership])
    end_membership(session, actor, now, real_now, membership=membership)
    return membership


def handover(
    session: Session,
    actor: Actor,
    now: datetime,
    real_now: datetime,
    *,
    leaver: User,
    successor: User,
    key: str | None = None,
) -> Answer:
    """Give every role of ``leaver`` to ``successor`` and end it for ``leaver``, whose account stays.

    Raises NotAllowed without the right, for a disabled successor, where both are one or where there is nothing to hand
    over; KeyReused.  Answers ``{"roles": n}``.
    """

    def work() -> Answer:
        _lock_people(session, leaver, successor)
        memberships = current_memberships(session, leaver.id)
        _authorise(actor, leaver, memberships)
        if leaver.id == successor.id:
            raise NotAllowed(N_("A handover needs two people. Name a successor."))
        if not memberships:
            raise NotAllowed(N_("This person has no role any more, so there is nothing to hand over."))
        if not successor.active:
            raise NotAllowed(N_("The account %(email)s is disabled. Name another successor."), email=successor.email)
        _lock_units(session, memberships)
        for held in memberships:
            region_id, unit_id, role = held.region_id, held.unit_id, held.role
            grant(session, actor, now, real_now, user=successor, region_id=region_id, unit_id=unit_id, role=role)
            end_membership(session, actor, now, real_now, membership=held)
        session.add_all(Handover(membership_id=held.id, successor_id=successor.id) for held in memberships)
        record_act(session, actor, now, "user.handover", leaver, {"to": successor.id, "roles": len(memberships)})
        return {"roles": len(memberships)}

    content = {"command": "handover", "leaver": leaver.id, "successor": successor.id}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def change_mailbox(session: Session, actor: Actor, now: datetime, *, unit_id: int, address: str | None) -> Unit:
    """Set a unit's mailbox, or take it away.  Raises NotFound, and NotAllowed where it is all that open tasks have."""
    unit = session.get(Unit, unit_id, with_for_update={"key_share": True}, populate_existing=True)
    if unit is None:
        raise NotFound()
    authorise_role(actor, unit.region_id, "handler")
    alone = unit.mailbox is not None and address is None and not _others(session, unit.id, CONTACT_ROLES, set())
    if alone and _has_open_tasks(session, unit.id, "handler"):
        raise NotAllowed(LAST_PERSON, unit=unit.name)
    return set_mailbox(session, actor, now, unit_id=unit_id, address=address)


def may_hand_over(session: Session, actor: Actor, leaver: User) -> bool:
    """Whether the actor may hand over what this person does."""
    memberships = current_memberships(session, leaver.id)
    return bool(memberships) and _may(actor, leaver, memberships)


def may_close(session: Session, actor: Actor, user: User) -> bool:
    """Whether the actor may close this account, or open it again where it is closed."""
    return _may(actor, user, _last_memberships(session, user.id))


def current_memberships(session: Session, user_id: int) -> list[Membership]:
    """The roles that a person holds."""
    statement = select(Membership).where(Membership.user_id == user_id, Membership.ended_at.is_(None))
    return list(session.scalars(statement.order_by(Membership.id).execution_options(populate_existing=True)))


def _last_memberships(session: Session, user_id: int) -> list[Membership]:
    """The roles that a person holds, or where they hold none any more, those they held."""
    held = current_memberships(session, user_id)
    return held or list(session.scalars(select(Membership).where(Membership.user_id == user_id)))


def _may(actor: Actor, user: User, memberships: list[Membership]) -> bool:
    try:
        _authorise(actor, user, memberships)
    except TrackerError:
        return False
    return True


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


def _lock_people(session: Session, *people: User) -> None:
    """Lock accounts until the commit, in one order: a successor is not disabled while somebody hands over to them."""
    for user_id in sorted({person.id for person in people}):
        session.get_one(User, user_id, with_for_update={"key_share": True}, populate_existing=True)


def _lock_units(session: Session, memberships: Iterable[Membership]) -> None:
    """Lock their units until the commit, in one order: two people who leave at once do not each count on the other."""
    for unit_id in sorted({membership.unit_id for membership in memberships if membership.unit_id is not None}):
        session.get_one(Unit, unit_id, with_for_update={"key_share": True})


def _keep_units_staffed(session: Session, leaving: Iterable[Membership]) -> None:
    """Raise NotAllowed, naming the unit, where a unit would be left with open tasks and without a person."""
    going = list(leaving)
    ids = {membership.id for membership in going}
    _lock_units(session, going)
    for membership in going:
        if membership.unit_id is None:
            continue
        roles = CONTACT_ROLES if membership.role in CONTACT_ROLES else (membership.role,)
        unit = session.get_one(Unit, membership.unit_id)
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
