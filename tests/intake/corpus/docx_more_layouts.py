"""More Word documents, one function a layout: roles within cells, below paragraphs, tables that look like the annex."""

from __future__ import annotations

from . import word
from .prose import as_word, indicator_rows
from .truth import Truth
from .word import cell, row

PROJECTS = [
    ["序号", "项目名称", "建设内容", "总投资（亿元）", "责任单位"],
    ["1", "安河引水工程", "输水线路68公里、泵站3座", "42.6", "市水务集团"],
    ["2", "安河干流防洪提升工程", "堤防加固96公里", "18.3", "市水利工程建设中心"],
    ["3", "云台水库扩容工程", "增加库容3200万立方米", "9.7", "云台县人民政府"],
    ["4", "数字孪生安河工程", "感知网与调度平台", "2.1", "市水利信息中心"],
]


def docx_roles_within_a_cell(truth: Truth) -> bytes:
    """One column for all units; within the cell a paragraph names each role."""
    rows = [row(*(cell(text) for text in ("序号", "任务内容", "责任分工")), header=True)]
    for task in truth.tasks:
        roles = [f"牵头单位：{task.lead_cell()}", f"配合单位：{task.support_cell()}"]
        rows.append(row(cell(task.number), cell(task.text), cell(roles)))
    return word.build([*as_word(truth, "before"), word.table(3, rows)])


def docx_two_text_columns(truth: Truth) -> bytes:
    """No column of numbers: the measure begins with its number, the task it belongs to is merged down."""
    rows = [row(*(cell(text) for text in ("重点任务", "具体措施", "牵头部门", "参与部门", "完成时间")), header=True)]
    for section in truth.sections:
        for position, task in enumerate(section.tasks):
            rows.append(
                row(
                    cell("" if position else section.printed, merge="continue" if position else "restart"),
                    cell(f"{task.number}.{task.text}"),
                    cell(task.lead_cell()),
                    cell(task.support_cell()),
                    cell(task.deadline_cell()),
                )
            )
    return word.build([*as_word(truth, "before"), word.table(5, rows)])


def docx_square_brackets_below(truth: Truth) -> bytes:
    """The name of the task, its text and its units are three paragraphs; the units stand in 【】."""
    body = list(as_word(truth, "before"))
    for task in truth.tasks:
        name, _, rest = task.text.partition("。")
        body.append(word.paragraph(f"　　{task.number}.{name}。"))
        body.append(word.paragraph(f"　　{rest}"))
        body.append(word.paragraph(f"　　【牵头单位：{task.lead_cell()}；配合单位：{task.support_cell()}】"))
    return word.build([*body, *as_word(truth, "after")])


def docx_projects_beside_tasks(truth: Truth) -> bytes:
    """Three tables name units: projects, indicators and the annex itself."""
    parts = []
    for piece in as_word(truth, "before"):
        parts.append(piece)
        if "附件1" in piece and "重点项目表" in piece and "TOC1" not in piece:
            parts.append(_plain(PROJECTS))
    rows = [["序号", "重点任务", "牵头单位", "配合单位"]]
    rows += [[task.number, task.text, task.lead_cell(), task.support_cell()] for task in truth.tasks]
    duties = [["序号", "指标名称", "责任单位"]]
    duties += [[number, name, "市水利局"] for number, name, *_ in indicator_rows(truth)[1:]]
    body = [*parts, _plain(rows), word.paragraph("附件3　主要指标责任分解表", "1"), _plain(duties)]
    return word.build([*body, *as_word(truth, "after")])


def docx_spaced_head_words(truth: Truth) -> bytes:
    """Spaces between the letters of the head, numbers of full width, a column that is no role, a note as last row."""
    head = ("序  号", "重 点 任 务", "完成标志", "牵 头 单 位", "配 合 单 位", "完成\n时限")
    rows = [row(*(cell(text) for text in head), header=True)]
    for task in truth.tasks:
        number = task.number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        cells = (number, task.text, task.printed["remark"], task.lead_cell(), task.support_cell(), task.deadline_cell())
        rows.append(row(*(cell(text) for text in cells)))
    rows.append(row(cell("备注：牵头单位于每年12月20日前将完成情况报县政府办公室。", span=6)))
    return word.build([*as_word(truth, "before"), word.table(6, rows)])


def docx_paragraphs_numbered_by_word(truth: Truth) -> bytes:
    """Word counts the paragraphs; the units stand in brackets at their end."""
    body = list(as_word(truth, "before"))
    for task in truth.tasks:
        marker = f"（牵头单位：{task.lead_cell()}；配合单位：{task.support_cell()}）"
        body.append(word.paragraph(f"{task.text}{marker}", numbered=2))
    return word.build([*body, *as_word(truth, "after")])


def _plain(rows: list[list[str]]) -> str:
    return word.table(len(rows[0]), [row(*(cell(text) for text in texts)) for texts in rows])


LAYOUTS = (
    docx_paragraphs_numbered_by_word,
    docx_spaced_head_words,
    docx_roles_within_a_cell,
    docx_two_text_columns,
    docx_square_brackets_below,
    docx_projects_beside_tasks,
)
