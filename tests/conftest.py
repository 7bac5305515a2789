"""What every test stands on.  The fixtures themselves live in tests/fixtures/, one file per thing they stand for."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.fixtures.skips",
    "tests.fixtures.network",
    "tests.fixtures.compiled",
    "tests.fixtures.databases",
    "tests.fixtures.application",
    "tests.fixtures.demo",
    "tests.fixtures.smtp",
    "tests.fixtures.imap",
    "tests.fixtures.server",
    "tests.fixtures.browser",
]

settings.register_profile("short", derandomize=True, database=None, deadline=None, max_examples=50)
settings.register_profile(
    "long", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--long`` asks the harnesses for their full figures (make trust)."""
    parser.addoption("--long", action="store_true", help="run the harnesses in their long form")


def pytest_configure(config: pytest.Config) -> None:
    """Fixed seeds in the short form, fresh ones in the long."""
    settings.load_profile("long" if config.getoption("--long") else "short")


@pytest.fixture(scope="session")
def long_form(pytestconfig: pytest.Config) -> bool:
    """Whether a harness runs in its long form."""
    return bool(pytestconfig.getoption("--long"))
