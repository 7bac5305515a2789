"""Codes and doubts in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from jinja2 import pass_context

from ...directory.schemas import UNIT_KINDS
from ...i18n import day_text
from ...i18n_web import reader_locale
from ...plans.views.speech import gettext as _
from ..editing.forms import SIGNS
from ..revision import KINDS, Change


def doubt_text(doubt: Mapping[str, Any]) -> str:
    """The sentence of a doubt."""
    sentence: str = doubt["message"]
    return _(sentence, **doubt["values"])


def sign(comparator: str) -> str:
    """A comparator as it is printed."""
    return SIGNS.get(comparator, comparator)


def target_words(target: Mapping[str, Any]) -> str:
    """A target as it is printed: ＞85%."""
    return f"{sign(target['comparator'])}{target['value']:g}{target['unit'] or ''}"


def iso_day(text: str) -> str:
    """A day that is kept as ISO text, for a reader."""
    return day_text(date.fromisoformat(text), reader_locale())


def _label(table: Mapping[str, str]) -> Callable[[object, str], str]:
    @pass_context  # else Jinja would translate a constant once, when it compiles the template
    def label(_context: object, code: str) -> str:
        return _(table[code])

    return label


def hindrance(change: Change) -> str:
    """Why a change cannot be applied now."""
    sentence: str = change.hindrance or ""
    return _(sentence, state=_(change.state)) if change.state is not None else _(sentence)


LABEL_FILTERS = {
    "change_label": _label(KINDS),
    "unit_kind_label": _label(UNIT_KINDS),
}
