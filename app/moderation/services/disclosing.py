"""Show hidden words to those who keep order, and those of a contribution to the office that
answers its author: a deliberate act, and the ledger remembers it."""

from __future__ import annotations

from dataclasses import replace

from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.access.predicates import Subject
from app.database import writing
from app.errors import NotFound
from app.ledger.services import record
from app.messages import N_
from app.moderation.events import HiddenWordsRead
from app.moderation.queries.hidden_words import HiddenWords, find_hidden_words
from app.moderation.rules import HIDEABLE, Kind
from app.moderation.services.flagging import where_words_lie
from app.moderation.services.objects import find_words
from app.policies.queries import facts, get_policy
from app.policies.queries.course import office_facts
from app.suggestions.queries.shown import get_contribution


def read_hidden(kind: Kind, object_id: int, *, actor: Actor) -> HiddenWords:
    """The words behind a marker that ``actor`` sees; NotFound when nothing is hidden there, when
    its author took it back, or when it was removed for good."""
    words = find_words(kind, object_id, actor) if kind in HIDEABLE else None
    if words is None:
        raise NotFound(N_("Nothing is hidden here."))
    ensure(actor, Act.SEE_ORDER, facts(words.policy, actor) if words.policy else Subject())
    return _disclose(kind, object_id, words.policy.id if words.policy else None, actor)


def read_contribution(slug: str, number: int, *, actor: Actor) -> HiddenWords:
    """The hidden words of a contribution whose answer ``actor`` prepares; only its author reads
    that answer. NotFound as above."""
    policy, view = get_policy(slug, actor), get_contribution(slug, number, actor)
    subject = replace(office_facts(policy, actor), author_id=view.author_id)
    ensure(actor, Act.PREPARE_ANSWERS, subject)
    return _disclose(*where_words_lie(Kind.SUGGESTION, view.id), policy.id, actor)


def _disclose(kind: Kind, object_id: int, policy_id: int | None, actor: Actor) -> HiddenWords:
    found = find_hidden_words(kind, object_id)
    if found is None:
        raise NotFound(N_("Nothing is hidden here."))
    writing()
    record(HiddenWordsRead(policy=policy_id, kind=kind, object=object_id), actor=actor)
    return found
