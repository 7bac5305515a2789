"""The one hierarchy of errors a person may see.

Every error carries an English message id (marked with ``N_`` where it is written, translated at the edge)
and the values that fill it; the sentence says what is wrong, where, and what to do next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from .i18n import N_


class TrackerError(Exception):
    """Something a person can mend.  ``message`` is a gettext id, ``values`` fill its placeholders.

    ``status`` is the HTTP status of the page that shows it; on the command line every one exits with 1.
    ``labels`` names the values that are message ids themselves.
    """

    status: ClassVar[int] = 400
    default: ClassVar[str] = N_("This cannot be done. Check what you entered and try again.")
    labels: ClassVar[tuple[str, ...]] = ()

    def __init__(self, message: str | None = None, **values: Any) -> None:
        self.message = message or self.default
        self.values = values
        super().__init__(self.message % values if values else self.message)

    def text(self, translate: Callable[..., str]) -> str:
        """The sentence in the language of ``translate`` (see i18n.translator); values named in ``labels`` are too."""
        values = {name: translate(value) if name in self.labels else value for name, value in self.values.items()}
        return translate(self.message, **values)


class ConfigurationError(TrackerError):
    """A setting is missing, unknown or malformed."""

    status = 500
    labels = ("wanted",)
    default = N_("The settings are incomplete. See docs/operations.md.")


class NotFound(TrackerError):
    """No such thing, or none this person may know of: both look the same."""

    status = 404
    default = N_(
        "There is nothing at this address, or it belongs to another region. Check the address or go to My work."
    )


class NotAllowed(TrackerError):
    """The person may see the thing but not do this with it."""

    status = 403
    default = N_("You may not do this with the task. Its page shows what you can do now.")


class InvalidTransition(TrackerError):
    """The workflow has no such step from the present state."""

    status = 409
    labels = ("trigger", "state")
    default = N_("“%(trigger)s” is not possible while the task is “%(state)s”. Reload the task to see where it stands.")


class StaleVersion(TrackerError):
    """Somebody else changed the thing after the person loaded it."""

    status = 409
    default = N_(
        "Somebody changed this task after you opened it. Your text is kept below: look at the task as it is now,"
        " then send it again."
    )


class InvalidInput(TrackerError):
    """Fields that do not hold: ``fields`` maps a field's name to its message ids."""

    status = 422
    default = N_("Something in the form is missing or wrong. Correct the marked fields; nothing you typed is lost.")

    def __init__(self, fields: dict[str, list[str]] | None = None, message: str | None = None, **values: Any) -> None:
        super().__init__(message, **values)
        self.fields = fields or {}


class KeyReused(TrackerError):
    """One idempotency key came with two different requests."""

    status = 422
    default = N_("This form was already sent with other content. Open the page again and send it once more.")


class DatabaseNotReady(TrackerError):
    """The database is not migrated to this version of the program."""

    status = 503
    default = N_("The database is not up to date. Run “flask --app wsgi db upgrade”, then start again.")


class DatabaseUnreachable(TrackerError):
    """The database cannot be opened; ``reason`` is what its driver says."""

    status = 503
    default = N_(
        "The database cannot be opened (%(reason)s). Check TRACKER_DATABASE_URL, and that the database runs and may be"
        " written."
    )
