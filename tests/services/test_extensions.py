"""A later deadline is asked for, approved and accepted, or refused with a reason; only then does the deadline move."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import City, end_role, make_city, make_person, task_entry
from tests.services.reminding import at, living_city, tick
from tracker.access import Actor
from tracker.audit import broken_chains
from tracker.audit.models import AuditEntry
from tracker.directory.models import User
from tracker.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from tracker.evaluations.lamps import standing
from tracker.idempotency import Answer
from tracker.outbox.models import OutboxMessage
from tracker.oversight.my_work import my_work
from tracker.plans.queries import due_dates_of
from tracker.plans.views.listing import zone_of
from tracker.reminders.models import Reminder
from tracker.workdays.calendar import CHINA
from tracker.workflows.extending import ask_extension, decide_extension
from tracker.workflows.extensions import extensions_of
from tracker.workflows.models import Extension

ASKED = {"new_due_on": "2024-03-29", "reason": "用地预审延后。", "so_far": "完成选址。"}
TODAY = at("2023-10-09")


@pytest.fixture
def city(session: Session) -> City:
    """Tasks 1 (市民政局, 市教育局) and 3 (市残联) due on 29 December 2023; 2 without a deadline.  1 is in progress."""
    made = living_city(
        session,
        [
            task_entry("1", ["市民政局", "市教育局"], deadline="2023-12-29"),
            task_entry("2", ["市民政局"]),
            task_entry("3", ["市残联"], deadline="2023-12-29"),
        ],
    )
    made.do(session, "handler", "1", "acknowledge", now=at("2023-06-16"))
    return made


def ask(session: Session, city: City, who: str = "handler", ref: str = "1", **given: Any) -> Answer:
    """Ask as one of the people, having seen all requests there are."""
    row = city.row(session, ref)
    version = given.pop("version", len(extensions_of(session, [row.task_id])))
    now = given.pop("now", TODAY)
    key = given.pop("key", None)
    actor: Actor = city.people[who]
    data = {**ASKED, **given}
    return ask_extension(session, actor, now, slug="shaoguan", ref=ref, version=version, data=data, key=key)


def decide(session: Session, city: City, who: str, step: str, ref: str = "1", **given: Any) -> Answer:
    """Take a step on the latest request as one of the people."""
    row = city.row(session, ref)
    version = given.pop("version", extensions_of(session, [row.task_id])[-1].last.number)
    now = given.pop("now", TODAY)
    return decide_extension(
        session, city.people[who], now, slug="shaoguan", ref=ref, step=step, version=version, data=given
    )


def told(session: Session, city: City, template: str) -> set[str]:
    """Who got a notice."""
    names = {person.key: name for name, person in city.people.items()}
    mails = session.scalars(select(OutboxMessage).where(OutboxMessage.template == template))
    return {names[mail.recipient] for mail in mails}


def waiting(session: Session, city: City, who: str) -> list[str]:
    """The requests in somebody's My work."""
    groups = my_work(session, city.people[who], TODAY).groups
    return [item.task.row.ref for g in groups for item in g.items if item.step and item.step.trigger == "extension"]


def test_the_leader_approves_then_the_supervisor_accepts_and_only_then_the_deadline_moves(
    session: Session, city: City
) -> None:
    ask(session, city)
    assert told(session, city, "extension_asked") == {"leader"}
    assert (waiting(session, city, "leader"), waiting(session, city, "supervisor")) == (["1"], [])
    decide(session, city, "leader", "approve")
    assert told(session, city, "extension_asked") >= {"supervisor", "second_supervisor"}
    assert (waiting(session, city, "leader"), waiting(session, city, "supervisor")) == ([], ["1"])
    assert city.row(session, "1").deadline == date(2023, 12, 29)
    version = city.row(session, "1").version
    decide(session, city, "supervisor", "accept")
    assert city.row(session, "1").deadline == date(2024, 3, 29)
    assert city.row(session, "1").version == version, "a report that somebody is writing does not go stale"
    assert told(session, city, "extension_answered") == {"handler"}
    assert waiting(session, city, "supervisor") == []
    moves = due_dates_of(session, city.row(session, "1").task_id)
    assert [(move.due_on.isoformat(), move.act) for move in moves] == [
        ("2023-12-29", "import"),
        ("2024-03-29", "extension"),
    ]


def test_lamp_and_reminders_follow_the_new_deadline(session: Session) -> None:
    entries = [task_entry(ref, ["市民政局"], deadline="2023-12-29") for ref in ("1", "3")]
    city = make_city(session, entries)  # without rounds: nothing but the deadlines measures the tasks
    city.go_live(session)
    for ref in ("1", "3"):
        city.do(session, "handler", ref, "acknowledge")
    ask(session, city, who="leader")
    decide(session, city, "supervisor", "accept")
    lamp = standing(city.row(session, "1"), date(2024, 1, 3), None, zone_of(city.plan), CHINA)
    assert (lamp.lamp, lamp.nearest_due) == ("green", date(2024, 3, 29))
    tick(session, city.plan, "2024-01-08")
    late = session.scalars(select(Reminder.subject).where(Reminder.kind == "overdue"))
    assert set(late) == {f"task:{city.row(session, '3').task_id}"}, "its deadline stayed"


def test_a_leader_who_asks_approves_at_once(session: Session, city: City) -> None:
    assert ask(session, city, who="leader")["last"] == "approve"
    assert told(session, city, "extension_asked") >= {"supervisor"}
    assert "leader" not in told(session, city, "extension_asked")


@pytest.mark.parametrize(("who", "after"), [("leader", "ask"), ("supervisor", "approve")])
def test_a_refusal_has_a_reason_and_moves_nothing(session: Session, city: City, who: str, after: str) -> None:
    ask(session, city, who="handler" if after == "ask" else "leader")
    with pytest.raises(InvalidInput):
        decide(session, city, who, "refuse", reason=" ")
    decide(session, city, who, "refuse", reason="年内必须完成。")
    assert city.row(session, "1").deadline == date(2023, 12, 29)
    assert told(session, city, "extension_answered") == {"handler"}
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "extension_answered")).one()
    assert (mail.context["accepted"], mail.context["reason"]) == (False, "年内必须完成。")
    ask(session, city)  # it may be asked again


def test_one_open_request_a_task_and_the_unit_may_withdraw_it(session: Session, city: City) -> None:
    ask(session, city)
    with pytest.raises(NotAllowed, match="asked for already"):
        ask(session, city)
    decide(session, city, "handler", "withdraw")
    assert ask(session, city)["extension"] == 2
    open_ = session.scalars(select(Extension).where(Extension.closed_at.is_(None))).one()
    second = Extension(
        task_id=open_.task_id, number=9, unit_id=open_.unit_id, old_due_on=date(2023, 1, 1),
        new_due_on=date(2024, 1, 1), reason="x", so_far="x",
    )  # fmt: skip
    session.add(second)
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize(
    ("new", "fault"),
    [
        ("2023-12-29", "after the present one"),
        ("2026-01-01", "within the term"),
        ("soon", "as a day"),
        ("", "as a day"),
    ],
)
def test_the_new_day_lies_after_the_old_one_and_within_the_term(
    session: Session, city: City, new: str, fault: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        ask(session, city, new_due_on=new)
    assert fault in raised.value.fields["new_due_on"][0]
    assert ask(session, city, new_due_on="2025-12-31")["extension"] == 1


def test_it_is_asked_before_the_due_day(session: Session, city: City) -> None:
    with pytest.raises(NotAllowed, match="that day has come"):
        ask(session, city, now=at("2023-12-29"))
    assert ask(session, city, now=at("2023-12-28"))["extension"] == 1


def test_a_task_that_the_rounds_alone_measure_has_nothing_to_extend(session: Session, city: City) -> None:
    with pytest.raises(NotAllowed, match="no deadline of its own"):
        ask(session, city, ref="2")


def test_a_unit_without_leader_is_told_so(session: Session, city: City) -> None:
    end_role(session, session.get_one(User, city.people["leader"].user_id), "leader")
    with pytest.raises(NotAllowed, match="none is named"):
        ask(session, city)


@pytest.mark.parametrize("who", ["other_lead", "supporting", "supervisor", "observer", "another_unit"])
def test_nobody_but_the_first_named_lead_unit_asks(session: Session, city: City, who: str) -> None:
    with pytest.raises(NotAllowed):
        ask(session, city, who=who)


def test_each_step_is_its_own_person_s(session: Session, city: City) -> None:
    ask(session, city)
    for who in ("handler", "other_lead", "supervisor"):
        with pytest.raises(NotAllowed):
            decide(session, city, who, "approve")
    for step in ("refuse", "accept"):
        with pytest.raises(NotAllowed):  # the unit's leader first
            decide(session, city, "supervisor", step, reason="x")
    decide(session, city, "leader", "approve")
    for who in ("handler", "leader"):
        with pytest.raises(NotAllowed):
            decide(session, city, who, "accept")
    with pytest.raises(NotFound):
        decide(session, city, "another_region", "accept")
    with pytest.raises(NotFound):
        decide(session, city, "supervisor", "fly")


def test_who_belongs_to_the_host_unit_does_not_answer_its_request(session: Session, city: City) -> None:
    ask(session, city, who="host_supervisor", ref="3")
    decide(session, city, "host_leader", "approve", ref="3")
    with pytest.raises(NotAllowed):
        decide(session, city, "host_supervisor", "accept", ref="3")
    assert waiting(session, city, "host_supervisor") == []
    decide(session, city, "supervisor", "accept", ref="3")


def test_of_two_answers_the_second_is_stale_and_a_form_sent_twice_asks_once(session: Session, city: City) -> None:
    first, again = ask(session, city, key="k", version=0), ask(session, city, key="k", version=0)
    assert first == again
    with pytest.raises(StaleVersion):
        ask(session, city, version=0)
    decide(session, city, "leader", "approve", version=1)
    with pytest.raises(StaleVersion):
        decide(session, city, "handler", "withdraw", version=1)


def test_a_request_lapses_with_the_unit_that_made_it(session: Session, city: City) -> None:
    ask(session, city, who="leader")
    leads = city.unit_ids("市教育局", "市民政局")
    make_person(session, city.units["市教育局"], "leader")
    city.do(session, "supervisor", "1", "reassign", reason="换", leads=leads, supports=[], now=TODAY)
    assert waiting(session, city, "supervisor") == []
    with pytest.raises(NotAllowed, match="lapsed"):
        decide(session, city, "supervisor", "accept")
    assert ask(session, city, who="other_lead")["extension"] == 2
    old = extensions_of(session, [city.row(session, "1").task_id])[0]
    assert (old.last.act, old.last.user_id) == ("lapse", None)


def test_every_act_is_in_the_audit(session: Session, city: City) -> None:
    ask(session, city)
    decide(session, city, "leader", "approve")
    decide(session, city, "supervisor", "accept")
    chosen = select(AuditEntry.action).where(AuditEntry.action.startswith("extension.")).order_by(AuditEntry.id)
    assert list(session.scalars(chosen)) == ["extension.ask", "extension.approve", "extension.accept"]
    assert broken_chains(session) == []
