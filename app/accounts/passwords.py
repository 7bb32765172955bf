"""Argon2's one importer: a password becomes a hash, and a wrong one costs as much as a right one."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's smallest recommended setting: 19 MiB keeps eight sign-ins at once within the memory limit.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# A hash of a random password that nobody kept, of the same cost as all others.
NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$JANhl6SY4vssDT3VFe8KmQ$"
    "xXQzpeE7r1/jkga6iwUCoHiBoqdbTezTO9MW+1PPhg4"
)


def hash_password(password: str) -> str:
    """The salted hash to store; takes some 30 ms, so it happens outside the write gate."""
    return _HASHER.hash(_octets(password))


def is_password(password: str, stored: str | None) -> bool:
    """Whether ``password`` belongs to ``stored``; None (no such account, or one without password)
    takes as long as a real check and is never right."""
    try:
        _HASHER.verify(stored or NOBODY, _octets(password[:1000]))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def _octets(password: str) -> bytes:
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")
