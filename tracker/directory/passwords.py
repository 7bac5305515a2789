"""Passwords: hashed by argon2 with its library's settings.  A check takes as long where there is no account."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ..errors import InvalidInput
from ..i18n import N_

SHORTEST = 10
LONGEST = 200

_hasher = PasswordHasher()


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash("the password of nobody")


def hash_password(password: str) -> str:
    """The argon2 hash of a password, with its own salt and parameters in it."""
    return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password belongs to the hash.  Without a hash it takes as long and says no."""
    try:
        _hasher.verify(stored or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with older settings than today's."""
    return _hasher.check_needs_rehash(stored)


def check_new_password(password: str, repeated: str, email: str) -> None:
    """Raise InvalidInput unless a new password holds: long enough, not the e-mail address, twice the same."""
    faults: dict[str, list[str]] = {}
    if not SHORTEST <= len(password) <= LONGEST:
        faults["password"] = [N_("The password needs at least 10 characters (and at most 200). Make it longer.")]
    elif password.strip().lower() in (email, email.partition("@")[0]):
        faults["password"] = [N_("The password must not be the e-mail address. Choose another.")]
    elif password != repeated:
        faults["repeated"] = [N_("The two passwords differ. Type the same one twice.")]
    if faults:
        raise InvalidInput(faults)
