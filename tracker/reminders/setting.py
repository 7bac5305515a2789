"""Setting the rules of a plan's reminders: what another set would do, and letting the plan follow it.

A set is never changed: each is a new row with a number, who made it, when and why (docs/reminders.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from .. import audit
from ..access import Actor, authorise
from ..clock import local_day
from ..errors import StaleVersion
from ..i18n import N_
from ..idempotency import Answer, once
from ..plans.models import Plan
from ..plans.policy import plan_facts
from ..plans.queries import plan_by_slug
from ..reporting.commands import checked
from ..workflows.path import lock_plan
from .fitting import Heap, heap_of, refuse_flood, refuse_unfit
from .in_force import rules_of_plan
from .models import ReminderRuleSet
from .policy import SET_RULES
from .rehearsal import Rehearsed
from .ruleset import KINDS, RuleSet
from .schemas import RulesSchema, SetRulesSchema, form_of
from .snapshot import snapshot_of
from .whatif import Difference, difference, rehearse_with

STALE = N_(
    "Somebody changed these rules after you read them. Nothing of yours is lost: look at the rules in force now, then"
    " save again."
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What another set of rules would do from ``first`` to ``last`` if nobody acted.

    ``kinds``: kind -> how many reminders before and after.  ``most`` names who would get the most mails in all,
    ``heap`` the most that one person would get within 30 days; None where nobody gets any.  ``same``: nothing would
    change.
    """

    rules: RuleSet
    same: bool
    first: date
    last: date
    difference: Difference
    kinds: dict[str, tuple[int, int]]
    most: str | None
    heap: Heap | None


def propose(session: Session, actor: Actor, now: datetime, *, slug: str, data: Mapping[str, Any]) -> Proposal:
    """What the set of a form (RulesSchema) would do over the rest of the term; writes nothing.

    A plan that is not live is taken to go live today.  Raises NotFound, NotAllowed, InvalidInput.
    """
    plan = plan_by_slug(session, actor, slug)
    authorise(SET_RULES, plan_facts(actor, plan))
    return _proposal(session, now, plan, checked(RulesSchema(), data)["rules"])


def set_rules(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    slug: str,
    number: int,
    data: Mapping[str, Any],
    key: str | None = None,
) -> Answer:
    """Let a plan follow other rules from the next tick on; ``data`` is the form (SetRulesSchema).

    ``number`` is that of the set which the person saw, 0 for the defaults.  The set in force given again changes
    nothing.  Raises NotFound, NotAllowed, StaleVersion, InvalidInput, KeyReused.  Answers ``{"number", "changed"}``.
    """

    def work() -> Answer:
        plan = plan_by_slug(session, actor, slug)
        authorise(SET_RULES, plan_facts(actor, plan))
        plan = lock_plan(session, plan)
        old = rules_of_plan(session, plan.id)
        if number != old.number:
            raise StaleVersion(STALE)
        given = checked(SetRulesSchema(), data)
        rules: RuleSet = given["rules"]
        if rules.same_as(old):
            return {"number": old.number, "changed": False}
        _proposal(session, now, plan, rules)
        made = ReminderRuleSet(
            plan_id=plan.id,
            number=old.number + 1,
            rules=[(rule.kind, rule.offset, rule.audience) for rule in rules.rules],
            opens=rules.opens,
            closes=rules.closes,
            reason=given["reason"],
            user_id=actor.user_id,
            at=now,
        )
        session.add(made)
        session.flush()
        audit.record(
            session,
            chain=audit.plan_chain(plan.id),
            actor=actor,
            now=now,
            action=SET_RULES,
            subject=f"plan:{plan.id}",
            data={"before": _said(old), "after": _said(rules), "number": made.number, "reason": made.reason},
        )
        return {"number": made.number, "changed": True}

    content = {"command": "set_rules", "slug": slug, "number": number, "data": dict(data)}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def _said(rules: RuleSet) -> dict[str, str]:
    """A set as the audit writes it down: what is empty is left out."""
    return {name: text for name, text in form_of(rules).items() if text}


def _proposal(session: Session, now: datetime, plan: Plan, rules: RuleSet) -> Proposal:
    snapshot = snapshot_of(session, plan, everybody=True)
    refuse_unfit(snapshot, rules)
    first = local_day(now, plan.region.timezone)
    last = max(first, date(plan.last_year, 12, 31), *(round_.disclosure_on for round_ in snapshot.rounds))
    before = rehearse_with(snapshot, first, last)
    after = rehearse_with(snapshot, first, last, rules=rules)
    refuse_flood(snapshot, after, first, last)
    found = difference(before, after)
    names = {row.due.recipient.key: row.due.recipient.name for row in after}
    return Proposal(
        rules=rules,
        same=rules.same_as(snapshot.rules),
        first=first,
        last=last,
        difference=found,
        kinds=_kinds(before, after),
        most=names.get(found.after.heaviest) if found.after.heaviest is not None else None,
        heap=heap_of(after),
    )


def _kinds(before: list[Rehearsed], after: list[Rehearsed]) -> dict[str, tuple[int, int]]:
    old, new = Counter(row.due.kind for row in before), Counter(row.due.kind for row in after)
    return {kind: (old[kind], new[kind]) for kind in KINDS if old[kind] or new[kind]}
