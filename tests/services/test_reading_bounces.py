"""Bounces are read from a real IMAP server: what marks an address, what is only noted, what is ignored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.fixtures.databases import application
from tests.fixtures.imap import Post, serving_mailbox
from tests.services.bouncing import NOBODYS, qmail, report
from tests.services.command_line import invoke
from tests.services.outgoing import NOW, REAL, queue, row, run
from tracker.access import SYSTEM, Facts
from tracker.audit.models import AuditEntry
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.errors import InvalidTransition, NotAllowed
from tracker.outbox.bounced import confirm_address, is_bounced
from tracker.outbox.models import BouncedAddress, MailboxMark, OutboxMessage
from tracker.outbox.reading import EVERY, read_bounces
from tracker.outbox.states import retry

ADDRESS = "gone@example.org"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def in_the_application(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def bouncing(settings: Settings, post: Post) -> Iterator[Settings]:
    with serving_mailbox(post) as url:
        yield replace(settings, bounce_url=url)


def read(settings: Settings, turn: int = 0, now: datetime = NOW) -> dict[str, int]:
    return dict(read_bounces(now, REAL + turn * EVERY, settings))


def sent(settings: Settings, address: str = ADDRESS) -> tuple[int, str]:
    """A mail that went out: its number and Message-ID."""
    (number,) = queue(address)
    assert run(settings) == {"sent": 1}
    return number, row(number).message_id


def marked(address: str = ADDRESS) -> BouncedAddress | None:
    mark = db.session.get(BouncedAddress, address)
    db.session.close()
    return mark if mark is not None and mark.confirmed_at is None else None


@pytest.mark.both_databases
def test_a_failure_for_good_marks_the_address_and_stops_its_mails(bouncing: Settings, post: Post) -> None:
    number, message_id = sent(bouncing)
    post.put(report(ADDRESS, message_id))
    assert read(bouncing) == {"bounced": 1}
    mark = marked()
    assert mark is not None
    assert (mark.bounced_at, mark.code) == (NOW, "5.1.1")
    assert "User unknown" in mark.text
    came_back = row(number)
    assert (came_back.state, came_back.reason) == ("sent", "bounced")
    assert "User unknown" in came_back.last_error
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject) == ("address.bounced", f"mail:{number}")

    later, other = queue(ADDRESS.upper(), "here@example.org")
    assert run(bouncing) == {"sent": 1, "dead": 1}
    stopped = row(later)
    assert (stopped.state, stopped.reason, stopped.attempts) == ("dead", "bounced", 0)
    assert "5.1.1" in stopped.last_error
    assert row(other).state == "sent"


@pytest.mark.parametrize("form", ["qmail", "no Message-ID", "forwarded", "message/rfc822"])
def test_other_forms_are_understood(bouncing: Settings, post: Post, form: str) -> None:
    _, message_id = sent(bouncing)
    post.put(
        {
            "qmail": lambda: qmail(ADDRESS, message_id),
            "no Message-ID": lambda: report(ADDRESS, None),
            "forwarded": lambda: report("elsewhere@example.org", message_id),
            "message/rfc822": lambda: report(ADDRESS, message_id, returned="message/rfc822"),
        }[form]()
    )
    assert read(bouncing) == {"bounced": 1}
    assert marked() is not None


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("failed", "4.4.7")])
def test_a_failure_for_now_is_only_noted(bouncing: Settings, post: Post, action: str, status: str) -> None:
    number, message_id = sent(bouncing)
    post.put(report(ADDRESS, message_id, action=action, status=status))
    assert read(bouncing) == {"delayed": 1}
    assert marked() is None
    assert (row(number).state, row(number).reason) == ("sent", "delayed")
    assert row(number).last_error.startswith(status)


def test_what_the_outbox_does_not_know_is_ignored(bouncing: Settings, post: Post) -> None:
    sent(bouncing)
    (waiting,) = queue("new@example.org")
    for content in (
        report(ADDRESS, NOBODYS),
        report(ADDRESS, "<1@elsewhere.example>"),
        report("stranger@example.org", None),
        report("new@example.org", row(waiting).message_id),
        b"Subject: hello\r\n\r\nI am on holiday.\r\n",
    ):
        post.put(content)
    assert read(bouncing) == {"ignored": 5}
    assert db.session.scalars(select(BouncedAddress)).all() == []


def test_a_bounce_without_a_message_id_counts_for_a_week(bouncing: Settings, post: Post) -> None:
    sent(bouncing)
    post.put(report(ADDRESS, None))
    assert read(bouncing, now=NOW + 8 * DAY) == {"ignored": 1}


def test_a_message_that_cannot_be_read_stops_no_other(bouncing: Settings, post: Post) -> None:
    _, message_id = sent(bouncing)
    heads = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(4000))
    post.put(heads.encode())
    post.put(b"From: a@b.example\r\n\r\n" + b"x" * 30_000_000)
    post.put(report(ADDRESS, message_id))
    assert read(bouncing) == {"ignored": 2, "bounced": 1}


def test_each_message_is_read_once_and_the_mailbox_not_too_often(bouncing: Settings, post: Post) -> None:
    _, message_id = sent(bouncing)
    post.put(b"Subject: hello\r\n\r\n")
    assert read(bouncing) == {"ignored": 1}
    post.put(report(ADDRESS, message_id))
    assert dict(read_bounces(NOW, REAL + EVERY - timedelta(seconds=1), bouncing)) == {}
    assert read(bouncing, 1) == {"bounced": 1}
    assert read(bouncing, 2) == {}
    post.validity += 1
    assert read(bouncing, 3) == {"ignored": 2}
    mark = db.session.get_one(MailboxMark, "bounces")
    assert (mark.uid_validity, mark.uid) == (post.validity, 2)


def test_who_confirms_the_address_gets_mails_again(bouncing: Settings, post: Post) -> None:
    _, message_id = sent(bouncing)
    post.put(report(ADDRESS, message_id))
    read(bouncing)
    (stopped,) = queue(ADDRESS)
    assert run(bouncing) == {"dead": 1}
    with pytest.raises(NotAllowed), transaction() as session:
        retry(session, SYSTEM, NOW, message_id=stopped, facts=Facts(system=True))
    with transaction() as session:
        confirm_address(session, SYSTEM, NOW + DAY, address=ADDRESS)
        assert not is_bounced(session, ADDRESS)
        retry(session, SYSTEM, NOW + DAY, message_id=stopped, facts=Facts(system=True))
    assert run(bouncing) == {"sent": 1}
    with pytest.raises(InvalidTransition), transaction() as session:
        confirm_address(session, SYSTEM, NOW + DAY, address=ADDRESS)

    post.put(report(ADDRESS, message_id))  # of the mail from before: it says nothing new
    assert read(bouncing, 1, NOW + DAY) == {"ignored": 1}
    assert marked() is None
    with transaction() as session:
        session.get_one(OutboxMessage, stopped).sent_at = NOW + 2 * DAY
    post.put(report(ADDRESS, row(stopped).message_id))
    assert read(bouncing, 2, NOW + 3 * DAY) == {"bounced": 1}


def test_the_commands(bouncing: Settings, settings: Settings, post: Post) -> None:
    _, message_id = sent(bouncing)
    post.put(report(ADDRESS, message_id))
    with application(replace(settings, locale="en")) as app:
        assert invoke(app, "outbox", "look").complaint.startswith("Neither TRACKER_BOUNCE_URL nor TRACKER_ARCHIVE_URL")
    with application(replace(bouncing, locale="en")) as app:
        assert invoke(app, "outbox", "look", "--json").json() == {"bounces": {"bounced": 1}, "archive": {}}
        assert invoke(app, "outbox", "confirm", ADDRESS).code == 0
        assert invoke(app, "outbox", "confirm", ADDRESS).complaint.startswith(f"No mail to {ADDRESS} came back")
    assert marked() is None
