"""The command line: what all commands share, and where the features' groups are hung up."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import click
from flask import Flask, current_app
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError

from .config import Settings, load_settings
from .db import COMMAND_LINE, coming_from
from .errors import ConfigurationError, DatabaseNotReady, DatabaseUnreachable, InvalidInput, TrackerError
from .i18n import CHINESE, translator

# Feature modules that define ``commands: list[click.Command]``, in the order of --help.
COMMAND_MODULES = (
    "tracker.plans.cli",
    "tracker.intake.cli",
    "tracker.exchange.cli",
    "tracker.directory.cli",
    "tracker.outbox.cli",
    "tracker.reminders.cli",
    "tracker.evaluations.cli",
    "tracker.reporting.cli",
    "tracker.workdays.cli",
    "tracker.audit.cli",
    "tracker.demo.cli",
    "tracker.scheduler.cli",
    "tracker.operations.cli",
)
CONFIGURATION_ERROR = "tracker.configuration_error"

F = TypeVar("F", bound=Callable[..., Any])


def settings_for_process(app: Flask) -> Settings:
    """The settings of the environment.

    While ``flask`` looks for one of our commands an error is kept for that command (:func:`command_errors`), so that
    ``--help`` needs no settings; under Flask's own commands (run, shell, db) it is one line, elsewhere it is raised.
    """
    try:
        return load_settings()
    except ConfigurationError as error:
        context = click.get_current_context(silent=True)
        if context is None:
            raise
        if context.parent is not None:
            raise click.ClickException(sentence(error, CHINESE)) from error
        app.extensions[CONFIGURATION_ERROR] = error
        return Settings(secret_key="unset", database_url="sqlite://")


def command_errors(function: F) -> F:
    """Turn every mistake a person can mend into one line on standard error and exit code 1."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        error = current_app.extensions.get(CONFIGURATION_ERROR)
        try:
            if error is not None:
                raise error
            with database_errors(), coming_from(COMMAND_LINE):
                return function(*args, **kwargs)
        except TrackerError as mistake:
            raise click.ClickException(sentence(mistake, locale_of_process())) from mistake

    return cast(F, wrapper)


def mistakes_only(function: F) -> F:
    """As :func:`command_errors`, for a command that needs neither settings nor a database."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except TrackerError as mistake:
            raise click.ClickException(sentence(mistake, locale_of_process())) from mistake

    return cast(F, wrapper)


def locale_of_process() -> str:
    """The language of the settings; Chinese where there are none to be read."""
    if CONFIGURATION_ERROR in current_app.extensions:
        return CHINESE
    return cast(Settings, current_app.config["SETTINGS"]).locale


@contextmanager
def database_errors() -> Iterator[None]:
    """Turn a database that is not migrated, or that cannot be opened, into the error that a person can mend."""
    try:
        yield
    except DatabaseError as mistake:
        text = str(mistake.orig).strip()
        absent = ("no such table", "no such column", "does not exist")
        if isinstance(mistake, (OperationalError, ProgrammingError)) and any(words in text.lower() for words in absent):
            raise DatabaseNotReady() from mistake
        if type(mistake) in (OperationalError, DatabaseError):
            raise DatabaseUnreachable(reason=text.splitlines()[0]) from mistake
        raise


def sentence(error: TrackerError, locale: str) -> str:
    """An error as one line, the faulty fields behind it."""
    translate = translator(locale)
    text = error.text(translate)
    if isinstance(error, InvalidInput) and error.fields:
        faults = "; ".join(
            f"{field}: {translate(message)}" for field, messages in error.fields.items() for message in messages
        )
        return f"{text} {faults}"
    return text


def init_app(app: Flask) -> None:
    """Hang every feature's commands on ``flask``."""
    for name in COMMAND_MODULES:
        module = importlib.import_module(name)
        for command in module.commands:
            app.cli.add_command(command)
