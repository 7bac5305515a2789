"""From where a request comes, as the audit writes it down: the client's address and its browser."""

from __future__ import annotations

import re

from flask import Flask, g, request

from ..db import coming_from

BROWSER = re.compile(r"(Edg|OPR|Firefox|Chrome|Version|MicroMessenger)/\d+")
SYSTEM = re.compile(r"Windows|Android|iPhone|iPad|Mac OS X|HarmonyOS|OpenHarmony|Linux")
LONGEST = 40


def shortened(user_agent: str) -> str:
    """Browser with its main version and system, such as ``Firefox/128 Windows``; else the first printable words."""
    found = [pattern.search(user_agent) for pattern in (BROWSER, SYSTEM)]
    words = " ".join(match.group() for match in found if match is not None)
    return words or "".join(c for c in user_agent if c.isascii() and c.isprintable())[:LONGEST].strip()


def init_app(app: Flask) -> None:
    """Say at the beginning of every request where it comes from."""

    @app.before_request
    def begin() -> None:
        g.origin = coming_from(f"{request.remote_addr} {shortened(request.user_agent.string)}".strip())
        g.origin.__enter__()

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        opened = g.pop("origin", None)
        if opened is not None:
            opened.__exit__(None, None, None)
