"""The migrated schema equals the models, on both databases: tables, columns, keys, checks, indexes, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text

from tests.fixtures.databases import Databases
from tracker.config import ROOT
from tracker.db import Base

VERSIONS = "alembic_version"


@contextmanager
def engine_for(url: str) -> Iterator[Engine]:
    """An engine whose connections are closed at the end."""
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def schema(engine: Engine) -> set[str]:
    """What the database says of itself, one line a column, key, check and index."""
    inspector = inspect(engine)
    lines = set()
    for table in sorted(set(inspector.get_table_names()) - {VERSIONS}):
        parts: dict[str, Iterable[Any]] = {
            "column": inspector.get_columns(table),
            "primary key": [inspector.get_pk_constraint(table)],
            "foreign key": inspector.get_foreign_keys(table),
            "unique": inspector.get_unique_constraints(table),
            "check": inspector.get_check_constraints(table),
            "index": inspector.get_indexes(table),
        }
        lines |= {f"{table}: {kind} {_line(entry)}" for kind, entries in parts.items() for entry in entries}
    return lines


def _line(entry: dict[str, Any]) -> str:
    return ", ".join(f"{key}={_text(value)}" for key, value in sorted(entry.items()))


def _text(value: Any) -> str:
    return str({key: str(part) for key, part in value.items()}) if isinstance(value, dict) else str(value)


@pytest.fixture
def from_models(databases: Databases, database_kind: str, app: object, tmp_path: Path) -> Iterator[str]:
    """A database made by the models alone (``app`` has imported them all)."""
    assert app is not None
    folder = tmp_path / "models"
    folder.mkdir()
    url = databases.blank(database_kind, folder)
    with engine_for(url) as engine:
        Base.metadata.create_all(engine)
    yield url
    databases.drop(url)


@pytest.mark.both_databases
def test_the_migrated_schema_equals_the_models(database_url: str, from_models: str) -> None:
    with engine_for(database_url) as migrated, engine_for(from_models) as declared:
        assert schema(migrated) ^ schema(declared) == set()


@pytest.mark.both_databases
def test_autogenerate_finds_nothing_to_do(database_url: str, app: object) -> None:
    assert app is not None
    with engine_for(database_url) as engine, engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.both_databases
def test_a_planted_difference_is_found(database_url: str, from_models: str) -> None:
    with engine_for(database_url) as migrated, engine_for(from_models) as declared:
        with migrated.begin() as connection:
            connection.execute(text("DROP INDEX ix_instances_state"))
        assert [line.split(",")[0] for line in schema(migrated) ^ schema(declared)] == [
            "instances: index column_names=['state']"
        ]


def test_there_is_one_line_of_migrations() -> None:
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1


@pytest.mark.both_databases
def test_every_foreign_key_restricts(database_url: str) -> None:
    """Nothing is deleted along with something else: a parent that is referred to stays."""
    with engine_for(database_url) as engine:
        inspector = inspect(engine)
        others = [
            (table, key["name"], key["options"].get("ondelete"))
            for table in inspector.get_table_names()
            for key in inspector.get_foreign_keys(table)
            if key["options"].get("ondelete") != "RESTRICT"
        ]
    assert others == []


def test_migrations_import_no_models() -> None:
    """A migration copies the few columns that it needs: models move on."""
    versions = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    assert versions
    assert [path.name for path in versions if "tracker" in path.read_text(encoding="utf-8")] == []
