"""The words that stand before units, days and people: 牵头单位：…；完成时限：…."""

from __future__ import annotations

import re

_BODY = "(?:单位|部门|科室|处室|股室|机构)"
LEAD = f"(?:总|主要)?(?:牵头|主办|主责)(?:责任|负责)?{_BODY}|(?:主体|第一|主要)责任{_BODY}|主管部门|牵头|主办|主责"
BOTH = (
    f"(?:责任|负责|承办|落实|实施|完成){_BODY}|责任主体|实施主体|责任分工|"
    "工作分工|任务分工|职责分工|部门分工|分工单位|分工负责单位|分工|负责|责任"
)
SUPPORT = (
    f"(?:共同|协同)?(?:配合|协办|协助|参与|参加|协同|协作|支持)(?:责任)?{_BODY}|配合|参与|参加|协办|协同|协助|支持"
)
TIME = (
    "完成时限|完成时间|完成期限|办理时限|时限要求|时间节点|时间要求|时间安排|进度安排|进度要求|"
    "实施时间|实施期限|截止时间|时限|时间"
)
PEOPLE = "[一-鿿]{0,6}(?:领导|责任人|负责人|联系人|联络员|牵头人|电话)"

ROLE = f"(?:{LEAD}|{SUPPORT}|{BOTH})"
label = re.compile(
    rf"(?:[省市县区州]级|[市县区]直)?(?:(?P<lead>{LEAD})|(?P<support>{SUPPORT})|(?P<both>{BOTH})|(?P<time>{TIME})|(?P<people>{PEOPLE}))"
    rf"(?P<more>(?:及|和|、)(?:{LEAD}|{BOTH}|{SUPPORT}))?"
    r"\s*(?P<rule>[（(][^（()）]{0,40}[)）])?\s*[:：]"
)
"""A word in front of units, of a day or of people: 牵头单位：."""
