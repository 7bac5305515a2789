"""Who may fire what (docs/workflow.md), and why a person may not."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import Actor, Facts, permitted, register
from ..errors import InvalidTransition
from ..i18n import N_
from ..plans.models import Plan
from ..plans.policy import relation_facts
from ..plans.queries import TaskRow
from ..reporting.queries import report_marks
from .checking import check
from .definitions import DEFINITIONS
from .machine import fire
from .models import Acknowledgement, FirstCheck
from .queries import signers_of

SOMEBODY = (
    Facts(system=True),
    Facts(supervisor=True),
    Facts(first_lead_handler=True),
    Facts(first_lead_leader=True),
    Facts(other_lead=True),
    Facts(supporting=True),
)
"""Whom a trigger may be granted to."""


def _may_check_first(facts: Facts) -> bool:
    return facts.supervisor and facts.host_leads and not (facts.host_unit_person or facts.wrote or facts.first_checked)


def _may_verify(facts: Facts) -> bool:
    if not facts.supervisor or facts.wrote:
        return False
    if not facts.host_leads:
        return True
    return facts.first_checked and not (facts.host_unit_person or facts.first_checked_by_actor)


def _may_return(facts: Facts) -> bool:
    return facts.first_lead_leader if facts.state == "awaiting_sign_off" else facts.supervisor


def _may_answer(facts: Facts) -> bool:
    """A supervisor who neither made the unit's request nor belongs to the host unit that leads the task."""
    return facts.supervisor and not (facts.took_part or (facts.host_leads and facts.host_unit_person))


def _may_refuse_extension(facts: Facts) -> bool:
    return facts.first_lead_leader if facts.request == "ask" else _may_answer(facts)


register(
    {
        "task.dispatch": lambda facts: facts.supervisor or facts.system,
        "task.decline": lambda facts: facts.first_lead or facts.other_lead,
        "task.acknowledge": lambda facts: facts.first_lead or (facts.other_lead and not facts.unit_acknowledged),
        "task.report": lambda facts: facts.first_lead,
        "task.submit": lambda facts: facts.first_lead,
        "task.sign_off": lambda facts: facts.first_lead_leader,
        "task.withdraw": lambda facts: facts.first_lead,
        "task.return": _may_return,
        "task.first_check": _may_check_first,
        "task.verify": _may_verify,
        "task.close_out": lambda facts: facts.supervisor,
        "task.reopen": lambda facts: facts.supervisor or facts.system,
        "task.reassign": lambda facts: facts.supervisor,
        "task.suspend": lambda facts: facts.supervisor,
        "task.resume": lambda facts: facts.supervisor,
        "task.terminate": lambda facts: facts.supervisor,
        "task.urge": lambda facts: facts.supervisor,
        "objection.raise": lambda facts: facts.first_lead or facts.other_lead,
        "objection.answer": _may_answer,
        "extension.ask": lambda facts: facts.first_lead,
        "extension.approve": lambda facts: facts.first_lead_leader,
        "extension.accept": _may_answer,
        "extension.refuse": _may_refuse_extension,
        "extension.withdraw": lambda facts: facts.first_lead,
    }
)


def somebody_may(trigger: str, state: str) -> bool:
    """Whether there is anybody at all whom the permission map lets fire ``trigger`` on a task in ``state``."""
    return any(
        permitted(
            f"task.{trigger}", replace(somebody, in_region=True, state=state, host_leads=host, first_checked=checked)
        )
        for somebody in SOMEBODY
        for host, checked in ((False, False), (True, False), (True, True))
    )


for _definition in DEFINITIONS.values():
    check(_definition, somebody_may)

UNPROVEN = N_(
    "The report claims completion but names no evidence and no value reached. Return it and ask for one of them."
)


NOT_LIVE = N_("The plan is not live yet. Let it go live first; that dispatches every task that has a lead unit.")


def task_facts(session: Session, actor: Actor, plan: Plan, rows: list[TaskRow]) -> dict[int, Facts]:
    """Task id -> all facts of the actor and the task: at most four statements, whatever the number."""
    reports = [row.current_report_id for row in rows if row.current_report_id is not None]
    marks = report_marks(session, reports)
    signers = signers_of(session, reports)
    checking = select(FirstCheck).where(FirstCheck.report_id.in_(reports))
    checks = {check.report_id: check.user_id for check in session.scalars(checking)} if reports else {}
    sets = [row.assignment_set_id for row in rows if row.assignment_set_id is not None]
    acknowledged: dict[int, set[int]] = {}
    statement = select(Acknowledgement.assignment_set_id, Acknowledgement.unit_id).where(
        Acknowledgement.assignment_set_id.in_(sets)
    )
    for set_id, unit_id in session.execute(statement):
        acknowledged.setdefault(set_id, set()).add(unit_id)
    found = {}
    for row in rows:
        mark = marks.get(row.current_report_id) if row.current_report_id is not None else None
        checker = checks.get(row.current_report_id) if row.current_report_id is not None else None
        done = acknowledged.get(row.assignment_set_id, set()) if row.assignment_set_id is not None else set()
        mine = [unit.unit_id for unit in row.leads if unit.unit_id in actor.unit_ids]
        found[row.task_id] = replace(
            relation_facts(actor, plan, row),
            wrote=mark is not None
            and (actor.user_id in mark.authors or actor.user_id in signers.get(row.current_report_id or 0, ())),
            completion_unproven=mark is not None and mark.completion_unproven,
            first_checked=checker is not None,
            first_checked_by_actor=checker is not None and checker == actor.user_id,
            unit_acknowledged=bool(mine) and all(unit_id in done for unit_id in mine),
        )
    return found


def guard(trigger: str, facts: Facts) -> str | None:
    """The message id of what still stands against a permitted trigger, or None."""
    if trigger == "verify" and facts.completion_unproven:
        return UNPROVEN
    return NOT_LIVE if trigger == "dispatch" and not facts.plan_lives else None


def possible(definition: str, trigger: str, facts: Facts) -> bool:
    """Whether the rule table leads anywhere from the present state."""
    try:
        fire(definition, facts.state, trigger, facts)
    except InvalidTransition:
        return False
    return True


def available_actions(definition: str, facts: Facts) -> tuple[str, ...]:
    """The triggers that this person can fire now, in the order of the rule table: what buttons are made from."""
    return tuple(
        trigger
        for trigger in DEFINITIONS[definition].triggers
        if permitted(f"task.{trigger}", facts)
        and possible(definition, trigger, facts)
        and guard(trigger, facts) is None
    )


def why_not_verify(facts: Facts) -> str | None:
    """Why a supervisor cannot take the next step of a waiting report, as a message id; None where they can."""
    if facts.wrote:
        return N_("You wrote or signed a version of this report, so others must verify it.")
    if facts.host_leads and facts.host_unit_person:
        return N_("You belong to the unit that hosts this office, so others must verify its report.")
    if facts.host_leads and facts.first_checked_by_actor:
        return N_("You made the first check; a second person must verify.")
    return guard("verify", facts)
