"""Forgotten passwords, and the pages behind the links in mails."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _

from ...access import NOBODY
from ...clock import real_now
from ...db import db, transaction
from ...errors import InvalidInput, NotFound
from ...i18n_web import reader_locale
from ...security import limiter
from ...web.context import now
from .. import links
from ..forms import BAD_EMAIL, is_email
from .base import blueprint, remember, sentences
from .sign_in import account_tried, failed, leave, try_limit


@blueprint.route("/forgot", methods=["GET", "POST"])
@limiter.limit(try_limit, methods=["POST"])
@limiter.limit(try_limit, key_func=account_tried, methods=["POST"])
def forgot() -> Response:
    """Ask for a link by mail.  The answer is the same whether the address has an account or not."""
    email = request.form.get("email", "").strip()
    errors = {}
    if request.method == "POST":
        if is_email(email.lower()):
            moment = now()
            with transaction() as writing:
                links.request_link(writing, NOBODY, moment, real_now(), email=email)
            return make_response(render_template("directory/forgot.html", sent_to=email, errors={}, email=email))
        errors = {"email": _(BAD_EMAIL)}
    page = render_template("directory/forgot.html", sent_to=None, errors=errors, email=email)
    return make_response(page, 422 if errors else 200)


@blueprint.route("/activate/<token>", methods=["GET", "POST"])
@limiter.limit(try_limit, deduct_when=failed)
def activate(token: str) -> Response:
    """Set the first password.  Opening the page uses nothing up: mail programs look at links before people do."""
    return _set_password("activation", token)


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
@limiter.limit(try_limit, deduct_when=failed)
def reset(token: str) -> Response:
    """Set a new password."""
    return _set_password("reset", token)


def _set_password(purpose: str, token: str) -> Response:
    errors: dict[str, str] = {}
    try:
        if request.method == "POST":
            moment = now()
            try:
                with transaction() as writing:
                    opened = links.set_password_by_link(
                        writing,
                        moment,
                        real_now(),
                        purpose=purpose,
                        token=token,
                        password=request.form.get("password", ""),
                        repeated=request.form.get("repeated", ""),
                        locale=reader_locale(),
                    )
            except InvalidInput as error:
                errors = sentences(error)
            else:
                leave()
                remember(opened)
                flash(_("Your password is set, and you are signed in."))
                return redirect("/", 303)  # type: ignore[return-value]
        user = links.user_of_link(db.session, real_now(), purpose=purpose, token=token)
    except NotFound as error:
        return make_response(render_template("directory/link_used.html", message=error.text(_)), 404)
    page = render_template("directory/set_password.html", user=user, purpose=purpose, errors=errors)
    return make_response(page, 422 if errors else 200)
