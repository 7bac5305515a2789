"""A plan as a file: the annex as a workbook or as CSV, the document as YAML in the shape of seed_tasks/."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import yaml
from sqlalchemy.orm import Session
from xlsxwriter import Workbook

from ..intake.workbook import COLUMNS, JOINT, KEPT_HEADING, KEY_HEADING
from ..plans.document import plan_document
from ..plans.models import Plan
from .annex import AnnexRow

WIDTHS = {"section": 18, "number": 6, "text": 60, "leads": 22, "supports": 30, "deadline": 13, "state": 10,
          "progress": 30, "remark": 16}  # fmt: skip
_OPENS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def annex_workbook(plan: Plan, rows: Sequence[AnnexRow]) -> bytes:
    """The workbook: title, heading, one row a task; texts stay texts whatever they begin with, dates are dates."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(out, options)
    book.set_properties({"title": plan.title})
    sheet = book.add_worksheet("重点任务分工表")
    font = {"font_name": "仿宋", "font_size": 11, "valign": "top", "text_wrap": True, "border": 1}
    cell, day = book.add_format(font), book.add_format({**font, "num_format": "yyyy-mm-dd", "align": "left"})
    title = book.add_format({"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"})
    heading = book.add_format({**font, "font_name": "黑体", "bold": True, "align": "center"})
    sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, plan.title, title)
    sheet.set_row(0, 30)
    for place, (name, words) in enumerate(COLUMNS.items()):
        sheet.write_string(1, place, words, heading)
        sheet.set_column(place, place, WIDTHS[name])
    hidden = len(COLUMNS)
    sheet.write_string(1, hidden, f"{KEY_HEADING}{plan.slug}")
    sheet.write_string(1, hidden + 1, KEPT_HEADING)
    sheet.set_column(hidden, hidden + 1, 8, None, {"hidden": True})
    for line, row in enumerate(rows, 2):
        for place, name in enumerate(COLUMNS):
            if name == "deadline" and row.deadline is not None:
                sheet.write_datetime(line, place, row.deadline, day)
            else:
                sheet.write_string(line, place, row.words if name == "deadline" else getattr(row, name), cell)
        sheet.write_string(line, hidden, row.ref)
        words = row.words if row.deadline is not None else ""
        sheet.write_string(line, hidden + 1, f"{JOINT if row.joint else ''}:{words}" if row.joint or words else "")
    sheet.freeze_panes(2, 0)
    sheet.repeat_rows(1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def annex_csv(rows: Sequence[AnnexRow]) -> bytes:
    """The same columns as CSV in UTF-8 with the mark that Excel wants; what would open a formula is quoted."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS.values())
    for row in rows:
        day = row.deadline.isoformat() if row.deadline is not None else row.words
        writer.writerow([_harmless(day if name == "deadline" else getattr(row, name)) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_OPENS_A_FORMULA) else text


def plan_yaml(session: Session, plan: Plan) -> bytes:
    """What the document says, as a file of seed_tasks/ that ``seed`` and ``plans import`` take."""
    beside: dict[str, Any] = {
        "slug": plan.slug,
        "supervising_unit": plan.supervising_unit.name,
        "definition": plan.definition,
    }
    document = {**beside, **plan_document(session, plan)}
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120).encode()
