"""What a mail server's answers mean for a mail and for the way out, each named with what to do about it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from aiosmtpd.smtp import AuthResult, Envelope, Session
from flask import Flask

from tests.fixtures.databases import application
from tests.fixtures.smtp import SmtpSink, serving_mail
from tests.services.command_line import invoke
from tests.services.outgoing import queue, row, run
from tests.trust.faults.server import Fault, FaultServer, faulty
from tracker.config import Settings
from tracker.outbox.reasons import ADVICE, reason_of_answer


@pytest.fixture(autouse=True)
def in_the_application(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def to_sink(settings: Settings, smtp_sink: SmtpSink) -> Settings:
    return replace(settings, mail_url=smtp_sink.url, mail_from="tracker@example.org", locale="en")


class Doorkeeper(SmtpSink):
    """Lets nobody in."""

    async def auth_LOGIN(self, _server: object, _args: list[str]) -> AuthResult:
        return AuthResult(success=False, handled=False)

    async def auth_PLAIN(self, server: object, args: list[str]) -> AuthResult:
        return await self.auth_LOGIN(server, args)


@pytest.mark.parametrize("user", ["tracker:wrong", "tracker:%E5%AF%86%E7%A0%81", "tracker:"])
def test_a_wrong_password_is_named_and_loses_no_mail(to_sink: Settings, user: str) -> None:
    with serving_mail(Doorkeeper(), auth_require_tls=False) as door:
        closed = replace(to_sink, mail_url=door.url.replace("//", f"//{user}@"))
        first, second = queue("a@example.org", "b@example.org")
        with application(closed) as app:
            complaint = invoke(app, "outbox", "deliver").err
            listed = invoke(app, "outbox", "list").out
    assert "refuses the user name or the password" in complaint
    assert "refuses the user name or the password" in listed
    assert (row(first).state, row(first).reason, row(second).attempts) == ("pending", "password", 0)
    assert "TRACKER_MAIL_URL" in ADVICE["password"]
    assert run(to_sink) == {"sent": 1}


def test_a_server_without_sign_in(to_sink: Settings, smtp_sink: SmtpSink) -> None:
    (number,) = queue("a@example.org")
    assert run(replace(to_sink, mail_url=smtp_sink.url.replace("//", "//tracker:secret@"))) == {"retry": 1}
    assert row(number).reason == "sign_in"


class Particular(SmtpSink):
    """Does not take the sender; or wants a password before it does."""

    answer = "550 5.7.1 not from there"

    async def handle_MAIL(
        self, _server: object, _session: Session, _envelope: Envelope, _address: str, _options: list[str]
    ) -> str:
        return self.answer


@pytest.mark.parametrize(
    ("answer", "reason"),
    [("550 5.7.1 not from there", "sender"), ("530 5.7.0 authenticate first", "password"), ("451 later", "busy")],
)
def test_what_is_refused_before_the_recipient_makes_no_mail_dead(to_sink: Settings, answer: str, reason: str) -> None:
    sink = Particular()
    sink.answer = answer
    with serving_mail(sink):
        first, second = queue("a@example.org", "b@example.org")
        assert run(replace(to_sink, mail_url=sink.url)) == {"retry": 1}
    assert (row(first).state, row(first).reason, row(second).attempts) == ("pending", reason, 0)


@pytest.mark.parametrize(
    ("code", "text", "reason"),
    [
        (550, "5.1.1 user unknown", "address"),
        (550, "no such user", "address"),
        (550, "5.7.1 rejected by policy", "policy"),
        (554, "spam", "policy"),
        (552, "5.2.2 over quota", "full"),
        (452, "4.2.2 over quota", "full"),
        (552, "too much", "full"),
        (450, "4.2.1 greylisted", "busy"),
        (421, "closing", "busy"),
        (535, "5.7.8 authentication failed", "password"),
        (501, "5.5.4 bad parameters", "refused"),
    ],
)
def test_a_refusal_has_a_reason_and_a_reason_has_advice(code: int, text: str, reason: str) -> None:
    assert reason_of_answer(code, text) == reason
    assert reason in ADVICE


@pytest.mark.parametrize("answer", ["what?", "354 go on", "199 hm"])
def test_nonsense_after_the_dot_leaves_the_mail_unknown(to_sink: Settings, smtp_sink: SmtpSink, answer: str) -> None:
    smtp_sink.data_answers["a@example.org"] = answer
    (number,) = queue("a@example.org")
    assert run(to_sink) == {"unknown": 1}
    assert row(number).reason == "unanswered"


def nobody(_recipient: str) -> None:
    """No witness."""


@pytest.mark.parametrize("deed", ["closed", "421"])
def test_a_kept_connection_that_the_server_gave_up_costs_no_attempt(to_sink: Settings, deed: str) -> None:
    fault = Fault("answer", "mail", 421, at=2) if deed == "421" else Fault("none", at=2, stale=True)
    with faulty(fault, "none", nobody) as server:
        ids = queue("a@example.org", "b@example.org", "c@example.org")
        assert run(replace(to_sink, mail_url=server.url)) == {"sent": 3}
    assert [row(number).attempts for number in ids] == [1, 1, 1]
    assert server.accepted.total() == 3


class Babbling(FaultServer):
    """Never ends its first answer."""

    def due(self, phase: str) -> bool:
        return phase == "connect"


def test_an_answer_without_end_is_cut_off(to_sink: Settings) -> None:
    server = Babbling(Fault("babble"), "none", nobody).listen()
    try:
        (number,) = queue("a@example.org")
        began = time.monotonic()
        assert run(replace(to_sink, mail_url=server.url)) == {"retry": 1}
        assert time.monotonic() - began < 30
        assert row(number).reason == "unreachable"
    finally:
        server.end()
