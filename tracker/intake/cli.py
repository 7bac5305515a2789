"""Commands of intake: plans read, plans import."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
from flask import current_app

from ..access import SYSTEM
from ..cli import command_errors, locale_of_process, mistakes_only
from ..clock import business_now
from ..config import Settings
from ..db import transaction
from ..errors import InvalidInput
from ..i18n import N_, translator
from ..plans.cli import plans
from ..plans.schemas import DEFINITIONS
from .annotating import annotate
from .faults import UnreadableDocument
from .importing import Wishes, import_source
from .sandbox import read_safely
from .settling import Choices, UnknownUnits
from .sources import read_source
from .telling import draft_lines, fault_lines, fault_rows, lines_of, unknown_lines
from .workbook import RowFaults


@plans.command("read")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the draft as one JSON document.")
@mistakes_only
def read(file: Path, as_json: bool) -> None:
    """Read FILE (docx, xlsx, html, txt, pdf) and print the draft of its plan.  Touches no database."""
    locale = locale_of_process()
    try:
        draft = read_safely(file, file.name, locale)["draft"]
    except OSError as error:
        raise UnreadableDocument(
            N_("“%(file)s” cannot be opened: %(reason)s. Check its name."), file=file.name, reason=error.strerror
        ) from error
    if as_json:
        _print(draft)
        return
    for line in draft_lines(draft, translator(locale)):
        click.echo(line)


@plans.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, readable=True))
@click.option("--region", required=True, help="The slug or the name of the region.")
@click.option("--slug", help="The address of the plan; by default it follows from region and title.")
@click.option("--period", help="The term, as 2021-2025, where the document does not say it.")
@click.option("--create-units", is_flag=True, help="Make a unit of every unknown name, and the region where it is new.")
@click.option("--match", "matches", multiple=True, metavar="NAME=UNIT", help="A name of the plan is this unit.")
@click.option("--supervising-unit", help="The unit that verifies; by default the region's supervising office.")
@click.option("--host", help="The unit that hosts the supervising unit, where that one is made.")
@click.option("--definition", type=click.Choice(DEFINITIONS), help="The workflow of the plan.")
@click.option("--region-slug", help="The slug of a new region that --region names.")
@click.option("--region-name", help="The name of a new region whose slug --region gives.")
@click.option("--apply-revision", is_flag=True, help="Change the plan where it is there and the document differs.")
@click.option(
    "--annotate",
    "annotated",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where rows of an exported workbook cannot be taken: write it here with the problems marked.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@command_errors
def import_(
    file: Path,
    region: str,
    slug: str | None,
    period: str | None,
    create_units: bool,
    matches: tuple[str, ...],
    supervising_unit: str | None,
    host: str | None,
    definition: str | None,
    region_slug: str | None,
    region_name: str | None,
    apply_revision: bool,
    annotated: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Make a plan of FILE (docx, xlsx, html, txt, pdf, or a draft as JSON or YAML), not live yet: all of it or nothing.

    A document of a plan that is there, or its exported workbook, prints the difference and changes nothing unless
    --apply-revision says so.
    """
    settings: Settings = current_app.config["SETTINGS"]
    translate = translator(settings.locale)
    source = read_source(file, settings.locale, period=_years(period) if period is not None else None)
    choices = Choices(
        slug=slug or source.beside.get("slug"),
        supervising_unit=supervising_unit or source.beside.get("supervising_unit"),
        host=host,
        definition=definition or source.beside.get("definition") or DEFINITIONS[0],
        accepted=_matches(matches),
        create="all" if create_units else None,
    )
    wishes = Wishes(region, region_slug or slug, region_name, choices, apply_revision, dry_run)
    try:
        with transaction() as session:
            report = import_source(session, SYSTEM, business_now(session), source, wishes)
            if dry_run:
                session.rollback()
    except RowFaults as error:
        if annotated is not None:
            _write(annotated, annotate(file.read_bytes(), error.faults, translate))
        _refuse({"faults": fault_rows(error.faults, translate)}, fault_lines(error.faults, translate), as_json=as_json)
        raise
    except UnknownUnits as error:
        unknown = [match.as_json() for match in error.matches]
        _refuse({"unknown": unknown}, unknown_lines(error.matches, translate), as_json=as_json)
        raise
    if as_json:
        _print(report.as_json(translate))
        return
    for line in lines_of(report, translate):
        click.echo(line)


def _years(period: str) -> list[int]:
    found = re.fullmatch(r"(\d{4})\s*[-–—]\s*(\d{4})", period.strip())
    if found is None:
        raise InvalidInput({"--period": [N_("Write the first and the last year, as 2021-2025.")]})
    return [int(year) for year in found.groups()]


def _matches(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [entry.partition("=") for entry in given]
    if any(not (name.strip() and unit.strip()) for name, _, unit in pairs):
        raise InvalidInput({"--match": [N_("Write the name in the plan, an equals sign and the unit of the region.")]})
    return {name.strip(): unit.strip() for name, _, unit in pairs}


def _refuse(document: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    """Say what stops the import, before the one line of the error."""
    if as_json:
        _print({"written": False, **document})
        return
    for line in lines:
        click.echo(line, err=True)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InvalidInput(
            message=N_("%(file)s cannot be written (%(reason)s)."), file=str(path), reason=error.strerror
        ) from error


def _print(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


commands: list[click.Command] = []
