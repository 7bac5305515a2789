"""Commands of exchange: plans export."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app

from ..access import SYSTEM
from ..cli import command_errors
from ..clock import business_now
from ..config import Settings
from ..db import db, transaction
from ..errors import InvalidInput
from ..i18n import N_, translator
from ..plans.cli import plan_named, plans
from ..plans.commands import note_export
from .annex import annex_rows
from .files import annex_csv, annex_workbook, plan_yaml


@plans.command("export")
@click.argument("slug")
@click.option("--format", "kind", type=click.Choice(("yaml", "xlsx", "csv")), required=True, help="What to write.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file.")
@command_errors
def export(slug: str, kind: str, output: Path) -> None:
    """Write the plan SLUG: the annex as it stands (xlsx, csv), or the document in the shape of seed_tasks/ (yaml).

    An edited xlsx comes back with “plans import”.
    """
    settings: Settings = current_app.config["SETTINGS"]
    plan = plan_named(slug)
    if kind == "yaml":
        content = plan_yaml(db.session, plan)
    else:
        rows = annex_rows(db.session, plan, translator(settings.locale))
        content = annex_workbook(plan, rows) if kind == "xlsx" else annex_csv(rows)
    with transaction() as session:
        note_export(session, SYSTEM, business_now(session), plan, kind)
    try:
        output.write_bytes(content)
    except OSError as error:
        raise InvalidInput(
            message=N_("%(file)s cannot be written (%(reason)s)."), file=str(output), reason=error.strerror
        ) from error


commands: list[click.Command] = []
