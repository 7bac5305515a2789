"""The real command line: ``flask --app wsgi …`` in a process of its own, with an environment of its own.

The process is a copy of one that has loaded the modules: loading them anew is nine tenths of what a command takes.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from flask.cli import main

from tracker.config import PREFIX, ROOT

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.services.loaded"])


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
    with TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = PROCESSES.Process(target=_be_the_command, args=(args, _environment(url, settings), out, err))
        process.start()
        process.join()
        assert process.exitcode is not None
        return Ran(process.exitcode, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


def flask_anew(*args: str, url: str | None = None, **settings: str) -> Ran:
    """The same as people start it, the modules loaded anew."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *args],
        cwd=ROOT, env=_environment(url, settings), capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


def _environment(url: str | None, settings: Mapping[str, str]) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment["PYTHONWARNINGS"] = "default"
    if url is not None:
        environment |= {"TRACKER_SECRET_KEY": "for tests " * 4, "TRACKER_DATABASE_URL": url, "TRACKER_LOCALE": "en"}
    return environment | dict(settings)


def _be_the_command(args: tuple[str, ...], environment: Mapping[str, str], out: Path, err: Path) -> None:
    """What ``python -m flask`` does.  Python reads PYTHONWARNINGS when it starts, so it is told here."""
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    for stream, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream)
    warnings.simplefilter("default")
    sys.path.insert(0, str(ROOT))
    sys.argv = ["flask", "--app", "wsgi", *args]
    main()


def invoke(app: Flask, *args: str) -> Ran:
    """The same in this process, over the test's own application: for the many cases of one command."""
    with app.app_context():
        result = app.test_cli_runner().invoke(args=list(args))
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    return Ran(result.exit_code, result.stdout, result.stderr)
