"""Composing: a mail is a folder templates/email/<name>/ and a context; out come subject, plain text and HTML.

Plain Jinja, no request: the language is the recipient's, links are absolute, a name that the context lacks is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from ..access import SYSTEM
from ..config import ROOT, Settings
from ..i18n import N_, day_said, day_text, translations
from .shapes import digest_shape, dispatched_shape

HOME = "/"
_FIRST_CLAUSE = re.compile(r"[，。；：]")
_BLANK_LINES = re.compile(r"\n{3,}")
SHAPES: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "digest": digest_shape,
    "dispatched": dispatched_shape,
}


@dataclass(frozen=True, slots=True)
class Texts:
    """What a person reads: one line, plain text, HTML."""

    subject: str
    text: str
    html: str


def short_title(text: str) -> str:
    """The short title of a task: its text up to the first comma, semicolon, colon or full stop."""
    return _FIRST_CLAUSE.split(text, maxsplit=1)[0]


def compose(template: str, context: Mapping[str, Any], *, locale: str, day: date, settings: Settings) -> Texts:
    """Render one mail.

    ``context`` is the JSON that was queued, ``day`` the local business day it goes out (shown in the demo only).
    Raises jinja2.TemplateError where the folder or a name is missing.
    """
    environment = _environment(locale, settings.base_url)
    shape = SHAPES.get(template)
    values = {
        "locale": locale,
        "home_url": settings.base_url.rstrip("/") + HOME,
        "demo_day": day if settings.demo else None,
        **context,
        **(shape(context) if shape is not None else {}),
    }

    def rendered(part: str) -> str:
        return environment.get_template(f"email/{template}/{part}").render(values)

    lines = [line.rstrip() for line in rendered("body.txt").splitlines()]
    text = _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip() + "\n"
    return Texts(subject=" ".join(rendered("subject.txt").split()), text=text, html=rendered("body.html"))


@lru_cache(maxsize=8)
def _environment(locale: str, base_url: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue = translations(locale)
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        catalogue.ugettext, catalogue.ungettext, newstyle=True
    )

    def day(value: date | str, *, year: bool = True, weekday: bool = False) -> str:
        moment = date.fromisoformat(value) if isinstance(value, str) else value
        return day_text(moment, locale, year=year, weekday=weekday)

    def said(value: date, *, year: bool = False) -> str:
        return day_said(value, locale, year=year)

    def url(path: str) -> str:
        return base_url.rstrip("/") + path

    def person(name: str) -> str:
        return str(catalogue.ugettext(N_("the system"))) if name == SYSTEM.name else name

    environment.filters.update(day=day, said=said, url=url, short=short_title, person=person)
    return environment
