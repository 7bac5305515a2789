"""What the words in the head of a column say about the column."""

from __future__ import annotations

import re
from enum import StrEnum


class Role(StrEnum):
    """What a column of a table is about.

    TEXT holds what is to be done.  HOLD are the words that mean whoever is responsible (责任单位): both roles where
    the column stands alone, the supporting one beside a column of leads, the leading one beside one of supporters.
    BOTH names the two roles itself.  FIGURE columns are those of tables of indicators, projects and statistics.
    """

    NUMBER = "number"
    SECTION = "section"
    TEXT = "text"
    GOAL = "goal"
    LEAD = "lead"
    SUPPORT = "support"
    HOLD = "hold"
    BOTH = "both"
    PERSON = "person"
    DEADLINE = "deadline"
    REMARK = "remark"
    FIGURE = "figure"
    OTHER = "other"


UNITS = (Role.LEAD, Role.SUPPORT, Role.HOLD, Role.BOTH)

_BODY = re.compile(r"单位|部门|科室|处室|股室|机构|主体|责任[处科股]|委办局")
_PERSON = re.compile(
    r"(?:领导|责任人|负责人|联系人|联络[人员]|经办人|承办人|牵头人|包联人|姓名|书记|同志|[市县区局镇乡州]长)$|领导"
)
_LEAD = re.compile(r"牵头|主办|主责|主要责任|主要负责|主要承办|第一责任|总负责|汇总")
_SUPPORT = re.compile(r"配合|协办|协助|协同|协作|参加|参与|支持|支撑|会办|会同|辅助|联办|成员|其[他它]")
HOLDS = re.compile(r"责任|负责|承办|实施|落实|承担|执行")
_BARE = re.compile(r"(?:总?牵头|主办|主责|负责|责任|承办|配合|协办|参与|参加|协助)(?:方)?")
_SHARES = re.compile(r"(?:责任|职责|任务|工作|部门)?分工(?:情况|安排)?|责任(?:落实|归属|划分)")
_OVERSEERS = re.compile(
    r"(?:考核|监督|督导|督查|督办|评价|报送|填报|验收|制表|印发|计量|度量|编制)(?:责任)?(?:单位|部门|机构)"
)
_AND = re.compile(r"[及和或、/+＋]|(?<!参)与")
_PARTS = re.compile(r"(?:[（()）及和或、/+＋]|(?<!参)与)+")
_ASIDE = re.compile(r"[（(][^（()）]*(?:[（(][^（()）]*[）)][^（()）]*)*[）)]")

_RULES = (
    (Role.OTHER, r"进展|(?:完成|落实|推进|执行|实施)情况|状态|得分|分值|权重|评分|督[查办]|销号"),
    (Role.OTHER, r"电话|联系方式|依据|来源|启动|开始"),
    (Role.FIGURE, r"投资|资金|规模|地[点址]|建设性质|属性|基期|基准|现状|指标|^单位$|计量单位|数量|年均|20\d\d年.*值"),
    (Role.FIGURE, r"面积|金额|预算|占地|职务|职称|性别|页码"),
    (Role.NUMBER, r"^(?:序号?|序列|编号|项次|项号|条目号|(?:任务|项目|工作|措施)?(?:序|编)号|号|[Nn][Oo]\.?)$"),
    (Role.REMARK, r"备注|备考|附注|说明"),
    (Role.SECTION, r"类别|领域|分类|类型|板块|章节|篇章|方面|大类|维度|部分$|环节|一级任务|所属"),
    (Role.DEADLINE, r"时限|期限|时间|时点|节点|日期|截止|年限|进度|完成年度|时序"),
    (Role.TEXT, r"任务目标|目标(?:及|与|和)?任务|措施|举措|做法|路径|内容|要求|细化|分解|要点|办法|步骤"),
    (Role.TEXT, r"[二三]级|具体|事项|抓手"),
    (Role.GOAL, r"^20\d\d年|目标|成果|成效|标准|产出|形象|效果"),
    (Role.TEXT, r"任务|工作|项目|重点|工程|行动|名称|条款|条目|政策|改革|职责"),
)  # fmt: skip
_COMPILED = tuple((role, re.compile(pattern)) for role, pattern in _RULES)


def plain(label: str) -> str:
    """A head of a column without white space and marks of emphasis."""
    return re.sub(r"[\s*＊★:：#]", "", label)


def role(label: str) -> Role | None:
    """The role that the words of a column's head announce; None where they announce nothing."""
    words = _ASIDE.sub(lambda aside: aside[0] if len(aside[0]) <= 8 else "", plain(label))
    if not words or len(words) > 18:
        return None
    units = _units(words)
    if units:
        return units
    bare = _ASIDE.sub("", words) or words
    return next((found for found, pattern in _COMPILED if pattern.search(bare)), None)


def _units(words: str) -> Role | None:
    if _OVERSEERS.search(words):
        return Role.OTHER
    parts = [part for part in _PARTS.split(words) if part]
    bodies = [part for part in parts if not _PERSON.search(part)]
    named = any(_BODY.search(part) for part in bodies)
    if len(bodies) < len(parts) and not named:
        return Role.PERSON
    if words == "单位" or not (named or _BARE.fullmatch(words) or _SHARES.fullmatch(words)):
        return None
    return _share("".join(bodies), several=bool(_AND.search(words)))


def _share(words: str, *, several: bool) -> Role:
    lead, support = _LEAD.search(words), _SUPPORT.search(words)
    hold = HOLDS.search(_LEAD.sub("", words))
    if (lead and support) or (several and hold and (lead or support)):
        return Role.BOTH
    if lead:
        return Role.LEAD
    return Role.SUPPORT if support else Role.HOLD
