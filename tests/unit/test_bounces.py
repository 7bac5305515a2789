"""What is read out of a bounce, and that no message, however hostile, takes long or is believed."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.services.bouncing import NOBODYS, qmail, report
from tracker.outbox.bounces import LONGEST_TEXT, MOST, Failure, parse
from tracker.outbox.mailboxes import MOST_BYTES

OURS = "<0123456789abcdef0123456789abcdef@key-task-tracker>"
ADDRESS = "nobody@example.org"


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_a_standard_report(returned: str) -> None:
    bounce = parse(report(ADDRESS, OURS, returned=returned))
    assert (bounce.message_ids, bounce.foreign) == ((OURS,), False)
    (failure,) = bounce.failures
    assert (failure.address, failure.permanent, failure.code) == (ADDRESS, True, "5.1.1")
    assert failure.text == f"550 5.1.1 <{ADDRESS}>: Recipient address rejected: User unknown"


@pytest.mark.parametrize(
    ("action", "status", "permanent", "code"),
    [
        ("failed", "5.2.2 (mailbox full)", True, "5.2.2"),
        ("failed", "4.4.7", False, "4.4.7"),
        ("delayed", "4.4.1", False, "4.4.1"),
        ("Failed", "", True, "5.1.1"),
        ("delivered", "2.0.0", None, ""),
        ("relayed", "2.0.0", None, ""),
    ],
)
def test_for_good_or_for_now(action: str, status: str, permanent: bool | None, code: str) -> None:
    failures = parse(report(ADDRESS, OURS, action=action, status=status)).failures
    assert [(failure.permanent, failure.code) for failure in failures] == (
        [] if permanent is None else [(permanent, code)]
    )


def test_a_report_in_a_form_of_its_own() -> None:
    bounce = parse(qmail(ADDRESS, OURS))
    assert bounce.message_ids == (OURS,)
    assert bounce.failures == (Failure(ADDRESS, True, "", "failure notice"),)


def test_a_report_about_another_mail_is_foreign() -> None:
    assert parse(report(ADDRESS, "<1@elsewhere.example>")).foreign
    assert not parse(report(ADDRESS, OURS)).foreign
    assert not parse(report(ADDRESS, None)).foreign


@pytest.mark.parametrize("text", ["", "Subject: 假期\r\n\r\n我在休假。\r\n", "\x00\xff" * 50])
def test_what_is_no_bounce_names_nobody(text: str) -> None:
    assert parse(text.encode("latin-1", "replace")).failures == ()


def nested(depth: int) -> bytes:
    """Multiparts within multiparts."""
    heads = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth))
    return heads.encode()


def many_recipients() -> bytes:
    one = f"Final-Recipient: rfc822; {ADDRESS}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    return report(ADDRESS, OURS).replace(b"Reporting-MTA: dns; mail.example.org\r\n\r\n", one.encode() * 3000)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nested": lambda: nested(4000),
    "one endless line": lambda: b"From: MAILER-DAEMON@x.example\r\n\r\n" + b"<" * MOST_BYTES,
    "addresses without end": lambda: b"From: <>\r\nSubject: failure notice\r\n\r\n" + b"<a@b.example>:\n" * 17_000,
    "many recipients": many_recipients,
    "ids without end": lambda: report(ADDRESS, OURS) + (NOBODYS.encode() + b"\r\n") * 5000,
    "headers without end": lambda: b"X-A: b\r\n" * 32_000,
    "a header folded for ever": lambda: b"Subject: a" + b"\r\n =?utf-8?b?5LiA?=" * 13_000 + b"\r\n\r\nx",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_message_is_read_or_refused_in_no_time(name: str) -> None:
    content = HOSTILE[name]()[:MOST_BYTES]
    began = time.process_time()
    try:
        bounce = parse(content)
    except RecursionError:
        bounce = None
    assert time.process_time() - began < 10
    if bounce is not None:
        assert len(bounce.failures) <= MOST
        assert len(bounce.message_ids) <= MOST


def test_the_words_of_the_server_are_one_short_line() -> None:
    (failure,) = parse(report(ADDRESS, OURS, text="a\tb\x07c" + "d" * 1000)).failures
    assert failure.text.startswith("a b c")
    assert len(failure.text) == LONGEST_TEXT
