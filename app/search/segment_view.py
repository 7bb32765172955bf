"""One segment of the index, opened for reading: sets of documents as whole numbers, bit by bit.

Python joins and counts such numbers many times faster than whoosh walks its posting lists, so
every filter and every facet count is one `&` and one `bit_count()`.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.search.postings import Field, Item, tag_of, term_key, unpack

_CACHED_TERMS = 400

# BM25 (Robertson, Walker 1994) with a fixed pivot where others put the average length, so that a
# score does not depend on the segment in which a document happens to lie.
_K1 = 1.2
_B = 0.5
_PIVOT = 400


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents of one term; `impacts[i]` is the BM25 part of `docs[i]` before idf."""

    bits: int
    docs: "array[int]"
    impacts: "array[float]"


_NOWHERE = Postings(0, array("I"), array("f"))


def bits_of(docs: Iterable[int], size: int) -> int:
    """A set of document numbers below `size` as one whole number."""
    octets = bytearray(size // 8 + 1)
    for doc in docs:
        octets[doc >> 3] |= 1 << (doc & 7)
    return int.from_bytes(octets, "little")


def docs_of(bits: int) -> list[int]:
    """The document numbers in a set, ascending."""
    marks = f"{bits:b}"[::-1]
    docs, doc = [], marks.find("1")
    while doc >= 0:
        docs.append(doc)
        doc = marks.find("1", doc + 1)
    return docs


@dataclass(frozen=True, slots=True)
class TermTable:
    """The terms of a segment on disk, by key and in order of their keys."""

    find: Callable[[bytes], bytes | None]
    items: Callable[[], Iterator[Item]]
    close: Callable[[], None]


class SegmentView:
    """Columns and tags are read at once, terms when they are asked for.

    The open term table outlives the deletion of its file by the writer.
    """

    def __init__(
        self, terms: TermTable, keys: list[str], days: Sequence[int], lengths: Sequence[int]
    ) -> None:
        self.keys = keys
        self.days = days
        self.lengths = lengths
        self.size = len(keys)
        self.terms = terms
        self._norms = [_K1 * (1 - _B + _B * length / _PIVOT) for length in lengths]
        self._cache: dict[bytes, Postings] = {}
        self._places: dict[str, int] | None = None
        self._all = (1 << self.size) - 1
        self.live = self._all
        self.tags = dict(self._read_tags())

    def hide(self, deleted: Iterable[int]) -> None:
        """Take note of the documents that were deleted from this segment so far."""
        self.live = self._all & ~bits_of(deleted, self.size)

    def place(self, key: str) -> int | None:
        """The document number of a key, None when it is not here or deleted."""
        if self._places is None:
            self._places = {key: doc for doc, key in enumerate(self.keys)}
        doc = self._places.get(key)
        return doc if doc is not None and self.live >> doc & 1 else None

    def bits(self, field: Field, term: str) -> int:
        """The documents with a term, deleted ones included."""
        return self.postings(field, term).bits

    def postings(self, field: Field, term: str) -> Postings:
        """The documents of a term with their impacts; read once, kept while it is asked often."""
        key = term_key(field, term)
        found = self._cache.get(key)
        if found is None:
            if len(self._cache) >= _CACHED_TERMS:
                self._cache.pop(next(iter(self._cache)))
            found = self._cache[key] = self._read(key, is_scored=field == "words")
        return found

    def _read(self, key: bytes, *, is_scored: bool) -> Postings:
        value = self.terms.find(key)
        if value is None:
            return _NOWHERE
        docs, weights = unpack(value)
        bits = bits_of(docs, self.size)
        if not is_scored:
            return Postings(bits, _NOWHERE.docs, _NOWHERE.impacts)
        norms = self._norms
        impacts = (
            weight * (_K1 + 1) / (weight + norms[doc])
            for doc, weight in zip(docs, weights or b"\1" * len(docs), strict=True)
        )
        return Postings(bits, docs, array("f", impacts))

    def _read_tags(self) -> Iterator[tuple[str, int]]:
        for key, value in self.terms.items():
            tag = tag_of(key)
            if tag is None:
                return
            yield tag, bits_of(unpack(value)[0], self.size)
