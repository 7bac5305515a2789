"""Mails sent again by a person or by the command line: which, by whom, and what is said when none can go."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.factories import make_user
from tests.fixtures.databases import application
from tests.services.command_line import Ran, invoke
from tests.services.delivering import run
from tests.services.outgoing import CONTEXT, NOW, queue, row
from tracker.access import SYSTEM, Actor, Facts
from tracker.audit.models import AuditEntry
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.directory.models import User
from tracker.errors import InvalidTransition, NotAllowed, NotFound
from tracker.i18n import CHINESE
from tracker.outbox.commands import Recipient, enqueue
from tracker.outbox.models import OutboxMessage
from tracker.outbox.states import retry


@pytest.fixture(autouse=True)
def in_the_application(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def given_up(user: User) -> int:
    """A dead mail to an account."""
    with transaction() as session:
        mail = enqueue(
            session,
            kind="notice",
            recipient=Recipient(f"user:{user.id}", "old@example.org", CHINESE, user.name),
            template="returned",
            context=CONTEXT,
            now=NOW,
            not_before=NOW,
        )
        session.flush()
        session.execute(update(OutboxMessage).where(OutboxMessage.id == mail.id).values(state="dead"))
        return mail.id


def test_the_command_sends_nothing_to_who_has_left(settings: Settings) -> None:
    with transaction() as session:
        gone, here = make_user(session, "市教育局 经办人"), make_user(session, "市财政局 经办人")
        gone.active = False
    left, stays = given_up(gone), given_up(here)
    with application(replace(settings, locale="en")) as app:
        assert invoke(app, "outbox", "retry", str(left)).complaint.startswith("This recipient has no address any more.")
        done = invoke(app, "outbox", "retry", "--all-dead")
    assert (done.code, done.out) == (0, f"{stays}\n")
    assert done.err.startswith(f"{left}: This recipient has no address any more.")
    assert (row(left).state, row(left).to_address) == ("dead", "old@example.org")
    assert (row(stays).state, row(stays).to_address) == ("pending", here.email)


@pytest.mark.parametrize("number", ["9999", "99999999999999999999"])
def test_the_command_names_a_mail_that_is_not_there(settings: Settings, number: str) -> None:
    with application(replace(settings, locale="en")) as app:
        complaint = invoke(app, "outbox", "retry", number).complaint
    assert complaint.startswith(f"There is no mail with the number {number}.")


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.usefixtures("smtp_sink")
def test_the_command_says_that_the_way_out_is_closed(settings: Settings, as_json: bool) -> None:
    ids = queue("a@example.org", "b@example.org")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    def deliver_by(url: str) -> Ran:
        with application(replace(settings, locale="en", mail_url=url)) as app:
            return invoke(app, "outbox", "deliver", *(["--json"] if as_json else []))

    done = deliver_by(f"smtp://127.0.0.1:{port}")
    assert done.code == 1
    assert "retry" in done.out
    [line] = [line for line in done.err.splitlines() if line.startswith("Error: ")]
    assert line.startswith("Error: Not every mail that is due has gone (ConnectionRefusedError: ")
    assert line.endswith("Check TRACKER_MAIL_URL, the network, and the server.")
    assert [row(number).state for number in ids] == ["pending"] * 2
    assert deliver_by(settings.mail_url).code == 0


@pytest.mark.parametrize("state", ["pending", "sent"])
def test_only_unknown_and_dead_mails_are_sent_again(settings: Settings, state: str) -> None:
    (number,) = queue("a@example.org")
    if state == "sent":
        run(settings)
    with pytest.raises(InvalidTransition), transaction() as session:
        retry(session, SYSTEM, NOW, message_id=number, facts=Facts(system=True))
    assert row(number).state == state


def test_a_person_resends_within_their_region_and_it_is_audited(settings: Settings) -> None:
    (number,) = queue("a@example.org", context={})
    run(settings)
    supervisor = Actor(user_id=7, name="督查专员")
    for facts, error in ((Facts(in_region=True, observer=True), NotAllowed), (Facts(supervisor=True), NotFound)):
        with pytest.raises(error), transaction() as session:
            retry(session, supervisor, NOW, message_id=number, facts=facts)
    with transaction() as session:
        retry(session, supervisor, NOW, message_id=number, facts=Facts(in_region=True, supervisor=True))
    again = row(number)
    assert (again.state, again.attempts, again.next_attempt_at) == ("pending", 0, None)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.chain, entry.actor, entry.action, entry.subject) == (
        "system", "user:7", "outbox.retry", f"mail:{number}")  # fmt: skip
    with pytest.raises(NotFound), transaction() as session:
        retry(session, supervisor, NOW, message_id=number + 1, facts=Facts(system=True))
