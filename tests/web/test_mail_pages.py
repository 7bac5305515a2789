"""The pages of mails: who reads which, what they say, and sending again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from tests.factories import NOW, City, give_role, make_city
from tests.web.browsing import CHINESE, LANGUAGES, browser_of, fill, form_of, set_day, writing
from tracker.clock import real_now
from tracker.config import Settings
from tracker.db import db
from tracker.directory.models import Region, Unit, User
from tracker.directory.queries import recipient_of
from tracker.outbox.commands import enqueue
from tracker.outbox.delivery import deliver
from tracker.outbox.models import OutboxMessage


@pytest.fixture
def city(app: Flask, settings: Settings) -> City:
    """A city that is live, its mails in the spool."""
    with writing(app) as session:
        made = make_city(session)
        made.go_live(session)
    with app.app_context():
        deliver(NOW, real_now, settings)
    set_day(app, NOW)
    return made


def mail_of(app: Flask, city: City, who: str, state: str | None = None, **values: object) -> int:
    """The first mail of somebody; put into ``state``, as a delivery that went wrong would have."""
    with writing(app) as session:
        mail = session.scalars(
            select(OutboxMessage).where(OutboxMessage.recipient == city.people[who].key).order_by(OutboxMessage.id)
        ).first()
        assert mail is not None
        if state is not None:
            session.execute(update(OutboxMessage).where(OutboxMessage.id == mail.id).values(state=state, **values))
        return mail.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_finds_their_own_mails_and_reads_them(app: Flask, city: City, language: str) -> None:
    client = browser_of(app, city.people["handler"], language)
    number = mail_of(app, city, "handler")
    page = client.get("/reminders/mails").text
    assert f"/reminders/mails/{number}" in page
    assert page.count('app-link" href="/reminders/mails/') == 1
    mail = client.get(f"/reminders/mails/{number}")
    assert mail.status_code == 200
    assert "交办2项重点任务，请签收" in mail.text
    assert 'href="http://127.0.0.1:8000/plans/shaoguan/tasks/1"' in mail.text
    assert "style=" not in mail.text


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("handler", 200),
        ("supervisor", 200),
        ("administrator", 200),
        ("leader", 404),
        ("observer", 404),
        ("another_unit", 404),
        ("another_region", 404),
    ],
)
def test_who_may_read_a_mail(app: Flask, city: City, who: str, status: int) -> None:
    number = mail_of(app, city, "handler")
    client = browser_of(app, city.people[who])
    assert client.get(f"/reminders/mails/{number}").status_code == status
    assert (f"/reminders/mails/{number}" in client.get("/reminders/mails").text) == (status == 200)


def test_a_person_with_a_role_elsewhere_is_no_supervisors_to_read(app: Flask, city: City) -> None:
    """Their digest merges all of their regions."""
    number = mail_of(app, city, "handler")
    with writing(app) as session:
        elsewhere = session.scalars(select(Region).where(Region.slug == "jiangmen")).one()
        unit = session.scalars(select(Unit).where(Unit.region_id == elsewhere.id)).one()
        give_role(session, session.get_one(User, city.people["handler"].user_id), "handler", unit)
    assert browser_of(app, city.people["supervisor"]).get(f"/reminders/mails/{number}").status_code == 404
    assert browser_of(app, city.people["handler"]).get(f"/reminders/mails/{number}").status_code == 200


def test_a_units_mailbox_is_its_supervisors_to_read(app: Flask, city: City) -> None:
    with writing(app) as session:
        key = f"unit:{city.units['武江区政府'].id}"
        number = session.scalars(select(OutboxMessage.id).where(OutboxMessage.recipient == key)).first()
    for who, status in (("supervisor", 200), ("another_region", 404), ("collective_member", 404)):
        assert browser_of(app, city.people[who]).get(f"/reminders/mails/{number}").status_code == status


def test_a_mail_with_a_personal_link_is_shown_to_nobody(app: Flask, city: City) -> None:
    with writing(app) as session:
        user = session.get_one(User, city.people["handler"].user_id)
        number = enqueue_link(session, user)
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == number)
            .values(state="unknown", subject="重设密码", body_text="/reset/secret-token", body_html="secret-token")
        )
    for who in ("handler", "supervisor", "administrator"):
        page = browser_of(app, city.people[who]).get(f"/reminders/mails/{number}")
        assert page.status_code == 200
        assert "secret-token" not in page.text


def enqueue_link(session: Session, user: User) -> int:
    mail = enqueue(
        session,
        kind="account",
        recipient=recipient_of(user),
        template="reset",
        context={"name": user.name, "path": "/reset/secret-token", "hours": 1},
        now=NOW,
        not_before=NOW,
    )
    session.flush()
    return mail.id


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["unknown", "dead"])
def test_a_supervisor_sends_again_to_the_present_address(app: Flask, city: City, state: str, language: str) -> None:
    number = mail_of(app, city, "handler", state, last_error="550 no such mailbox")
    with writing(app) as session:
        session.get_one(User, city.people["handler"].user_id).email = "new@example.test"
    client = browser_of(app, city.people["supervisor"], language)
    page = client.get("/admin/outbox")
    assert "550 no such mailbox" in page.text
    action = f"/admin/outbox/{number}/retry"
    fields = fill(form_of(page, action))
    answer = client.post(action, data=fields)
    assert (answer.status_code, answer.location) == (303, "/admin/outbox")
    with writing(app) as session:
        mail = session.get_one(OutboxMessage, number)
        assert (mail.state, mail.to_address) == ("pending", "new@example.test")
    assert client.post(action, data=fields).status_code == 409
    assert "550 no such mailbox" not in client.get("/admin/outbox").text


@pytest.mark.parametrize("who", ["handler", "leader", "observer", "another_unit"])
def test_nobody_else_decides_about_mails(app: Flask, city: City, who: str) -> None:
    number = mail_of(app, city, "handler", "dead")
    client = browser_of(app, city.people[who])
    assert client.get("/admin/outbox").status_code == 403
    fields = fill(form_of(client.get("/reminders/mails"), "/language"))
    assert client.post(f"/admin/outbox/{number}/retry", data=fields).status_code == 403


def test_another_regions_supervisor_does_not_find_it(app: Flask, city: City) -> None:
    number = mail_of(app, city, "handler", "dead", last_error="550 no such mailbox")
    client = browser_of(app, city.people["another_region"])
    page = client.get("/admin/outbox")
    assert page.status_code == 200
    assert "550 no such mailbox" not in page.text
    fields = fill(form_of(page, "/language"))
    assert client.post(f"/admin/outbox/{number}/retry", data=fields).status_code == 404


def test_states_and_pages_of_the_list(app: Flask, city: City) -> None:
    dead = mail_of(app, city, "handler", "dead")
    with writing(app) as session:
        user = session.get_one(User, city.people["handler"].user_id)
        for _ in range(60):
            enqueue_link(session, user)
    client = browser_of(app, city.people["administrator"])
    assert f'/reminders/mails/{dead}"' in client.get("/reminders/mails?state=dead").text
    assert f'/reminders/mails/{dead}"' not in client.get("/reminders/mails?state=going").text
    first = client.get("/reminders/mails?state=going")
    assert first.text.count('app-link" href="/reminders/mails/') == 50
    assert "page=2&amp;state=going" in first.text
    last = client.get("/reminders/mails?state=going&page=2")
    assert last.text.count('app-link" href="/reminders/mails/') == 10
    assert client.get("/reminders/mails?state=going&page=99").text.count('app-link" href="/reminders/mails/') == 10


@contextmanager
def counting(app: Flask) -> Iterator[list[str]]:
    said: list[str] = []
    with app.app_context():
        engine = db.engine

        def note(*given: object) -> None:
            said.append(str(given[2]))

        event.listen(engine, "before_cursor_execute", note)
        yield said
        event.remove(engine, "before_cursor_execute", note)


def test_the_list_costs_the_same_at_any_length(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["supervisor"], CHINESE)
    costs = []
    for more in (0, 200):
        with writing(app) as session:
            user = session.get_one(User, city.people["handler"].user_id)
            for _ in range(more):
                enqueue_link(session, user)
        with counting(app) as said:
            assert client.get("/reminders/mails").status_code == 200
        costs.append(len(said))
    assert costs[1] <= costs[0] < 20


HUGE = "99999999999999999999"


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "path",
    [
        *(f"/units/{HUGE}", f"/evaluations/{HUGE}", f"/reminders/mails/{HUGE}", f"/admin/contacts/units/{HUGE}"),
        *("/units/4294967296", "/units/" + "9" * 5000, "/units/²", "/units/٣"),
    ],
    ids=["unit", "round", "mail", "contacts", "beyond a column", "five thousand digits", "superscript", "other digits"],
)
def test_a_number_that_no_row_can_have_is_not_found(app: Flask, city: City, path: str) -> None:
    assert browser_of(app, city.people["administrator"]).get(path).status_code == 404


@pytest.mark.parametrize("path", ["/reminders/mails", "/admin/outbox", "/plans/shaoguan/tasks"])
@pytest.mark.parametrize("number", ["²", "٣", "-1", "0", HUGE, "9" * 5000])
def test_a_page_number_that_is_none_is_the_first_page(app: Flask, city: City, path: str, number: str) -> None:
    answer = browser_of(app, city.people["supervisor"]).get(path, query_string={"page": number})
    assert answer.status_code == 200
