"""Why a reminder about a task did not go to somebody at an instant: pure, from the facts of :mod:`past`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from ...directory.models import Membership
from ...workflows.definitions import ACKNOWLEDGING_STATES
from ..ruleset import WAITING_KINDS
from .past import Past
from .sentences import Sentence

ENDED = {"closed_out": "close_out", "terminated": "terminate", "suspended": "suspend", "verified": "verify"}
SUPERVISORS_KINDS = ("verify_due",)


def why_not(past: Past, kind: str, target: object, recipient: str, name: str, moment: datetime) -> Sentence | None:
    """Why the reminder was not for this recipient, or not needed, at an instant; None where it was both.

    ``target`` is the day its series ran towards.  What waited for an answer was needed until it was answered.
    """
    if kind in WAITING_KINDS:
        return None
    return (
        _nobody_has_it(past, moment)
        or (None if belongs(past, kind, recipient, moment) else not_theirs(past, kind, recipient, name, moment))
        or _not_needed(past, kind, recipient, moment)
        or _moved(past, kind, target, moment)
    )


def belongs(past: Past, kind: str, recipient: str, moment: datetime) -> bool:
    """Whether some rule of a kind is for the recipient, whatever its step."""
    return any(addressed(past, audience, None, recipient, moment) for audience in past.snapshot.rules.of(kind))


def addressed(past: Past, audience: str, unit_id: int | None, recipient: str, moment: datetime) -> bool:
    """Whether the recipient is of an audience of the task at an instant; ``unit_id``: of that unit alone."""
    if audience == "supervisor":
        return supervises(past, recipient, moment)
    if audience == "observer":
        return recipient in _observers(past, moment)
    given = past.set_at(moment)
    units = past.supports(given) if audience == "supporting_unit" else past.leads(given)
    asked = units if unit_id is None else [unit_id]
    roles = ("leader",) if audience == "unit_leader" else ("handler", "leader")
    return bool(receives(past, asked, recipient, moment, roles))


def receives(
    past: Past,
    unit_ids: Collection[int],
    recipient: str,
    moment: datetime,
    roles: Sequence[str] = ("handler", "leader"),
) -> list[int]:
    """The units among ``unit_ids`` (collective ones for their members) whose mails the recipient gets.

    They go to the people of the first of ``roles`` that has any, else to the mailbox.
    """
    found = []
    for unit_id in past.plain(list(unit_ids)):
        people = next(filter(None, (_holders(past, unit_id, role, moment) for role in roles)), [f"unit:{unit_id}"])
        if recipient in people:
            found.append(unit_id)
    return found


def supervises(past: Past, recipient: str, moment: datetime) -> bool:
    """Whether the recipient gets the mails of the plan's supervisors."""
    holders = _holders(past, past.supervising_unit_id, "supervisor", moment)
    return recipient in (holders or [f"unit:{past.supervising_unit_id}"])


def _holders(past: Past, unit_id: int, role: str, moment: datetime) -> list[str]:
    return [
        f"user:{held.user_id}"
        for held in past.memberships
        if held.unit_id == unit_id and held.role == role and _held(held, moment)
    ]


def _observers(past: Past, moment: datetime) -> list[str]:
    return [f"user:{held.user_id}" for held in past.memberships if held.role == "observer" and _held(held, moment)]


def _held(held: Membership, moment: datetime) -> bool:
    return held.from_at <= moment and (held.ended_at is None or held.ended_at > moment)


def _people(past: Past, unit_id: int, moment: datetime) -> list[str]:
    return _holders(past, unit_id, "handler", moment) + _holders(past, unit_id, "leader", moment)


def _nobody_has_it(past: Past, moment: datetime) -> Sentence | None:
    if past.state(moment) != "pending_dispatch":
        return None
    declined = past.last(moment, "decline")
    if declined is None:
        return Sentence("not_dispatched")
    return Sentence("declined", {"on": past.day_of(declined.at)})


def not_theirs(past: Past, kind: str, recipient: str, name: str, moment: datetime) -> Sentence:
    """Why a reminder is for others: of the lead units, which most are for, or of those who look over the plan."""
    if kind in SUPERVISORS_KINDS:
        return Sentence("no_part", {"name": name})
    leads = past.leads(past.set_at(moment))
    plain = past.plain(leads)
    for unit_id in plain:
        if recipient in _people(past, unit_id, moment):
            return Sentence("handlers_first", {"unit": past.names[unit_id]})
        if recipient == f"unit:{unit_id}":
            return Sentence("people_first", {"unit": past.names[unit_id]})
    return (
        _another_time(past, plain, recipient, name, moment)
        or _reassigned(past, recipient, moment)
        or _beside(past, leads, recipient, name, moment)
    )


def _another_time(past: Past, plain: Sequence[int], recipient: str, name: str, moment: datetime) -> Sentence | None:
    """A contact of a lead unit, but not then."""
    theirs = [
        held
        for held in past.memberships
        if f"user:{held.user_id}" == recipient and held.unit_id in plain and held.role in ("handler", "leader")
    ]
    ended = [held for held in theirs if held.ended_at is not None and held.ended_at <= moment]
    if ended:
        last = max(ended, key=lambda held: (held.ended_at, held.id))
        assert last.unit_id is not None and last.ended_at is not None
        values = {"name": name, "unit": past.names[last.unit_id], "on": past.day_of(last.ended_at)}
        return Sentence("contact_no_more", values)
    if theirs:
        assert theirs[0].unit_id is not None
        values = {"name": name, "unit": past.names[theirs[0].unit_id], "on": past.day_of(theirs[0].from_at)}
        return Sentence("not_yet_contact", values)
    return None


def _reassigned(past: Past, recipient: str, moment: datetime) -> Sentence | None:
    """A contact of a unit that led the task before, or leads it later."""
    given = past.set_at(moment)
    before = [other for other in past.sets if other.from_at <= moment and other is not given]
    if given is not None and any(receives(past, past.leads(other), recipient, moment) for other in before):
        names = [past.names[unit_id] for unit_id in past.leads(given)]
        return Sentence("reassigned", {"on": past.day_of(given.from_at), "units": names})
    for later in past.sets:
        units = receives(past, past.leads(later), recipient, moment)
        if later.from_at > moment and units:
            values = {"unit": past.names[units[0]], "on": past.day_of(later.from_at)}
            return Sentence("assigned_later", values)
    return None


def _beside(past: Past, leads: Sequence[int], recipient: str, name: str, moment: datetime) -> Sentence:
    """Somebody of a supporting unit, a supervisor, or nobody of this task."""
    supports = past.supports(past.set_at(moment))
    if receives(past, supports, recipient, moment) or supervises(past, recipient, moment):
        return Sentence("leads_get_it", {"units": [past.names[unit_id] for unit_id in leads]})
    return Sentence("no_part", {"name": name})


def _not_needed(past: Past, kind: str, recipient: str, moment: datetime) -> Sentence | None:
    state = past.state(moment)
    if kind == "unacknowledged" and state in ACKNOWLEDGING_STATES:
        return _acknowledged(past, recipient, moment)
    if state == "reported":
        return None if kind in SUPERVISORS_KINDS else _since(past, "reported", moment, "report", "sign_off")
    if state in ENDED:
        return _since(past, state, moment, ENDED[state])
    if kind in SUPERVISORS_KINDS:
        return Sentence("nothing_to_verify")
    if kind == "deadline":
        completed = past.completed(moment)
        return Sentence("completed", {"on": past.day_of(completed.at)}) if completed is not None else None
    return None


def _since(past: Past, kind: str, moment: datetime, *triggers: str) -> Sentence:
    entry = past.last(moment, *triggers)
    return Sentence(kind, {"on": past.day_of(entry.at)}) if entry is not None else Sentence("need_gone")


def _acknowledged(past: Past, recipient: str, moment: datetime) -> Sentence | None:
    """Whether every lead unit that the recipient speaks for has acknowledged; every one for who looks over them."""
    leads = past.leads(past.set_at(moment))
    roles = ("handler", "leader"), ("leader",)
    theirs = [u for u in leads if any(receives(past, [u], recipient, moment, chosen) for chosen in roles)] or leads
    done = past.acknowledged(moment)
    if not theirs or any(unit_id not in done for unit_id in theirs):
        return None
    last = max(theirs, key=lambda unit_id: done[unit_id])
    return Sentence("acknowledged", {"unit": past.names[last], "on": past.day_of(done[last])})


def _moved(past: Past, kind: str, target: object, moment: datetime) -> Sentence | None:
    if kind != "deadline":
        return None
    deadline = past.deadline(moment)
    if deadline is None or deadline.due_on == target:
        return None
    return Sentence("moved", {"on": deadline.due_on})
