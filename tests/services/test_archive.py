"""Mails of unknown fate are looked up in an archive on a real IMAP server: found is sent, not found waits again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.fixtures.imap import Post, serving_mailbox
from tests.fixtures.smtp import HANG_UP, SmtpSink
from tests.services.outgoing import NOW, REAL, queue, row, run
from tracker.config import Settings
from tracker.outbox.reading import ARCHIVE_WAIT, reconcile
from tracker.outbox.states import CLAIM_LIMIT, claim, looked_up

ARCHIVE = "archive@example.org"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def in_the_application(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def archived(settings: Settings, post: Post, smtp_sink: SmtpSink) -> Iterator[Settings]:
    """A mail server whose copies come into the mailbox, unless its answer to the mail was to hang up."""
    smtp_sink.before_answer = lambda message: post.put(bytes(message))
    with serving_mailbox(post) as url:
        yield replace(
            settings,
            mail_url=smtp_sink.url,
            mail_from="tracker@example.org",
            archive_url=url,
            archive_address=ARCHIVE,
        )


def look(settings: Settings, real: datetime) -> dict[str, int]:
    return dict(reconcile(NOW + (real - REAL), lambda: real, settings))


def test_the_copy_goes_with_the_mail_and_names_nobody(archived: Settings, smtp_sink: SmtpSink, post: Post) -> None:
    (number,) = queue("a@example.org")
    assert run(archived) == {"sent": 1}
    assert smtp_sink.recipients == [["a@example.org", ARCHIVE]]
    assert "archive" not in str(smtp_sink.messages[0]).lower()
    assert row(number).archive == ARCHIVE
    assert [letter.message_id for letter in post.letters] == [row(number).message_id]


def test_a_server_that_refuses_the_copy_gets_no_mail(archived: Settings, smtp_sink: SmtpSink) -> None:
    smtp_sink.rcpt_answers[ARCHIVE] = "550 no such mailbox"
    first, second = queue("a@example.org", "b@example.org")
    assert run(archived) == {"retry": 1}
    assert (row(first).reason, row(second).attempts) == ("archive", 0)
    assert smtp_sink.messages == []


@pytest.mark.both_databases
def test_found_is_sent(archived: Settings, smtp_sink: SmtpSink) -> None:
    smtp_sink.data_answers["a@example.org"] = HANG_UP
    (number,) = queue("a@example.org")
    assert run(archived) == {"unknown": 1}
    assert look(archived, REAL + MINUTE) == {"sent": 1}
    found = row(number)
    assert (found.state, found.sent_at, found.reason, found.last_error) == ("sent", NOW, None, "")
    assert run(archived, REAL + timedelta(days=3)) == {}
    assert len(smtp_sink.messages) == 1


@pytest.mark.both_databases
def test_not_found_waits_again_after_the_stated_time(archived: Settings, smtp_sink: SmtpSink) -> None:
    proof, number = queue("before@example.org", "a@example.org")
    assert len(claim(NOW, REAL - ARCHIVE_WAIT, archived, 1)[0]) == 1  # of a process that dies
    assert run(archived, REAL) == {"unknown": 1, "sent": 1}
    assert row(proof).state == "unknown"
    assert look(archived, REAL + MINUTE) == {}
    assert look(archived, REAL + 6 * MINUTE) == {"retry": 1}
    message_id = row(proof).message_id
    assert run(archived, REAL + 10 * MINUTE) == {"sent": 1}
    assert row(proof).message_id == message_id
    assert row(number).state == "sent"
    assert sorted(str(message["Message-ID"]) for message in smtp_sink.messages) == sorted(
        [message_id, row(number).message_id]
    )


def test_an_archive_that_holds_nothing_proves_nothing(archived: Settings, smtp_sink: SmtpSink, post: Post) -> None:
    sent, left = queue("a@example.org", "b@example.org")
    assert run(archived, channel=None) == {"sent": 2}
    (unknown,) = queue("c@example.org")
    claim(NOW, REAL, archived, 1)
    post.letters.clear()
    assert run(archived, REAL + CLAIM_LIMIT) == {"unknown": 1}
    assert look(archived, REAL + 9 * ARCHIVE_WAIT) == {}
    assert row(unknown).state == "unknown"
    assert {row(sent).state, row(left).state} == {"sent"}


def test_what_went_out_without_a_copy_is_not_looked_up(archived: Settings, settings: Settings, post: Post) -> None:
    (number,) = queue("a@example.org")
    claim(NOW, REAL, replace(archived, archive_url="", archive_address=""), 1)
    assert run(archived, REAL + CLAIM_LIMIT) == {"unknown": 1}
    assert look(archived, REAL + 9 * ARCHIVE_WAIT) == {}
    assert (row(number).state, post.asked) == ("unknown", 0)
    assert look(settings, REAL) == {}


def test_a_decision_of_a_person_stands(archived: Settings, smtp_sink: SmtpSink) -> None:
    smtp_sink.data_answers["a@example.org"] = HANG_UP
    (number,) = queue("a@example.org")
    run(archived)
    since = row(number).sending_since
    assert since is not None
    assert looked_up(number, since - MINUTE, True, NOW, REAL) is None
    assert row(number).state == "unknown"
