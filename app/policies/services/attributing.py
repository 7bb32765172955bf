"""Write down whose words each revision has; derived, so it may be dropped and rebuilt.

A clause has a row for every revision that changed its words, and each revision one row more, of
no clause, with the words that died in it; that row says that the revision was attributed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from app.database import Lookup, committing, db, must_be_writing, writing
from app.policies.authorship import DIED, attributed_until
from app.policies.models import ClauseOrigin, Policy, RevisionCredit
from app.policies.services.writing_revisions import lock_head, touch
from app.policies.versions import get_version
from app.text import attribution
from app.text.outline import Outline
from app.text.provenance import Credit, Dead, Origins

Row = dict[str, Any]


def attribute(revisions: list[tuple[int, int]]) -> None:
    """Attribute these (policy id, number) pairs and whatever is missing before them, in order.

    Doing it twice is doing it once.
    """
    last: dict[int, int] = defaultdict(int)
    for policy_id, number in revisions:
        last[policy_id] = max(last[policy_id], number)
    rows = [row for policy_id, number in last.items() for row in _missing(policy_id, number)]
    if not rows:
        return
    writing()
    _add(rows)
    for policy_id in {row["policy_id"] for row in rows}:
        touch(lock_head(policy_id))
    db.session.flush()


def _missing(policy_id: int, number: int) -> list[Row]:
    done = attributed_until(policy_id)
    words = _Words(policy_id, number, done=done)
    return [row for missing in range(done + 1, number + 1) for row in words.follow(missing)]


def _add(rows: list[Row]) -> None:
    must_be_writing()
    if rows:
        db.session.execute(insert(ClauseOrigin), rows)


def rebuild() -> int:
    """Drop every attribution and make all anew, a policy at a time; answers how many revisions."""
    count = 0
    for policy_id, head in db.session.execute(
        select(Policy.id, Policy.head_number).order_by(Policy.id)
    ).all():
        words = _Words(policy_id, head, done=0)
        rows = [row for number in range(1, head + 1) for row in words.follow(number)]
        with committing():
            policy = lock_head(policy_id)
            db.session.execute(delete(ClauseOrigin).where(ClauseOrigin.policy_id == policy_id))
            _add(rows)
            touch(policy)
            # What was saved meanwhile, and perhaps attributed among the rows that were dropped.
            attribute([(policy_id, policy.head_number)])
        count += head
    return count


class _Words:
    """One policy read from its first revision that is missing on, with what must be remembered."""

    def __init__(self, policy_id: int, last: int, *, done: int) -> None:
        self._policy_id = policy_id
        self._is_stored = done > 0
        self._origins: dict[str, Origins] = {}
        self._states: dict[str, dict[str, Origins]] = defaultdict(dict)
        self._known: set[str] = set()
        self._credits = credits_between(policy_id, done + 1, last)
        self._dead = _list_dead(policy_id) if self._is_stored else []
        self._before: Outline = get_version(policy_id, done).outline if done else ()

    def follow(self, number: int) -> Iterator[Row]:
        """The rows of the next revision; it is remembered for the one after it."""
        after = get_version(self._policy_id, number).outline
        self._recall(attribution.concerned(self._before, after))
        step = attribution.attribute(
            self._before,
            after,
            number,
            origins=self._origins,
            past=attribution.Past(self._states, self._dead),
            credits=self._credits.get(number, ()),
        )
        for clause in after:
            origins = step.changed.get(clause.id)
            if origins is not None:
                words = attribution.digest(attribution.words_of(clause))
                self._origins[clause.id] = self._states[clause.id][words] = origins
                yield self._row(clause.id, number, attribution.pack_state(words, origins))
        yield self._row(DIED, number, attribution.pack_dead(step.dead))
        self._dead += step.dead
        self._before = after

    def _recall(self, clauses: Collection[str]) -> None:
        """Read the states of these clauses, unless all of them are in memory anyway."""
        wanted = sorted(set(clauses) - self._known) if self._is_stored else []
        self._known |= set(wanted)
        for start in range(0, len(wanted), 500):
            for clause, packed in db.session.execute(
                select(ClauseOrigin.clause, ClauseOrigin.runs)
                .where(
                    ClauseOrigin.policy_id == self._policy_id,
                    ClauseOrigin.clause.in_(wanted[start : start + 500]),
                )
                .order_by(ClauseOrigin.number)
            ):
                words, origins = attribution.unpack_state(packed)
                self._origins[clause] = self._states[clause][words] = origins

    def _row(self, clause: str, number: int, packed: bytes) -> Row:
        return {
            "policy_id": self._policy_id, "clause": clause, "number": number, "runs": packed,
        }  # fmt: skip


_CREDITS = Lookup(
    select(RevisionCredit.number, RevisionCredit.suggestion, RevisionCredit.inserted)
    .where(
        RevisionCredit.policy_id == bindparam("policy_id"),
        RevisionCredit.number.between(bindparam("first"), bindparam("last")),
    )
    .order_by(RevisionCredit.suggestion)
)


def credits_between(policy_id: int, first: int, last: int) -> dict[int, list[Credit]]:
    """By revision number: the suggestions it draws on, with the words they had put in."""
    found: dict[int, list[Credit]] = defaultdict(list)
    rows = _CREDITS.rows(policy_id=policy_id, first=first, last=last)
    for number, suggestion, inserted in rows:
        found[number].append(Credit(suggestion, tuple(json.loads(inserted))))
    return found


def _list_dead(policy_id: int) -> list[Dead]:
    rows = db.session.scalars(
        select(ClauseOrigin.runs)
        .where(ClauseOrigin.policy_id == policy_id, ClauseOrigin.clause == DIED)
        .order_by(ClauseOrigin.number)
    )
    return [dead for packed in rows for dead in attribution.unpack_dead(packed)]
