"""Who is told of an act, and when: at once inside 08:30 to 17:30 of a working day, else at its next opening."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, REPORT, City, make_city, make_plan, make_unit, plan_document, task_entry
from tracker.directory.models import User
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import Plan
from tracker.plans.queries import rounds_of
from tracker.workflows.commands import dispatch_tasks, enter_round, go_live

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def city(session: Session) -> City:
    """A living city whose mails of going live are out of the way."""
    made = make_city(session)
    made.go_live(session)
    for message in session.scalars(select(OutboxMessage)):
        session.delete(message)
    session.flush()
    return made


def mails(session: Session, template: str | None = None) -> list[OutboxMessage]:
    """The queued mails, oldest first."""
    statement = select(OutboxMessage).order_by(OutboxMessage.id)
    return [mail for mail in session.scalars(statement) if template is None or mail.template == template]


def told(session: Session, city: City, template: str) -> set[str]:
    """Who gets this mail: names of people by relation, mailboxes by address.  Nobody gets it twice."""
    names = {f"user:{actor.user_id}": name for name, actor in city.people.items() if actor.user_id is not None}
    found = [names.get(mail.recipient, mail.to_address) for mail in mails(session, template)]
    assert len(found) == len(set(found)), "somebody gets the same mail twice"
    return set(found)


def mailbox(city: City, unit: str) -> str:
    """A unit's mailbox."""
    address = city.units[unit].mailbox
    assert address is not None
    return address


# Who


def test_a_dispatch_reaches_every_unit_once_handlers_before_leaders(session: Session, city: City) -> None:
    city.do(session, "supervisor", "4", "dispatch",
            leads=city.unit_ids("市民政局"), supports=city.unit_ids("各县（市、区）政府"))  # fmt: skip
    assert told(session, city, "dispatched") == {"handler", "collective_member", mailbox(city, "武江区政府")}


def test_a_unit_without_an_active_handler_hears_through_its_leader(session: Session, city: City) -> None:
    session.get_one(User, city.people["handler"].user_id).active = False
    session.flush()
    city.do(session, "supervisor", "4", "dispatch", leads=city.unit_ids("市民政局"))
    assert told(session, city, "dispatched") == {"leader"}


def test_a_unit_without_person_and_mailbox_stops_nothing(session: Session, city: City) -> None:
    silent = make_unit(session, city.region, "市档案馆")
    city.do(session, "supervisor", "4", "dispatch", leads=[silent.id], supports=city.unit_ids("市财政局"))
    assert told(session, city, "dispatched") == {"supporting"}
    assert city.row(session, "4").state == "assigned"


def test_going_live_is_one_mail_a_person_with_all_their_tasks_led_ones_first(session: Session) -> None:
    city = make_city(session)
    answer = city.go_live(session)
    assert told(session, city, "dispatched") == {
        *("handler", "other_lead", "supporting", "collective_member", "host_handler", "host_supervisor"),
        mailbox(city, "武江区政府"),
    }
    assert answer["mails"] == 7
    by_recipient = {mail.recipient: mail for mail in mails(session)}
    for who, wanted in {
        "handler": [("1", "lead"), ("3", "lead")],
        "supporting": [("1", "support"), ("2", "support"), ("3", "support")],
        "host_handler": [("2", "lead"), ("3", "lead")],
    }.items():
        context: dict[str, Any] = by_recipient[f"user:{city.people[who].user_id}"].context
        assert [(task["ref"], task["role"]) for task in context["tasks"]] == wanted


def test_a_person_who_leads_one_task_and_supports_another_gets_one_mail_with_both(session: Session) -> None:
    city = make_city(
        session, [task_entry("1", ["市教育局"], ["市民政局"]), task_entry("2", ["市民政局"], ["市教育局"])]
    )
    city.go_live(session)
    mine = [mail for mail in mails(session) if mail.recipient == f"user:{city.people['handler'].user_id}"]
    assert len(mine) == 1
    tasks: Sequence[Any] = mine[0].context["tasks"]  # type: ignore[assignment]
    assert [(task["ref"], task["role"]) for task in tasks] == [("2", "lead"), ("1", "support")]


def test_a_dispatch_of_many_is_one_mail_a_person(session: Session) -> None:
    city = make_city(session, [task_entry(str(number)) for number in range(1, 6)])
    city.let_live(session)
    answer = dispatch_tasks(
        session, city.people["supervisor"], NOW, slug="shaoguan",
        versions={str(number): 0 for number in range(1, 6)},
        data={"leads": city.unit_ids("市民政局"), "supports": city.unit_ids("市财政局")},
    )  # fmt: skip
    assert answer == {"dispatched": ["1", "2", "3", "4", "5"], "mails": 2}
    assert [len(mail.context["tasks"]) for mail in mails(session)] == [5, 5]  # type: ignore[arg-type]


def test_a_return_reaches_the_lead_units_with_the_reason(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "acknowledge")
    city.do(session, "handler", "1", "report", **REPORT)
    assert mails(session) == []
    city.do(session, "supervisor", "1", "return", reason="请补充数据")
    assert told(session, city, "returned") == {"handler", "other_lead"}
    context: dict[str, Any] = mails(session)[0].context
    assert context["reason"] == "请补充数据"
    assert (context["task"]["ref"], context["task"]["path"]) == ("1", "/plans/shaoguan/tasks/1")
    assert (context["region"], context["actor"]) == ("韶关", "残工委办公室 督查专员")


@pytest.mark.parametrize(("who", "template"), [("handler", "declined"), ("other_lead", "decline_request")])
def test_declining_and_asking_to_decline_reach_the_supervisors(
    session: Session, city: City, who: str, template: str
) -> None:
    city.do(session, who, "1", "decline", reason="不属于我局职责")
    assert told(session, city, template) == {"supervisor", "second_supervisor", "host_supervisor"}
    assert {mail.template for mail in mails(session)} == {template}
    assert sorted({mail.locale for mail in mails(session)}) == ["en", "zh_Hans_CN"]


def test_terminating_reaches_all_units_of_a_dispatched_task_and_nobody_before(session: Session, city: City) -> None:
    city.do(session, "supervisor", "4", "terminate", reason="任务取消")
    assert mails(session) == []
    city.do(session, "supervisor", "1", "terminate", reason="任务取消")
    assert told(session, city, "terminated") == {
        *("handler", "other_lead", "supporting", "collective_member"),
        mailbox(city, "武江区政府"),
    }


def test_reopening_by_a_supervisor_tells_the_lead_units_and_a_round_tells_nobody(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "acknowledge")
    city.do(session, "handler", "1", "report", **REPORT)
    city.do(session, "supervisor", "1", "verify")
    city.do(session, "supervisor", "1", "reopen", reason="回头看")
    assert told(session, city, "reopened") == {"handler", "other_lead"}


def test_reassigning_tells_who_is_released_and_who_is_named(session: Session, city: City) -> None:
    city.do(session, "supervisor", "1", "reassign", reason="分工调整",
            leads=city.unit_ids("市民政局"), supports=city.unit_ids("市体育局"))  # fmt: skip
    assert told(session, city, "released") == {
        *("other_lead", "supporting", "collective_member"),
        mailbox(city, "武江区政府"),
    }
    assert told(session, city, "dispatched") == {"another_unit"}


@pytest.mark.parametrize("trigger", ["acknowledge", "report", "withdraw", "verify", "close_out"])
def test_what_nobody_has_to_act_upon_sends_no_mail(session: Session, city: City, trigger: str) -> None:
    for step, who in [("acknowledge", "handler"), ("report", "handler"), ("verify", "supervisor")]:
        if trigger == "withdraw" and step == "verify":
            break
        city.do(session, who, "1", step, **(REPORT if step == "report" else {}))
    if trigger in ("withdraw", "close_out"):
        city.do(session, "handler" if trigger == "withdraw" else "supervisor", "1", trigger)
    assert mails(session) == []


def test_a_plan_of_another_region_hears_nothing(session: Session, city: City) -> None:
    from tracker.directory.models import Region

    region = session.scalars(select(Region).where(Region.slug == "jiangmen")).one()
    make_unit(session, region, "市民政局", mailbox="elsewhere@example.test")
    make_plan(session, region, plan_document("jiangmen", "残工委办公室", [task_entry("1", ["市民政局"])]))
    city.do(session, "supervisor", "4", "dispatch", leads=city.unit_ids("市民政局"))
    assert [mail.to_address for mail in mails(session)] == [session.get_one(User, city.people["handler"].user_id).email]


# When


def shanghai(text: str) -> datetime:
    """An instant by the clock on the wall."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("acted", "goes_out"),
    [
        ("2023-06-15T08:30", "2023-06-15T08:30"),
        ("2023-06-15T14:07", "2023-06-15T14:07"),
        ("2023-06-15T17:29:59", "2023-06-15T17:29:59"),
        ("2023-06-15T17:30", "2023-06-16T08:30"),
        ("2023-06-15T07:00", "2023-06-15T08:30"),
        ("2023-06-16T18:00", "2023-06-19T08:30"),
        ("2023-06-17T10:00", "2023-06-19T08:30"),
        ("2023-06-21T17:45", "2023-06-25T08:30"),  # 端午 to Saturday; Sunday the 25th is an adjusted working day
        ("2023-06-25T11:00", "2023-06-25T11:00"),
        ("2023-09-28T20:00", "2023-10-07T08:30"),  # 国庆; Saturday the 7th is an adjusted working day
    ],
)
def test_a_notice_goes_out_in_the_window(session: Session, city: City, acted: str, goes_out: str) -> None:
    moment = shanghai(acted)
    city.do(session, "supervisor", "1", "terminate", reason="任务取消", now=moment.astimezone(UTC))
    assert {mail.not_before for mail in mails(session)} == {shanghai(goes_out).astimezone(UTC)}
    assert {mail.created_at for mail in mails(session)} == {moment.astimezone(UTC)}
    assert {mail.kind for mail in mails(session)} == {"notice"}


def test_the_system_going_live_names_itself(session: Session) -> None:
    city = make_city(session)
    go_live(session, city.people["system"], NOW, slug="shaoguan")
    assert {mail.context["actor"] for mail in mails(session)} == {"system"}


def test_a_round_that_opens_reopens_verified_tasks_without_a_mail(session: Session, city: City) -> None:
    from datetime import date

    from tracker.plans.models import Round

    city.do(session, "handler", "1", "acknowledge")
    city.do(session, "handler", "1", "report", **REPORT)
    city.do(session, "supervisor", "1", "verify")
    city.do(session, "host_handler", "2", "acknowledge")
    city.do(session, "host_handler", "2", "report", **REPORT)
    plan = session.get_one(Plan, city.plan.id)
    session.add(
        Round(
            plan_id=plan.id, kind="mid_term", year=2023, opens_on=date(2023, 7, 3), report_due_on=date(2023, 8, 31),
            verify_due_on=date(2023, 10, 31), disclosure_on=date(2023, 11, 30), dates_are_default=True,
        )
    )  # fmt: skip
    session.flush()
    enter_round(session, NOW, plan, rounds_of(session, [plan.id])[0])
    assert [city.row(session, ref).state for ref in "1234"] == [
        *("in_progress", "reported", "assigned", "pending_dispatch")
    ]
    assert mails(session) == []
