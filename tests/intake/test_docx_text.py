"""Paragraphs of a Word file as the page shows them: headings, automatic numbers, changes, boxes, breaks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.intake.wordfiles import STRICT, W, level, numbering, p, r, tbl, tr, word_file
from tracker.intake.blocks import Heading, Paragraph, Table
from tracker.intake.readers.docx import read_docx
from tracker.intake.readers.numerals import printed

CHAPTERS = level(0, "chineseCounting", "%1、") + level(1, "chineseCounting", "（%2）") + level(2, "decimal", "%3.")


def texts(body: str, numbers: str | None = None, **given: Any) -> list[str]:
    document = read_docx(word_file(body, numbers, **given))
    return [block.text for block in document.blocks if isinstance(block, Heading | Paragraph)]


def test_headings_come_by_style_by_outline_level_and_by_a_style_based_on_one() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="af1"><w:name w:val="章"/><w:basedOn w:val="Heading2"/></w:style>'
    body = p("总体要求", "Heading1") + p("主要目标", "af1") + p("保障", more='<w:outlineLvl w:val="2"/>') + p("正文")
    document = read_docx(word_file(body, styles=styles))
    assert document.blocks == (
        Heading("总体要求", 1, 1),
        Heading("主要目标", 2, 2),
        Heading("保障", 3, 3),
        Paragraph("正文", 4),
    )
    assert document.lines == ("总体要求", "主要目标", "保障", "正文")


def test_a_whole_sentence_in_a_heading_style_is_text() -> None:
    sentence = "完善城乡居民基本养老保险制度，" * 5 + "提高待遇水平。"
    assert read_docx(word_file(p(sentence, "Heading3"))).blocks == (Paragraph(sentence, 1),)


def test_automatic_numbers_are_printed_and_start_again_below_each_higher_one() -> None:
    body = "".join(p(text, numbered=(1, depth)) for text, depth in zip("甲乙丙丁戊己", (0, 1, 2, 2, 1, 2), strict=True))
    assert texts(body, numbering(CHAPTERS)) == ["一、甲", "（一）乙", "1.丙", "2.丁", "（二）戊", "1.己"]


def test_a_level_that_never_restarts_counts_through_the_chapters() -> None:
    through = level(0, "chineseCounting", "第%1章") + level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>')
    body = "".join(p("x", numbered=(1, depth)) for depth in (0, 1, 1, 0, 1))
    assert texts(body, numbering(through)) == ["第一章 x", "1.x", "2.x", "第二章 x", "3.x"]


def test_numbers_of_several_levels_legal_numbering_and_a_start_of_its_own() -> None:
    levels = level(0, "chineseCounting", "%1、", start=3) + level(1, "decimal", "%1.%2", "<w:isLgl/>")
    body = p("总则", numbered=(1, 0)) + p("目标", numbered=(1, 1)) + p("2025年", numbered=(1, 1))
    assert texts(body, numbering(levels)) == ["三、总则", "3.1 目标", "3.2 2025年"]


def test_two_uses_of_one_list_go_on_counting_unless_one_starts_afresh() -> None:
    overrides = (
        '<w:num w:numId="8"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="9"><w:abstractNumId w:val="1"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    body = "".join(p("项", numbered=(use, 0)) for use in (1, 8, 9, 9))
    found = texts(body, numbering(level(0, "decimal", "%1."), overrides=overrides))
    assert found == ["1.项", "2.项", "1.项", "2.项"]


def test_numbering_may_come_from_a_style_and_be_switched_off_by_a_paragraph() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="tiao"><w:name w:val="条"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    levels = level(0, "decimal", "%1.") + level(1, "decimalEnclosedCircle", "%2", '<w:pStyle w:val="tiao"/>')
    body = p("甲", "tiao") + p("无号", "tiao", numbered=(0, 0)) + p("乙", "tiao")
    assert texts(body, numbering(levels), styles=styles) == ["① 甲", "无号", "② 乙"]


def test_a_list_style_lends_its_levels_and_bullets_print_nothing() -> None:
    lender = '<w:styleLink w:val="outline"/>' + level(0, "ideographTraditional", "%1.")
    body = p("子", numbered=(2, 0)) + p("丑", numbered=(3, 0))
    numbers = numbering(lender, '<w:numStyleLink w:val="outline"/>', level(0, "bullet", "\uf0b7"))
    assert texts(body, numbers) == ["甲.子", "丑"]


@pytest.mark.parametrize(
    ("number", "style", "text"),
    [
        (10, "chineseCounting", "十"),
        (21, "japaneseCounting", "二十一"),
        (105, "chineseCountingThousand", "一百零五"),
        (1010, "chineseCounting", "一千零一十"),
        (12, "chineseLegalSimplified", "拾贰"),
        (20, "ideographDigital", "二〇"),
        (21, "decimalEnclosedCircle", "㉑"),
        (51, "decimalEnclosedCircle", "51"),
        (3, "decimalEnclosedParen", "⑶"),
        (7, "decimalZero", "07"),
        (12, "decimalFullWidth", "１２"),
        (14, "lowerRoman", "xiv"),
        (28, "upperLetter", "BB"),
        (99999, "chineseCounting", "99999"),
        (0, "chineseCounting", "0"),
        (5, "nobodyKnows", "5"),
    ],
)
def test_numbers_are_printed_in_words_formats(number: int, style: str, text: str) -> None:
    assert printed(number, style) == text


def test_inserted_text_is_kept_and_deleted_text_is_not() -> None:
    body = p(
        r("到2025年")
        + "<w:ins>" + r("，覆盖率达到95%") + "</w:ins>"
        + '<w:del><w:r><w:delText>，覆盖率达到90%</w:delText></w:r></w:del>'
        + "<w:moveFrom>" + r("旧位置") + "</w:moveFrom><w:moveTo>" + r("。") + "</w:moveTo>"
    )  # fmt: skip
    assert texts(body) == ["到2025年，覆盖率达到95%。"]


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    body = p("市残联、", numbered=(1, 0), more="<w:rPr><w:del/></w:rPr>") + p("市民政局", numbered=(1, 0)) + p("完")
    assert texts(body, numbering(level(0, "decimal", "%1."))) == ["1.市残联、市民政局", "完"]


def test_hidden_text_is_left_out_and_said() -> None:
    styles = '<w:style w:type="character" w:styleId="h"><w:name w:val="h"/><w:rPr><w:vanish/></w:rPr></w:style>'
    body = p(r("明") + r("暗", "<w:vanish/>") + r("暗", '<w:rStyle w:val="h"/>') + r("白", '<w:vanish w:val="0"/>'))
    document = read_docx(word_file(body, styles=styles))
    assert document.lines == ("明白",)
    assert [doubt.message for doubt in document.doubts] == ["Hidden text of the Word file was left out."]
    assert read_docx(word_file(p("明白"))).doubts == ()


def test_a_hidden_paragraph_takes_no_number() -> None:
    body = p("甲", numbered=(1, 0)) + p(r("暗", "<w:vanish/>"), numbered=(1, 0)) + p("乙", numbered=(1, 0))
    assert texts(body, numbering(level(0, "decimal", "%1."))) == ["1.甲", "2.乙"]


def test_a_text_box_is_read_once_though_it_is_stored_twice() -> None:
    box = f"<w:txbxContent>{p('专栏1 重点项目')}{tbl(tr('1', '甲'), tr('2', '乙'))}</w:txbxContent>"
    shape = (
        f"<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
    )
    shape += f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    document = read_docx(word_file(p(f"{r('前')}<w:r>{shape}</w:r>") + p("后")))
    assert document.lines == ("前", "专栏1 重点项目", "1\t甲", "2\t乙", "后")
    assert isinstance(document.blocks[2], Table)


def test_content_controls_links_and_fields_are_read_through_and_prompts_left_out() -> None:
    prompt = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + p("点击输入文字") + "</w:sdtContent></w:sdt>"
    )
    control = "<w:sdt><w:sdtContent>" + p("块") + tbl(tr("甲", "乙")) + "</w:sdtContent></w:sdt>"
    inline = p(
        "<w:hyperlink>" + r("链接") + "</w:hyperlink><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:sdt><w:sdtContent>" + r("内") + "</w:sdtContent></w:sdt>"
    )
    assert read_docx(word_file(control + prompt + inline)).lines == ("块", "甲\t乙", "链接内")


def test_a_soft_break_in_a_title_joins_and_before_a_number_or_a_marker_divides() -> None:
    def broken(*lines: str) -> str:
        return p("<w:r><w:br/></w:r>".join(map(r, lines)))

    assert texts(broken("韶关市“十四五”残疾人保障", "和发展规划")) == ["韶关市“十四五”残疾人保障和发展规划"]
    assert texts(broken("一、总体要求", "以新发展理念为指导。", "（一）基本原则")) == [
        "一、总体要求",
        "以新发展理念为指导。",
        "（一）基本原则",
    ]
    assert texts(broken("1.加强康复服务", "责任单位：市残联")) == ["1.加强康复服务", "责任单位：市残联"]
    assert texts(broken("市人民政府办公室", "2021年12月31日")) == ["市人民政府办公室", "2021年12月31日"]


def test_tabs_are_kept_and_page_breaks_say_nothing() -> None:
    body = p(r("1") + "<w:r><w:tab/></w:r>" + r("甲")) + p('<w:r><w:br w:type="page"/></w:r>' + r("乙"))
    assert texts(body) == ["1\t甲", "乙"]


def test_a_table_of_contents_is_left_out_unless_there_is_nothing_else() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    contents = p("一、总体要求 1", "TOC1") + p("二、重点任务 3", "TOC1")
    assert texts(contents + p("一、总体要求"), styles=styles) == ["一、总体要求"]
    assert texts(contents, styles=styles) == ["一、总体要求 1", "二、重点任务 3"]


def test_headers_and_footers_are_not_read_and_footnotes_come_last() -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="a" Type="{kind}/header" Target="header1.xml"/>'
        f'<Relationship Id="b" Type="{kind}/footnotes" Target="footnotes.xml"/></Relationships>'
    )
    parts = {
        "word/_rels/document.xml.rels": relations,
        "word/header1.xml": f"<w:hdr {W}>{p('页眉')}</w:hdr>",
        "word/footnotes.xml": f'<w:footnotes {W}><w:footnote w:id="2">{p("列第一位的为牵头单位。")}</w:footnote>'
        f'<w:footnote w:id="3">{p("无人提到")}</w:footnote></w:footnotes>',
    }
    body = p(r("任务") + '<w:r><w:footnoteReference w:id="2"/></w:r>') + p("结束")
    assert texts(body, parts=parts) == ["任务", "结束", "列第一位的为牵头单位。"]


def test_the_strict_form_of_the_format_is_read_too() -> None:
    body = f'<w:document xmlns:w="{STRICT}"><w:body>{p("严格", "Heading1")}{tbl(tr("甲", "乙"))}</w:body></w:document>'
    document = read_docx(word_file("", parts={"word/document.xml": body}))
    assert document.lines == ("严格", "甲\t乙")
    assert isinstance(document.blocks[0], Heading)
