"""Sentences that are put together below the pages and said in the reader's language at the edge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class Name(str):
    """A name that stays as it is in both languages: a unit, a person."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A message id with its values: days as such, names as Name."""

    message: str
    values: dict[str, Any] = field(default_factory=dict)


def counted(number: int, one: str, several: str, **values: Any) -> Said:
    """The message that fits the number (both are message ids); ``%(num)s`` is the number."""
    return Said(one if number == 1 else several, {**values, "num": number})
