"""Record the conclusion of the legality review, and what the decision maker decided."""

from __future__ import annotations

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations.decision_rules import MOST_WORDS, Outcome, WantedDecision, checked
from app.consultations.events import DecisionRecorded, LegalityReviewed
from app.consultations.models import Decision, LegalReview
from app.consultations.queries.calendar import day_of
from app.consultations.queries.deciding import find_decision
from app.database import db, writing
from app.errors import Conflict, RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries import get_policy
from app.policies.queries.course import office_facts
from app.policies.services.moving import move
from app.policies.services.writing_revisions import lock_head, touch
from app.text.canonical import check_words, refused_in

# Where a text goes that was not adopted.
GOES_TO = {Outcome.RETURN: Phase.DRAFTING, Outcome.REJECT: Phase.WITHDRAWN}


def conclude_review(slug: str, *, is_lawful: bool, words: str, seen: int, actor: Actor) -> Policy:
    """The legal reviewer's conclusion on version ``seen``, which must still be the latest; public
    at once. A later conclusion stands beside the earlier one."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.REVIEW_LEGALITY, office_facts(policy, actor))
    with refused_in("words"):
        words = check_words(words, MOST_WORDS)
    if not words:
        raise RuleBroken(N_("Please write the conclusion in words."), field="words")
    writing()
    policy = lock_head(policy.id)
    if policy.phase_now != Phase.LEGALITY_REVIEW:
        raise RuleBroken(N_("The draft is not in its legality review."))
    if seen != policy.head_number:
        raise Conflict(N_("The text has changed meanwhile. Please look at it again."))
    db.session.add(
        LegalReview(
            policy_id=policy.id,
            revision=policy.head_number,
            is_lawful=is_lawful,
            words=words,
            by_id=actor.person_id,
            at=clock.now(),
        )
    )
    touch(policy)
    event = LegalityReviewed(policy=policy.id, revision=policy.head_number, is_lawful=is_lawful)
    record(event, actor=actor, is_public=policy.is_public)
    db.session.flush()
    return policy


def record_decision(slug: str, wanted: WantedDecision, *, actor: Actor) -> Policy:
    """What was decided on the latest text. An adopted one waits for its announcement by two
    officers; a returned one goes back to drafting, a rejected one is stopped, with the reasons."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.DECIDE, office_facts(policy, actor))
    wanted = checked(wanted, policy.language, day_of(clock.now()))
    writing()
    policy = lock_head(policy.id)
    _ensure_awaited(policy, wanted.seen)
    db.session.add(_row(policy, wanted, actor))
    touch(policy)
    event = DecisionRecorded(
        policy=policy.id,
        revision=policy.head_number,
        outcome=wanted.outcome,
        document_number=wanted.document_number,
        effective_on=wanted.effective_on.isoformat() if wanted.effective_on else "",
    )
    # What was adopted is public only from its announcement on.
    is_public = policy.is_public and wanted.outcome != Outcome.ADOPT
    record(event, actor=actor, is_public=is_public)
    goes_to = GOES_TO.get(Outcome(wanted.outcome))
    if goes_to is not None:
        move(policy, goes_to, actor=actor, reason=wanted.reasons)
    db.session.flush()
    return policy


def _ensure_awaited(policy: Policy, seen: int) -> None:
    """Raise unless a decision on this policy is awaited, and nobody recorded another meanwhile."""
    if policy.phase_now != Phase.DECISION:
        raise RuleBroken(N_("The draft does not await a decision."))
    if policy.announced_at is not None:
        raise RuleBroken(N_("The decision is about to be announced. Please call that off first."))
    earlier = find_decision(policy.id)
    if seen != (earlier.id if earlier else 0):
        raise Conflict(N_("Somebody has recorded a decision meanwhile. Please look again."))


def _row(policy: Policy, wanted: WantedDecision, actor: Actor) -> Decision:
    is_order = wanted.outcome == Outcome.ADOPT
    return Decision(
        policy_id=policy.id,
        revision=policy.head_number,
        outcome=wanted.outcome,
        body=wanted.body,
        document_number=wanted.document_number if is_order else "",
        passed_on=wanted.passed_on,
        signed_by=wanted.signed_by if is_order else "",
        effective_on=wanted.effective_on if is_order else None,
        short_reason=wanted.short_reason if is_order else "",
        reasons=wanted.reasons,
        dissent=wanted.dissent,
        by_id=actor.person_id,
        at=clock.now(),
    )
