"""Commands of ``demo``."""

from __future__ import annotations

from datetime import date, datetime

import click
from flask import Flask, current_app

from ..cli import command_errors
from .commands import Moved, advance, load


@click.group()
def demo() -> None:
    """The demo: load it, move its clock forward (TRACKER_DEMO=1)."""


@demo.command("load")
@command_errors
def load_command() -> None:
    """Load the five plans, the demo's people and its history; what is there already stays."""
    done = load(_app())
    click.echo("loaded" if done["new"] else "is there already")
    click.echo(f"plans: {', '.join(done['live'])}; accounts: {done['people']}; mails: {done['mails']}")


@demo.command("advance")
@click.option("--to", "to", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day to move to, YYYY-MM-DD.")
@command_errors
def advance_command(to: datetime) -> None:
    """Move the demo's clock forward to 09:00 of a day, ticking every day on the way."""
    for line in lines(advance(_app(), date(to.year, to.month, to.day))):
        click.echo(line)


def lines(moved: Moved) -> list[str]:
    """What happened, a line a thing."""
    return [
        f"the demo's clock shows {moved.today.isoformat()} 09:00",
        *(f"round {slug} {kind} {year}: {state}" for slug, kind, year, state in moved.rounds),
        f"reminders: {moved.reminders}; digests: {moved.digests}; mails sent: {moved.mails}",
        *(f"failed: {failure}" for failure in moved.failures),
    ]


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  (behind the proxy)
    return app


commands: list[click.Command] = [demo]
