"""Commands of ``users``: people without the pages.  The system acts; links go out by mail and are never printed."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from sqlalchemy.orm import Session

from ..access import SYSTEM
from ..cli import command_errors
from ..clock import business_now, real_now
from ..config import Settings
from ..db import transaction
from ..errors import InvalidInput, NotFound
from ..i18n import N_, translator
from ..workflows.people import disable_user, enable_user, handover
from .accounts import add_person, add_user, user_by_email
from .contacts import Preview, import_contacts, preview_file
from .forms import BAD_EMAIL, is_email
from .links import invite
from .models import ROLES, UNIT_ROLES
from .queries import region_by_slug, units_by_name


@click.group()
def users() -> None:
    """People: accounts, roles, contacts."""


def _say(message: str, **values: object) -> None:
    settings: Settings = current_app.config["SETTINGS"]
    click.echo(translator(settings.locale)(message, **values))


def _region_id(session: Session, slug: str) -> int:
    try:
        return region_by_slug(session, slug).id
    except NotFound as error:
        raise NotFound(
            N_("There is no region %(slug)s. “seed” loads regions; check the spelling."), slug=slug
        ) from error


def _unit_id(session: Session, region_id: int, name: str) -> int:
    unit_id = units_by_name(session, region_id).get(name)
    if unit_id is None:
        raise NotFound(N_("There is no unit %(unit)s in this region. Write its name or an alias."), unit=name)
    return unit_id


@users.command()
@click.option("--email", required=True, help="The address that the person signs in with.")
@click.option("--name", required=True, help="How the person is shown.")
@click.option("--region", "slug", help="The slug of the region.")
@click.option("--unit", help="The unit's name or alias; observers and evaluators have none.")
@click.option("--role", type=click.Choice(ROLES), help="The role in the unit or the region.")
@click.option("--administrator", is_flag=True, help="Administrator of the whole installation.")
@command_errors
def create(email: str, name: str, slug: str | None, unit: str | None, role: str | None, administrator: bool) -> None:
    """Make an account and mail its activation link."""
    if not is_email(email.strip().lower()):
        raise InvalidInput({"--email": [BAD_EMAIL]})
    if not administrator and (role is None or slug is None):
        raise InvalidInput({"--role": [N_("Give --region and --role, or --administrator.")]})
    if role is not None and slug is None:
        raise InvalidInput({"--region": [N_("Say with --region where the role is held.")]})
    if role in UNIT_ROLES and unit is None:
        raise InvalidInput({"--unit": [N_("This role belongs to a unit: choose one.")]})
    with transaction() as session:
        now, real = business_now(session), real_now()
        user = add_user(session, SYSTEM, now, email=email, name=name, administrator=administrator)
        if role is not None and slug is not None:
            region_id = _region_id(session, slug)
            unit_id = _unit_id(session, region_id, unit) if unit is not None and role in UNIT_ROLES else None
            add_person(
                session,
                SYSTEM,
                now,
                real,
                email=user.email,
                name=user.name,
                region_id=region_id,
                unit_id=unit_id,
                role=role,
            )
        invite(session, SYSTEM, now, real, user=user)
    _say(N_("The account %(email)s is made. The mail with its activation link is queued."), email=user.email)


@users.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, readable=True))
@click.option("--region", "slug", required=True, help="The slug of the region whose units the file names.")
@click.option("--dry-run", is_flag=True, help="Check every row and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@command_errors
def import_(file: Path, slug: str, dry_run: bool, as_json: bool) -> None:
    """Take contacts in from an .xlsx or .csv FILE (unit, name, e-mail, role): all rows or none."""
    content = file.read_bytes()
    with transaction() as session:
        now, region_id = business_now(session), _region_id(session, slug)
        preview = preview_file(session, SYSTEM, region_id=region_id, content=content)
        if not (preview.errors or dry_run):
            _take_in(session, now, region_id, preview)
    _report(preview, dry_run=dry_run, as_json=as_json)


def _take_in(session: Session, now: datetime, region_id: int, preview: Preview) -> None:
    entries = [row.entry for row in preview.rows]
    import_contacts(session, SYSTEM, now, real_now(), region_id=region_id, entries=entries)


def _report(preview: Preview, *, dry_run: bool, as_json: bool) -> None:
    settings: Settings = current_app.config["SETTINGS"]
    translate = translator(settings.locale)
    done = not (preview.errors or dry_run)
    if as_json:
        click.echo(json.dumps({**preview.as_json(translate), "imported": done}, ensure_ascii=False, indent=2))
    else:
        for error in preview.errors:
            click.echo(translate(N_("Row %(row)s: %(error)s"), row=error.row, error=error.text(translate)), err=True)
        if not preview.errors:
            _say(
                N_("Rows: %(rows)s. New accounts: %(new)s. New roles: %(roles)s. Already there: %(known)s."),
                rows=len(preview.rows),
                new=preview.count("new"),
                roles=preview.count("new_role"),
                known=preview.count("known"),
            )
            _say(
                N_("The mails with the activation links are queued.")
                if done
                else N_("Nothing was written: this was a dry run.")
            )
    if preview.errors:
        raise InvalidInput(message=N_("Nothing was imported. Correct the rows and run the command again."))


@users.command()
@click.argument("email")
@command_errors
def disable(email: str) -> None:
    """Close the account EMAIL, unless a unit with open tasks would be left without anybody."""
    with transaction() as session:
        disable_user(session, SYSTEM, business_now(session), real_now(), user=user_by_email(session, email))
    _say(N_("The account %(email)s is disabled and signed out everywhere."), email=email)


@users.command()
@click.argument("email")
@command_errors
def enable(email: str) -> None:
    """Open the closed account EMAIL again, without a role; a mail asks for a new password."""
    with transaction() as session:
        enable_user(session, SYSTEM, business_now(session), real_now(), user=user_by_email(session, email))
    _say(N_("The account %(email)s is open again, and the activation link is on its way."), email=email)


@users.command("handover")
@click.argument("leaver")
@click.argument("successor")
@command_errors
def hand_over(leaver: str, successor: str) -> None:
    """Give every role of LEAVER to SUCCESSOR (both e-mail addresses)."""
    with transaction() as session:
        done = handover(
            session,
            SYSTEM,
            business_now(session),
            real_now(),
            leaver=user_by_email(session, leaver),
            successor=user_by_email(session, successor),
        )
    _say(
        N_("%(successor)s now holds the roles of %(leaver)s: %(count)s."),
        successor=successor,
        leaver=leaver,
        count=done["roles"],
    )


commands: list[click.Command] = [users]
