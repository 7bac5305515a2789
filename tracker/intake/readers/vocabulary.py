"""What the words above a table's columns say about the cells below, for tables whose layout was lost.

Coarse on purpose: it tells which cells can stand in a column.  What a column means to the plan (who leads) is asked of
the finished table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum


class Column(StrEnum):
    """The kinds of cells that a column may hold."""

    NUMBER = "number"
    CATEGORY = "category"
    TEXT = "text"
    UNITS = "units"
    PERSON = "person"
    TIME = "time"
    REMARK = "remark"
    NAME = "name"
    MEASURE = "measure"
    VALUE = "value"
    KIND = "kind"
    OTHER = "other"


_ROLE = (
    r"(?:总牵头|牵头|负责|主办|主责|主管|责任|配合|协办|协助|协同|协作|参加|参与|承办|承担|实施|支持|落实|组织|联合"
    r"|成员|相关)"
)
_BODY = r"(?:单位|部门|科室|处室|股室|机构|主体|站所)"
_WORDS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (Column.NUMBER, r"序号?|编号|项号|项次|(?:任务|项目)(?:编号|序号)|[Nn][Oo]\.?"),
        (Column.REMARK, r"备注|说明|备考"),
        (Column.MEASURE, r"(?:计量|指标|度量)单位"),
        (Column.KIND, r"(?:指标|目标)?(?:属性|性质|类型)"),
        (Column.NAME, r"(?:主要|具体|核心|二级|三级)?指标(?:名称|内容|项)?"),
        (
            Column.CATEGORY,
            r"类别|分类|领域|板块|方面|大类|章节|一级指标|(?:重点|工作)(?:领域|板块)|(?:工作|任务|事项|项目|指标)类别",
        ),
        (
            Column.UNITS,
            rf"(?=.*{_BODY})(?:[市县区省]级?|主要|第一|直接|具体|共同)?(?:{_ROLE}{{1,2}}{_BODY}?(?:[、和及与/]|$))+|(?:责任|任务|职责)?分工(?:情况)?",
        ),
        (
            Column.PERSON,
            r"(?:责任|牵头|分管|挂钩|联系|包保|主管|[市县区校]级?|主要|具体)*(?:领导|责任人|负责人|联系人|联络员)",
        ),
        (
            Column.TIME,
            r"(?:计划|要求)?(?:完成|办结|实施|推进|起止|落实)?(?:的)?"
            r"(?:时限|时间|期限|年限|日期|进度|时间节点|时间要求|时限要求|进度安排|时间安排|时间进度)(?:要求)?",
        ),
        (
            Column.VALUE,
            r"(?:截至)?\d{4}(?:年?[-—至~]\d{4})?年?.{0,8}|(?:基期|基准|现状|目标|规划|预期|实际)(?:值|数|年|目标|情况)"
            r"|(?:完成|实现)情况|年均增[长速].{0,5}|增[长速]|累计(?:值|数)?|[“\"]?十[三四五]五[”\"]?(?:期?末|时期|目标|规划目标)?",
        ),
        (
            Column.TEXT,
            r"[^，。；：]{0,6}(?:任务|措施|举措|工作|内容|事项|要点|项目|目标|要求|安排)(?:名称|内容|分解|要求|清单|及.{2,8}|和.{2,8})?",
        ),
    )
)
_TITLE = re.compile(
    r"[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十\d]+[）)]|第[一二三四五六七八九十\d]+[章节]|\d+[.．、]"
)
_BRACKET = re.compile(r"[（(][^（()）]{1,20}[）)]$")
_INDICATORS = {Column.NAME, Column.KIND, Column.VALUE}


def column(text: str) -> Column | None:
    """What a header cell announces; None where its words are no header's."""
    bare = re.sub(r"\s|\*\*", "", text)
    if _TITLE.match(bare):
        return None
    for words in (bare, _BRACKET.sub("", bare)):
        for kind, pattern in _WORDS:
            if len(words) <= 16 and pattern.fullmatch(words):
                return kind
    return Column.MEASURE if bare == "单位" else None


def header(cells: Sequence[str]) -> tuple[Column, ...] | None:
    """The kinds of all columns where ``cells`` are a table's header: most of them known, what is done among them.

    A column whose words are not known is OTHER.  单位 is the measure beside an indicator and who is responsible beside
    a task; 目标 and 项目 likewise follow their company.
    """
    kinds = [column(cell) for cell in cells]
    known = {kind for kind in kinds if kind}
    about = known & {Column.TEXT, Column.NAME, Column.CATEGORY, Column.UNITS}
    if len(kinds) < 2 or not about or len(known) < 2 or sum(kind is None for kind in kinds) * 2 >= len(kinds):
        return None
    if known == {Column.TEXT, Column.VALUE} or not known - {Column.TEXT, Column.CATEGORY, Column.OTHER}:
        return None
    return tuple(_in_company(kind, known) for kind in kinds)


def _in_company(kind: Column | None, known: set[Column]) -> Column:
    indicators = Column.NAME in known or (Column.KIND in known and Column.VALUE in known)
    if kind is Column.MEASURE and not indicators and not known & _INDICATORS:
        return Column.UNITS
    if kind is Column.TEXT and indicators:
        return Column.VALUE if Column.NAME in known else Column.NAME
    return kind or Column.OTHER
