"""Browsers that are signed in, and forms filled in as a person would: the page is read first, then sent."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tracker.access import Actor
from tracker.clock import DemoClock, real_now
from tracker.db import transaction
from tracker.directory.sessions import open_session

CHINESE, ENGLISH = "zh_Hans_CN", "en"
LANGUAGES = (CHINESE, ENGLISH)


@contextmanager
def writing(app: Flask) -> Iterator[Session]:
    """One transaction; its context is closed before the next request, which must not share it."""
    with app.app_context(), transaction() as session:
        yield session


def set_day(app: Flask, moment: object) -> None:
    """Let the business clock stand at ``moment`` (aware) from now on."""
    with writing(app) as session:
        offset = moment - real_now()  # type: ignore[operator]
        clock = session.get(DemoClock, 1)
        if clock is None:
            session.add(DemoClock(id=1, offset_seconds=round(offset.total_seconds())))
        else:
            clock.offset_seconds = round(offset.total_seconds())


def browser_of(app: Flask, actor: Actor, language: str = CHINESE) -> FlaskClient:
    """A browser in which ``actor`` is signed in."""
    assert actor.user_id is not None
    with writing(app) as session:
        token = open_session(session, real_now(), actor.user_id)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["locale"] = token, language
    return client


class _Forms(HTMLParser):
    """The forms of a page: action, method and the fields as a browser would send them untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, list[tuple[str, str]]]] = []
        self._select: str | None = None
        self._first: str | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), given.get("method", "get"), []))
        if not self.forms:
            return
        fields = self.forms[-1][2]
        if tag == "input" and "name" in given:
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                fields.append((given["name"], given.get("value", "")))
        elif tag == "select":
            self._select, self._first = given["name"], None
        elif tag == "option" and self._select is not None:
            if self._first is None:
                self._first = given["value"]
                fields.append((self._select, given["value"]))
            if "selected" in given:
                fields[-1] = (self._select, given["value"])
        elif tag == "textarea" and "name" in given:
            self._area = given["name"]
            fields.append((given["name"], ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            fields = self.forms[-1][2]
            fields[-1] = (self._area, (fields[-1][1] + data).removeprefix("\n"))


Fields = list[tuple[str, str]]


def form_of(page: TestResponse, action: str, having: str | None = None) -> Fields:
    """The fields of the POST form with this action (and this field, filled in), as the page shows them."""
    parser = _Forms()
    parser.feed(page.text)
    found = [
        fields
        for where, method, fields in parser.forms
        if where == action and method == "post" and (having is None or dict(fields).get(having))
    ]
    assert found, f"no form for {action}: {[form[:2] for form in parser.forms]}"
    return found[0]


def fill(fields: Fields, **values: str | list[str]) -> dict[str, list[str]]:
    """The fields with some of them filled in; a list for a field that stands several times."""
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    for name, value in values.items():
        data[name] = value if isinstance(value, list) else [value]
    return data


def send(
    client: FlaskClient, page: str, action: str | None = None, follow: bool = False, **values: str | list[str]
) -> TestResponse:
    """Open ``page``, fill in its form for ``action`` (default: the page's own address), send it."""
    target = action or page
    shown = client.get(page)
    assert shown.status_code == 200, (page, shown.status_code, plain(shown.text)[:500])
    return client.post(target, data=fill(form_of(shown, target), **values), follow_redirects=follow)


def plain(text: str) -> str:
    """The words of a page."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.S)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text)))


def hidden(page: TestResponse | str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page if isinstance(page, str) else page.text)
    assert found is not None, f"no field {name}"
    return html.unescape(found.group(1))
