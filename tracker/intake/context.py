"""What the interpreters are told about a plan, and what those that read its division of responsibility give back."""

from __future__ import annotations

from dataclasses import dataclass, field

from .blocks import Doubt
from .draft import DraftTask


@dataclass(frozen=True, slots=True)
class Context:
    """What the front of the document said before its tasks are read.

    ``period`` is the first and the last year of the plan, ``region`` its place as printed (玉林市); None where the
    document does not say.
    """

    period: tuple[int, int] | None = None
    region: str | None = None


@dataclass(slots=True)
class Division:
    """The key tasks as one interpreter read them; ``form`` is one of plans.schemas.FORMS."""

    form: str
    tasks: list[DraftTask] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
