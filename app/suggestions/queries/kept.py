"""Reads of kept words: only by the hash of their code or by the person who kept them.

No list, search or export reads this table; whoever has neither code nor account gets nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.access.actor import Actor
from app.database import db
from app.policies.models import Policy
from app.policies.queries import seen_by
from app.suggestions.models import KeptWords


def find_by_hash(code_hash: bytes) -> KeptWords | None:
    """The kept words of a code, sent or not; None once their time is over."""
    query = _alive().where(KeptWords.code_hash == code_hash)
    return db.session.scalar(query)


def find_by_token(edit_token: str) -> KeptWords | None:
    """The kept words of a form, sent or not; None once their time is over."""
    query = _alive().where(KeptWords.edit_token == edit_token)
    return db.session.scalar(query)


def is_token_used(edit_token: str) -> bool:
    """Whether a form's token stands in the table, be its time over or not."""
    query = select(KeptWords.id).where(KeptWords.edit_token == edit_token)
    return db.session.scalar(query) is not None


def find_at(
    policy_id: int, place: tuple[str, str], actor: Actor, hashes: Sequence[bytes]
) -> KeptWords | None:
    """The newest unsent words about one place, (clause, after), of this person or these codes."""
    clause, after = place
    query = _waiting(actor, hashes).where(
        KeptWords.policy_id == policy_id,
        KeptWords.clause == clause if clause else KeptWords.clause.is_(None),
        KeptWords.after == after if after else KeptWords.after.is_(None),
    )
    return db.session.scalars(query.limit(1)).first()


def list_waiting(actor: Actor, hashes: Sequence[bytes]) -> Sequence[KeptWords]:
    """Unsent words of this person or these codes, newest first, each with its policy."""
    return db.session.scalars(_waiting(actor, hashes)).all()


def _alive() -> Select[KeptWords]:
    return select(KeptWords).where(KeptWords.expires_at > clock.now())


def _waiting(actor: Actor, hashes: Sequence[bytes]) -> Select[KeptWords]:
    return (
        _alive()
        .join(Policy, Policy.id == KeptWords.policy_id)
        .where(KeptWords.sent_as.is_(None), _held_by(actor, hashes), seen_by(actor))
        .options(joinedload(KeptWords.policy))
        .order_by(KeptWords.kept_at.desc(), KeptWords.id.desc())
    )


def _held_by(actor: Actor, hashes: Sequence[bytes]) -> ColumnElement[bool]:
    by_code = KeptWords.code_hash.in_(hashes)
    return by_code if actor.is_anonymous else or_(by_code, KeptWords.person_id == actor.id)
