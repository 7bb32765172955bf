"""A volunteer marks a reply that should get an answer: it becomes a contribution with a number.

Opening comments have theirs already. Nothing is copied: the words stay in the thread.
"""

from __future__ import annotations

import secrets

from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, writing
from app.discussions.models import Comment
from app.discussions.queries import get_comment
from app.errors import NotFound, RuleBroken
from app.ledger.services import record, salted_hash
from app.messages import N_
from app.policies.models import Policy
from app.policies.phases import CLOSED_SENTENCES, Phase
from app.policies.queries import get_policy_by_id, is_member, number_at
from app.policies.queries.course import closes_at, office_facts, seats_of
from app.policies.services.writing_revisions import lock_head, touch
from app.suggestions.events import ContributionSent, OwingChanged
from app.suggestions.models import Contribution
from app.suggestions.rules import Kind, State
from app.suggestions.services.codes import code_hash, lookup_code
from app.suggestions.services.sending import next_number, round_of

_ANSWERED_IN = (Phase.DRAFTING, Phase.CONSULTATION, Phase.RESPONSE)


def mark_owed(comment_id: int, *, actor: Actor) -> int:
    """Owe the reply an answer; its number. Doing it twice is doing it once."""
    writing()
    comment, policy = _markable(comment_id, actor)
    row = db.session.scalar(select(Contribution).where(Contribution.comment_id == comment.id))
    if row is None:
        row = add_number(comment, policy, actor, is_owed=True)
    else:
        _set_owed(row, policy, actor, is_owed=True)
    touch(policy)
    db.session.flush()
    return row.number


def unmark_owed(comment_id: int, *, actor: Actor) -> None:
    """Owe it nothing again, as long as nobody has answered; the number stays."""
    writing()
    comment, policy = _markable(comment_id, actor)
    row = db.session.scalar(select(Contribution).where(Contribution.comment_id == comment.id))
    if row is None:
        return
    if row.state == State.ANSWERED:
        raise RuleBroken(N_("This has been answered already."))
    _set_owed(row, policy, actor, is_owed=False)
    touch(policy)
    db.session.flush()


def _set_owed(row: Contribution, policy: Policy, actor: Actor, *, is_owed: bool) -> None:
    if row.is_owed == is_owed:
        return
    row.is_owed = is_owed
    event = OwingChanged(policy=policy.id, number=row.number, is_owed=is_owed)
    record(event, actor=actor, is_public=policy.is_public)


def _markable(comment_id: int, actor: Actor) -> tuple[Comment, Policy]:
    """The reply and its policy, locked; or a refusal."""
    if not get_comment(comment_id, actor).is_readable:
        raise NotFound(N_("This comment does not exist, or you may not see it."))
    comment = db.session.get_one(Comment, comment_id)
    policy = get_policy_by_id(comment.thread.policy_id, actor)
    ensure(actor, Act.MARK_OWED, office_facts(policy, actor))
    policy = lock_head(policy.id)
    refusal = _refusal(comment, policy)
    if refusal:
        raise RuleBroken(refusal)
    return comment, policy


def is_owable(comment: Comment, policy: Policy) -> bool:
    """Whether the comment can be owed an answer now, so that a number may mean one."""
    return not _refusal(comment, policy)


def _refusal(comment: Comment, policy: Policy) -> str:
    """Why no answer can be owed to the comment, "" when it can."""
    if policy.phase_now not in _ANSWERED_IN or policy.answers_at is not None:
        return CLOSED_SENTENCES[Act.PREPARE_ANSWERS]
    if comment.held_until is not None:
        return N_("These words still wait. Please let them out first.")
    if _has_number(comment):
        return N_("This has a number already and gets an answer.")
    closing = closes_at(policy, comment.thread.clause)
    if closing is not None and comment.posted_at >= closing:
        return N_("This came after comments closed, so no answer is owed.")
    if _has_seat(policy, comment.author_id):
        return N_("Its writer works on this draft, so no answer is owed.")
    return ""


def _has_number(comment: Comment) -> bool:
    """Whether it was sent as a contribution, not as a reply that was numbered later."""
    sent = select(Contribution.id).where(
        Contribution.thread_id == comment.thread_id, Contribution.comment_id.is_(None)
    )
    first = select(func.min(Comment.id)).where(Comment.thread_id == comment.thread_id)
    return db.session.scalar(sent) is not None and comment.id == db.session.scalar(first)


def _has_seat(policy: Policy, person_id: int) -> bool:
    is_named = policy.owner_id == person_id or is_member(policy.id, person_id)
    return is_named or bool(seats_of(policy.id, person_id))


def add_number(comment: Comment, policy: Policy, actor: Actor, *, is_owed: bool) -> Contribution:
    """Make a contribution of a reply, whose words stay where they are; inside the gate."""
    number = next_number(policy.id)
    row = Contribution(
        policy_id=policy.id,
        number=number,
        kind=Kind.COMMENT,
        clause=comment.thread.clause,
        base=number_at(policy, comment.posted_at),
        author_id=comment.author_id,
        author_role=comment.author_role,
        speaks_for=comment.speaks_for,
        salt=secrets.token_bytes(16),
        begun_at=comment.posted_at,
        sent_at=comment.posted_at,
        state=State.OPEN,
        comment_id=comment.id,
        is_owed=is_owed,
        lookup_hash=code_hash(lookup_code(policy.id, number)),
        round=round_of(policy, is_late=policy.phase_now == Phase.RESPONSE),
        news_at=clock.now(),
        held_until=comment.held_until or comment.thread.held_until,
    )
    db.session.add(row)
    db.session.flush()
    event = ContributionSent(
        policy=policy.id,
        number=number,
        kind=row.kind,
        clause=row.clause,
        after=None,
        base=row.base,
        author=comment.author.public_id,
        role=comment.author_role,
        is_late=False,
        is_owed=is_owed,
        round=row.round,
        channel="",
        thread=None,
        comment=comment.id,
        words=salted_hash(row.salt, comment.body),
    )
    record(event, actor=actor, is_public=policy.is_public)
    return row
