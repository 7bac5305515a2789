"""What tests of the contacts pages share: a living city, its people's browsers, and what a page says."""

from __future__ import annotations

import html
import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.factories import City, make_city
from tests.web.browsing import ENGLISH, browser_of, writing
from tracker.directory.models import Membership, User
from tracker.outbox.models import OutboxMessage


def make_living(app: Flask) -> City:
    """A living city."""
    with writing(app) as session:
        made = make_city(session)
        made.go_live(session)
    return made


def browser_in(app: Flask, city: City, who: str, language: str = ENGLISH) -> FlaskClient:
    """A browser signed in as one of the city's people, in a language."""
    return browser_of(app, city.people[who], language)


def main(page: TestResponse) -> str:
    """The words of the page's main part."""
    text = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def counted(app: Flask) -> tuple[int | None, ...]:
    """Accounts, roles and account mails."""
    with writing(app) as session:
        return (
            session.scalar(select(func.count()).select_from(User)),
            session.scalar(select(func.count()).select_from(Membership)),
            session.scalar(select(func.count()).select_from(OutboxMessage).where(OutboxMessage.kind == "account")),
        )
