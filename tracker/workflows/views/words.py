"""The sentences of a task's page, in the reader's language: why, who does what by when, and the time line."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from ...clock import local_day
from ...evaluations.rounds import ROUND_KIND_LABELS
from ...i18n import N_
from ...i18n_web import day, moment_day
from ...plans.views.speech import gettext as _
from ...plans.views.speech import ngettext
from ...plans.views.words import late_by, why
from ...workdays.calendar import shift
from ..definitions import (
    ACKNOWLEDGING_STATES,
    OWING_STATES,
    TRIGGER_LABELS,
    UNACKNOWLEDGED_AFTER,
    WAITING_STATES,
    WRITING_TRIGGERS,
)
from ..models import HistoryEntry
from .mails import SentMail
from .task import TaskPage

NOTICE_LABELS = {
    "dispatched": N_("the task was dispatched"),
    "returned": N_("the report was returned"),
    "terminated": N_("the task was terminated"),
    "reopened": N_("the task was reopened"),
    "released": N_("the unit has no part in the task any more"),
    "suspended": N_("the task was suspended"),
    "resumed": N_("the task was resumed"),
    "sign_off_asked": N_("a report waits for the leader's signature"),
    "declined": N_("the task was declined"),
    "decline_request": N_("a lead unit asks to be released"),
}
NOTICE_CAUSES = {
    "dispatched": ("dispatch", "reassign"),
    "returned": ("return",),
    "terminated": ("terminate",),
    "reopened": ("reopen",),
    "released": ("reassign",),
    "suspended": ("suspend",),
    "resumed": ("resume",),
    "sign_off_asked": ("submit",),
    "declined": ("decline",),
    "decline_request": ("decline",),
}
REMINDER_LABELS = {
    "round_opens": N_("the round opens"),
    "report_due": N_("the report is due"),
    "verify_due": N_("the verification is due"),
    "deadline": N_("the deadline is near"),
    "unacknowledged": N_("the task is not acknowledged"),
    "overdue": N_("the task is overdue"),
}
BACKWARD = ("return", "decline", "suspend", "terminate", "reopen")


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
        by = shift(local_day(row.entered_at, place.zone), UNACKNOWLEDGED_AFTER)
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
    if state in OWING_STATES:
        items.append({"who": supervisor, "what": _("Verify or return"), **_verify_by(page)})
    return items


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
    """The comments, oldest first."""
    return [
        {"unit": comment.author.name, "day": local_day(comment.at, page.place.zone), "text": comment.body}
        for comment in page.comments
    ]


def time_line(page: TaskPage) -> list[dict[str, Any]]:
    """Acts, comments, mails and rounds in one list, newest first, what is to come on top."""
    zone = page.place.zone
    midnight = time(0, 0, tzinfo=zone)
    entries: list[tuple[datetime, int, dict[str, Any]]] = []
    for entry in page.history:
        entries.append((entry.at, 2 * entry.version, {"when": entry.at, **_act(page, entry)}))
    for comment in page.comments:
        said = {"title": _("Comment"), "who": comment.author.name, "quote": comment.body}
        entries.append((comment.at, 0, {"when": comment.at, **said}))
    for mail in page.mails:
        kind = "system" if mail.sent else "next"
        entries.append((mail.at, _after_cause(page, mail), {"when": mail.at, "kind": kind, **_mail(mail)}))
    for round_ in page.place.rounds:
        since = page.place.row.dispatched_at
        told = any(entry.round_id == round_.id for entry in page.history)
        opened = datetime.combine(round_.opens_on, midnight)
        if round_.state not in ("planned", "skipped") and since is not None and opened > since and not told:
            title = _("%(kind)s %(year)s opens", kind=_(ROUND_KIND_LABELS[round_.kind]), year=round_.year)
            told_so: dict[str, Any] = {"day": round_.opens_on, "what": title, "detail": _("System"), "kind": "system"}
            entries.append((opened, 0, told_so))
    ahead = page.place.standing.nearest_due
    if page.place.row.state in OWING_STATES and ahead is not None and ahead >= page.place.today:
        after = datetime.combine(ahead, midnight) + timedelta(days=1)
        entries.append((after, 0, {"day": ahead, "what": why(page.place.standing), "kind": "next"}))
    entries.sort(key=lambda entry: entry[:2], reverse=True)
    return [said for _at, _order, said in entries]


def _after_cause(page: TaskPage, mail: SentMail) -> int:
    """The place of a mail among things of one instant: right after the act that caused it, a digest after all."""
    causes = NOTICE_CAUSES.get(mail.template)
    if causes is None:
        return 2 * len(page.history) + 1
    return 1 + 2 * max(
        (entry.version for entry in page.history if entry.trigger in causes and entry.at <= mail.at), default=0
    )


def _act(page: TaskPage, entry: HistoryEntry) -> dict[str, Any]:
    said: dict[str, Any] = {
        "title": _(TRIGGER_LABELS[entry.trigger]),
        "kind": "back" if entry.trigger in BACKWARD else "person",
    }
    if entry.actor is None:
        said |= {"kind": "system", "detail": _("System")}
    else:
        said |= {"who": entry.actor.name, "quote": entry.reason}
    if entry.round_id is not None:
        round_ = next(round_ for round_ in page.place.rounds if round_.id == entry.round_id)
        said["what"] = _("for the %(round)s", round=_(ROUND_KIND_LABELS[round_.kind]))
    if entry.trigger in WRITING_TRIGGERS:
        report = next(report for report in page.reports if report.id == entry.report_id)
        said["what"] = _(
            "version %(version)s, progress %(progress)s%%", version=report.version, progress=report.progress
        )
        if report.completion_claimed:
            said["detail"] = _("The unit claims that the task is completed.")
    return said


def _mail(mail: SentMail) -> dict[str, Any]:
    names = _(", ").join(mail.names)
    if mail.template == "digest":
        what = _("; ").join(dict.fromkeys(_(REMINDER_LABELS[kind]) for kind in mail.kinds))
        title = _("Reminder")
    else:
        what, title = _(NOTICE_LABELS[mail.template]), _("Notice")
    who = _("Sent to %(names)s", names=names) if mail.sent else _("Will be sent to %(names)s", names=names)
    return {"title": title, "what": what, "detail": who}
