"""Policies, reasons of versions, comments and suggestions as documents, whoever may find them later.

What is hidden, or written by somebody not yet confirmed, is no document at all; what only insiders
may read is marked private.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.database import db
from app.discussions.models import Comment
from app.discussions.queries import (
    SearchableComment,
    find_comment_for_search,
    list_comments_for_search,
)
from app.policies.models import Policy, Revision
from app.policies.queries import list_notes, outsiders_from
from app.policies.versions import get_version
from app.search.port import Document, DocumentType
from app.suggestions.queries import for_search
from app.suggestions.queries.for_search import list_suggestions_for_search
from app.visibility import is_hidden

_COMMENTS_AT_ONCE = 500


def list_policies(policy_ids: Iterable[int]) -> Iterator[Document]:
    """The policies that exist and have a text: title, text, and what stands beside it."""
    for policy in _policies(policy_ids):
        yield _document(
            policy,
            "policy",
            f"policy:{policy.id}",
            body=_words(policy),
            dated=_saved_at(policy),
        )


def list_revisions(policy_id: int, numbers: Iterable[int] | None = None) -> Iterator[Document]:
    """The reasons given for versions of one policy, of all versions when ``numbers`` is None."""
    query = _with_reason().where(Revision.policy_id == policy_id)
    if numbers is not None:
        query = query.where(Revision.number.in_(numbers))
    for policy in _policies([policy_id]):
        for number, saved_at, summary in db.session.execute(query):
            yield _reason(policy, number, saved_at, summary)


def list_comments(comment_ids: Iterable[int]) -> Iterator[Document]:
    """Those of the comments that anybody but their author may read."""
    found = (find_comment_for_search(comment_id) for comment_id in comment_ids)
    yield from _comments([comment for comment in found if comment is not None])


def list_suggestions(policy_id: int, numbers: Collection[int] | None = None) -> Iterator[Document]:
    """The suggestions on one policy that anybody but their author may read, and words that came on
    paper; all when None."""
    for policy in _policies([policy_id]):
        for one in list_suggestions_for_search(policy_id, numbers):
            yield _document(
                policy,
                "suggestion" if one.is_suggestion else "comment",
                f"suggestion:{policy_id}:{one.number}",
                body=one.words,
                dated=one.sent_at,
                is_inside=not one.is_public,
                clause_id=one.clause,
            )


def list_whole_policy(policy_id: int) -> Iterator[Document]:
    """A policy with all reasons, suggestions and comments."""
    yield from list_policies([policy_id])
    yield from list_revisions(policy_id)
    yield from list_suggestions(policy_id)
    after = 0
    while page := list_comments_for_search(after, _COMMENTS_AT_ONCE, policy_id=policy_id):
        yield from _comments(page)
        after = page[-1].id


def list_titles() -> Iterator[Document]:
    """All policies, newest first, by title and one-sentence summary alone: one SELECT."""
    for policy in db.session.scalars(_newest()):
        key = f"policy:{policy.id}"
        yield _document(policy, "policy", key, body=policy.plain_summary, dated=policy.updated_at)


def list_newest_policies() -> Iterator[Document]:
    """Whole policies, the one that changed last first."""
    yield from list_policies(db.session.scalars(_newest().with_only_columns(Policy.id)).all())


def list_newest_revisions(limit: int) -> Iterator[Document]:
    """The newest reasons of all policies."""
    query = (
        _with_reason()
        .add_columns(Policy)
        .join(Policy, Policy.id == Revision.policy_id)
        .options(joinedload(Policy.department))
        .order_by(Revision.id.desc())
        .limit(limit)
    )
    for number, saved_at, summary, policy in db.session.execute(query):
        yield _reason(policy, number, saved_at, summary)


def list_newest_comments(limit: int) -> Iterator[Document]:
    """The newest comments of all policies."""
    last = db.session.scalar(select(func.max(Comment.id))) or 0
    yield from _comments(list_comments_for_search(last - limit, limit)[::-1])


def list_newest_suggestions(limit: int) -> Iterator[Document]:
    """The newest suggestions of all policies."""
    for policy_id, number in for_search.list_newest_suggestions(limit):
        yield from list_suggestions(policy_id, [number])


def _newest() -> Select[Policy]:
    return (
        select(Policy)
        .where(Policy.head_number > 0)
        .options(joinedload(Policy.department))
        .order_by(Policy.updated_at.desc(), Policy.id.desc())
    )


def _policies(policy_ids: Iterable[int]) -> Iterator[Policy]:
    for policy_id in policy_ids:
        query = select(Policy).where(Policy.id == policy_id, Policy.head_number > 0)
        policy = db.session.scalar(query.options(joinedload(Policy.department)))
        if policy is not None:
            yield policy


def _words(policy: Policy) -> str:
    """Summary, text and the notes that have a clause; ``hits`` shows the same words."""
    version = get_version(policy.id, policy.head_number)
    notes = list_notes(policy.id)
    standing = [notes[clause.id] for clause in version.outline if clause.id in notes]
    beside = (part for note in standing for part in (note.plain, note.basis, note.reason))
    return "\n\n".join([policy.plain_summary, version.text, *beside])


def _saved_at(policy: Policy) -> datetime:
    query = select(Revision.saved_at).where(
        Revision.policy_id == policy.id, Revision.number == policy.head_number
    )
    return db.session.scalars(query).one()


def _with_reason() -> Select[int, datetime, str]:
    return select(Revision.number, Revision.saved_at, Revision.summary).where(
        Revision.summary != "", ~is_hidden("summary", Revision.id)
    )


def _reason(policy: Policy, number: int, saved_at: datetime, summary: str) -> Document:
    return _document(
        policy,
        "revision",
        f"revision:{policy.id}:{number}",
        body=summary,
        dated=saved_at,
        is_inside=number < outsiders_from(policy),
    )


def _comments(comments: Sequence[SearchableComment]) -> Iterator[Document]:
    ids = {comment.policy_id for comment in comments}
    policies = {policy.id: policy for policy in _policies(sorted(ids))}
    for comment in comments:
        if comment.is_hidden or not comment.is_confirmed or comment.policy_id not in policies:
            continue
        yield _document(
            policies[comment.policy_id],
            "comment",
            f"comment:{comment.id}",
            body=f"{comment.title}\n\n{comment.body}",
            dated=comment.posted_at,
            is_inside=not comment.is_public,
            clause_id=comment.clause,
        )


def _document(
    policy: Policy,
    type_: DocumentType,
    key: str,
    *,
    body: str,
    dated: datetime,
    is_inside: bool = False,
    clause_id: str | None = None,
) -> Document:
    return Document(
        key=key,
        type=type_,
        policy_id=policy.id,
        slug=policy.slug,
        title=policy.title,
        language=policy.language,
        kind=policy.kind,
        department=policy.department.name if policy.department else "",
        phase=policy.phase,
        private=is_inside or not policy.is_public,
        body=body,
        dated_on=dated.date(),
        clause_id=clause_id,
    )
