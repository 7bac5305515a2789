"""Finders over every file that is kept: nothing of the machine that made them, no address of a registry."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

BINARY = {".png", ".ico", ".woff2", ".gz", ".xlsx", ".docx", ".pdf", ".mo"}
MADE = {".git", ".venv", "instance", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
# Written so that this file does not hold what it looks for.
PLACES = re.compile(
    "|".join((r"(?<![\w.])/wor" + r"k/", r"(?<![\w.])/roo" + r"t/", r"/home/(?!app\b)\w+/", r"/tm" + r"p/brief"))
)
URL = re.compile(r"https?://[^\s\"'<>)\]}|\\`（），。；、]+")
RESERVED = re.compile(r"(^|\.)(example|example\.(com|org|net)|test|invalid|localhost)$")
PRIVATE = re.compile(
    r"^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.)|\.(local|internal|lan|corp)$"
)


def kept_files(root: Path) -> Iterator[tuple[str, str]]:
    """(path, text) of every text file that git keeps or would keep; without git, of all but what is made."""
    for name in sorted(_kept_names(root)):
        path = root / name
        if path.is_file() and path.suffix not in BINARY:
            # Some documents to be read in are of an older encoding; what is looked for is ASCII.
            yield name, path.read_text(encoding="utf-8", errors="replace")


def machine_traces(root: Path) -> list[str]:
    """Paths of the machine on which a file was written."""
    return [
        f"{name}:{number} names a place of one machine: {match.group()}"
        for name, text in kept_files(root)
        for number, line in enumerate(text.splitlines(), 1)
        if (match := PLACES.search(line))
    ]


def private_addresses(root: Path) -> list[str]:
    """Addresses that only one network knows."""
    return [
        f"{name}:{number} names a private address: {url}"
        for name, text in kept_files(root)
        for number, line in enumerate(text.splitlines(), 1)
        for url in URL.findall(line)
        if PRIVATE.search(_host(url)) and not RESERVED.search(_host(url))
    ]


def registry_addresses(root: Path) -> list[str]:
    """Lock files name packages, versions and hashes, and never where they were fetched."""
    found = []
    for name, text in kept_files(root):
        if name.startswith("requirements/"):
            found += [
                f"{name}:{number} names an address or an index: {line.strip()}"
                for number, line in enumerate(text.splitlines(), 1)
                if "://" in line or line.lstrip().startswith(("-i ", "--index", "--extra-index", "--find-links", "-f "))
            ]
        if name.endswith("package-lock.json"):
            found += [f"{name} names where {package} was fetched" for package in _resolved(json.loads(text))]
        if name.endswith((".npmrc", "pip.conf")) and ("registry" in text or "index" in text):
            found.append(f"{name} names a registry")
    return found


def unhashed(root: Path) -> list[str]:
    """Locked packages without a hash."""
    found = []
    for name, text in kept_files(root):
        if name.startswith("requirements/"):
            entries = re.split(r"\n(?=[a-z0-9])", text)
            found += [
                f"{name}: {entry.split()[0]} has no hash"
                for entry in entries
                if "==" in entry and "--hash=" not in entry
            ]
    return found


def _kept_names(root: Path) -> set[str]:
    if (root / ".git").exists() and shutil.which("git"):
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listing = subprocess.run(command, cwd=root, capture_output=True, check=True)
        return set(listing.stdout.decode().split("\0")) - {""}
    names = {path.relative_to(root) for path in root.rglob("*")}
    return {name.as_posix() for name in names if not MADE.intersection(name.parts)}


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _resolved(lock: dict[str, object]) -> Iterator[str]:
    packages = lock.get("packages", {})
    assert isinstance(packages, dict)
    yield from (str(name) for name, entry in packages.items() if "resolved" in entry)
