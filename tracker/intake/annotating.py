"""The same workbook with a column of problems, the cells marked: what goes back to whoever edited it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from .workbook import COLUMNS, KEY_HEADING, PROBLEM_HEADING, RowFault

_MARK = PatternFill("solid", fgColor="FFC7CE")


def annotate(data: bytes, faults: Iterable[RowFault], translate: Callable[..., str]) -> bytes:
    """The workbook ``data``, which ``read_workbook`` has read, with its faults; an older column is written anew."""
    book = load_workbook(BytesIO(data))
    sheet = book.worksheets[0]
    heading = next(
        row for row in sheet.iter_rows() if any(str(cell.value or "").startswith(KEY_HEADING) for cell in row)
    )
    at = {str(cell.value).strip(): place for place, cell in enumerate(heading, 1) if cell.value is not None}
    place = at.get(PROBLEM_HEADING) or max(at.values()) + 1
    lines: dict[int, list[str]] = defaultdict(list)
    for fault in faults:
        lines[fault.row].append(f"{COLUMNS[fault.column]}：{translate(fault.message, **fault.values)}")
        sheet.cell(fault.row, at[COLUMNS[fault.column]]).fill = _MARK
    first = next(row for row, cells in enumerate(sheet.iter_rows(), 1) if cells == heading)
    sheet.cell(first, place).value = PROBLEM_HEADING
    sheet.cell(first, place).font = Font(bold=True)
    for row in range(first + 1, sheet.max_row + 1):
        cell = sheet.cell(row, place)
        cell.value = "\n".join(lines[row]) if row in lines else None
        cell.data_type = "s" if row in lines else cell.data_type  # a name in it may begin with an equals sign
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions[get_column_letter(place)].width = 50
    out = BytesIO()
    book.save(out)
    return out.getvalue()
