"""Key Task Tracker (重点任务跟踪): the numbered key tasks of a plan as a workflow that people can see.

``create_app`` wires the parts together and does nothing else.
"""

from __future__ import annotations

from flask import Flask
from flask_migrate import Migrate

from .config import ROOT, Settings
from .db import db

migrate = Migrate()


def create_app(settings: Settings | None = None) -> Flask:
    """The application.  Without ``settings`` the environment is read.

    Raises ConfigurationError for a wrong setting; under the ``flask`` command the error waits for the first command
    that needs settings, so that ``--help`` works without any.
    """
    from . import cli, i18n_web, models, security, web

    assert models.__all__  # imported so that the metadata is whole

    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "tracker/web/static"))
    chosen = settings if settings is not None else cli.settings_for_process(app)
    app.config.from_mapping(
        SETTINGS=chosen,
        SECRET_KEY=chosen.secret_key,
        SQLALCHEMY_ENGINES={"default": chosen.database_url},
    )
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    i18n_web.init_app(app)
    security.init_app(app)
    web.init_app(app)
    cli.init_app(app)
    return app
