"""One's own account: who one is, the language of mails, the password."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ...audit.views.reading import reads_audit
from ...clock import real_now
from ...db import db, transaction
from ...errors import InvalidInput
from ...i18n_web import COOKIE
from ...operations.policy import sees_status
from ...security import limiter
from ...web.context import current_actor, now
from .. import links
from ..accounts import set_locale
from ..forms import LocaleSchema, load
from ..people import regions_to_manage, roles_of
from .base import blueprint, remember, sentences
from .sign_in import failed, try_limit


@blueprint.get("/account")
def account() -> Response:
    """The signed-in person's own page."""
    return _page({})


@blueprint.post("/account/language")
def change_language() -> Response:
    """The language of mails and pages."""
    moment = now()
    try:
        given = load(LocaleSchema(), request.form)
        with transaction() as writing:
            set_locale(writing, current_actor(), moment, locale=given["language"])
    except InvalidInput as error:
        return _page(sentences(error))
    session[COOKIE] = given["language"]
    flash(_("The language is changed."))
    return redirect(url_for("directory.account"), 303)  # type: ignore[return-value]


@blueprint.post("/account/password")
@limiter.limit(try_limit, deduct_when=failed)
def change_password() -> Response:
    """A new password; every other browser is signed out."""
    moment = now()
    try:
        with transaction() as writing:
            token = links.change_password(
                writing,
                current_actor(),
                moment,
                real_now(),
                current=request.form.get("current", ""),
                password=request.form.get("password", ""),
                repeated=request.form.get("repeated", ""),
            )
    except InvalidInput as error:
        return _page(sentences(error))
    remember(token)
    flash(_("Your password is changed. Other browsers have been signed out."))
    return redirect(url_for("directory.account"), 303)  # type: ignore[return-value]


def _page(errors: dict[str, str]) -> Response:
    user = current_user.user
    memberships = roles_of(db.session, user.id)
    page = render_template(
        "directory/account.html",
        user=user,
        memberships=memberships,
        sees_status=sees_status(current_actor()),
        reads_audit=reads_audit(db.session, current_actor()),
        keeps_contacts=bool(regions_to_manage(db.session, current_actor())),
        errors=errors,
    )
    return make_response(page, 422 if errors else 200)
