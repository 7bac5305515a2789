"""Handing over to a real SMTP server: what becomes of a mail under each fault, and how its way is secured."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from flask import Flask

from tests.fixtures.smtp import CERTIFICATE, HANG_UP, SmtpSink, server_trust, serving_mail
from tests.services.delivering import counts, run
from tests.services.outgoing import NOW, REAL, queue, row
from tracker.access import SYSTEM, Facts
from tracker.config import Settings
from tracker.db import transaction
from tracker.outbox.smtp import SmtpChannel
from tracker.outbox.states import CLAIM_LIMIT, claim, retry


@pytest.fixture(autouse=True)
def in_the_application(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def to_sink(settings: Settings, smtp_sink: SmtpSink) -> Settings:
    return replace(settings, mail_url=smtp_sink.url, mail_from="重点任务跟踪 <tracker@city.example.org>")


def test_a_mail_arrives_whole_and_once(to_sink: Settings, smtp_sink: SmtpSink) -> None:
    ids = queue("a@example.org", "b@example.org", "c@example.org")
    assert run(to_sink) == counts(sent=3)
    assert run(to_sink) == counts()
    assert smtp_sink.recipients == [["a@example.org"], ["b@example.org"], ["c@example.org"]]
    assert smtp_sink.greetings == 1
    sent, message = row(ids[0]), smtp_sink.messages[0]
    assert (sent.state, sent.sent_at, sent.attempts, sent.last_error) == ("sent", NOW, 1, "")
    assert message["Message-ID"] == sent.message_id
    assert message["Subject"] == sent.subject == "【韶关】重点任务27被退回，请修改报告"
    assert message["From"] == "重点任务跟踪 <tracker@city.example.org>"
    assert message["To"] == "a@example.org"
    assert parsedate_to_datetime(message["Date"]) == NOW
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    text, html = (part.get_content().replace("\r\n", "\n") for part in message.iter_parts())
    assert (text, html.strip()) == (sent.body_text, sent.body_html)
    assert "\n.点在行首\n..两点\n" in text


def test_it_waits_for_its_business_time(to_sink: Settings, smtp_sink: SmtpSink) -> None:
    queue("a@example.org", not_before=NOW + timedelta(hours=1))
    assert run(to_sink, now=NOW + timedelta(minutes=59), real=REAL + timedelta(days=9)) == counts()
    assert run(to_sink, now=NOW + timedelta(hours=1)) == counts(sent=1)
    assert len(smtp_sink.messages) == 1


def test_a_closed_server_puts_the_first_off_and_leaves_the_rest(to_sink: Settings, smtp_sink: SmtpSink) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    ids = queue("a@example.org", "b@example.org")
    closed = replace(to_sink, mail_url=f"smtp://127.0.0.1:{port}")
    assert run(closed) == counts(retry=1)
    first, second = row(ids[0]), row(ids[1])
    assert (first.state, first.attempts) == ("pending", 1)
    assert "refused" in first.last_error.lower()
    assert first.next_attempt_at is not None
    assert REAL < first.next_attempt_at < REAL + timedelta(minutes=2)
    assert (second.state, second.attempts, second.next_attempt_at) == ("pending", 0, None)
    assert run(to_sink) == counts(sent=1)
    assert run(to_sink, real=first.next_attempt_at) == counts(sent=1)
    assert smtp_sink.recipients == [["b@example.org"], ["a@example.org"]]


@pytest.mark.parametrize(
    ("place", "answer", "result", "state"),
    [
        ("rcpt_answers", "450 mailbox busy", "retry", "pending"),
        ("data_answers", "451 try later", "retry", "pending"),
        ("rcpt_answers", "550 no such mailbox", "dead", "dead"),
        ("data_answers", "554 refused", "dead", "dead"),
        ("rcpt_answers", HANG_UP, "retry", "pending"),
    ],
)
def test_a_refused_mail_stops_no_other(
    to_sink: Settings, smtp_sink: SmtpSink, place: str, answer: str, result: str, state: str
) -> None:
    getattr(smtp_sink, place)["b@example.org"] = answer
    ids = queue("a@example.org", "b@example.org", "c@example.org")
    assert run(to_sink) == counts(sent=2, **{result: 1})
    refused = row(ids[1])
    assert refused.state == state
    assert answer in refused.last_error
    assert refused.last_error
    assert smtp_sink.recipients == [["a@example.org"], ["c@example.org"]]


def test_421_closes_the_way_for_this_run(to_sink: Settings, smtp_sink: SmtpSink) -> None:
    smtp_sink.rcpt_answers["a@example.org"] = "421 shutting down"
    ids = queue("a@example.org", "b@example.org")
    assert run(to_sink) == counts(retry=1)
    assert row(ids[1]).attempts == 0
    assert smtp_sink.messages == []


def test_an_unanswered_final_dot_is_unknown_until_a_person_decides(to_sink: Settings, smtp_sink: SmtpSink) -> None:
    smtp_sink.data_answers["a@example.org"] = HANG_UP
    ids = queue("a@example.org", "b@example.org")
    assert run(to_sink) == counts(unknown=1)
    assert row(ids[0]).state == "unknown"
    assert row(ids[1]).attempts == 0
    assert run(to_sink) == counts(sent=1)
    assert run(to_sink, real=REAL + timedelta(days=30)) == counts()
    smtp_sink.data_answers.clear()
    with transaction() as session:
        retry(session, SYSTEM, NOW, message_id=ids[0], facts=Facts(system=True))
    assert run(to_sink, real=REAL + timedelta(days=30)) == counts(sent=1)
    again = [message["Message-ID"] for message, to in zip(smtp_sink.messages, smtp_sink.recipients, strict=True)
             if to == ["a@example.org"]]  # fmt: skip
    assert again == [row(ids[0]).message_id] * 2


@pytest.mark.both_databases
def test_what_a_dead_process_left_becomes_unknown_and_is_not_resent(to_sink: Settings, smtp_sink: SmtpSink) -> None:
    (number,) = queue("a@example.org")
    assert len(claim(NOW, REAL, to_sink, 1)[0]) == 1
    assert run(to_sink, real=REAL + CLAIM_LIMIT - timedelta(seconds=1)) == counts()
    assert row(number).state == "sending"
    assert run(to_sink, real=REAL + CLAIM_LIMIT) == counts(unknown=1)
    assert run(to_sink, real=REAL + timedelta(days=9)) == counts()
    assert (row(number).state, row(number).subject) == ("unknown", "【韶关】重点任务27被退回，请修改报告")
    assert smtp_sink.messages == []


def test_without_starttls_nothing_goes_out_in_the_clear(to_sink: Settings, smtp_sink: SmtpSink) -> None:
    (number,) = queue("a@example.org")
    assert run(replace(to_sink, mail_url=f"{smtp_sink.url}?tls=starttls")) == counts(retry=1)
    assert "STARTTLS" in row(number).last_error
    assert smtp_sink.messages == []


@pytest.mark.parametrize("way", ["starttls", "smtps"])
def test_a_certificate_is_verified(
    to_sink: Settings, way: str, monkeypatch: pytest.MonkeyPatch, smtp_sink: SmtpSink
) -> None:
    trust = server_trust()
    options = {"tls_context": trust, "require_starttls": True} if way == "starttls" else {"ssl_context": trust}
    with serving_mail(SmtpSink(), **options) as sink:
        url = f"{sink.url}?tls=starttls" if way == "starttls" else sink.url.replace("smtp:", "smtps:")
        (number,) = queue("a@example.org")
        assert run(replace(to_sink, mail_url=url)) == counts(retry=1)
        refused = row(number)
        assert "certificate" in refused.last_error.lower()
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        assert run(replace(to_sink, mail_url=url), real=REAL + timedelta(hours=1)) == counts(sent=1)
        assert len(sink.messages) == 1
    assert smtp_sink.messages == []


def test_an_address_the_server_cannot_take_is_given_up(to_sink: Settings, smtp_sink: SmtpSink) -> None:
    ids = queue("经办@example.org", "b@example.org")
    assert run(to_sink) == counts(sent=1, dead=1)
    assert row(ids[0]).state == "dead"
    assert smtp_sink.recipients == [["b@example.org"]]


def test_smtp_hands_over_one_claimed_mail_at_a_time() -> None:
    """So that a killed process leaves one mail unknown and no more."""
    assert SmtpChannel.batch == 1
