"""Pages of mails: what went out, one mail, and those that a person has to decide about."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ..access import Facts, authorise, permitted
from ..clock import real_now
from ..db import db, transaction
from ..directory.recipients import NO_ADDRESS, managed_by, names_of, present_address, readable_by
from ..errors import NotAllowed
from ..i18n import N_
from ..web.context import current_actor, now, whole_number
from .models import OutboxMessage
from .queries import MailPage, closed_way, mail_for, mails_for
from .reasons import ADVICE
from .states import resolve as record_arrival
from .states import retry as send_again

blueprint = Blueprint("outbox", __name__)

STATE_LABELS = {
    "pending": N_("Going out"),
    "sending": N_("Going out"),
    "sent": N_("Sent"),
    "unknown": N_("Not known whether it arrived"),
    "dead": N_("Could not be delivered"),
}
KIND_LABELS = {
    "notice": N_("Notice"),
    "digest": N_("Daily digest"),
    "summary": N_("Weekly summary"),
    "account": N_("Account"),
}
FILTERS = {"sent": ("sent",), "going": ("pending", "sending"), "unknown": ("unknown",), "dead": ("dead",)}
TO_DECIDE = ("unknown", "dead")


@blueprint.record_once
def _filters(state: object) -> None:
    app: Flask = state.app  # type: ignore[attr-defined]
    app.jinja_env.filters["mail_state"] = lambda code: _(STATE_LABELS[code])
    app.jinja_env.filters["mail_kind"] = lambda code: _(KIND_LABELS[code])
    app.jinja_env.filters["mail_advice"] = lambda code: _(ADVICE[code]) if code else ""


@blueprint.get("/reminders/mails")
def index() -> str:
    """The mails that this person may read, newest first."""
    chosen = request.args.get("state", "")
    readable = readable_by(current_actor(), OutboxMessage.recipient)
    page = mails_for(db.session, readable, states=FILTERS.get(chosen, ()), number=_page_number())
    return render_template(
        "outbox/index.html",
        page=page,
        pager=_pager("outbox.index", page, state=chosen or None),
        names=names_of(db.session, {mail.recipient for mail in page.mails}),
        chosen=chosen if chosen in FILTERS else "",
        filters={name: sum(page.counts.get(state, 0) for state in states) for name, states in FILTERS.items()},
        decides=permitted("outbox.retry", _facts()),
    )


@blueprint.get("/reminders/mails/<int:message_id>")
def message(message_id: int) -> str:
    """One mail as it went out.  The text of a mail with a personal link is shown to nobody."""
    actor = current_actor()
    mail = mail_for(db.session, readable_by(actor, OutboxMessage.recipient), message_id)
    return render_template(
        "outbox/message.html",
        mail=mail,
        names=names_of(db.session, [mail.recipient, *([mail.resolved_by] if mail.resolved_by else [])]),
        text=mail.body_text if mail.kind != "account" else None,
        decides=mail.state in TO_DECIDE and permitted("outbox.retry", _facts()),
    )


@blueprint.get("/admin/outbox")
def letters() -> str:
    """The mails that nobody can know the fate of, and those given up: each with what to do."""
    authorise("outbox.retry", _facts())
    readable = managed_by(current_actor(), OutboxMessage.recipient)
    page = mails_for(db.session, readable, states=TO_DECIDE, number=_page_number())
    return render_template(
        "outbox/letters.html",
        page=page,
        pager=_pager("outbox.letters", page),
        names=names_of(db.session, {mail.recipient for mail in page.mails}),
        closed=closed_way(db.session),
    )


@blueprint.post("/admin/outbox/<int:message_id>/retry")
def retry(message_id: int) -> Response:
    """Send a mail again, to the recipient's present address."""
    actor, facts, moment = current_actor(), _facts(), now()
    authorise("outbox.retry", facts)
    with transaction() as session:
        mail = mail_for(session, managed_by(actor, OutboxMessage.recipient), message_id)
        address = present_address(session, mail.recipient)
        if address is None:
            raise NotAllowed(NO_ADDRESS)
        send_again(session, actor, moment, message_id=mail.id, facts=facts, to_address=address)
    flash(_("The mail goes out again with the next delivery."))
    return redirect(url_for("outbox.letters"), 303)  # type: ignore[return-value]


@blueprint.post("/admin/outbox/<int:message_id>/resolve")
def resolve(message_id: int) -> Response:
    """Record that a mail of unknown fate has arrived, as its recipient says."""
    actor, facts, moment = current_actor(), _facts(), now()
    authorise("outbox.resolve", facts)
    with transaction() as session:
        mail = mail_for(session, managed_by(actor, OutboxMessage.recipient), message_id)
        record_arrival(session, actor, moment, real_now(), message_id=mail.id, facts=facts)
    flash(_("Recorded: the mail has arrived."))
    return redirect(url_for("outbox.letters"), 303)  # type: ignore[return-value]


def _facts() -> Facts:
    """Towards the mails that ``managed_by`` lets this person decide about."""
    actor = current_actor()
    return Facts(
        in_region=bool(actor.roles),
        administrator=actor.administrator,
        supervisor=any(role.role == "supervisor" for role in actor.roles),
    )


def _page_number() -> int:
    return whole_number(request.args.get("page", "")) or 1


def _pager(endpoint: str, page: MailPage, state: str | None = None) -> dict[str, object]:
    """What the macro ``pagination`` wants."""

    def url(number: int) -> str | None:
        return url_for(endpoint, page=number, state=state) if 1 <= number <= page.pages else None

    return {
        "first": page.first,
        "last": page.last,
        "total": page.total,
        "number": page.number,
        "pages": page.pages,
        "size": page.size,
        "previous_url": url(page.number - 1),
        "next_url": url(page.number + 1),
    }
