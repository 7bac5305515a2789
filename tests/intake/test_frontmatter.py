"""The head of a plan, in the shapes in which offices publish it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.intake.documents import document
from tracker.intake.blocks import Document, Paragraph
from tracker.intake.frontmatter import read_front
from tracker.intake.terms import period_of_text, period_of_title

NOTICE = """
首页 > 政务公开 > 规划计划
索引号：000014349/2023-00012
发布机构：东川市人民政府办公室
成文日期：2023年03月08日
标题：东川市人民政府办公室关于印发东川市消防安全三年行动计划（2023—2025年）的通知
发文字号：东政办发〔2023〕9号
发布日期：2023-03-15
字体：大 中 小 打印

东川市人民政府办公室
关于印发东川市消防安全三年行动计划
（2023—2025年）的通知

东政办发〔2023〕9号

各县（市、区）人民政府，市政府各部门：
《东川市消防安全三年行动计划（2023—2025年）》已经市政府同意，现印发给你们，请认真贯彻落实。

东川市人民政府办公室
2023年3月10日
（此件公开发布）

东川市消防安全三年行动计划
（2023—2025年）

为深入贯彻落实《全国消防安全专项整治三年行动计划》（国发〔2020〕7号）精神，结合我市实际，制定本计划。
一、总体要求
"""


def test_the_title_of_the_plan_is_not_that_of_its_notice_or_of_the_page() -> None:
    front = read_front(document(NOTICE))
    assert front.title == "东川市消防安全三年行动计划（2023—2025年）"
    assert front.document_number == "东政办发〔2023〕9号"
    assert front.issuer == "东川市人民政府办公室"
    assert front.issued_on == date(2023, 3, 10)
    assert front.region == "东川市"
    assert front.period == (2023, 2025)
    assert front.doubts == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("关于印发《云泽县“十四五”教育发展规划》的通知\n各乡镇：", "云泽县“十四五”教育发展规划"),
        (
            "临溪市人民政府印发《临溪市“十五五”数字政府建设规划》的通知\n临政发〔2026〕3号",
            "临溪市“十五五”数字政府建设规划",
        ),
        (
            "临溪市民政局 临溪市财政局关于印发〈临溪市养老服务体系\n建设实施方案（试行）〉的通知",
            "临溪市养老服务体系建设实施方案（试行）",
        ),
        (
            "关于印发《2021年市〈政府工作报告〉任务分解和责任分工方案》的通知",
            "2021年市〈政府工作报告〉任务分解和责任分工方案",
        ),
        (
            "云泽县生物多样性保护\n战略与行动计划\n（2024—2035年）\n一、总体要求",
            "云泽县生物多样性保护战略与行动计划（2024—2035年）",
        ),
        ("附件1\n云泽县2024年政府工作报告重点任务分工表\n序号", "云泽县2024年政府工作报告重点任务分工表"),
        ("附件1\n云泽县“十四五”老龄事业规划\n重点任务分工方案\n序号", "云泽县“十四五”老龄事业规划重点任务分工方案"),
        (
            "中共云泽县委 云泽县人民政府关于教育现代化的实施意见\n（2023年6月5日）\n为深入贯彻，提出如下意见。",
            "中共云泽县委云泽县人民政府关于教育现代化的实施意见",
        ),
        ("附件：云泽县2024年民生实事项目责任清单", "云泽县2024年民生实事项目责任清单"),
        (
            "目录\n一、发展基础\t1\n二、重点任务\t5\n云泽县“十四五”老龄事业发展规划\n一、发展基础",
            "云泽县“十四五”老龄事业发展规划",
        ),
        (
            "云泽县人民政府文件\n云政发〔2022〕1号\n云泽县人民政府\n关于加快数字乡村建设的实施意见\n各乡镇人民政府：",
            "云泽县人民政府关于加快数字乡村建设的实施意见",
        ),
        (
            "各县区：\n现将《东川市湿地保护规划（2022—2030年）》印发给你们，请遵照执行。\n东川市林业局\n2022年5月6日",
            "东川市湿地保护规划（2022—2030年）",
        ),
        (
            "发展规划\n专项规划\n# 东川市“十四五”体育发展规划\n为加快体育强市建设，根据上级要求，制定本规划。",
            "东川市“十四五”体育发展规划",
        ),
        (
            "东川市“十四五”节能减排综合工作方案(征求意见稿)\n为深入贯彻，制定本方案。",
            "东川市“十四五”节能减排综合工作方案(征求意见稿)",
        ),
    ],
)
def test_the_title(text: str, title: str) -> None:
    assert read_front(document(text)).title == title


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("云政发〔2022〕13号", "云政发〔2022〕13号"),
        ("云政发[2022]13号", "云政发[2022]13号"),
        ("云政办 〔 2022 〕 13 号", "云政办〔2022〕13号"),
        ("云政办（2022）13号", "云政办（2022）13号"),
        ("文号：云残工委〔2022〕1号", "云残工委〔2022〕1号"),
        ("云泽县人民政府办公室关于印发云泽县教育规划的通知（云政办发〔2022〕8号）", "云政办发〔2022〕8号"),
        ("为贯彻《全民健身计划》（国发〔2021〕11号），制定本方案。", None),
        ("根据国办发〔2021〕11号文件精神，制定本方案。", None),
    ],
)
def test_the_document_number_is_the_documents_own(text: str, number: str | None) -> None:
    assert read_front(document(f"云泽县教育规划\n{text}")).document_number == number


@pytest.mark.parametrize(
    ("text", "issuer", "day"),
    [
        ("云泽县教育局\n2022年4月10日", "云泽县教育局", date(2022, 4, 10)),
        ("云泽县教育局  云泽县财政局\n二〇二二年四月十日", "云泽县教育局、云泽县财政局", date(2022, 4, 10)),
        ("云泽县教育局\n云泽县财政局\n二○二二年十二月二十一日", "云泽县教育局、云泽县财政局", date(2022, 12, 21)),
        ("云 泽 县 人 民 政 府\n2022 年 4 月 10 日", "云泽县人民政府", date(2022, 4, 10)),
        ("（2022年4月10日）", None, date(2022, 4, 10)),
        ("云泽县人民政府 2022年4月10日", "云泽县人民政府", date(2022, 4, 10)),
        ("成文日期：2022年4月10日\n发布日期：2022-04-20", None, date(2022, 4, 10)),
        ("发布时间：2022-04-20 08:00  来源：云泽县人民政府", "云泽县人民政府", date(2022, 4, 20)),
        ("云泽县人民政府办公室 2022年4月11日印发", None, date(2022, 4, 11)),
        ("到2022年4月10日，全县建成学校10所。", None, None),
        ("云泽县教育局\n2022年4月", None, None),
    ],
)
def test_issuer_and_day(text: str, issuer: str | None, day: date | None) -> None:
    front = read_front(document(f"云泽县教育规划\n{text}"))
    assert (front.issuer, front.issued_on) == (issuer, day)


@pytest.mark.parametrize(
    ("title", "region"),
    [
        ("韶关市“十四五”残疾人保障和发展规划", "韶关市"),
        ("广东省韶关市教育规划", "韶关市"),
        ("北京市市场监管发展规划", "北京市"),
        ("恩施土家族苗族自治州生态规划", "恩施土家族苗族自治州"),
        ("广西壮族自治区教育规划", "广西壮族自治区"),
        ("凉山州教育发展规划", "凉山州"),
        ("郑州市教育发展规划", "郑州市"),
        ("鄂托克前旗草原保护规划", "鄂托克前旗"),
        ("海东市平安区养老规划", "平安区"),
        ("沙市区社区建设规划", "沙市区"),
        ("2024年云泽县重点工作计划", "云泽县"),
        ("中共云泽县委2024年工作要点", "云泽县"),
        ("中共云泽县委云泽县人民政府关于教育的意见", "云泽县"),
        ("盐城市教育规划", "盐城市"),
        ("和平县教育规划", "和平县"),
        ("福建省教育规划", "福建省"),
        ("成都市锦江区教育规划", "锦江区"),
        ("南山区残疾人保障规划", "南山区"),
        ("达尔罕茂明安联合旗牧业规划", "达尔罕茂明安联合旗"),
        ("江北新城产业方案", "江北新城"),
        ("人才强市建设方案", None),
        ("智慧城市建设方案", None),
        ("贫困山区教育方案", None),
        ("城市更新行动方案", None),
        ("全市消防安全工作方案", None),
        ("县域商业体系建设行动方案", None),
        ("社区养老服务实施方案", None),
        ("深化医改示范县建设方案", None),
        ("农村地区能源发展规划", None),
        ("国家综合防灾减灾规划", None),
        ("粤港澳大湾区文化发展规划", None),
    ],
)
def test_the_region_is_the_place_that_the_title_begins_with(title: str, region: str | None) -> None:
    assert read_front(document(title)).region == region


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("云泽县“十四五”教育规划", (2021, 2025)),
        ("云泽县教育“十五五”规划", (2026, 2030)),
        ("云泽县国民经济和社会发展第十四个五年规划和2035年远景目标纲要", (2021, 2025)),
        ("云泽县消防三年行动计划（2023—2025年）", (2023, 2025)),
        ("云泽县消防行动计划(2023-2025)", (2023, 2025)),
        ("云泽县2023至2025年消防行动计划", (2023, 2025)),
        ("云泽县2023年—2025年消防行动计划", (2023, 2025)),
        ("云泽县二〇二三至二〇二五年消防行动计划", (2023, 2025)),
        ("云泽县2024年度重点工作清单", (2024, 2024)),
        ("云泽县2024年工作要点", (2024, 2024)),
        ("关于2035年远景目标的方案", None),
        ("云泽县老旧小区改造行动方案", None),
        ("云泽县深化改革二十五条措施", None),
    ],
)
def test_the_period_of_a_title(title: str, period: tuple[int, int] | None) -> None:
    assert period_of_title(title) == period


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("规划期限为 2021 年至 2025 年，远景展望至2035年。", (2021, 2025)),
        ("本规划期为2023-2027年。", (2023, 2027)),
        ("实施时间：2023年1月—2025年12月", (2023, 2025)),
        ("“十三五”时期发展成就\n“十四五”时期主要目标", (2021, 2025)),
        ("到2025年，基本建成。", None),
        ("“十三五”期间，我县各项指标全面完成，“十四五”时期面临新形势，须在各领域加快推进各项重点任务落实到位。", None),
    ],
)
def test_the_period_that_the_text_states(text: str, period: tuple[int, int] | None) -> None:
    assert period_of_text(text.split("\n")) == period


def test_a_title_that_a_reader_joined_with_the_text_below_is_taken_apart() -> None:
    lines = ("东川市加装电梯任务清单", "（2022—2024年）", "为加快工作，明确任务如下：", "请抓好落实。")
    source = Document("txt", (Paragraph("".join(lines), 1),), lines)
    front = read_front(source)
    assert (front.title, front.title_line) == ("东川市加装电梯任务清单（2022—2024年）", 1)


def test_what_the_head_does_not_say_is_doubted() -> None:
    front = read_front(document("社区养老服务实施方案\n一、总体要求"))
    assert [doubt.message for doubt in front.doubts] == [
        "The title names no place: say which region the plan belongs to.",
        "The document does not say for which years the plan is made: enter them.",
    ]


def test_a_title_made_from_a_caption_is_doubted() -> None:
    front = read_front(document("（征求意见稿）\n为加快发展，制定本规划。\n专栏1  云泽县“十四五”教育规划主要指标"))
    assert front.title == "云泽县“十四五”教育规划（征求意见稿）"
    assert [doubt.line for doubt in front.doubts] == [3]
