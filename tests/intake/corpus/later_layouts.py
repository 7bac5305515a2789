"""Layouts that real documents taught later, one function a layout."""

from __future__ import annotations

import openpyxl

from .prose import as_text
from .truth import Truth
from .xlsx_layouts import saved


def txt_labels_below_of_a_web_page(truth: Truth) -> bytes:
    """牵头单位 and 责任单位 on lines of their own below each task, the names parted by commas of both kinds."""
    lines = list(as_text(truth, "before"))
    for section in truth.sections:
        lines.append(section.printed)
        for task in section.tasks:
            lines += [f"{task.number}.{task.text}", f"牵头单位：{task.lead_cell()}", f"责任单位：{task.support_cell()}"]
    return "\n\n".join([*lines, *as_text(truth, "after")]).encode("utf-8")


def txt_names_without_level(truth: Truth) -> bytes:
    """Offices without 市, chapters by vice mayor, the rule in the first line of units, 分别牵头 in another."""
    lines = list(as_text(truth, "before"))
    for section in truth.sections:
        lines.append(section.printed)
        for task in section.tasks:
            lines += [f"{task.number}.{task.text}", f"责任单位：{task.units_cell()}"]
    return "\n".join(lines).encode("utf-8")


def txt_tabs_with_broken_cells(truth: Truth) -> bytes:
    """Copied from a word processor: a tab between cells, a line break within them, the category on its first row."""
    lines = [*as_text(truth, "before"), "类别\t序号\t主要内容\t牵头处室\t配合处室\t完成时间"]
    for section in truth.sections:
        for place, task in enumerate(section.tasks):
            category = section.printed if place == 0 else ""
            cells = (category, task.number, task.text.replace("，", "，\n", 1), task.lead_cell())
            lines.append("\t".join((*cells, task.support_cell(), task.deadline_cell())))
    return "\n".join(lines).encode("utf-8")


def xlsx_quarters_beside_units(truth: Truth) -> bytes:
    """A head of two rows: the units below 责任单位, the quarters below 进度安排."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["附件2"])
    sheet.append([truth.data["title"]])
    sheet.append(["序号", "项目名称及内容", "责任领导", "责任单位", None, "进度安排"])
    sheet.append([None, None, None, "牵头单位", "配合单位", "一季度", "二季度", "三季度", "四季度"])
    for merged in ("A2:I2", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:I3"):
        sheet.merge_cells(merged)
    for task in truth.tasks:
        steps = ("制定方案", "组织实施", "中期检查", "竣工验收")
        sheet.append([int(task.number), task.text, "副区长", task.lead_cell(), task.support_cell(), *steps])
    return saved(book)


LAYOUTS = (
    txt_labels_below_of_a_web_page,
    txt_names_without_level,
    txt_tabs_with_broken_cells,
    xlsx_quarters_beside_units,
)
