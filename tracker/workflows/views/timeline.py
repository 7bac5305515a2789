"""The time line of a task's page: acts, what units gave and said, mails and rounds, in the reader's language."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from ...evaluations.rounds import ROUND_KIND_LABELS
from ...i18n import N_
from ...plans.views.speech import gettext as _
from ...plans.views.words import why
from ...reporting.schemas import RETURNED_FIELDS
from ..definitions import OWING_STATES, TRIGGER_LABELS, WRITING_TRIGGERS
from ..models import HistoryEntry
from .forms import reasons_of
from .mails import SentMail
from .parts import inputs_told, parts_told
from .request_words import requests_said
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
    "extension_asked": N_("an extension of the deadline is asked for"),
    "extension_answered": N_("the request for an extension was answered"),
    "input_asked": N_("input is asked for"),
    "input_answered": N_("a request for input was answered"),
    "mentioned": N_("a comment names the unit"),
    "urged": N_("the supervision office urges"),
    "objection_raised": N_("a lead unit objects"),
    "objection_answered": N_("the objection was answered"),
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
    "extension_asked": (),
    "extension_answered": (),
    "input_asked": (),  # no acts of the workflow
    "input_answered": (),
    "mentioned": (),
    "urged": (),
    "objection_raised": (),
    "objection_answered": (),
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


def time_line(page: TaskPage) -> list[dict[str, Any]]:
    """Everything that happened, newest first, what is to come on top."""
    zone = page.place.zone
    midnight = time(0, 0, tzinfo=zone)
    entries: list[tuple[datetime, int, dict[str, Any]]] = []
    for entry in page.history:
        entries.append((entry.at, 2 * entry.version, {"when": entry.at, **_act(page, entry)}))
    for comment in page.comments:
        said = {"title": _("Comment"), "who": comment.author.name, "quote": comment.text}
        entries.append((comment.at, 0, {"when": comment.at, **said}))
    entries += [(told["when"], 0, told) for told in (*parts_told(page.every_part), *inputs_told(page.inputs))]
    entries += [(said["when"], 0, said) for said in requests_said(page.requests)]
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
    if entry.trigger == "return":
        report = next(report for report in page.reports if report.id == entry.report_id)
        wrong = reasons_of(report).items()
        lines = (_("%(field)s: %(reason)s", field=_(RETURNED_FIELDS[name]), reason=text) for name, text in wrong)
        said["quote"] = "\n".join((entry.reason, *lines))
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
