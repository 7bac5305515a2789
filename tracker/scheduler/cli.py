"""The command ``scheduler``."""

from __future__ import annotations

import logging

import click
from flask import current_app

from ..cli import command_errors
from ..clock import require_own_clock
from ..db import db
from .leading import LEASE_SECONDS
from .process import EVERY_SECONDS, run


@click.command("scheduler", help="The ticking process: opens rounds, queues reminders, sends mails.")
@click.option("--every", type=click.IntRange(1, 3600), default=EVERY_SECONDS, show_default=True, help="Seconds.")
@click.option(
    "--lease",
    type=click.IntRange(1, 3600),
    default=LEASE_SECONDS,
    show_default=True,
    help="Seconds after which another scheduler takes over from one that is gone.",
)
@command_errors
def scheduler_command(every: int, lease: int) -> None:
    """Run until SIGTERM or Ctrl-C."""
    require_own_clock(db.session, current_app.config["SETTINGS"])
    db.session.close()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("tracker").setLevel(logging.INFO)
    run(current_app._get_current_object(), every, lease)  # type: ignore[attr-defined]  # noqa: SLF001  (the app behind the proxy)


commands: list[click.Command] = [scheduler_command]
