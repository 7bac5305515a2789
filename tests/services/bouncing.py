"""Bounces as mail servers write them, about mails of the outbox."""

from __future__ import annotations

from email.message import EmailMessage

REASON = "550 5.1.1 <{address}>: Recipient address rejected: User unknown"
NOBODYS = "<00000000000000000000000000000000@key-task-tracker>"


def report(
    address: str,
    message_id: str | None,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    text: str = REASON,
    returned: str = "text/rfc822-headers",
    final: str | None = None,
) -> bytes:
    """A report of RFC 3464 about one recipient, with what it returns of the mail; no Message-ID: returns nothing."""
    said = text.format(address=address)
    parts = [
        "Content-Type: text/plain; charset=utf-8\r\n\r\n您的邮件未能送达。\r\n",
        "Content-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mail.example.org\r\n\r\n"
        f"Original-Recipient: rfc822;{address}\r\n"
        f"Final-Recipient: rfc822; {final or address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {said}\r\n",
    ]
    if message_id is not None:
        parts.append(f"Content-Type: {returned}\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\nTo: {address}\r\n\r\n")
    body = "".join(f"--limit\r\n{part}\r\n" for part in parts) + "--limit--\r\n"
    head = (
        "From: MAILER-DAEMON@mail.example.org\r\nTo: tracker@example.org\r\nSubject: Undelivered Mail\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="limit"\r\n\r\n'
    )
    return (head + body).encode()


def qmail(address: str, message_id: str) -> bytes:
    """What qmail writes, which is no standard report."""
    message = EmailMessage()
    message["From"], message["To"] = "MAILER-DAEMON@mail.example.org", "tracker@example.org"
    message["Subject"] = "failure notice"
    message.set_content(
        "Hi. This is the qmail-send program at mail.example.org.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        f"<{address}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        f"--- Below this line is a copy of the message.\n\nMessage-ID: {message_id}\nSubject: x\n"
    )
    return bytes(message)
