"""Rules that a document states once for all rows of a single column of units: who of the named leads.

Such a rule stands below the table (备注：第8、11、12项责任单位中列第一、二位的为牵头单位，其余项…第一位的为牵头单位),
in the head of the column (责任单位（排在第一位的为牵头单位）) or in the notice that the plan came with (列第一位的责任
单位为牵头单位，下同).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tracker.i18n import N_

from ..blocks import Doubt
from . import numbering

_COUNTS = "一二三四五"
_LONGEST_RANGE = 1000
_LEAD = r"(?:牵头|主办|总负责|主责|主要责任)"
_FIRST = re.compile(
    r"(?:前(?P<first>[一二两三四五1-5])[位个名家]?|(?P<listed>第[一二三四五1-5](?:[、和及]第?[一二三四五1-5])*)[位个名家]"
    r"|(?:排名?|序|列|居|列于|位于)在?第一(?![、和及位个名家])|首[位个家名]|居首|排首|第一责任|前者|最前)"
    rf"[^。；;，,]{{0,14}}?(?:为|是|系|即|作为|负责)[^。；;，,]{{0,8}}?{_LEAD}"
)
_ITEMS = re.compile(r"第?(?P<items>\d[\d、,，第和及与至到—–\-~～项]*)项")
_REST = re.compile(r"其[余他它]")
_LEADS_FIRST = re.compile(
    r"牵头(?:责任)?(?:单位|部门)?[^。；;，,]{0,4}(?:排|列|居|放|位于|在)[^。；;，,]{0,4}(?:首位|第一|最前)"
)
_MARK = re.compile(
    r"(?:[标带加注打有画]\w{0,3})?[“\"‘（(]?(?P<mark>[*＊★☆▲△◆●※#√])[”\"’）)]?[^。；;，,]{0,12}?(?:为|是|系|表示|代表|[:：])[^。；;，,]{0,6}?(?:牵头|主办|主责)"
)
_BOLD = re.compile(
    r"(?:加粗|黑体|加黑|粗体|下划线|红色)[^。；;，,]{0,10}?(?:为|是|系|表示|代表)[^。；;，,]{0,6}?(?:牵头|主办|主责)"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Who leads: the first ``count`` names (None where the rule says nothing of them), by number where it differs.

    ``mark`` is the sign that stands at names that lead.  ``line`` is where the rule stands.
    """

    line: int
    count: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    mark: str | None = None

    def leading(self, number: str) -> int | None:
        """How many of the names of task ``number`` lead."""
        return self.counts.get(number, self.count)


def read_rule(texts: Iterable[tuple[str, int]], doubts: list[Doubt]) -> Rule | None:
    """The first rule that one of the texts (words, line) states.

    A rule by type face cannot be followed: the reader gives no type faces, so it is a doubt.
    """
    seen: set[tuple[str, int]] = set()
    for words, line in texts:
        if (words, line) in seen:
            continue
        seen.add((words, line))
        text = "".join(words.split())
        if rule := _places(text, line) or _marks(text, line):
            return rule
        if _BOLD.search(text):
            message = N_("Type faces say who leads here; they cannot be read. Choose the lead units by hand.")
            doubts.append(Doubt(line, message))
    return None


def _places(text: str, line: int) -> Rule | None:
    count: int | None = None
    counts: dict[str, int] = {}
    end = 0
    for match in _FIRST.finditer(text):
        leading = _count(match["first"], match["listed"])
        before, end = text[end : match.start()], match.end()
        if items := _ITEMS.search(before):
            counts |= dict.fromkeys(_items(items["items"]), leading)
        elif count is None or _REST.search(before):
            count = leading
    if count is None and _LEADS_FIRST.search(text):
        count = 1
    return Rule(line, count, counts) if count is not None or counts else None


def _marks(text: str, line: int) -> Rule | None:
    match = _MARK.search(text)
    return Rule(line, mark=match["mark"]) if match else None


def _count(first: str | None, listed: str | None) -> int:
    if first:
        return _number(first)
    return max((_number(digit) for digit in re.findall(r"[一二三四五\d]", listed or "")), default=1)


def _number(digit: str) -> int:
    if digit == "两":
        return 2
    return _COUNTS.index(digit) + 1 if digit in _COUNTS else int(digit)


def _items(words: str) -> list[str]:
    """The numbers in 8、11、12 and in 3—5."""
    numbers: list[str] = []
    for first, last in re.findall(r"(\d+)(?:项?[至到—–\-~～]+第?(\d+))?", words):
        end = numbering.value(last) if last else None
        is_range = end is not None and 0 < end - int(first) < _LONGEST_RANGE
        numbers += map(str, range(int(first), (end or 0) + 1)) if is_range else [first]
    return numbers
