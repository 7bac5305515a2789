"""Every mail in both languages: the plain text against a snapshot, the HTML parsed and its links followed to routes.

After a wanted change: ``python -m tests.services.test_composition`` writes the snapshots anew; read the difference.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jinja2 import UndefinedError

from tests.services.composing import CONTEXTS, DAY, DEMO, SETTINGS, composed
from tests.services.notice_cases import PLAN
from tracker.config import ROOT
from tracker.i18n import CHINESE, ENGLISH, LOCALES
from tracker.outbox.composition import Texts, compose, short_title

SNAPSHOTS = Path(__file__).parent / "snapshots"
CASES = [(name, locale) for name in CONTEXTS for locale in LOCALES]


def snapshot(texts: Texts) -> str:
    return f"{texts.subject}\n{'=' * 60}\n{texts.text}"


class Page(HTMLParser):
    """The links, the words and the balance of a page."""

    VOID = frozenset({"meta", "br", "img", "hr", "input", "link"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == [], f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize(("name", "locale"), CASES)
def test_the_plain_text_is_the_snapshot(name: str, locale: str) -> None:
    assert snapshot(composed(name, locale)) == (SNAPSHOTS / f"{name}.{locale}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "locale"), CASES)
def test_the_html_is_whole_and_has_the_links_of_the_plain_text(name: str, locale: str) -> None:
    texts = composed(name, locale)
    page = Page(texts.html)
    assert page.links
    assert all(link.startswith("https://tasks.example.org/") for link in page.links), page.links
    assert {"img", "script", "link"}.isdisjoint(page.tags)
    assert sorted(set(page.links)) == sorted(set(re.findall(r"https://\S+", texts.text)))
    assert ('<html lang="en">' in texts.html) == (locale == ENGLISH)


def test_there_is_a_case_for_every_folder_of_mails() -> None:
    folders = {path.name for path in (ROOT / "templates/email").iterdir() if path.is_dir()}
    assert folders == {template for template, _ in CONTEXTS.values()}


def test_every_mail_leads_to_its_task_in_the_interface() -> None:
    for name in (
        "returned",
        "terminated",
        "suspended",
        "resumed",
        "sign_off_asked",
        "reopened",
        "released",
        "declined",
        "decline_request",
        "dispatched",
        "extension_asked",
        "extension_accepted",
        "input_asked",
        "input_answered",
        "mentioned",
        "urged",
        "objection_raised",
        "objection_upheld",
    ):
        paths = [urlsplit(link).path for link in Page(composed(name, CHINESE).html).links]
        assert "/plans/shaoguan/tasks/28" in paths, name


def test_what_people_typed_is_escaped_in_the_html() -> None:
    html = composed("returned", CHINESE).html
    assert "&lt;b&gt;第二点&lt;/b&gt;" in html
    assert "<b>第二点</b>" in composed("returned", CHINESE).text


def test_only_the_demo_names_its_day() -> None:
    assert "2023年8月30日" in composed("returned", CHINESE, DEMO).text
    assert "2023年8月30日" not in composed("returned", CHINESE).text


def test_a_name_that_the_context_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        compose("returned", {**PLAN}, locale=CHINESE, day=DAY, settings=SETTINGS)


def test_the_short_title_ends_at_the_first_pause() -> None:
    assert short_title("完善残疾人两项补贴制度，动态调整标准。") == "完善残疾人两项补贴制度"
    assert short_title("没有标点") == "没有标点"


def write_snapshots() -> None:
    """Write every snapshot anew."""
    SNAPSHOTS.mkdir(exist_ok=True)
    for name, locale in CASES:
        (SNAPSHOTS / f"{name}.{locale}.txt").write_text(snapshot(composed(name, locale)), encoding="utf-8")


if __name__ == "__main__":
    write_snapshots()
