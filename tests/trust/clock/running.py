"""One run of a clock over a plan, compared with the oracle's book after every tick."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pytest
from flask import Flask

from tests.trust.clock.city import ZONE, Plot, forget, ledger, settle
from tests.trust.oracle.book import Book
from tracker.db import db, transaction
from tracker.scheduler import tick, ticking


def run(app: Flask, plot: Plot, ticks: Iterable[datetime]) -> tuple[Book, list[str]]:
    """Let the plan live and tick; answers the oracle's book, and what differs from it after the first wrong tick.

    Mails are not handed over: that is proven elsewhere.
    """
    with app.app_context(), transaction() as session:
        plan, book = settle(session, plot)
    wrong: list[str] = []
    for moment in ticks:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ticking, "deliver", lambda *given, **values: {})
            done = tick(app, moment)
        assert done["failures"] == []
        book.tick(moment)
        with app.app_context():
            came = ledger(db.session, plan)
        expected = {key: (row.state, row.mail) for key, row in book.rows.items()}
        wrong = [
            f"{moment:%Y-%m-%d %H:%M}: {key} must be {expected.get(key)}, is {came.get(key)}"
            for key in sorted(expected.keys() | came.keys())
            if expected.get(key) != came.get(key)
        ]
        if wrong:
            break
    with app.app_context(), transaction() as session:
        forget(session, plan)
    return book, wrong


def moments(*words: str) -> list[datetime]:
    """Local moments, written ``2023-08-31 09:00``."""
    return [datetime.fromisoformat(word).replace(tzinfo=ZONE) for word in words]


def carried(book: Book, kind: str) -> list[str]:
    """What the book holds of a kind for people, each line once: scheduled day, digest's day or state."""
    lines = {
        f"{key[2]:%m-%d} {f'{row.mail:%m-%d}' if row.mail is not None else row.state}"
        for key, row in book.rows.items()
        if key[1] == kind and key[3].startswith("user:")
    }
    return sorted(lines)
