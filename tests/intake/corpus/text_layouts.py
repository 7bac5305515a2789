"""Text files and Markdown, one function a layout."""

from __future__ import annotations

from .prose import as_text, pipe_table
from .truth import Truth


def txt_flattened_gb18030(truth: Truth) -> bytes:
    """A table copied as one cell a line, in the encoding of older machines; the header comes again after a page."""
    lines = list(as_text(truth, "before"))
    header = ["序号", "重点任务", "牵头单位", "配合单位"]
    lines += header
    for task in truth.tasks:
        if task.number == "9":
            lines += ["", *header]
        lines += [task.number, task.text, task.lead_cell(), task.support_cell()]
    lines += as_text(truth, "after")
    return "\r\n".join(lines).encode("gb18030")


def md_pipe_table(truth: Truth) -> bytes:
    """A Markdown table, a name a line within the cell where several lead."""
    rows = [["序号", "目标任务", "主办单位", "协办单位", "备注"]]
    for task in truth.tasks:
        rows.append([task.number, task.text, "\n".join(task.leads), task.support_cell(), ""])
    parts = [*as_text(truth, "before", markdown=True), pipe_table(rows), *as_text(truth, "after", markdown=True)]
    return ("\n\n".join(parts) + "\n").encode("utf-8")


def txt_space_separated(truth: Truth) -> bytes:
    """Columns kept apart by runs of spaces, as a terminal or a careless copy leaves them."""
    lines = list(as_text(truth, "before"))
    rows = [("序号", "工作任务", "牵头单位", "配合单位")]
    rows += [(task.number, task.text, task.lead_cell(), task.support_cell()) for task in truth.tasks]
    widths = [max(len(row[column]) for row in rows) + 2 for column in range(4)]
    for row in rows:
        lines.append(
            "".join(text + "  " * (width - len(text)) for text, width in zip(row, widths, strict=True)).rstrip()
        )
    return ("\ufeff" + "\n".join(lines) + "\n").encode("utf-8")


def txt_tabs_rule_below(truth: Truth) -> bytes:
    """Tabs between the cells, the header every twelve rows, the rule in a note at the end."""
    lines = list(as_text(truth, "before"))
    for position, task in enumerate(truth.tasks):
        if position % 12 == 0:
            lines += ["", "序号\t重点任务\t责任单位"]
        lines.append(f"{task.number}\t{task.text}\t{task.units_cell()}")
    return "\n".join([*lines, *as_text(truth, "after")]).encode("utf-8")


def txt_ministries_in_brackets(truth: Truth) -> bytes:
    """Numbered in brackets, （一）, as national documents are; the units in brackets at the end."""
    lines = list(as_text(truth, "before"))
    for task in truth.tasks:
        lines.append(f"　　（{task.number}）{task.text}{task.printed['marker']}")
    return "\n\n".join([*lines, *as_text(truth, "after")]).encode("utf-8")


def txt_flattened_with_gaps(truth: Truth) -> bytes:
    """One cell a line behind a tab; an empty cell is a line with the tab alone; section rows stand between."""
    lines = list(as_text(truth, "before"))
    lines += [f"\t{text}" for text in ("序号", "工作任务", "牵头单位", "配合单位", "完成时限")]
    for section in truth.sections:
        lines.append(f"\t{section.printed}")
        for task in section.tasks:
            cells = (task.number, task.text, task.lead_cell(), task.support_cell(), task.deadline_cell())
            lines += [f"\t{text}" for text in cells]
    return "\n".join(lines).encode("utf-8")


def md_undivided(truth: Truth) -> bytes:
    """Headings for the sections, a numbered paragraph for each task, and a numbered list among the safeguards."""
    parts = list(as_text(truth, "before", markdown=True))
    for section in truth.sections:
        parts.append(f"### {section.printed}")
        parts += [f"{task.number}. {task.text}" for task in section.tasks]
    return "\n\n".join([*parts, *as_text(truth, "after", markdown=True)]).encode("utf-8")


def md_bullets_below_headings(truth: Truth) -> bytes:
    """The first sentence of a task is a heading, the rest a paragraph, and units and day are a list below it."""
    parts = list(as_text(truth, "before", markdown=True))
    for task in truth.tasks:
        title, _, rest = task.text.partition("。")
        bullets = [
            f"- 牵头单位：{task.lead_cell()}",
            f"- 责任单位：{task.support_cell()}",
            f"- 完成时限：{task.deadline_cell()}",
        ]
        parts += [f"### {task.number}. {title}。", rest, "\n".join(bullets)]
    return "\n\n".join([*parts, *as_text(truth, "after", markdown=True)]).encode("utf-8")


def txt_blocks_of_labels(truth: Truth) -> bytes:
    """A block of labelled lines for each task."""
    lines = list(as_text(truth, "before"))
    for task in truth.tasks:
        lines += [
            "",
            f"{task.number}．{task.text}",
            "牵头领导：分管副区长",
            f"牵头单位：{task.lead_cell()}",
            f"责任单位：{task.support_cell()}",
            f"完成时限：{task.deadline_cell()}",
        ]
    return "\n".join([*lines, "", *as_text(truth, "after")]).encode("utf-8")


def txt_several_markers(truth: Truth) -> bytes:
    """Several sentences of a task, each with its own units in brackets behind it."""
    lines = [*as_text(truth, "before"), *(f"{task.number}.{task.printed['marked']}" for task in truth.tasks)]
    return "\n".join([*lines, *as_text(truth, "after")]).encode("utf-8")


LAYOUTS = (
    txt_blocks_of_labels,
    txt_several_markers,
    txt_flattened_gb18030,
    md_pipe_table,
    txt_space_separated,
    txt_tabs_rule_below,
    txt_ministries_in_brackets,
    txt_flattened_with_gaps,
    md_undivided,
    md_bullets_below_headings,
)
