"""What stands in a person's list: a task, why it is there and the one next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from ..reporting.request_models import InputRequest
from ..workflows.models import HistoryEntry
from .parts import OwnPart
from .reads import Task
from .sentences import Said


@dataclass(frozen=True, slots=True)
class Step:
    """The one next step.  ``command``: posted at once; else a page comes first (a form, or the task itself).

    ``unit_id``: the unit that a part is filed for; ``request_id``: the request answered.
    """

    trigger: str
    label: str
    command: bool = False
    secondary: bool = False
    unit_id: int | None = None
    request_id: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A task in the list.  ``kind`` names its group; ``day`` is the day it is due, None where none is set."""

    kind: str
    task: Task
    part: str
    step: Step | None = None
    why: Said | None = None
    day: date | None = None
    title: str | None = None
    flags: tuple[str, ...] = ()
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Acts:
    """The latest acts of tasks, by task: on the report, declining, and what gave the task to the person's lead unit.

    ``parts`` are those that the person's units owe of the report that comes or waits, ``asked`` the requests for input
    that they have to answer first.
    """

    report: Mapping[int, HistoryEntry] = field(default_factory=dict)
    decline: Mapping[int, HistoryEntry] = field(default_factory=dict)
    given: Mapping[int, datetime] = field(default_factory=dict)
    parts: Mapping[int, OwnPart] = field(default_factory=dict)
    asked: Mapping[int, InputRequest] = field(default_factory=dict)
