"""What one task wants of one person today: the one next step, or that it waits for somebody else."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from ..access import Facts
from ..clock import local_day
from ..evaluations.lamps import due_days
from ..i18n import N_
from ..reporting.request_models import InputRequest
from ..workflows.definitions import ACKNOWLEDGING_STATES, OWING_STATES, UNACKNOWLEDGED_AFTER, WRITING_TRIGGERS
from ..workflows.models import HistoryEntry
from ..workflows.policy import why_not_verify
from .items import Acts, Item, Step
from .parts import OwnPart
from .reads import Task
from .sentences import Name, Said, counted

NEAR_DEADLINE = 30  # working days before an own deadline at which reminders begin, and with them the duty
RECENT_DAYS = 30
DUE_TITLES = {
    "deadline": N_("Own deadline"),
    "annual": N_("Annual report due"),
    "mid_term": N_("Mid-term report due"),
    "end_of_term": N_("End-of-term report due"),
}
ACKNOWLEDGE_BY = N_("To acknowledge")


def part_of(facts: Facts) -> str:
    """What the person's unit is to the task, as a message id; empty where it has no part."""
    if facts.first_lead:
        return N_("First-named lead unit")
    if facts.other_lead:
        return N_("Lead unit")
    if facts.supporting:
        return N_("Supporting unit")
    if facts.collective_member:
        return N_("Member of the collective unit")
    return ""


def item_of(task: Task, acts: Acts) -> Item | None:
    """Where a task stands in the person's list; None where it has no place there today."""
    facts = task.facts
    if facts.involved:
        own = _of_unit(task, acts)
        if own is not None and (own.kind in ("duty", "others") or not facts.supervisor):
            return own
    return _of_supervisor(task, acts) if facts.supervisor else None


def _zone(task: Task) -> ZoneInfo:
    return ZoneInfo(task.plan.region.timezone)


def _due(task: Task) -> tuple[date, str] | None:
    days = due_days(task.row, task.round_, _zone(task))
    return (days[0][0], DUE_TITLES[days[0][1]]) if days else None


def _of_unit(task: Task, acts: Acts) -> Item | None:
    part, row, facts = part_of(task.facts), task.row, task.facts
    if row.state in ACKNOWLEDGING_STATES and (facts.first_lead or facts.other_lead) and "acknowledge" in task.actions:
        return _acknowledge(task, part, acts.given.get(row.task_id, row.entered_at))
    if facts.first_lead and row.state in FIRST_LEAD_DUTIES:
        return FIRST_LEAD_DUTIES[row.state](task, part, acts.report.get(row.task_id))
    if row.task_id in acts.asked:
        return _answer(task, part, acts.asked[row.task_id])
    if row.state == "suspended":
        since = local_day(row.entered_at, _zone(task))
        return Item("others", task, part, why=Said(N_("Suspended; nothing is owed until it is resumed.")), since=since)
    if row.state in ("verified", "closed_out") and (facts.first_lead or facts.other_lead):
        entered = local_day(row.entered_at, _zone(task))
        if (task.today - entered).days <= RECENT_DAYS:
            return Item("done", task, part, since=entered)
        return None
    if row.state in ACKNOWLEDGING_STATES:
        if row.task_id in acts.parts:
            return _part(task, part, acts.parts[row.task_id])
        return Item("support", task, part, Step("comment", N_("Give a comment"), secondary=True))
    return None


def _answer(task: Task, part: str, request: InputRequest) -> Item:
    """A request for input that the person's unit has not answered."""
    asked = local_day(request.at, _zone(task))
    names = {"unit": Name(request.by_unit.name), "day": asked, "question": Name(request.question)}
    why = Said(N_("%(unit)s asked on %(day)s: %(question)s"), names)
    step = Step("answer", N_("Answer the request"), request_id=request.id)
    return Item("duty", task, part, step, why, request.due_on, N_("Input asked for"), since=asked)


def _part(task: Task, part: str, own: OwnPart) -> Item:
    """A part that the person's unit owes: a duty while the report is owed and near, at any time a possibility."""
    first = task.row.first_lead
    names = {"unit": Name(first.name if first is not None else "")}
    if own.filed_on is not None:
        why = Said(
            N_("Your part of %(day)s is with %(unit)s, which consolidates and reports."), {**names, "day": own.filed_on}
        )
        return Item(
            "others", task, part, Step("part", N_("Correct the part"), secondary=True, unit_id=own.unit_id), why
        )
    why = Said(N_("%(unit)s consolidates and reports; your unit files its part."), names)
    due = _due(task)
    day, title = due if due is not None else (None, None)
    if task.row.state in OWING_STATES and day is not None and _near(task, day):
        return Item("duty", task, part, Step("part", N_("File the part"), unit_id=own.unit_id), why, day, title)
    kind = "others" if task.facts.other_lead else "support"
    return Item(kind, task, part, Step("part", N_("File the part"), secondary=True, unit_id=own.unit_id), why)


def _near(task: Task, day: date) -> bool:
    return task.round_ is not None or task.calendar.working_days_between(task.today, day) <= NEAR_DEADLINE


def _acknowledge(task: Task, part: str, since: datetime) -> Item:
    due = _due(task)
    sent = local_day(since, _zone(task))
    by = task.calendar.shift(sent, UNACKNOWLEDGED_AFTER)
    pressing = task.facts.first_lead and task.standing.overdue  # then the report itself is late
    day, title = due if due is not None and (pressing or due[0] <= by) else (by, ACKNOWLEDGE_BY)
    why = Said(N_("Assigned to your unit on %(day)s; acknowledge that it has taken the task on."), {"day": sent})
    return Item("duty", task, part, Step("acknowledge", N_("Acknowledge"), command=True), why, day, title, since=sent)


def _report(task: Task, part: str, last: HistoryEntry | None) -> Item:
    due = _due(task)
    day, title = due if due is not None else (None, None)
    if last is not None and last.trigger == "return":
        why = Said(
            N_("Returned by %(unit)s on %(day)s: %(reason)s"),
            {
                "unit": Name(last.unit.name if last.unit is not None else task.plan.supervising_unit.name),
                "day": local_day(last.at, _zone(task)),
                "reason": Name(last.reason),
            },
        )
        step = Step(_writing(task), N_("Revise report"))
        return Item("duty", task, part, step, why, day, title or N_("Returned to you"), flags=(N_("Returned"),))
    if day is not None and _near(task, day):
        together = Said(N_("Several units lead; yours consolidates and reports."))
        why_report = together if len(task.row.leads) > 1 else None
        return Item("duty", task, part, Step(_writing(task), N_("Report")), why_report, day, title)
    return Item("open", task, part, Step(_writing(task), N_("Report"), secondary=True), day=day)


def _writing(task: Task) -> str:
    """The trigger that writes a report: it depends on the plan's definition."""
    return next((trigger for trigger in WRITING_TRIGGERS if trigger in task.actions), "report")


def _signature(task: Task, part: str, last: HistoryEntry | None) -> Item:
    """A report that waits for the unit's leader: their duty, and somebody else's for the unit's handlers."""
    sent = local_day(last.at if last is not None else task.row.entered_at, _zone(task))
    why = Said(N_("Submitted on %(day)s; waits for the unit leader's signature."), {"day": sent})
    due = _due(task)
    day, title = due if due is not None else (None, None)
    if "sign_off" in task.actions:
        step = Step("sign_off", N_("Read and sign off"))
        return Item("duty", task, part, step, why, day, title or N_("To sign off"), since=sent)
    back = Step("withdraw", N_("Withdraw"), command=True, secondary=True) if "withdraw" in task.actions else None
    return Item("others", task, part, back, why, day, title, since=sent)


def _waits_for_verification(task: Task, part: str, last: HistoryEntry | None) -> Item:
    sent = local_day(last.at if last is not None else task.row.entered_at, _zone(task))
    waited = task.calendar.working_days_between(sent, task.today)
    why = counted(
        waited,
        N_("Reported on %(day)s; waits for %(unit)s, %(num)s working day so far."),
        N_("Reported on %(day)s; waits for %(unit)s, %(num)s working days so far."),
        day=sent,
        unit=Name(task.plan.supervising_unit.name),
    )
    step = Step("withdraw", N_("Withdraw"), command=True, secondary=True) if "withdraw" in task.actions else None
    return Item("others", task, part, step, why, since=sent)


FIRST_LEAD_DUTIES = {"in_progress": _report, "awaiting_sign_off": _signature, "reported": _waits_for_verification}
"""What the first-named lead unit has of a report, by state."""


def _of_supervisor(task: Task, acts: Acts) -> Item | None:
    row, part = task.row, part_of(task.facts)
    declined = acts.decline.get(row.task_id)
    if row.state == "reported":
        return _check(task, part, acts.report.get(row.task_id))
    if row.state == "pending_dispatch":
        if declined is None or task.plan.live_since is None:
            return None
        step = Step("dispatch", N_("Dispatch"))
        return Item("decide", task, part, step, _declined(task, declined), flags=(N_("Declined"),))
    if declined is not None and declined.assignment_set_id == row.assignment_set_id:
        step = Step("reassign", N_("Decide"))
        return Item("decide", task, part, step, _declined(task, declined), flags=(N_("Asks to be released"),))
    if task.standing.overdue:
        return Item("overdue", task, part, day=task.standing.overdue_since)
    return None


def _declined(task: Task, entry: HistoryEntry) -> Said:
    names = {
        "unit": Name(entry.unit.name) if entry.unit is not None else Name(""),
        "day": local_day(entry.at, _zone(task)),
        "reason": Name(entry.reason),
    }
    return Said(N_("Declined by %(unit)s on %(day)s: %(reason)s"), names)


def _check(task: Task, part: str, last: HistoryEntry | None) -> Item | None:
    sent = local_day(last.at if last is not None else task.row.entered_at, _zone(task))
    lead = task.row.first_lead
    waited = task.calendar.working_days_between(sent, task.today)
    why = counted(
        waited,
        N_("Reported by %(unit)s on %(day)s, %(num)s working day ago."),
        N_("Reported by %(unit)s on %(day)s, %(num)s working days ago."),
        unit=Name(lead.name if lead is not None else ""),
        day=sent,
    )
    if "verify" in task.actions:
        label = N_("Second check") if task.facts.host_leads else N_("Verify")
        return Item("check", task, part, Step("verify", label), why, since=sent)
    if "first_check" in task.actions:
        return Item("check", task, part, Step("first_check", N_("First check")), why, since=sent)
    blocked = why_not_verify(task.facts)
    if blocked is not None and task.facts.completion_unproven and "return" in task.actions:
        return Item("check", task, part, Step("return", N_("Return")), Said(blocked), since=sent)
    return None
