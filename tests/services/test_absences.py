"""Who is away, whom their mails reach instead, and what is refused in a sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, give_role, make_city, make_person
from tracker.access import SYSTEM, Actor
from tracker.audit.models import AuditEntry
from tracker.directory.absences import contacts_on, leaders_on, supervisors_on
from tracker.directory.mail_choices import choose_weekly, end_absence, enter_absence
from tracker.directory.models import Absence, User
from tracker.errors import InvalidInput, KeyReused, NotAllowed, NotFound, StaleVersion
from tracker.i18n import translator
from tracker.outbox.commands import Recipient
from tracker.outbox.models import OutboxMessage

FIRST, LAST = "2023-07-03", "2023-07-14"
CIVIL = "市民政局"


@pytest.fixture
def city(session: Session) -> City:
    """A city in which 市民政局 has a second handler."""
    made = make_city(session)
    made.people["colleague"] = make_person(session, made.units[CIVIL], "handler")
    return made


def away(
    session: Session,
    city: City,
    who: str = "handler",
    deputy: str | None = "colleague",
    by: str | None = None,
    **more: Any,
) -> Any:
    """Enter an absence of one of the city's people."""
    user_id = city.people[who].user_id
    assert user_id is not None
    days = {"from_on": more.pop("first", FIRST), "to_on": more.pop("last", LAST)}
    chosen = {"deputy": str(city.people[deputy].user_id)} if deputy is not None else {"deputy": ""}
    version = more.pop("version", session.get_one(User, user_id).mails_version)
    return enter_absence(
        session, city.people[by or who], NOW, user_id=user_id, version=version, data={**days, **chosen}, **more
    )


def refusal(session: Session, city: City, **given: Any) -> str:
    """The one sentence in which an absence is refused."""
    with pytest.raises(InvalidInput) as caught:
        away(session, city, **given)
    ((message,),) = caught.value.fields.values()
    return translator("en")(message, **caught.value.values)


def on(session: Session, city: City, day: str, unit: str = CIVIL) -> list[str]:
    """Who gets the unit's mails on a day, as relation or unit."""
    found = contacts_on(session, [city.units[unit].id], date.fromisoformat(day))
    return [name_of(city, recipient) for recipient in found[city.units[unit].id]]


def name_of(city: City, recipient: Recipient) -> str:
    people = {actor.key: name for name, actor in city.people.items()}
    return people.get(recipient.key, recipient.name)


def test_on_these_days_the_deputy_gets_the_mails_once(session: Session, city: City) -> None:
    session.get_one(User, city.people["colleague"].user_id).active = False
    session.flush()
    away(session, city, deputy="leader")
    assert [on(session, city, day) for day in ("2023-07-02", FIRST, LAST, "2023-07-15")] == [
        ["handler"],
        ["leader"],
        ["leader"],
        ["handler"],
    ]
    (stands_in,) = contacts_on(session, city.unit_ids(CIVIL), date(2023, 7, 3))[city.units[CIVIL].id]
    assert [(absent.key, absent.until) for absent in stands_in.instead_of] == [
        (city.people["handler"].key, date(2023, 7, 14))
    ]


def test_a_deputy_who_gets_the_mail_anyway_gets_it_once_and_as_theirs(session: Session, city: City) -> None:
    away(session, city)
    found = contacts_on(session, city.unit_ids(CIVIL), date(2023, 7, 5))[city.units[CIVIL].id]
    assert [name_of(city, recipient) for recipient in found] == ["colleague"]
    assert found[0].instead_of == ()


def test_without_a_deputy_the_mailbox_serves(session: Session, city: City) -> None:
    city.units[CIVIL].mailbox = "civil@example.test"
    away(session, city, deputy=None)
    assert on(session, city, FIRST) == [CIVIL, "colleague"]


def test_a_deputy_who_is_away_later_hands_on_and_a_circle_ends_at_the_mailbox(session: Session, city: City) -> None:
    away(session, city)
    away(session, city, who="colleague", deputy="leader", first="2023-07-10", last="2023-07-21")
    assert on(session, city, "2023-07-07") == ["colleague"]
    assert on(session, city, "2023-07-12") == ["leader"]
    city.units[CIVIL].mailbox = "civil@example.test"
    away(session, city, who="leader", deputy=None, first="2023-07-13", last="2023-07-13")
    assert on(session, city, "2023-07-13") == [CIVIL]


def test_a_deputy_who_left_the_unit_or_was_disabled_leaves_it_to_the_mailbox(session: Session, city: City) -> None:
    city.units[CIVIL].mailbox = "civil@example.test"
    away(session, city)
    session.get_one(User, city.people["colleague"].user_id).active = False
    session.flush()
    assert on(session, city, FIRST) == [CIVIL]


def test_a_collective_unit_asks_each_member(session: Session, city: City) -> None:
    city.units["浈江区政府"].mailbox = None
    deputy = make_person(session, city.units["浈江区政府"], "leader")
    city.people["deputy"] = deputy
    away(session, city, who="collective_member", deputy="deputy")
    assert on(session, city, FIRST, "各县（市、区）政府") == ["deputy", "武江区政府"]


def test_leaders_and_supervisors_have_deputies_too(session: Session, city: City) -> None:
    away(session, city, who="leader", deputy="handler")
    day = date(2023, 7, 4)
    assert [name_of(city, r) for r in leaders_on(session, city.units[CIVIL].id, day)] == ["handler"]
    away(session, city, who="supervisor", deputy="second_supervisor")
    found = supervisors_on(session, city.units["残工委办公室"].id, day)
    assert [name_of(city, r) for r in found] == ["second_supervisor", "host_supervisor"]


def test_a_deputy_stands_in_only_where_they_serve(session: Session, city: City) -> None:
    """Whoever works in two units keeps to the capacity: a handler of one verifies nothing for the other."""
    away(session, city, who="host_supervisor", deputy="host_handler")
    found = supervisors_on(session, city.units["残工委办公室"].id, date(2023, 7, 4))
    assert [name_of(city, r) for r in found] == ["supervisor", "second_supervisor"]
    assert on(session, city, FIRST, "市残联") == ["host_handler"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"last": "2023-07-02"}, "The last day lies before the first"),
        ({"first": "2023-01-09", "last": "2023-01-13"}, "These days are over"),
        ({"last": "2024-07-03"}, "366 days at most"),
        ({"first": "soon"}, "Choose a date"),
        ({"deputy": None}, "市民政局 has no mailbox, so a deputy is needed"),
        ({"deputy": "other_lead"}, "市教育局 经办人 works in none of the same units"),
        ({"deputy": "handler"}, "works in none of the same units"),
        ({"deputy": "another_region"}, "Choose somebody of the list"),
    ],
)
def test_what_is_refused_is_said_in_a_sentence(
    session: Session, city: City, given: dict[str, Any], sentence: str
) -> None:
    assert sentence in refusal(session, city, **given)
    assert session.scalars(select(Absence)).all() == []


def test_366_days_are_allowed(session: Session, city: City) -> None:
    assert away(session, city, last="2024-07-02")["version"] == 1


def test_a_disabled_deputy_is_refused(session: Session, city: City) -> None:
    session.get_one(User, city.people["colleague"].user_id).active = False
    assert "is disabled" in refusal(session, city)


def test_the_same_days_twice_are_refused_with_the_days(session: Session, city: City) -> None:
    away(session, city)
    assert "from 2023-07-03 to 2023-07-14 is entered already" in refusal(session, city, first=LAST, last="2023-07-20")


def test_a_deputy_who_is_away_is_refused_with_the_end_of_the_chain(session: Session, city: City) -> None:
    away(session, city, who="colleague", deputy="leader", first="2023-07-14", last="2023-07-20")
    assert "市民政局 负责人 gets the mails then" in refusal(session, city)
    city.units[CIVIL].mailbox = "civil@example.test"
    away(session, city, who="leader", deputy=None)
    assert "has no deputy. Choose somebody else" in refusal(session, city)


@pytest.mark.parametrize("by", ["handler", "leader", "supervisor", "administrator", "system"])
def test_who_may_enter_it(session: Session, city: City, by: str) -> None:
    away(session, city, by=by)
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.actor) == ("user.enter_absence", city.people[by].key)


@pytest.mark.parametrize(
    ("by", "error"),
    [
        ("colleague", NotAllowed),
        ("other_lead", NotAllowed),
        ("host_leader", NotAllowed),
        ("observer", NotAllowed),
        ("another_region", NotFound),
        ("nobody", NotFound),
    ],
)
def test_who_may_not(session: Session, city: City, by: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        away(session, city, by=by)


def test_a_form_sent_twice_is_done_once_and_an_old_one_not_at_all(session: Session, city: City) -> None:
    first = away(session, city, key="k", version=0)
    assert away(session, city, key="k", version=0) == first
    with pytest.raises(KeyReused):
        away(session, city, key="k", version=0, last="2023-07-10")
    with pytest.raises(StaleVersion):
        away(session, city, first="2023-08-01", last="2023-08-02", version=0)
    assert len(session.scalars(select(Absence)).all()) == 1


def test_who_comes_back_early_gets_the_mails_again_and_who_does_not_go_keeps_them(session: Session, city: City) -> None:
    session.get_one(User, city.people["colleague"].user_id).active = False
    begun = away(session, city, deputy="leader", first="2023-01-03")
    later = away(session, city, deputy="leader", first="2023-08-01", last="2023-08-31")
    me: Actor = city.people["handler"]
    end_absence(session, me, NOW, absence_id=begun["absence"], version=2)
    end_absence(session, me, NOW, absence_id=later["absence"], version=3)
    today = NOW.date()
    assert session.get_one(Absence, begun["absence"]).to_on < today
    assert [on(session, city, day) for day in (today.isoformat(), "2023-08-15")] == [["handler"], ["handler"]]
    with pytest.raises(NotAllowed):
        end_absence(session, me, NOW, absence_id=later["absence"], version=4)


def test_the_choice_of_weekly_is_a_persons_own(session: Session, city: City) -> None:
    me = city.people["handler"]
    assert choose_weekly(session, me, NOW, version=0, data={"pace": "weekly"}) == {"version": 1}
    assert choose_weekly(session, me, NOW, version=1, data={"pace": "weekly"}) == {"version": 1}
    assert contacts_on(session, city.unit_ids(CIVIL), NOW.date())[city.units[CIVIL].id][0].weekly
    with pytest.raises(InvalidInput):
        choose_weekly(session, me, NOW, version=1, data={"pace": "never"})
    with pytest.raises(NotAllowed):
        choose_weekly(session, SYSTEM, NOW, version=1, data={"pace": "daily"})


def test_a_notice_of_these_days_goes_to_the_deputy_and_says_for_whom(session: Session, city: City) -> None:
    session.get_one(User, city.people["colleague"].user_id).active = False
    away(session, city, deputy="leader", first="2023-01-03", last="2023-12-29")
    city.go_live(session)
    mails = {mail.recipient: mail for mail in session.scalars(select(OutboxMessage))}
    assert city.people["handler"].key not in mails
    assert mails[city.people["leader"].key].context["instead_of"] == [
        {"name": "市民政局 经办人", "until": "2023-12-29"}
    ]
    assert mails[city.people["other_lead"].key].context["instead_of"] == []


def test_somebody_with_roles_in_two_units_needs_a_way_for_each(session: Session, city: City) -> None:
    handler = session.get_one(User, city.people["handler"].user_id)
    give_role(session, handler, "handler", city.units["武江区政府"])
    city.units["武江区政府"].mailbox = None
    assert "武江区政府 has no mailbox" in refusal(session, city)
    city.units["武江区政府"].mailbox = "6@county.example.test"
    away(session, city)
    assert on(session, city, FIRST, "武江区政府") == ["武江区政府"]
