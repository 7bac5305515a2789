"""How the installation stands: the administrator's page, and the numbers for monitoring."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from flask import Blueprint, Flask, Response, render_template, request
from flask_babel import gettext as _
from prometheus_client import CONTENT_TYPE_LATEST

from ..clock import real_now
from ..db import db
from ..web.context import current_actor, now, settings
from .checks import CHECK_LABELS, findings
from .findings import STATUS_LABELS, Circumstances, worst
from .measures import Measures, exposition
from .policy import authorise_status

blueprint = Blueprint("operations", __name__)
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


@blueprint.record_once
def _filters(state: object) -> None:
    app: Flask = state.app  # type: ignore[attr-defined]
    app.jinja_env.filters["check_label"] = lambda name: _(CHECK_LABELS[name])
    app.jinja_env.filters["finding_status"] = lambda status: _(STATUS_LABELS[status])
    app.jinja_env.filters["finding_text"] = lambda finding: finding.text(_)


@blueprint.get("/admin/status")
def status() -> str:
    """What ``doctor`` says, as a page."""
    authorise_status(current_actor())
    found = findings(Circumstances(db.session, settings(), now(), real_now()))
    return render_template(
        "operations/status.html", found=found, worst=worst([finding.status for finding in found.values()])
    )


@blueprint.get("/metrics")
def metrics() -> Response:
    """Numbers for Prometheus: with the token, where one is set; else for this machine and its own network alone."""
    if not _may_measure():
        text = _("The numbers are for monitoring. Set TRACKER_METRICS_TOKEN and send it as a bearer token.")
        return Response(text, 403, content_type="text/plain; charset=utf-8")
    measures = Measures(db.session, settings(), now(), real_now())
    return Response(exposition(measures), content_type=CONTENT_TYPE_LATEST)


def _may_measure() -> bool:
    token = settings().metrics_token
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.encode())
    if not settings().proxies and any(name in request.headers for name in FORWARDED):
        return False  # somebody's proxy stands in between, and its own address says nothing
    try:
        return ip_address(request.remote_addr or "").is_private
    except ValueError:
        return False
