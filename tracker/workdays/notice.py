"""The official notice on a year's free days (部分节假日安排的通知), read from its own sentences or from a plain list.

Pure: a text goes in, the days it names come out, with a sentence for each thing that cannot be right.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ..i18n import N_
from .daylist import LIST_LINE, NO_SUCH_DAY, WRONG_WEEKDAY, Fault, NamedDay, listed, wrong_weekday

LONGEST_TEXT = 20_000
LONGEST_PERIOD = 31  # days; the longest that a notice ever had is nine
# 2027年1月3日(周日): year and month may be left out
DATE = r"(?:(?P<y{n}>\d{{4}})年)?(?:(?P<m{n}>\d{{1,2}})月)?(?P<d{n}>\d{{1,2}})日(?:\((?P<w{n}>[^()]*)\))?"
PERIOD = re.compile(DATE.format(n=1) + r"(?:(?:至|到|-|—|~)" + DATE.format(n=2) + ")?")
HEADER = re.compile(r"^(?:\(?(?:[一二三四五六七八九十]+|\d+)\)?[、.])?(?P<name>[^\s:,。()]{1,20}):")
NEW_ITEM = re.compile(r"^\s*(?:\(?(?:[一二三四五六七八九十]+|\d+)\)?[、.]\s*)?[^\s:,。()]{1,12}\s*:")
TITLE = re.compile(r"(\d{4})年(?:部分节假日|[^。\d]{0,60}放假(?:调休)?日期)")
COUNT = re.compile(r"(?:共|放假)(\d+)天")
BETWEEN = re.compile(r"^[、,和及]*$")
AFTER_FREE = re.compile(r"^(?:,?(?:放假(?:调休)?|调休|不调休|与周末连休|共\d+天|放假\d+天))*$")

TOO_LONG = N_("This is longer than any notice: paste at most 20,000 characters.")
NOTHING = N_(
    "No free or working day was found. Paste the sentences of the notice, such as “元旦：1月1日至3日放假调休，共3天。”,"
    " or one day a line, such as “2027-01-01 free 元旦”."
)
UNREADABLE = N_("“%(quote)s” could not be read. Write it as in the notice, or as a list of days.")
ANOTHER_NOTICE = N_("The text is the notice for %(said)s, the year at the top is %(year)s. Choose the right year.")
BACKWARDS = N_("“%(quote)s”: the last day lies before the first. Check the dates.")
TOO_MANY = N_("“%(quote)s”: these are %(num)s days, more than any notice gives. Check the dates.")
WRONG_COUNT = N_("“%(quote)s”: the dates are %(num)s days, the text says %(said)s. Check both.")
OTHER_YEAR = N_("%(day)s is no day of %(year)s. Check the year at the top and the date.")
BOTH = N_("%(day)s is both free and a working day. Take one of the two out.")
TWICE = N_("%(day)s is named twice. Take one of the two out.")
MADE_UP_WEEKDAY = N_("%(day)s is a %(weekday)s, on which offices work anyway: no make-up day. Check the date.")


@dataclass(frozen=True, slots=True)
class Notice:
    """What was read: the days by date, what is wrong, and sentences with a date that say nothing of free or working."""

    year: int
    days: tuple[NamedDay, ...]
    faults: tuple[Fault, ...] = ()
    left_out: tuple[str, ...] = ()


class _Wrong(Exception):
    """A sentence that cannot be right."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message)
        self.fault = Fault(message, values)


def read_notice(text: str, year: int) -> Notice:
    """Read the notice for ``year``; what cannot be right is in ``faults``, and then nothing may be saved."""
    if len(text) > LONGEST_TEXT:
        return Notice(year, (), (Fault(TOO_LONG, {}),))
    plain = unicodedata.normalize("NFKC", text.replace("\0", ""))
    days, faults, left_out = _read_list(plain) if _is_list(plain) else _read_sentences(plain, year)
    faults += _doubtful(days, year)
    if not days and not faults:
        faults.append(Fault(NOTHING, {}))
    return Notice(year, tuple(sorted(days, key=lambda named: named.day)), tuple(faults), tuple(left_out))


def _is_list(text: str) -> bool:
    return any(LIST_LINE.match(line) for line in text.splitlines())


def _read_list(text: str) -> tuple[list[NamedDay], list[Fault], list[str]]:
    return *listed(text), []


def _read_sentences(text: str, year: int) -> tuple[list[NamedDay], list[Fault], list[str]]:
    said = TITLE.search("".join(text.split()))
    if said is not None and int(said[1]) != year:
        return [], [Fault(ANOTHER_NOTICE, {"said": int(said[1]), "year": year})], []
    days: list[NamedDay] = []
    faults: list[Fault] = []
    left_out: list[str] = []
    name = ""
    for sentence in _sentences(text):
        header = HEADER.match(sentence)
        body = sentence[header.end() :] if header is not None else sentence
        name = header["name"] if header is not None else name
        if not any(period["m1"] for period in PERIOD.finditer(body)):
            continue  # the title, greetings, what to take care of in the holidays
        working = body.endswith("上班")
        if not working and "放假" not in body and "调休" not in body:
            left_out.append(sentence)
            continue
        try:
            days += [NamedDay(day, working, name) for day in _days_of(body, year, working=working)]
        except _Wrong as wrong:
            faults.append(wrong.fault)
    return days, faults, left_out


def _sentences(text: str) -> Iterator[str]:
    """Sentences without white space.  A line that begins an item begins a sentence; other broken lines are joined."""
    lines = "".join(f"。{line}" if NEW_ITEM.match(line) else line for line in text.splitlines())
    return (sentence for part in re.split("[。;]", lines) if (sentence := "".join(part.split())))


def _days_of(body: str, year: int, *, working: bool) -> list[date]:
    """The days of one sentence, which says nothing but dates and what is done on them."""
    days: list[date] = []
    end = month = 0
    for period in PERIOD.finditer(body):
        if not BETWEEN.match(body[end : period.start()]):
            raise _Wrong(UNREADABLE, quote=body)
        end = period.end()
        days += _span(period, year, month)
        month = days[-1].month
    tail = body[end:]
    if not (tail == "上班" if working else AFTER_FREE.match(tail)):
        raise _Wrong(UNREADABLE, quote=body)
    said = COUNT.search(tail)
    if said is not None and int(said[1]) != len(days):
        raise _Wrong(WRONG_COUNT, quote=body, num=len(days), said=int(said[1]))
    return days


def _span(period: re.Match[str], year: int, month: int) -> list[date]:
    """The days from the first to the last of a period; ``month`` is the one named last."""
    first = _day(period, 1, year, month)
    last = _day(period, 2, first.year, first.month) if period["d2"] is not None else first
    number = (last - first).days + 1
    if number < 1:
        raise _Wrong(BACKWARDS, quote=period[0])
    if number > LONGEST_PERIOD:
        raise _Wrong(TOO_MANY, quote=period[0], num=number)
    return [first + timedelta(days=n) for n in range(number)]


def _day(period: re.Match[str], which: int, year: int, month: int) -> date:
    quote = period[0]
    try:
        day = date(int(period[f"y{which}"] or year), int(period[f"m{which}"] or month), int(period[f"d{which}"]))
    except ValueError:
        raise _Wrong(NO_SUCH_DAY, quote=quote) from None
    true = wrong_weekday(day, period[f"w{which}"] or "")
    if true is not None:
        raise _Wrong(WRONG_WEEKDAY, quote=quote, day=day, weekday=true)
    return day


def _doubtful(days: Sequence[NamedDay], year: int) -> list[Fault]:
    """What cannot be right about days that are well written."""
    faults = []
    free = {named.day for named in days if not named.working}
    working = {named.day for named in days if named.working}
    for day, number in Counter(named.day for named in days).items():
        before_new_year = day == date(year - 1, 12, day.day) and date(year, 1, 1) in free  # 2022-12-31 to 2023-01-02
        if day.year != year and not (before_new_year and day in free):
            faults.append(Fault(OTHER_YEAR, {"day": day, "year": year}))
        if day in free and day in working:
            faults.append(Fault(BOTH, {"day": day}))
        elif number > 1:
            faults.append(Fault(TWICE, {"day": day}))
        elif day in working and day.weekday() < 5:
            faults.append(Fault(MADE_UP_WEEKDAY, {"day": day, "weekday": day.weekday()}))
    return faults
