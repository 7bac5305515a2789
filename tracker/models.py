"""Every table, imported so that the metadata is whole."""

from __future__ import annotations

from . import clock, idempotency, lease
from .audit import models as audit
from .directory import models as directory
from .intake import models as intake
from .outbox import models as outbox
from .plans import models as plans
from .reminders import models as reminders
from .reporting import models as reporting
from .reporting import part_models as report_parts
from .reporting import request_models as input_requests
from .reporting.evidence import models as evidence
from .workdays import models as workdays
from .workflows import models as workflows

__all__ = [
    "audit", "clock", "directory", "evidence", "idempotency", "input_requests", "intake",
    "lease", "outbox", "plans", "reminders", "report_parts", "reporting", "workdays", "workflows",
]  # fmt: skip
