"""Traditional characters in their simplified form, one by one and never by phrase: a character is to
fold alike wherever it stands. The one importer of opencc."""

from __future__ import annotations

from functools import lru_cache

import opencc

_FIRST_HAN = "\u3400"


@lru_cache(maxsize=20_000)
def simplified(char: str) -> str:
    """``char`` in its simplified form where that is one character too; anything else as it is."""
    if len(char) != 1 or char < _FIRST_HAN:
        return char
    simple = str(_converter().convert(char))
    return simple if len(simple) == 1 else char


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
