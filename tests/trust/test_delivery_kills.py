"""Mailers killed with -9 all the time: no mail is missing; with an archive none comes twice, else only unknown ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.fixtures.databases import application
from tests.fixtures.imap import Post, serving_mailbox
from tests.fixtures.smtp import serving_mail
from tests.trust.killing.shooting import Shooter, ShootingServer, Tally, run_mailers, tally
from tests.trust.test_delivery_kill import queue_mails
from tracker.access import SYSTEM, Facts
from tracker.clock import real_now
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.outbox import reading
from tracker.outbox.delivery import deliver
from tracker.outbox.models import OutboxMessage
from tracker.outbox.reading import ARCHIVE_WAIT, reconcile
from tracker.outbox.states import CLAIM_LIMIT, retry

pytestmark = [pytest.mark.timeout(3600), pytest.mark.usefixtures("smtp_sink")]
SHORT, LONG = (120, 10), (3000, 200)
SECOND = timedelta(seconds=1)


@contextmanager
def shooting(settings: Settings, folder: Path, post: Post, size: tuple[int, int], **options: Any) -> Iterator[Shooter]:
    """So many mails, so many kills; afterwards what dead mailers left is settled, and nothing is missing or twice."""
    mails, kills = size
    shooter = Shooter(mails, kills, seed=mails, folder=folder, keep=post.put)
    with application(settings) as app, app.app_context(), serving_mail(shooter, server=ShootingServer):
        queue_mails(mails)
        killed = run_mailers(settings, shooter, **options)
        assert killed == shooter.shots == kills
        hand_over(settings, shooter, CLAIM_LIMIT + SECOND)
        yield shooter


def hand_over(settings: Settings, shooter: Shooter, later: timedelta) -> dict[str, int]:
    """One delivery by a mailer that nobody kills."""
    shooter.plan = {}
    return deliver(real_now(), lambda: real_now() + later, replace(settings, mail_url=shooter.url))


def check(found: Tally, mails: int) -> None:
    """Right after the shooting: every mail is sent, once, or shown as unknown."""
    assert len(found.states) == mails
    assert found.missing == []
    assert found.twice == set()
    assert found.accepted.total() <= mails


def figures(database: str, size: tuple[int, int], shooter: Shooter, before: Tally, after: Tally) -> str:
    """One line for people."""
    taken = sum(before.accepted[name] for name in before.unknown)
    return (
        f"{database}: {size[0]} mails, {shooter.shots} kills, {len(before.unknown)} unknown ({taken} had been taken),"
        f" missing {len(after.missing)}, twice {len(after.twice)}"
    )


@pytest.mark.both_databases
def test_without_an_archive_only_what_was_unknown_can_come_twice(
    settings: Settings, tmp_path: Path, post: Post, long_form: bool
) -> None:
    size = LONG if long_form else SHORT
    with shooting(settings, tmp_path, post, size) as shooter:
        before = tally(shooter)
        check(before, size[0])
        assert 0 < len(before.unknown) <= shooter.shots
        with transaction() as session:
            for number in session.scalars(select(OutboxMessage.id).where(OutboxMessage.state == "unknown")).all():
                retry(session, SYSTEM, real_now(), message_id=number, facts=Facts(system=True))
        hand_over(settings, shooter, timedelta(0))
        after = tally(shooter)
        print(figures(db.engine.dialect.name, size, shooter, before, after))  # noqa: T201  (the figures are the point)
    assert (after.missing, after.unknown) == ([], set())
    assert set(after.accepted) == set(after.states)
    assert after.twice <= before.unknown


@pytest.mark.both_databases
def test_with_an_archive_no_mail_comes_twice(settings: Settings, tmp_path: Path, post: Post, long_form: bool) -> None:
    size = LONG if long_form else SHORT
    with serving_mailbox(post) as url:
        archived = replace(settings, archive_url=url, archive_address="archive@example.org")
        with shooting(archived, tmp_path, post, size) as shooter:
            before = tally(shooter)
            check(before, size[0])
            clear_up(archived, shooter)
            after = tally(shooter)
            print(figures(db.engine.dialect.name, size, shooter, before, after))  # noqa: T201
    assert (after.missing, after.unknown, after.twice) == ([], set(), set())
    assert set(after.accepted) == set(after.states)


def clear_up(settings: Settings, shooter: Shooter) -> None:
    """An hour later the archive is asked, and what it does not hold is handed over again."""

    def later() -> datetime:
        return real_now() + ARCHIVE_WAIT + CLAIM_LIMIT

    reconcile(real_now(), later, settings)
    hand_over(settings, shooter, 2 * ARCHIVE_WAIT)


def test_the_harness_finds_a_claim_that_is_not_committed(settings: Settings, tmp_path: Path, post: Post) -> None:
    with shooting(settings, tmp_path, post, SHORT, plant="unclaimed") as shooter:
        assert tally(shooter).twice != set()


def test_the_harness_finds_an_archive_that_is_not_asked(
    settings: Settings, tmp_path: Path, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up = reading.looked_up
    monkeypatch.setattr(
        reading, "looked_up", lambda row, since, _found, now, real: looked_up(row, since, False, now, real)
    )
    with serving_mailbox(post) as url:
        archived = replace(settings, archive_url=url, archive_address="archive@example.org")
        with shooting(archived, tmp_path, post, SHORT) as shooter:
            clear_up(archived, shooter)
            assert tally(shooter).twice != set()
