"""Take a position on a wording, change it, take it back.

Nothing of a page changes with it: the worker counts anew and renews what is shown.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Role
from app.access.acts import Act
from app.access.ensure import ensure
from app.accounts.limits import Counted
from app.accounts.services import throttling
from app.consensus.events import PositionTaken, PositionTakenBack
from app.consensus.models import Position, PositionCount
from app.consensus.queries.statements import Statement, get_statement
from app.consensus.rules.wording import CHOICES, NONE
from app.database import db, writing
from app.discussions.rules import is_shown_to_others
from app.errors import RuleBroken
from app.ledger.services import record, salted_hash
from app.messages import N_
from app.policies.models import Policy
from app.policies.phases import ensure_open
from app.policies.queries import facts, get_policy
from app.policies.services.writing_revisions import lock_head

UNCONFIRMED = N_(
    "Please confirm your mail address or mobile number first: each person counts once."
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """All that tells the counters of one wording apart."""

    wording: str
    role: str
    confirmation: str
    is_body: bool


def take_position(slug: str, name: str, choice: str, *, actor: Actor) -> None:
    """Let ``actor`` agree, disagree or pass on the statement ``name`` as it reads now, or take the
    position back ("none"). Sent twice it is one; a later choice takes the place of the earlier."""
    if choice not in (*CHOICES, NONE):
        raise RuleBroken(N_("Please choose one of the answers."), field="choice")
    policy = stance_policy(slug, Act.TAKE_POSITION, actor, is_back=choice == NONE)
    throttling.count(Counted.POSITION, actor)
    writing()
    policy = lock_head(policy.id)
    stance_policy(policy.slug, Act.TAKE_POSITION, actor, is_back=choice == NONE)
    before = db.session.scalar(
        select(Position).where(
            Position.policy_id == policy.id,
            Position.statement == name,
            Position.person_id == actor.person_id,
        )
    )
    if choice != NONE:
        statement = get_statement(policy, name, actor)
        _ensure_asked(statement, actor)
        _take(policy, statement, choice, before, actor)
    elif before is not None:
        _take_back(before, actor)


def stance_policy(slug: str, act: Act, actor: Actor, *, is_back: bool) -> Policy:
    """The policy, where ``actor`` may do ``act`` now, or the refusal; what was said can be taken
    back (``is_back``) in every phase."""
    policy = get_policy(slug, actor)
    ensure(actor, act, facts(policy, actor))
    if not is_back:
        ensure_open(policy.phase_now, act)
        if not is_shown_to_others(actor.confirmation):
            raise RuleBroken(UNCONFIRMED, field="choice")
    return policy


def _ensure_asked(statement: Statement, actor: Actor) -> None:
    if statement.closed:
        raise RuleBroken(statement.closed, field="choice")
    if statement.suggestion is not None and statement.suggestion.author_id == actor.id:
        raise RuleBroken(
            N_("This is your own suggestion. Its reason says what you think."), field="choice"
        )


def _take(
    policy: Policy, statement: Statement, choice: str, before: Position | None, actor: Actor
) -> None:
    is_body = bool(actor.speaks_for) and actor.role is not Role.OFFICER
    kind = _Kind(statement.wording, actor.role, actor.confirmation, is_body)
    if before is not None and (_kind_of(before), before.choice) == (kind, choice):
        return
    now, counters = clock.now(), []
    if before is None:
        position = Position(
            policy_id=policy.id,
            statement=statement.name,
            person_id=actor.person_id,
            taken_at=now,
        )
        db.session.add(position)
    else:
        position = before
        position.changed_at = now
        counters = [_count(position, -1)]
    position.choice, position.salt = choice, secrets.token_bytes(16)
    position.wording, position.number = statement.wording, statement.number
    position.role, position.confirmation, position.is_body = kind.role, kind.confirmation, is_body
    _keep([*counters, _count(position, 1)])
    event = PositionTaken(
        policy=policy.id,
        statement=statement.name,
        wording=statement.wording,
        role=actor.role,
        choice=salted_hash(position.salt, choice),
    )
    record(event, actor=actor)


def _take_back(position: Position, actor: Actor) -> None:
    db.session.delete(position)
    _keep([_count(position, -1)])
    event = PositionTakenBack(policy=position.policy_id, statement=position.statement)
    record(event, actor=actor)


def _kind_of(position: Position) -> _Kind:
    return _Kind(position.wording, position.role, position.confirmation, position.is_body)


def _count(position: Position, more: int) -> PositionCount:
    """The counter of its kind, with one more or less."""
    kind = _kind_of(position)
    key = {
        "policy_id": position.policy_id,
        "statement": position.statement,
        "wording": kind.wording,
        "role": kind.role,
        "confirmation": kind.confirmation,
        "is_body": kind.is_body,
    }
    row = db.session.get(PositionCount, key)
    if row is None:
        row = PositionCount(**key, agree=0, disagree=0, unsure=0)
        db.session.add(row)
    column = "unsure" if position.choice == "pass" else position.choice
    setattr(row, column, getattr(row, column) + more)
    return row


def _keep(counters: Iterable[PositionCount]) -> None:
    """Write what was changed; a counter of nobody goes."""
    db.session.flush()
    for row in {id(row): row for row in counters}.values():
        if not (row.agree or row.disagree or row.unsure):
            db.session.delete(row)
    db.session.flush()
