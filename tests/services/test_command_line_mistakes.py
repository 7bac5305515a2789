"""What the real command line answers to mistakes: in the settings, the database, the words typed.  One line each."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.services.command_line import flask
from tracker.config import parse_settings
from tracker.errors import ConfigurationError


@pytest.mark.parametrize("command", ["show", "go-live"])
def test_a_slug_that_does_not_exist_is_one_line(database_url: str, command: str) -> None:
    complaint = flask("plans", command, "nowhere", url=database_url).complaint
    assert complaint == "There is no plan “nowhere”. “flask --app wsgi plans list” shows the plans there are."


def test_the_line_is_chinese_where_the_installation_is(database_url: str) -> None:
    complaint = flask("plans", "show", "nowhere", url=database_url, TRACKER_LOCALE="zh_Hans_CN").complaint
    assert complaint.startswith("没有规划“nowhere”")


@pytest.mark.parametrize("args", [("plans", "list"), ("seed",)])
def test_a_database_that_is_not_migrated_is_one_line(tmp_path: Path, args: tuple[str, ...]) -> None:
    complaint = flask(*args, url=f"sqlite:///{tmp_path / 'blank.db'}").complaint
    assert complaint == "The database is not up to date. Run “flask --app wsgi db upgrade”, then start again."


def unopenable(tmp_path: Path, kind: str) -> str:
    """The URL of a database that nobody can open."""
    if kind == "no folder":
        return f"sqlite:///{tmp_path / 'none' / 'tracker.db'}"
    if kind == "no database":
        (tmp_path / "text.db").write_text("this is no database, and it is longer than the head of one. " * 20)
        return f"sqlite:///{tmp_path / 'text.db'}"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"postgresql+psycopg://tracker@127.0.0.1:{port}/tracker"


@pytest.mark.parametrize(
    ("args", "kind"),
    [
        (("plans", "list"), "no folder"),
        (("plans", "list"), "no database"),
        (("plans", "list"), "no server"),
        (("db", "upgrade"), "no folder"),
        (("db", "upgrade"), "no server"),
    ],
)
def test_a_database_that_cannot_be_opened_is_one_line(tmp_path: Path, args: tuple[str, ...], kind: str) -> None:
    complaint = flask(*args, url=unopenable(tmp_path, kind)).complaint
    assert complaint.startswith("The database cannot be opened (")
    assert "TRACKER_DATABASE_URL" in complaint


@pytest.mark.parametrize("args", [("plans", "list"), ("db", "upgrade"), ("run",)])
def test_a_missing_setting_is_one_line(tmp_path: Path, args: tuple[str, ...]) -> None:
    complaint = flask(*args, TRACKER_DATABASE_URL=f"sqlite:///{tmp_path / 'x.db'}").complaint
    assert "TRACKER_SECRET_KEY" in complaint
    assert not (tmp_path / "x.db").exists()


def test_an_unknown_setting_is_one_line_that_names_it(database_url: str) -> None:
    assert "TRACKER_DATBASE_URL" in flask("plans", "list", url=database_url, TRACKER_DATBASE_URL="sqlite://").complaint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("DEMO", "yes"), ("TIMEZONE", "Mars"), ("LOCALE", "fr"), ("DATABASE_URL", "mysql://x"), ("PROXIES", "²")),
        *(("MAIL_URL", "mail"), ("MAIL_URL", "smtp://"), ("MAIL_URL", "smtps://:465"), ("MAIL_URL", "spool://")),
        *(("MAIL_URL", "smtp://mail.example.org?tls=maybe"), ("MAIL_URL", "smtp://mail.example.org?ssl=1")),
        *(("MAIL_URL", "smtp://mail.example.org:mail"), ("MAIL_URL", "smtps://mail.example.org?tls=starttls")),
        *(("MAIL_FROM", ""), ("MAIL_FROM", "重点任务跟踪"), ("MAIL_FROM", "tracker@")),
        *(
            ("MAIL_FROM", "a b@example.org"),
            ("MAIL_FROM", "督查@example.org"),
            ("MAIL_FROM", "A, B <tracker@example.org>"),
        ),
        *(("SIGN_IN_LIMIT", ""), ("SIGN_IN_LIMIT", "often"), ("SIGN_IN_LIMIT", "0 per minute")),
        *(("RATE_LIMIT_URL", "somewhere"), ("RATE_LIMIT_URL", "async+memory://"), ("SECRET_KEY", "k" * 31)),
    ],
)
def test_a_malformed_setting_is_an_error_that_names_it(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        parse_settings({"TRACKER_SECRET_KEY": "k" * 32, f"TRACKER_{name}": value})
    assert raised.value.values["name"] == f"TRACKER_{name}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_URL", "spool:///var/mail"),
        ("MAIL_URL", "smtp://user:p%40ss@mail.example.org:587?tls=starttls"),
        ("MAIL_URL", "smtps://mail.example.org"),
        ("MAIL_FROM", "tracker@localhost"),
        ("MAIL_FROM", "韶关市残工委办公室（督查）<tracker@city.example.org>"),
        ("MAIL_FROM", '"Office, tracking" <tracker@city.example.org>'),
        ("SIGN_IN_LIMIT", "10 per minute; 50 per hour"),
        ("RATE_LIMIT_URL", "memory://"),
        ("SECRET_KEY", "k" * 32),
    ],
)
def test_a_setting_as_the_operations_page_describes_it_is_taken(name: str, value: str) -> None:
    taken = parse_settings({"TRACKER_SECRET_KEY": "k" * 32, f"TRACKER_{name}": value})
    assert getattr(taken, name.lower()) == value


@pytest.mark.parametrize(("scheme", "package"), [("redis", "redis"), ("rediss", "redis"), ("memcached", "pymemcache")])
def test_a_store_whose_package_is_not_there_is_one_line(database_url: str, scheme: str, package: str) -> None:
    said = flask("plans", "list", url=database_url, TRACKER_RATE_LIMIT_URL=f"{scheme}://cache").complaint
    assert said.startswith(f"TRACKER_RATE_LIMIT_URL需要Python包{package}。")


def test_what_is_wanted_of_a_setting_is_said_in_the_readers_language(database_url: str) -> None:
    said = flask("plans", "list", url=database_url, TRACKER_SECRET_KEY="short", TRACKER_LOCALE="zh_Hans_CN").complaint
    assert "TRACKER_SECRET_KEY" in said
    assert "至少32个随机字符" in said


@pytest.mark.parametrize("args", [(), ("plans", "show"), ("seed",)])
def test_help_needs_no_setting(args: tuple[str, ...]) -> None:
    helped = flask(*args, "--help", TRACKER_DEMO="0")
    assert (helped.code, helped.err) == (0, "")
    assert "Usage: " in helped.out


def test_an_unknown_command_fails_without_a_traceback() -> None:
    failed = flask("plans", "nothing", TRACKER_DEMO="0")
    assert failed.code == 2
    assert failed.err.splitlines()[-1] == "Error: No such command 'nothing'."
