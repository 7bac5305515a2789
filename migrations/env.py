"""Alembic's environment: the application's engine and metadata.

On SQLite foreign keys are off while a migration runs (a batch table copy would otherwise act on the children), and the
number of rows of every table that is there before and after is compared.
"""

from __future__ import annotations

from typing import Any

import click
from alembic import context
from flask import current_app
from sqlalchemy import Connection, Engine, inspect, text

from tracker.cli import CONFIGURATION_ERROR, database_errors, sentence
from tracker.db import Base, UTCDateTime, db
from tracker.errors import TrackerError


def _plain_type(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our own column type as the plain one it is stored as: a migration imports nothing of the program."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False


def _rows(connection: Connection) -> dict[str, int]:
    names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    return {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}


def _foreign_keys(connection: Connection, value: str) -> None:
    """SQLite ignores the pragma inside a transaction, so the driver's connection is asked, which has none yet."""
    connection.connection.driver_connection.execute(f"PRAGMA foreign_keys = {value}")  # type: ignore[union-attr]


def _connect(engine: Engine) -> Connection:
    """A connection.  Under a command a wrong setting, or a database that cannot be opened, is one line."""
    wrong = current_app.extensions.get(CONFIGURATION_ERROR)
    try:
        if wrong is not None:
            raise wrong
        with database_errors():
            return engine.connect()
    except TrackerError as error:
        if click.get_current_context(silent=True) is None:
            raise
        raise click.ClickException(sentence(error, current_app.config["SETTINGS"].locale)) from error


def run_migrations() -> None:
    """Migrate in one transaction, or leave everything as it was."""
    configure = dict(current_app.extensions["migrate"].configure_args, render_item=_plain_type)
    engine = db.engine.execution_options(tracker_write=True)
    with _connect(engine) as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            _foreign_keys(connection, "OFF")
        context.configure(connection=connection, target_metadata=Base.metadata, **configure)
        with context.begin_transaction():
            before = _rows(connection)
            context.run_migrations()
            after = _rows(connection)
            lost = {name: count for name, count in before.items() if name in after and after[name] != count}
            if lost:
                raise RuntimeError(f"the migration changed the number of rows of {sorted(lost)}")
        if sqlite:
            _foreign_keys(connection, "ON")


if context.is_offline_mode():
    raise SystemExit("offline migrations are not supported: they cannot compare row counts")
run_migrations()
