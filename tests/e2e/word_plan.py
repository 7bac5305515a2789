"""A plan as a Word file with a table of merged cells, and the same plan as it was changed later."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from docx import Document

TITLE = "韶关市“十四五”养老服务体系建设规划"
HEAD = ("序号", "重点任务", "牵头单位", "配合单位", "完成时限")
SERVICES, STAFF = "一、发展养老服务", "二、建设养老队伍"
Row = Sequence[str] | str
"""The cells of a row, or the title of a section across all of them.  An empty cell is merged with the one above."""

FIRST: tuple[Row, ...] = (
    SERVICES,
    (
        "1",
        "建设城市社区养老服务设施，新建居住区配套设施达标率达到100%。",
        "市民政局",
        "市住建局、市财政局",
        "2023年12月底前",
    ),
    ("2", "推动农村互助养老，办好乡镇敬老院。", "", "市乡村振兴局、市财政局", "2025年底前"),
    STAFF,
    ("3", "培训养老护理员，举办职业技能大赛开发就业岗位", "市人社局", "市民政局、市养老服务中心", "2024年6月底前"),
    ("4", "建立养老机构医养结合机制。", "市卫生健康局", "市医保局", "2025年底前"),
)
CHANGED: tuple[Row, ...] = (
    SERVICES,
    (
        "1",
        "建设城市社区养老服务设施，新建居住区配套设施达标率达到100%。",
        "市民政局",
        "市住建局、市财政局",
        "2024年6月底前",
    ),
    ("2", "推动农村互助养老，办好乡镇和村级敬老院。", "", "市乡村振兴局、市财政局", "2025年底前"),
    STAFF,
    ("3", "培训养老护理员，举办职业技能大赛，开发就业岗位。", "市民政局", "市人社局", "2024年6月底前"),
    ("4", "为全市老年人开放公共文化和体育场馆。", "市文广旅体局", "市财政局", "2025年底前"),
)


def word_file(rows: Sequence[Row]) -> bytes:
    """The file, as an office would save it."""
    document = Document()
    document.add_heading(TITLE, 0)
    document.add_paragraph("为积极应对人口老龄化，制定本规划。规划期为2021年至2025年。")
    document.add_paragraph("由市民政局牵头开展中期评估和期末评估。")
    document.add_paragraph("附件：重点任务分工表")
    table = document.add_table(rows=1, cols=len(HEAD))
    for cell, text in zip(table.rows[0].cells, HEAD, strict=True):
        cell.text = text
    for row in rows:
        cells = table.add_row().cells
        if isinstance(row, str):
            cells[0].merge(cells[-1]).text = row
            continue
        for column, (cell, text) in enumerate(zip(cells, row, strict=True)):
            if text:
                cell.text = text
            else:
                table.cell(len(table.rows) - 2, column).merge(cell)
    file = BytesIO()
    document.save(file)
    return file.getvalue()
