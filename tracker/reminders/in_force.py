"""Which rules a plan follows: the latest set that its supervisor made, else the defaults."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from .models import ReminderRuleSet
from .ruleset import DEFAULTS, Rule, RuleSet


def rules_in_force(session: Session, plan_ids: Collection[int]) -> dict[int, RuleSet]:
    """Plan id -> its rules now; a plan without a set of its own is absent.  One statement."""
    newest = (
        select(ReminderRuleSet.plan_id, func.max(ReminderRuleSet.number).label("number"))
        .where(ReminderRuleSet.plan_id.in_(plan_ids))
        .group_by(ReminderRuleSet.plan_id)
        .subquery()
    )
    statement = select(ReminderRuleSet).join(
        newest, (newest.c.plan_id == ReminderRuleSet.plan_id) & (newest.c.number == ReminderRuleSet.number)
    )
    return {row.plan_id: frozen(row) for row in session.scalars(statement)}


def rules_of_plan(session: Session, plan_id: int) -> RuleSet:
    """The rules that a plan follows now: one statement."""
    return rules_in_force(session, [plan_id]).get(plan_id, DEFAULTS)


def sets_of(session: Session, plan_id: int) -> list[ReminderRuleSet]:
    """Every set that a plan has had, the newest first, with who made it."""
    statement = (
        select(ReminderRuleSet)
        .where(ReminderRuleSet.plan_id == plan_id)
        .options(joinedload(ReminderRuleSet.user))
        .order_by(ReminderRuleSet.number.desc())
    )
    return list(session.scalars(statement))


def frozen(row: ReminderRuleSet) -> RuleSet:
    """A set as the rules look at it."""
    rules = tuple(Rule(kind, offset, audience) for kind, offset, audience in row.rules)
    return RuleSet(rules, row.opens, row.closes, row.number)
