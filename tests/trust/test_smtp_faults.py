"""A mail server that refuses, hangs or breaks off: each mail ends as docs/operations.md says, and its log agrees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from tests.fixtures.smtp import CERTIFICATE
from tests.trust.faults.trials import KINDS, run, trial_of
from tracker.config import Settings
from tracker.db import transaction
from tracker.outbox import delivery, states
from tracker.outbox.conversation import Patience
from tracker.outbox.mail import Mail, Outcome
from tracker.outbox.models import OutboxMessage
from tracker.outbox.smtp import SmtpChannel

SHORT, LONG = 6, 100


@pytest.fixture(autouse=True)
def in_the_application(app: Flask, smtp_sink: object) -> Iterator[None]:
    """SMTP is open, and nothing comes to the sink."""
    with app.app_context():
        yield


def faults_of(kind: str, seeds: range, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What goes wrong in the trials of a kind; the certificate of the tests is trusted but where that is the fault."""
    wrong = []
    for seed in seeds:
        trial = trial_of(kind, seed)
        if trial.fault.how == "untrusted":
            monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        else:
            monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        wrong += run(trial, settings, trust=lambda: monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE)))
    return wrong


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.timeout(1200)
def test_each_mail_ends_as_promised(
    kind: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, long_form: bool
) -> None:
    assert faults_of(kind, range(LONG if long_form else SHORT), settings, monkeypatch) == []


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", ["550", "drop after the dot"])
def test_on_both_databases(kind: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults_of(kind, range(3), settings, monkeypatch) == []


def test_one_mail_ends_well_within_its_claim() -> None:
    assert Patience().total < states.CLAIM_LIMIT.total_seconds() - 120


def test_the_harness_finds_a_hand_over_that_is_not_committed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, record = delivery.claim, delivery.record

    def put(mails: Iterable[Mail], state: str) -> None:
        with transaction() as session:
            ids = [mail.row_id for mail in mails]
            session.execute(update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(state=state))

    def unclaimed(*given: Any) -> tuple[list[Mail], int]:
        mails, failed = claim(*given)
        put(mails, "pending")
        return mails, failed

    def recorded(outcomes: list[tuple[Mail, Outcome]], *given: Any) -> Counter[str]:
        put([mail for mail, _ in outcomes], "sending")
        return record(outcomes, *given)

    monkeypatch.setattr(delivery, "claim", unclaimed)
    monkeypatch.setattr(delivery, "record", recorded)
    found = faults_of("450", range(1), settings, monkeypatch)
    assert any("was pending while it was handed over" in line for line in found)


def test_the_harness_finds_an_unanswered_dot_that_is_tried_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = SmtpChannel.send

    def too_sure(channel: SmtpChannel, mail: Mail) -> Outcome:
        outcome = send(channel, mail)
        return replace(outcome, result="retry") if outcome.result == "unknown" else outcome

    monkeypatch.setattr(SmtpChannel, "send", too_sure)
    found = faults_of("drop after the dot", range(SHORT), settings, monkeypatch)
    assert any("is pending, not unknown" in line for line in found)
    assert any("was accepted 2 times" in line for line in found)
