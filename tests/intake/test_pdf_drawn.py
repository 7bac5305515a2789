"""PDF tables drawn in the ways of office programs, and text that they print in odd ways."""

from __future__ import annotations

import pytest

from tests.intake.drawing import cells, document, grid, words
from tracker.intake.blocks import Paragraph, Table
from tracker.intake.readers.pdf import read_pdf

XS = (60, 90, 300, 400, 530)
YS = (780, 760, 720, 700)
ROWS = (
    ("序号", "重点任务", "牵头单位", "配合单位"),
    (
        "1",
        "建设城市运行管理服务平台，燃气、桥梁、\n供水设施实时感知。",
        "市城市管理局\n市应急局",
        "市大数据局、市住房城\n乡建设委",
    ),
    ("2", "举办读书节", "市委宣传部", "无"),
)
WANTED = [
    ["序号", "重点任务", "牵头单位", "配合单位"],
    [
        "1",
        "建设城市运行管理服务平台，燃气、桥梁、供水设施实时感知。",
        "市城市管理局\n市应急局",
        "市大数据局、市住房城乡建设委",
    ],
    ["2", "举办读书节", "市委宣传部", "无"],
]


def tables(data: bytes) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row] for row in block.rows]
        for block in read_pdf(data).blocks
        if isinstance(block, Table)
    ]


@pytest.mark.parametrize("form", [False, True], ids=["page", "form"])
@pytest.mark.parametrize("how", ["strokes", "boxes", "bars", "path"])
def test_a_table_is_found_however_its_lines_are_drawn(how: str, form: bool) -> None:
    assert tables(document([grid(XS, YS, how) + cells(XS, YS, ROWS)], form=form)) == [WANTED]


def test_without_its_lines_the_same_text_is_told_by_its_columns() -> None:
    assert tables(document([cells(XS, YS, ROWS)]))[0][2] == WANTED[2]


def test_halves_without_a_second_header_are_one_table_and_a_cut_row_is_one() -> None:
    first = grid(XS, YS, "bars") + cells(
        XS, YS, (ROWS[0], ROWS[2], ("3", "建设水域救援队，", "市应急局、", "市财政局"))
    )
    second = grid(XS, YS, "bars") + cells(
        XS,
        YS,
        (
            ("", "配齐救生装备。", "市消防救援支队", ""),
            ("4", "开展演练", "市应急局", ""),
            ("5", "更新装备", "市应急局", ""),
        ),
    )
    assert tables(document([first, second])) == [
        [
            WANTED[0],
            WANTED[2],
            ["3", "建设水域救援队，配齐救生装备。", "市应急局、市消防救援支队", "市财政局"],
            ["4", "开展演练", "市应急局", ""],
            ["5", "更新装备", "市应急局", ""],
        ]
    ]


def test_a_table_with_other_columns_on_the_next_page_is_its_own() -> None:
    other = (60, 200, 330, 430, 530)
    pages = [grid(xs, YS, "bars") + cells(xs, YS, ROWS[:1] + ROWS[2:]) for xs in (XS, other)]
    assert len(tables(document([pages[0], pages[1].replace(words(63, 768, "序号"), words(63, 768, "编号"))]))) == 2


def test_letters_printed_twice_and_radicals_are_read_as_meant() -> None:
    text = words(60, 700, "重点⼯作") + words(60.4, 700, "重点⼯作") + words(60, 600, "全市各级部门⽂件汇编")
    blocks = read_pdf(document([text])).blocks
    assert [block.text for block in blocks if isinstance(block, Paragraph)] == ["重点工作", "全市各级部门文件汇编"]
