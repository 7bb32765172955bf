"""What each revision altered in the one before it, kept by the process for the next reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import or_, select

from app.database import db
from app.policies.models import Revision
from app.text import archive
from app.text.altered import Alteration, Pieces, altered, stored_pieces

KEPT_CHARACTERS = 4 * 1024 * 1024  # of altered clauses
Step = tuple[Alteration, ...]
_Key = tuple[int, int, bytes, bytes]
# A revision never changes, so neither does what it altered; reading 500 takes seconds.
_kept: dict[_Key, Step] = {}


def list_alterations(policy_id: int, first: int, last: int) -> list[tuple[int, Step]]:
    """What each of the revisions ``first`` (2 or more) to ``last`` altered, by number."""
    shas = {
        number: bytes(sha256)
        for number, sha256 in db.session.execute(
            select(Revision.number, Revision.sha256).where(
                Revision.policy_id == policy_id, Revision.number.between(first - 1, last)
            )
        )
    }
    keys = {n: (policy_id, n, shas[n - 1], shas[n]) for n in range(first, last + 1)}
    steps = {n: _kept[key] for n, key in keys.items() if key in _kept}
    missing = [n for n in keys if n not in steps]
    if missing:
        steps |= _read(policy_id, missing[0], missing[-1])
        _keep({keys[n]: steps[n] for n in missing})
    return sorted(steps.items())


def _keep(steps: Mapping[_Key, Step]) -> None:
    if sum(map(_size, [*_kept.values(), *steps.values()])) > KEPT_CHARACTERS:
        _kept.clear()
    _kept.update(steps)


def _size(step: Step) -> int:
    return sum(len(piece.text) for one in step for piece in (one.before, one.after) if piece)


def _read(policy_id: int, first: int, last: int) -> dict[int, Step]:
    steps: dict[int, Step] = {}
    before: Pieces = {}
    for number, now in _stored(policy_id, first - 1, last):
        if number >= first:
            steps[number] = altered(before, now)
        before = now
    return steps


def _stored(policy_id: int, first: int, last: int) -> Iterator[tuple[int, Pieces]]:
    """The clauses of each revision in turn; unpacked without the hashes that nobody asks for."""
    query = select(Revision.number, Revision.keyframe, Revision.text_zstd, Revision.outline_zstd)
    wanted = or_(
        Revision.number.between(first, last), Revision.number == archive.keyframe_of(first)
    )
    rows = db.session.execute(
        query.where(Revision.policy_id == policy_id, wanted).order_by(Revision.number)
    )
    frame: tuple[str, str] = ("", "")
    for number, keyframe, *blobs in rows:
        if number == keyframe:
            text, rows_of_outline = frame = _unpacked(blobs, (None, None))
        else:
            text, rows_of_outline = _unpacked(blobs, frame)
        if number >= first:
            yield number, stored_pieces(text, rows_of_outline)


def _unpacked(blobs: list[bytes], known: tuple[str, str] | tuple[None, None]) -> tuple[str, str]:
    text, outline = (archive.unpack(*pair) for pair in zip(blobs, known, strict=True))
    return text, outline
