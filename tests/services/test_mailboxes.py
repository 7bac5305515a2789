"""Mailboxes are opened under TLS with a valid certificate or not at all; what goes wrong names the setting."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from urllib.parse import urlsplit

import pytest

from tests.fixtures.imap import Post, serving_mailbox
from tests.fixtures.smtp import CERTIFICATE, server_trust
from tracker.outbox import mailboxes
from tracker.outbox.mailboxes import MailboxClosed, opened

LETTER = b"Message-ID: <a@b>\r\nSubject: x\r\n\r\nhello\r\n"
SETTING = "TRACKER_BOUNCE_URL"


@pytest.fixture
def url(post: Post) -> Iterator[str]:
    post.put(LETTER)
    with serving_mailbox(post) as address:
        yield address


def reads(url: str) -> list[bytes]:
    with opened(url, SETTING) as mailbox:
        assert mailbox.holds("<a@b>")
        assert not mailbox.holds("<z@b>")
        return [content for _, content in mailbox.after(0)]


def test_a_mailbox_on_this_machine_is_read_as_it_is(url: str) -> None:
    assert reads(url) == [LETTER]


def test_a_long_message_is_cut(post: Post, url: str) -> None:
    post.put(b"Subject: x\r\n\r\n" + b"x" * 1_000_000)
    with opened(url, SETTING) as mailbox:
        ((uid, content),) = mailbox.after(1)
    assert (uid, len(content)) == (2, mailboxes.MOST_BYTES)


def test_a_wrong_password_names_the_setting_and_not_the_password(url: str) -> None:
    with pytest.raises(MailboxClosed, match=SETTING) as caught, opened(url.replace("a%20password", "guess"), SETTING):
        raise AssertionError("it is open")
    assert "guess" not in str(caught.value)


def test_a_server_without_starttls_is_not_signed_in_to(url: str) -> None:
    with pytest.raises(MailboxClosed, match="STARTTLS"), opened(f"{url}?tls=starttls", SETTING):
        raise AssertionError("it is open")


@contextmanager
def under_tls(url: str) -> Iterator[str]:
    """The mailbox behind a port that speaks TLS."""
    inner, trust = (urlsplit(url).hostname, urlsplit(url).port), server_trust()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    plain, _ = listener.accept()
                    with (
                        suppress(ssl.SSLError, ConnectionError),
                        trust.wrap_socket(plain, server_side=True) as outer,
                        socket.create_connection(inner) as way,
                    ):
                        back = threading.Thread(target=pump, args=(way, outer))
                        back.start()
                        pump(outer, way)
                        back.join()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield url.replace("imap:", "imaps:").replace(f":{inner[1]}/", f":{listener.getsockname()[1]}/")
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def pump(source: socket.socket, target: socket.socket) -> None:
    """Hand on what comes until one side ends."""
    with suppress(OSError):
        while got := source.recv(65_536):
            target.sendall(got)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def test_a_certificate_is_verified(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with under_tls(url) as secret:
        with pytest.raises(MailboxClosed, match="certificate"), opened(secret, SETTING):
            raise AssertionError("it is open")
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        assert reads(secret) == [LETTER]


def test_a_server_that_hangs_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(MailboxClosed), opened(f"imap://box:x@127.0.0.1:{port}/INBOX", SETTING):
            raise AssertionError("it is open")


def test_a_mailbox_is_not_held_open_for_ever(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "LIMIT_SECONDS", 0.2)
    with pytest.raises(MailboxClosed), opened(url, SETTING) as mailbox:
        assert all(mailbox.holds("<a@b>") for _ in count())
