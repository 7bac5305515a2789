"""Web pages: the document without the page, merged cells, text as the browser shows it, any declared encoding."""

from __future__ import annotations

import time

import pytest

from tracker.intake.blocks import Document, Heading, Paragraph, Table
from tracker.intake.faults import UnreadableDocument
from tracker.intake.readers import read_document

TASKS = [
    ["序号", "重点任务", "牵头单位"],
    ["1", "完善残疾人基本生活保障制度", "市民政局"],
    ["2", "提高康复服务水平", "市残联"],
]
PROSE = "到2025年，残疾人基本民生得到稳定保障，重度残疾人得到更好照护。"


def read(body: str, encoding: str = "utf-8", head: str = "") -> Document:
    return read_document("page.html", f"<html><head>{head}</head><body>{body}</body></html>".encode(encoding))


def rows_of(rows: list[list[str]]) -> str:
    return "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in rows)


def table_of(document: Document) -> list[list[str]]:
    tables = [block for block in document.blocks if isinstance(block, Table)]
    assert len(tables) == 1
    return [[cell.text for cell in row] for row in tables[0].rows]


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Heading | Paragraph)]


def test_headings_paragraphs_and_entities() -> None:
    document = read(f"<h1>分工方案</h1><div><h2>一、目标</h2><p>覆盖率&ge;95%&nbsp;以上</p>{PROSE}<p></p></div>")
    assert document.blocks == (
        Heading("分工方案", 1, 1),
        Heading("一、目标", 2, 2),
        Paragraph("覆盖率≥95% 以上", 3),
        Paragraph(PROSE, 4),
    )


def test_line_breaks_of_the_source_are_none_and_those_of_the_page_divide() -> None:
    document = read(
        f"<p>　　残疾人\n  事业<b>发展</b>\nof the\ncity</p><p>一、要求<br>　　{PROSE}<br/>责任单位：市残联</p>"
    )
    assert texts(document) == ["残疾人事业发展of the city", "一、要求", PROSE, "责任单位：市残联"]


def test_lines_of_preformatted_text_are_paragraphs() -> None:
    assert texts(read("<pre>一、总体要求\n（一）目标\n1.甲。</pre>")) == ["一、总体要求", "（一）目标", "1.甲。"]


def test_numbers_of_lists_are_printed() -> None:
    ordered = "<ol start=3><li>甲<li>乙</ol><ol type=a><li>丙</ol><ol style='list-style: none'><li>丁</ol>"
    assert texts(read(ordered + "<ul><li>戊</ul><ol><li>（一）己</ol>")) == [
        "3.甲",
        "4.乙",
        "a.丙",
        "丁",
        "戊",
        "（一）己",
    ]


def test_merged_cells_are_one_object() -> None:
    body = """<table><tr><th colspan=3>一、康复</th></tr>
      <tr><td rowspan="2">1</td><td>甲</td><td>市残联</td></tr>
      <tr><td>乙<br>丙</td><td><p>市民政局</p><p>市教育局</p></td></tr>
      <tr><td>2</td><td>丁</td></tr></table>"""
    document = read(body)
    assert table_of(document) == [
        ["一、康复"] * 3,
        ["1", "甲", "市残联"],
        ["1", "乙\n丙", "市民政局\n市教育局"],
        ["2", "丁", ""],
    ]
    table = document.blocks[0]
    assert isinstance(table, Table)
    assert table.rows[0][0] is table.rows[0][2]
    assert table.rows[1][0] is table.rows[2][0]


@pytest.mark.parametrize("cell", ["<td colspan=999999>", "<td colspan=abc>", "<td colspan=-3>", "<td colspan=0>"])
def test_absurd_spans_do_no_harm(cell: str) -> None:
    rows = table_of(read(f"<table><tr>{cell}一、康复</td></tr>{rows_of(TASKS)}</table>"))
    assert rows[0][0] == "一、康复"
    assert rows[1:] == TASKS


@pytest.mark.parametrize("span", ["0", "99999", "3"])
def test_a_cell_that_reaches_to_the_end_adds_no_rows(span: str) -> None:
    body = f"<table><tr><td rowspan={span}>康复</td><td>甲</td></tr><tr><td>乙</td></tr></table>"
    assert table_of(read(body)) == [["康复", "甲"], ["康复", "乙"]]


def test_a_cell_hangs_into_a_row_behind_its_own_cells() -> None:
    body = "<table><tr><td>1</td><td>甲</td><td rowspan=2>市残联</td></tr><tr><td>2</td></tr></table>"
    assert table_of(read(body)) == [["1", "甲", "市残联"], ["2", "", "市残联"]]


def test_layout_tables_are_taken_off() -> None:
    inner = f"<table>{rows_of(TASKS)}</table>"
    document = read(f"<table><tr><td>栏目</td><td><h1>分工表</h1>{inner}</td></tr></table>")
    assert table_of(document) == TASKS
    assert texts(document) == ["栏目", "分工表"]


def test_page_furniture_is_dropped_and_the_document_is_not() -> None:
    page = f"""<header><div class="site-nav"><a href=/>首页</a> <a href=/a>公开</a> <a href=/b>办事</a></div></header>
      <nav>导航</nav><div class=breadcrumb>当前位置：首页 &gt; 公文</div><p>您所在的位置：首页 > 规划</p>
      <ul><li><a href=/1>要闻</a></li><li><a href=/2>公告</a></li><li><a href=/3>专题</a></li></ul>
      <div id="print_content"><h1>重点任务分工表</h1><p>【字体：大 中 小】 打印 关闭</p><p>{PROSE}</p>
      <table>{rows_of(TASKS)}</table></div><div class="bdsharebuttonbox share">分享到：微信 微博</div>
      <p>上一篇：关于印发的通知</p><p>扫一扫在手机打开当前页</p><div style="display: none">暗</div><p hidden>暗</p>
      <script>var a = "暗";</script><footer>版权所有：市人民政府 某ICP备1号</footer><p>网站标识码：4400000000</p>"""
    document = read(page)
    assert texts(document) == ["重点任务分工表", PROSE]
    assert table_of(document) == TASKS


def test_what_holds_the_document_is_no_furniture_whatever_its_name() -> None:
    assert texts(read(f"<aside class=footer><p>{PROSE}</p><p>{PROSE[::-1]}</p></aside>")) == [PROSE, PROSE[::-1]]


def test_the_print_view_on_the_same_page_is_not_read_again() -> None:
    view = f"<h1>重点任务分工表</h1><p>{PROSE}</p><table>{rows_of(TASKS)}</table>"
    document = read(f"<div>{view}</div><div class=print>打印版</div><div>{view}</div>")
    assert texts(document)[:2] == ["重点任务分工表", PROSE]
    assert table_of(document) == TASKS
    assert [doubt.message for doubt in document.doubts] == ["The text stands twice on this page. It was read once."]
    assert read(view).doubts == ()


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "gb2312"),
        ("gb18030", "gb2312"),
        ("gb18030", "utf-8"),
        ("utf-16", ""),
        ("utf-8-sig", ""),
        ("big5", "big5"),
    ],
)
def test_the_encoding_is_found_even_where_the_page_declares_another(encoding: str, declared: str) -> None:
    document = read(
        "<p>市政府工作分工表</p>" * 3, encoding, f'<meta http-equiv=a content="text/html; charset={declared}">'
    )
    assert texts(document)[0] == "市政府工作分工表"


def test_a_page_saved_by_word() -> None:
    page = f"""<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
      <head><meta charset=gb2312><!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]--><style>p {{}}</style></head>
      <body lang=ZH-CN><div class=WordSection1><h1 style='mso-list:l0'><![if !supportLists]><span>一、<span
      style='font:7.0pt "Times New Roman"'>&nbsp;</span></span><![endif]>总体要求<o:p></o:p></h1>
      <p class=MsoNormal>{PROSE}<span style='mso-hide:all;display:none'>暗</span><del>旧</del
      ><ins>新</ins><o:p>&nbsp;</o:p></p>
      <table class=MsoTableGrid>{rows_of(TASKS)}</table></div></body></html>"""
    document = read_document("plan.htm", page.encode("gb18030"))
    assert texts(document) == ["一、 总体要求", PROSE + "新"]
    assert table_of(document) == TASKS


def test_a_page_named_as_a_word_file_is_read_as_a_page() -> None:
    document = read_document("plan.doc", f"<html><body><p>{PROSE}</p></body></html>".encode())
    assert document.kind == "html"
    assert document.doubts[0].values == {"named": "doc", "found": "html"}


def test_a_fragment_without_html_is_read() -> None:
    assert table_of(read_document("a.html", f"重点<table>{rows_of(TASKS)}</table>".encode())) == TASKS


def test_tags_that_nobody_closed_do_not_lose_the_text() -> None:
    assert len(texts(read("".join(f"<span><font><p>第{n}段。</p>" for n in range(500))))) == 500


def test_what_is_nested_beyond_reason_is_said() -> None:
    document = read(f"<p>{PROSE}</p>" + "<div>" * 5000 + "x")
    assert [doubt.message for doubt in document.doubts] == [
        "The page is nested too deeply; what lies deepest was left out."
    ]


def test_2000_rows_are_read_in_less_than_10_seconds() -> None:
    page = f"<table>{rows_of([[str(n), PROSE, '市残联', '市民政局', '2025年'] for n in range(2000)])}</table>"
    started = time.process_time()
    assert len(table_of(read(page))) == 2000
    assert time.process_time() - started < 10


def test_tables_within_tables_without_end_are_refused_with_a_sentence() -> None:
    page = "<html><body>" + "<table><tr><td>一、加强领导。" * 3000 + "</body></html>"
    with pytest.raises(UnreadableDocument, match="too deeply"):
        read_document("plan.html", page.encode())
