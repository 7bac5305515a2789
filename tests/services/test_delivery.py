"""Handing over to a real SMTP server and to the spool: what becomes of a mail under each fault."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.factories import make_user
from tests.fixtures.databases import application
from tests.fixtures.smtp import CERTIFICATE, HANG_UP, SmtpSink, server_trust, serving_mail
from tests.services.command_line import Ran, invoke
from tests.services.outgoing import CONTEXT, NOW, REAL, queue, row
from tracker.access import SYSTEM, Actor, Facts
from tracker.audit.models import AuditEntry
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.directory.models import User
from tracker.errors import InvalidTransition, NotAllowed, NotFound
from tracker.i18n import CHINESE
from tracker.outbox.channels import channel_for
from tracker.outbox.commands import Recipient, enqueue
from tracker.outbox.delivery import deliver
from tracker.outbox.mail import Mail, Outcome
from tracker.outbox.models import OutboxMessage
from tracker.outbox.smtp import SmtpChannel
from tracker.outbox.states import CLAIM_LIMIT, PAUSES_MINUTES, claim, retry


@pytest.fixture(autouse=True)
def in_the_application(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def run(settings: Settings, *, now: datetime = NOW, real: datetime = REAL, **more: Any) -> dict[str, int]:
    return deliver(now, lambda: real, settings, **more)


def counts(**given: int) -> dict[str, int]:
    return {"sent": 0, "retry": 0, "unknown": 0, "dead": 0, **given}


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


class Closed:
    """A channel that never takes anything."""

    batch: ClassVar[int] = 1

    def send(self, _mail: Mail) -> Outcome:
        return Outcome("retry", "busy")

    def holds(self, _message_id: str) -> bool | None:
        return None

    def close(self) -> None:
        """Nothing is open."""


def test_it_is_given_up_after_three_days_of_growing_pauses(settings: Settings) -> None:
    (number,) = queue("a@example.org")
    real, pauses = REAL, []
    while row(number).state == "pending":
        run(settings, real=real, channel=Closed())
        due = row(number).next_attempt_at
        if row(number).state == "pending":
            assert due is not None
            pauses.append(due - real)
            assert run(settings, real=due - timedelta(seconds=1), channel=Closed()) == counts()
            real = due
    assert row(number).state == "dead"
    assert row(number).attempts == len(PAUSES_MINUTES) + 1
    for pause, minutes in zip(pauses, PAUSES_MINUTES, strict=True):
        assert 0.8 * minutes <= pause / timedelta(minutes=1) <= 1.2 * minutes
    assert timedelta(minutes=sum(PAUSES_MINUTES)) > timedelta(days=3)


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


@pytest.mark.both_databases
def test_a_claimed_mail_is_nobody_elses(settings: Settings) -> None:
    queue("a@example.org", "b@example.org")
    first, second, third = (claim(NOW, REAL, settings, 1)[0] for _ in range(3))
    assert [mail.to_address for mail in (*first, *second, *third)] == ["a@example.org", "b@example.org"]


def test_the_spool_knows_what_it_holds(settings: Settings, tmp_path: Path) -> None:
    ids = queue("a@example.org", "b@example.org")
    mails, _ = claim(NOW, REAL, settings, 2)
    with channel_for(settings) as spool:
        assert spool.send(mails[0]) == Outcome("sent")
    assert run(settings, real=REAL + CLAIM_LIMIT) == counts(sent=1, retry=1)
    later = row(ids[1]).next_attempt_at
    assert later is not None
    assert run(settings, real=later) == counts(sent=1)
    assert {row(number).state for number in ids} == {"sent"}
    files = sorted((tmp_path / "mail").iterdir())
    assert [file.name for file in files] == sorted(f"{row(number).message_id.strip('<>')}.eml" for number in ids)
    message = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert message["Subject"] == "【韶关】重点任务27被退回，请修改报告"


def test_a_spooled_repeat_overwrites(settings: Settings, tmp_path: Path) -> None:
    (number,) = queue("a@example.org")
    mails, _ = claim(NOW, REAL, settings, 1)
    with channel_for(settings) as spool:
        assert [spool.send(mail) for mail in mails * 2] == [Outcome("sent")] * 2
    assert len(list((tmp_path / "mail").iterdir())) == 1
    assert row(number).state == "sending"


def test_a_spool_that_cannot_be_written_keeps_the_mails(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    ids = queue("a@example.org", "b@example.org")
    assert run(settings) == counts(retry=2)
    assert [row(number).state for number in ids] == ["pending", "pending"]


def test_a_mail_that_cannot_be_composed_stops_no_other(settings: Settings) -> None:
    (broken,) = queue("a@example.org", context={"region": "韶关"})
    (whole,) = queue("b@example.org")
    assert run(settings) == counts(sent=1, dead=1)
    assert (row(broken).state, row(whole).state) == ("dead", "sent")
    assert "UndefinedError" in row(broken).last_error


def test_the_link_of_an_account_is_not_kept_once_it_is_sent(settings: Settings, tmp_path: Path) -> None:
    context = {"name": "经办人", "path": "/reset/secret-token", "hours": 1}
    (number,) = queue("a@example.org", kind="account", template="reset", context=context)
    assert run(settings) == counts(sent=1)
    sent = row(number)
    assert (sent.context, sent.body_text, sent.body_html) == ({}, None, None)
    (file,) = (tmp_path / "mail").iterdir()
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    assert "/reset/secret-token" in body.get_content()


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
