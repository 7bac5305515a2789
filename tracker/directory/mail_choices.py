"""A person's own mails: how often what is not urgent comes, and who gets them while the person is away.

``now`` is the business clock.  Every change counts ``User.mails_version`` up, which a form must have seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import Actor, authorise
from ..clock import local_day
from ..errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from ..i18n import N_
from ..idempotency import Answer, once
from .deputies import checked_deputy, overlapping, roles_in_units
from .forms import AbsenceSchema, WeeklySchema, load
from .links import record_act
from .models import Absence, Membership, Region, User
from .policy import person_facts

LONGEST_DAYS = 366
BACKWARDS = N_("The last day lies before the first. Choose a later last day.")
CHANGED = N_(
    "These settings were changed after you opened them. Look at them as they are now, then send your change again."
)
PAST = N_("These days are over. Choose a last day that is today or later.")
TOO_LONG = N_("An absence lasts 366 days at most. Choose an earlier last day, or hand over to a successor.")
SAME_DAYS = N_("An absence from %(first)s to %(last)s is entered already. Take that back first, or choose other days.")


def choose_weekly(
    session: Session, actor: Actor, now: datetime, *, version: int, data: Mapping[str, Any], key: str | None = None
) -> Answer:
    """Whether the actor gets what is not due within a week once a week.

    ``data`` is the form (WeeklySchema).  Raises NotAllowed, StaleVersion, InvalidInput, KeyReused.
    """

    def work() -> Answer:
        if actor.user_id is None:
            raise NotAllowed()
        user = _locked(session, actor.user_id, version)
        weekly = load(WeeklySchema(), data)["pace"] == "weekly"
        if user.weekly != weekly:
            before, user.weekly = user.weekly, weekly
            _count(session, user)
            record_act(session, actor, now, "user.choose_weekly", user, {"from": before, "to": weekly})
        return {"version": user.mails_version}

    content = {"command": "user.choose_weekly", "version": version, "data": dict(data)}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def enter_absence(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    user_id: int,
    version: int,
    data: Mapping[str, Any],
    key: str | None = None,
) -> Answer:
    """Somebody is away: their mails of these days go to a deputy of their unit, or to the unit's mailbox.

    The person's own act, or that of a leader of their unit or a supervisor of the region; ``data`` is the form
    (AbsenceSchema).  Raises NotFound, NotAllowed, StaleVersion, InvalidInput, KeyReused.
    """

    def work() -> Answer:
        roles = authorise_absence(session, actor, user_id)
        user = _locked(session, user_id, version)
        given = load(AbsenceSchema(), data)
        _check_days(session, user, given["from_on"], given["to_on"], _today(session, now, roles))
        deputy = checked_deputy(session, user, roles, **given)
        absence = Absence(
            user_id=user.id,
            from_on=given["from_on"],
            to_on=given["to_on"],
            deputy_id=deputy.id if deputy is not None else None,
            entered_by_id=actor.user_id,
            entered_at=now,
        )
        session.add(absence)
        _count(session, user)
        said = {"from": given["from_on"], "to": given["to_on"], "deputy": absence.deputy_id}
        record_act(session, actor, now, "user.enter_absence", user, {"absence": said})
        return {"absence": absence.id, "version": user.mails_version}

    content = {"command": "user.enter_absence", "user": user_id, "version": version, "data": dict(data)}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def end_absence(
    session: Session, actor: Actor, now: datetime, *, absence_id: int, version: int, key: str | None = None
) -> Answer:
    """Somebody is back, or does not go: an absence that has begun ends with yesterday, another is taken back.

    Raises NotFound, NotAllowed, StaleVersion, KeyReused.
    """

    def work() -> Answer:
        absence = session.get(Absence, absence_id)
        if absence is None:
            raise NotFound()
        roles = authorise_absence(session, actor, absence.user_id)
        user = _locked(session, absence.user_id, version)
        today = _today(session, now, roles)
        if absence.taken_back_at is not None or absence.to_on < today:
            raise NotAllowed(N_("This absence is over already. Nothing is left to end."))
        before = absence.to_on
        if absence.from_on < today:
            absence.to_on = today - timedelta(days=1)
        else:
            absence.taken_back_at = now
        _count(session, user)
        after = absence.to_on if absence.taken_back_at is None else None
        said = {"absence": absence.id, "before": {"to": before}, "after": {"to": after}}
        record_act(session, actor, now, "user.end_absence", user, said)
        return {"absence": absence.id, "version": user.mails_version}

    content = {"command": "user.end_absence", "absence": absence_id, "version": version}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def authorise_absence(session: Session, actor: Actor, user_id: int) -> list[Membership]:
    """May the actor enter an absence of this person?  Answers the roles in units that the person holds.

    Raises NotFound for somebody of other regions or without a role in a unit, NotAllowed for the others.
    """
    roles = roles_in_units(session, user_id)
    if not roles:
        raise NotFound()
    authorise("absence.enter", person_facts(actor, user_id, [(role.region_id, role.unit_id) for role in roles]))
    return roles


def _locked(session: Session, user_id: int, version: int) -> User:
    user = session.scalars(
        select(User).where(User.id == user_id).with_for_update(key_share=True).execution_options(populate_existing=True)
    ).one()
    if user.mails_version != version:
        raise StaleVersion(CHANGED)
    return user


def _count(session: Session, user: User) -> None:
    user.mails_version += 1
    session.flush()


def _today(session: Session, now: datetime, roles: Sequence[Membership]) -> date:
    return local_day(now, session.get_one(Region, roles[0].region_id).timezone)


def _check_days(session: Session, user: User, first: date, last: date, today: date) -> None:
    if last < first:
        raise InvalidInput({"to_on": [BACKWARDS]})
    if last < today:
        raise InvalidInput({"to_on": [PAST]})
    if (last - first).days >= LONGEST_DAYS:
        raise InvalidInput({"to_on": [TOO_LONG]})
    other = session.scalars(overlapping(user.id, first, last)).first()
    if other is not None:
        raise InvalidInput({"from_on": [SAME_DAYS]}, message=SAME_DAYS, first=other.from_on, last=other.to_on)
