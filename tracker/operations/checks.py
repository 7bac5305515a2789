"""All checks, in the order in which they are shown: ``doctor`` and the page /admin/status run these."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ..i18n import N_
from . import machine, words, work
from .findings import FAILED, Check, Circumstances, Finding

log = logging.getLogger(__name__)

CHECKS: Mapping[str, Check] = {
    "configuration": machine.configuration,
    "database": machine.database,
    "migrations": machine.migrations,
    "scheduler": work.scheduler,
    "mail": machine.mail,
    "outbox": work.outbox,
    "addresses": work.addresses,
    "clock": machine.clock,
    "holidays": work.holiday_data,
    "supervisors": work.supervisors,
    "orphaned_tasks": work.orphaned_tasks,
    "evidence": machine.evidence,
    "disk": machine.disk,
}
CHECK_LABELS = {
    "configuration": N_("Configuration"),
    "database": N_("Database"),
    "migrations": N_("Migrations"),
    "scheduler": N_("Scheduler"),
    "mail": N_("Mail server"),
    "outbox": N_("Mails"),
    "addresses": N_("Addresses"),
    "clock": N_("Clock"),
    "holidays": N_("Holidays"),
    "supervisors": N_("Supervisors"),
    "orphaned_tasks": N_("Tasks without contact"),
    "evidence": N_("Evidence files"),
    "disk": N_("Disk"),
}
NEED_TABLES = ("scheduler", "outbox", "addresses", "clock", "holidays", "supervisors", "orphaned_tasks", "evidence")


def findings(given: Circumstances) -> dict[str, Finding]:
    """What each check found.  One that raises is a failure of its own and stops no other.

    Without a database, or one that is not migrated, what needs its tables is not asked: one sentence says why.
    """
    found: dict[str, Finding] = {}
    tables = True
    for name, check in CHECKS.items():
        if name in NEED_TABLES and not tables:
            continue
        found[name] = _asked(name, check, given)
        if name in ("database", "migrations"):
            tables = tables and found[name].status != FAILED
    return found


def _asked(name: str, check: Check, given: Circumstances) -> Finding:
    try:
        if name in ("database", "migrations"):
            given.session.execute(text("SELECT 1"))
        return check(given)
    except Exception as error:
        reason = f"{type(error).__name__}: {str(getattr(error, 'orig', error)).strip()}".splitlines()[0]
        unreachable = name in ("database", "migrations") and isinstance(error, SQLAlchemyError)
        if not unreachable:
            log.exception("the check %s failed", name)
        return Finding(FAILED, words.UNREACHABLE if unreachable else words.CHECK_FAILED, {"error": reason})
    finally:
        given.session.rollback()
