"""One segment of the index, opened for reading: sets of documents as whole numbers, bit by bit.

Python joins and counts such numbers many times faster than whoosh walks its posting lists, so
every filter and every facet count is one `&` and one `bit_count()`.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

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
    return [doc for doc, bit in enumerate(reversed(f"{bits:b}")) if bit == "1"]


class SegmentView:
    """Everything but the postings is read at once: the files may be gone when it is next asked.

    `terms` is whoosh's terms reader, whose open files outlive their deletion by the writer.
    """

    def __init__(
        self, terms: Any, formats: dict[str, Any], keys: list[str], days: Any, lengths: Any
    ) -> None:
        self.keys = keys
        self.days = days
        self.size = len(keys)
        self._terms = terms
        self._formats = formats
        self._norms = [_K1 * (1 - _B + _B * length / _PIVOT) for length in lengths]
        self._cache: dict[tuple[str, str], Postings] = {}
        self._places: dict[str, int] | None = None
        self.all = (1 << self.size) - 1
        self.live = self.all
        self.tags = {term: self._read("tags", term).bits for term in self._terms_of("tags")}

    def hide(self, deleted: Iterable[int]) -> None:
        """Take note of the documents that were deleted from this segment so far."""
        self.live = self.all & ~bits_of(deleted, self.size)

    def place(self, key: str) -> int | None:
        """The document number of a key, None when it is not here or deleted."""
        if self._places is None:
            self._places = {key: doc for doc, key in enumerate(self.keys)}
        doc = self._places.get(key)
        return doc if doc is not None and self.live >> doc & 1 else None

    def bits(self, field: str, term: str) -> int:
        """The documents with a term, deleted ones included."""
        return self.postings(field, term).bits

    def postings(self, field: str, term: str) -> Postings:
        """The documents of a term with their impacts; read once, kept while it is asked often."""
        found = self._cache.get((field, term))
        if found is None:
            if len(self._cache) >= _CACHED_TERMS:
                self._cache.pop(next(iter(self._cache)))
            found = self._cache[(field, term)] = self._read(field, term)
        return found

    def has(self, field: str, term: str) -> bool:
        """Whether any document, be it deleted, has the term."""
        return (field, term.encode()) in self._terms

    def close(self) -> None:
        self._terms.close()

    def _read(self, field: str, term: str) -> Postings:
        if not self.has(field, term):
            return _NOWHERE
        docs = array("I")
        weights: array[float] = array("f")
        for block_docs, block_weights in self._blocks(field, term.encode()):
            docs.extend(block_docs)
            weights.extend(block_weights)
        bits = bits_of(docs, self.size)
        if field != "words":
            return Postings(bits, array("I"), array("f"))
        norms = self._norms
        impacts = (
            weight * (_K1 + 1) / (weight + norms[doc])
            for doc, weight in zip(docs, weights, strict=True)
        )
        return Postings(bits, docs, array("f", impacts))

    def _blocks(self, field: str, term: bytes) -> Iterator[tuple[Any, Any]]:
        """Postings block by block. whoosh offers them one by one only, at ten times the price;
        its private names are safe to use because its last release is of 2016 and pinned.
        """
        matcher = self._terms.matcher(field, term, self._formats[field])
        while matcher.is_active():
            matcher.id(), matcher.weight()  # both load lazily
            yield matcher._ids, matcher._weights
            matcher._next_block()

    def _terms_of(self, field: str) -> Iterator[str]:
        for name, term in self._terms.terms_from(field, b""):
            if name != field:
                return
            yield term.decode()
