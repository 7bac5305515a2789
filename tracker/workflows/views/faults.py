"""The faults of a form in the reader's language: one sentence a field, with what was typed where it is short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from ...errors import InvalidInput
from ...web.context import translated
from .forms import ECHOED


def faults(error: InvalidInput, typed: Mapping[str, Any]) -> dict[str, str]:
    """Field -> sentence.  A fault of the form as a whole stands under the empty name."""
    found = {name: " ".join(messages) for name, messages in translated(error.fields).items()}
    for name in ECHOED:
        if name in found and typed.get(name):
            found[name] = _("%(fault)s You typed “%(typed)s”.", fault=found[name], typed=typed[name])
    return found or {"": error.text(_)}
