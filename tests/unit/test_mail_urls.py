"""Which addresses of mail servers and mailboxes are taken, and that nothing but TLS leads to another machine."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tracker.config import Settings, parse_settings
from tracker.errors import ConfigurationError
from tracker.mail_urls import encryption, is_mail_url, is_mailbox_url


@pytest.mark.parametrize(
    ("url", "way"),
    [
        ("smtp://mail.example.org", "starttls"),
        ("smtp://user:secret@10.0.0.5:25", "starttls"),
        ("smtp://mail.example.org?tls=none", "none"),
        ("smtp://localhost:2525", "none"),
        ("smtp://127.0.0.1?tls=starttls", "starttls"),
        ("smtp://[::1]:25", "none"),
        ("smtp://localhost.example.org", "starttls"),
        ("smtps://127.0.0.1", "tls"),
        ("imap://mail.example.org", "starttls"),
        ("imaps://mail.example.org", "tls"),
    ],
)
def test_how_a_connection_is_encrypted(url: str, way: str) -> None:
    assert encryption(urlsplit(url)) == way


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("spool:///var/mail", True),
        ("smtp://user:secret@mail.example.org:587?tls=starttls", True),
        ("smtp://mail.example.org?tls=none", True),
        ("smtp://user:secret@mail.example.org?tls=none", False),
        ("smtp://user:secret@127.0.0.1:25", True),
        ("smtps://mail.example.org?tls=none", False),
        ("smtp://mail.example.org?tls=maybe", False),
        ("smtp://", False),
        ("smtp://mail.example.org:0", False),
        ("smtp://mail.example.org:port", False),
        ("imap://mail.example.org", False),
    ],
)
def test_the_way_out(url: str, taken: bool) -> None:
    assert is_mail_url(url) == taken


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("imaps://user:secret@mail.example.org/INBOX", True),
        ("imap://user:secret@mail.example.org", True),
        ("imap://user:secret@mail.example.org?tls=none", False),
        ("imap://user:secret@127.0.0.1:1143/INBOX", True),
        ("imaps://mail.example.org/INBOX", False),
        ("pop3://user:secret@mail.example.org", False),
        ("smtp://user:secret@mail.example.org", False),
    ],
)
def test_a_mailbox(url: str, taken: bool) -> None:
    assert is_mailbox_url(url) == taken


def settings(**values: str) -> Settings:
    return parse_settings({"TRACKER_SECRET_KEY": "for tests " * 4, **values})


@pytest.mark.parametrize("name", ["TRACKER_ARCHIVE_URL", "TRACKER_ARCHIVE_ADDRESS"])
def test_the_two_settings_of_the_archive_go_together(name: str) -> None:
    both = {
        "TRACKER_ARCHIVE_URL": "imaps://user:secret@mail.example.org/INBOX",
        "TRACKER_ARCHIVE_ADDRESS": "archive@example.org",
    }
    assert settings(**both).archive_address == "archive@example.org"
    with pytest.raises(ConfigurationError, match="go together"):
        settings(**{name: both[name]})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRACKER_BOUNCE_URL", "imap://user:secret@mail.example.org?tls=none"),
        ("TRACKER_ARCHIVE_URL", "https://mail.example.org"),
        ("TRACKER_ARCHIVE_ADDRESS", "archive"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_without_its_password(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name) as caught:
        settings(**{name: value})
    assert "secret" not in str(caught.value)
