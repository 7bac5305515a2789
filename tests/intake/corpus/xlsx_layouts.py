"""Workbooks, one function a layout."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import openpyxl
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from .truth import Task, Truth

DAY = datetime(2022, 1, 1)  # noqa: DTZ001 - a file's own date has no zone


def saved(book: openpyxl.Workbook) -> bytes:
    """The same bytes every time: no hour of making in it."""
    book.properties.created = book.properties.modified = DAY
    first, out = io.BytesIO(), io.BytesIO()
    book.save(first)
    with zipfile.ZipFile(first) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                start, end = data.index(b"<dcterms:modified"), data.index(b"</dcterms:modified>")
                data = data[:start] + data[end + len(b"</dcterms:modified>") :]
            new.writestr(zipfile.ZipInfo(name, (2022, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _across(sheet: Worksheet, line: int, columns: int, text: str) -> None:
    """One cell merged over the whole width."""
    sheet.cell(line, 1, text).alignment = Alignment(horizontal="center", wrap_text=True)
    sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=columns)


def _write(sheet: Worksheet, line: int, cells: list[object]) -> None:
    for column, content in enumerate(cells, 1):
        if content not in ("", None):
            sheet.cell(line, column, content)


def _day(task: Task) -> object:
    """A true date where the truth says so, else the words."""
    if task.printed.get("date"):
        return datetime.combine(task.printed["day"], datetime.min.time())
    return task.deadline_cell()


def xlsx_section_rows_true_dates(truth: Truth) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "任务分解表"
    _across(sheet, 1, 6, truth.data["title"])
    _across(sheet, 2, 6, "填表说明：完成时限填写到月；牵头单位对任务总负责。    填报日期：2023年3月15日")
    _write(sheet, 3, ["序号", "主要任务", "牵头单位", "配合单位", "完成时限", "备注"])
    line = 4
    for section in truth.sections:
        _across(sheet, line, 6, section.printed)
        line += 1
        for task in section.tasks:
            cells = [int(task.number), task.text, task.lead_cell(), task.support_cell(), _day(task)]
            _write(sheet, line, cells)
            sheet.cell(line, 5).number_format = 'yyyy"年"m"月"d"日"'
            line += 1
    return saved(book)


def xlsx_columns_in_odd_order(truth: Truth) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.cell(2, 2, truth.data["title"])
    headers = ["完成时限", "牵头单位", "工作任务", "序号", "配合单位", "备注"]
    for column, text in enumerate(headers, 2):
        sheet.cell(4, column, text)
    for line, task in enumerate(truth.tasks, 5):
        cells = [
            task.deadline_cell(),
            task.lead_cell(),
            task.text,
            int(task.number),
            task.support_cell(),
            task.printed.get("remark", ""),
        ]
        for column, content in enumerate(cells, 2):
            sheet.cell(line, column, content or None)
    sheet.cell(5 + len(truth.tasks) + 1, 2, "填表单位：市健康明湖行动推进办公室")
    return saved(book)


def xlsx_two_sheets_two_levels(truth: Truth) -> bytes:
    """A sheet of remarks first; then a header of two rows, the category merged down."""
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "填报说明"
    for line, text in enumerate(("填报说明", "1.牵头单位每季度末更新进展。", "2.配合单位及时提供材料。"), 1):
        notes.cell(line, 1, text)
    sheet = book.create_sheet("任务分解")
    _across(sheet, 1, 6, truth.data["title"])
    _write(sheet, 2, ["类别", "序号", "工作任务", "责任分工", "", "完成时限"])
    _write(sheet, 3, ["", "", "", "牵头单位", "配合单位"])
    sheet.merge_cells("D2:E2")
    for column in "ABCF":
        sheet.merge_cells(f"{column}2:{column}3")
    line = 4
    for section in truth.sections:
        sheet.cell(line, 1, section.printed)
        sheet.merge_cells(start_row=line, end_row=line + len(section.tasks) - 1, start_column=1, end_column=1)
        for task in section.tasks:
            cells = [int(task.number), task.text, task.lead_cell(), task.support_cell(), task.deadline_cell()]
            _write(sheet, line, ["", *cells])
            line += 1
    return saved(book)


def xlsx_a_sheet_a_section(truth: Truth) -> bytes:
    """Each section has a sheet of its own, numbers start again; the last columns wait to be filled in."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for section in truth.sections:
        sheet = book.create_sheet(section.printed)
        _across(sheet, 1, 5, f"{truth.data['title']}（{section.printed}）")
        _write(sheet, 2, ["序号", "工作任务", "责任单位", "进展情况", "存在问题"])
        for line, task in enumerate(section.tasks, 3):
            _write(sheet, line, [f"{task.number}", task.text, task.units_cell()])
    return saved(book)


def xlsx_rows_without_number(truth: Truth) -> bytes:
    """A unit a row: the rows below the first of a task have no number; half of the tasks are merged over their rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    _across(sheet, 1, 4, truth.data["title"])
    _write(sheet, 3, ["序号", "重点工作", "牵头单位", "责任单位"])
    line = 4
    for task in truth.tasks:
        height = max(len(task.leads), len(task.supports))
        _write(sheet, line, [float(task.number), task.text])
        for offset in range(height):
            for column, names in ((3, task.leads), (4, task.supports)):
                if offset < len(names):
                    sheet.cell(line + offset, column, names[offset])
        if height > 1 and int(task.number) <= 5:
            for column in (1, 2):
                sheet.merge_cells(start_row=line, end_row=line + height - 1, start_column=column, end_column=column)
        line += height
    return saved(book)


def xlsx_broken_names(truth: Truth) -> bytes:
    """Line breaks within the cells, some in the middle of a name; columns for the office and the contact in charge."""
    book = openpyxl.Workbook()
    sheet = book.active
    _across(sheet, 1, 6, truth.data["title"])
    _write(sheet, 2, ["序号", "目标任务", "主办单位", "责任科室", "协办单位", "联系人"])
    for line, task in enumerate(truth.tasks, 3):
        office = "食品安全协调科" if "市场监管" in task.leads[0] else "办公室"
        _write(sheet, line, [int(task.number), task.text, task.lead_cell(), office, task.support_cell(), "办公室主任"])
        sheet.cell(line, 3).alignment = sheet.cell(line, 5).alignment = Alignment(wrap_text=True)
    return saved(book)


def xlsx_hierarchical_numbers(truth: Truth) -> bytes:
    """Numbers of two levels as text, a row for each section, a sum and a remark within the table."""
    book = openpyxl.Workbook()
    sheet = book.active
    _across(sheet, 1, 6, truth.data["title"])
    _write(sheet, 2, ["序号", "重点工作", "总牵头部门", "参与单位", "完成时间", "是否完成"])
    line = 3
    for section in truth.sections:
        sheet.cell(line, 1, section.printed.split("、")[0])
        sheet.cell(line, 2, section.printed.split("、")[1])
        line += 1
        for task in section.tasks:
            _write(sheet, line, [task.number, task.text, task.lead_cell(), task.support_cell(), task.deadline_cell()])
            line += 1
    _write(sheet, line, ["合计", f"{len(truth.tasks)}项"])
    _across(sheet, line + 1, 6, "备注：总牵头部门每季度末月25日前报送进展情况。")
    return saved(book)


LAYOUTS = (
    xlsx_hierarchical_numbers,
    xlsx_section_rows_true_dates,
    xlsx_columns_in_odd_order,
    xlsx_two_sheets_two_levels,
    xlsx_a_sheet_a_section,
    xlsx_rows_without_number,
    xlsx_broken_names,
)
