"""The check page: the draft beside its source, every row editable in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect

from ...db import db, transaction
from ...errors import InvalidInput, StaleVersion
from ...plans.views.speech import gettext as _
from ...web.context import current_actor, form_key, now, whole_number
from ...workflows.views.faults import faults
from .. import commands
from ..editing.forms import names_text, targets_text
from ..pages import check_page, source_line
from ..queries import draft_by_id
from ..revising import plans_of_region

ROW_FIELDS = (
    "number", "section", "text", "leads", "supports", "joint", "deadline", "deadline_words", "remark", "targets",
)  # fmt: skip
FACTS = ("title", "document_number", "issuer", "issued_on", "first_year", "last_year")
WITH_FIELDS = ("save", "add", "split")
NEW = 0
"""The key of the form of a row that is not there yet."""

Typed = Mapping[str, str]


def page(draft_id: int) -> str:
    """The draft; ``edit`` (a row's key) opens a row, ``add`` a new one behind it, ``all`` shows every row.

    The row of a change comes back as ``row`` and is shown in any case.
    """
    add, edit = request.args.get("add"), whole_number(request.args.get("edit", ""))
    editing = {NEW: dict.fromkeys(ROW_FIELDS, "")} if add is not None else {}
    return _page(draft_id, opened={edit} if edit else set(), editing=editing, after=whole_number(add or ""))


def source(draft_id: int) -> str:
    """The whole source with its line numbers."""
    draft = draft_by_id(db.session, current_actor(), draft_id, source=True)
    lines = [source_line(draft, number) for number in range(1, len(draft.lines) + 1)]
    return render_template("intake/source.html", draft=draft, lines=lines)


def post(draft_id: int) -> ResponseReturnValue:
    """Do what the button said; what was typed stays where it cannot be done."""
    actor, moment, act = current_actor(), now(), request.form.get("act", "")
    if act not in commands.EDITS:
        raise BadRequest()
    data = _data(act, request.form)
    try:
        with transaction() as session:
            done = commands.edit(session, actor, moment, draft_id=draft_id, act=act, data=data, key=form_key())
    except InvalidInput as error:
        return _again(draft_id, act, data, faults(error, data)), 422
    except StaleVersion as error:
        return _again(draft_id, act, data, {"": error.text(_)}), 409
    shown: dict[str, Any] = {**_kept()}
    if done["row"] is not None:
        shown |= {"row": done["row"], "_anchor": f"row-{done['row']}"}
    if act == "split":
        shown["edit"] = done["row"]
    return redirect(url_for("intake.check", draft_id=draft_id, **shown), 303)


def _kept() -> dict[str, str]:
    return {"all": "1"} if request.args.get("all") else {}


def _data(act: str, form: MultiDict[str, str]) -> dict[str, Any]:
    """The form as the data of a command.  Aborts with 400 where a hidden field is not what the page wrote."""
    if act == "settle":
        doubt = _needed(form, "doubt")
        return {"doubt": doubt, "alike": "alike" in form, "settled": form.get("settled") != "no"}
    if act == "section":
        return {"section": form.get("section", ""), "leads": form.get("leads", ""), "scope": form.get("scope", "")} | {
            "seen": _needed(form, "version")
        }
    if act == "facts":
        return {name: form.get(name, "") for name in FACTS} | {"seen": _needed(form, "version")}
    row = whole_number(form.get("row", ""))
    if row is None and act not in ("add", "first_leads"):
        raise BadRequest()
    data: dict[str, Any] = {"row": row, "version": _needed(form, "version")}
    if act in WITH_FIELDS:
        data |= {name: form.get(name, "") for name in ROW_FIELDS} | {"joint": "joint" in form}
        data["settle"] = "settle" in form
    return data


def _needed(form: MultiDict[str, str], name: str) -> int:
    number = whole_number(form.get(name, ""))
    if number is None:
        raise BadRequest()
    return number


def _again(draft_id: int, act: str, data: dict[str, Any], errors: dict[str, str]) -> str:
    """The page with the form that was sent, open and filled in as it was."""
    if act in WITH_FIELDS:
        key = NEW if act == "add" else data["row"]
        typed = {name: data[name] for name in ROW_FIELDS}
        return _page(draft_id, editing={key: typed}, after=data["row"], errors=errors, faulty=key)
    return _page(draft_id, errors=errors, typed=data, form=act)


def _page(
    draft_id: int,
    *,
    opened: set[int] | None = None,
    editing: dict[int, dict[str, Any]] | None = None,
    after: int | None = None,
    errors: Mapping[str, str] | None = None,
    faulty: int | None = None,
    typed: Mapping[str, Any] | None = None,
    form: str | None = None,
) -> str:
    draft = draft_by_id(db.session, current_actor(), draft_id, source=True)
    forms = dict(editing or {})
    keys = {row["key"] for row in draft.draft["tasks"]}
    for row in draft.draft["tasks"]:
        if row["key"] in (opened or ()):
            forms[row["key"]] = row_values(row)
    lost = {key: values for key, values in forms.items() if key != NEW and key not in keys}
    wanted = {*forms, after or 0, whole_number(request.args.get("row", "")) or 0}
    shown = check_page(db.session, draft, everything=bool(request.args.get("all")), opened=wanted)
    return render_template(
        "intake/check.html",
        page=shown,
        forms=forms,
        lost=lost,
        after=after if after in keys else None,
        errors=dict(errors or {}),
        faulty=faulty,
        form=form,
        section=typed if form == "section" else {"section": "", "leads": "", "scope": "without"},
        facts=typed if form == "facts" else fact_values(draft.draft),
        kept=_kept(),
        plans=plans_of_region(db.session, draft.region_id),
    )


def row_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as its form shows it."""
    return {
        "number": row["number"],
        "section": row["section"] or "",
        "text": row["text"],
        "leads": names_text(row["leads"], row["others"]),
        "supports": names_text(row["supports"], row["others"]),
        "joint": row["joint"],
        "deadline": row["deadline"] or "",
        "deadline_words": row["deadline_words"] or "",
        "remark": row["remark"] or "",
        "targets": targets_text(row["targets"]),
    }


def fact_values(content: Mapping[str, Any]) -> dict[str, Any]:
    """The head of the document as its form shows it."""
    first, last = content["period"] or ("", "")
    values = {name: content[name] or "" for name in FACTS[:4]}
    return values | {"first_year": first, "last_year": last}
