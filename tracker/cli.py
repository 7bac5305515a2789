"""The command line: what all commands share, and where the features' groups are hung up."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any, TypeVar, cast

import click
from flask import Flask, current_app
from sqlalchemy.exc import OperationalError, ProgrammingError

from .config import Settings, load_settings
from .errors import ConfigurationError, DatabaseNotReady, InvalidInput, TrackerError
from .i18n import CHINESE, translator

# Feature modules that define ``commands: list[click.Command]``, in the order of --help.
COMMAND_MODULES = (
    "tracker.plans.cli",
    "tracker.directory.cli",
    "tracker.outbox.cli",
    "tracker.reminders.cli",
    "tracker.evaluations.cli",
    "tracker.audit.cli",
    "tracker.demo.cli",
    "tracker.web.cli",
)
CONFIGURATION_ERROR = "tracker.configuration_error"

F = TypeVar("F", bound=Callable[..., Any])


def settings_for_process(app: Flask) -> Settings:
    """The settings of the environment.

    Under the ``flask`` command an error is kept for the first command that needs settings (:func:`command_errors`);
    elsewhere it is raised at once.
    """
    try:
        return load_settings()
    except ConfigurationError as error:
        if click.get_current_context(silent=True) is None:
            raise
        app.extensions[CONFIGURATION_ERROR] = error
        return Settings(secret_key="unset", database_url="sqlite://")


def command_errors(function: F) -> F:
    """Turn every mistake a person can mend into one line on standard error and exit code 1."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        error = current_app.extensions.get(CONFIGURATION_ERROR)
        locale = current_app.config["SETTINGS"].locale if error is None else CHINESE
        try:
            if error is not None:
                raise error
            return function(*args, **kwargs)
        except TrackerError as mistake:
            raise click.ClickException(sentence(mistake, locale)) from mistake
        except (OperationalError, ProgrammingError) as mistake:
            text = str(mistake.orig).lower()
            if "no such table" in text or "no such column" in text or "does not exist" in text:
                raise click.ClickException(sentence(DatabaseNotReady(), locale)) from mistake
            raise

    return cast(F, wrapper)


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
