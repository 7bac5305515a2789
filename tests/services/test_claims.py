"""From the claim to the spool: whose a mail is, how long it is tried, what the folder holds and what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import ClassVar

import pytest
from flask import Flask

from tests.services.delivering import counts, run
from tests.services.outgoing import NOW, REAL, queue, row
from tracker.config import Settings
from tracker.outbox.channels import channel_for
from tracker.outbox.mail import Mail, Outcome
from tracker.outbox.states import CLAIM_LIMIT, PAUSES_MINUTES, claim


@pytest.fixture(autouse=True)
def in_the_application(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


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
