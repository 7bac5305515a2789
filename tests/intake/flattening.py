"""Tables of unlike places and subjects, and the ways in which captures flatten a table to one cell a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Sheet:
    """A table as its office made it; a line feed within a cell is a paragraph of it."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheet(name: str, head: str, *rows: str) -> Sheet:
    """A table from lines whose cells are separated by bars."""
    return Sheet(name, tuple(head.split("|")), tuple(tuple(row.split("|")) for row in rows))


SHEETS = (
    sheet(
        "schools",
        "序号|重点任务|牵头单位|配合单位|完成时限",
        "1|新建、改扩建公办幼儿园12所，新增学位3600个。|市教育局|市发展改革委、市财政局、各县（市、区）政府|2024年底前",
        "2|推进义务教育薄弱环节改善与能力提升|市教育局|市财政局|2025年",
        "3|建立教师“县管校聘”管理机制，完善教师交流轮岗制度|市教育局、市委编办|市人力资源社会保障局|持续推进",
        "4|开展校园安全专项整治，封闭化管理、专职保安配备率均达到100%。|市公安局|市教育局、市应急管理局|2023年6月底前",
        "5|加强家庭教育指导|市妇联|市教育局、市民政局、团市委|长期坚持",
    ),
    sheet(
        "fire",
        "序号|工作任务|责任单位",
        "1|建成市级消防指挥中心|市消防救援支队，市发展改革委、市财政局",
        "2|加强农村消防水源建设，到2025年每个乡镇至少建成1处消防取水码头。|各县（市、区）人民政府、市水利局",
        "3|推广电动自行车集中充电设施，新增充电端口5万个|市住房和城乡建设局、市城市管理局、供电公司",
        "4|开展高层建筑消防安全综合治理|市消防救援支队等",
        "5|组建政府专职消防队28支|市消防救援支队、各县区政府",
    ),
    sheet(
        "species",
        "序号|领域|重点任务|具体措施|牵头单位|参加单位|完成时间|备注",
        "1|就地保护|优化自然保护地体系|完成自然保护地整合优化，勘界立标18处。|市林业局|市自然资源局、市生态环境局|2023年|",
        "2|就地保护|加强重要湿地保护|修复退化湿地500公顷；建设湿地公园3处。|市林业局|市水务局|2025年|新增",
        "3|迁地保护|建设种质资源库|建成市级农作物种质资源库1座。|市农业农村局|市科技局、市农科院|2024年|",
        "4|生物安全|防控外来入侵物种|开展外来入侵物种普查。|市农业农村局|市海关、市林业局|2023年12月|",
    ),
    sheet(
        "ageing",
        "重点任务|责任部门",
        "建立基本养老服务清单制度，明确服务对象、内容和标准。|市民政局",
        "每个县（市、区）至少建设1所以失能特困人员专业照护为主的供养服务机构。|市民政局、市财政局、市卫生健康委",
        "推动老年助餐服务，支持餐饮企业参与。|市民政局、市商务局",
        "实施居家适老化改造工程，改造困难老年人家庭6000户。|市民政局、市住房城乡建设局、市残联",
    ),
    sheet(
        "digital",
        "主要任务|牵头部门|协办部门|时限要求",
        "建设全市一体化政务大数据平台，归集数据目录1200类。|市政务服务数据管理局|各市直单位|2023年底",
        "推进“一网通办”，高频事项“最多跑一次”比例达到95%以上。|市政务服务数据管理局|市委编办、市司法局|2025年底",
        "实施城市运行“一网统管”，建设城市大脑。|市工业和信息化局|市公安局、市城管执法局|2024年底",
        "加快5G网络建设，建成5G基站8000座。|市通信管理办|移动公司、电信公司、联通公司|2025年",
    ),
    sheet(
        "indicators",
        "序号|指标名称|单位|2020年|2025年|指标属性",
        "1|每千名儿童拥有3岁以下婴幼儿托位数|个|1.8|4.5|预期性",
        "2|学前教育毛入园率|%|88.5|95|预期性",
        "3|九年义务教育巩固率|%|96.1|97|约束性",
        "4|高中阶段毛入学率|%|92|＞95|预期性",
        "5|劳动年龄人口平均受教育年限|年|10.6|11.3|约束性",
        "6|新增学位|万个|—|[12.5]|预期性",
    ),
    sheet(
        "science",
        "序号|目标任务|具体举措|主办单位|协办单位|责任领导",
        "（一）|提升科学素质|公民具备科学素质比例达到15%|市科协|市科技局、市教育局|副市长",
        "（二）|建设科普基地|新建市级科普基地20个|市科协|市文广旅局、市自然资源局|秘书长",
        "（三）|开展科技志愿服务|组建科技志愿服务队100支|市科协|市文明办、团市委|副市长",
    ),
    sheet(
        "rescue",
        "序号|任务|责任单位|配合单位",
        "1|推进城市燃气管道老化更新改造|市住房城乡建设局|市发展改革委\n市市场监管局\n市应急管理局",
        "2|完善应急广播体系|市文化广电旅游局\n市应急管理局|各县（市、区）政府",
        "3|建设区域应急救援中心|市应急管理局|市消防救援支队",
        "4|加强应急物资储备|市粮食和物资储备局|市应急管理局\n市财政局",
    ),
)
STYLES = ("tabs", "tabs, header again", "bare", "bare, header again", "a gap a row", "a gap a cell", "two gaps a row")


def without_numbers(sheets: Sequence[Sheet]) -> Iterator[Sheet]:
    """The tables whose automatic numbers a converter lost."""
    for each in sheets:
        if each.head[0] == "序号":
            yield replace(each, name=f"{each.name} without numbers", rows=tuple(("", *row[1:]) for row in each.rows))


def merged(sheets: Sequence[Sheet]) -> Iterator[Sheet]:
    """The tables in which a category is printed once for the rows below it."""
    for each in sheets:
        if "领域" not in each.head:
            continue
        at, last, rows = each.head.index("领域"), "", []
        for row in each.rows:
            rows.append(row if row[at] != last else (*row[:at], "", *row[at + 1 :]))
            last = row[at]
        yield replace(each, name=f"{each.name} merged", rows=tuple(rows))


def flatten(each: Sheet, style: str) -> str:
    """The table within a document, as a capture in this ``style`` leaves it."""
    lines = ["某市重点任务分工表", ""]
    again = style.endswith("header again")
    for index, row in enumerate((each.head, *each.rows)):
        if again and index and (index - 1) % 3 == 0 and index > 1:
            lines.extend(_cells(each.head, style))
        lines.extend(_cells(row, style))
    lines += [
        "",
        "",
        "附件2",
        "",
        "各有关单位要切实加强组织领导，明确工作责任，确保各项任务落到实处。",
        "",
        "抄送：市委办公室。",
    ]
    return "\n".join(lines)


def _cells(row: Sequence[str], style: str) -> Iterator[str]:
    for cell in row:
        first, *rest = cell.split("\n")
        if style.startswith("tabs"):
            yield f"\t{first}"
            for line in rest:
                yield from ("", line)
        else:
            for line in filter(None, (first, *rest)):
                yield line
                if style == "a gap a cell":
                    yield ""
    yield from [""] * {"a gap a row": 1, "two gaps a row": 2}.get(style, style.startswith("tabs"))
