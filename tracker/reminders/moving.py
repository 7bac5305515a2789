"""What moving the dates of a round would do to the reminders, before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from ..access import Actor, authorise
from ..clock import local_day
from ..directory.recipients import names_of
from ..errors import InvalidInput
from ..evaluations.commands import DATES, dates_given
from ..evaluations.policy import SET_DATES
from ..evaluations.queries import round_by_id
from ..evaluations.rounds import RoundRow
from ..plans.models import Round
from ..plans.policy import plan_facts
from .snapshot import snapshot_of
from .whatif import Change, Difference, changes_of, difference, rehearse_with

YEARS_AFTER = 3  # a round of the last year may lie this long after the term


@dataclass(frozen=True, slots=True)
class Moving:
    """The page.  ``values`` are the four days as typed, ``faults`` what is wrong with them.

    ``names`` says who the heaviest recipients are.  Without a difference nothing was asked, or it was faulty.
    """

    round_: Round
    values: Mapping[str, str]
    faults: Mapping[str, list[str]]
    found: Difference | None
    changes: tuple[Change, ...]
    names: Mapping[str, str]


def moving_page(session: Session, actor: Actor, now: datetime, round_id: int, typed: Mapping[str, str]) -> Moving:
    """What the days ``typed`` would change; none typed: those of now, and no difference.

    Raises NotFound outside the actor's regions, NotAllowed for who may not move the dates.
    """
    round_ = round_by_id(session, actor, round_id)
    plan = round_.plan
    authorise(SET_DATES, plan_facts(actor, plan))
    present = {name: getattr(round_, name).isoformat() for name in DATES}
    if not typed or round_.state != "planned":
        return Moving(round_, present, {}, None, (), {})
    try:
        given = dates_given(plan, now, typed)
    except InvalidInput as error:
        return Moving(round_, typed, error.fields, None, (), {})
    snapshot, today = snapshot_of(session, plan), local_day(now, plan.region.timezone)
    last = date(plan.last_year + YEARS_AFTER, 12, 31)
    rounds = [_with(row, given) if row.id == round_id else row for row in snapshot.rounds]
    ordered = tuple(sorted(rounds, key=lambda row: (row.opens_on, row.id)))
    found = difference(rehearse_with(snapshot, today, last), rehearse_with(snapshot, today, last, rounds=ordered))
    names = names_of(session, [key for key in (found.before.heaviest, found.after.heaviest) if key is not None])
    return Moving(round_, typed, {}, found, tuple(changes_of(found)), names)


def _with(row: RoundRow, days: Mapping[str, date]) -> RoundRow:
    opens, report, verify, disclosure = (days[name] for name in DATES)
    return replace(row, opens_on=opens, report_due_on=report, verify_due_on=verify, disclosure_on=disclosure)
