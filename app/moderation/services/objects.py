"""The thing in question: whose it is, where it stands, and who may decide on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from app.access.actor import Actor, Role
from app.access.acts import Act
from app.access.ensure import ensure
from app.access.predicates import Subject
from app.accounts.models import Person
from app.accounts.services.naming import is_default_name
from app.database import db
from app.discussions.queries import get_comment, get_thread
from app.errors import NotAllowed, NotFound
from app.messages import N_
from app.moderation.queries.words import find_hidden, get_summary
from app.moderation.rules import Kind, stamp_of
from app.policies.models import Policy
from app.policies.queries import facts, get_policy_by_id, has_written
from app.policies.services.writing_revisions import lock_head
from app.suggestions.queries.shown import get_suggestion


@dataclass(frozen=True, slots=True)
class Words:
    """What was written or is shown: ``number`` is that of the revision or the suggestion.

    A thread is its opener's, a whole policy's discussion is nobody's (``author_id`` None), a name
    or a person stands on no policy. ``changed_at`` is when words were last changed, ``stamp`` says
    whether they still are what somebody saw, ``is_readable`` whether anything is left to see,
    ``thread_id`` where a comment stands.
    """

    kind: Kind
    id: int
    policy: Policy | None
    author_id: int | None
    author_role: str
    number: int = 0
    changed_at: datetime | None = None
    stamp: str = ""
    is_readable: bool = True
    thread_id: int | None = None

    @property
    def is_of_office(self) -> bool:
        """Whether they were written, or are borne, by an officer."""
        return self.author_role == Role.OFFICER


def find_words(kind: Kind, object_id: int, actor: Actor) -> Words:
    """The words, thread, draft or person that ``actor`` sees there, or NotFound."""
    return _FIND[kind](kind, object_id, actor)


def ensure_may_moderate(words: Words, actor: Actor) -> None:
    """Raise the refusal with its reason: not one's own words or draft, not an officer's words.
    Who put words into a text does not decide what somebody else did to it.

    The names and accounts of all who have a duty on the site are no volunteer's to decide on.
    """
    stands_on = facts_on(words.policy, words.kind, actor)
    role = Role(words.author_role)
    ensure(actor, Act.MODERATE, replace(stands_on, author_id=words.author_id, author_role=role))
    if words.kind in (Kind.NAME, Kind.PERSON) and words.author_role != Role.RESIDENT:
        raise NotAllowed(
            N_("Volunteers do not decide on the names and accounts of those who have a duty here.")
        )


def facts_on(policy: Policy | None, kind: Kind, actor: Actor) -> Subject:
    """The facts that decide who may decide on a thing of this kind on ``policy``."""
    if policy is None:
        return Subject()
    is_text = kind == Kind.REVISION
    return replace(facts(policy, actor), has_written=is_text and has_written(policy, actor))


def is_left(words: Words) -> bool:
    """Whether there is anything to decide on: words to read, or a marker where they were hidden."""
    if words.is_readable:
        return True
    hidden = find_hidden(words.kind, words.id)
    return hidden is not None and hidden.removed_at is None


def lock_thing(words: Words) -> Policy | None:
    """Lock what the words stand on, a policy (answered anew) or a person; inside the gate."""
    if words.policy is not None:
        return lock_head(words.policy.id)
    db.session.scalars(select(Person.id).where(Person.id == words.id).with_for_update()).one()
    return None


def find_person(person_id: int) -> Person:
    """Somebody who has an account; NotFound for who has left or never had one."""
    person = db.session.get(Person, person_id)
    if person is None or person.erased_at is not None:
        raise NotFound(N_("This page does not exist."))
    return person


def _comment(kind: Kind, object_id: int, actor: Actor) -> Words:
    comment = get_comment(object_id, actor)
    policy, _thread = get_thread(comment.thread_id, actor)
    at = comment.edited_at or comment.posted_at
    words = Words(kind, object_id, policy, comment.author_id, comment.author_role)
    words = replace(words, thread_id=comment.thread_id)
    return _seen_at(words, at, is_readable=comment.is_readable)


def _suggestion(kind: Kind, object_id: int, actor: Actor) -> Words:
    view = get_suggestion(object_id, actor)
    policy = get_policy_by_id(view.policy_id, actor)
    words = Words(kind, view.id, policy, view.author_id, view.author_role, view.number)
    is_readable = view.marker is None and not view.is_withdrawn
    return _seen_at(words, view.changed_at or view.sent_at, is_readable=is_readable)


def _summary(kind: Kind, object_id: int, actor: Actor) -> Words:
    policy, revision = get_summary(object_id, actor)
    author, role = revision.author_id, revision.author_role
    words = Words(kind, object_id, policy, author, role, revision.number)
    is_readable = bool(revision.summary) and find_hidden(kind, object_id) is None
    return _seen_at(words, revision.saved_at, is_readable=is_readable)


def _revision(kind: Kind, object_id: int, actor: Actor) -> Words:
    """The change of the text itself, whatever became of its reason line."""
    policy, revision = get_summary(object_id, actor)
    return Words(kind, object_id, policy, revision.author_id, revision.author_role, revision.number)


def _thread(kind: Kind, object_id: int, actor: Actor) -> Words:
    policy, thread = get_thread(object_id, actor)
    # To stop replies touches nobody's words, so it is possible under an officer's question too.
    return Words(kind, object_id, policy, thread.first.author_id, Role.RESIDENT)


def _policy(kind: Kind, object_id: int, actor: Actor) -> Words:
    return Words(kind, object_id, get_policy_by_id(object_id, actor), None, Role.RESIDENT)


def _name(kind: Kind, object_id: int, _actor: Actor) -> Words:
    person = find_person(object_id)
    return Words(
        kind,
        person.id,
        None,
        person.id,
        person.role,
        stamp=stamp_of(person.name),
        is_readable=not is_default_name(person.name),
    )


def _person(kind: Kind, object_id: int, _actor: Actor) -> Words:
    person = find_person(object_id)
    return Words(kind, person.id, None, person.id, person.role)


def _seen_at(words: Words, at: datetime, *, is_readable: bool) -> Words:
    return replace(words, changed_at=at, stamp=stamp_of(at), is_readable=is_readable)


_FIND: dict[Kind, Callable[[Kind, int, Actor], Words]] = {
    Kind.COMMENT: _comment,
    Kind.SUGGESTION: _suggestion,
    Kind.SUMMARY: _summary,
    Kind.NAME: _name,
    Kind.THREAD: _thread,
    Kind.POLICY: _policy,
    Kind.PERSON: _person,
    Kind.REVISION: _revision,
}
