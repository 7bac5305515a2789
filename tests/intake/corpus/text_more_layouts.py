"""More text files, one function a layout: what people copy out of web pages and of PDF files."""

from __future__ import annotations

from .prose import as_text
from .truth import Truth

WIDTH = 34
PAGE = 28


def txt_cells_with_trailing_pipes(truth: Truth) -> bytes:
    """A table as a crawler saved it: one cell a line, a bar behind each."""
    lines = list(as_text(truth, "before"))
    head = ("序号", "目标与任务", "分 管 县领导", "牵头责任单位", "责任单位")
    lines += [f"{text} |" for text in head]
    for task in truth.tasks:
        cells = (task.number, task.text, "分管副县长", task.lead_cell(), task.support_cell())
        lines += [f"{text} |" for text in cells]
    return "\n".join(lines).encode("utf-8")


def txt_half_width_labels_below(truth: Truth) -> bytes:
    """The units on lines of their own with half-width marks, a blank line between all lines; some tasks name none."""
    lines = list(as_text(truth, "before"))
    for section in truth.sections:
        lines.append(section.printed)
        for task in section.tasks:
            lines.append(f"{task.number}.{task.text}")
            lines += [f"牵头单位:{task.lead_cell()}"] if task.leads else []
            lines += [f"责任单位:{task.support_cell()}"] if task.supports else []
    return "\n\n".join([*lines, *as_text(truth, "after")]).encode("utf-8")


def txt_copied_from_pdf(truth: Truth) -> bytes:
    """Lines as long as the page is wide, page numbers between them, nothing marks a paragraph but its indent."""
    paragraphs = list(as_text(truth, "before"))
    for section in truth.sections:
        paragraphs.append(section.printed)
        for task in section.tasks:
            marker = f"（牵头单位：{task.lead_cell()}；配合单位：{task.support_cell()}）"
            paragraphs.append(f"{task.number}.{task.text}{marker}")
    lines: list[str] = []
    for paragraph in (*paragraphs, *as_text(truth, "after")):
        text = f"　　{paragraph}"
        for start in range(0, len(text), WIDTH):
            lines.append(text[start : start + WIDTH])
            if len(lines) % PAGE == 0:
                lines.append(f"— {len(lines) // PAGE} —")
    return "\n".join(lines).encode("utf-8")


def txt_wrapped_columns(truth: Truth) -> bytes:
    """Columns as wide as on the page: a cell goes on in the line below, under its own first letter."""
    widths = (2, 18, 8, 10)
    lines = list(as_text(truth, "before"))
    rows = [("序号", "重点任务", "牵头单位", "配合单位")]
    rows += [(task.number, task.text, task.lead_cell(), task.support_cell()) for task in truth.tasks]
    for cells in rows:
        cut = [
            [cell[at : at + width] for at in range(0, len(cell), width)]
            for cell, width in zip(cells, widths, strict=True)
        ]
        for number in range(max(map(len, cut))):
            pieces = [column[number] if number < len(column) else "" for column in cut]
            lines.append(
                "    ".join(_filled(piece, width) for piece, width in zip(pieces, widths, strict=True)).rstrip()
            )
        lines.append("")
    return "\n".join(lines).encode("utf-8")


def _filled(piece: str, width: int) -> str:
    """With spaces up to the width of so many Chinese letters, of which each is two wide."""
    return piece + " " * (2 * width - sum(2 if char > "\u2e7f" else 1 for char in piece))


LAYOUTS = (txt_wrapped_columns, txt_cells_with_trailing_pipes, txt_half_width_labels_below, txt_copied_from_pdf)
