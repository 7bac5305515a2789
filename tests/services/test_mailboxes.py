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
def under_tls(url: str, way: str) -> Iterator[str]:
    """The mailbox behind a port that speaks TLS, from the first byte (tls) or once it is asked to (starttls)."""
    inner, trust = (urlsplit(url).hostname, urlsplit(url).port), server_trust()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    plain, _ = listener.accept()
                    if way == "starttls":
                        until_starttls(plain)
                    with (
                        suppress(ssl.SSLError, ConnectionError),
                        trust.wrap_socket(plain, server_side=True) as outer,
                        socket.create_connection(inner) as server,
                    ):
                        if way == "starttls":
                            server.recv(1_000)  # its greeting, which was given before
                        back = threading.Thread(target=pump, args=(server, outer))
                        back.start()
                        pump(outer, server)
                        back.join()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            behind = url.replace(f":{inner[1]}/", f":{listener.getsockname()[1]}/")
            yield behind.replace("imap:", "imaps:") if way == "tls" else f"{behind}?tls=starttls"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def until_starttls(plain: socket.socket) -> None:
    """What a server says in the clear: that it can encrypt, and that it will."""
    plain.sendall(b"* OK IMAP4rev1 ready\r\n")
    with plain.makefile("rb", buffering=0) as lines:
        for line in lines:
            tag, command = line.split()[:2]
            said = b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" if command.upper() == b"CAPABILITY" else b""
            assert command.upper() in (b"CAPABILITY", b"STARTTLS"), line
            plain.sendall(said + tag + b" OK done\r\n")
            if command.upper() == b"STARTTLS":
                return


def pump(source: socket.socket, target: socket.socket) -> None:
    """Hand on what comes until one side ends."""
    with suppress(OSError):
        while got := source.recv(65_536):
            target.sendall(got)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_a_certificate_is_verified(url: str, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with under_tls(url, way) as secret:
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
