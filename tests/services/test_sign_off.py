"""A plan with sign-off: the unit leader signs, or sends back, before a report reaches the supervision office."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import REPORT, City, make_city, task_entry
from tests.services.reminding import at, tick
from tracker.access import SYSTEM
from tracker.errors import InvalidTransition, NotAllowed
from tracker.evaluations.commands import make_rounds
from tracker.evaluations.counting import count_reports, last_report_acts
from tracker.outbox.models import OutboxMessage
from tracker.oversight.my_work import my_work
from tracker.plans.queries import current_rounds
from tracker.plans.views.listing import zone_of
from tracker.reporting.models import RoundReport
from tracker.workflows.models import SignOff
from tracker.workflows.policy import task_facts, why_not_verify


@pytest.fixture
def city(session: Session) -> City:
    """A living city with one task in progress, led by 市民政局 and 市教育局, and the mid-term round open."""
    made = make_city(session, [task_entry("1", ["市民政局", "市教育局"])], definition="with_sign_off")
    make_rounds(session, SYSTEM, at("2023-06-15"), made.plan)
    made.go_live(session, at("2023-06-15"))
    tick(session, made.plan, "2023-07-03")
    made.do(session, "handler", "1", "acknowledge")
    return made


def told(session: Session, city: City, template: str) -> set[str]:
    """Who got a notice."""
    names = {person.key: name for name, person in city.people.items()}
    mails = session.scalars(select(OutboxMessage).where(OutboxMessage.template == template))
    return {names[mail.recipient] for mail in mails}


def standing(session: Session, city: City) -> tuple[int, int]:
    """(missing, waiting) reports of the current round."""
    round_ = current_rounds(session, [city.plan.id])[city.plan.id]
    count = count_reports(round_, zone_of(city.plan), [city.row(session, "1")], last_report_acts(session, [round_.id]))
    return len(count.missing), len(count.waiting)


def test_the_leader_alone_is_asked_for_the_signature(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "submit", **REPORT)
    assert told(session, city, "sign_off_asked") == {"leader"}


def test_a_leader_who_submits_is_not_asked_by_mail(session: Session, city: City) -> None:
    city.do(session, "leader", "1", "submit", **REPORT)
    assert told(session, city, "sign_off_asked") == set()


def test_a_submitted_report_is_missing_until_it_is_signed(session: Session, city: City) -> None:
    assert standing(session, city) == (1, 0)
    city.do(session, "handler", "1", "submit", **REPORT)
    assert standing(session, city) == (1, 0)
    city.do(session, "leader", "1", "sign_off")
    assert standing(session, city) == (0, 1)
    city.do(session, "supervisor", "1", "verify")
    assert standing(session, city) == (0, 0)


def test_the_signature_stands_with_the_version_that_was_signed(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "submit", **REPORT)
    city.do(session, "leader", "1", "sign_off")
    signed = session.scalars(select(SignOff)).one()
    assert (signed.report_id, signed.user_id) == (
        city.row(session, "1").current_report_id,
        city.people["leader"].user_id,
    )


def test_a_leader_sends_back_with_a_reason_that_only_their_unit_reads(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "submit", **REPORT)
    with pytest.raises(NotAllowed):
        city.do(session, "supervisor", "1", "return", reason="请补充数据")
    city.do(session, "leader", "1", "return", reason="请补充数据")
    assert told(session, city, "returned") == {"handler"}
    answer = city.do(session, "handler", "1", "submit", **REPORT)
    assert answer["state"] == "awaiting_sign_off"


def test_there_is_no_reporting_past_the_leader(session: Session, city: City) -> None:
    from tracker.errors import NotFound

    with pytest.raises(NotFound):
        city.do(session, "handler", "1", "report", **REPORT)
    with pytest.raises(InvalidTransition):
        city.do(session, "leader", "1", "sign_off")


def test_who_signed_an_earlier_version_may_not_verify_a_later_one(session: Session, city: City) -> None:
    from tests.factories import end_role, give_role, reload_actor
    from tracker.directory.models import User

    user = session.get_one(User, city.people["supervisor"].user_id)
    give_role(session, user, "leader", city.units["市民政局"])
    city.do(session, "handler", "1", "submit", **REPORT)
    city.do(session, reload_actor(session, city.people["supervisor"]), "1", "sign_off")
    end_role(session, user, "leader")
    supervisor = reload_actor(session, city.people["supervisor"])
    city.do(session, "second_supervisor", "1", "return", reason="请补充数据")
    city.do(session, "handler", "1", "submit", **REPORT)
    city.do(session, "leader", "1", "sign_off")
    facts = task_facts(session, supervisor, city.plan, [city.row(session, "1")])
    assert "signed" in (why_not_verify(next(iter(facts.values()))) or "")
    with pytest.raises(NotAllowed):
        city.do(session, supervisor, "1", "verify")
    assert city.do(session, "second_supervisor", "1", "verify")["state"] == "verified"


def test_a_report_that_waits_for_its_signature_is_carried_into_a_round(session: Session) -> None:
    made = make_city(session, [task_entry("1", ["市民政局"])], definition="with_sign_off")
    make_rounds(session, SYSTEM, at("2023-06-15"), made.plan)
    made.go_live(session, at("2023-06-15"))
    made.do(session, "handler", "1", "acknowledge")
    made.do(session, "handler", "1", "submit", **REPORT)
    tick(session, made.plan, "2023-07-03")
    assert session.scalars(select(RoundReport)).one().carried


def test_the_leader_finds_it_as_a_duty_and_the_handler_as_waiting(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "submit", **REPORT, now=at("2023-07-04"))

    def found(who: str) -> list[tuple[str, str | None]]:
        work = my_work(session, city.people[who], at("2023-07-05"))
        return [(item.kind, item.step.trigger if item.step else None) for group in work.groups for item in group.items]

    assert found("leader") == [("duty", "sign_off")]
    assert found("handler") == [("others", "withdraw")]
