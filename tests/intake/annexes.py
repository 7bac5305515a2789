"""Helpers of the tests of annex tables: a division told in a few lines."""

from __future__ import annotations

from collections.abc import Sequence

from tests.intake.documents import document, table
from tracker.intake.annex import read_annex
from tracker.intake.blocks import Block, Document, Table
from tracker.intake.context import Context, Division

CONTEXT = Context((2021, 2025), "韶关市")


def read(*rows: Sequence[str], below: str = "", above: str = "") -> Division:
    """The division in one table, with lines of text above and below it."""
    return read_blocks(above, table(*rows, line=100), below)


def read_blocks(*parts: str | Table) -> Division:
    """The division in a document of texts and tables in the order given; it must be found."""
    division = read_annex(made_of(*parts), CONTEXT)
    assert division is not None, "a division"
    return division


def made_of(*parts: str | Table) -> Document:
    """A document of texts (one paragraph a line, ``# `` before a heading) and tables."""
    blocks: list[Block] = []
    for part in parts:
        if isinstance(part, Table):
            blocks.append(part)
        else:
            blocks += document(part).blocks
    return Document("docx", tuple(blocks), ())


def told(division: Division) -> list[str]:
    """Each task as ``ref section: text | leads | supports``, with + behind the leads of a joint task."""
    lines = []
    for task in division.tasks:
        place = f"{task.ref} {task.section}" if task.section else task.ref
        leads = "、".join(task.leads) + ("+" if task.joint else "")
        lines.append(f"{place}: {task.text} | {leads} | {'、'.join(task.supports)}")
    return lines


def doubted(division: Division) -> list[str]:
    """The doubts in English, each with its line."""
    return [f"{doubt.line}: {doubt.message % doubt.values}" for doubt in division.doubts]
