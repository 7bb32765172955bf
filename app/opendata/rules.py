"""Names of people in the open data, and which days of positions it tells; pure."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Hashable, Iterable

from app.consensus.rules.cells import SMALL

_UNNAMED = b"unnamed"


def unnamed_pseudonym(secret: str, policy_id: int, public_id: str) -> str:
    """How a front-line officer appears who works on the policy without a name: sixteen hexadecimal
    digits, the same in all files of one policy."""
    key = hashlib.sha256(_UNNAMED + b"\0" + secret.encode()).digest()
    return hmac.new(key, f"{policy_id}:{public_id}".encode(), hashlib.sha256).hexdigest()[:16]


def told_days(days: Iterable[tuple[Hashable, str]]) -> frozenset[tuple[Hashable, str]]:
    """Of (role, day) of each position those that can be told: at least SMALL people share it, and
    so do those of the role whose day is left out."""
    counts = Counter(days)
    told = {cell for cell, people in counts.items() if people >= SMALL}
    for role in {role for role, _ in counts}:
        of_role = sorted((people, day) for (which, day), people in counts.items() if which == role)
        left_out = sum(people for people, day in of_role if (role, day) not in told)
        for people, day in of_role:
            if 0 < left_out < SMALL and (role, day) in told:
                told.discard((role, day))
                left_out += people
    return frozenset(told)
