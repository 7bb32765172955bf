"""Terms and their documents, as packed bytes: what a segment of the index is made of.

One packed value per term costs a tenth of whoosh's pickled and compressed blocks to write, read
and join; with them a merge of 400 policies took nine seconds.
"""

import heapq
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Literal

Field = Literal["tags", "policy", "grams", "words"]
Item = tuple[bytes, bytes]  # term key, packed postings
_Posting = tuple[bytes, list[int], list[int]]  # term key, documents, weights

_PREFIXES: dict[Field, str] = {"tags": "0", "policy": "1", "grams": "2", "words": "3"}
_WIDE = 1
_WEIGHTED = 2
_LARGEST_SHORT = 65_535
_LARGEST_WEIGHT = 255


def term_key(field: Field, term: str) -> bytes:
    """The key of a term; the keys of a field stand together, tags first."""
    return (_PREFIXES[field] + term).encode()


def tag_of(key: bytes) -> str | None:
    """The term of a tag's key, None for a key of another field."""
    return key[1:].decode() if key.startswith(_PREFIXES["tags"].encode()) else None


def pack(docs: Sequence[int], weights: Sequence[int]) -> bytes:
    """Ascending document numbers and their weights (1 to 255, left out where all are 1)."""
    is_wide = docs[-1] > _LARGEST_SHORT
    is_weighted = max(weights) > 1
    head = bytes([is_wide * _WIDE + is_weighted * _WEIGHTED])
    body = array("I" if is_wide else "H", docs).tobytes()
    return head + body + bytes(weights) if is_weighted else head + body


def unpack(value: bytes) -> "tuple[array[int], bytes]":
    """Document numbers and weights, the weights empty where all are 1; the reverse of `pack`."""
    docs = array("I" if value[0] & _WIDE else "H")
    width = docs.itemsize
    if not value[0] & _WEIGHTED:
        docs.frombytes(value[1:])
        return docs, b""
    count = (len(value) - 1) // (width + 1)
    docs.frombytes(value[1 : 1 + count * width])
    return docs, value[1 + count * width :]


class TermPool:
    """Terms of new documents and of segments that are merged, given out in order of their keys.

    Holds the new documents in memory (about 100 KB for 5 KB of text) and streams the segments.
    """

    def __init__(self) -> None:
        self._fresh: dict[str, tuple[list[int], list[int]]] = {}
        self._segments: list[Iterator[_Posting]] = []

    def add(self, doc: int, field: Field, terms: Mapping[str, int]) -> None:
        """Add the terms of a document with their weights; documents come in ascending order."""
        prefix = _PREFIXES[field]
        for term, weight in terms.items():
            posting = self._fresh.get(prefix + term)
            if posting is None:
                posting = self._fresh[prefix + term] = ([], [])
            posting[0].append(doc)
            posting[1].append(min(weight, _LARGEST_WEIGHT))

    def join(self, items: Iterable[Item], numbers: Sequence[int | None]) -> None:
        """Take over a segment: `numbers[doc]` is its document's new number, None if it is gone.

        New numbers ascend and are higher than all that came before.
        """
        self._segments.append(_renumbered(items, numbers))

    def iter_postings(self) -> Iterator[Item]:
        """All terms in order, each once (the name is whoosh's)."""
        # Strings sort by code point, which is the order of their UTF-8 bytes too.
        fresh: Iterator[_Posting] = (
            (key.encode(), *self._fresh[key]) for key in sorted(self._fresh)
        )
        ordered = heapq.merge(fresh, *self._segments, key=itemgetter(0))
        for key, same in groupby(ordered, key=itemgetter(0)):
            docs: list[int] = []
            weights: list[int] = []
            for _, more_docs, more_weights in same:
                docs += more_docs
                weights += more_weights
            yield key, pack(docs, weights)

    def cleanup(self) -> None:
        """Let go of everything (the name is whoosh's)."""
        self._fresh.clear()
        self._segments.clear()


def _renumbered(items: Iterable[Item], numbers: Sequence[int | None]) -> Iterator[_Posting]:
    for key, value in items:
        docs, weights = unpack(value)
        kept: list[int] = []
        kept_weights: list[int] = []
        for doc, weight in zip(docs, weights or b"\1" * len(docs), strict=True):
            number = numbers[doc]
            if number is not None:
                kept.append(number)
                kept_weights.append(weight)
        if kept:
            yield key, kept, kept_weights
