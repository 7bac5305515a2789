"""Until when a task is to be done: 2023年12月底前, 到2023年, 2022.6.30, and the words that give no day (持续推进).

A day that is the last of the plan's years is no deadline of the task's own (seed_tasks/README.md), nor is a date that
belongs to the name of a law or a plan, to the start of something (2021年起) or to a condition (2020年底前发放的贷款).
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tracker.i18n import N_

from .blocks import Doubt


@dataclass(frozen=True, slots=True)
class Deadline:
    """``day``: the last day, in the plan's own zone; ``words``: words about time that give no day, as printed."""

    day: date | None = None
    words: str | None = None
    doubts: tuple[Doubt, ...] = ()


Period = tuple[int, int] | None

_named = re.compile(r"《[^》]*》|“[^”]*”|〔[^〕]*〕|[（(]\s*(?:以下|国|省|市|[一-鿿]{1,8}发)[^）)]*[）)]")
_date = re.compile(
    r"(?P<year>20\d\d)(?:年度?|(?=[-./]\d)|(?!\d))"
    r"(?:[-./]?(?P<month>1[0-2]|0?[1-9])(?:月份?|(?=[-./]\d{1,2}(?!\d))|(?![\d年%]))"
    r"(?:[-./]?(?P<day>3[01]|[12]\d|0?[1-9])(?:[日号]|(?!\d)))?)?(?P<part>PART)?"
    r"|(?<![\d.])(?P<month2>1[0-2]|0?[1-9])月份?(?:(?P<day2>3[01]|[12]\d|0?[1-9])[日号])?(?P<part2>PART)?"
    r"|(?P<part3>(?:本年度?|当年|今年)?(?:第?[一二三四1-4]季度末?|[上下]半年|年底|年末|年内))".replace(
        "PART", r"第?[一二三四1-4]季度末?|[上下]半年|[上中下]旬|年中|年?底|年?末|年?内|月底|月末"
    )
)
_range = re.compile(r"(?:底|末)?(?:—+|–+|-+|~|～|至|到)(?=20\d\d|\d{1,2}月|年底)")
_no_end = re.compile(
    r"(?:起|开始|以来|以后|之后|后[，,]|启动|始|春节|元旦|国庆|五一|中秋|两节|开学|[春夏秋冬]季|汛期|寒假|暑假|暑期)"
)
_began = re.compile(r"(?:自|从|比|较|截至|截止|每年?|每个|逐)$")
_cue_before = re.compile(r"(?:到|至|力争|不迟于|最迟|截止到)$")
_cue_after = re.compile(r"(?:年?底|末|内)?(?:之前|以前|前)(?![一-鿿]{1,6}的)")
_relative = re.compile(r"(?:之前|以前|前)?[一-鿿]{1,6}的")
_does = re.compile(r"[，,]?[^，,。；;、]{0,4}(?:完成|建成|实现|达到|基本|全面|出台)(?![一-鿿]{0,4}的)")
_lasting = re.compile(
    r"持续|长期|常年|每[年月季周半日]|全年|逐年|分年度|按[年月季]|按期|按时|按规划|按计划|按要求|按序时|按进度|常态|经常|适时|"
    r"规划期|期间|期末|近期|中期|远期|即日|立即|随时|不定期|定期|年度|[上中下]旬|季度|半年|日内|个月内|年内|月底|年底|起"
)
_without_end = re.compile(r"持续|长期|常态|每年")
_filler = re.compile(
    r"完成|之前|以前|[前底末内]|并|且|推进|实施|坚持|落实|开展|启动|全部|基本|取得|阶段性|进展|成效|成果|力争|时限|时间|工作|"
    r"[到至、，,；;。：:()（）\s]"
)
_digits = str.maketrans("〇零一二三四五六七八九", "00123456789")
_chinese_year = re.compile(r"二[〇零○O0][一二三四五六七八九〇零○]{2}(?=年)")


def read_deadline(text: str, period: Period, *, line: int | None = None, told: bool = False) -> Deadline:
    """What ``text`` says about time: a statement of it (a cell, 完成时限：…) or a task's own words.

    ``period`` is the first and the last year of the plan; without it no year is supplied (6月底) and none is its end.
    Several dates give the last one, with a doubt at ``line``.  ``told``: the text stands where the document gives the
    time (a column, a marker); there the last day of the plan is a deadline too, in running text it is none.
    """
    plain = _plain(text)
    found = list(_dates(plain, period))
    rest = _filler.sub("", _lasting.sub("", _date.sub("", plain)))
    stated = len(rest) <= 8 and bool(_date.search(plain) or _lasting.search(plain))
    days = sorted({day for day, sure in found if sure or stated})
    words = re.sub(r"\s", "", text) or None if stated else None
    if not days:
        return Deadline(words=words)
    last = days[-1]
    doubts = []
    if len(days) > 1:
        doubts.append(Doubt(line, N_("Several dates: which is the deadline? %(words)s"), {"words": _short(text)}))
    end = date(period[1], 12, 31) if period else None
    if period and end and not (date(period[0], 1, 1) <= last < end or (told and last == end)):
        if stated and last.year not in range(period[0], period[1] + 1):
            doubts.append(
                Doubt(line, N_("A date outside of the plan's years is no deadline: %(words)s"), {"words": _short(text)})
            )
        return Deadline(words=words, doubts=tuple(doubts))
    return Deadline(last, words if _without_end.search(plain) else None, tuple(doubts))


def is_time(text: str) -> bool:
    """Whether ``text`` speaks of time and of nothing else: 2023年底前, 持续推进."""
    plain = _plain(text)
    said = _date.search(plain) or _lasting.search(plain)
    return bool(said) and not _filler.sub("", _lasting.sub("", _date.sub("", plain)))


def _plain(text: str) -> str:
    """``text`` in half-width digits, without white space, years in digits, without names of laws and plans."""
    text = re.sub(r"(?<=\d)\s+\d\d?:\d\d(?::\d\d)?", "", unicodedata.normalize("NFKC", text))
    text = _chinese_year.sub(lambda found: found[0].replace("○", "〇").replace("O", "〇").translate(_digits), text)
    return re.sub(r"\s", "", _named.sub("", text))


def _short(text: str) -> str:
    text = re.sub(r"\s", "", text)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _dates(plain: str, period: Period) -> Iterator[tuple[date, bool]]:
    """Every date that may end something, and whether the words around it say so (到…, …前, 2023年完成…)."""
    year = period[0] if period and period[0] == period[1] else None
    for found in _date.finditer(plain):
        before, after = plain[: found.start()], plain[found.end() :]
        year = int(found["year"]) if found["year"] else year
        if year is None or _range.match(after) or _no_end.match(after) or _is_start(before):
            continue
        part = found["part"] or found["part2"] or found["part3"] or ""
        month = found["month"] or found["month2"]
        day = _day(year, int(month) if month else None, found["day"] or found["day2"], part)
        if day is None:
            continue
        closing = bool(re.search(r"[底末内]$", part)) and not _relative.match(after)
        sure = bool(closing or _cue_before.search(before) or _cue_after.match(after) or _does.match(after))
        yield day, sure


def _is_start(before: str) -> bool:
    return bool(_began.search(before)) and not before.endswith(("截至", "截止"))


def _day(year: int, month: int | None, day: str | None, part: str) -> date | None:
    """The last day of what is named: a day, a third of a month, a month, a quarter, half a year, a year."""
    if month is not None and day is not None:
        return date(year, month, int(day)) if int(day) <= monthrange(year, month)[1] else None
    if month is not None:
        tenth = {"上旬": 10, "中旬": 20}.get(part, monthrange(year, month)[1])
        return date(year, month, tenth)
    if quarter := re.search(r"([一二三四1-4])季度", part):
        return _day(year, 3 * int(quarter[1].translate(_digits)), None, "")
    if "上半年" in part or "年中" in part:
        return date(year, 6, 30)
    return date(year, 12, 31)
