"""The checks of the machine: settings, database, clock, folders, the way out for mails."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..clock import DemoClock, local_day
from ..config import ROOT, Settings
from ..db import journal_mode
from ..lease import database_now
from ..outbox.probing import why_closed
from ..reminders.models import ReminderMark
from ..reporting.evidence.models import EvidenceFile
from . import words
from .findings import FAILED, OK, WARNING, Circumstances, Finding

LOOPBACK = ("127.0.0.1", "localhost", "::1")
GIGABYTE = 1024**3
LITTLE_SPACE, NO_SPACE = 2 * GIGABYTE, GIGABYTE // 5
CLOCKS_APART, CLOCKS_FAR_APART = timedelta(seconds=2), timedelta(seconds=30)


def configuration(given: Circumstances) -> Finding:
    """The settings could be read, or nothing would run; what is left is whether people reach the service safely."""
    url = urlsplit(given.settings.base_url)
    values = {"url": given.settings.base_url}
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        return Finding(WARNING, words.NO_TLS, values)
    return Finding(OK, words.CONFIGURED, values)


def database(given: Circumstances) -> Finding:
    """Which one it is.  One that does not answer raises."""
    connection = given.session.connection()
    version = ".".join(map(str, connection.dialect.server_version_info or ()))
    if connection.dialect.name == "sqlite":
        return Finding(OK, words.SQLITE, {"version": version, "journal": journal_mode()})
    return Finding(OK, words.POSTGRESQL, {"version": version})


def is_migrated(session: Session) -> bool:
    """Whether the database is at the newest migration."""
    current = MigrationContext.configure(session.connection()).get_current_revision()
    return current == ScriptDirectory(str(ROOT / "migrations")).get_current_head()


def migrations(given: Circumstances) -> Finding:
    """Tables as this version of the program expects them."""
    return Finding(OK, words.MIGRATED) if is_migrated(given.session) else Finding(FAILED, words.NOT_MIGRATED)


def clock(given: Circumstances) -> Finding:
    """The process's clock against the database's, and whether the ledger has days that have not come yet."""
    there = given.session.scalars(select(database_now(given.session))).one()
    apart = abs(there - given.real)
    if apart > CLOCKS_APART:
        status = FAILED if apart > CLOCKS_FAR_APART else WARNING
        return Finding(status, words.CLOCKS_DIFFER, {"seconds": round(apart.total_seconds())})
    demo = given.session.get(DemoClock, 1) is not None
    if demo and not given.settings.demo:
        return Finding(FAILED, words.DEMO_UNMARKED)
    today = local_day(given.now, given.settings.zone)
    ahead = given.session.scalar(select(func.max(ReminderMark.through)))
    if ahead is not None and ahead > today:
        return Finding(WARNING, words.CLOCK_SET_BACK, {"day": ahead.isoformat()})
    return Finding(OK, words.DEMO_CLOCK, {"day": today.isoformat()}) if demo else Finding(OK, words.CLOCKS_AGREE)


def mail(given: Circumstances) -> Finding:
    """The way out opens: connection, greeting, TLS and sign-in, or a folder that can be written.  No mail is sent."""
    url = urlsplit(given.settings.mail_url)
    closed = why_closed(given.settings)
    if closed is not None:
        return Finding(FAILED, words.MAIL_CLOSED, {"reason": closed})
    if url.scheme != "spool":
        return Finding(OK, words.MAIL_OPEN, {"host": url.hostname})
    values = {"folder": unquote(url.path)}
    if given.settings.demo:
        return Finding(OK, words.MAIL_SPOOLED_DEMO, values)
    return Finding(WARNING, words.MAIL_SPOOLED, values)


def disk(given: Circumstances) -> Finding:
    """Free space where database, evidence and spooled mails lie; a database elsewhere is its own machine's matter."""
    least = min(shutil.disk_usage(_standing(folder)).free for folder in _folders(given.settings))
    status = FAILED if least < NO_SPACE else WARNING if least < LITTLE_SPACE else OK
    return Finding(status, words.SPACE if status == OK else words.LITTLE_SPACE, {"free": f"{least / GIGABYTE:.1f}"})


def evidence(given: Circumstances) -> Finding:
    """The evidence folder is there and takes files."""
    folder = given.settings.evidence_folder
    values = {"folder": str(folder)}
    if not folder.is_dir() and given.session.scalar(select(EvidenceFile.id).limit(1)) is not None:
        return Finding(FAILED, words.EVIDENCE_GONE, values)
    if not os.access(_standing(folder), os.W_OK | os.X_OK):
        return Finding(FAILED, words.EVIDENCE_CLOSED, values)
    return Finding(OK, words.EVIDENCE_TAKEN, values)


def _folders(settings: Settings) -> list[Path]:
    """The folders that grow."""
    database_url, mail_url = urlsplit(settings.database_url), urlsplit(settings.mail_url)
    found = [settings.evidence_folder]
    if database_url.scheme == "sqlite" and database_url.path[1:]:
        found.append(Path(unquote(database_url.path[1:])).parent)
    if mail_url.scheme == "spool":
        found.append(Path(unquote(mail_url.path)))
    return found


def _standing(folder: Path) -> Path:
    """The folder, or what is there of the way to it: it is made when it is first needed."""
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder
