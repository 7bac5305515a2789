"""Commands of plans: seed, plans list, plans show, plans go-live."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import func, select

from ..access import SYSTEM
from ..cli import command_errors
from ..clock import business_now
from ..db import db, transaction
from ..directory.commands import load_units
from ..errors import NotFound
from ..evaluations.commands import make_rounds
from ..i18n import N_
from ..workflows.commands import go_live
from .commands import load_plan
from .document import plan_document
from .files import SEED_TASKS, SLUGS, read_plan, read_units
from .models import Instance, KeyTask, Plan
from .queries import plan_by_slug, visible_plans


def seed_plan(slug: str, folder: Path = SEED_TASKS, *, at: datetime | None = None) -> bool:
    """Load one region and its plan with its rounds, as of ``at`` (default: now); returns whether the plan is new."""
    units, document = read_units(slug, folder), read_plan(slug, folder)
    moment = at if at is not None else business_now(db.session)
    with transaction() as session:
        region = load_units(session, SYSTEM, moment, units)
        plan, is_new = load_plan(session, SYSTEM, moment, region, document)
        if is_new:
            make_rounds(session, SYSTEM, moment, plan)
    return is_new


@click.command()
@click.option(
    "--from", "folder", type=click.Path(path_type=Path), default=SEED_TASKS, help="The folder with the YAML files."
)
@command_errors
def seed(folder: Path) -> None:
    """Load the plans of seed_tasks/, not live yet.  Doing it again changes nothing."""
    for slug in SLUGS:
        is_new = seed_plan(slug, folder)
        click.echo(f"{slug}: {'loaded' if is_new else 'is there already'}")


def plan_named(slug: str) -> Plan:
    """A plan by its slug.  Raises NotFound, in the words of the command line."""
    try:
        return plan_by_slug(db.session, SYSTEM, slug)
    except NotFound as error:
        raise NotFound(
            N_("There is no plan “%(slug)s”. “flask --app wsgi plans list” shows the plans there are."), slug=slug
        ) from error


@click.group()
def plans() -> None:
    """Plans: list, show, going live."""


@plans.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@command_errors
def list_plans(as_json: bool) -> None:
    """Slug, title, region, period, live since, tasks by state."""
    counts: dict[int, Counter[str]] = {}
    statement = (
        select(KeyTask.plan_id, Instance.state, func.count())
        .join(Instance, Instance.task_id == KeyTask.id)
        .group_by(KeyTask.plan_id, Instance.state)
    )
    for plan_id, state, number in db.session.execute(statement):
        counts.setdefault(plan_id, Counter())[state] = number
    rows = [
        {
            "slug": plan.slug,
            "title": plan.title,
            "region": plan.region.name,
            "period": [plan.first_year, plan.last_year],
            "live_since": plan.live_since.isoformat() if plan.live_since is not None else None,
            "tasks": counts.get(plan.id, Counter()).total(),
            "states": dict(sorted(counts.get(plan.id, Counter()).items())),
        }
        for plan in visible_plans(db.session, SYSTEM)
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['slug']}  {row['title']}  {row['tasks']}  {row['live_since'] or '-'}")


@plans.command("show")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="One JSON document in the draft's shape.")
@command_errors
def show_plan(slug: str, as_json: bool) -> None:
    """The plan in the shape of the draft: what the document says."""
    document = plan_document(db.session, plan_named(slug))
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    click.echo(document["title"])
    for task in document["tasks"]:
        click.echo(f"{task['ref']}\t{'、'.join(task['leads'])}\t{task['text']}")


@plans.command("go-live")
@click.argument("slug")
@command_errors
def go_live_command(slug: str) -> None:
    """交办启动: dispatch every task that has a lead unit and notify the units."""
    moment = business_now(db.session)
    plan_named(slug)
    with transaction() as session:
        answer = go_live(session, SYSTEM, moment, slug=slug)
    click.echo(
        f"{slug}: {len(answer['dispatched'])} dispatched, {len(answer['without_lead'])} without lead unit,"
        f" {answer['mails']} mails queued"
    )


commands: list[click.Command] = [seed, plans]
