"""Defects planted in the processes under fire: each takes one promise away, and the harness must notice.

A plant edits the text of modules while a process loads them, and may drop a unique key of the test's own database.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import CodeType, ModuleType

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

Edits = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Plant:
    """``edits``: module -> (text as it stands, text instead).  ``unique_key``: (table, name of the key) to drop.

    ``point`` is where the kill must fall to show it, ``faults`` the kinds of fault of which one must be noticed.
    """

    edits: Mapping[str, Edits]
    point: str
    faults: tuple[str, ...]
    unique_key: tuple[str, str] | None = None


PLANTS = {
    "ledger key ignored": Plant(
        edits={
            "tracker.reminders.ledger": ((".on_conflict_do_nothing(index_elements=KEY).returning(", ".returning("),)
        },
        unique_key=("reminders", "uq_reminders_subject_kind_due_on_recipient"),
        point="taken",
        faults=("key twice in the ledger",),
    ),
    "sending committed with the answer": Plant(
        edits={
            "tracker.outbox.states": (
                (
                    "    with transaction() as session:\n        due = due_mails(",
                    "    with begun() as session:\n        due = due_mails(",
                ),
                (
                    "    with transaction() as session:\n        for mail, outcome in outcomes:",
                    "    with resumed() as session:\n        for mail, outcome in outcomes:",
                ),
                (
                    "from .channels import",
                    "from tests.trust.fire.plants import begun, resumed\nfrom .channels import",
                ),
            )
        },
        point="taken",
        faults=("Message-ID twice",),
    ),
    "a second digest on the same day": Plant(
        edits={
            "tracker.reminders.digest": (
                ("        if (recipient, day) not in served and hours_are_open(", "        if hours_are_open("),
            )
        },
        unique_key=("outbox_messages", "uq_outbox_messages_recipient_local_day"),
        point="taken",
        faults=("two digests",),
    ),
    "unknown sent again by itself": Plant(
        edits={
            "tracker.outbox.states": (
                ('None: "unknown"}[taken]', 'None: "retry"}[taken]'),
                ("real + wait, None", "real, None"),
            )
        },
        point="answered",
        faults=("Message-ID twice",),
    ),
    "what was left open is not looked at": Plant(
        edits={"tracker.outbox.delivery": (("    counts.update(settle(real_now(), channel))\n", ""),)},
        point="data",
        faults=("mail left in sending",),
    ),
}


def install(plant: Plant) -> None:
    """Plant it in this process, before the modules are loaded."""
    sys.meta_path.insert(0, _Finder(plant.edits))


def drop_unique_key(url: str, table: str, key: str) -> None:
    """Take a unique key out of a database."""
    engine = create_engine(url)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":  # the table is made anew, and others point at it
            driver = connection.connection.dbapi_connection
            assert driver is not None
            driver.execute("PRAGMA foreign_keys = OFF")
        with connection.begin(), Operations(MigrationContext.configure(connection)).batch_alter_table(table) as batch:
            batch.drop_constraint(key, type_="unique")
    engine.dispose()


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, edits: Mapping[str, Edits]) -> None:
        self.edits = edits

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self.edits:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        assert spec is not None
        assert spec.origin is not None
        spec.loader = _Loader(fullname, spec.origin, self.edits[fullname])
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname: str, path: str, edits: Edits) -> None:
        super().__init__(fullname, path)
        self.edits = edits

    def get_code(self, fullname: str) -> CodeType:
        text = self.get_source(fullname)
        assert text is not None
        for old, new in self.edits:
            assert text.count(old) == 1, f"{fullname} no longer says {old!r}: the plant must be planted anew"
            text = text.replace(old, new)
        return compile(text, self.path, "exec")


_open: list[tuple[ExitStack, Session]] = []


@contextmanager
def begun() -> Iterator[Session]:
    """A transaction that is not committed at the end of the block, unless it found nothing to claim."""
    from tracker.db import transaction

    with ExitStack() as held:
        session = held.enter_context(transaction())
        yield session
        if list(session.identity_map):
            _open.append((held.pop_all(), session))


@contextmanager
def resumed() -> Iterator[Session]:
    """The transaction that ``begun`` left open, committed at the end of the block."""
    held, session = _open.pop()
    with held:
        yield session
