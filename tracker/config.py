"""Settings: the environment is read here and nowhere else."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from limits import parse_many
from limits.storage import (
    MemcachedStorage,
    MemoryStorage,
    MongoDBStorage,
    RedisClusterStorage,
    RedisSentinelStorage,
    RedisStorage,
)

from .errors import ConfigurationError
from .i18n import LOCALES, N_
from .mail_urls import is_address, is_mail_url, is_mailbox_url, is_sender

PREFIX = "TRACKER_"
ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"
SETTINGS_FILE = INSTANCE / "settings.env"
SHORTEST_KEY = 32
COUNTERS = (
    *(MemoryStorage, MemcachedStorage, MongoDBStorage),
    *(RedisStorage, RedisClusterStorage, RedisSentinelStorage),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the process is told from outside.  Field ``x_y`` is the environment's ``TRACKER_X_Y``.

    secret_key has no default; docs/operations.md describes each.
    """

    secret_key: str
    database_url: str = f"sqlite:///{INSTANCE / 'tracker.db'}"
    base_url: str = "http://127.0.0.1:8000"
    mail_url: str = f"spool://{INSTANCE / 'mail'}"
    mail_from: str = "Key Task Tracker <tracker@localhost>"
    bounce_url: str = ""
    archive_url: str = ""
    archive_address: str = ""
    evidence_url: str = f"file://{INSTANCE / 'evidence'}"
    timezone: str = "Asia/Shanghai"
    locale: str = "zh_Hans_CN"
    demo: bool = False
    audit_heads: str = ""
    rate_limit_url: str = "memory://"
    sign_in_limit: str = "10 per minute"
    proxies: int = 0
    metrics_token: str = ""

    @property
    def zone(self) -> ZoneInfo:
        """The zone that people read times in."""
        return ZoneInfo(self.timezone)

    @property
    def evidence_folder(self) -> Path:
        """The folder of the evidence store."""
        return Path(unquote(urlsplit(self.evidence_url).path))

    @property
    def https(self) -> bool:
        """Whether people reach the service over TLS: cookies are then Secure."""
        return self.base_url.startswith("https://")


def load_settings(environ: Mapping[str, str] | None = None, settings_file: Path = SETTINGS_FILE) -> Settings:
    """Read the settings from ``environ`` (default: the process environment).

    Only when it holds no TRACKER_ name is ``instance/settings.env`` read instead.
    Raises ConfigurationError for an unknown name, a missing one without default, or a malformed value.
    """
    source = os.environ if environ is None else environ
    given = {name: value for name, value in source.items() if name.startswith(PREFIX)}
    if not given and settings_file.is_file():
        given = read_settings_file(settings_file)
    return parse_settings(given)


def write_first_settings(environ: Mapping[str, str] | None = None, settings_file: Path = SETTINGS_FILE) -> bool:
    """Write ``instance/settings.env`` for a demo: a fresh secret key, TRACKER_DEMO=1, readable by its owner alone.

    Nothing is written where the file is there, or where the environment holds a TRACKER_ name.  Answers whether it was.
    """
    source = os.environ if environ is None else environ
    if settings_file.exists() or any(name.startswith(PREFIX) for name in source):
        return False
    settings_file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(settings_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"TRACKER_SECRET_KEY={secrets.token_urlsafe(48)}\nTRACKER_DEMO=1\n")
    return True


def process_environment(settings: Settings) -> dict[str, str]:
    """The environment for a child process that is to run under ``settings``: ours, with its TRACKER_ names."""
    values = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    for field in fields(settings):
        value = getattr(settings, field.name)
        values[PREFIX + field.name.upper()] = str(int(value)) if isinstance(value, bool) else str(value)
    return values


def read_settings_file(path: Path) -> dict[str, str]:
    """NAME=value lines; blank lines and lines that begin with # are skipped."""
    values = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, separator, value = line.partition("=")
        if not separator:
            raise ConfigurationError(N_("%(file)s, line %(line)s: write NAME=value."), file=path.name, line=number)
        values[name.strip()] = value.strip()
    return values


def parse_settings(given: Mapping[str, str]) -> Settings:
    """Turn TRACKER_ names into :class:`Settings`, checking each value."""
    known = {PREFIX + field.name.upper(): field.name for field in fields(Settings)}
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ConfigurationError(
            N_("Unknown setting %(name)s. docs/operations.md lists the settings; remove or correct it."),
            name=unknown[0],
        )
    values: dict[str, object] = {known[name]: value for name, value in given.items()}
    if not values.get("secret_key"):
        raise ConfigurationError(
            N_("The setting %(name)s is missing. Set it in the environment, or run “make run” once."),
            name="TRACKER_SECRET_KEY",
        )
    if "demo" in values:
        if values["demo"] not in ("0", "1"):
            raise _malformed("TRACKER_DEMO", N_("0 or 1"))
        values["demo"] = values["demo"] == "1"
    if "proxies" in values:
        if not re.fullmatch("[0-9]{1,2}", str(values["proxies"])):
            raise _malformed("TRACKER_PROXIES", N_("a number"))
        values["proxies"] = int(str(values["proxies"]))
    settings = Settings(**values)  # type: ignore[arg-type]
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    if urlsplit(settings.database_url).scheme not in ("sqlite", "postgresql+psycopg"):
        raise _malformed("TRACKER_DATABASE_URL", "sqlite:///… , postgresql+psycopg://…")
    if len(settings.secret_key) < SHORTEST_KEY:
        raise _malformed("TRACKER_SECRET_KEY", N_("32 random characters or more"))
    _check_mail(settings)
    _check_evidence_url(settings.evidence_url)
    _check_counter(urlsplit(settings.rate_limit_url).scheme)
    if not _is_limit(settings.sign_in_limit):
        raise _malformed("TRACKER_SIGN_IN_LIMIT", "10 per minute")
    if urlsplit(settings.base_url).scheme not in ("http", "https"):
        raise _malformed("TRACKER_BASE_URL", "https://…")
    if settings.locale not in LOCALES:
        raise _malformed("TRACKER_LOCALE", " , ".join(LOCALES))
    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise _malformed("TRACKER_TIMEZONE", "Asia/Shanghai") from error


def _check_mail(settings: Settings) -> None:
    """The way out, and the mailboxes of bounces and copies."""
    if not is_mail_url(settings.mail_url):
        raise _malformed("TRACKER_MAIL_URL", "spool:///… , smtp://user:password@host:587?tls=starttls , smtps://…")
    if not is_sender(settings.mail_from):
        raise _malformed("TRACKER_MAIL_FROM", "Key Task Tracker <tracker@example.org>")
    for name, url in (("TRACKER_BOUNCE_URL", settings.bounce_url), ("TRACKER_ARCHIVE_URL", settings.archive_url)):
        if url and not is_mailbox_url(url):
            raise _malformed(name, "imaps://user:password@host/INBOX , imap://user:password@host/INBOX?tls=starttls")
    if settings.archive_address and not is_address(settings.archive_address):
        raise _malformed("TRACKER_ARCHIVE_ADDRESS", "archive@example.org")
    if bool(settings.archive_url) != bool(settings.archive_address):
        raise ConfigurationError(
            N_(
                "TRACKER_ARCHIVE_URL and TRACKER_ARCHIVE_ADDRESS go together: the mailbox, and the address whose mails"
                " arrive in it. Set both or neither."
            )
        )


def _check_evidence_url(text: str) -> None:
    """An absolute folder.  An S3 store is named in plans of large installations, and this program has none."""
    url = urlsplit(text)
    if url.scheme == "s3":
        raise ConfigurationError(
            N_(
                "TRACKER_EVIDENCE_URL names an S3 store, which this version does not support. Name a folder instead:"
                " file:///srv/tracker/evidence."
            )
        )
    if url.scheme != "file" or url.netloc not in ("", "localhost") or len(url.path) < 2 or url.query or url.fragment:
        raise _malformed("TRACKER_EVIDENCE_URL", "file:///srv/tracker/evidence")


def _check_counter(scheme: str) -> None:
    """The store in which tries are counted must be one that limits knows, and its library must be there."""
    known = {name: list(kind.DEPENDENCIES) for kind in COUNTERS for name in kind.STORAGE_SCHEME or ()}
    if scheme not in known:
        raise _malformed("TRACKER_RATE_LIMIT_URL", "memory:// , redis://…")
    libraries = [name for name in known[scheme] if scheme.startswith(name)] or known[scheme][:1]
    if libraries and find_spec(libraries[0]) is None:
        raise ConfigurationError(
            N_("TRACKER_RATE_LIMIT_URL needs the Python package %(package)s. Install it beside the tracker."),
            name="TRACKER_RATE_LIMIT_URL",
            package=libraries[0],
        )


def _is_limit(text: str) -> bool:
    try:
        return all(limit.amount > 0 for limit in parse_many(text))
    except ValueError:
        return False


def _malformed(name: str, wanted: str) -> ConfigurationError:
    return ConfigurationError(
        N_("The setting %(name)s has a value that cannot be used. Wanted: %(wanted)s."), name=name, wanted=wanted
    )
