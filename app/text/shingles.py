"""Texts that are much the same: shingles, a sketch of fixed size, and bands to look it up by.

A hundred people who send one letter, each with a name and a street of their own, are one
campaign of a hundred. Comparing each with each would not scale: the sketch (MinHash, Broder
1997) estimates how much two texts share, and its bands bring likely pairs together in an index.
"""

from __future__ import annotations

import hashlib
import struct
from operator import eq

from app.text.tokens import tokens

VALUES = 64
ROWS = 4
# From this likeness on two texts say much the same; below it an edit has changed the matter.
MUCH_THE_SAME = 0.7
# A text shorter than this is one shingle: a changed word of seven may turn its meaning.
SHORT = 8
_GRAM = 3
# Of a text as long as a law its beginning tells enough; more would cost memory.
_MOST = 8192
_SKETCH = struct.Struct(f">{VALUES}I")


def shingles(text: str) -> frozenset[str]:
    """Each three neighbouring tokens, joined by a blank; a text under ``SHORT`` tokens whole.

    Marks do not count, unless the text has nothing else.
    """
    cut = tokens(text)
    words = [token for token in cut if token[0].isalnum()] or cut
    if len(words) < SHORT:
        return frozenset([" ".join(words)])
    starts = range(min(len(words) - _GRAM + 1, _MOST))
    return frozenset(" ".join(words[i : i + _GRAM]) for i in starts)


def sketch(text: str) -> bytes:
    """The sketch of a text: 64 values of 4 bytes, the same on every machine and every day.

    One SHAKE-128 a shingle gives 64 hashes at once; of each the least among the shingles stays.
    """
    hashes = b"".join(
        [hashlib.shake_128(shingle.encode()).digest(_SKETCH.size) for shingle in shingles(text)]
    )
    values = struct.unpack(f">{len(hashes) // 4}I", hashes)
    return _SKETCH.pack(*[min(values[place::VALUES]) for place in range(VALUES)])


def likeness(a: bytes, b: bytes) -> float:
    """The share of shingles two sketched texts have in common, 0.0 to 1.0, give or take 0.06."""
    same: int = sum(map(eq, _SKETCH.unpack(a), _SKETCH.unpack(b)))
    return same / VALUES


def bands(sketch: bytes, about: bytes = b"") -> tuple[int, ...]:
    """16 keys (0 to 2^63 - 1); two texts that share one are worth comparing.

    Texts of different ``about`` (bytes, the first four count) share none. Each key stands for four
    values, so texts of likeness 0.8 share one in 9,998 of 10,000 cases, of 0.7 in 98 of 100, of
    0.2 in 3 of 100.
    """
    width = _SKETCH.size * ROWS // VALUES
    # What is about one thing lies side by side in an index: a hundred thousand random keys would
    # touch as many of its pages.
    shelf = int.from_bytes(about[:4], "big") >> 1 << 32
    return tuple(
        shelf | _key(place, sketch[start : start + width])
        for place, start in enumerate(range(0, _SKETCH.size, width))
    )


def _key(place: int, values: bytes) -> int:
    # The place is hashed in: equal values in different bands say nothing.
    digest = hashlib.blake2b(values, digest_size=4, key=b"band%d" % place).digest()
    return int.from_bytes(digest, "big")
