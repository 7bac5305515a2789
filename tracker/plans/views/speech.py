"""``gettext`` and ``ngettext`` of the request, typed: what they return is text."""

from __future__ import annotations

from typing import Any

import flask_babel


def gettext(message: str, **values: Any) -> str:
    """The sentence in the reader's language, its placeholders filled."""
    return str(flask_babel.gettext(message, **values))


def ngettext(singular: str, plural: str, number: int, **values: Any) -> str:
    """The sentence for a number in the reader's language; ``num`` is filled in."""
    return str(flask_babel.ngettext(singular, plural, number, **values))
