"""The annex that divides the tasks: its tables become draft tasks, whatever their columns are called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tracker.i18n import N_

from ..blocks import Document, Doubt, Table
from ..context import Context, Division
from .choose import Candidate, candidates, choose, words_after
from .entries import Assembler, Reading
from .rule import read_rule
from .tasks import draft_tasks

_COUNT = re.compile(r"共(?:计)?(\d+)[项条]")


def read_annex(document: Document, context: Context) -> Division | None:
    """The division of responsibility that stands in tables of ``document``; None where no table is one."""
    doubts: list[Doubt] = []
    chosen = choose(candidates(document), doubts)
    if chosen is None:
        return None
    reading = Assembler(chosen.parts).read()
    doubts += reading.doubts
    rule = read_rule(_statements(document, chosen, reading), doubts) if chosen.layout.ruled else None
    tasks = draft_tasks(reading.entries, rule, context, doubts)
    if not tasks:
        return None
    _compare_count(chosen, len(tasks), doubts)
    form = "annex_two_columns" if chosen.layout.leads and chosen.layout.supports else "annex_one_column"
    return Division(form, tasks, sorted(doubts, key=lambda doubt: doubt.line or 0))


def _statements(document: Document, chosen: Candidate, reading: Reading) -> Iterator[tuple[str, int]]:
    """Where a rule for the single column may stand, the nearest first."""
    yield from ((chosen.layout.heads[column], chosen.line) for column in chosen.layout.ruled)
    yield from reading.notes
    yield from words_after(document, chosen)
    yield from (line for caption in chosen.captions for line in caption)
    yield from ((block.text, block.line) for block in document.blocks if not isinstance(block, Table))


def _compare_count(chosen: Candidate, count: int, doubts: list[Doubt]) -> None:
    """The title may say how many tasks there are (共45项)."""
    for words, line in chosen.captions[0]:
        stated = _COUNT.search("".join(words.split()))
        if stated and int(stated[1]) != count:
            message = N_("The title says %(stated)s tasks, the table has %(count)s.")
            doubts.append(Doubt(line, message, {"stated": stated[1], "count": count}))
