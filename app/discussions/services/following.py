"""What discussions do when something else happened: the text changed, a person was confirmed."""

from __future__ import annotations

from sqlalchemy import select

from app.access.actor import VISITOR
from app.accounts.models import Person
from app.database import db, writing
from app.discussions.events import ThreadMoved
from app.discussions.models import Comment, Thread
from app.discussions.queries.reading import list_misplaced
from app.ledger.services import record
from app.policies.models import Policy
from app.policies.services.renewing import renew_pages
from app.policies.services.writing_revisions import lock_head, touch
from app.policies.versions import get_version


def reanchor(policy_id: int) -> int:
    """Mark threads whose clause left the head, unmark those whose clause came back; how many.

    Writes nothing, and does not ask for the write gate, when every mark fits.
    """
    if not _misplaced(policy_id):
        return 0
    writing()
    policy = lock_head(policy_id)
    moved = _misplaced(policy_id)
    for thread in moved:
        thread.is_on_earlier_wording = not thread.is_on_earlier_wording
        event = ThreadMoved(
            policy=policy_id,
            thread=thread.id,
            is_on_earlier_wording=thread.is_on_earlier_wording,
        )
        record(event, actor=VISITOR, is_public=policy.is_public)
    if moved:
        touch(policy)
    db.session.flush()
    return len(moved)


def _misplaced(policy_id: int) -> list[Thread]:
    number = db.session.scalar(select(Policy.head_number).where(Policy.id == policy_id))
    if not number:
        return []
    head = get_version(policy_id, number).outline
    return list(list_misplaced(policy_id, frozenset(clause.id for clause in head)))


def renew_pages_with(public_id: str) -> None:
    """Say that the pages with words of this person show something new: the words or the name."""
    query = (
        select(Thread.policy_id)
        .join(Comment, Comment.thread_id == Thread.id)
        .join(Person, Person.id == Comment.author_id)
        .where(Person.public_id == public_id)
        .distinct()
        .order_by(Thread.policy_id)
    )
    renew_pages(db.session.scalars(query).all())
