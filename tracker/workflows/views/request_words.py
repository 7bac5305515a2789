"""What was asked for about a task, in the reader's language: who must answer, and the entries of the time line."""

from __future__ import annotations

from datetime import date
from typing import Any

from ...i18n import N_
from ...i18n_web import day, moment_day
from ...plans.views.speech import gettext as _
from ..models import Extension, ExtensionStep, Objection
from .requests import Requests

EXTENSION_LABELS = {
    "ask": N_("Extension asked for"),
    "approve": N_("Extension approved by the unit leader"),
    "accept": N_("Extension accepted"),
    "refuse": N_("Extension refused"),
    "withdraw": N_("Request for an extension withdrawn"),
    "lapse": N_("Request for an extension lapsed"),
}


def requests_wait(requests: Requests, first: str, supervisor: str, today: date) -> list[dict[str, Any]]:
    """Who must answer what; ``first`` names the first-named lead unit, ``supervisor`` the supervising unit."""
    items: list[dict[str, Any]] = []
    if requests.waiting is not None and requests.waiting.last.act == "ask":
        items.append({"who": first, "what": _("Approve or refuse the extension, by the unit leader")})
    elif requests.waiting is not None:
        items.append({"who": supervisor, "what": _("Accept or refuse the extension")})
    for objection in requests.objections:
        if objection.answer is None:
            late = objection.due_on < today
            due = {"late": _("was due %(day)s", day=day(objection.due_on, year=False))} if late else {}
            words = _("Answer the objection of %(unit)s", unit=objection.unit.name)
            items.append({"who": supervisor, "what": words, "day": objection.due_on, **due})
    return items


def requests_said(requests: Requests) -> list[dict[str, Any]]:
    """What was asked for, urged, contested and answered, as entries of the time line.

    Of two things at one instant the later comes first.
    """
    said = [_step(extension, step) for extension in requests.extensions for step in extension.steps[::-1]]
    for urge in requests.urges:
        said.append({"when": urge.at, "title": _("Urge"), "who": urge.user.name, "quote": urge.word, "kind": "person"})
    for objection in requests.objections:
        said.append(
            {
                "when": objection.at,
                "title": _("Objection"),
                "what": matter_of(objection),
                "who": objection.user.name,
                "quote": objection.text,
            }
        )
        answer = objection.answer
        if answer is not None:
            title = _("Objection upheld") if answer.upheld else _("Objection dismissed")
            said.append({"when": answer.at, "title": title, "who": answer.user.name, "quote": answer.text})
    return said


def matter_of(objection: Objection) -> str:
    """What is contested."""
    if objection.entry is not None:
        return _("the return of %(day)s", day=moment_day(objection.entry.at))
    assert objection.lamp_on is not None
    when = day(objection.lamp_on)
    return (
        _("the red lamp of %(day)s", day=when) if objection.lamp == "red" else _("the yellow lamp of %(day)s", day=when)
    )


def _step(extension: Extension, step: ExtensionStep) -> dict[str, Any]:
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
