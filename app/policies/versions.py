"""Read stored revisions: blobs to text and outline, checked, and kept for the next reader.

A revision never changes, so what was unpacked once may be kept per process within a budget.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import bindparam, or_, select

from app.database import Lookup, db
from app.errors import NotFound
from app.messages import N_
from app.policies.models import Revision
from app.text import archive
from app.text.outline import Clause, Outline

BUDGET = 4 * 1024 * 1024  # characters of text a process keeps unpacked


@dataclass(frozen=True, slots=True)
class Version:
    """One revision unpacked: its number, text and outline."""

    number: int
    text: str
    outline: Outline
    _by_id: dict[str, Clause] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Lists of a hundred thousand contributions look a clause up for each of them.
        object.__setattr__(self, "_by_id", {clause.id: clause for clause in self.outline})

    def clause(self, ident: str) -> Clause | None:
        """The clause with this id, or None when this version has none."""
        return self._by_id.get(ident)


class _Shelf:
    """Least recently read versions, by revision id, within BUDGET; safe for threads."""

    def __init__(self) -> None:
        self._versions: OrderedDict[tuple[str, int, int], Version] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: tuple[str, int, int]) -> Version | None:
        with self._lock:
            version = self._versions.get(key)
            if version is not None:
                self._versions.move_to_end(key)
            return version

    def put(self, key: tuple[str, int, int], version: Version) -> None:
        with self._lock:
            if key not in self._versions:
                self._versions[key] = version
                self._size += len(version.text)
            while self._size > BUDGET and len(self._versions) > 1:
                _, dropped = self._versions.popitem(last=False)
                self._size -= len(dropped.text)

    def clear(self) -> None:
        with self._lock:
            self._versions.clear()
            self._size = 0


_shelf = _Shelf()


def forget() -> None:
    """Let go of what is kept unpacked; for tests, whose databases give the same ids again."""
    _shelf.clear()


def get_version(policy_id: int, number: int) -> Version:
    """Revision ``number`` unpacked and checked against its hash; raises NotFound."""
    found = _stored(policy_id, number)
    if found is None:
        raise NotFound(N_("There is no such version."))
    key = (found.sha256.hex(), policy_id, number)
    version = _shelf.get(key)
    if version is None:
        version = _unpack(policy_id, found)
        _shelf.put(key, version)
    return version


@dataclass(frozen=True, slots=True)
class _Stored:
    number: int
    keyframe: int
    sha256: bytes


_STORED = select(Revision.number, Revision.keyframe, Revision.sha256).where(
    Revision.policy_id == bindparam("policy_id"), Revision.number == bindparam("number")
)
_COMMITTED = Lookup(_STORED)
_BLOBS = Lookup(
    select(Revision.number, Revision.text_zstd, Revision.outline_zstd).where(
        Revision.policy_id == bindparam("policy_id"),
        or_(Revision.number == bindparam("number"), Revision.number == bindparam("keyframe")),
    )
)


def _stored(policy_id: int, number: int) -> _Stored | None:
    values = {"policy_id": policy_id, "number": number}
    # A revision of this very transaction is only seen through its session.
    row = _COMMITTED.first(**values) or db.session.execute(_STORED, values).first()
    return _Stored(row[0], row[1], bytes(row[2])) if row else None


def _unpack(policy_id: int, stored: _Stored) -> Version:
    rows = _BLOBS.rows(policy_id=policy_id, number=stored.number, keyframe=stored.keyframe)
    blobs = {number: (bytes(text), bytes(outline)) for number, text, outline in rows}
    text, outline = (archive.unpack(blob, None) for blob in blobs[stored.keyframe])
    if stored.number != stored.keyframe:
        packed_text, packed_outline = blobs[stored.number]
        text, outline = archive.unpack(packed_text, text), archive.unpack(packed_outline, outline)
    archive.check(text, stored.sha256)
    return Version(stored.number, text, archive.outline_from_json(outline, text))


@dataclass(frozen=True, slots=True)
class Packed:
    """A text as it is stored: its keyframe's number and the two blobs."""

    keyframe: int
    text_zstd: bytes
    outline_zstd: bytes


def packed(policy_id: int, number: int, text: str, outline: Outline) -> Packed:
    """``text`` as revision ``number`` would be stored."""
    keyframe = archive.keyframe_of(number)
    rows = archive.outline_to_json(outline)
    if keyframe == number:
        return Packed(keyframe, archive.pack(text, None), archive.pack(rows, None))
    frame = get_version(policy_id, keyframe)
    known = archive.outline_to_json(frame.outline)
    return Packed(keyframe, archive.pack(text, frame.text), archive.pack(rows, known))
