"""Signing in and out."""

from __future__ import annotations

import hashlib

from flask import Response, current_app, make_response, redirect, render_template, request, session
from flask_login import current_user

from ...clock import real_now
from ...db import db, transaction
from ...errors import InvalidInput
from ...security import limiter, local_path
from ...web.context import now
from .. import links
from ..models import User
from .base import COOKIE_FIELD, blueprint, forget, remember, sentences
from .kept import from_field, kept_page


def try_limit() -> str:
    """How often one may try (TRACKER_SIGN_IN_LIMIT)."""
    return str(current_app.config["SETTINGS"].sign_in_limit)


def account_tried() -> str:
    """The account that is being tried, so that many addresses together get no more tries at it than one."""
    email = request.form.get("email", "").strip().lower()
    return "account:" + hashlib.sha256(email.encode()).hexdigest()


def failed(response: Response) -> bool:
    """Only failed tries count: a whole office may sign in from one address in one minute."""
    return response.status_code >= 400


def enter(user_id: int) -> None:
    """Sign this browser in as a person; whoever was signed in with it is signed out."""
    moment = now()
    with transaction() as writing:
        token = links.enter(writing, moment, real_now(), user=writing.get_one(User, user_id))
    leave()
    remember(token)


def leave() -> None:
    """Sign this browser out: the session ends on the server, so that no copy of the cookie works."""
    token = session.get(COOKIE_FIELD)
    if token is not None:
        moment = now()
        with transaction() as writing:
            links.sign_out(writing, moment, real_now(), token=token)
    forget()


@blueprint.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(try_limit, methods=["POST"], deduct_when=failed)
@limiter.limit(try_limit, key_func=account_tried, methods=["POST"], deduct_when=failed)
def sign_in() -> Response:
    """The sign-in page; afterwards the page that was asked for, or the texts of the form that was interrupted."""
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(local_path(request.args.get("next")), 303)  # type: ignore[return-value]
        return _page({}, "", request.args.get("next"), None)
    email, password = request.form.get("email", ""), request.form.get("password", "")
    moment = now()
    try:
        user = links.authenticate(db.session, email=email, password=password)
        with transaction() as writing:
            token = links.sign_in(writing, moment, real_now(), user=user, password=password)
    except InvalidInput as error:
        with transaction() as writing:
            links.note_failure(writing, moment, email=email)
        return _page(sentences(error), email, request.form.get("next"), request.form.get("kept"), 422)
    leave()
    remember(token)
    kept = from_field(request.form.get("kept"))
    if kept is not None:
        return kept_page(kept)
    return redirect(local_path(request.form.get("next")), 303)  # type: ignore[return-value]


def _page(errors: dict[str, str], email: str, target: str | None, packed: str | None, status: int = 200) -> Response:
    page = render_template(
        "directory/sign_in.html",
        errors=errors,
        email=email,
        next_path=local_path(target),
        kept=from_field(packed),
        ended=False,
    )
    return make_response(page, status)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this browser's session."""
    leave()
    return redirect("/sign-in", 303)  # type: ignore[return-value]
