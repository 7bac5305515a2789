"""The story in English; a file a language, so that two processes of a run share the work."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Meet
from tests.e2e.story import tell
from tests.fixtures.browser import DESK, PHONE
from tests.fixtures.server import Server
from tracker.i18n import ENGLISH


@pytest.mark.timeout(900)
def test_with_javascript(demo_service: Server, meet: Meet) -> None:
    tell(meet(demo_service, ENGLISH, width=PHONE))


@pytest.mark.timeout(900)
def test_without_javascript(demo_service: Server, meet: Meet) -> None:
    tell(meet(demo_service, ENGLISH, javascript=False, width=DESK))
