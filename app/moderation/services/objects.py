"""The words in question: whose they are, where they stand, and who may decide on them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.access.actor import Actor, Role
from app.access.acts import Act
from app.access.ensure import ensure
from app.discussions.queries import get_comment, get_thread
from app.errors import NotFound
from app.messages import N_
from app.moderation.queries.words import get_summary
from app.moderation.rules import Kind
from app.policies.models import Policy
from app.policies.queries import facts, get_policy_by_id
from app.suggestions.queries.shown import get_suggestion


@dataclass(frozen=True, slots=True)
class Words:
    """What was written or is shown: ``number`` is that of the revision or the suggestion."""

    kind: Kind
    id: int
    policy: Policy
    author_id: int
    author_role: str
    number: int = 0


def find_words(kind: Kind, object_id: int, actor: Actor) -> Words:
    """The words that ``actor`` sees there, or NotFound."""
    if kind is Kind.COMMENT:
        comment = get_comment(object_id, actor)
        policy, _thread = get_thread(comment.thread_id, actor)
        return Words(kind, object_id, policy, comment.author_id, comment.author_role)
    if kind is Kind.SUGGESTION:
        view = get_suggestion(object_id, actor)
        policy = get_policy_by_id(view.policy_id, actor)
        return Words(kind, view.id, policy, view.author_id, view.author_role, view.number)
    if kind is Kind.SUMMARY:
        policy, revision = get_summary(object_id, actor)
        author, role = revision.author_id, revision.author_role
        return Words(kind, object_id, policy, author, role, revision.number)
    raise NotFound(N_("This page does not exist."))


def ensure_may_moderate(words: Words, actor: Actor) -> None:
    """Raise the refusal with its reason: not one's own words, not an officer's."""
    subject = replace(
        facts(words.policy, actor),
        author_id=words.author_id,
        author_role=Role(words.author_role),
    )
    ensure(actor, Act.MODERATE, subject)
