"""Names of people in the open data, and the order of its files; pure."""

from __future__ import annotations

import hashlib
import hmac

# Who speaks in public is known by a public id. A position is nobody's business: its pseudonym is
# made for one policy and stands in no other file.
_POSITIONS, _UNNAMED = b"positions", b"unnamed"


def position_pseudonym(secret: str, policy_id: int, person_id: int) -> str:
    """Sixteen hexadecimal digits; equal for all positions of one person on one policy."""
    return _keyed(secret, _POSITIONS, f"{policy_id}:{person_id}")


def unnamed_pseudonym(secret: str, policy_id: int, public_id: str) -> str:
    """The same for a front-line officer who works on the policy without a name."""
    return _keyed(secret, _UNNAMED, f"{policy_id}:{public_id}")


def _keyed(secret: str, purpose: bytes, words: str) -> str:
    key = hashlib.sha256(purpose + b"\0" + secret.encode()).digest()
    return hmac.new(key, words.encode(), hashlib.sha256).hexdigest()[:16]
