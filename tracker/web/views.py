"""Pages that belong to no feature: language, help, accessibility, health."""

from __future__ import annotations

from datetime import timedelta

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, jsonify, redirect, render_template, request, session
from sqlalchemy.exc import SQLAlchemyError

from ..clock import real_now, require_own_clock
from ..config import ROOT
from ..db import db
from ..errors import ConfigurationError
from ..i18n import LOCALES
from ..i18n_web import COOKIE
from ..reminders.models import Heartbeat
from ..security import local_path
from .context import settings

blueprint = Blueprint("web", __name__)
HEARTBEAT_LATE = timedelta(minutes=5)


@blueprint.post("/language")
def set_language() -> Response:
    """Choose the language for this browser."""
    language = request.form.get("language")
    if language in LOCALES:
        session[COOKIE] = language
    return redirect(local_path(request.form.get("return_to")), 303)  # type: ignore[return-value]


@blueprint.get("/help")
def help() -> str:
    """What the words mean and how a task goes its way."""
    return render_template("web/help.html")


@blueprint.get("/accessibility")
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("web/accessibility.html")


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process lives."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Database, migrations and whose clock it has, else 503; a late scheduler is named with 200."""
    try:
        current = MigrationContext.configure(db.session.connection()).get_current_revision()
    except SQLAlchemyError:
        return jsonify({"status": "unavailable", "database": "unreachable"}), 503
    head = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    if current != head:
        return jsonify({"status": "unavailable", "database": "not migrated"}), 503
    try:
        require_own_clock(db.session, settings())
    except ConfigurationError:
        return jsonify({"status": "unavailable", "database": "demo, but TRACKER_DEMO is not 1"}), 503
    beat = db.session.get(Heartbeat, 1)
    late = beat is None or real_now() - beat.at > HEARTBEAT_LATE
    return jsonify({"status": "ok", "scheduler": "late" if late else "ok"}), 200
