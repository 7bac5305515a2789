"""A document becomes a draft: head, division of responsibility, indicators, projects, evaluation, units, doubts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from ..i18n import N_
from .annex import read_annex
from .blocks import Document, Doubt, Table
from .clauses import read_clauses
from .context import Context
from .draft import Draft, DraftTask
from .faults import UnreadableDocument
from .frontmatter import read_front
from .indicators import read_indicators
from .markers import read_inline
from .projects import read_projects
from .undivided import read_undivided
from .units import plan_units

_ANNEX = re.compile(
    r"^\s*附\s*(?:件|表|录)?[\d一二三四五六七八九十]*\s*[:：.、]?.*?(?:分工|责任清单|任务清单|任务分解|任务表)"
)
_MARKER = re.compile(
    r"[（(【\[](?:牵头|责任|负责|主办|配合)(?:单位|部门)\s*[:：]|[（(][^（()）]{3,80}(?:牵头|负责)[）)]\s*$"
)
_CONTENTS = re.compile(r"(?:\t|…+|\.{3,}|·{3,}|\s{2,})\s*-?\d+-?\s*$")


def read_plan(document: Document) -> Draft:
    """The draft of the plan that ``document`` prints, its doubts in the order of their lines.

    Raises UnreadableDocument where no numbered task is found.
    """
    front = read_front(document)
    context = Context(front.period, front.region)
    annex = read_annex(document, context)
    division = annex or read_inline(document, context) or read_undivided(document, context)
    if division is None or not any(task.text.strip() for task in division.tasks):
        raise _nothing_found(document)
    indicators = read_indicators(document, context)
    projects = read_projects(document, indicators.tables)
    doubts = [*document.doubts, *front.doubts, *division.doubts, *indicators.doubts, *projects.doubts]
    doubts += _missing_annex(document) if annex is None else _beside(document)
    tasks = [task for task in division.tasks if task.text.strip()]
    doubts += [_wordless(task) for task in division.tasks if not task.text.strip()]
    for task in tasks:
        doubts += _kept_within(task, front.period)
    units = plan_units(tasks, front.region, doubts)
    return Draft(
        title=front.title,
        form=division.form,
        document_number=front.document_number,
        issuer=front.issuer,
        issued_on=front.issued_on,
        region=front.region,
        period=front.period,
        tasks=tasks,
        indicators=indicators.rows,
        projects=projects.entries,
        evaluations=read_clauses(document),
        units=units,
        doubts=sorted(_each_once(doubts), key=lambda doubt: doubt.line or 0),
    )


def _nothing_found(document: Document) -> UnreadableDocument:
    """Why no task was found, as far as the document tells."""
    announced = next(_annex_lines(document), None)
    if announced is not None:
        return UnreadableDocument(
            N_(
                "The document announces an annex (“%(annex)s”) but does not hold it, and no numbered task stands in its"
                " text. Upload the file that has the annex."
            ),
            annex=announced[0],
        )
    if any(_CONTENTS.search(line) for line in document.lines):
        return UnreadableDocument(
            N_(
                "Only a table of contents was found, and no numbered task. Upload the whole plan, its tasks and their"
                " units."
            )
        )
    return UnreadableDocument(
        N_(
            "No numbered task was found: neither a table that divides tasks among units, nor tasks with units behind"
            " them, nor numbered tasks in sections. Check that this is the plan, and that its text is not a picture."
        )
    )


def _annex_lines(document: Document) -> Iterator[tuple[str, int]]:
    """The lines that name an annex of tasks, in the table of contents or below the text."""
    for block in document.blocks:
        if not isinstance(block, Table) and len(block.text) <= 80 and _ANNEX.search(block.text):
            yield _CONTENTS.sub("", block.text).strip(), block.line


def _missing_annex(document: Document) -> Iterator[Doubt]:
    for name, line in _annex_lines(document):
        yield Doubt(
            line,
            N_("An annex is named here (“%(annex)s”), but none was found: the tasks were read from the text."),
            {"annex": name},
        )
        return


def _beside(document: Document) -> Iterator[Doubt]:
    """Annex and markers in one document: the annex counts, and a person should know."""
    marked = [block for block in document.blocks if not isinstance(block, Table) and _MARKER.search(block.text)]
    if marked:
        yield Doubt(
            marked[0].line,
            N_(
                "The text names units behind %(count)d paragraphs too; the tasks were read from the annex. Compare the"
                " two."
            ),
            {"count": len(marked)},
        )


def _kept_within(task: DraftTask, period: tuple[int, int] | None) -> Iterator[Doubt]:
    """A deadline outside the plan's years is no date of the plan: it is kept in words."""
    if task.deadline is None or period is None:
        return
    first, last = date(period[0], 1, 1), date(period[1], 12, 31)
    if first <= task.deadline <= last:
        return
    yield Doubt(
        task.source_line,
        N_("The deadline %(day)s of task %(ref)s lies outside the years of the plan and was not taken."),
        {"day": task.deadline.isoformat(), "ref": task.ref},
        task.ref,
    )
    task.deadline_words = task.deadline_words or task.deadline.isoformat()
    task.deadline = None


def _wordless(task: DraftTask) -> Doubt:
    return Doubt(task.source_line, N_("Task %(number)s has no words and was left out."), {"number": task.number})


def _each_once(doubts: Iterable[Doubt]) -> list[Doubt]:
    found: list[Doubt] = []
    for doubt in doubts:
        if doubt not in found:
            found.append(doubt)
    return found
