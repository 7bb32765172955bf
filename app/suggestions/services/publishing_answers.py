"""Publish the answers that wait as drafts, when their time has come.

The worker does it in portions, each in a transaction of its own; a page says how far it is. What
was agreed is what comes out: drafts cannot be changed meanwhile, and their check code says so.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import joinedload

from app import clock
from app.access.actor import Actor
from app.database import committing, db
from app.ledger.services import record_all, salted_hash
from app.policies.models import Policy
from app.policies.services.writing_revisions import lock_head, touch
from app.suggestions.events import ContributionAnswered
from app.suggestions.models import Answer, AnswerDraft, Contribution
from app.suggestions.queries.owed import has_whole_draft
from app.suggestions.rules import State
from app.suggestions.services.telling import tell_authors

PORTION = 100  # contributions in one transaction: some tenths of a second inside the gate
TURN = 2.0  # seconds; then the worker's other duties have their turn


def answers_code(policy_id: int) -> str:
    """The check code of all drafts of a policy: SHA-256 over each as a line of JSON, by number.

    Any word that is changed, added or taken away afterwards gives another one. Asked for inside the
    write gate, so the columns are read past the unit of work: a second for 100,000 drafts.
    """
    query = (
        select(
            Contribution.number,
            AnswerDraft.part,
            AnswerDraft.outcome,
            AnswerDraft.reason,
            AnswerDraft.reference,
            AnswerDraft.clauses,
            AnswerDraft.revision,
            AnswerDraft.department_id,
        )
        .join(Contribution, Contribution.id == AnswerDraft.contribution_id)
        .where(AnswerDraft.policy_id == policy_id)
        .order_by(Contribution.number, AnswerDraft.part)
        .execution_options(yield_per=1000)
    )
    code = hashlib.sha256()
    for row in db.session.execute(query):
        code.update(json.dumps(tuple(row), ensure_ascii=False).encode() + b"\n")
    return code.hexdigest()


def publish_due() -> int:
    """Publish for one turn what is due; the worker's duty. Answers how many contributions."""
    query = select(Policy.id).where(Policy.answers_at <= clock.now()).order_by(Policy.answers_at)
    end, done = time.monotonic() + TURN, 0
    for policy_id in db.session.scalars(query).all():
        number: int | None = 0
        while number is not None and time.monotonic() < end:
            with committing():
                count, number = _publish_portion(lock_head(policy_id), number)
            done += count
    return done


def _publish_portion(policy: Policy, after: int) -> tuple[int, int | None]:
    """Publish the next whole drafts; how many, and the last number (None: there are no more, so
    the publication is over)."""
    at = policy.answers_at
    if at is None or at > clock.now():  # called off at the last moment
        return 0, None
    found = _next_portion(policy.id, after)
    if found:
        _publish(policy, found, at)
    is_over = len(found) < PORTION
    if is_over:
        policy.answers_at = None
    touch(policy)
    db.session.flush()
    return len(found), None if is_over else found[-1].number


def _next_portion(policy_id: int, after: int) -> Sequence[Contribution]:
    query = (
        select(Contribution)
        .where(
            Contribution.policy_id == policy_id,
            Contribution.number > after,
            Contribution.state.in_((State.OPEN, State.ANSWERED)),
            has_whole_draft(),
        )
        .order_by(Contribution.number)
        .options(joinedload(Contribution.author))
        .limit(PORTION)
    )
    return db.session.scalars(query).all()


def _publish(policy: Policy, found: Sequence[Contribution], at: datetime) -> None:
    by_id = {one.id: one for one in found}
    drafts = db.session.scalars(
        select(AnswerDraft)
        .where(AnswerDraft.contribution_id.in_(by_id))
        .order_by(AnswerDraft.contribution_id, AnswerDraft.part)
        .options(joinedload(AnswerDraft.by))
    ).all()
    rows = [_row(draft, at) for draft in drafts]
    returning = insert(Answer).returning(Answer.id, sort_by_parameter_order=True)
    ids = db.session.scalars(returning, rows).all()
    _record(policy, drafts, rows, ids, by_id)
    db.session.execute(delete(AnswerDraft).where(AnswerDraft.contribution_id.in_(by_id)))
    answered = update(Contribution).where(Contribution.id.in_(by_id))
    db.session.execute(answered.values(state=State.ANSWERED, news_at=at))
    said = defaultdict(list)
    for draft in drafts:
        said[draft.contribution_id].append(draft)
    tell_authors(policy, [(one, said[one.id]) for one in found])


def _row(draft: AnswerDraft, at: datetime) -> dict[str, Any]:
    return {
        "contribution_id": draft.contribution_id,
        "part": draft.part,
        "outcome": draft.outcome,
        "reason": draft.reason,
        "salt": secrets.token_bytes(16),
        "reference": draft.reference,
        "clauses": draft.clauses,
        "revision": draft.revision,
        "by_id": draft.by_id,
        "by_role": draft.by_role,
        "department_id": draft.department_id,
        "answered_at": at,
    }


def _record(
    policy: Policy,
    drafts: Sequence[AnswerDraft],
    rows: Sequence[dict[str, Any]],
    ids: Sequence[int],
    found: Mapping[int, Contribution],
) -> None:
    """One event an answer, of the officer who wrote it."""
    events = defaultdict(list)
    for draft, row, ident in zip(drafts, rows, ids, strict=True):
        events[draft.by_id].append(
            ContributionAnswered(
                policy=policy.id,
                number=found[draft.contribution_id].number,
                part=draft.part,
                answer=ident,
                outcome=draft.outcome,
                revision=draft.revision,
                clauses=draft.clauses,
                reason=salted_hash(row["salt"], draft.reason),
            )
        )
    writers = {draft.by_id: draft.by for draft in drafts}
    for ident, theirs in events.items():
        officer = Actor(id=ident, public_id=writers[ident].public_id)
        record_all(theirs, actor=officer, is_public=policy.is_public)
