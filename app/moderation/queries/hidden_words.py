"""The words behind a marker. The one place that selects them in spite of it: only
``services.disclosing`` asks, for those who keep order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from app.database import db
from app.discussions.models import Comment, CommentVersion, Thread
from app.discussions.queries.shown import first_of_thread
from app.moderation.models import HiddenName
from app.moderation.queries.words import find_hidden
from app.moderation.rules import Kind
from app.policies.models import Revision
from app.suggestions.models import Contribution, SuggestedChange
from app.suggestions.rules import State


@dataclass(frozen=True, slots=True)
class HiddenWords:
    """What stands behind a marker: a title ("" without one), the words as they are now, and what
    they were before their author changed them, newest first."""

    words: str
    title: str = ""
    earlier: tuple[str, ...] = ()


def find_hidden_words(kind: Kind, object_id: int) -> HiddenWords | None:
    """The words; None when nothing is hidden there, or nothing is left."""
    hidden = find_hidden(kind, object_id)
    if hidden is None or hidden.removed_at is not None:
        return None
    return _FIND[kind](object_id)


def _comment(comment_id: int) -> HiddenWords | None:
    comment = db.session.get(Comment, comment_id)
    if comment is None or comment.withdrawn_at is not None:
        return None
    opens = select(first_of_thread())
    is_first = db.session.scalar(opens.where(Thread.id == comment.thread_id)) == comment.id
    earlier = db.session.scalars(
        select(CommentVersion.body)
        .where(CommentVersion.comment_id == comment_id)
        .order_by(CommentVersion.id.desc())
    )
    return HiddenWords(comment.body, comment.thread.title if is_first else "", tuple(earlier))


def _suggestion(contribution_id: int) -> HiddenWords | None:
    one = db.session.get(Contribution, contribution_id)
    if one is None or one.state == State.WITHDRAWN:
        return None
    changes = db.session.scalars(
        select(SuggestedChange.text)
        .where(SuggestedChange.contribution_id == contribution_id)
        .order_by(SuggestedChange.position)
    )
    return HiddenWords("\n\n".join(part for part in (*changes, one.reason) if part))


def _summary(revision_id: int) -> HiddenWords | None:
    summary = db.session.scalar(select(Revision.summary).where(Revision.id == revision_id))
    return HiddenWords(summary) if summary else None


def _name(person_id: int) -> HiddenWords | None:
    kept = db.session.get(HiddenName, person_id)
    return HiddenWords(kept.name) if kept else None


_FIND: dict[Kind, Callable[[int], HiddenWords | None]] = {
    Kind.COMMENT: _comment,
    Kind.SUGGESTION: _suggestion,
    Kind.SUMMARY: _summary,
    Kind.NAME: _name,
}
