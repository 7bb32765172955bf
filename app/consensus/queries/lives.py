"""Reads of the lives of clauses, and which revisions count for what people did to each other."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import BindParameter, bindparam, select

from app.consensus.models import ClauseLife, VandalismMark
from app.consensus.rules.life import Life, unpack
from app.consensus.rules.undo import revert_of
from app.database import Lookup, db
from app.policies.models import Policy, Revision

_POLICY: BindParameter[int] = bindparam("policy_id")
_CLAUSE: BindParameter[str] = bindparam("clause")
_LIVES = Lookup(select(ClauseLife.clause, ClauseLife.packed).where(ClauseLife.policy_id == _POLICY))
_LIFE = Lookup(
    select(ClauseLife.packed).where(ClauseLife.policy_id == _POLICY, ClauseLife.clause == _CLAUSE)
)


def find_life(policy_id: int, clause: str) -> Life | None:
    """The life of one clause; None when it was not measured or never had a word."""
    return list_lives(policy_id, [clause]).get(clause)


def list_lives(policy_id: int, clauses: Collection[str] | None = None) -> dict[str, Life]:
    """By clause id: its life; of these clauses or of all that the policy ever had."""
    if clauses is None:
        rows = _LIVES.rows(policy_id=policy_id)
        return {clause: unpack(bytes(packed)) for clause, packed in rows}
    found = {}
    for clause in sorted(clauses):
        for (packed,) in _LIFE.rows(policy_id=policy_id, clause=clause):
            found[clause] = unpack(bytes(packed))
    return found


def list_marked(policy_id: int) -> list[int]:
    """The revisions that are marked as vandalism."""
    query = select(VandalismMark.number).where(
        VandalismMark.policy_id == policy_id, VandalismMark.ended_at.is_(None)
    )
    return sorted(set(db.session.scalars(query)))


def find_excluded(policy_id: int) -> frozenset[int]:
    """The revisions that are marked as vandalism, and those that mended them."""
    marked = list_marked(policy_id)
    if not marked:
        return frozenset()
    return excluded_of(list_lives(policy_id), marked)


def excluded_of(lives: dict[str, Life], marked: Collection[int]) -> frozenset[int]:
    """``find_excluded`` for lives that are at hand."""
    wordings = {
        clause: [(step.number, step.wording) for step in life.steps]
        for clause, life in lives.items()
    }
    reverts = {revert_of(wordings, number) for number in marked}
    return frozenset({*marked, *(number for number in reverts if number is not None)})


def list_authors(
    policy: Policy, excluded: Collection[int] = (), numbers: Collection[int] | None = None
) -> dict[int, int]:
    """By revision that counts: who saved it (``rules.undo``), of ``numbers`` or of all.

    What happened before the text was published does not count: nobody may learn of it.
    """
    first = policy.public_from if policy.published_at is not None else 1
    query = select(Revision.number, Revision.author_id).where(
        Revision.policy_id == policy.id, Revision.number > (first if first > 1 else 0)
    )
    if numbers is not None:
        query = query.where(Revision.number.in_(numbers))
    return {
        number: person for number, person in db.session.execute(query) if number not in excluded
    }
