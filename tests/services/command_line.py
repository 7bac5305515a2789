"""The real command line: ``flask --app wsgi …`` in a process of its own, with an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from flask import Flask

from tracker.config import PREFIX, ROOT


@dataclass(frozen=True)
class Ran:
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Standard output as the one JSON document it must be."""
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line that a mistake is answered with."""
        assert self.code != 0, self.out
        assert self.out == ""
        assert "Traceback" not in self.err
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("Error: ")
        assert "%(" not in lines[0]
        return lines[0].removeprefix("Error: ")


def flask(*args: str, url: str | None = None, **settings: str) -> Ran:
    """Run a command.  ``settings`` are TRACKER_ names; with ``url`` a whole set over that database, read in English."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment["PYTHONWARNINGS"] = "default"
    if url is not None:
        environment |= {"TRACKER_SECRET_KEY": "for tests " * 4, "TRACKER_DATABASE_URL": url, "TRACKER_LOCALE": "en"}
    environment |= settings
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *args],
        cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


def invoke(app: Flask, *args: str) -> Ran:
    """The same in this process, over the test's own application: for the many cases of one command."""
    with app.app_context():
        result = app.test_cli_runner().invoke(args=list(args))
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    return Ran(result.exit_code, result.stdout, result.stderr)
