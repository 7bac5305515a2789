"""What was asked for about a task, in the reader's language: who must answer, and the entries of the time line."""

from __future__ import annotations

from typing import Any

from ...i18n import N_
from ...i18n_web import day
from ...plans.views.speech import gettext as _
from ..models import Extension, ExtensionStep
from .requests import Requests

EXTENSION_LABELS = {
    "ask": N_("Extension asked for"),
    "approve": N_("Extension approved by the unit leader"),
    "accept": N_("Extension accepted"),
    "refuse": N_("Extension refused"),
    "withdraw": N_("Request for an extension withdrawn"),
    "lapse": N_("Request for an extension lapsed"),
}


def requests_wait(requests: Requests, first: str, supervisor: str) -> list[dict[str, Any]]:
    """Who must answer what; ``first`` names the first-named lead unit, ``supervisor`` the supervising unit."""
    if requests.waiting is None:
        return []
    if requests.waiting.last.act == "ask":
        return [{"who": first, "what": _("Approve or refuse the extension, by the unit leader")}]
    return [{"who": supervisor, "what": _("Accept or refuse the extension")}]


def requests_said(requests: Requests) -> list[dict[str, Any]]:
    """What was asked for and answered, as entries of the time line."""
    return [_said(extension, step) for extension in requests.extensions for step in extension.steps]


def _said(extension: Extension, step: ExtensionStep) -> dict[str, Any]:
    said: dict[str, Any] = {
        "when": step.at,
        "title": _(EXTENSION_LABELS[step.act]),
        "kind": "system" if step.user is None else "back" if step.act == "refuse" else "person",
        "quote": step.reason,
    }
    if step.user is None:
        said["detail"] = _("System")
    else:
        said["who"] = step.user.name
    if step.act in ("ask", "accept"):
        said["what"] = _("%(old)s → %(new)s", old=day(extension.old_due_on), new=day(extension.new_due_on))
    return said
