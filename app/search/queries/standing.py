"""Where the ledger stands against the index, and which private policies a person may find."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from app.access.actor import Actor
from app.accounts.models import Person
from app.database import Lookup, db
from app.discussions.models import Comment, Thread
from app.ledger.models import Cursor, EventRecord, Seal, UnsealedEvent
from app.policies.models import Policy, PolicyMember
from app.suggestions.models import Contribution
from app.visibility import is_inside

REACTION = "search.index"
State = tuple[bytes, int]
WITHDRAWALS = (
    "CommentHidden",
    "CommentWithdrawn",
    "ContributionChanged",
    "ContributionWithdrawn",
    "SuggestionHidden",
    "SummaryHidden",
    "PolicyMadePrivate",
)


def find_private_policies(actor: Actor) -> frozenset[int]:
    """The policies of which ``actor`` may find what outsiders may not."""
    if actor.is_anonymous or actor.is_suspended:
        return frozenset()
    early_talk = exists().where(
        Thread.policy_id == Policy.id, Thread.opened_at < Policy.published_at
    )
    early_words = exists().where(
        Contribution.policy_id == Policy.id, Contribution.sent_at < Policy.published_at
    )
    holds_private = or_(
        Policy.is_public.is_(False),
        Policy.public_from > 1,
        and_(Policy.publish_history.is_(False), or_(early_talk, early_words)),
    )
    query = select(Policy.id).where(is_inside(Policy, PolicyMember, actor), holds_private)
    return frozenset(db.session.scalars(query))


_STATE = Lookup(
    select(
        select(Seal.hash).order_by(Seal.seq.desc()).limit(1).scalar_subquery(),
        select(func.count()).select_from(UnsealedEvent).scalar_subquery(),
    )
)


def get_state() -> State:
    """What stands for all that was ever committed: the head's hash and how many events follow it.

    No state comes back: a commit adds an event, and the seal of an event makes a new hash.
    """
    row = _STATE.first()
    assert row is not None
    return bytes(row[0] or b""), row[1]


def _cursor() -> ColumnElement[int]:
    read = select(Cursor.seq).where(Cursor.reaction == REACTION).scalar_subquery()
    return func.coalesce(read, 0)


def _sealed(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(EventRecord.id == Seal.event_id, *conditions)


_TAKEN_AWAY = or_(*(EventRecord.kind == kind for kind in WITHDRAWALS))
# IN, not a join: SQLite would walk through all events to look for each among the few unsealed.
_WAITING = exists().where(EventRecord.id.in_(select(UnsealedEvent.event_id)), _TAKEN_AWAY)
_UNREAD = _sealed(Seal.seq > bindparam("watermark"), Seal.seq > _cursor(), _TAKEN_AWAY)
_WITHDRAWN = Lookup(select(or_(_UNREAD, _WAITING)))


def has_unread_withdrawals(watermark: int) -> bool:
    """Whether something was hidden or made private that the index still holds."""
    row = _WITHDRAWN.first(watermark=watermark)
    return row is not None and bool(row[0])


def is_out_of_step(watermark: int, kinds: Collection[str]) -> bool:
    """Whether the index is of another past than the database: one of both was put back."""
    head = select(func.coalesce(func.max(Seal.seq), 0)).scalar_subquery()
    missed = _sealed(Seal.seq > watermark, Seal.seq <= _cursor(), EventRecord.kind.in_(kinds))
    return bool(db.session.scalar(select(or_(head < watermark, missed))))


def list_policy_ids() -> Sequence[int]:
    """All policies that have a text, the oldest first."""
    return db.session.scalars(
        select(Policy.id).where(Policy.head_number > 0).order_by(Policy.id)
    ).all()


def list_comments_of_people(public_ids: Collection[str]) -> Sequence[int]:
    """The comments whose showing depends on these people: their own, and those in their threads."""
    writer, opener = aliased(Person), aliased(Person)
    query = (
        select(Comment.id)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(writer, writer.id == Comment.author_id)
        .join(opener, opener.id == Thread.opened_by_id)
        .where(or_(writer.public_id.in_(public_ids), opener.public_id.in_(public_ids)))
    )
    return db.session.scalars(query).all()
