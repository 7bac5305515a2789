"""Commands of the audit."""

from __future__ import annotations

import click

from ..cli import command_errors
from ..db import db
from .commands import broken_chains


@click.group()
def audit() -> None:
    """The audit's hash chains."""


@audit.command()
@command_errors
def verify() -> None:
    """Check every chain; exit code 0 only if all hold."""
    broken = broken_chains(db.session)
    for chain, seq in broken:
        click.echo(f"{chain}: broken at entry {seq}", err=True)
    if broken:
        raise SystemExit(1)
    click.echo("every chain holds")


commands: list[click.Command] = [audit]
