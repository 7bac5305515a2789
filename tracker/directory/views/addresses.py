"""Addresses that mails came back from: saying that one is right, or correcting it."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...clock import real_now
from ...db import db, transaction
from ...errors import InvalidInput, NotFound
from ...web.context import current_actor, now
from ..addresses import change_email, confirm_mailbox, confirm_person
from ..forms import EmailSchema, load
from ..models import Membership, Region
from ..policy import authorise_role
from .base import blueprint, sentences


@blueprint.post("/admin/contacts/memberships/<int:membership_id>/confirm-address")
def confirm_address(membership_id: int) -> Response:
    """A person's address is right: mails go to it again."""
    moment, actor = now(), current_actor()
    with transaction() as writing:
        membership = confirm_person(writing, actor, moment, membership_id=membership_id)
    return _told(membership.unit_id)


@blueprint.post("/admin/contacts/units/<int:unit_id>/mailbox/confirm")
def confirm_unit_mailbox(unit_id: int) -> Response:
    """A unit's mailbox is right: mails go to it again."""
    moment, actor = now(), current_actor()
    with transaction() as writing:
        confirm_mailbox(writing, actor, moment, unit_id=unit_id)
    return _told(unit_id)


@blueprint.route("/admin/contacts/memberships/<int:membership_id>/email", methods=["GET", "POST"])
def correct_email(membership_id: int) -> Response:
    """Correct the address of a person: an administrator's page."""
    membership = db.session.get(Membership, membership_id)
    actor = current_actor()
    if membership is None or membership.ended_at is not None:
        raise NotFound()
    authorise_role(actor, membership.region_id, "observer")
    errors: dict[str, str] = {}
    if request.method == "POST":
        moment = now()
        try:
            given = load(EmailSchema(), request.form)
            with transaction() as writing:
                changed = change_email(
                    writing, actor, moment, real_now(), membership_id=membership_id, email=given["email"]
                )
            flash(_("The address is changed. The person signs in with it from now on."))
            return _back(changed.unit_id)
        except InvalidInput as error:
            errors = sentences(error)
            membership = db.session.get_one(Membership, membership_id)
    page = render_template(
        "directory/email.html",
        membership=membership,
        person=membership.user,
        region=db.session.get_one(Region, membership.region_id),
        typed=request.form,
        errors=errors,
    )
    return make_response(page, 422 if errors else 200)


def _told(unit_id: int | None) -> Response:
    flash(_("Mails go to this address again. Those that could not be delivered can be sent again."))
    return _back(unit_id)


def _back(unit_id: int | None) -> Response:
    if unit_id is None:
        return redirect(url_for("directory.contacts"), 303)  # type: ignore[return-value]
    return redirect(url_for("directory.unit_contacts", unit_id=unit_id), 303)  # type: ignore[return-value]
