"""Let words out that waited: contributions and comments, with the threads that hold them.

What belongs together is shown together, and each release is one event, so that the index and
those who tell people hear of it once. What a moderator hid meanwhile stays hidden.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select, update

from app import clock
from app.access.actor import VISITOR
from app.database import committing, db, writing
from app.discussions.events import WordsReleased
from app.discussions.models import Comment, Thread
from app.discussions.services.releasing import (
    find_first,
    find_opened,
    find_replies_to,
    let_out,
)
from app.ledger.services import record
from app.policies.services.writing_revisions import lock_head, touch
from app.suggestions.models import Contribution
from app.suggestions.queries.shown import SUGGESTION

_Held = Row[*tuple[Any, ...]]  # id, number, thread_id, comment_id
# Comments, and as many contributions, that are let out at once: by the worker, whose next portion
# follows a second later, and where somebody waits for the end.
BATCH, LARGE_BATCH = 100, 1000


@dataclass(frozen=True, slots=True)
class Waiting:
    """Words that wait, by the ids of their rows."""

    comments: frozenset[int] = frozenset()
    contributions: frozenset[int] = frozenset()


def release(policy_id: int, words: Waiting) -> int:
    """Show these words of the policy, with all that belongs to them; how many those were.

    Releasing twice is releasing once; who may, the caller has asked.
    """
    writing()
    policy = lock_head(policy_id)
    opened = find_opened(words.comments)
    rows = _waiting_rows(policy_id, words, opened)
    threads = opened.union(row.thread_id for row in rows if row.thread_id)
    threads |= find_replies_to(SUGGESTION, [row.id for row in rows])
    replies = {row.comment_id for row in rows if row.comment_id}
    shown = let_out(words.comments | find_first(threads) | replies, threads)
    rows = [row for row in rows if not row.comment_id] + _rows_of_replies({*shown, *replies})
    _let_out(row.id for row in rows)
    if not shown and not rows:
        return 0
    touch(policy)
    db.session.flush()
    numbers = sorted(row.number for row in rows)
    event = WordsReleased(policy=policy_id, comments=shown, contributions=numbers)
    record(event, actor=VISITOR, is_public=policy.is_public)
    return len(shown) + sum(not row.thread_id and not row.comment_id for row in rows)


def _waiting_rows(policy_id: int, words: Waiting, opened: Collection[int]) -> list[_Held]:
    """Those of the contributions that wait, and those that wait with the comments."""
    named = or_(
        Contribution.id.in_(words.contributions),
        Contribution.thread_id.in_(opened),
        Contribution.comment_id.in_(words.comments),
    )
    return list(db.session.execute(_held().where(Contribution.policy_id == policy_id, named)))


def _rows_of_replies(comments: Collection[int]) -> list[_Held]:
    """What stands for replies that others can read now, in threads that they can read."""
    query = (
        _held()
        .join(Comment, Comment.id == Contribution.comment_id)
        .join(Thread, Thread.id == Comment.thread_id)
        .where(Contribution.comment_id.in_(comments))
        .where(Comment.held_until.is_(None), Thread.held_until.is_(None))
    )
    return list(db.session.execute(query))


def _held() -> Select[*tuple[Any, ...]]:
    columns = (
        Contribution.id,
        Contribution.number,
        Contribution.thread_id,
        Contribution.comment_id,
    )
    return select(*columns).where(Contribution.held_until.is_not(None))


def _let_out(ids: Iterable[int]) -> None:
    out = update(Contribution).where(Contribution.id.in_(list(ids))).values(held_until=None)
    db.session.execute(out, execution_options={"synchronize_session": "fetch"})


def release_all(policy_id: int) -> int:
    """Show all words of the policy that wait; how many those were."""
    count, before = 0, None
    while True:
        of_policy = (Thread.policy_id == policy_id, Contribution.policy_id == policy_id)
        found = _waiting(*of_policy, size=LARGE_BATCH)
        if not found or found == before:
            return count
        count += release(policy_id, found[policy_id])
        before = found


def release_due() -> int:
    """Show the words whose time has come, some hundred at a time; the worker's duty."""
    now = clock.now()
    due = _waiting(Comment.held_until <= now, Contribution.held_until <= now, size=BATCH)
    for policy_id, words in due.items():
        with committing():
            release(policy_id, words)
    return len(due)


def _waiting(
    comments: ColumnElement[bool], contributions: ColumnElement[bool], *, size: int
) -> Mapping[int, Waiting]:
    """A batch of the words that wait and fit, by policy, those that wait for the earliest moment
    first."""
    said = (
        select(Thread.policy_id, Comment.id)
        .join(Thread, Thread.id == Comment.thread_id)
        .where(Comment.held_until.is_not(None), comments)
        .order_by(Comment.held_until, Comment.id)
    )
    sent = (
        select(Contribution.policy_id, Contribution.id)
        .where(Contribution.held_until.is_not(None), contributions)
        .order_by(Contribution.held_until, Contribution.id)
    )
    found: dict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for place, query in enumerate((said, sent)):
        for policy_id, ident in db.session.execute(query.limit(size)):
            found[policy_id][place].add(ident)
    return {
        policy_id: Waiting(frozenset(said), frozenset(sent))
        for policy_id, (said, sent) in sorted(found.items())
    }
