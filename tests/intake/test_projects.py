"""Boxes of key projects in the shapes in which plans print them."""

from __future__ import annotations

from tests.intake.documents import document, table
from tracker.intake.blocks import Document, Table
from tracker.intake.projects import read_projects


def entries(source: Document) -> list[tuple[str, str, str]]:
    return [(entry.box, entry.number, entry.text) for entry in read_projects(source).entries]


def after(text: str, *tables: Table) -> Document:
    return document(text, *tables)


def test_a_box_in_running_text_ends_where_the_text_goes_on() -> None:
    text = """二、主要任务
（一）健全保障。
1．完善制度。落实各项补贴。
专栏3：保障重点工程
1.阳光家园：提供托养服务。
2.康复救助：提供康复服务。
（二）促进就业。
1．完善政策。落实补贴。"""
    assert entries(document(text)) == [
        ("专栏3：保障重点工程", "1", "阳光家园：提供托养服务。"),
        ("专栏3：保障重点工程", "2", "康复救助：提供康复服务。"),
    ]


def test_the_next_heading_of_the_text_is_no_entry_even_where_its_number_fits() -> None:
    text = """（一）提升能力。
1. 建设网络。
建成网络。
2. 优化服务。
服务到家。
专栏 2 重点工程
1. 网络工程：建设网络。
2. 服务工程：建设中心。
3. 加强管理。
完善办法。"""
    assert [entry[1:] for entry in entries(document(text))] == [
        ("1", "网络工程：建设网络。"),
        ("2", "服务工程：建设中心。"),
    ]


def test_the_parts_of_a_box_stand_behind_its_title() -> None:
    text = """三、主要任务
专栏4 教育文化项目
一、教育
1.精准义教。排查需求。
二、文化
1.文化周。举办活动。
四、保障措施
1.加强领导。"""
    assert entries(document(text)) == [
        ("专栏4 教育文化项目 一、教育", "1", "精准义教。排查需求。"),
        ("专栏4 教育文化项目 二、文化", "1", "文化周。举办活动。"),
    ]


def test_an_entry_whose_name_stands_on_a_line_of_its_own() -> None:
    text = "专栏1 重点工程\n1.云平台工程\n建设统一的政务云平台。\n2.数据工程\n汇聚公共数据资源。\n第三章 保障"
    assert [entry[1:] for entry in entries(document(text))] == [
        ("1", "云平台工程：建设统一的政务云平台。"),
        ("2", "数据工程：汇聚公共数据资源。"),
    ]


def test_a_box_in_a_frame() -> None:
    frame = table(
        ("专栏2 湿地修复工程",), ("1.河口湿地。修复湿地100公顷。\n补种芦苇。\n（2）湖滨湿地。退渔还湖。",), line=5
    )
    found = read_projects(document("一、任务", frame))
    assert [(entry.box, entry.number, entry.text) for entry in found.entries] == [
        ("专栏2 湿地修复工程", "1", "河口湿地。修复湿地100公顷。补种芦苇。"),
        ("专栏2 湿地修复工程", "2", "湖滨湿地。退渔还湖。"),
    ]
    assert found.tables == [frame]


def test_a_frame_below_its_title_and_a_box_with_columns() -> None:
    frame = table(("序号", "项目名称", "建设内容"), ("1", "消防站", "新建2座"), ("2", "水源", "改造30处"))
    assert entries(document("专栏5 消防重点项目", frame)) == [
        ("专栏5 消防重点项目", "1", "消防站：新建2座"),
        ("专栏5 消防重点项目", "2", "水源：改造30处"),
    ]


def test_a_box_that_is_the_caption_of_another_table_holds_no_projects() -> None:
    rows = table(("指标", "2020年", "2025年"), ("学校数", "3", "5"))
    found = read_projects(document("专栏1 主要指标", rows), [rows])
    assert (found.entries, found.doubts) == ([], [])


def test_a_box_without_numbers_is_said() -> None:
    found = read_projects(
        document("一、任务\n专栏6 行动\n持续开展宣传教育活动，营造良好氛围，形成人人参与的局面，推动工作深入开展。")
    )
    assert found.entries == []
    assert [(doubt.line, doubt.values["box"]) for doubt in found.doubts] == [(2, "专栏6 行动")]


def test_a_sentence_about_a_box_opens_none() -> None:
    assert entries(document("专栏3所列项目由各地组织实施，市有关部门要加强指导。\n1.加强指导。")) == []
