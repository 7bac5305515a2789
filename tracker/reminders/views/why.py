"""The page that says why a mail came on a day, or did not."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask import render_template, request

from ...db import db
from ...i18n_web import reader_locale
from ...web.context import current_actor, now
from ..explain.asking import why_page


def why(slug: str) -> str:
    """Why something about a task went to somebody on a day; who asks for nothing is shown their own of today."""
    page = why_page(
        db.session,
        current_actor(),
        now(),
        slug,
        ref=request.args.get("task") or None,
        key=request.args.get("person") or None,
        day=day_of(request.args.get("day")),
    )
    locale, zone = reader_locale(), ZoneInfo(page.plan.region.timezone)
    said = [(sentence, sentence.about(locale), sentence.text(locale, zone)) for sentence in page.found.sentences]
    return render_template("reminders/why.html", page=page, said=said)


def day_of(text: str | None) -> date | None:
    """The day that a text from outside names, else None."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
