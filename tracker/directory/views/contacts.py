"""The contacts of a region's units: adding and releasing people, and the mailboxes that serve where nobody does."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...clock import real_now
from ...db import db, transaction
from ...errors import InvalidInput, NotAllowed, NotFound
from ...i18n import N_
from ...web.context import ROLE_LABELS, current_actor, now
from ...workflows.people import change_mailbox as change_unit_mailbox
from ...workflows.people import release
from ..accounts import add_person
from ..forms import MailboxSchema, PersonSchema, load
from ..links import invite
from ..models import ROLES, UNIT_ROLES, Membership, Region, User
from ..people import contacts_of_region, contacts_of_unit, regions_to_manage
from ..policy import authorise_role, may_give
from ..terms import former_people
from .base import blueprint, sentences


def chosen_region(regions: Iterable[Region]) -> Region:
    """The region that the address asks for, else the first the person keeps.  Raises NotAllowed, NotFound."""
    offered = {region.slug: region for region in regions}
    if not offered:
        raise NotAllowed(N_("Contacts are kept by supervisors and administrators. Ask one of them to make a change."))
    slug = request.values.get("region")
    if slug is None:
        return next(iter(offered.values()))
    if slug not in offered:
        raise NotFound()
    return offered[slug]


@blueprint.get("/admin/contacts")
def contacts() -> str:
    """The units of a region with their people, those that nobody serves first."""
    actor = current_actor()
    regions = regions_to_manage(db.session, actor)
    region = chosen_region(regions)
    return render_template(
        "directory/contacts.html",
        regions=regions,
        contacts=contacts_of_region(db.session, actor, region),
        choices=_choices(region.id, [role for role in ROLES if role not in UNIT_ROLES]),
    )


@blueprint.get("/admin/contacts/units/<int:unit_id>")
def unit_contacts(unit_id: int) -> Response:
    """One unit: its people, its mailbox, a form for one more person."""
    return _unit_page(unit_id, {})


@blueprint.post("/admin/contacts/units/<int:unit_id>/mailbox")
def change_mailbox(unit_id: int) -> Response:
    """Set or take away a unit's mailbox."""
    moment = now()
    try:
        given = load(MailboxSchema(), request.form)
        with transaction() as writing:
            change_unit_mailbox(writing, current_actor(), moment, unit_id=unit_id, address=given["mailbox"])
    except InvalidInput as error:
        return _unit_page(unit_id, sentences(error))
    flash(_("The mailbox is saved."))
    return redirect(url_for("directory.unit_contacts", unit_id=unit_id), 303)  # type: ignore[return-value]


@blueprint.post("/admin/contacts/units/<int:unit_id>/people")
def add_contact(unit_id: int) -> Response:
    """Add one person to a unit, with the mail that activates the account."""
    region, _unit = contacts_of_unit(db.session, current_actor(), unit_id)
    errors = _add(region.id, unit_id)
    if errors:
        return _unit_page(unit_id, errors)
    return redirect(url_for("directory.unit_contacts", unit_id=unit_id), 303)  # type: ignore[return-value]


@blueprint.route("/admin/contacts/people", methods=["GET", "POST"])
def add_regional() -> Response:
    """Add an observer or evaluator of a whole region: an administrator's page."""
    region = chosen_region(regions_to_manage(db.session, current_actor()))
    authorise_role(current_actor(), region.id, "observer")
    errors = _add(region.id, None) if request.method == "POST" else {}
    if request.method == "POST" and not errors:
        return redirect(url_for("directory.contacts", region=region.slug), 303)  # type: ignore[return-value]
    page = render_template(
        "directory/add_regional.html",
        region=region,
        choices=_choices(region.id, [role for role in ROLES if role not in UNIT_ROLES]),
        typed=request.form,
        errors=errors,
    )
    return make_response(page, 422 if errors else 200)


@blueprint.post("/admin/contacts/memberships/<int:membership_id>/end")
def end_contact(membership_id: int) -> Response:
    """End one role of one person, unless open tasks would be left without anybody."""
    moment = now()
    membership = db.session.get(Membership, membership_id)
    actor = current_actor()
    if membership is None or not actor.sees_region(membership.region_id):
        raise NotFound()
    unit_id = membership.unit_id
    with transaction() as writing:
        release(writing, actor, moment, real_now(), membership_id=membership_id)
    flash(_("The role has ended. The person's earlier reports and acts stay as they are."))
    return _back(unit_id)


@blueprint.post("/admin/contacts/memberships/<int:membership_id>/invite")
def invite_again(membership_id: int) -> Response:
    """Mail the activation link once more to somebody who has not used it."""
    moment = now()
    actor = current_actor()
    with transaction() as writing:
        membership = writing.get(Membership, membership_id)
        if membership is None or membership.ended_at is not None:
            raise NotFound()
        authorise_role(actor, membership.region_id, membership.role)
        user = writing.get_one(User, membership.user_id)
        if user.password_hash is not None or not user.active:
            raise NotAllowed(N_("This account is active already. The person can ask for a link on the sign-in page."))
        invite(writing, actor, moment, real_now(), user=user)
    flash(_("The activation link is on its way."))
    return _back(membership.unit_id)


def _back(unit_id: int | None) -> Response:
    if unit_id is None:
        return redirect(url_for("directory.contacts"), 303)  # type: ignore[return-value]
    return redirect(url_for("directory.unit_contacts", unit_id=unit_id), 303)  # type: ignore[return-value]


def _add(region_id: int, unit_id: int | None) -> dict[str, str]:
    moment = now()
    try:
        given = load(PersonSchema(), request.form)
        if (given["role"] in UNIT_ROLES) != (unit_id is not None):
            raise NotFound()
        with transaction() as writing:
            _user, fresh = add_person(
                writing, current_actor(), moment, real_now(), region_id=region_id, unit_id=unit_id, **given
            )
    except InvalidInput as error:
        return sentences(error)
    if fresh:
        flash(_("The person is added, and the activation link is on its way."))
    else:
        flash(_("This address has an account already; it has the role now."))
    return {}


def _choices(region_id: int, roles: Iterable[str]) -> list[tuple[str, str]]:
    actor = current_actor()
    return [(role, _(ROLE_LABELS[role])) for role in roles if may_give(actor, region_id, role)]


def _unit_page(unit_id: int, errors: dict[str, str]) -> Response:
    region, unit = contacts_of_unit(db.session, current_actor(), unit_id)
    page = render_template(
        "directory/unit.html",
        region=region,
        unit=unit,
        gone=former_people(db.session, unit_id),
        choices=_choices(region.id, UNIT_ROLES),
        corrects=may_give(current_actor(), region.id, "observer"),
        typed=request.form,
        errors=errors,
    )
    return make_response(page, 422 if errors else 200)
