"""Whether some words hold other words that are to be erased; pure."""

from __future__ import annotations

from collections.abc import Sequence

TELLING = 8  # characters; a shorter wording stands by chance in many others


def holds_any(words: str, pieces: Sequence[str]) -> bool:
    """Whether one of ``pieces`` is ``words`` or, when it is long enough to tell, stands in them."""
    found = words.strip()
    wanted = [piece.strip() for piece in pieces]
    return any(
        piece == found or (len(piece) >= TELLING and piece in found) for piece in wanted if piece
    )
