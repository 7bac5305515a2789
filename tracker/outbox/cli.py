"""Commands of ``outbox``."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import click
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from ..access import SYSTEM, Facts
from ..cli import command_errors
from ..clock import business_now, real_now
from ..db import db, transaction
from ..directory.recipients import NO_ADDRESS, present_address
from ..errors import ConfigurationError, InvalidInput, NotAllowed, NotFound, TrackerError
from ..i18n import N_, translator
from .bounced import confirm_address
from .delivery import deliver
from .mail import Outcome
from .models import STATES, OutboxMessage
from .reading import read_bounces, reconcile
from .reasons import ADVICE
from .states import resolve, retry

LARGEST_NUMBER = 2**31 - 1
CLOSED = N_("Not every mail that is due has gone (%(answer)s), and the rest waits. %(advice)s")
NO_MAIL = N_("There is no mail with the number %(number)s. “flask --app wsgi outbox list” shows the numbers.")


@click.group("outbox", help="Mails on their way.")
def outbox() -> None:
    """The group."""


@outbox.command("list", help="The mails, newest first.")
@click.option("--state", type=click.Choice(STATES), help="Only the mails in this state.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@command_errors
def list_command(state: str | None, as_json: bool) -> None:
    """Facts, and what to do where something went wrong; what a mail says is its recipient's."""
    translate = translator(current_app.config["SETTINGS"].locale)
    texts = (OutboxMessage.body_text, OutboxMessage.body_html, OutboxMessage.context)
    statement = select(OutboxMessage).options(*map(defer, texts)).order_by(OutboxMessage.id.desc())
    if state is not None:
        statement = statement.where(OutboxMessage.state == state)
    rows = [_facts(message) for message in db.session.scalars(statement)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo("\t".join(str(row[name]) for name in ("id", "state", "kind", "to", "not_before", "subject")))
        if row["reason"] and row["state"] != "sent":
            click.echo(f"\t{row['last_error']}\n\t{translate(ADVICE[row['reason']])}")


@outbox.command("deliver", help="Hand over every mail that is due.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@command_errors
def deliver_command(as_json: bool) -> None:
    """Once; the scheduler does it at every tick.  Exits with 1 where the way out is closed or the server in trouble."""
    closed: list[Outcome] = []
    counts = deliver(business_now(db.session), real_now, current_app.config["SETTINGS"], closed=closed.append)
    if as_json:
        click.echo(json.dumps(counts))
    else:
        click.echo(", ".join(f"{name}: {count}" for name, count in counts.items()))
    if closed:
        raise DeliveryStopped(CLOSED, answer=closed[0].detail, advice=ADVICE[closed[0].reason])


class DeliveryStopped(TrackerError):
    """The mails that are due did not all go."""

    labels = ("advice",)


@outbox.command("retry", help="Send unknown or dead mails again, under the same Message-ID.")
@click.argument("message_id", metavar="ID", type=int, required=False)
@click.option("--all-dead", is_flag=True, help="Every mail that was given up.")
@command_errors
def retry_command(message_id: int | None, all_dead: bool) -> None:
    """A decision of the person who types it; recorded in the audit.  Nothing goes to who has left."""
    if (message_id is None) == (not all_dead):
        raise InvalidInput(message=N_("Name one mail by its number, or give --all-dead."))
    with transaction() as session:
        now = business_now(session)
        dead = select(OutboxMessage.id).where(OutboxMessage.state == "dead").order_by(OutboxMessage.id)
        ids = list(session.scalars(dead)) if message_id is None else [message_id]
        addresses = {one: _address(session, one) for one in ids}
        for one, address in addresses.items():
            if address is not None:
                retry(session, SYSTEM, now, message_id=one, facts=Facts(system=True), to_address=address)
            elif not all_dead:
                raise NotAllowed(NO_ADDRESS)
    translate = translator(current_app.config["SETTINGS"].locale)
    for one, address in addresses.items():
        if address is None:
            click.echo(f"{one}: {translate(NO_ADDRESS)}", err=True)
    click.echo(" ".join(str(one) for one, address in addresses.items() if address is not None))


@outbox.command("resolve", help="Record that a mail of unknown fate has arrived.")
@click.argument("message_id", metavar="ID", type=int)
@command_errors
def resolve_command(message_id: int) -> None:
    """A decision of the person who types it; recorded in the audit."""
    with transaction() as session:
        now = business_now(session)
        _address(session, message_id)
        resolve(session, SYSTEM, now, real_now(), message_id=message_id, facts=Facts(system=True))


@outbox.command("look", help="Read the mailbox of bounces, and look unknown mails up in the archive.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@command_errors
def look_command(as_json: bool) -> None:
    """What the scheduler does by itself, at once; exits with 1 where a mailbox cannot be read."""
    settings, now = current_app.config["SETTINGS"], business_now(db.session)
    if not (settings.bounce_url or settings.archive_url):
        raise ConfigurationError(N_("Neither TRACKER_BOUNCE_URL nor TRACKER_ARCHIVE_URL is set. Set one, or both."))
    found = {
        "bounces": read_bounces(now, real_now(), settings, every=timedelta(0)),
        "archive": reconcile(now, real_now, settings),
    }
    if as_json:
        click.echo(json.dumps(found))
        return
    for name, counts in found.items():
        click.echo(f"{name}: " + (", ".join(f"{result}: {count}" for result, count in sorted(counts.items())) or "-"))


@outbox.command("confirm", help="Send to an address again that mails came back from.")
@click.argument("address")
@command_errors
def confirm_command(address: str) -> None:
    """A decision of the person who types it; recorded in the audit."""
    with transaction() as session:
        confirm_address(session, SYSTEM, business_now(session), address=address)


def _address(session: Session, number: int) -> str | None:
    """Where the mail would go today; None where its recipient has no address any more.  Raises NotFound."""
    message = session.get(OutboxMessage, number) if number <= LARGEST_NUMBER else None
    if message is None:
        raise NotFound(NO_MAIL, number=number)
    return present_address(session, message.recipient)


def _facts(message: OutboxMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "message_id": message.message_id,
        "state": message.state,
        "kind": message.kind,
        "template": message.template,
        "recipient": message.recipient,
        "to": message.to_address,
        "locale": message.locale,
        "local_day": message.local_day.isoformat() if message.local_day is not None else None,
        "subject": message.subject,
        "created_at": message.created_at.isoformat(),
        "not_before": message.not_before.isoformat(),
        "attempts": message.attempts,
        "next_attempt_at": message.next_attempt_at.isoformat() if message.next_attempt_at is not None else None,
        "sent_at": message.sent_at.isoformat() if message.sent_at is not None else None,
        "last_error": message.last_error,
        "reason": message.reason,
    }


commands: list[click.Command] = [outbox]
