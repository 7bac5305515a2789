"""The command ``doctor``."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any

import click
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from ..cli import CONFIGURATION_ERROR, locale_of_process, sentence
from ..clock import business_now, real_now
from ..config import Settings
from ..db import db
from ..i18n import translator
from .checks import CHECK_LABELS, findings
from .findings import FAILED, STATUS_LABELS, Circumstances, Finding, worst


@click.command("doctor", help="Check the installation; exit code 0 only if nothing fails.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def doctor(as_json: bool) -> None:
    """Every check says what is so and what to do.  No mail is sent, nothing is changed."""
    translate = translator(locale_of_process())
    found = _found()
    status = worst([finding.status for finding in found.values()])
    if as_json:
        checks = [_facts(name, finding, translate) for name, finding in found.items()]
        click.echo(json.dumps({"status": status, "checks": checks}, ensure_ascii=False, indent=2))
    else:
        for name, finding in found.items():
            label, word = translate(CHECK_LABELS[name]), translate(STATUS_LABELS[finding.status])
            click.echo(f"{word}\t{label}\t{finding.text(translate)}")
            for line in finding.names:
                click.echo(f"\t\t{line}")
    sys.exit(1 if status == FAILED else 0)


def _found() -> dict[str, Finding]:
    error = current_app.extensions.get(CONFIGURATION_ERROR)
    if error is not None:
        return {"configuration": Finding(FAILED, "%(text)s", {"text": sentence(error, locale_of_process())})}
    settings: Settings = current_app.config["SETTINGS"]
    return findings(Circumstances(db.session, settings, _business_now(), real_now()))


def _business_now() -> datetime:
    """The business clock; real time where the database that holds it cannot be read, which a check then says."""
    try:
        return business_now(db.session)
    except SQLAlchemyError:
        db.session.rollback()
        return real_now()


def _facts(name: str, finding: Finding, translate: Any) -> dict[str, Any]:
    return {
        "check": name,
        "status": finding.status,
        "message": finding.text(translate),
        "names": list(finding.names),
    }


commands: list[click.Command] = [doctor]
