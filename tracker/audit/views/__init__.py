"""The page of the audit and its two files: the export and the script that checks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from tempfile import TemporaryFile
from typing import Any

from flask import Blueprint, Flask, Response, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _

from ...db import db, transaction
from ...errors import NotFound
from ...plans.models import Plan
from ...web.context import current_actor, now, settings, whole_number
from ..cli import SCRIPT
from ..commands import SYSTEM_CHAIN, note_export, plan_chain
from ..queries import exported
from .reading import PAGE_SIZE, Asked, AuditPage, audit_page, chains_of, readable_plans
from .words import ACTIONS, GROUPS, HIDDEN, KEYS, ORIGINS, SUBJECTS, VALUES

blueprint = Blueprint("audit", __name__)
PART = 64 * 1024


@blueprint.get("/audit")
def index() -> str:
    """Who did what, when, from where; under filters, newest first."""
    asked = _asked()
    page = audit_page(
        db.session, current_actor(), settings().zone, asked, whole_number(request.args.get("page", "")) or 1
    )
    return render_template(
        "audit/index.html",
        page=page,
        asked=asked,
        chains=_chains(page.plans, page.everything),
        actions=[*((code, _(label)) for code, label in GROUPS.items()), *((c, _(w)) for c, w in ACTIONS.items())],
        pager=_pager(page, asked),
    )


@blueprint.post("/audit/export")
def export() -> Response:
    """The chains as JSON lines: all that the person may read, or the chosen one.  Recorded before it is written."""
    actor, moment, chosen = current_actor(), now(), request.form.get("chain", "")
    plans = readable_plans(db.session, actor)
    chains = chains_of(actor, plans, chosen)
    if chosen and chains != {chosen}:
        raise NotFound()
    with transaction() as session:
        for chain in sorted(chains) if chains is not None else [SYSTEM_CHAIN]:
            note_export(session, actor, moment, chain=chain, whole=chains is None)
    name = f"audit-{chosen.replace(':', '-') or 'all'}.jsonl"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(stream_with_context(_written(chains)), mimetype="application/x-ndjson", headers=headers)


def _written(chains: set[str] | None) -> Iterator[bytes]:
    """The export by way of a file: somebody who reads slowly must not keep the database's read lock."""
    with TemporaryFile() as file:
        file.writelines(line.encode() for line in exported(db.session, chains))
        db.session.close()
        file.seek(0)
        while part := file.read(PART):
            yield part


@blueprint.get("/audit/verify_audit.py")
def script() -> Response:
    """The script that checks an export on any machine."""
    readable_plans(db.session, current_actor())
    headers = {"Content-Disposition": "attachment; filename=verify_audit.py"}
    return Response(SCRIPT.read_text(encoding="utf-8"), mimetype="text/x-python", headers=headers)


def _asked() -> Asked:
    given = request.args
    return Asked(
        chain=given.get("chain", ""),
        person=given.get("person", "").strip()[:100],
        action=given.get("action", "")[:50],
        first=_day(given.get("from", "")),
        last=_day(given.get("to", "")),
    )


def _day(text: str) -> date | None:
    """A day of the calendar, between the years that can be moved by one; anything else is no filter."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date.min.year < day.year < date.max.year else None


def _chains(plans: tuple[Plan, ...], everything: bool) -> list[tuple[str, str]]:
    own = [(plan_chain(plan.id), f"{plan.region.short_name} · {plan.title}") for plan in plans]
    return [*own, (SYSTEM_CHAIN, _("The system: accounts, units, imports"))] if everything else own


def _pager(page: AuditPage, asked: Asked) -> dict[str, object]:
    """What the macro ``pagination`` wants."""

    arguments: dict[str, Any] = dict(asked.args())

    def url(number: int) -> str | None:
        return url_for("audit.index", page=number, **arguments) if 1 <= number <= page.pages else None

    first = (page.number - 1) * PAGE_SIZE + 1 if page.lines else 0
    return {
        "first": first,
        "last": first + len(page.lines) - 1 if page.lines else 0,
        "total": page.total,
        "number": page.number,
        "pages": page.pages,
        "size": PAGE_SIZE,
        "previous_url": url(page.number - 1),
        "next_url": url(page.number + 1),
    }


def _action(code: str) -> str:
    return str(_(ACTIONS[code])) if code in ACTIONS else code


def _origin(text: str | None) -> str:
    known = ORIGINS.get(text or "")
    return str(text) if known is None else str(_(known))


def _subject(code: str) -> str:
    kind, _colon, number = code.partition(":")
    return str(_(SUBJECTS[kind], number=number)) if kind in SUBJECTS else code


def _detail(data: dict[str, Any], path: str = "") -> list[tuple[str, str]]:
    """The values of an entry, one line each, those within others behind the name of the outer."""
    lines: list[tuple[str, str]] = []
    for key, value in data.items():
        label = path + (_(KEYS[key]) if key in KEYS else key)
        if isinstance(value, dict):
            lines += _detail(value, label + _(": "))
        elif key not in HIDDEN and value not in (None, "", []):
            lines.append((label, _value(value)))
    return lines


def _value(value: Any) -> str:
    if isinstance(value, str) and value in VALUES:
        return str(_(VALUES[value]))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(_(", ").join(map(str, value))) if isinstance(value, list) else str(value)


@blueprint.record_once
def _filters(state: object) -> None:
    app: Flask = state.app  # type: ignore[attr-defined]
    app.jinja_env.filters.update(
        audit_action=_action, audit_origin=_origin, audit_subject=_subject, audit_detail=_detail, audit_value=_value
    )
