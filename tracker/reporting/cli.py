"""Commands of evidence: verify, sweep."""

from __future__ import annotations

import click
from flask import current_app

from ..cli import command_errors
from ..clock import real_now
from ..config import Settings
from ..db import db
from .evidence.queries import damaged_files, needed
from .evidence.store import CHANGED
from .evidence.store import sweep as sweep_store

DAY = 24 * 60 * 60


@click.group()
def evidence() -> None:
    """Evidence files in the store."""


@evidence.command()
@command_errors
def verify() -> None:
    """Read every evidence file and compare its SHA-256; exit code 0 only if all are there unchanged."""
    settings: Settings = current_app.config["SETTINGS"]
    rows, faults = damaged_files(db.session, settings.evidence_folder)
    for row, fault in faults:
        what = "changed" if fault.message == CHANGED else "missing"
        click.echo(f"evidence file {row.id} “{row.name}” ({row.sha256}): {what}", err=True)
    if faults:
        raise SystemExit(1)
    click.echo(f"every evidence file is there unchanged: {rows}")


@evidence.command()
@command_errors
def sweep() -> None:
    """Delete stored files that no row needs: removed before they were reported, or cut short, more than a day ago."""
    settings: Settings = current_app.config["SETTINGS"]
    before = real_now().timestamp() - DAY
    click.echo(f"deleted: {sweep_store(settings.evidence_folder, needed(db.session), before=before)}")


commands: list[click.Command] = [evidence]
