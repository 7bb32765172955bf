"""Send a contribution: other words become operations on their base, anything else a thread.

Whatever way the words came (the form, a kept one, a program), they pass here; the form's token
makes a second sending the first one's result.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.accounts.limits import Counted
from app.accounts.services import throttling
from app.database import db, writing
from app.discussions.services.pacing import ensure_pace
from app.discussions.services.posting import NewThread, open_thread
from app.discussions.services.waiting import waits_as
from app.errors import RuleBroken
from app.ledger.services import record, salted_hash
from app.messages import N_
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries import facts, first_number, get_policy, is_member
from app.policies.queries.course import closes_at, seats_of
from app.policies.services.writing_revisions import lock_head, touch
from app.policies.versions import Version, get_version
from app.suggestions.events import ContributionSent
from app.suggestions.models import Contribution, SuggestedChange
from app.suggestions.rules import (
    ArticleChanged,
    CommentsClosed,
    Fit,
    Kind,
    Opening,
    checked_comment_kind,
    checked_reason,
    opening,
)
from app.suggestions.services.codes import code_hash, lookup_code
from app.text.canonical import canonical
from app.text.operations import Operation, clause_operation, insertion, operations_of
from app.text.rebase import fit


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form holds: the words of one ``clause`` of revision ``base``, of a new article
    ``after`` a clause, or (both "") the whole text.

    ``kind`` counts when the words are unchanged. ``token`` is the form's once-only token,
    ``begun_at`` when the person began to write (None: now).
    """

    base: int
    text: str
    reason: str
    clause: str = ""
    after: str = ""
    kind: str = Kind.COMMENT
    token: str = ""
    begun_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a sending led; ``is_new`` False when it had arrived before."""

    slug: str
    number: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What a form amounts to: its ``operations`` (none: the words are unchanged) and ``kind``."""

    operations: tuple[Operation, ...]
    kind: Kind
    reason: str
    begun_at: datetime
    is_late: bool


def send(slug: str, wanted: Wanted, *, actor: Actor) -> Sent:
    """Receive a contribution of ``actor``, who is a person; raises ArticleChanged or a refusal."""
    policy = get_policy(slug, actor)
    earlier = find_sent(policy.id, wanted.token)
    if earlier is not None:
        return Sent(policy.slug, earlier, is_new=False)
    ensure(actor, Act.SUGGEST, facts(policy, actor))
    checked_reason(wanted.reason)  # a slip is not counted as a try
    throttling.count(Counted.CONTRIBUTION, actor)
    writing()
    policy = lock_head(policy.id)
    get_policy(policy.slug, actor)  # it may have been made private meanwhile
    earlier = find_sent(policy.id, wanted.token)
    if earlier is not None:
        return Sent(policy.slug, earlier, is_new=False)
    seen = look_over(policy, wanted, actor)
    operations, kind, reason = seen.operations, seen.kind, seen.reason
    row = Contribution(
        policy_id=policy.id,
        number=next_number(policy.id),
        kind=kind,
        clause=wanted.clause or None,
        after=wanted.after or None,
        base=wanted.base,
        author_id=actor.person_id,
        author_role=actor.role,
        speaks_for=actor.speaks_for,
        reason=reason if operations else "",
        salt=secrets.token_bytes(16),
        begun_at=seen.begun_at,
        sent_at=clock.now(),
        is_late=seen.is_late,
        state="open",
        fit=Fit.FITS if operations else "",
        fit_number=policy.head_number if operations else 0,
        edit_token=wanted.token or None,
        round=round_of(policy, is_late=seen.is_late),
        is_owed=not seen.is_late and not has_seat(policy, actor),
    )
    if not operations:
        thread = NewThread(body=reason, kind=kind, clause=wanted.clause or wanted.after)
        row.thread_id = open_thread(policy.slug, thread, actor=actor).id
        same = number_of_thread(row.thread_id)
        if same is not None:  # the same words within a minute, from another form
            return Sent(policy.slug, same, is_new=False)
    else:
        ensure_pace(policy.id, actor)  # a thread is opened at that pace, too
    register(policy, row, hash_of_words(row.salt, reason, operations), actor)
    store_changes(row.id, operations)
    return Sent(policy.slug, row.number, is_new=True)


def register(policy: Policy, row: Contribution, words: str, actor: Actor) -> None:
    """Store a new contribution, renew the policy's pages and record it; ``words`` is its salted
    hash. Inside the gate."""
    row.held_until = waits_as(row.thread_id, policy.id, actor, row.reason)
    row.lookup_hash = code_hash(lookup_code(policy.id, row.number))
    db.session.add(row)
    touch(policy)
    db.session.flush()
    event = ContributionSent(
        policy=policy.id,
        number=row.number,
        kind=row.kind,
        clause=row.clause,
        after=row.after,
        base=row.base,
        author=actor.public_id,
        role=actor.role,
        is_late=row.is_late,
        is_owed=row.is_owed,
        round=row.round,
        channel=row.channel,
        thread=row.thread_id,
        comment=None,
        words=words,
    )
    record(event, actor=actor, is_public=policy.is_public)


def round_of(policy: Policy, *, is_late: bool = False) -> int:
    """In which call for comment something sent now is: 0 while nothing is asked."""
    return policy.round if is_late or policy.phase_now == Phase.CONSULTATION else 0


def has_seat(policy: Policy, actor: Actor) -> bool:
    """Whether ``actor`` works on the draft, so that no answer is owed to them."""
    is_named = policy.owner_id == actor.id or is_member(policy.id, actor.id)
    return is_named or bool(seats_of(policy.id, actor.id))


def look_over(policy: Policy, wanted: Wanted, actor: Actor) -> Looked:
    """What ``wanted`` would become if it were sent now; raises what ``send`` would raise."""
    reason = checked_reason(wanted.reason)
    now = clock.now()
    begun = min(wanted.begun_at or now, now)
    until = closes_at(policy, wanted.clause or wanted.after or None)
    state = opening(policy.phase_now, policy.mode, until, begun, now)
    if state is Opening.CLOSED:
        raise CommentsClosed(until)
    operations = changes_wanted(policy, wanted, actor)
    if operations and state is Opening.COMMENTS:
        raise RuleBroken(
            N_("The text itself is not open for suggestions now. You can send a comment.")
        )
    kind = Kind.SUGGESTION if operations else checked_comment_kind(wanted.kind)
    return Looked(operations, kind, reason, begun, is_late=state is Opening.LATE)


def find_sent(policy_id: int, token: str) -> int | None:
    """The number under which a form with this token has arrived."""
    if not token:
        return None
    query = select(Contribution.number).where(
        Contribution.policy_id == policy_id, Contribution.edit_token == token
    )
    return db.session.scalar(query)


def number_of_thread(thread_id: int) -> int | None:
    """The number of the contribution that opened the thread."""
    query = select(Contribution.number).where(Contribution.thread_id == thread_id)
    return db.session.scalar(query)


def changes_wanted(policy: Policy, wanted: Wanted, actor: Actor) -> tuple[Operation, ...]:
    """The operations that the words ask for, () when they are unchanged.

    Raises ArticleChanged when the clause reads differently by now, RuleBroken when it is gone.
    """
    if not first_number(policy, actor) <= wanted.base <= policy.head_number:
        raise RuleBroken(N_("Your page was made from a version that does not exist."), field="base")
    base = get_version(policy.id, wanted.base)
    operations = _operations(base, wanted)
    if wanted.base < policy.head_number:
        _ensure_same_ground(policy, base, wanted, operations)
    return operations


def _operations(base: Version, wanted: Wanted) -> tuple[Operation, ...]:
    if wanted.after:
        if base.clause(wanted.after) is None:
            raise _gone()
        article = insertion(wanted.after, canonical(wanted.text).text)
        if article is None:
            raise RuleBroken(N_("Please write the words of the new article."), field="text")
        return (article,)
    if wanted.clause:
        clause = base.clause(wanted.clause)
        if clause is None:
            raise _gone()
        one = clause_operation(clause, canonical(wanted.text).text.strip("\n"))
        return (one,) if one else ()
    text = canonical(wanted.text).text if wanted.text.strip() else base.text
    return operations_of(base.outline, text)


def _ensure_same_ground(
    policy: Policy, base: Version, wanted: Wanted, operations: tuple[Operation, ...]
) -> None:
    """What was changed while somebody wrote is shown to them before it is sent, not after."""
    head = get_version(policy.id, policy.head_number)
    place = wanted.clause or wanted.after
    if place:
        now, before = head.clause(place), base.clause(place)
        if now is None:
            raise _gone()
        if wanted.clause and before is not None and now.text.strip() != before.text.strip():
            raise ArticleChanged(head.number)
    elif operations and fit(head.outline, base.outline, operations) == "rework":
        raise ArticleChanged(head.number)


def store_changes(contribution_id: int, operations: tuple[Operation, ...]) -> None:
    """Write the operations of a suggestion; inside the gate."""
    for position, operation in enumerate(operations):
        db.session.add(
            SuggestedChange(
                contribution_id=contribution_id,
                position=position,
                kind=operation.kind,
                clause=operation.clause,
                after=operation.after,
                base_hash=operation.base_hash,
                text=operation.text,
            )
        )
    db.session.flush()


def hash_of_words(salt: bytes, reason: str, operations: tuple[Operation, ...]) -> str:
    """How the words of a contribution enter an event."""
    return salted_hash(salt, "\x1f".join((reason, *(operation.text for operation in operations))))


def next_number(policy_id: int) -> int:
    """Numbers count up per policy; the policy is locked, so no two get the same."""
    query = select(func.max(Contribution.number)).where(Contribution.policy_id == policy_id)
    return (db.session.scalar(query) or 0) + 1


def _gone() -> RuleBroken:
    return RuleBroken(
        N_(
            "This article is no longer in the text. Your words are below; you can send them "
            "about the whole draft."
        ),
        field="clause",
    )
