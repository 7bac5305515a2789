"""The numbers that monitoring reads, from the database at the moment that it asks: any process gives the same answer.

No number is about one person.  The statements count over indexes and are as many at any size of the installation; the
lamps are left out, since they follow from each single task.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ..clock import local_day
from ..config import Settings
from ..directory.models import User
from ..lease import SCHEDULER_LEASE, held
from ..outbox.models import STATES as MAIL_STATES
from ..outbox.models import OutboxMessage
from ..plans.models import STATES as TASK_STATES
from ..plans.models import Instance, Plan
from ..reminders.models import REMINDER_STATES, Heartbeat, Reminder


class Measures(Collector):
    """Asks the database anew at every collection.  ``now`` is on the business clock, ``real`` on real time."""

    def __init__(self, session: Session, settings: Settings, now: datetime, real: datetime) -> None:
        self.session = session
        self.settings = settings
        self.now = now
        self.real = real

    def collect(self) -> Iterator[Metric]:
        """Every family."""
        yield from self._scheduler()
        yield from self._reminders()
        yield from self._mails()
        yield _one("tracker_plans_live", "Plans that live.", self._count(Plan.live_since.is_not(None)))
        tasks = self._states(Instance.state, TASK_STATES)
        yield _by("tracker_tasks", "Key tasks by state.", "state", tasks)

    def _scheduler(self) -> Iterator[Metric]:
        beat, lease = self.session.get(Heartbeat, 1), held(self.session, SCHEDULER_LEASE)
        if beat is not None:
            age = (self.real - beat.at).total_seconds()
            yield _one("tracker_tick_age_seconds", "Time since a scheduler last finished a tick.", age)
            yield _one("tracker_tick_duration_seconds", "How long that tick took.", beat.seconds)
            yield _one("tracker_tick_failures", "Steps that failed in it.", len(beat.failures))
        valid = lease is not None and lease.valid
        yield _one("tracker_scheduler_lease_held", "1 while a scheduler holds the lease.", int(valid))
        if lease is not None and lease.valid:
            age = lease.since.total_seconds()
            yield _one("tracker_scheduler_lease_age_seconds", "How long its holder has had the lease.", age)

    def _reminders(self) -> Iterator[Metric]:
        """Late is what its digest should have taken: who chose weekly mails waits of their own will."""
        reminders = self._states(Reminder.state, REMINDER_STATES)
        yield _by("tracker_reminders", "Reminders by what became of them.", "state", reminders)
        weekly = select(literal("user:").concat(cast(User.id, String))).where(User.weekly)
        today = local_day(self.now, self.settings.zone)
        late = self._count(Reminder.state == "waiting", Reminder.due_on < today, Reminder.recipient.not_in(weekly))
        yield _one("tracker_reminders_late", "Reminders that still wait though their day has passed.", late)

    def _mails(self) -> Iterator[Metric]:
        """A mail that was put off is one that is pending after an attempt."""
        mails = self._states(OutboxMessage.state, MAIL_STATES)
        yield _by("tracker_outbox_mails", "Mails by state.", "state", mails)
        put_off = self._count(OutboxMessage.state == "pending", OutboxMessage.attempts > 0)
        results = {"sent": mails["sent"], "retry": put_off, "unknown": mails["unknown"], "dead": mails["dead"]}
        yield _by("tracker_deliveries", "Mails by what handing them over came to.", "result", results)
        due = select(func.min(OutboxMessage.not_before)).where(
            OutboxMessage.state == "pending", OutboxMessage.not_before <= self.now
        )
        oldest = self.session.scalar(due)
        age = (self.now - oldest).total_seconds() if oldest is not None else 0
        yield _one("tracker_outbox_oldest_due_seconds", "How long the oldest mail that is due has waited.", age)

    def _count(self, *conditions: Any) -> int:
        return self.session.scalar(select(func.count()).where(*conditions)) or 0

    def _states(self, column: InstrumentedAttribute[str], states: Sequence[str]) -> dict[str, int]:
        """How many rows are in each state, none left out."""
        rows = self.session.execute(select(column, func.count()).group_by(column))
        return {**dict.fromkeys(states, 0), **{state: count for state, count in rows}}


def exposition(measures: Measures) -> bytes:
    """The numbers in the text format of Prometheus, from a registry that holds nothing else."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(measures)
    return generate_latest(registry)


def _one(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(name, says, value=value)


def _by(name: str, says: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
