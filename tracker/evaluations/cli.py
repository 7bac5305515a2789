"""Commands of ``evaluations``."""

from __future__ import annotations

import json

import click

from ..access import SYSTEM
from ..cli import command_errors
from ..db import db
from ..plans.cli import plan_named
from ..plans.queries import rounds_of, visible_plans


@click.group()
def evaluations() -> None:
    """Evaluation rounds.  A round opens by itself on its day."""


@evaluations.command("list")
@click.option("--plan", "slug", help="Only this plan's rounds.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@command_errors
def list_rounds(slug: str | None, as_json: bool) -> None:
    """Every round with its days; ``default`` where the plan is silent and nobody has set them."""
    plans = [plan_named(slug)] if slug is not None else visible_plans(db.session, SYSTEM)
    slugs = {plan.id: plan.slug for plan in plans}
    rows = [
        {
            "id": round_.id,
            "plan": slugs[round_.plan_id],
            "kind": round_.kind,
            "year": round_.year,
            "state": round_.state,
            "opens_on": round_.opens_on.isoformat(),
            "report_due_on": round_.report_due_on.isoformat(),
            "verify_due_on": round_.verify_due_on.isoformat(),
            "disclosure_on": round_.disclosure_on.isoformat(),
            "default": round_.dates_are_default,
        }
        for round_ in rounds_of(db.session, slugs)
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        days = "  ".join(str(row[name]) for name in ("opens_on", "report_due_on", "verify_due_on", "disclosure_on"))
        click.echo(f"{row['id']}  {row['plan']}  {row['kind']} {row['year']}  {row['state']}  {days}")


commands: list[click.Command] = [evaluations]
