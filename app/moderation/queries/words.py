"""The words that moderators decide on, and the markers in place of hidden ones."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.access.actor import Actor
from app.database import db
from app.errors import NotFound
from app.messages import N_
from app.moderation.rules import Kind
from app.policies.models import Policy, Revision
from app.policies.queries import first_number, seen_by
from app.suggestions.models import Contribution
from app.suggestions.queries.shown import opening_comment
from app.visibility import Hidden


def get_summary(revision_id: int, actor: Actor) -> tuple[Policy, Revision]:
    """A revision by its id and its policy; NotFound outside what ``actor`` may read."""
    query = (
        select(Policy, Revision)
        .join(Revision, Revision.policy_id == Policy.id)
        .where(Revision.id == revision_id, seen_by(actor))
        .options(joinedload(Revision.author))
    )
    row = db.session.execute(query).first()
    if row is None or row[1].number < first_number(row[0], actor):
        raise NotFound(N_("There is no such version."))
    return row[0], row[1]


def find_hidden(kind: Kind, object_id: int) -> Hidden | None:
    """The marker of what is hidden, or None when it is not."""
    query = select(Hidden).where(Hidden.kind == kind, Hidden.object_id == object_id)
    return db.session.scalar(query)


def find_comment_of(contribution_id: int) -> int | None:
    """The comment that holds the words of a contribution; None where they are its own, or where
    there is no such contribution."""
    query = select(opening_comment()).where(
        Contribution.id == contribution_id,
        or_(Contribution.thread_id.is_not(None), Contribution.comment_id.is_not(None)),
    )
    return db.session.scalar(query)
