"""Free and working days as a plain list, one a line: ``2027-01-01 free 元旦``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..i18n import N_

WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
CHINESE_WEEKDAYS = "一二三四五六日"
LIST_LINE = re.compile(r"^\s*(?P<day>\d{4}-\d{1,2}-\d{1,2})(?P<rest>.*)$")
FREE = ("free", "off", "放假", "休", "休息")
WORKING = ("work", "working", "上班", "班", "补班")

LINE_UNREADABLE = N_("“%(quote)s” could not be read. Write a day a line, such as “2027-01-01 free 元旦”.")
NO_SUCH_DAY = N_("“%(quote)s”: this day does not exist. Check the date.")
WRONG_WEEKDAY = N_("“%(quote)s”: %(day)s is a %(weekday)s. Check the date and the year.")


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A free or working day of a notice, with the name of its holiday (may be empty)."""

    day: date
    working: bool
    name: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that cannot be right: a message id and what fills it."""

    message: str
    values: Mapping[str, Any]

    def text(self, translate: Callable[..., str], write_day: Callable[[date], str] = date.isoformat) -> str:
        """The sentence in the reader's language; a day is written by ``write_day``, a weekday by its name."""
        values = dict(self.values)
        if "day" in values:
            values["day"] = write_day(values["day"])
        if "weekday" in values:
            values["weekday"] = translate(WEEKDAYS[values["weekday"]])
        return translate(self.message, **values)


def listed(text: str) -> tuple[list[NamedDay], list[Fault]]:
    """The days of a list and what is wrong with its lines; empty lines and those that begin with # are passed over."""
    lines = [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]
    found = [_read(line) for line in lines]
    return [one for one in found if isinstance(one, NamedDay)], [one for one in found if isinstance(one, Fault)]


def _read(line: str) -> NamedDay | Fault:
    match = LIST_LINE.match(line)
    if match is None:
        return Fault(LINE_UNREADABLE, {"quote": line})
    try:
        day = date(*map(int, match["day"].split("-")))
    except ValueError:
        return Fault(NO_SUCH_DAY, {"quote": line})
    if (said := wrong_weekday(day, match["rest"])) is not None:
        return Fault(WRONG_WEEKDAY, {"quote": line, "day": day, "weekday": said})
    words = re.split(r"[\s,;]+", re.sub(r"\([^()]*\)", " ", match["rest"]).strip(" ,;"), maxsplit=1)
    kind = words[0].lower()
    if kind not in FREE + WORKING:
        return Fault(LINE_UNREADABLE, {"quote": line})
    return NamedDay(day, kind in WORKING, words[1].strip() if len(words) > 1 else "")


def wrong_weekday(day: date, text: str) -> int | None:
    """The weekday (0 is Monday) of ``day`` where ``text`` says another one (周四, 星期四); None where that is right."""
    said = re.search(r"(?:周|星期|礼拜)([一二三四五六日天])", text)
    right = said is None or CHINESE_WEEKDAYS[day.weekday()] == said[1].replace("天", "日")
    return None if right else day.weekday()
