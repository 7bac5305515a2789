"""A workbook that came back becomes a draft of its plan, to be compared with the plan as it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from ..i18n import N_
from ..plans.document import plan_document
from ..plans.models import KeyTask, Plan
from .deadlines import read_deadline
from .pairing import bare
from .revision import REFS
from .settling import Choices, match_draft
from .targets import read_targets
from .workbook import Book, Row, RowFault, names_in

_REF = re.compile(r"[\w.-]+")
_A_DATE = re.compile(r"\D{0,4}(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))?\s*\D{0,3}")
_DIGITS = re.compile(r"\d{5,8}")


def draft_of_book(session: Session, plan: Plan, book: Book, choices: Choices) -> tuple[dict[str, Any], list[RowFault]]:
    """The draft, in the shape that PlanDraftSchema loads, and everything that is wrong with its rows.

    Each task has the plan's ref under REFS where its key is known.  A unit that nobody knows is a fault unless
    ``choices`` let it be made.
    """
    document = plan_document(session, plan)
    known = {task.ref: task for task in plan.tasks}
    faults = list(book.faults)
    tasks: list[dict[str, Any]] = []
    refs: dict[int, str] = {}
    for row in book.rows:
        if row.ref and row.ref not in known:
            faults.append(
                RowFault(row.row, "number", N_("The hidden key of this row is no task of the plan. Clear it."))
            )
        elif row.ref and row.ref in refs.values():
            faults.append(RowFault(row.row, "number", N_("This row is a copy of another: clear its hidden key.")))
        elif row.ref:
            refs[len(tasks)] = row.ref
        tasks.append(_entry(row, (plan.first_year, plan.last_year), known, len(tasks), faults))
    for position, ref in refs.items():
        tasks[position]["ref"] = ref
        if bare(known[ref].text) == bare(tasks[position]["text"]):
            tasks[position]["targets"] = [
                {"comparator": target.comparator, "value": target.value, "unit": target.unit}
                for target in known[ref].targets
            ]
    _clashing_refs(book, tasks, faults)
    draft = {
        **document,
        "period": [plan.first_year, plan.last_year],
        "issued_on": plan.issued_on,
        "tasks": tasks,
        REFS: refs,
    }
    faults += _unit_faults(session, plan, book, draft, choices)
    return draft, sorted(faults, key=lambda fault: fault.row)


def _entry(
    row: Row, period: tuple[int, int], known: Mapping[str, KeyTask], place: int, faults: list[RowFault]
) -> dict[str, Any]:
    task = known.get(row.ref)
    leads, others = names_in(row.cells["leads"])
    supports, more = names_in(row.cells["supports"])
    for name in sorted(set(leads) & set(supports)):
        faults.append(RowFault(row.row, "supports", N_("%(name)s leads or supports a task, not both."), {"name": name}))
    if not row.cells["text"]:
        faults.append(RowFault(row.row, "text", N_("The text of the task is missing.")))
    number = row.cells["number"]
    if not number:
        faults.append(RowFault(row.row, "number", N_("The number of the task is missing.")))
    day, words = _deadline(row, task.deadline_words if task is not None else None, period, faults)
    free = _REF.fullmatch(number) is not None and number not in known
    return {
        "ref": number if free else f"{number if _REF.fullmatch(number) else 'row'}.{place + 1}",
        "number": number,
        "section": row.cells["section"] or None,
        "text": row.cells["text"],
        "leads": leads,
        "supports": supports,
        "others": [*others, *more],
        "joint": row.joint and len(leads) > 1 and not supports,
        "deadline": day,
        "deadline_words": words,
        "remark": row.cells["remark"] or None,
        "targets": [
            {"comparator": target.comparator, "value": target.value, "unit": target.unit}
            for target in read_targets(row.cells["text"])
        ],
        "source_line": row.row,
    }


def _deadline(
    row: Row, known: str | None, period: tuple[int, int], faults: list[RowFault]
) -> tuple[date | None, str | None]:
    """The day and the words of the cell; what looks like a date and is none is a fault.  ``known`` words stay words."""
    cell = row.cells["deadline"]
    if not cell or bare(cell) == bare(known):
        return None, known if cell else None
    plain = cell.removesuffix(" 00:00:00")
    found = read_deadline(plain, period, told=True)
    if _is_no_date(plain):
        faults.append(RowFault(row.row, "deadline", N_("This is no date: write it as 2023-12-31.")))
        return None, None
    exact = re.fullmatch(r"\d{4}-\d\d-\d\d", plain)
    day = date.fromisoformat(plain) if exact else found.day
    if day is None and not found.doubts:
        return None, plain
    if day is None or not date(period[0], 1, 1) <= day <= date(period[1], 12, 31):
        faults.append(RowFault(row.row, "deadline", N_("The deadline lies outside the plan's period.")))
        return None, None
    return day, row.words if exact else found.words or row.words


def _is_no_date(text: str) -> bool:
    """Whether it is written like one day or month, and the calendar has none such."""
    found = _A_DATE.fullmatch(text)
    if found is None:
        return _DIGITS.fullmatch(text) is not None
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        date(year, month, day)
    except ValueError:
        return True
    return False


def _clashing_refs(book: Book, tasks: list[dict[str, Any]], faults: list[RowFault]) -> None:
    seen: set[str] = set()
    for row, task in zip(book.rows, tasks, strict=True):
        if task["ref"] in seen and not row.ref:
            faults.append(RowFault(row.row, "number", N_("Another new row has this number.")))
        seen.add(task["ref"])


def _unit_faults(
    session: Session, plan: Plan, book: Book, draft: Mapping[str, Any], choices: Choices
) -> list[RowFault]:
    matches = match_draft(session, plan.region, draft, choices.accepted)
    faults = []
    for row, task in zip(book.rows, draft["tasks"], strict=True):
        leads = {matches[name].unit_id for name in task["leads"] if matches[name].known}
        for role in ("leads", "supports"):
            for name in task[role]:
                match = matches[name]
                if not match.known and not choices.creates(name):
                    nearest = "、".join(entry.unit for entry in match.nearest) or "-"
                    values = {"name": name, "nearest": nearest}
                    faults.append(RowFault(row.row, role, N_("%(name)s: no such unit. Nearest: %(nearest)s"), values))
                if role == "supports" and match.unit_id in leads and name not in task["leads"]:
                    faults.append(
                        RowFault(row.row, role, N_("%(name)s leads or supports a task, not both."), {"name": name})
                    )
    return faults
