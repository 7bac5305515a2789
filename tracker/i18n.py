"""Two languages: Simplified Chinese first, English second.

Message ids are English sentences.  ``N_`` marks one without translating it, for places that do not know the reader;
``translator(locale)`` gives the functions for one language outside a request (mails, the command line).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.support import NullTranslations, Translations

CHINESE = "zh_Hans_CN"
ENGLISH = "en"
LOCALES = (CHINESE, ENGLISH)
TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def N_(message: str) -> str:
    """Mark a message id for extraction and return it unchanged."""
    return message


@lru_cache(maxsize=4)
def translations(locale: str) -> NullTranslations:
    """The catalogue of one of :data:`LOCALES`."""
    return Translations.load(TRANSLATIONS, [locale])


def translator(locale: str) -> Callable[..., str]:
    """A ``gettext`` for one language: ``translate("… %(name)s", name=…)``."""
    catalogue = translations(locale)

    def translate(message: str, **values: Any) -> str:
        text = str(catalogue.ugettext(message))
        return text % values if values else text

    return translate


def day_text(day: date, locale: str, *, year: bool = True, weekday: bool = False) -> str:
    """A calendar day for a reader: 2023年8月31日 周四, 31 August 2023 (Thursday)."""
    if locale == ENGLISH:
        text = f"{day.day} {_MONTHS_EN[day.month - 1]}" + (f" {day.year}" if year else "")
        return f"{text} ({_WEEKDAYS_EN[day.weekday()]})" if weekday else text
    text = (f"{day.year}年" if year else "") + f"{day.month}月{day.day}日"
    return f"{text} 周{_WEEKDAYS_ZH[day.weekday()]}" if weekday else text


def day_said(day: date, locale: str, *, year: bool = False) -> str:
    """A calendar day as a sentence says it, weekday included: 8月31日（周四）, Thursday 31 August."""
    text = day_text(day, locale, year=year)
    if locale == ENGLISH:
        return f"{_WEEKDAYS_EN[day.weekday()]} {text}"
    return f"{text}（周{_WEEKDAYS_ZH[day.weekday()]}）"


def moment_text(moment: datetime, locale: str, zone: ZoneInfo) -> str:
    """An instant for a reader, in the region's zone, to the minute.  ``moment`` must be aware."""
    local = moment.astimezone(zone)
    return f"{day_text(local.date(), locale)} {local:%H:%M}"
