"""README's two pictures, taken from a demo of their own: ``python -m tools.screenshots [--folder docs/images]``.

The demo is loaded into a folder that is thrown away, its clock moved to one fixed day, and the pages are opened in
Chromium in Chinese, 1280 pixels wide: the same pictures every time, as far as the machine's fonts are the same.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from tracker import create_app
from tracker.config import ROOT, Settings
from tracker.demo.commands import advance, load

FOLDER = ROOT / "docs" / "images"
DAY = date(2023, 8, 24)  # five working days before the reports of the mid-term evaluation are due
WIDTH = 1280
LARGEST = 300_000  # bytes
FLAGS = ("--disable-quic", "--disable-background-networking", "--hide-scrollbars", "--lang=zh-CN")


@dataclass(frozen=True)
class Picture:
    """One picture: the account (region, unit and role as the demo's list names it), the address, the name of the file.

    ``last``: the element (CSS) that it ends below.
    """

    account: str
    address: str
    file: str
    last: str


PICTURES = (
    Picture("韶关 市教育局 经办人", "/", "my-work.png", "main"),
    Picture("韶关 市教育局 经办人", "/plans/shaoguan/tasks/31", "task.png", ".app-timeline > li:nth-child(3)"),
)


@contextmanager
def demo_on(day: date, folder: Path) -> Iterator[str]:
    """Serve a fresh demo whose clock shows ``day``; gives its address."""
    settings = Settings(
        secret_key="only for pictures",  # noqa: S106  (nothing is kept)
        database_url=f"sqlite:///{folder / 'demo.db'}",
        mail_url=f"spool://{folder / 'mail'}",
        evidence_url=f"file://{folder / 'evidence'}",
        demo=True,
    )
    app = create_app(settings)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
    load(app)
    advance(app, day)
    yield from _served(app)


def _served(app: Flask) -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def take(browser: Browser, url: str, picture: Picture, folder: Path) -> Path:
    """Sign in by the demo's list, open the page, keep it as a PNG."""
    context = browser.new_context(viewport={"width": WIDTH, "height": 900}, locale="zh-CN", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{url}/sign-in")
    page.get_by_role("button", name=re.compile(rf"^进入\s*：\s*{picture.account}$")).click()
    page.goto(url + picture.address)
    file = folder / picture.file
    end = page.locator(picture.last).bounding_box()
    assert end is not None, f"{picture.last} is not on {picture.address}"
    height = end["y"] + end["height"]
    page.screenshot(path=file, full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": height})
    context.close()
    if file.stat().st_size > LARGEST:
        raise click.ClickException(f"{file} has {file.stat().st_size} bytes; at most {LARGEST} are wanted")
    return file


@click.command(help="Take the pictures of README.")
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER, show_default=False)
def main(folder: Path) -> None:
    """Write every picture into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with TemporaryDirectory() as scratch, demo_on(DAY, Path(scratch)) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*FLAGS, *sandbox])
        for picture in PICTURES:
            file = take(browser, url, picture, folder)
            click.echo(f"{file.name}: {file.stat().st_size} bytes")
        browser.close()


if __name__ == "__main__":
    main()
