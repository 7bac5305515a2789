"""The database: one declarative base, one read session a request, one place that commits.

SQLite takes its write lock at BEGIN (a deferred transaction that upgrades to a write fails at once with SQLITE_BUSY),
uses WAL only on versions without the WAL-reset bug, and flushes to the disk at every commit.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from inspect import iscoroutinefunction
from typing import Any

from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import DateTime, Engine, MetaData, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_TIMEOUT_MS = 30_000
WRITE = "tracker_write"
ORIGIN = "origin"
COMMAND_LINE = "command line"
SCHEDULER = "scheduler"
_origin: ContextVar[str] = ContextVar("origin", default="")


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMES)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, stored as UTC.  A naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored: give it a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database(SQLAlchemy):
    """The extension without its asynchronous half, which would run an event loop at the end of every request."""

    def init_app(self, app: Any) -> None:
        """Register on an application; only the teardown of plain sessions stays."""
        super().init_app(app)
        app.teardown_appcontext_funcs[:] = [
            function for function in app.teardown_appcontext_funcs if not iscoroutinefunction(function)
        ]


db = Database(session_options={"expire_on_commit": False})
db.metadata = Base.metadata  # type: ignore[attr-defined]  # Flask-Migrate looks for it here


def one_of(column: str, values: Iterable[str]) -> str:
    """The text of a CHECK that a column holds one of some words."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def insert_into(session: Session, model: type[Base]) -> Any:
    """An INSERT that knows ON CONFLICT, in the dialect of the session's database."""
    postgres = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(model) if postgres else sqlite.insert(model)


@contextmanager
def coming_from(origin: str) -> Iterator[None]:
    """What an edge says before it acts: every transaction in the block bears ``origin``, and the audit writes it down.

    ``command line``, ``scheduler``, or a client's address and browser; the innermost block counts.
    """
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


@contextmanager
def transaction() -> Iterator[Session]:
    """One write transaction, committed at the end of the block or rolled back with nothing left behind.

    The request's read session is closed first: under SQLite's rollback journal its read lock would keep this commit
    waiting for itself.  Objects loaded by it stay readable but are detached.
    """
    db.session.close()
    engine = db.engine.execution_options(**{WRITE: True})
    session = Session(engine, expire_on_commit=False, info={ORIGIN: _origin.get()})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


@contextmanager
def one_statement() -> Iterator[Session]:
    """A write transaction of one statement.

    PostgreSQL commits it as it runs: a process that is frozen at any instant leaves no lock of it behind.
    """
    if db.engine.dialect.name == "sqlite":
        with transaction() as session:
            yield session
        return
    with Session(db.engine.execution_options(isolation_level="AUTOCOMMIT")) as session:
        yield session
        session.commit()


def end_idle_transactions(seconds: int) -> None:
    """Let PostgreSQL end a transaction of this process that has been idle for so long, and release its locks.

    So nobody waits for a process that was frozen in the middle of one.  SQLite has nothing of the kind.
    """
    if db.engine.dialect.name != "postgresql":
        return

    def configure(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        connection.execute(f"SET idle_in_transaction_session_timeout = '{seconds}s'")
        connection.autocommit = False

    event.listen(db.engine, "connect", configure)
    db.engine.dispose()


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite has no WAL-reset bug (3.7.0 to 3.51.2; fixed in 3.51.3, 3.50.7 and 3.44.6)."""
    if version >= (3, 51, 3):
        return True
    return (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)


def journal_mode() -> str:
    """The journal this process uses on SQLite: ``wal`` or ``delete``."""
    return "wal" if wal_is_safe(sqlite3.sqlite_version_info[:3]) else "delete"


@event.listens_for(Engine, "connect")
def _configure_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # the begin listener below says BEGIN, not the driver
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute(f"PRAGMA journal_mode = {journal_mode()}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        write = connection.get_execution_options().get(WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
