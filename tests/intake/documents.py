"""Documents made by hand, for tests of what stands behind the readers."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.intake.blocks import Block, Cell, Document, Heading, Paragraph, Table


def document(text: str, *tables: Table) -> Document:
    """One paragraph a line, ``# `` before a heading; ``tables`` stand behind the text."""
    lines = text.split("\n")
    blocks: list[Block] = []
    for number, printed in enumerate(lines, 1):
        if printed.startswith("#"):
            marks, _, title = printed.partition(" ")
            blocks.append(Heading(title, len(marks), number))
        elif printed.strip():
            blocks.append(Paragraph(printed.strip(), number))
    return Document("txt", (*blocks, *tables), tuple(lines))


def table(*rows: Sequence[str], line: int = 1) -> Table:
    """A table of texts, one line a row; ``^`` is the cell above and ``<`` the cell to the left, merged."""
    made: list[list[Cell]] = []
    for number, row in enumerate(rows):
        cells: list[Cell] = []
        for place, text in enumerate(row):
            if text == "^":
                cells.append(made[-1][place])
            elif text == "<":
                cells.append(cells[-1])
            else:
                cells.append(Cell(text, line + number))
        made.append(cells)
    return Table(tuple(tuple(row) for row in made), line)
