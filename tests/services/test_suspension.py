"""A suspended task owes nothing, is not reminded of, and goes on where it stood."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import task_entry
from tests.services.reminding import at, living_city, one_task, report, tick
from tracker.errors import InvalidInput
from tracker.evaluations.lamps import standing
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import Instance
from tracker.plans.queries import current_rounds
from tracker.plans.views.listing import zone_of
from tracker.reminders.models import Reminder
from tracker.reporting.models import RoundReport
from tracker.workdays.calendar import CHINA
from tracker.workflows.models import Acknowledgement


def kinds(session: Session) -> list[str]:
    """The reminders in the ledger."""
    return list(session.scalars(select(Reminder.kind).order_by(Reminder.id)))


def test_suspending_needs_a_reason_and_tells_all_units(session: Session) -> None:
    city = living_city(session)
    with pytest.raises(InvalidInput):
        city.do(session, "supervisor", "1", "suspend")
    city.do(session, "supervisor", "1", "suspend", reason="上级政策调整，暂缓实施")
    mails = list(session.scalars(select(OutboxMessage).where(OutboxMessage.template == "suspended")))
    assert {mail.context["reason"] for mail in mails} == {"上级政策调整，暂缓实施"}
    assert len(mails) == 5


def test_while_suspended_nothing_is_owed_lit_or_reminded_and_afterwards_all_of_it_again(session: Session) -> None:
    city = one_task(session, deadline="2023-07-14")
    city.do(session, "handler", "1", "acknowledge", now=at("2023-06-16"))
    city.do(session, "supervisor", "1", "suspend", reason="暂缓", now=at("2023-06-16"))
    before = kinds(session)
    for day in ("2023-07-03", "2023-07-14", "2023-07-17"):
        tick(session, city.plan, day)
    assert kinds(session) == before == []
    row = city.row(session, "1")
    assert standing(row, at("2023-07-17").date(), None, zone_of(city.plan), CHINA).lamp == "none"
    city.do(session, "supervisor", "1", "resume", now=at("2023-07-18"))
    tick(session, city.plan, "2023-07-24")
    assert "overdue" in kinds(session)


def test_resuming_returns_to_the_stored_state_with_its_report(session: Session) -> None:
    city = one_task(session)
    report(session, city, "2023-06-20")
    city.do(session, "supervisor", "1", "suspend", reason="暂缓")
    waiting = city.row(session, "1").current_report_id
    assert city.row(session, "1").suspended_from == "reported"
    assert city.do(session, "supervisor", "1", "resume")["state"] == "reported"
    assert (city.row(session, "1").suspended_from, city.row(session, "1").current_report_id) == (None, waiting)


def test_a_report_suspended_with_its_task_is_carried_into_the_round_that_opens(session: Session) -> None:
    city = one_task(session)
    report(session, city, "2023-06-20")
    city.do(session, "supervisor", "1", "suspend", reason="暂缓")
    tick(session, city.plan, "2023-07-03")
    assert city.row(session, "1").state == "suspended"
    carried = session.scalars(select(RoundReport)).one()
    assert carried.carried
    assert carried.round_id == current_rounds(session, [city.plan.id])[city.plan.id].id


def test_a_new_first_lead_of_a_suspended_task_must_acknowledge_when_it_resumes(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市民政局", "市教育局"])])
    city.do(session, "handler", "1", "acknowledge")
    city.do(session, "other_lead", "1", "acknowledge")
    city.do(session, "supervisor", "1", "suspend", reason="暂缓")
    leads = city.unit_ids("市教育局", "市民政局")
    answer = city.do(session, "supervisor", "1", "reassign", reason="分工调整", leads=leads, supports=[])
    assert answer["state"] == "suspended"
    assert city.do(session, "supervisor", "1", "resume")["state"] == "assigned"
    set_id = city.row(session, "1").assignment_set_id
    kept = session.scalars(select(Acknowledgement.unit_id).where(Acknowledgement.assignment_set_id == set_id))
    assert list(kept) == city.unit_ids("市民政局")


def test_reassigning_a_suspended_task_to_the_same_first_lead_keeps_where_it_stood(session: Session) -> None:
    city = one_task(session)
    report(session, city, "2023-06-20")
    city.do(session, "supervisor", "1", "suspend", reason="暂缓")
    leads = city.unit_ids("市民政局", "市教育局")
    city.do(session, "supervisor", "1", "reassign", reason="分工调整", leads=leads, supports=[])
    assert city.do(session, "supervisor", "1", "resume")["state"] == "reported"


def test_terminating_a_suspended_task_forgets_where_it_stood(session: Session) -> None:
    city = one_task(session)
    city.do(session, "supervisor", "1", "suspend", reason="暂缓")
    city.do(session, "supervisor", "1", "terminate", reason="任务取消")
    assert (city.row(session, "1").state, city.row(session, "1").suspended_from) == ("terminated", None)


@pytest.mark.parametrize(("state", "stored"), [("suspended", None), ("in_progress", "assigned")])
def test_the_database_refuses_a_suspension_without_its_state_and_a_state_without_suspension(
    session: Session, state: str, stored: str | None
) -> None:
    city = one_task(session)
    instance = session.get_one(Instance, city.row(session, "1").task_id)
    savepoint = session.begin_nested()
    setattr(instance, "state", state)  # noqa: B010
    instance.suspended_from = stored
    with pytest.raises(IntegrityError):
        session.flush()
    savepoint.rollback()
