"""Find contributions that say much the same, so that a campaign of a hundred is read once.

Only open ones of one kind on one clause meet; suggestions only when they ask for the same change,
for another figure is another demand however alike the reasons are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, insert, or_, select, update

from app.database import committing, db
from app.discussions.models import Comment
from app.policies.services.writing_revisions import lock_head, touch
from app.suggestions.models import Contribution, ContributionBand, SuggestedChange
from app.suggestions.queries.shown import opening_comment
from app.suggestions.rules import State
from app.text.shingles import MUCH_THE_SAME, bands, likeness, sketch
from app.text.tokens import tokens

Change = tuple[tuple[str, str | None, str | None, tuple[str, ...]], ...]
PORTION = 4  # contributions placed at once: some twenty milliseconds inside the gate
# Who resembles an indexed one this much brings nobody to the group whom that one would not.
TWINS = 0.8
_GROUP = func.coalesce(Contribution.group_id, Contribution.id)


def group_similar(policy_id: int, numbers: Collection[int]) -> None:
    """Put these contributions of a policy where they belong; twice is once.

    ``group_id`` becomes the id of the first of a group, for that one too; who is alone has none.
    Only the worker does this; it commits each portion by itself.
    """
    words = sorted(_words(policy_id, numbers).items())
    for start in range(0, len(words), PORTION):
        portion = {one: sketch(said) if said else b"" for one, said in words[start:][:PORTION]}
        with committing():
            policy = lock_head(policy_id)
            query = select(Contribution).where(Contribution.id.in_(portion))
            for row in db.session.scalars(query.order_by(Contribution.id)).all():
                _place(row, portion[row.id])
            touch(policy)


def _place(row: Contribution, own: bytes) -> None:
    if row.sketch or row.group_id or row.changed_at:
        _leave(row)
    if own and row.state == State.OPEN:
        _join(row, own)


def _words(policy_id: int, numbers: Collection[int]) -> dict[int, str]:
    """By id: the reason of a suggestion, or what a comment says."""
    words = func.coalesce(Comment.body, Contribution.reason)
    query = (
        select(Contribution.id, words)
        .outerjoin(Comment, Comment.id == opening_comment())
        .where(Contribution.policy_id == policy_id, Contribution.number.in_(numbers))
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _leave(row: Contribution) -> None:
    """Out of its group and out of the index; a group that it began is named after the next."""
    others = _members(row)
    if len(others) == 1:
        _name(others, None)
    elif others and row.group_id in (None, row.id):
        _name(others, others[0])
    row.sketch = row.group_id = None
    _unindex(row)
    if others:
        _index(db.session.get_one(Contribution, others[0]))  # others may have leant on this one


def _members(row: Contribution) -> Sequence[int]:
    """The ids of the others in its group, in order."""
    query = select(Contribution.id).where(
        Contribution.group_id == (row.group_id or row.id), Contribution.id != row.id
    )
    return db.session.scalars(query.order_by(Contribution.id)).all()


def _join(row: Contribution, own: bytes) -> None:
    """Into one group with all that are much the same; into the index unless a twin is there."""
    row.sketch = own
    change = _change(row.id)
    nearness = {
        other: likeness(own, other.sketch)
        for other in _candidates(row, bands(own))
        if other.sketch and _change(other.id) == change
    }
    if max(nearness.values(), default=0.0) < TWINS:
        _index(row)
    groups = {
        other.group_id or other.id for other, near in nearness.items() if near >= MUCH_THE_SAME
    }
    if groups:
        first = min(row.id, *groups)
        others = or_(Contribution.id.in_(groups), Contribution.group_id.in_(groups - {first}))
        _name([row.id, *db.session.scalars(select(Contribution.id).where(others))], first)


def _index(row: Contribution) -> None:
    _unindex(row)
    if row.sketch:
        values = [
            {"contribution_id": row.id, "band": place, "policy_id": row.policy_id, "value": key}
            for place, key in enumerate(bands(row.sketch))
        ]
        db.session.execute(insert(ContributionBand), values)


def _unindex(row: Contribution) -> None:
    db.session.execute(delete(ContributionBand).where(ContributionBand.contribution_id == row.id))


def _candidates(row: Contribution, keys: Sequence[int]) -> Sequence[Contribution]:
    """Open ones that share a band: the first of each group, so a campaign is asked once."""
    nearest = (
        select(func.min(Contribution.id))
        .join(ContributionBand, ContributionBand.contribution_id == Contribution.id)
        .where(
            ContributionBand.policy_id == row.policy_id,
            ContributionBand.value.in_(keys),
            Contribution.id != row.id,
            Contribution.kind == row.kind,
            Contribution.clause.is_not_distinct_from(row.clause),
            Contribution.after.is_not_distinct_from(row.after),
            Contribution.state == State.OPEN,
        )
        .group_by(_GROUP)
    )
    return db.session.scalars(select(Contribution).where(Contribution.id.in_(nearest))).all()


def _change(contribution_id: int) -> Change:
    """What a suggestion asks for, but for blanks and letter case; () for a comment."""
    query = select(SuggestedChange).where(SuggestedChange.contribution_id == contribution_id)
    return tuple(
        (one.kind, one.clause, one.after, tuple(tokens(one.text)))
        for one in db.session.scalars(query.order_by(SuggestedChange.position))
    )


def _name(ids: Sequence[int], group: int | None) -> None:
    db.session.execute(update(Contribution).where(Contribution.id.in_(ids)).values(group_id=group))
