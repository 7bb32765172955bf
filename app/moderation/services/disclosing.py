"""Show hidden words to those who keep order: a deliberate act, and the ledger remembers it."""

from __future__ import annotations

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
from app.moderation.services.objects import find_words
from app.policies.queries import facts


def read_hidden(kind: Kind, object_id: int, *, actor: Actor) -> HiddenWords:
    """The words behind a marker that ``actor`` sees; NotFound when nothing is hidden there, when
    its author took it back, or when it was removed for good."""
    words = find_words(kind, object_id, actor) if kind in HIDEABLE else None
    if words is None:
        raise NotFound(N_("Nothing is hidden here."))
    ensure(actor, Act.SEE_ORDER, facts(words.policy, actor) if words.policy else Subject())
    found = find_hidden_words(kind, object_id)
    if found is None:
        raise NotFound(N_("Nothing is hidden here."))
    writing()
    policy_id = words.policy.id if words.policy else None
    record(HiddenWordsRead(policy=policy_id, kind=kind, object=object_id), actor=actor)
    return found
