"""How a random token is stored: a stolen database signs nobody in."""

from __future__ import annotations

import hashlib


def token_hash(token: str) -> bytes:
    """The 32 octets that stand in the table for ``token``."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
