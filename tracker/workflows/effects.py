"""What follows from each trigger besides the new state: new facts, reports, and whom to tell."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from ..directory.models import Unit
from ..errors import InvalidInput
from ..i18n import N_
from ..plans.commands import Assignee, assign
from ..plans.models import Indicator
from ..plans.queries import TaskRow, current_rounds, task_rows
from ..plans.values import record_value
from ..reporting.commands import add_report
from ..reporting.models import ProgressReport, ReturnReason
from ..reporting.parts import record_parts
from ..reporting.schemas import RETURNED_FIELDS
from .acts import Act
from .models import Acknowledgement, FirstCheck, SignOff
from .notices import tell_dispatched, tell_leaders
from .queries import last_report_act

COLLECTIVE_FIRST = N_("A collective unit cannot be named first: nobody reports for it. Name one of its members first.")


def _new_set(done: Act, act: str) -> None:
    named = [(unit_id, "lead") for unit_id in done.given["leads"]]
    named += [(unit_id, "support") for unit_id in done.given["supports"]]
    names = {
        unit_id: name
        for unit_id, name in done.session.execute(
            select(Unit.id, Unit.name).where(
                Unit.region_id == done.plan.region_id, Unit.id.in_([unit_id for unit_id, _ in named])
            )
        )
    }
    if len(names) < len(named):
        raise InvalidInput(fields={"leads": [N_("A chosen unit does not belong to this region. Choose again.")]})
    if done.session.get_one(Unit, done.given["leads"][0]).kind == "collective":  # nobody could act for it
        raise InvalidInput(fields={"leads": [COLLECTIVE_FIRST]})
    known = {unit.unit_id: unit for unit in (*done.row.leads, *done.row.supports)}
    assignees = [
        Assignee(
            unit_id,
            role,
            known[unit_id].printed_name if unit_id in known else names[unit_id],
            unit_id in known and known[unit_id].and_others,
        )
        for unit_id, role in named
    ]
    new = assign(done.session, done.actor, done.now, done.row.task_id, assignees, act=act)
    done.instance.assignment_set_id = new.id


def _dispatch(done: Act) -> None:
    if "leads" in done.given:
        _new_set(done, "dispatch")
    done.instance.dispatched_at = done.now
    done.notices.append(lambda: tell_dispatched(done.session, done.actor, done.now, done.plan, _fresh(done)))


def _fresh(done: Act) -> list[TaskRow]:
    return task_rows(done.session, [done.plan.id], task_ids=[done.row.task_id])


def _decline(done: Act) -> None:
    if done.state == "pending_dispatch":
        empty = assign(done.session, done.actor, done.now, done.row.task_id, [], act="decline")
        done.instance.assignment_set_id = empty.id
        done.instance.dispatched_at = None
        done.tell_supervisors_later("declined")
    else:
        done.tell_supervisors_later("decline_request")


def _acknowledge(done: Act) -> None:
    assert done.actor.user_id is not None
    set_id = done.row.assignment_set_id
    assert set_id is not None
    known = set(
        done.session.scalars(select(Acknowledgement.unit_id).where(Acknowledgement.assignment_set_id == set_id))
    )
    for unit_id in done.lead_ids:
        if unit_id in done.actor.unit_ids and unit_id not in known:
            done.session.add(
                Acknowledgement(assignment_set_id=set_id, unit_id=unit_id, user_id=done.actor.user_id, at=done.now)
            )


def _report(done: Act) -> None:
    indicator_id = done.given["indicator_id"]
    if indicator_id is not None:
        indicator = done.session.get(Indicator, indicator_id)
        if indicator is None or indicator.plan_id != done.plan.id:
            raise InvalidInput(fields={"indicator_id": [N_("Choose one of the plan's indicators, or none.")]})
    report = add_report(
        done.session,
        done.actor,
        done.now,
        task_id=done.row.task_id,
        unit_id=done.lead_ids[0],
        continues=done.row.state != "verified" and _unfinished(done),
        current_round=current_rounds(done.session, [done.plan.id]).get(done.plan.id),
        content=done.given,
    )
    record_parts(done.session, done.row, report)
    done.instance.current_report_id = report.id


def _submit(done: Act) -> None:
    _report(done)
    done.notices.append(
        lambda: tell_leaders(
            done.session, done.actor, done.now, done.plan, done.row, "sign_off_asked", unit_id=done.lead_ids[0]
        )
    )


def _sign_off(done: Act) -> None:
    assert done.actor.user_id is not None and done.row.current_report_id is not None
    done.session.add(SignOff(report_id=done.row.current_report_id, user_id=done.actor.user_id, at=done.now))


def _unfinished(done: Act) -> bool:
    """Whether the present report was returned or withdrawn, so that the next one is a new version of it."""
    return last_report_act(done.session, done.row.task_id) in ("return", "withdraw")


def _return(done: Act) -> None:
    assert done.row.current_report_id is not None
    wrong = {name: text for name in RETURNED_FIELDS if (text := done.given[f"reason_{name}"])}
    report_id = done.row.current_report_id
    done.session.add_all(ReturnReason(report_id=report_id, field=name, reason=text) for name, text in wrong.items())
    by_leader = done.row.state == "awaiting_sign_off"  # within the unit: the other leads have no part in it
    fields = [{"label": RETURNED_FIELDS[name], "reason": text} for name, text in wrong.items()]
    done.tell_later("returned", done.lead_ids[:1] if by_leader else done.lead_ids, fields=fields)


def _first_check(done: Act) -> None:
    assert done.actor.user_id is not None and done.row.current_report_id is not None
    done.session.add(FirstCheck(report_id=done.row.current_report_id, user_id=done.actor.user_id, at=done.now))


def _verify(done: Act) -> None:
    assert done.row.current_report_id is not None
    report = done.session.get_one(ProgressReport, done.row.current_report_id)
    if report.completion_claimed:
        done.instance.completion_verified = True
    if report.indicator_id is not None and report.measured_value is not None and report.measured_year is not None:
        record_value(
            done.session,
            done.actor,
            done.now,
            done.plan,
            indicator_id=report.indicator_id,
            year=report.measured_year,
            value=report.measured_value,
            source=report.measured_source,
            report_id=report.id,
        )


def _reopen(done: Act) -> None:
    if done.round_ is None:  # a supervisor's doubt takes the verified completion back; a round's opening does not
        done.instance.completion_verified = False
        done.tell_later("reopened", done.lead_ids)


def _reassign(done: Act) -> None:
    old_set = done.row.assignment_set_id
    _new_set(done, "reassign")
    assert done.instance.assignment_set_id is not None
    statement = select(Acknowledgement).where(Acknowledgement.assignment_set_id == old_set)
    stays = done.lead_ids[:1] == done.given["leads"][:1]  # a new first-named lead acknowledges anew
    kept = done.given["leads"] if stays else done.given["leads"][1:]
    for old in done.session.scalars(statement):
        if old.unit_id in kept:
            done.session.add(
                Acknowledgement(
                    assignment_set_id=done.instance.assignment_set_id,
                    unit_id=old.unit_id,
                    user_id=old.user_id,
                    at=old.at,
                )
            )
    gone = [unit_id for unit_id in done.all_ids if unit_id not in (*done.given["leads"], *done.given["supports"])]
    done.tell_later("released", gone)
    known = {(unit_id, "lead") for unit_id in done.lead_ids}
    known |= {(unit.unit_id, "support") for unit in done.row.supports}
    if not stays:
        known.discard((done.given["leads"][0], "lead"))  # it consolidates from now on, and must acknowledge
    done.notices.append(lambda: tell_dispatched(done.session, done.actor, done.now, done.plan, _fresh(done), but=known))

    if done.row.state == "suspended" and not stays:
        done.instance.suspended_from = "assigned"


def _suspend(done: Act) -> None:
    done.instance.suspended_from = done.row.state
    done.tell_later("suspended", done.all_ids)


def _resume(done: Act) -> None:
    done.instance.suspended_from = None
    done.tell_later("resumed", done.all_ids)


def _terminate(done: Act) -> None:
    done.instance.suspended_from = None
    if done.row.dispatched_at is not None:
        done.tell_later("terminated", done.all_ids)


EFFECTS: dict[str, Callable[[Act], None]] = {
    "dispatch": _dispatch,
    "decline": _decline,
    "acknowledge": _acknowledge,
    "report": _report,
    "submit": _submit,
    "sign_off": _sign_off,
    "return": _return,
    "first_check": _first_check,
    "verify": _verify,
    "reopen": _reopen,
    "reassign": _reassign,
    "suspend": _suspend,
    "resume": _resume,
    "terminate": _terminate,
}
