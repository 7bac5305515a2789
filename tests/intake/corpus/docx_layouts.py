"""Word documents, one function a layout."""

from __future__ import annotations

from . import word
from .prose import as_word
from .truth import Truth
from .word import cell, row


def docx_category_merged_down(truth: Truth) -> bytes:
    """The category column is merged over the rows of its group; the header comes again after every eight rows."""
    header = [cell(text) for text in ("类别", "序号", "重点任务", "牵头单位", "配合单位", "完成时限")]
    rows = [row(*header, header=True)]
    for section in truth.sections:
        for position, task in enumerate(section.tasks):
            if task.number in ("9", "17"):
                rows.append(row(*header))
            first = position == 0 or task.number in ("9", "17")
            rows.append(
                row(
                    cell(section.printed if first else "", merge="restart" if first else "continue"),
                    cell(task.number),
                    cell(task.text),
                    cell(task.lead_cell()),
                    cell(task.support_cell()),
                    cell(task.deadline_cell()),
                )
            )
    return word.build([*as_word(truth, "before"), word.table(6, rows), *as_word(truth, "after")])


def docx_section_rows_first_leads(truth: Truth) -> bytes:
    """Section rows span the table; one column of units; the rule stands below."""
    rows = [row(*(cell(text) for text in ("序号", "工作任务", "责任单位")), header=True)]
    for section in truth.sections:
        rows.append(row(cell(section.printed, span=3)))
        rows += [row(cell(task.number), cell(task.text), cell(task.units_cell())) for task in section.tasks]
    return word.build([*as_word(truth, "before"), word.table(3, rows), *as_word(truth, "after")])


def docx_markers_on_own_lines(truth: Truth) -> bytes:
    """Below each task one paragraph for the lead units and one for the supporting units."""
    body = list(as_word(truth, "before"))
    for section in truth.sections:
        body.append(word.paragraph(section.printed, "2"))
        for task in section.tasks:
            body.append(word.paragraph(f"　　{task.number}.{task.text}"))
            body.append(word.paragraph(f"　　牵头单位：{task.lead_cell()}"))
            body.append(word.paragraph(f"　　配合单位：{task.support_cell() or '无'}"))
    return word.build([*body, *as_word(truth, "after")])


def docx_paragraphs_in_cells(truth: Truth) -> bytes:
    """A column for the leader in charge; one unit a paragraph; the text broken into paragraphs at its sentences."""
    rows = [
        row(
            *(cell(text) for text in ("序号", "建设任务", "责任校领导", "牵头部门", "协办单位", "完成时间")),
            header=True,
        )
    ]
    for task in truth.tasks:
        title, _, rest = task.text.partition("。")
        rows.append(
            row(
                cell(task.number),
                cell([f"{title}。", *([rest] if rest else [])]),
                cell(task.printed["remark"]),
                cell(task.leads),
                cell(task.supports),
                cell(task.deadline_cell()),
            )
        )
    return word.build([*as_word(truth, "before"), word.table(6, rows)])


def docx_two_level_header(truth: Truth) -> bytes:
    """The header has two rows; where the next task has the same lead units, their cell is merged down."""
    rows = [
        row(
            cell("序号", merge="restart"),
            cell("工作任务", merge="restart"),
            cell("责任分工", span=2),
            cell("时间要求", merge="restart"),
            header=True,
        ),
        row(
            cell("", merge="continue"),
            cell("", merge="continue"),
            cell("牵头单位"),
            cell("配合单位"),
            cell("", merge="continue"),
            header=True,
        ),
    ]
    before: tuple[str, ...] = ()
    for task in truth.tasks:
        same = task.leads == before
        before = task.leads
        rows.append(
            row(
                cell(task.number),
                cell(task.text),
                cell("" if same else task.lead_cell(), merge="continue" if same else "restart"),
                cell(task.support_cell()),
                cell(task.deadline_cell()),
            )
        )
    return word.build([*as_word(truth, "before"), word.table(5, rows), *as_word(truth, "after")])


def docx_undivided_with_boxes(truth: Truth) -> bytes:
    """Numbered tasks without units; a box of projects is a table of one cell behind the second section."""
    box = [
        "专栏1　文物保护利用重点工程",
        "1.石窟寺保护工程。实施危岩体加固、水害治理项目9个。",
        "2.革命文物保护利用工程。建设革命文物主题展馆4处。",
        "3.智慧文博工程。由市文物局牵头建设云上展厅。",
    ]
    body = list(as_word(truth, "before"))
    for position, section in enumerate(truth.sections, 1):
        body.append(word.paragraph(section.printed, "2"))
        body += [word.paragraph(f"　　{task.number}. {task.text}") for task in section.tasks]
        if position == 2:
            body.append(word.table(1, [row(cell(box))]))
    return word.build([*body, *as_word(truth, "after")])


def docx_markers_in_brackets(truth: Truth) -> bytes:
    """The units stand in brackets behind the paragraph, with the deadline."""
    body = list(as_word(truth, "before"))
    for section in truth.sections:
        body.append(word.paragraph(section.printed, "2"))
        body += [word.paragraph(f"　　{task.number}.{task.text}{task.printed['marker']}") for task in section.tasks]
    return word.build([*body, *as_word(truth, "after")])


def docx_numbered_by_word(truth: Truth) -> bytes:
    """Word counts the rows itself: the cells of the numbers hold no text."""
    rows = [row(*(cell(text) for text in ("序号", "重点任务", "负责单位")), header=True)]
    rows += [row(cell("", numbered=1), cell(task.text), cell(task.units_cell())) for task in truth.tasks]
    return word.build([*as_word(truth, "before"), word.table(3, rows)])


LAYOUTS = (
    docx_category_merged_down,
    docx_section_rows_first_leads,
    docx_markers_on_own_lines,
    docx_paragraphs_in_cells,
    docx_two_level_header,
    docx_undivided_with_boxes,
    docx_markers_in_brackets,
    docx_numbered_by_word,
)
