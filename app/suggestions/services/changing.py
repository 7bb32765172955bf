"""Change what one has sent: within the first minutes without a trace, later by a new suggestion."""

from __future__ import annotations

import secrets
from dataclasses import replace as with_values

from sqlalchemy import delete

from app import clock
from app.access.actor import Actor
from app.accounts.limits import Counted
from app.accounts.services import throttling
from app.database import db
from app.discussions.services.waiting import ensure_no_way_around
from app.discussions.services.withdrawing import replace_words
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.models import Policy
from app.policies.queries import get_policy
from app.policies.services.writing_revisions import touch
from app.suggestions.events import ContributionChanged, SuggestionSuperseded
from app.suggestions.models import Contribution, SuggestedChange
from app.suggestions.queries.shown import get_contribution
from app.suggestions.rules import (
    Fit,
    Kind,
    State,
    checked_comment_kind,
    checked_reason,
    may_still_change,
)
from app.suggestions.services.sending import (
    Sent,
    Wanted,
    changes_wanted,
    find_sent,
    hash_of_words,
    send,
    store_changes,
)
from app.suggestions.services.withdrawing import own_row
from app.text.operations import Operation


def change(slug: str, number: int, wanted: Wanted, *, actor: Actor) -> None:
    """Put other words in the place of those that ``actor`` sent a few minutes ago.

    The place is the contribution's own; whether it is a suggestion or a comment stays as it is.
    Raises ArticleChanged or RuleBroken (text: the words are those of the draft).
    """
    reason = checked_reason(wanted.reason)
    policy, row = own_row(slug, number, actor)
    throttling.count(Counted.CHANGE, actor)
    _ensure_open(policy, row, actor)
    if not may_still_change(row.sent_at, clock.now()):
        raise RuleBroken(N_("The ten minutes are over. You can send other words in their place."))
    ensure_no_way_around(policy.id, row.held_until, actor, field="summary", words=reason)
    operations: tuple[Operation, ...] = ()
    if row.thread_id is None:
        operations = _operations(policy, row, wanted, actor)
        _store(policy, row, wanted, reason, operations)
    else:
        row.kind = checked_comment_kind(wanted.kind)
        replace_words(row.thread_id, reason, row.kind, actor=actor)
    row.salt, row.changed_at = secrets.token_bytes(16), clock.now()
    touch(policy)
    db.session.flush()
    event = ContributionChanged(
        policy=policy.id,
        number=row.number,
        kind=row.kind,
        words=hash_of_words(row.salt, reason, operations),
    )
    record(event, actor=actor, is_public=policy.is_public)


def replace(slug: str, number: int, wanted: Wanted, *, actor: Actor) -> Sent:
    """Send a new suggestion that stands in the place of an open one of ``actor``.

    A form that arrives twice is one; raises what ``send`` does, and RuleBroken.
    """
    policy = get_policy(slug, actor)
    earlier = find_sent(policy.id, wanted.token)
    if earlier is not None:
        return Sent(policy.slug, earlier, is_new=False)
    policy, row = own_row(slug, number, actor)
    _ensure_open(policy, row, actor)
    wanted = _at_its_place(row, wanted)
    _operations(policy, row, wanted, actor)
    sent = send(policy.slug, wanted, actor=actor)
    if not sent.is_new:
        return sent
    row.state, row.fit, row.superseded_by = State.REPLACED, Fit.SUPERSEDED, sent.number
    db.session.flush()
    event = SuggestionSuperseded(
        policy=policy.id, number=row.number, by=sent.number, by_author=True
    )
    record(event, actor=actor, is_public=policy.is_public)
    return sent


def _ensure_open(policy: Policy, row: Contribution, actor: Actor) -> None:
    if get_contribution(policy.slug, row.number, actor).marker is not None:
        raise RuleBroken(N_("These words are hidden and cannot be changed meanwhile."))
    if row.channel:
        raise RuleBroken(N_("This came on paper or by telephone, and stands as it was entered."))
    if row.state == State.WITHDRAWN:
        raise RuleBroken(N_("You took this back."))
    if row.state == State.REPLACED:
        raise RuleBroken(
            N_("You have replaced this by no. %(number)s already."), number=row.superseded_by
        )
    if row.state == State.ANSWERED:
        raise RuleBroken(N_("This has been answered. You can send a new suggestion or comment."))


def _at_its_place(row: Contribution, wanted: Wanted) -> Wanted:
    return with_values(wanted, clause=row.clause or "", after=row.after or "")


def _operations(
    policy: Policy, row: Contribution, wanted: Wanted, actor: Actor
) -> tuple[Operation, ...]:
    found = changes_wanted(policy, _at_its_place(row, wanted), actor)
    if row.kind != Kind.SUGGESTION or not found:
        raise RuleBroken(
            N_("These are the words of the draft. Please change them, or take your words back."),
            field="text",
        )
    return found


def _store(
    policy: Policy,
    row: Contribution,
    wanted: Wanted,
    reason: str,
    operations: tuple[Operation, ...],
) -> None:
    """Only the new words; the old ones are in no table any more."""
    db.session.execute(delete(SuggestedChange).where(SuggestedChange.contribution_id == row.id))
    store_changes(row.id, operations)
    row.reason, row.base = reason, wanted.base
    row.fit, row.fit_number, row.superseded_by = Fit.FITS, policy.head_number, None
