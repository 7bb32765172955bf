"""Remove for good: proposed by a volunteer, confirmed or refused by a supervisor.

On confirmation the words leave every table in one transaction; what lies in files is swept by the
worker (``sweeping``). A salted hash, the ground, the reason and the place stay.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Role
from app.access.acts import Act
from app.access.ensure import ensure
from app.access.predicates import Subject
from app.database import db, writing
from app.errors import NotFound, RuleBroken
from app.ledger.services import record, salted_hash
from app.messages import N_
from app.moderation.events import RemovalDecided, RemovalProposed
from app.moderation.models import Removal
from app.moderation.queries.words import find_hidden
from app.moderation.removal_rules import Step, checked_ground, checked_step
from app.moderation.rules import HIDEABLE, Kind, checked_reason
from app.moderation.services.objects import Words, find_words
from app.moderation.services.recording import record_in_role
from app.moderation.services.removing_words import Thing, erase, words_of
from app.policies.models import Policy
from app.policies.queries import facts
from app.policies.services.writing_revisions import lock_head, touch
from app.visibility import Hidden

SEPARATOR = "\x1f"  # between the parts of what is hashed


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a volunteer sends: the ground, and a reason that everybody will read."""

    ground: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a supervisor sends; a refusal needs a reason."""

    step: str
    reason: str = ""


def propose_removal(kind: Kind, object_id: int, wanted: Proposal, *, actor: Actor) -> Removal:
    """Propose that hidden words are removed for good; not in one's own matter, and once at a time."""
    words = ensure_may_propose(kind, object_id, actor)
    ground, reason = checked_ground(wanted.ground), checked_reason(wanted.reason)
    writing()
    words = ensure_may_propose(kind, object_id, actor)
    if words.policy is not None:
        lock_head(words.policy.id)
    row = Removal(
        kind=kind,
        object_id=object_id,
        policy_id=words.policy.id if words.policy else None,
        person_id=words.author_id,
        ground=ground,
        reason=reason,
        salt=secrets.token_bytes(16),
        proposed_by_id=actor.person_id,
        proposed_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    event = RemovalProposed(
        policy=row.policy_id,
        removal=row.id,
        kind=row.kind,
        object=row.object_id,
        ground=ground,
        reason=salted_hash(row.salt, reason),
    )
    record(event, actor=actor)
    return row


def ensure_may_propose(kind: Kind, object_id: int, actor: Actor) -> Words:
    """The words, whose removal ``actor`` may propose now; or the refusal."""
    if kind not in HIDEABLE:
        raise NotFound(N_("This page does not exist."))
    words = find_words(kind, object_id, actor)
    stands_on = facts(words.policy, actor) if words.policy else Subject()
    subject = replace(stands_on, author_id=words.author_id, author_role=Role(words.author_role))
    ensure(actor, Act.PROPOSE_REMOVAL, subject)
    hidden = find_hidden(kind, object_id)
    if hidden is None:
        raise RuleBroken(N_("Only what is hidden can be removed for good. Please hide it first."))
    if hidden.removed_at is not None:
        raise RuleBroken(N_("This was removed for good already."))
    if find_open_removal(kind, object_id) is not None:
        raise RuleBroken(N_("Its removal is proposed already and waits for a supervisor."))
    return words


def decide_removal(removal_id: int, verdict: Verdict, *, actor: Actor) -> Removal:
    """Confirm or refuse a proposal; never one's own, and nothing concerning oneself.

    ``text_hash`` is taken over all the words, title and earlier wordings too, parted by U+001F.
    Raises RuleBroken with field "step" when the proposal no longer stands.
    """
    step = checked_step(verdict.step)
    reason = checked_reason(verdict.reason) if verdict.reason.strip() else ""
    if step is Step.REFUSE and not reason:
        raise RuleBroken(N_("Please say why you refuse."), field="reason")
    ensure_may_decide(get_removal(removal_id), actor)
    writing()
    row = get_removal(removal_id)
    ensure_may_decide(row, actor)
    if row.decided_at is not None:
        raise RuleBroken(N_("This has been decided already."), field="step")
    policy = lock_head(row.policy_id) if row.policy_id is not None else None
    row.decided_by_id, row.decided_at, row.decided_reason = actor.person_id, clock.now(), reason
    if step is Step.CONFIRM:
        _remove(row, policy)
    db.session.flush()
    event = RemovalDecided(
        policy=row.policy_id,
        removal=row.id,
        kind=row.kind,
        object=row.object_id,
        ground=row.ground,
        confirmed=row.is_confirmed,
        text_hash=row.text_hash,
    )
    is_public = row.is_confirmed and (policy is None or policy.is_public)
    record_in_role(event, key=row.id, actor=actor, is_public=is_public)
    return row


def ensure_may_decide(row: Removal, actor: Actor) -> None:
    """Raise the refusal with its reason: a supervisor, neither the proposer nor the author."""
    concerned = (row.proposed_by_id, row.person_id)
    parties = frozenset(person for person in concerned if person is not None)
    ensure(actor, Act.CONFIRM_REMOVAL, Subject(parties=parties))


def get_removal(removal_id: int) -> Removal:
    """A proposal by its id, read anew inside the gate; or NotFound."""
    query = select(Removal).where(Removal.id == removal_id).with_for_update()
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(N_("This page does not exist."))
    return row


def find_open_removal(kind: Kind, object_id: int) -> Removal | None:
    """The proposal about these words on which nobody has decided yet."""
    query = select(Removal).where(
        Removal.kind == kind, Removal.object_id == object_id, Removal.decided_at.is_(None)
    )
    return db.session.scalar(query)


def thing_of(row: Removal) -> Thing:
    """What a removal is about."""
    return Thing(Kind(row.kind), row.object_id, row.policy_id, row.person_id)


def _remove(row: Removal, policy: Policy | None) -> None:
    thing = thing_of(row)
    hidden = _still_hidden(thing)
    row.text_hash = salted_hash(row.salt, SEPARATOR.join(erase(thing)))
    row.is_confirmed = True
    hidden.ground, hidden.removed_at = row.ground, row.decided_at
    if policy is not None:
        touch(policy)


def _still_hidden(thing: Thing) -> Hidden:
    hidden = find_hidden(thing.kind, thing.id)
    if hidden is None:
        raise RuleBroken(
            N_("A volunteer shows these words again. What is shown is not removed."), field="step"
        )
    if hidden.removed_at is not None or not any(words_of(thing)):
        raise RuleBroken(N_("These words are gone already."), field="step")
    return hidden
