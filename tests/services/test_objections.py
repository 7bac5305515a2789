"""Right of reply: a lead unit contests a return or a lamp, an answer is due in five working days, nothing is erased."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import REPORT, City, make_city
from tests.services.reminding import at
from tracker.audit.models import AuditEntry
from tracker.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from tracker.idempotency import Answer
from tracker.outbox.models import OutboxMessage
from tracker.oversight.my_work import my_work
from tracker.oversight.queue import verification_queue
from tracker.workflows.models import Objection
from tracker.workflows.objections import answer_objection, objections_of, raise_objection

RETURNED = at("2023-09-25")
TODAY = at("2023-09-26")
LAMP = {"about": "lamp", "lamp_on": "2023-09-01", "lamp": "red", "text": "已按时上报。"}


@pytest.fixture
def city(session: Session) -> City:
    """The reports on 1 (市民政局, 市教育局) and 2 (市残联, the host unit) were returned on 25 September 2023."""
    made = make_city(session)
    made.go_live(session)
    for who, ref in (("handler", "1"), ("host_handler", "2")):
        made.do(session, who, ref, "acknowledge")
        made.do(session, who, ref, "report", now=at("2023-09-20"), **REPORT)
        made.do(session, "supervisor", ref, "return", now=RETURNED, reason="请补名册。")
    return made


def contest(session: Session, city: City, who: str = "handler", ref: str = "1", **given: Any) -> Answer:
    """Contest the return, or what is given, as one of the people."""
    row = city.row(session, ref)
    version = given.pop("version", len(objections_of(session, row.task_id)))
    now, key = given.pop("now", TODAY), given.pop("key", None)
    data = {"about": f"return-{row.version}", "text": "名册已报。", **given}
    actor = city.people[who]
    return raise_objection(session, actor, now, slug="shaoguan", ref=ref, version=version, data=data, key=key)


def answer(session: Session, city: City, who: str = "supervisor", ref: str = "1", **given: Any) -> Answer:
    """Answer the first objection."""
    data = {"outcome": "upheld", "text": "经核属实。", **given}
    return answer_objection(session, city.people[who], TODAY, slug="shaoguan", ref=ref, number=1, data=data)


def told(session: Session, city: City, template: str) -> set[str]:
    """Who got a notice."""
    names = {person.key: name for name, person in city.people.items()}
    mails = session.scalars(select(OutboxMessage).where(OutboxMessage.template == template))
    return {names[mail.recipient] for mail in mails}


def waiting(session: Session, city: City, who: str, day: str = "2023-09-26") -> list[tuple[date | None, bool]]:
    """(due day, late) of the objections in somebody's My work."""
    groups = my_work(session, city.people[who], at(day)).groups
    return [(g.day, g.late) for g in groups for item in g.items if item.step and item.step.trigger == "objections"]


def test_from_the_objection_to_the_answer(session: Session, city: City) -> None:
    before = city.row(session, "1")
    assert contest(session, city)["due"] == "2023-10-09", (
        "five working days, a weekend made up for the holiday among them"
    )
    assert told(session, city, "objection_raised") == {"supervisor", "second_supervisor", "host_supervisor"}
    assert waiting(session, city, "supervisor") == [(date(2023, 10, 9), False)]
    assert waiting(session, city, "supervisor", "2023-10-10") == [(date(2023, 10, 9), True)]
    assert waiting(session, city, "handler") == []
    queue = verification_queue(session, city.people["second_supervisor"], TODAY)
    assert [(task.row.ref, o.due_on) for task, o in queue.objections] == [("1", date(2023, 10, 9))]
    answer(session, city)
    assert told(session, city, "objection_answered") == {"handler"}
    assert waiting(session, city, "supervisor") == []
    assert city.row(session, "1") == before, "the return stays as it was"
    acts = select(AuditEntry.action).where(AuditEntry.action.startswith("objection.")).order_by(AuditEntry.id)
    assert list(session.scalars(acts)) == ["objection.raise", "objection.answer"]


def test_a_lamp_is_contested_with_its_day(session: Session, city: City) -> None:
    contest(session, city, who="other_lead", **LAMP)
    objection = session.scalars(select(Objection)).one()
    assert (objection.lamp_on, objection.lamp, objection.history_id) == (date(2023, 9, 1), "red", None)
    assert objection.unit_id == city.units["市教育局"].id
    for wrong in ({"lamp_on": "2023-09-27"}, {"lamp_on": "2023-06-14"}, {"lamp_on": ""}, {"lamp": "green"}):
        with pytest.raises(InvalidInput) as raised:
            contest(session, city, **{**LAMP, **wrong})
        assert set(raised.value.fields) == set(wrong)


def test_the_same_matter_once_a_unit_and_another_unit_for_itself(session: Session, city: City) -> None:
    assert contest(session, city, key="k", version=0) == contest(session, city, key="k", version=0)
    with pytest.raises(NotAllowed, match="contested this already"):
        contest(session, city)
    with pytest.raises(StaleVersion):
        contest(session, city, version=0)
    assert contest(session, city, who="other_lead")["objection"] == 2
    assert contest(session, city, **LAMP)["objection"] == 3


@pytest.mark.parametrize("about", ["return-1", "return-99", "score", ""])
def test_what_never_happened_cannot_be_contested(session: Session, city: City, about: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        contest(session, city, about=about)
    assert set(raised.value.fields) == {"about"}


def test_it_is_answered_once_with_words(session: Session, city: City) -> None:
    contest(session, city)
    for wrong in ({"text": " "}, {"outcome": "perhaps"}):
        with pytest.raises(InvalidInput):
            answer(session, city, **wrong)
    answer(session, city, outcome="dismissed")
    with pytest.raises(StaleVersion):
        answer(session, city)
    stored = objections_of(session, city.row(session, "1").task_id)[0].answer
    assert stored is not None
    assert (stored.upheld, stored.text) == (False, "经核属实。")


def test_who_may_contest_and_who_may_answer(session: Session, city: City) -> None:
    for who in ("supporting", "supervisor", "observer", "another_unit"):
        with pytest.raises(NotAllowed):
            contest(session, city, who=who)
    with pytest.raises(NotFound):
        contest(session, city, who="another_region")
    contest(session, city, who="host_handler", ref="2")
    for who in ("host_supervisor", "handler", "host_handler", "observer"):
        with pytest.raises(NotAllowed):
            answer(session, city, who=who, ref="2")
    assert waiting(session, city, "host_supervisor") == []
    answer(session, city, ref="2")
    with pytest.raises(NotFound):
        answer(session, city, ref="3")


def test_what_a_leader_sent_back_stays_within_the_unit(session: Session) -> None:
    city = make_city(session, definition="with_sign_off")
    city.go_live(session)
    city.do(session, "handler", "1", "acknowledge")
    city.do(session, "handler", "1", "submit", **REPORT)
    city.do(session, "leader", "1", "return", now=TODAY, reason="改")
    with pytest.raises(InvalidInput):
        contest(session, city)
