"""Commands of ``workdays``: a region's free and working days without the pages.  The system acts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from ..access import SYSTEM
from ..cli import command_errors, locale_of_process
from ..clock import business_now, local_day
from ..db import db, transaction
from ..directory.models import Region
from ..directory.queries import region_by_slug
from ..errors import InvalidInput, NotFound
from ..i18n import N_, translator
from ..reminders.adjusting import Consequences, Shifted, adjust, consequences
from .changes import Change, DropNotice, FreeDay, own_days
from .forms import NoticeFaults, day_of, decoded, read_day, read_taking
from .pages import Row, year_of

REGION = click.option("--region", "slug", required=True, help="The slug of the region.")
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")
DRY = click.option("--dry-run", is_flag=True, help="Say what follows and save nothing.")


@click.group()
def workdays() -> None:
    """Working days: the free and make-up days of a region."""


@workdays.command("list")
@REGION
@click.option("--year", type=click.IntRange(2000, 2100), help="The year; default: this one.")
@JSON
@command_errors
def list_days(slug: str, year: int | None, as_json: bool) -> None:
    """The free and make-up days of a year, and where each comes from."""
    region = _region(slug)
    chosen = year or local_day(business_now(db.session), region.timezone).year
    page = year_of(own_days(region.day_overrides), region.calendar, chosen)
    if as_json:
        document = {
            "region": slug,
            "year": chosen,
            "provisional": page.provisional,
            "working_days": page.working_days,
            "days": [_row(row) for row in page.rows],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    click.echo(f"{slug} {chosen}: {page.working_days} working days{' (provisional, 暂定)' if page.provisional else ''}")
    for row in page.rows:
        span = f"{row.first}" if row.number == 1 else f"{row.first} to {row.last}"
        click.echo(f"{span:24}  {'work' if row.working else 'free'}  {row.name}  {row.origin}  {row.source}".rstrip())


@workdays.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@REGION
@click.option("--year", type=int, required=True, help="The year that the notice is for.")
@click.option("--source", required=True, help="Which notice it is: its title or number.")
@DRY
@JSON
@command_errors
def import_notice(file: Path, slug: str, year: int, source: str, dry_run: bool, as_json: bool) -> None:
    """Take in the notice of a year from a text file.

    The file holds the sentences of the notice, or one day a line: 2027-01-01 free 元旦.  It takes the place of a notice
    that was taken in before; days set by hand stay.
    """
    try:
        change = read_taking({"text": decoded(file.read_bytes()), "source": source}, year)
    except NoticeFaults as error:
        translate = translator(locale_of_process())
        raise InvalidInput(
            message=N_("Nothing was taken in. %(faults)s"),
            faults=" ".join(fault.text(translate) for fault in error.values["faults"]),
        ) from error
    _do(slug, change, dry_run=dry_run, as_json=as_json)


@workdays.command("set")
@click.argument("day")
@REGION
@click.option("--free", "kind", flag_value="free", help="Offices are closed.")
@click.option("--working", "kind", flag_value="working", help="Offices are open.")
@click.option("--reason", required=True, help="Why; everybody of the region can read it.")
@DRY
@JSON
@command_errors
def set_day(day: str, slug: str, kind: str | None, reason: str, dry_run: bool, as_json: bool) -> None:
    """Make DAY (such as 2027-02-05) free or working, for one region; it prevails over the notice."""
    change = read_day({"day": day, "kind": kind or "", "reason": reason})
    _do(slug, change, dry_run=dry_run, as_json=as_json)


@workdays.command("unset")
@click.argument("day", required=False)
@click.option("--notice", type=int, help="Take out the notice of this year instead of a day.")
@REGION
@DRY
@JSON
@command_errors
def unset(day: str | None, notice: int | None, slug: str, dry_run: bool, as_json: bool) -> None:
    """Take back what was set by hand for DAY, or the notice of a year."""
    if (day is None) == (notice is None):
        raise InvalidInput(message=N_("Give a day, or --notice with a year."))
    change: Change = FreeDay(day_of(day)) if day is not None else DropNotice(notice or 0)
    _do(slug, change, dry_run=dry_run, as_json=as_json)


def _do(slug: str, change: Change, *, dry_run: bool, as_json: bool) -> None:
    region, moment = _region(slug), business_now(db.session)
    found = consequences(db.session, moment, region, change)
    if not dry_run:
        with transaction() as session:
            adjust(session, SYSTEM, moment, region_id=region.id, change=change)
    if as_json:
        click.echo(json.dumps(_document(found, saved=not dry_run), ensure_ascii=False, indent=2))
        return
    click.echo(f"{len(found.days)} days change; {'nothing is saved' if dry_run else 'saved'}")
    for day, works in found.days:
        click.echo(f"{day}  {'work' if works else 'free'}")
    for plan, moved in found.rounds:
        for name, before, after in moved.changed:
            click.echo(f"{plan.slug}  round {moved.kind} {moved.year}  {name}  {before} -> {after}")
    for entry in found.reminders:
        about = entry.round_kind or f"tasks {', '.join(entry.refs)}"
        days = f"{entry.before or 'none'} -> {entry.after or 'none'}"
        click.echo(f"{entry.plan.slug}  {entry.kind} {entry.step}  {about}  {days}  {len(entry.recipients)} people")


def _document(found: Consequences, *, saved: bool) -> dict[str, Any]:
    return {
        "saved": saved,
        "days": [{"day": day.isoformat(), "working": works} for day, works in found.days],
        "rounds": [
            {
                "plan": plan.slug,
                "kind": moved.kind,
                "year": moved.year,
                "changed": {name: {"from": str(before), "to": str(after)} for name, before, after in moved.changed},
            }
            for plan, moved in found.rounds
        ],
        "reminders": [_moved(entry) for entry in found.reminders],
    }


def _moved(entry: Shifted) -> Mapping[str, Any]:
    return {
        "plan": entry.plan.slug,
        "kind": entry.kind,
        "step": entry.step,
        "round_kind": entry.round_kind,
        "task_refs": list(entry.refs),
        "from": _iso(entry.before),
        "to": _iso(entry.after),
        "recipients": list(entry.recipients),
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "from": row.first.isoformat(),
        "to": row.last.isoformat(),
        "working": row.working,
        "name": row.name,
        "origin": row.origin,
        "source": row.source,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _region(slug: str) -> Region:
    try:
        return region_by_slug(db.session, slug)
    except NotFound as error:
        raise NotFound(
            N_("There is no region %(slug)s. “seed” loads regions; check the spelling."), slug=slug
        ) from error


commands: list[click.Command] = [workdays]
