"""The sentences of a task's page, in the reader's language: why, who does what by when, and what was said."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for

from ...clock import local_day
from ...i18n_web import day, moment_day
from ...plans.views.speech import gettext as _
from ...plans.views.speech import ngettext
from ...plans.views.words import late_by, why
from ...reporting.comments import correctable
from ...reporting.models import Comment
from ..definitions import (
    ACKNOWLEDGING_STATES,
    OWING_STATES,
    UNACKNOWLEDGED_AFTER,
    WAITING_STATES,
)
from .request_words import requests_wait
from .task import TaskPage


def standing_sentence(page: TaskPage) -> str:
    """Why the task stands as it does: the lamp's reason, and what happened to the latest report."""
    parts = [why(page.place.standing)]
    latest, returned = page.latest, page.returned
    if returned is not None and latest is not None:
        parts.append(
            _(
                "version %(version)s, reported on %(reported)s, was returned on %(returned)s and not reported again",
                version=latest.version,
                reported=moment_day(latest.submitted_at, year=False),
                returned=moment_day(returned.at, year=False),
            )
        )
    elif page.place.row.state == "awaiting_sign_off" and latest is not None:
        parts.append(
            _(
                "version %(version)s was submitted on %(day)s and waits for the unit leader's signature",
                version=latest.version,
                day=moment_day(latest.submitted_at, year=False),
            )
        )
    elif page.place.row.state == "reported" and latest is not None:
        parts.append(
            _(
                "version %(version)s was reported on %(reported)s",
                version=latest.version,
                reported=moment_day(latest.submitted_at, year=False),
            )
        )
    text = _("; ").join(parts)
    return _("%(text)s.", text=text[0].upper() + text[1:])


def flags(page: TaskPage) -> list[tuple[str, str]]:
    """(text, kind) of what stands out beside the state."""
    found = []
    if page.returned is not None:
        found.append((ngettext("returned %(num)s time", "returned %(num)s times", page.returns), "soon"))
    if page.place.row.state in WAITING_STATES and page.latest is not None and page.latest.completion_claimed:
        found.append((_("completion claimed"), "plain"))
    if page.place.row.completion_verified:
        found.append((_("completion verified"), "plain"))
    return found


def who_does_what(page: TaskPage) -> list[dict[str, Any]]:
    """Who does what by when: the next step of each unit that has one."""
    place = page.place
    row, state = place.row, place.row.state
    supervisor = place.plan.supervising_unit.name
    first = row.first_lead.name if row.first_lead is not None else supervisor
    items: list[dict[str, Any]] = []
    if state == "pending_dispatch":
        items.append({"who": supervisor, "what": _("Assign the task to its units")})
    elif state == "assigned":
        by = place.plan.region.calendar.shift(local_day(row.entered_at, place.zone), UNACKNOWLEDGED_AFTER)
        items.append({"who": first, "what": _("Acknowledge the task"), **_by(by, place.today)})
        items.append({"who": first, "what": _("Report progress"), **_due(page)})
    elif state == "in_progress":
        again = page.returned is not None
        step = _("Revise and report again") if again else _("Report progress")
        items.append({"who": first, "what": step, **_due(page)})
    elif state == "awaiting_sign_off":
        items.append({"who": first, "what": _("Sign off or return, by the unit leader"), **_due(page)})
    elif state == "suspended":
        items.append({"who": supervisor, "what": _("Resume the task when it can go on")})
    elif state == "reported":
        items.append({"who": supervisor, "what": _check_needed(page), **_verify_by(page)})
    elif state == "verified":
        items.append({"who": supervisor, "what": _("Close out once the task is done, or wait for the next report")})
    items += [
        {"who": unit.name, "what": _("Acknowledge the task")}
        for unit in page.silent_leads
        if unit is not row.first_lead and state in ACKNOWLEDGING_STATES
    ]
    items += [
        {"who": item.request.unit.name, "what": _("Answer the request"), **_by(item.request.due_on, place.today)}
        for item in page.inputs
        if item.status in ("waiting", "no_answer")
    ]
    if state in OWING_STATES:
        items.append({"who": supervisor, "what": _("Verify or return"), **_verify_by(page)})
    return items + requests_wait(page.requests, first, supervisor, place.today)


def _check_needed(page: TaskPage) -> str:
    if not page.place.facts.host_leads:
        return _("Verify or return")
    if page.place.facts.first_checked:
        return _("Second check, by another person")
    return _("First check, then second check")


def _by(when: date, today: date) -> dict[str, Any]:
    return {"late": _("was due %(day)s", day=day(when, year=False))} if when < today else {"day": when}


def _due(page: TaskPage) -> dict[str, Any]:
    standing = page.place.standing
    if standing.overdue:
        return {"late": late_by(standing)}
    return {"day": standing.nearest_due} if standing.nearest_due is not None else {}


def _verify_by(page: TaskPage) -> dict[str, Any]:
    round_ = page.place.round_
    return {} if round_ is None else _by(round_.verify_due_on, page.place.today)


def comments_said(page: TaskPage) -> list[dict[str, Any]]:
    """The comments, oldest first, each with its answers."""
    said = {comment.id: _comment(page, comment) for comment in page.comments}
    first = []
    for comment in page.comments:
        if comment.answer_to is None:
            first.append(said[comment.id])
        else:
            said[comment.answer_to.answers_id]["answers"].append(said[comment.id])
    return first


def _comment(page: TaskPage, comment: Comment) -> dict[str, Any]:
    here: dict[str, Any] = {"slug": page.place.plan.slug, "ref": page.place.row.ref, "comment_id": comment.id}
    own = comment.author_id == page.reader_id and page.may_comment and correctable(comment, page.now)
    return {
        "unit": comment.author.name,
        "day": local_day(comment.at, page.place.zone),
        "text": comment.text,
        "names": [unit.name for unit in comment.mentions],
        "former": comment.former,
        "answers": [],
        "answer_url": url_for("reporting.answer_comment", **here) if page.may_comment else None,
        "correct_url": url_for("reporting.correct", **here) if own else None,
    }
