"""Why a mail did not go out, in a word, and the one sentence of what to do about it."""

from __future__ import annotations

import re
import smtplib
import ssl

from ..i18n import N_
from .conversation import TooSlow

ADVICE = {
    "password": N_(
        "The mail server refuses the user name or the password. Correct them in TRACKER_MAIL_URL and start again; the"
        " mails wait."
    ),
    "sign_in": N_(
        "The mail server takes no sign-in over this connection. Check the port and the encryption in TRACKER_MAIL_URL."
    ),
    "encryption": N_(
        "The mail server does not turn to TLS, so nothing was sent to it. Have it switched on there, or correct"
        " TRACKER_MAIL_URL."
    ),
    "certificate": N_(
        "The certificate of the mail server cannot be trusted, so nothing was sent to it. Correct the host name in"
        " TRACKER_MAIL_URL, or name the authority's certificate in SSL_CERT_FILE."
    ),
    "unreachable": N_(
        "The mail server cannot be reached, or does not answer. Check TRACKER_MAIL_URL, the network, and the server."
    ),
    "sender": N_(
        "The mail server does not take mails from this sender. Correct TRACKER_MAIL_FROM, or have the sender allowed"
        " there."
    ),
    "archive": N_(
        "The mail server does not take the copy for the archive, so the mails wait. Correct TRACKER_ARCHIVE_ADDRESS."
    ),
    "spool": N_("The folder of TRACKER_MAIL_URL cannot be written. Make room in it, or give the service the right to."),
    "busy": N_("The mail server put it off. Where that goes on, ask those who look after the mail server."),
    "address": N_("The mail server does not know the address. Correct it under Contacts, then send the mail again."),
    "full": N_("The recipient's mailbox is full. Ask them to make room, then send the mail again."),
    "policy": N_(
        "The mail server's rules forbid it. Ask those who look after the mail server to let the sender through, then"
        " send the mail again."
    ),
    "refused": N_("The mail server refused it. Mend what its last answer names, then send the mail again."),
    "bounced": N_(
        "The address came back as one that cannot be reached. Correct or confirm it under Contacts, then send the mail"
        " again."
    ),
    "delayed": N_("A mail server on the way says that it is late. It goes on trying by itself."),
    "content": N_("The mail could not be composed. That is a fault of this program: report it, with the last answer."),
    "unanswered": N_(
        "The mail server was silent or gone after it had the mail. Ask the recipient; send it again only if it did not"
        " arrive."
    ),
    "interrupted": N_(
        "The process that was sending it ended before the answer. Ask the recipient; send it again only if it did not"
        " arrive."
    ),
}
WAY_CLOSED = ("password", "sign_in", "encryption", "certificate", "unreachable", "sender", "archive", "spool")
"""These concern every mail, whoever it goes to: they are shown while anything waits because of them."""
ENHANCED = re.compile(r"^[245]\.(\d{1,3})\.(\d{1,3})\b")
PASSWORD_CODES = (530, 534, 535, 538)


def reason_of_error(error: Exception) -> str:
    """Why a connection did not come about, or broke."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "password" if error.smtp_code >= 500 else "busy"
    if isinstance(error, UnicodeError):
        return "password"  # the only text of the settings that may be other than ASCII
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(error, ssl.SSLError):
        return "encryption"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "encryption" if "STARTTLS" in str(error) else "sign_in"
    if isinstance(error, (TooSlow, smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException)):
        return "unreachable"
    return "sign_in" if isinstance(error, smtplib.SMTPException) else "unreachable"


def reason_of_answer(code: int, text: str) -> str:
    """Why a mail was refused, by the mail server's code and, where it has one, the enhanced code (RFC 3463)."""
    if code in PASSWORD_CODES:
        return "password"
    found = ENHANCED.match(text)
    subject, detail = (found.group(1), found.group(2)) if found is not None else ("", "")
    if (subject, detail) == ("2", "2") or code in (452, 552):
        return "full"
    if code < 500:
        return "busy"
    if subject == "7" or (not subject and code == 554):
        return "policy"
    if subject == "1" or (not subject and code in (550, 551, 553)):
        return "address"
    return "refused"


def in_words(error: Exception) -> str:
    """What a person who mends it is told of an error, on one line."""
    if isinstance(error, TooSlow):
        return "no answer in time"
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        return answered(error.smtp_code, answer if isinstance(answer, bytes) else str(answer).encode())
    return f"{type(error).__name__}: {error}"


def answered(code: int, answer: bytes) -> str:
    """The mail server's own words, on one line."""
    return " ".join(f"{code} {answer.decode('utf-8', 'replace')}".split())


def with_code(code: str, text: str) -> str:
    """The words of a mail server, with the status code where they do not have it."""
    return text if code in text else f"{code} {text}".strip()
