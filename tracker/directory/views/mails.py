"""A person's own mails: daily or weekly, and who gets them while the person is away."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...db import db, transaction
from ...errors import InvalidInput, NotFound, StaleVersion, TrackerError
from ...web.context import current_actor, form_key, form_version, now, today
from ..deputies import may_stand_in, roles_in_units
from ..mail_choices import authorise_absence, choose_weekly, end_absence, enter_absence
from ..models import Absence, User
from ..who_is_away import coming_absences, stood_in_for
from .base import blueprint, sentences


@blueprint.get("/account/mails")
def mails() -> Response:
    """One's own mails."""
    return _page(_own_id())


@blueprint.post("/account/mails")
def change_pace() -> Response:
    """Daily or weekly."""
    actor, moment, version, key = current_actor(), now(), form_version(), form_key()
    try:
        with transaction() as session:
            choose_weekly(session, actor, moment, version=version, data={"pace": request.form.get("pace")}, key=key)
    except (InvalidInput, StaleVersion) as error:
        return _page(_own_id(), error)
    flash(_("Your choice is saved. It holds for every mail from now on, those that wait already too."))
    return redirect(url_for("directory.mails"), 303)  # type: ignore[return-value]


@blueprint.get("/people/<int:user_id>/absence")
def absence(user_id: int) -> Response:
    """Somebody's absence: a page for the leaders of their unit and the supervisors of the region."""
    authorise_absence(db.session, current_actor(), user_id)
    return _page(user_id)


@blueprint.post("/people/<int:user_id>/absence")
def add_absence(user_id: int) -> Response:
    """Enter an absence, one's own or that of somebody who is away."""
    actor, moment, version, key = current_actor(), now(), form_version(), form_key()
    data = {name: request.form[name] for name in ("from_on", "to_on", "deputy") if name in request.form}
    try:
        with transaction() as session:
            enter_absence(session, actor, moment, user_id=user_id, version=version, data=data, key=key)
    except (InvalidInput, StaleVersion) as error:
        return _page(user_id, error)
    flash(_("The absence is entered."))
    return _back(user_id)


@blueprint.post("/people/absences/<int:absence_id>/end")
def stop_absence(absence_id: int) -> Response:
    """Somebody is back, or does not go."""
    actor, moment, version, key = current_actor(), now(), form_version(), form_key()
    found = db.session.get(Absence, absence_id)
    if found is None:
        raise NotFound()
    user_id = found.user_id
    try:
        with transaction() as session:
            end_absence(session, actor, moment, absence_id=absence_id, version=version, key=key)
    except StaleVersion as error:
        return _page(user_id, error)
    flash(_("The absence is ended. Mails go to the person again."))
    return _back(user_id)


def _own_id() -> int:
    user_id = current_actor().user_id
    if user_id is None:
        raise NotFound()
    return user_id


def _back(user_id: int) -> Response:
    own = user_id == current_actor().user_id
    address = url_for("directory.mails") if own else url_for("directory.absence", user_id=user_id)
    return redirect(address, 303)  # type: ignore[return-value]


def _page(user_id: int, error: TrackerError | None = None) -> Response:
    """The page; what was typed stays where something was wrong."""
    user = db.session.get_one(User, user_id)
    roles = roles_in_units(db.session, user_id)
    errors = sentences(error) if isinstance(error, InvalidInput) else {"": error.text(_)} if error else {}
    day = today()
    page = render_template(
        "directory/mails.html",
        user=user,
        own=user_id == current_actor().user_id,
        absences=coming_absences(db.session, [user_id], day),
        deputy_of=stood_in_for(db.session, user_id, day),
        deputies=[(person.id, person.name) for person in may_stand_in(db.session, roles, user_id)] if roles else None,
        day_now=day,
        typed=request.form,
        errors=errors,
    )
    return make_response(page, error.status if error else 200)
