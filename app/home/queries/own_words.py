"""What one person wrote, as tables of the package that they take along.

Hidden words have left every path, this one too: rule and reason stand in their place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, case, select

from app.access.actor import Actor
from app.accounts.models import Department
from app.database import db
from app.discussions.models import Comment, CommentVersion, Thread
from app.discussions.queries.shown import COMMENT, first_of_thread, select_comments
from app.home.queries.plain_rows import PORTION, AnySelect, Row, plain
from app.policies.models import Draft, Policy, Revision
from app.policies.queries import seen_by
from app.suggestions.models import Answer, Contribution, KeptWords
from app.suggestions.queries.shown import select_contributions, views
from app.visibility import Hidden, hides, is_hidden

CONTRIBUTION = (
    "policy", "title", "number", "kind", "clause", "after", "base", "words", "changes", "sent_at",
    "changed_at", "is_late", "state", "withdrawn_at", "held_until", "fit", "replaced_by",
    "hidden_rule", "hidden_reason", "removed_at",
)  # fmt: skip


def contributions(actor: Actor) -> Iterator[Row]:
    mine = select_contributions(actor).where(Contribution.author_id == actor.person_id)
    last = 0
    while True:
        query = mine.where(Contribution.id > last).order_by(Contribution.id).limit(PORTION)
        found = views(db.session.execute(query).all(), actor)
        for one in found:
            marker = one.marker
            values = (
                one.slug, one.title, one.number, one.kind, one.clause, one.after, one.base,
                one.words, "\n\n".join(change.after for change in one.changes), one.sent_at,
                one.changed_at, one.is_late, one.state, one.withdrawn_at, one.held_until, one.fit,
                one.superseded_by, marker.rule if marker else "", marker.reason if marker else "",
                marker.removed_at if marker else None,
            )  # fmt: skip
            yield dict(zip(CONTRIBUTION, map(plain, values), strict=True))
        if len(found) < PORTION:
            return
        last = found[-1].id


def answers(actor: Actor) -> AnySelect:
    return (
        select(
            Policy.slug.label("policy"),
            Contribution.number,
            Answer.part,
            Answer.outcome,
            Answer.reason,
            Answer.reference,
            Answer.clauses,
            Answer.revision,
            Department.name.label("department"),
            Answer.answered_at,
        )
        .join(Contribution, Contribution.id == Answer.contribution_id)
        .join(Policy, Policy.id == Contribution.policy_id)
        .outerjoin(Department, Department.id == Answer.department_id)
        .where(Contribution.author_id == actor.person_id, seen_by(actor))
        .order_by(Answer.id)
    )


def comments(actor: Actor) -> AnySelect:
    """Words that opened a thread are here and, where they are numbered, among the contributions."""
    shown = select_comments(actor).where(Comment.author_id == actor.person_id)
    return shown.with_only_columns(
        Policy.slug.label("policy"),
        Comment.thread_id.label("thread"),
        Comment.id.label("comment"),
        _readable(_own_title()).label("title"),
        _readable(Comment.body).label("words"),
        Comment.posted_at,
        Comment.edited_at,
        Comment.withdrawn_at,
        Comment.held_until,
        Hidden.rule.label("hidden_rule"),
        Hidden.reason.label("hidden_reason"),
        Hidden.removed_at,
    ).order_by(Comment.id)


def _own_title() -> Any:
    """A thread's title is the words of who opened it."""
    return case((Comment.id == first_of_thread(), Thread.title), else_="")


def _readable(words: Any) -> Any:
    is_shown = and_(Hidden.id.is_(None), Comment.withdrawn_at.is_(None))
    return case((is_shown, words), else_="")


def earlier_comments(actor: Actor) -> AnySelect:
    table = CommentVersion
    return (
        select(Comment.id.label("comment"), table.body.label("words"), table.replaced_at)
        .join(Comment, Comment.id == table.comment_id)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Policy, Policy.id == Thread.policy_id)
        .where(Comment.author_id == actor.person_id, Comment.withdrawn_at.is_(None))
        .where(~is_hidden(COMMENT, Comment.id), seen_by(actor))
        .order_by(table.id)
    )


def versions(actor: Actor) -> AnySelect:
    return (
        select(
            Policy.slug.label("policy"),
            Revision.number,
            Revision.kind,
            Revision.saved_at,
            case((Hidden.id.is_(None), Revision.summary), else_="").label("summary"),
            Hidden.rule.label("hidden_rule"),
            Hidden.reason.label("hidden_reason"),
        )
        .join(Policy, Policy.id == Revision.policy_id)
        .outerjoin(Hidden, hides("summary", Revision.id))
        .where(Revision.author_id == actor.person_id, seen_by(actor))
        .order_by(Revision.id)
    )


def drafts(actor: Actor) -> AnySelect:
    return (
        select(
            Policy.slug.label("policy"),
            Draft.clause,
            Draft.base,
            Draft.text,
            Draft.summary,
            Draft.kept_at,
        )
        .join(Policy, Policy.id == Draft.policy_id)
        .where(Draft.person_id == actor.person_id, seen_by(actor))
        .order_by(Draft.kept_at)
    )


def kept_words(actor: Actor) -> AnySelect:
    """What was sent meanwhile holds no words any more, only what tells a second sending."""
    return (
        select(
            Policy.slug.label("policy"),
            KeptWords.clause,
            KeptWords.after,
            KeptWords.kind,
            KeptWords.text,
            KeptWords.reason,
            KeptWords.kept_at,
            KeptWords.expires_at,
        )
        .join(Policy, Policy.id == KeptWords.policy_id)
        .where(KeptWords.person_id == actor.person_id, KeptWords.sent_as.is_(None), seen_by(actor))
        .order_by(KeptWords.id)
    )
