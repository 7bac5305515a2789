"""Commands of ``reminders``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import current_app

from ..access import SYSTEM
from ..cli import command_errors, locale_of_process
from ..clock import business_now, local_day
from ..db import db, transaction
from ..directory.recipients import recipient_named
from ..errors import InvalidInput, NotFound, TrackerError
from ..i18n import N_, day_text, translator
from ..plans.cli import plan_named
from ..plans.models import Plan
from ..plans.queries import TaskRow, task_row
from .explain import explaining
from .fitting import Unfit
from .in_force import rules_of_plan
from .rehearsal import rehearse
from .rulefile import document_of, written
from .rulefile import read as read_rules
from .setting import propose, set_rules

DAY = click.DateTime(["%Y-%m-%d"])
PROVISIONAL = "  provisional (暂定)"
NO_TASK = N_("There is no task “%(ref)s” in the plan “%(plan)s”. “flask --app wsgi plans show” lists its tasks.")
TICK_FAILED = N_("Part of the tick failed (%(failures)s); the next tick tries it again.")


@click.group()
def reminders() -> None:
    """Reminders: what would be sent and by which rules, why one came or did not, and one tick."""


@reminders.command()
@click.option("--plan", "slug", required=True, help="The plan's slug.")
@click.option("--from", "from_day", type=DAY, required=True, help="The first day, such as 2023-07-01.")
@click.option("--to", "to_day", type=DAY, required=True, help="The last day.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@command_errors
def preview(slug: str, from_day: datetime, to_day: datetime, as_json: bool) -> None:
    """The rehearsal: every reminder of a span of days as if nobody acted from its first day on.

    A plan that is not live is taken to go live on the first day.  Nothing is written or sent.
    """
    if to_day < from_day:
        raise InvalidInput(message=N_("The last day lies before the first. Give --from and --to in order."))
    plan = plan_named(slug)
    rows = [row.as_json() for row in rehearse(db.session, plan, from_day.date(), to_day.date())]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        what = f"{row['subject']} ({row['task_ref'] or row['round_kind']})"
        mail = f"{row['mail'] or 'no address'}{PROVISIONAL if row['provisional'] else ''}"
        click.echo(f"{row['due_on']}  {row['kind']}  {what}  {row['recipient']}  {mail}")


@reminders.command()
@click.option("--plan", "slug", required=True, help="The plan's slug.")
@click.option("--task", "ref", required=True, help="The task's ref, such as 12 or 3-2.")
@click.option("--user", "who", required=True, help="E-mail address or number of a person; unit:3 for a unit's mailbox.")
@click.option("--day", type=DAY, help="The day asked about, such as 2023-08-22; default: today.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@command_errors
def explain(slug: str, ref: str, who: str, day: datetime | None, as_json: bool) -> None:
    """Why a mail about a task came to somebody on a day, or did not, in a sentence each."""
    plan, moment = plan_named(slug), business_now(db.session)
    recipient = recipient_named(db.session, who)
    asked = day.date() if day is not None else local_day(moment, plan.region.timezone)
    found = explaining.explain(db.session, plan, _task_named(plan, ref), recipient, asked, moment)
    locale, zone = locale_of_process(), ZoneInfo(plan.region.timezone)
    said = [(sentence, sentence.about(locale), sentence.text(locale, zone)) for sentence in found.sentences]
    if as_json:
        document = {
            "plan": slug,
            "task_ref": ref,
            "recipient": recipient,
            "name": found.name,
            "day": asked.isoformat(),
            "sentences": [{**sentence.as_json(), "text": text} for sentence, _, text in said],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    translate = translator(locale)
    click.echo(f"{slug} {ref}  {found.name}  {day_text(asked, locale, weekday=True)}")
    for _, about, text in said:
        click.echo(translate(N_("%(reminder)s: %(sentence)s"), reminder=about, sentence=text) if about else text)


def _task_named(plan: Plan, ref: str) -> TaskRow:
    try:
        return task_row(db.session, plan, ref)
    except NotFound as error:
        raise NotFound(NO_TASK, plan=plan.slug, ref=ref) from error


@reminders.command()
@click.option("--plan", "slug", required=True, help="The plan's slug.")
@click.option("--set", "file", type=click.Path(path_type=Path), help="A YAML file as this command prints it.")
@click.option("--dry-run", is_flag=True, help="Say what the file would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@command_errors
def rules(slug: str, file: Path | None, dry_run: bool, as_json: bool) -> None:
    """The rules of a plan's reminders: print those in force, or let the plan follow those of a file.

    The file is what the command prints, with a line "reason: ..." added.
    """
    plan = plan_named(slug)
    if file is None:
        document = document_of(slug, rules_of_plan(db.session, plan.id))
        click.echo(json.dumps(document, ensure_ascii=False, indent=2) if as_json else written(document).rstrip())
        return
    number, form = read_rules(file)
    moment = business_now(db.session)
    try:
        done = _would_change(slug, moment, form) if dry_run else _set(plan, moment, number, form)
    except Unfit as error:
        problem = error.text(translator(locale_of_process()))
        raise InvalidInput(message=N_("%(where)s: %(problem)s"), where=error.field or slug, problem=problem) from error
    if as_json:
        click.echo(json.dumps(done, ensure_ascii=False, indent=2))
    else:
        click.echo(", ".join(f"{name}: {value}" for name, value in done.items()))


def _would_change(slug: str, moment: datetime, form: Mapping[str, str]) -> dict[str, Any]:
    proposal = propose(db.session, SYSTEM, moment, slug=slug, data=form)
    heap = proposal.heap
    return {
        "changed": not proposal.same,
        "added": len(proposal.difference.added),
        "removed": len(proposal.difference.removed),
        "most_mails_in_30_days": heap.count if heap is not None else 0,
    }


def _set(plan: Plan, moment: datetime, number: int | None, form: Mapping[str, str]) -> dict[str, Any]:
    with transaction() as session:
        seen = number if number is not None else rules_of_plan(session, plan.id).number
        return set_rules(session, SYSTEM, moment, slug=plan.slug, number=seen, data=form)


@reminders.command()
@click.option("--at", help="An instant such as 2023-08-30T09:00 (region time where no zone is given); default: now.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@command_errors
def run(at: str | None, as_json: bool) -> None:
    """One tick: open rounds, queue reminders, compose digests, deliver mails.

    --at is for trying things out: what a tick at that instant would have done is done, and stays.
    """
    from ..scheduler import tick

    done = tick(current_app._get_current_object(), _moment(at), quiet=True)  # type: ignore[attr-defined]  # noqa: SLF001
    if as_json:
        click.echo(json.dumps(done, ensure_ascii=False, indent=2))
    else:
        click.echo(
            f"{done['at']}: {done['rounds']} round steps, {done['reminders']} reminders, {done['digests']} digests,"
            f" mails {done['mails']}"
        )
    if done["failures"]:
        raise TrackerError(TICK_FAILED, failures="; ".join(_in_short(failure) for failure in done["failures"]))


def _in_short(failure: Mapping[str, Any]) -> str:
    """One failure of a tick in one line: step, plan, the first line of the error."""
    where = f"{failure['step']} {failure['plan'] or ''}".strip()
    return f"{where}: {failure['error'].splitlines()[0]}"


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            message=N_("“%(text)s” is not a point in time. Write it as 2023-08-30T09:00."), text=text
        ) from error
    zone = ZoneInfo(current_app.config["SETTINGS"].timezone)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


commands: list[click.Command] = [reminders]
