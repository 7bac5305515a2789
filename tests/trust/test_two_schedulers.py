"""Two schedulers, mails due all the time, the leader killed or frozen: work goes on within the lease and a tick, no
mail goes twice, and a leader that wakes does nothing twice.  Processes, database and mail server are real.
"""

from __future__ import annotations

import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fixtures.databases import application, settings_for
from tests.fixtures.smtp import serving_mail
from tests.trust.leaders.schedulers import Arena, Sink

EVERY, LEASE, LONG_LEASE = 1, 2, 5
GRACE_SECONDS = 10
"""Beside the lease and a tick: what a busy machine takes to do anything at all."""
IN_HAND = 1
"""What a woken leader may still hand over: the mail that it had claimed when it froze, which nobody else takes up."""
KILLS, FREEZES = 50, 20
FEED_SECONDS = 0.1
BURST = 20
DEFECTS = {
    "the lease is ignored": "leading.take = lambda *given: True\nleading.holds = lambda *given: True",
    "it is not asked again after waking": "leading.holds = lambda *given: True",
}

Opener = Callable[..., Arena]


@contextmanager
def arena(url: str, folder: Path, defect: str = "", lease: int = LEASE) -> Iterator[Arena]:
    """Two schedulers over a fresh database."""
    settings = settings_for(url, folder)
    with application(settings) as app, serving_mail(Sink()) as sink:
        assert isinstance(sink, Sink)
        made = Arena(app, settings, sink, folder, EVERY, lease, defect)
        with made.fed(FEED_SECONDS):
            made.start()
            made.start()
            yield made


def kill(made: Arena, *, at_a_mail: bool) -> float:
    """Kill the leader; answers after how many seconds another worked.  A new scheduler takes its place."""
    leader = made.leader()
    struck = made.strike(leader, signal.SIGKILL, at_a_mail=at_a_mail)
    seconds = made.until_another_works(leader, struck)
    made.start()
    return seconds


def freeze(made: Arena, leader: str, *, at_a_mail: bool) -> tuple[float, int]:
    """Freeze the leader, wake it among many mails: when another worked, in seconds, and what the woken handed over."""
    struck = made.strike(leader, signal.SIGSTOP, at_a_mail=at_a_mail)
    seconds = made.until_another_works(leader, struck)
    made.queue(BURST)
    before, everything = made.sink.by(leader), len(made.sink.taken)
    made.send(leader, signal.SIGCONT)
    made.until(lambda: len(made.sink.taken) > everything + BURST, "the mails go out")
    return seconds, made.sink.by(leader) - before


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_the_leader_is_killed_and_frozen_and_work_goes_on(
    database_url: str, tmp_path: Path, long_form: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    kills, freezes, lease = (KILLS, FREEZES, LONG_LEASE) if long_form else (1, 1, LEASE)
    acts = random.Random("two schedulers").sample([kill] * kills + [freeze] * freezes, kills + freezes)
    gaps: list[float] = []
    after_waking: list[int] = []
    with arena(database_url, tmp_path, lease=lease) as made:
        for number, act in enumerate(acts):
            at_a_mail = number % 3 != 2
            if act is kill:
                gaps.append(kill(made, at_a_mail=at_a_mail))
            else:
                seconds, handed_over = freeze(made, made.leader(), at_a_mail=at_a_mail)
                gaps.append(seconds)
                after_waking.append(handed_over)
        made.drain()
        assert made.wrong(strikes=len(acts)) == []
    assert max(gaps) <= lease + EVERY + GRACE_SECONDS
    assert max(after_waking) <= IN_HAND
    with capsys.disabled():
        print(  # noqa: T201
            f"\ntwo schedulers, lease {lease} s: {kills} kills, {freezes} freezes, {made.queued} mails, 0 twice,"
            f" {sum(after_waking)} in hand when frozen and handed over after waking;"
            f" another worked after {sum(gaps) / len(gaps):.1f} s, {max(gaps):.1f} s at most"
        )


@pytest.mark.timeout(600)
def test_on_sqlite_another_takes_over_from_one_that_was_killed(database_url: str, tmp_path: Path) -> None:
    with arena(database_url, tmp_path) as made:
        seconds = kill(made, at_a_mail=True)
        made.drain()
        assert made.wrong(strikes=1) == []
    assert seconds <= LEASE + EVERY + GRACE_SECONDS


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("defect", list(DEFECTS))
def test_a_planted_defect_is_noticed(database_url: str, tmp_path: Path, defect: str) -> None:
    """In one of the long form's freezes: one alone may find that the others were faster and left nothing to take."""
    with arena(database_url, tmp_path, DEFECTS[defect]) as made:
        made.until(lambda: made.sink.taken != [], "mails go out")
        assert any(freeze(made, made.sink.taken[-1][1], at_a_mail=True)[1] > IN_HAND for _ in range(FREEZES))
