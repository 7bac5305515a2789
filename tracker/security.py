"""Security of the web: placeholder wiring until sign-in lands."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Wire nothing yet."""
