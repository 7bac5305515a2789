"""What the settings say of mail: addresses of mail servers and mailboxes, and whether a connection is encrypted."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, urlsplit

ADDRESS = re.compile(r"[^\s@<>,]+@[^\s@<>,]+", re.ASCII)
PLAIN, STARTTLS, TLS = "none", "starttls", "tls"


def encryption(url: SplitResult) -> str:
    """``tls`` from the first byte, ``starttls``, or ``none``.

    ``smtp`` and ``imap`` turn to TLS before anything else; ``?tls=none`` and the loopback interface alone stay plain.
    """
    if url.scheme in ("smtps", "imaps"):
        return TLS
    return dict(parse_qsl(url.query)).get("tls", PLAIN if is_loopback(url.hostname or "") else STARTTLS)


def is_loopback(host: str) -> bool:
    """Whether a connection to the host stays on this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_mail_url(text: str) -> bool:
    """A folder, or a mail server whose only option is ``tls``.  A password goes over the network under TLS alone."""
    url, options = _split(text)
    if url is None:
        return False
    if url.scheme == "spool":
        return bool(url.path) and not (url.netloc or options)
    return _is_server(url, options, "smtp") and not (url.username and _plain_to_others(url))


def is_mailbox_url(text: str) -> bool:
    """A mailbox read by IMAP, with user and password; plain on the loopback interface alone."""
    url, options = _split(text)
    return url is not None and _is_server(url, options, "imap") and bool(url.username) and not _plain_to_others(url)


def is_sender(text: str) -> bool:
    """One address, with or without a name in front, that a mail can bear as its sender."""
    name, address = parseaddr(text)
    try:
        Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError, HeaderParseError):
        return False
    return is_address(address) and "\n" not in text


def is_address(text: str) -> bool:
    """One plain address."""
    return ADDRESS.fullmatch(text) is not None and text.isascii()


def _split(text: str) -> tuple[SplitResult | None, dict[str, str]]:
    try:
        url = urlsplit(text)
        return (url if url.port != 0 else None), dict(parse_qsl(url.query, keep_blank_values=True))
    except ValueError:
        return None, {}


def _is_server(url: SplitResult, options: dict[str, str], scheme: str) -> bool:
    known = {} if url.scheme == f"{scheme}s" else {"tls": (PLAIN, STARTTLS)}
    return (
        url.scheme in (scheme, f"{scheme}s")
        and bool(url.hostname)
        and all(value in known.get(name, ()) for name, value in options.items())
    )


def _plain_to_others(url: SplitResult) -> bool:
    return encryption(url) == PLAIN and not is_loopback(url.hostname or "")
