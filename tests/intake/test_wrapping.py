"""Which lines are one paragraph, and which lines say a document again."""

from __future__ import annotations

import pytest

from tracker.intake.blocks import Paragraph
from tracker.intake.readers.text import read_text
from tracker.intake.readers.twice import second_copy
from tracker.intake.readers.wrapping import join, runs_on

LONG = "完善消防安全责任体系。健全网格化管理机制，推动消防工作与基层治理融合"


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (LONG, "发展，形成齐抓共管格局。"),
        ("第一节  完善社会保障制度，", "为群众提供更高水平的保障"),
        ("1. 加强法治建设。配合开展《中", "华人民共和国消防法》执法检查。"),
        ("对规划实施情况进行年度监测、中期评估和总结评估，", "及时发现和解决问题。"),
        ("推动建立统一的信息平台，实现数据共享，各成员单位按照职责分工将有关工", "作。"),
    ],
)
def test_a_sentence_cut_in_two_is_one(above: str, below: str) -> None:
    assert runs_on(above, below)
    text = "\n\n".join((above, below))
    assert [block.line for block in read_text(text.encode()).blocks] == [1]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (LONG + "。", "发展，形成齐抓共管格局。"),
        (LONG, "2.推进社会救助。"),
        (LONG, "（二）加强组织领导。"),
        (LONG, "牵头单位：市民政局；配合单位：市财政局。"),
        ("（一）完善体制机制", "加强党对各项事业的全面领导。认真落实部署，提供保障。"),
        ("三、加快培育市场主体，推动产业集聚发展", "坚持市场主导。发挥企业作用，完善政策。"),
        ("现将规划印发给你们,请认真组织实施", "某市人民政府"),
        ("某市人民政府", "2022年11月21日"),
    ],
)
def test_paragraphs_and_headings_stay_apart(above: str, below: str) -> None:
    assert not runs_on(above, below)
    text = "\n\n".join((above, below))
    assert [block.line for block in read_text(text.encode()).blocks] == [1, 3]


def test_chinese_meets_without_a_space_and_latin_with_one() -> None:
    assert join("推进标准", "化建设") == "推进标准化建设"
    assert join("Smart", "City") == "Smart City"
    assert join("建设5G", "网络") == "建设5G网络"


def test_text_set_to_a_width_becomes_paragraphs_again() -> None:
    paragraphs = [
        f"坚持{subject}优先、统筹推进，健全{subject}调查和监测体系，严格管理要求，压实各方面责任，" * 4 + "确保完成。"
        for subject in ("生态", "消防安全", "养老服务")
    ]
    lines = []
    for paragraph in paragraphs:
        lines += ["　　" + paragraph[:30], *[paragraph[at : at + 32] for at in range(30, len(paragraph), 32)]]
    blocks = read_text("\n".join(lines).encode()).blocks
    assert [block.text for block in blocks if isinstance(block, Paragraph)] == paragraphs


def test_the_print_view_of_a_page_is_left_out_and_said() -> None:
    body = [
        f"{n}.这一段说明第{n}项任务的具体内容和要求，各有关部门应当认真抓好贯彻落实，确保如期完成。"
        for n in range(1, 9)
    ]
    lines = ["导航", "某市规划", "", *body, "", "下载", "某市规划", "", *[f"  {line}" for line in body], "版权所有"]
    document = read_text("\n".join(lines).encode())
    assert second_copy(lines) == range(13, 23)
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == [
        "导航", "某市规划", *body, "下载", "版权所有",
    ]  # fmt: skip
    assert document.lines == tuple(lines)
    assert document.doubts[0].values == {"first": 14, "last": 23}


def test_a_sentence_said_again_is_no_copy() -> None:
    again = "加强组织领导，各有关部门应当认真抓好贯彻落实，确保各项任务按期保质完成。"
    other = [
        f"这是第{n}段文字，内容各不相同，讲的是第{n}个方面的工作安排和具体要求，不应当被当作重复。" for n in range(9)
    ]
    assert second_copy([again, *other, again]) is None
