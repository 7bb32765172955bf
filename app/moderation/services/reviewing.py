"""Ask that somebody else looks at a decision again, and decide such a review."""

from __future__ import annotations

import secrets
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.access.actor import Actor, Role
from app.access.acts import Act
from app.access.ensure import ensure
from app.access.predicates import Subject
from app.accounts.limits import Counted
from app.accounts.services import throttling
from app.database import db, writing
from app.errors import Conflict, RuleBroken
from app.ledger.services import record, salted_hash
from app.messages import N_
from app.moderation.events import AppealAsked, AppealDecided
from app.moderation.models import Appeal, ModerationAction
from app.moderation.queries.appeals import (
    decided,
    get_appeal,
    get_reviewable,
    parties_of,
    role_of,
)
from app.moderation.review_rules import (
    About,
    Aim,
    Outcome,
    checked_outcome,
    checked_words,
    ensure_reviewable,
)
from app.moderation.rules import HIDEABLE, OPPOSITE, Action, Kind, checked_reason
from app.moderation.services.acting import Decision, Link, act, reverse
from app.moderation.services.inspecting import open_note
from app.moderation.services.objects import facts_on
from app.moderation.services.recording import record_in_role
from app.policies.models import Policy
from app.suggestions.queries.shown import NO_RECEIPTS, Receipts

ASKED_ALREADY = N_("A review of this was asked for already. It is done once.")


def ask_review(
    action_id: int, words: str, *, actor: Actor, receipts: Receipts = NO_RECEIPTS
) -> Appeal:
    """Ask for a review of an action that ``actor`` is concerned in, once for each action.

    ``receipts`` are the contributions whose look-up code this browser has shown. Raises Conflict
    when somebody has asked already.
    """
    words = checked_words(words)
    _ensure_may_ask(action_id, actor, receipts)
    throttling.count(Counted.APPEAL, actor)
    writing()
    done = _lock(action_id)
    _ensure_may_ask(action_id, actor, receipts)
    appeal = Appeal(
        action_id=done.id,
        by_id=actor.id,
        words=words,
        salt=secrets.token_bytes(16),
        at=clock.now(),
    )
    db.session.add(appeal)
    db.session.flush()
    event = AppealAsked(
        policy=done.policy_id,
        appeal=appeal.id,
        action=done.id,
        words=salted_hash(appeal.salt, words),
    )
    record(event, actor=actor, is_public=_may_be_known(done, appeal))
    return appeal


def _ensure_may_ask(action_id: int, actor: Actor, receipts: Receipts) -> None:
    found, done = get_reviewable(action_id, actor, receipts)
    ensure(actor, Act.ASK_REVIEW, Subject(is_concerned=found.is_concerned))
    if found.appeal is not None:
        raise Conflict(ASKED_ALREADY)
    ensure_reviewable(decided(done), clock.now())


def _lock(action_id: int) -> ModerationAction:
    """The action's row, so that two who ask at once ask one after the other on PostgreSQL too."""
    query = select(ModerationAction).where(ModerationAction.id == action_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _may_be_known(done: ModerationAction, appeal: Appeal) -> bool:
    """Whether the public record may name who asked: the author of words on a public draft."""
    policy = db.session.get(Policy, done.policy_id) if done.policy_id else None
    is_authors = appeal.by_id in (None, done.person_id)
    is_of_words = done.kind in (Kind.COMMENT, Kind.SUGGESTION, Kind.SUMMARY, Kind.REVISION)
    return policy is not None and policy.is_public and is_authors and is_of_words


def decide_appeal(appeal_id: int, outcome: str, reason: str, *, actor: Actor) -> Appeal:
    """Say that the decision stands, or take it back: by somebody else in the role of the first,
    whom it does not concern.

    Raises Conflict when somebody else has decided meanwhile, RuleBroken without a reason.
    """
    verdict, why = checked_outcome(outcome), checked_reason(reason)
    _ensure_may_decide(appeal_id, actor)
    writing()
    appeal = _ensure_may_decide(appeal_id, actor)
    if appeal.decided_at is not None:
        raise Conflict(N_("Another volunteer has decided this review meanwhile."))
    done = appeal.action
    if verdict is Outcome.OVERTURNED:
        appeal.reversal_id = _take_back(done, why, actor)
    appeal.decided_at, appeal.decided_by_id = clock.now(), actor.person_id
    appeal.decided_role, appeal.outcome, appeal.reason = actor.role, verdict, why
    db.session.flush()
    policy = db.session.get(Policy, done.policy_id) if done.policy_id else None
    event = AppealDecided(
        policy=done.policy_id,
        appeal=appeal.id,
        action=done.id,
        outcome=verdict,
        role=actor.role,
        reason=salted_hash(appeal.salt, why),
        reversal=appeal.reversal_id,
    )
    is_known = policy is not None and policy.is_public
    record_in_role(event, key=appeal.id, actor=actor, is_public=is_known)
    return appeal


def _ensure_may_decide(appeal_id: int, actor: Actor) -> Appeal:
    get_appeal(appeal_id, actor)  # what it is about may have been made private
    query = select(Appeal).where(Appeal.id == appeal_id).options(joinedload(Appeal.action))
    locking = query.with_for_update(of=Appeal).execution_options(populate_existing=True)
    appeal = db.session.scalars(locking).one()
    done = appeal.action
    policy = db.session.get(Policy, done.policy_id) if done.policy_id else None
    subject = facts_on(policy, Kind(done.kind), actor)
    subject = replace(subject, parties=parties_of(appeal), decided_in=role_of(done.by_role))
    ensure(actor, Act.REVIEW_ACTION, subject)
    return appeal


def _take_back(done: ModerationAction, reason: str, actor: Actor) -> int | None:
    """Undo the action; the id of what undid it, None where there is nothing left to undo.

    Where nothing was done about words that a reader reported, the opposite is to hide them; the
    words of an office are not hidden, it is asked for a public reply.
    """
    if role_of(done.by_role) is Role.SUPERVISOR:
        open_note(Aim(About.ACTION, done.id), reason, actor=actor)
        return None
    link = Link(case_id=done.case_id, reverses_id=done.id)
    try:
        if done.action in OPPOSITE:
            decision = Decision(OPPOSITE[Action(done.action)], done.rule, reason)
            return reverse(done.id, decision, actor=actor, link=link).id
        if done.action == Action.NONE and done.kind in HIDEABLE:
            decision = Decision(Action.HIDE, done.rule, reason)
            return act(Kind(done.kind), done.object_id, decision, actor=actor, link=link).id
    except RuleBroken as error:
        if error.field != "action":
            raise
    return None
