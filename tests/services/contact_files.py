"""Contacts files as tests write them: three good rows, as a workbook or as text."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook

HEADINGS = ("单位", "姓名", "电子邮箱", "角色")
GOOD = (
    ("市体育局", "市体育局 经办人（二）", "Sports@Example.test", "经办人"),
    ("市民政局", "市民政局 负责人（二）", "civil@example.test", "单位负责人"),
    ("市教育局", "市教育局 联络员", "school@example.test", "联络员"),
)


def workbook(*rows: Sequence[object], headings: Sequence[object] = HEADINGS) -> bytes:
    """An .xlsx file."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (headings, *rows):
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def text(*rows: Sequence[str], headings: Sequence[str] = HEADINGS, encoding: str = "utf-8", mark: str = ",") -> bytes:
    """A .csv file."""
    return "\r\n".join(mark.join(row) for row in (headings, *rows)).encode(encoding)
