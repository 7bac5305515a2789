"""What the service asks of SQLite on every connection; the tests' own applications leave the flushing out."""

from __future__ import annotations

import pytest

from tracker import create_app
from tracker.config import Settings
from tracker.db import BUSY_TIMEOUT_MS, db


@pytest.mark.parametrize(
    ("pragma", "value"), [("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", BUSY_TIMEOUT_MS)]
)
def test_every_commit_is_flushed_references_hold_and_writers_wait(settings: Settings, pragma: str, value: int) -> None:
    app = create_app(settings)
    with app.app_context():
        assert db.session.connection().exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
        db.session.close()
        db.engine.dispose()
