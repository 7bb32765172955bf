"""Find contributions that say much the same, so that a campaign of a hundred is read once.

Only open ones of one kind on one clause meet; suggestions only when they ask for the same change,
for another figure is another demand however alike the reasons are. Whatever a person has grouped
by hand stays where it was put.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from app.database import committing, db, must_be_writing
from app.discussions.models import Comment
from app.policies.services.writing_revisions import lock_head, touch
from app.suggestions.models import Contribution, ContributionBand, SuggestedChange
from app.suggestions.queries.shown import opening_comment
from app.suggestions.rules import State
from app.suggestions.services.joining import DEMAND, Near
from app.text.shingles import bands, sketch
from app.text.tokens import tokens

INSIDE = 0.02  # seconds that a portion may take inside the gate
_SMALLEST, _FIRST, _LARGEST = 10, 20, 200  # contributions in a portion


@dataclass(frozen=True, slots=True)
class _Said:
    """A contribution as it is to be compared: what it is about and asks for, and its words."""

    id: int
    demand: bytes
    words: str

    def imprint(self) -> bytes:
        """What ``Contribution.sketch`` keeps of it; b"" without words."""
        return self.demand + sketch(self.words) if self.words else b""


def group_similar(policy_id: int, numbers: Collection[int]) -> None:
    """Put these contributions of a policy where they belong; twice is once.

    ``group_id`` becomes the id of the first of a group, for that one too; who is alone has none.
    Only the worker does this; it commits each portion by itself.
    """
    imprints = {said.id: said.imprint() for said in _said(policy_id, numbers)}
    for ident in [row.id for row in _rows(imprints) if _is_leaving(row, imprints[row.id])]:
        with committing():
            policy = lock_head(policy_id)
            _leave(ident)
            touch(policy)
    coming = [row.id for row in _rows(imprints) if _is_coming(row) and imprints[row.id]]
    keys = {ident: _keys(imprints[ident]) for ident in coming}
    near = _near(policy_id, {key for each in keys.values() for key in each})
    db.session.rollback()
    done, size = 0, _FIRST
    while done < len(coming):
        portion = coming[done : done + size]
        with committing():
            begun = time.perf_counter()
            policy = lock_head(policy_id)
            joining = [row.id for row in _rows(portion) if _is_coming(row)]
            if _join(policy_id, {ident: imprints[ident] for ident in joining}, keys, near):
                touch(policy)
        done += len(portion)
        took = time.perf_counter() - begun
        size = min(max(int(len(portion) * INSIDE / took), _SMALLEST), _LARGEST)


def take_out(ids: Collection[int]) -> None:
    """Before a person groups these otherwise: out of the machine's groups and its index, so that
    what they leave behind goes on under its next. Inside the gate."""
    must_be_writing()
    for ident in sorted(ids):
        _leave(ident)


def _said(policy_id: int, numbers: Collection[int]) -> list[_Said]:
    """By id; the words are the reason of a suggestion, or what a comment says."""
    words = func.coalesce(Comment.body, Contribution.reason)
    query = (
        select(
            Contribution.id, words.label("words"),
            Contribution.kind, Contribution.clause, Contribution.after,
        )
        .outerjoin(Comment, Comment.id == opening_comment())
        .where(Contribution.policy_id == policy_id, Contribution.number.in_(numbers))
        .order_by(Contribution.id)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    changes = _changes([row.id for row in rows])
    return [
        _Said(row.id, _digest(row.kind, row.clause, row.after, changes[row.id]), row.words)
        for row in rows
    ]


def _changes(ids: Sequence[int]) -> Mapping[int, list[object]]:
    """What the suggestions ask for, but for blanks and letter case; [] for all others."""
    found: dict[int, list[object]] = defaultdict(list)
    query = select(
        SuggestedChange.contribution_id,
        SuggestedChange.kind,
        SuggestedChange.clause,
        SuggestedChange.after,
        SuggestedChange.text,
    ).where(SuggestedChange.contribution_id.in_(ids))
    order = SuggestedChange.contribution_id, SuggestedChange.position
    for ident, kind, clause, after, text in db.session.execute(query.order_by(*order)):
        found[ident].append((kind, clause, after, tokens(text)))
    return found


def _digest(*demand: object) -> bytes:
    return hashlib.blake2b(repr(demand).encode(), digest_size=DEMAND).digest()


def _is_leaving(row: Row[*tuple[Any, ...]], own: bytes) -> bool:
    """Whether its words changed or went since it was put where it is."""
    if row.is_hand_grouped or row.state not in (State.OPEN, State.WITHDRAWN):
        return False
    stays = row.state == State.OPEN and own == row.sketch
    return bool(row.sketch or row.group_id) and not stays


def _is_coming(row: Row[*tuple[Any, ...]]) -> bool:
    return row.state == State.OPEN and not row.sketch and not row.is_hand_grouped


def _rows(ids: Collection[int]) -> Sequence[Row[*tuple[Any, ...]]]:
    query = select(
        Contribution.id,
        Contribution.policy_id,
        Contribution.state,
        Contribution.sketch,
        Contribution.group_id,
        Contribution.is_hand_grouped,
    )
    return db.session.execute(query.where(Contribution.id.in_(ids)).order_by(Contribution.id)).all()


def _leave(ident: int) -> None:
    """Out of its group and out of the index; a group that it began is named after the next."""
    row = _rows([ident])[0]  # the one before may have renamed its group
    is_other = (Contribution.group_id == (row.group_id or row.id)) & (Contribution.id != row.id)
    others = _rows(db.session.scalars(
        select(Contribution.id).where(is_other).order_by(Contribution.id).limit(2)
    ).all())  # fmt: skip
    if len(others) == 1:
        db.session.execute(update(Contribution).where(is_other).values(group_id=None))
    elif others and row.group_id in (None, row.id):
        db.session.execute(update(Contribution).where(is_other).values(group_id=others[0].id))
    alone = {"id": row.id, "sketch": None, "group_id": None}
    db.session.execute(update(Contribution), [alone])
    # Others may have leant on this one: the next stands in the index for them.
    for one in (row, *others[:1]):
        gone = ContributionBand.contribution_id == one.id
        db.session.execute(delete(ContributionBand).where(gone))
    for one in others[:1]:
        if one.sketch and not one.is_hand_grouped:
            _index(one.policy_id, {one.id: _keys(one.sketch)})


def _join(
    policy_id: int,
    joining: Mapping[int, bytes],
    keys: Mapping[int, Sequence[int]],
    near: Near,
) -> bool:
    """Each into one group with all that are much the same; whether there was one for any."""
    for one, own in joining.items():
        near.meet(one, own, keys[one])
    _index(policy_id, {one: keys[one] for one in near.new})
    values = [
        {"id": one, "sketch": own, "group_id": near.group_of(one)} for one, own in joining.items()
    ]
    if values:
        db.session.execute(update(Contribution), values)
    near.rename()
    has_joined = bool(near.joined)
    near.settle()
    return has_joined


def _near(policy_id: int, keys: Collection[int]) -> Near:
    """What the index holds under any of the keys, of what is open and was grouped by nobody."""
    place = select(ContributionBand.value, ContributionBand.contribution_id).where(
        ContributionBand.policy_id == policy_id, ContributionBand.value.in_(keys)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for key, ident in db.session.execute(place):
        found[ident].append(key)
    near = Near()
    for row in _rows(found):
        if row.state == State.OPEN and row.sketch and not row.is_hand_grouped:
            near.add(row.id, row.sketch, row.group_id, found[row.id])
    return near


def _keys(own: bytes) -> tuple[int, ...]:
    """Under which an imprint stands in the index, beside those that ask for the same."""
    return bands(own[DEMAND:], own[:DEMAND])


def _index(policy_id: int, keys: Mapping[int, Sequence[int]]) -> None:
    values = [
        {"contribution_id": ident, "band": place, "policy_id": policy_id, "value": key}
        for ident, each in keys.items()
        for place, key in enumerate(each)
    ]
    if values:
        db.session.execute(insert(ContributionBand), values)
