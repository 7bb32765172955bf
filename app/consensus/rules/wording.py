"""Which words a position is bound to: equal for equal tokens, whatever their blanks and number."""

from __future__ import annotations

from app.text.attribution import digest, words_of
from app.text.outline import Clause


def wording_of(clause: Clause) -> str:
    """Sixteen hexadecimal digits; an edit of blanks alone leaves them as they are."""
    return digest(words_of(clause))
