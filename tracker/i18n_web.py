"""The reader's language in a request, and the filters that write dates and codes for people."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, current_app, has_request_context, request, session
from flask_babel import Babel, get_domain, get_locale, gettext

from .i18n import ENGLISH, LOCALES, TRANSLATIONS, day_text, moment_text

COOKIE = "locale"


def chosen_locale() -> str:
    """The language of this request: what the reader chose, else what the browser asks for, else the setting."""
    settings = current_app.config["SETTINGS"]
    if has_request_context():
        chosen = session.get(COOKIE)
        if chosen in LOCALES:
            return str(chosen)
        best = request.accept_languages.best_match(["zh", "en"])
        if best == "en":
            return ENGLISH
    return str(settings.locale)


def reader_locale() -> str:
    """The locale in force, as one of LOCALES."""
    locale = get_locale()
    return ENGLISH if locale is not None and locale.language == "en" else "zh_Hans_CN"


def day(value: date | None, *, year: bool = True, weekday: bool = False) -> str:
    """Jinja filter: a calendar day."""
    return "" if value is None else day_text(value, reader_locale(), year=year, weekday=weekday)


def moment(value: datetime | None, zone: str | None = None) -> str:
    """Jinja filter: an instant in a zone (default: the setting's)."""
    settings = current_app.config["SETTINGS"]
    return "" if value is None else moment_text(value, reader_locale(), ZoneInfo(zone or settings.timezone))


def moment_day(value: datetime | None, *, year: bool = True) -> str:
    """Jinja filter: the local calendar day of an instant."""
    settings = current_app.config["SETTINGS"]
    return "" if value is None else day_text(value.astimezone(settings.zone).date(), reader_locale(), year=year)


def _plain_ngettext(singular: str, plural: str, number: int) -> str:
    """The message that fits the number, its placeholders unfilled: in templates Jinja fills them, and escapes."""
    return str(get_domain().get_translations().ungettext(singular, plural, number))


def init_app(app: Flask) -> None:
    """Babel with our catalogues and selector; the filters."""
    Babel(
        app,
        default_locale="zh_Hans_CN",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=chosen_locale,
    )
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, _plain_ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(day=day, moment=moment, moment_day=moment_day)
