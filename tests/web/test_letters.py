"""The page of mails to decide about: what happened and what to do, a way out that is closed, what has arrived."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.factories import NOW, City, make_city
from tests.web.browsing import LANGUAGES, browser_of, fill, form_of, set_day, writing
from tracker.audit.models import AuditEntry
from tracker.i18n import translator
from tracker.outbox.models import OutboxMessage
from tracker.outbox.reasons import ADVICE


@pytest.fixture
def city(app: Flask) -> City:
    with writing(app) as session:
        made = make_city(session)
        made.go_live(session)
    set_day(app, NOW)
    return made


def put(app: Flask, city: City, **values: object) -> int:
    """The handler's first mail, as a delivery would have left it."""
    with writing(app) as session:
        number = session.scalars(
            select(OutboxMessage.id).where(OutboxMessage.recipient == city.people["handler"].key).limit(1)
        ).one()
        session.execute(update(OutboxMessage).where(OutboxMessage.id == number).values(**values))
        return number


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", ["address", "full", "policy", "refused", "bounced", "content", "unreachable"])
def test_each_reason_says_what_to_do(app: Flask, city: City, reason: str, language: str) -> None:
    number = put(app, city, state="dead", reason=reason, last_error="550 <x>")
    client = browser_of(app, city.people["supervisor"], language)
    for address in ("/admin/outbox", f"/reminders/mails/{number}"):
        page = client.get(address).text
        assert translator(language)(ADVICE[reason]).replace("'", "&#39;") in page
        assert "550 &lt;x&gt;" in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", ["password", "certificate", "encryption", "unreachable", "sender", "archive"])
def test_a_closed_way_is_told_while_mails_wait(app: Flask, city: City, reason: str, language: str) -> None:
    client = browser_of(app, city.people["administrator"], language)
    said = translator(language)(ADVICE[reason]).replace("'", "&#39;")
    assert said not in client.get("/admin/outbox").text
    put(app, city, reason=reason, last_error="535 no")
    assert said in client.get("/admin/outbox").text
    put(app, city, state="sent", reason=None, last_error="")
    assert said not in client.get("/admin/outbox").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_knows_that_a_mail_has_arrived_records_it(app: Flask, city: City, language: str) -> None:
    number = put(app, city, state="unknown", reason="unanswered", last_error="no answer in time", attempts=1)
    supervisor = city.people["supervisor"]
    client = browser_of(app, supervisor, language)
    action = f"/admin/outbox/{number}/resolve"
    fields = fill(form_of(client.get("/admin/outbox"), action))
    assert (client.post(action, data=fields).status_code, client.post(action, data=fields).status_code) == (303, 409)
    with writing(app) as session:
        mail = session.get_one(OutboxMessage, number)
        assert (mail.state, mail.resolved_by, mail.reason) == ("sent", supervisor.key, None)
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "outbox.resolve")).one()
        assert (entry.actor, entry.subject) == (supervisor.key, f"mail:{number}")
    page = client.get(f"/reminders/mails/{number}").text
    assert "由" in page or "Recorded as arrived by" in page
    assert supervisor.name in page


def test_a_mail_that_was_refused_cannot_have_arrived(app: Flask, city: City) -> None:
    number = put(app, city, state="dead", reason="address", last_error="550 no")
    client = browser_of(app, city.people["supervisor"])
    page = client.get("/admin/outbox")
    assert f"/admin/outbox/{number}/resolve" not in page.text
    fields = fill(form_of(page, f"/admin/outbox/{number}/retry"))
    assert client.post(f"/admin/outbox/{number}/resolve", data=fields).status_code == 409


@pytest.mark.parametrize(("who", "status"), [("handler", 403), ("observer", 403), ("another_region", 404)])
def test_nobody_else_records_it(app: Flask, city: City, who: str, status: int) -> None:
    number = put(app, city, state="unknown", reason="unanswered", last_error="-", attempts=1)
    client = browser_of(app, city.people[who])
    fields = fill(form_of(client.get("/reminders/mails"), "/language"))
    assert client.post(f"/admin/outbox/{number}/resolve", data=fields).status_code == status


def test_a_mail_that_came_back_says_so(app: Flask, city: City) -> None:
    number = put(app, city, state="sent", reason="bounced", last_error="5.1.1 550 unknown", attempts=1, sent_at=NOW)
    page = browser_of(app, city.people["supervisor"]).get(f"/reminders/mails/{number}").text
    assert "5.1.1 550 unknown" in page
    assert translator("en")("It came back") in page or "邮件被退回" in page
