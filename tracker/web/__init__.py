"""What all pages share: context, filters, paging, static files, health."""

from __future__ import annotations

import importlib

from flask import Flask
from werkzeug.routing import IntegerConverter

# Modules that define ``blueprint: flask.Blueprint``.
VIEW_MODULES: tuple[str, ...] = (
    "tracker.audit.views",
    "tracker.demo.views",
    "tracker.directory.views",
    "tracker.evaluations.views",
    "tracker.intake.views",
    "tracker.operations.views",
    "tracker.outbox.views",
    "tracker.oversight.views",
    "tracker.plans.views",
    "tracker.reminders.views",
    "tracker.reporting.views",
    "tracker.web.views",
    "tracker.workdays.views",
    "tracker.workflows.views",
)


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address: the number of a row.  A larger one than a column takes is no address of ours."""

    regex = "[0-9]{1,9}"


def init_app(app: Flask) -> None:
    """Register every feature's pages, the context and the error pages."""
    from . import context, errors, origin

    app.url_map.converters["int"] = RowNumber
    for name in VIEW_MODULES:
        app.register_blueprint(importlib.import_module(name).blueprint)
    context.init_app(app)
    origin.init_app(app)
    errors.init_app(app)
