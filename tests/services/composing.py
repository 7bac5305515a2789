"""Every mail that tests compose: the cases by name, and the settings and the day they are composed with."""

from __future__ import annotations

from datetime import date

from tests.services.digest_cases import DIGESTS
from tests.services.notice_cases import NOTICES, Case
from tracker.config import Settings
from tracker.outbox.composition import Texts, compose

SETTINGS = Settings(secret_key="only for tests", base_url="https://tasks.example.org/")
DEMO = Settings(secret_key="only for tests", base_url="https://tasks.example.org", demo=True)
DAY = date(2023, 8, 30)
CONTEXTS: dict[str, Case] = {**NOTICES, **DIGESTS}


def composed(name: str, locale: str, settings: Settings = SETTINGS) -> Texts:
    """A case, composed."""
    template, context = CONTEXTS[name]
    return compose(template, context, locale=locale, day=DAY, settings=settings)
