"""Numbers and addresses of the tasks of a division, and what is odd about their order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from tracker.i18n import N_

from ..blocks import Doubt
from ..draft import DraftTask
from . import numbering


def give_addresses(tasks: Sequence[DraftTask], ordinals: Sequence[int], doubts: list[Doubt]) -> None:
    """Set ``ref`` of every task: its number where that is unique, else section-number (DESIGN: 3-2).

    ``ordinals`` holds for each task which section of the division it is in, from 1.  Gaps and repetitions are doubts.
    """
    numbers = [task.number for task in tasks]
    places = list(ordinals)
    if len(set(places)) == 1 and _repeated(numbers):
        places = _restarts(tasks, doubts)
    starts_again = _repeated(numbers) and not _repeated_within(numbers, places)
    seen: Counter[str] = Counter()
    for task, place in zip(tasks, places, strict=True):
        number = re.sub(r"[^\w.-]+", "-", task.number).strip("-") or "0"
        ref = f"{place}-{number}" if starts_again else number
        seen[ref] += 1
        task.ref = ref if seen[ref] == 1 else f"{ref}-{seen[ref]}"
        if seen[ref] > 1:
            message = N_("Number %(number)s is there more than once.")
            doubts.append(Doubt(task.source_line, message, {"number": task.number}, task.ref))
    scopes = places if starts_again else [0] * len(tasks)
    for scope in dict.fromkeys(scopes):
        _gaps([task for task, own in zip(tasks, scopes, strict=True) if own == scope], doubts)


def _repeated(numbers: Iterable[str]) -> bool:
    return any(count > 1 for count in Counter(numbers).values())


def _repeated_within(numbers: Sequence[str], places: Sequence[int]) -> bool:
    """Whether numbers are repeated for another reason than that they start again in every section."""
    firsts: dict[int, str] = {}
    for number, place in zip(numbers, places, strict=True):
        firsts.setdefault(place, number)
    begun = sum(numbering.value(number) == 1 for number in firsts.values())
    return begun < 2


def _restarts(tasks: Sequence[DraftTask], doubts: list[Doubt]) -> list[int]:
    """Which run of numbers each task is in, where a run begins at 1 again without the title of a section."""
    places, place, before = [], 1, 0
    for task in tasks:
        value = numbering.value(task.number)
        if value == 1 and before > 1:
            place += 1
            doubts.append(Doubt(task.source_line, N_("Numbers start again here, and no title of a section says why.")))
        before = value or before
        places.append(place)
    return places


def _gaps(tasks: Sequence[DraftTask], doubts: list[Doubt]) -> None:
    values = {value: task for task in tasks if (value := numbering.value(task.number)) is not None}
    counted = sorted(values)
    missing = [
        (above + 1, value - 1) for above, value in zip([0, *counted], counted, strict=False) if value > above + 1
    ]
    if not missing:
        return
    after = values[missing[0][1] + 1]
    message = N_("The last number is %(last)s, but there are %(count)s tasks: %(missing)s missing.")
    named = "、".join(f"{first}—{last}" if last > first else str(first) for first, last in missing)
    doubts.append(Doubt(after.source_line, message, {"last": counted[-1], "count": len(tasks), "missing": named}))
