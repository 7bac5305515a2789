"""The service over the loaded demo, as a process of its own; and people who visit it with a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.visitor import Visitor
from tests.fixtures.browser import DESK, Opener
from tests.fixtures.databases import Databases, settings_for
from tests.fixtures.demo import load_demo
from tests.fixtures.server import Server, serving

Meet = Callable[..., Visitor]


@pytest.fixture
def demo_service(databases: Databases, tmp_path: Path, serve: Callable[..., Server]) -> Server:
    """A service over this test's own copy of the demo, for tests that move its clock."""
    url = databases.fresh("sqlite", tmp_path, load_demo)
    return serve(settings_for(url, tmp_path, demo=True))


@pytest.fixture(scope="session")
def shared_service(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One service for all tests that leave the clock alone; each of them takes tasks of its own."""
    folder = tmp_path_factory.mktemp("shared-service")
    url = databases.fresh("sqlite", folder, load_demo)
    with serving(settings_for(url, folder, demo=True), folder) as server:
        yield server


@pytest.fixture
def meet(open_page: Opener) -> Iterator[Meet]:
    """``meet(server, language, javascript=True, width=DESK)`` -> a Visitor with a browser of their own."""
    visitors: list[Visitor] = []

    def make(server: Server, language: str, *, javascript: bool = True, width: int = DESK) -> Visitor:
        page = open_page(javascript=javascript, width=width, locale="en-GB" if language == "en" else "zh-CN")
        visitors.append(Visitor(page, server.url, language, javascript))
        return visitors[-1]

    yield make
    for visitor in visitors:
        assert not visitor.wrong, visitor.wrong
