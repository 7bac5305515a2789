"""A command that fails leaves nothing behind: no state, no history, no audit, no mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.factories import NOW, REPORT, City, give_role, make_city, task_entry
from tracker import audit
from tracker.db import Base, db, transaction
from tracker.directory.models import User
from tracker.errors import InvalidInput, InvalidTransition, KeyReused, NotAllowed, NotFound, StaleVersion, TrackerError
from tracker.workflows.commands import dispatch_tasks


def dump() -> dict[str, list[Any]]:
    """Every row of every table."""
    with db.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


@contextmanager
def nothing_left_behind(error: type[Exception]) -> Iterator[None]:
    """The block fails with this error, and the database is as before."""
    before = dump()
    with pytest.raises(error):
        yield
    assert dump() == before


Doing = Callable[[Session, City], object]
FAILURES: dict[str, tuple[type[TrackerError], Doing]] = {
    "no such plan": (NotFound, lambda s, c: dispatch_tasks(
        s, c.people["supervisor"], NOW, slug="nowhere", versions={"4": 0}, data={}, key="k")),
    "no such task": (NotFound, lambda s, c: dispatch_tasks(
        s, c.people["supervisor"], NOW, slug="shaoguan", versions={"99": 0}, data={}, key="k")),
    "no such trigger": (NotFound, lambda s, c: c.do(s, "supervisor", "1", "sign_off", key="k", reason="理由")),
    "another region": (NotFound, lambda s, c: c.do(s, "another_region", "1", "verify", key="k")),
    "nobody": (NotFound, lambda s, c: c.do(s, "nobody", "1", "report", key="k", **REPORT)),
    "not allowed": (NotAllowed, lambda s, c: c.do(s, "supporting", "1", "acknowledge", key="k")),
    "stale": (StaleVersion, lambda s, c: c.do(s, "handler", "1", "acknowledge", key="k", version=0)),
    "no text": (InvalidInput, lambda s, c: c.do(s, "leader", "5", "report", key="k", done="  ", progress=10)),
    "progress of 130": (InvalidInput, lambda s, c: c.do(s, "leader", "5", "report", key="k", done="x", progress=130)),
    "no reason": (InvalidInput, lambda s, c: c.do(s, "supervisor", "1", "terminate", key="k", reason=" ")),
    "a unit twice": (InvalidInput, lambda s, c: c.do(
        s, "supervisor", "4", "dispatch", key="k", leads=c.unit_ids("市民政局", "市民政局"))),
    "a unit of elsewhere": (InvalidInput, lambda s, c: c.do(
        s, "supervisor", "4", "dispatch", key="k", leads=[c.people["another_region"].roles[0].unit_id])),
    "no such step": (InvalidTransition, lambda s, c: c.do(s, "supervisor", "1", "verify", key="k")),
    "one of many stale": (StaleVersion, lambda s, c: dispatch_tasks(
        s, c.people["supervisor"], NOW, slug="shaoguan", versions={"4": 0, "6": 7},
        data={"leads": c.unit_ids("市民政局")}, key="k")),
    "a key used for something else": (KeyReused, lambda s, c: c.do(s, "handler", "1", "acknowledge", key="used")),
}  # fmt: skip


@pytest.fixture
def committed(app: Flask) -> Iterator[City]:
    """In the database: 1 to 3 and 5 dispatched, 5 in progress, 4 and 6 without units; the key "used" is taken."""
    with app.app_context():
        with transaction() as session:
            lead = ["市民政局"]
            tasks = [task_entry(ref, lead if ref in "1235" else []) for ref in "123456"]
            city = make_city(session, tasks)
            city.go_live(session)
            city.do(session, "handler", "5", "acknowledge", key="used")
        yield city


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failing_command_leaves_nothing_behind(failure: str, committed: City) -> None:
    error, doing = FAILURES[failure]
    with nothing_left_behind(error), transaction() as session:
        doing(session, committed)


def test_a_fault_after_the_effects_leaves_nothing_behind_either(
    committed: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the audit is broken")

    monkeypatch.setattr(audit, "record", broken)
    with nothing_left_behind(RuntimeError), transaction() as session:
        committed.do(session, "handler", "1", "acknowledge", key="k")


def leave_something_behind(city: City) -> None:
    """A command path that commits although the command failed."""
    with nothing_left_behind(NotAllowed), transaction() as session:
        give_role(session, session.get_one(User, city.people["observer"].user_id), "handler", city.units["市民政局"])
        session.commit()
        city.do(session, "supporting", "1", "acknowledge", key="k")


def test_a_planted_leftover_is_found(committed: City) -> None:
    with pytest.raises(AssertionError, match="memberships"):
        leave_something_behind(committed)


def test_state_and_history_agree_in_the_database(committed: City) -> None:
    with db.engine.connect() as connection:
        wrong = connection.execute(
            text(
                "SELECT count(*) FROM instances i WHERE i.version <> "
                "(SELECT coalesce(max(h.version), 0) FROM task_history h WHERE h.task_id = i.task_id)"
            )
        ).scalar_one()
    assert wrong == 0
