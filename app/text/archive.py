"""Texts and outlines in as few bytes as they deserve, written once and never touched again.

zstd with the nearest keyframe's plain text as raw dictionary: measured on real policy histories
1.8 KB a revision instead of 40 (dependencies in docs/adr/0002). The one importer of zstandard.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache

import zstandard

from app.text.clauses import words_hash
from app.text.outline import Clause, ClauseKind, Outline

KEYFRAME_EVERY = 50
STRONG, QUICK = 19, 9
STRONG_UP_TO = 64 * 1024  # bytes; above, level 19 would hold a save for hundreds of milliseconds


class ArchiveDamaged(ValueError):
    """A stored text no longer has the hash it was stored with."""


def keyframe_of(number: int) -> int:
    """The number of the keyframe that revision ``number`` is stored against."""
    return number - (number - 1) % KEYFRAME_EVERY


def pack(text: str, dictionary: str | None, *, strong_up_to: int = STRONG_UP_TO) -> bytes:
    """``text`` compressed, against ``dictionary`` when there is one.

    ``strong_up_to`` in bytes; 0 for what is written anew with every save.
    """
    data = text.encode()
    known = (dictionary or "").encode()
    level = STRONG if len(data) <= strong_up_to else QUICK
    parameters = zstandard.ZstdCompressionParameters.from_level(
        level, source_size=len(data), dict_size=len(known), write_checksum=0, write_dict_id=0
    )
    return _compressor(known, parameters).compress(data)


def _compressor(
    known: bytes, parameters: zstandard.ZstdCompressionParameters
) -> zstandard.ZstdCompressor:
    if not known:
        return zstandard.ZstdCompressor(compression_params=parameters)
    return zstandard.ZstdCompressor(dict_data=_raw(known), compression_params=parameters)


def unpack(packed: bytes, dictionary: str | None) -> str:
    """The text that ``pack`` was given."""
    known = (dictionary or "").encode()
    if not known:
        return zstandard.ZstdDecompressor().decompress(packed).decode()
    return zstandard.ZstdDecompressor(dict_data=_raw(known)).decompress(packed).decode()


@lru_cache(maxsize=8)
def _raw(known: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(known, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def text_hash(text: str) -> bytes:
    """SHA-256 of the uncompressed canonical text (32 bytes)."""
    return hashlib.sha256(text.encode()).digest()


def check(text: str, expected: bytes) -> str:
    """``text`` when it still has its hash; raises ArchiveDamaged."""
    if text_hash(text) != expected:
        raise ArchiveDamaged("a stored revision does not have the hash it was stored with")
    return text


def outline_to_json(outline: Outline) -> str:
    """One line a clause: what cannot be read off the text itself, offsets as lengths.

    Hashes are not stored: nothing compresses them, and they were two thirds of an outline.
    """
    rows = []
    for clause in outline:
        row: list[object] = [
            clause.id, clause.kind.value, clause.label, list(clause.path), clause.end - clause.start,
        ]  # fmt: skip
        if clause.split_from or clause.merged_from:
            row += [clause.split_from or "", list(clause.merged_from)]
        rows.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
    return "\n".join(rows)


def outline_from_json(stored: str, text: str) -> Outline:
    """The outline of ``text`` as stored by ``outline_to_json``."""
    clauses, start = [], 0
    rows = stored.replace("\n", ",")  # a line end within a string is written as two characters
    for row in json.loads(f"[{rows}]"):
        ident, kind, label, path, length = row[:5]
        split_from, merged_from = (row[5] or None, tuple(row[6])) if len(row) > 5 else (None, ())
        end = start + length
        clauses.append(
            Clause(
                kind=ClauseKind(kind),
                label=label,
                path=tuple(path),
                start=start,
                end=end,
                text=text[start:end],
                hash=words_hash(ClauseKind(kind), text[start:end]),
                id=ident,
                split_from=split_from,
                merged_from=merged_from,
            )  # fmt: skip
        )
        start = end
    return tuple(clauses)
