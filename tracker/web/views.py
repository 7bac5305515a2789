"""Pages that belong to no feature: language, help, accessibility, health."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, render_template, request, session
from sqlalchemy.exc import SQLAlchemyError

from ..clock import real_now, require_own_clock
from ..db import db
from ..errors import ConfigurationError
from ..i18n import LOCALES
from ..i18n_web import COOKIE
from ..lease import SCHEDULER_LEASE, held
from ..operations.machine import is_migrated
from ..operations.work import HEARTBEAT_LATE
from ..reminders.models import Heartbeat
from ..security import local_path
from .context import settings

blueprint = Blueprint("web", __name__)


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
        migrated = is_migrated(db.session)
    except SQLAlchemyError:
        return jsonify({"status": "unavailable", "database": "unreachable"}), 503
    if not migrated:
        return jsonify({"status": "unavailable", "database": "not migrated"}), 503
    try:
        require_own_clock(db.session, settings())
    except ConfigurationError:
        return jsonify({"status": "unavailable", "database": "demo, but TRACKER_DEMO is not 1"}), 503
    beat, lease = db.session.get(Heartbeat, 1), held(db.session, SCHEDULER_LEASE)
    age = real_now() - beat.at if beat is not None else None
    return jsonify(
        {
            "status": "ok",
            "scheduler": "late" if age is None or age > HEARTBEAT_LATE else "ok",
            "last_tick_seconds": round(age.total_seconds()) if age is not None else None,
            "lease": "held" if lease is not None and lease.valid else "free",
        }
    ), 200
