"""One person for who keeps contacts: their roles, handing over what they do, closing and opening their account."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...clock import real_now
from ...db import db, transaction
from ...errors import InvalidInput
from ...i18n import N_
from ...web.context import current_actor, form_key, now
from ...workflows.people import disable_user, enable_user, handover, may_close, may_hand_over
from ..models import User
from ..terms import person_page, successors
from .base import blueprint, sentences


@blueprint.get("/admin/contacts/people/<int:user_id>")
def person(user_id: int) -> Response:
    """One person with the roles they hold and held."""
    return _page(user_id, {})


@blueprint.post("/admin/contacts/people/<int:user_id>/handover")
def hand_over(user_id: int) -> Response:
    """Give every role of this person to a successor at once."""
    actor, moment, key = current_actor(), now(), form_key()
    known = person_page(db.session, actor, user_id)
    chosen = request.form.get("successor", "")
    offered = {str(one.id): one.id for one in successors(db.session, actor, user_id)}
    if chosen not in offered:
        return _page(user_id, sentences(InvalidInput({"successor": [N_("Choose who takes over.")]})))
    with transaction() as writing:
        leaver, successor = writing.get_one(User, user_id), writing.get_one(User, offered[chosen])
        handover(writing, actor, moment, real_now(), leaver=leaver, successor=successor, key=key)
    flash(_("%(name)s has handed over. Print the hand-over sheet for the successor.", name=known.name))
    return redirect(url_for("directory.person", user_id=user_id), 303)  # type: ignore[return-value]


@blueprint.post("/admin/contacts/people/<int:user_id>/close")
def close_account(user_id: int) -> Response:
    """Close the account of somebody who has left; the box says that their roles end, too."""
    actor, moment = current_actor(), now()
    known = person_page(db.session, actor, user_id)
    if not request.form.get("sure"):
        return _page(user_id, sentences(InvalidInput({"sure": [N_("Tick the box to close the account.")]})))
    with transaction() as writing:
        disable_user(writing, actor, moment, real_now(), user=writing.get_one(User, user_id))
    flash(_("The account of %(name)s is closed, and its roles have ended.", name=known.name))
    return redirect(url_for("directory.person", user_id=user_id), 303)  # type: ignore[return-value]


@blueprint.post("/admin/contacts/people/<int:user_id>/open")
def open_account(user_id: int) -> Response:
    """Open the closed account of somebody who is back, with the mail that activates it."""
    actor, moment = current_actor(), now()
    known = person_page(db.session, actor, user_id)
    with transaction() as writing:
        enable_user(writing, actor, moment, real_now(), user=writing.get_one(User, user_id))
    flash(_("The account of %(name)s is open again, and the activation link is on its way.", name=known.name))
    return redirect(url_for("directory.person", user_id=user_id), 303)  # type: ignore[return-value]


def _page(user_id: int, errors: dict[str, str]) -> Response:
    actor = current_actor()
    found, user = person_page(db.session, actor, user_id), db.session.get_one(User, user_id)
    page = render_template(
        "directory/person.html",
        person=found,
        may_hand_over=may_hand_over(db.session, actor, user),
        may_close=may_close(db.session, actor, user),
        successors=[(one.id, f"{one.name}  {one.email}") for one in successors(db.session, actor, user_id)],
        chosen=request.form.get("successor"),
        errors=errors,
    )
    return make_response(page, 422 if errors else 200)
