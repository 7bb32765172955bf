"""Reads of kept words: only by the hash of their code or by the person who kept them.

No list, search or export reads this table; whoever has neither code nor account gets nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.access.actor import Actor
from app.database import db
from app.policies.models import Policy
from app.policies.queries import seen_by
from app.policies.versions import get_version
from app.suggestions.models import KeptWords
from app.text.labels import spoken


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


def find_held(ident: int, actor: Actor, hashes: Sequence[bytes]) -> KeptWords | None:
    """One of this person's or these codes' words, sent or not."""
    return db.session.scalar(_held(actor, hashes).where(KeptWords.id == ident))


def list_waiting(actor: Actor, hashes: Sequence[bytes]) -> Sequence[KeptWords]:
    """Unsent words of this person or these codes, newest first, each with its policy."""
    return db.session.scalars(_waiting(actor, hashes)).all()


def _alive() -> Select[KeptWords]:
    return select(KeptWords).where(KeptWords.expires_at > clock.now())


def _waiting(actor: Actor, hashes: Sequence[bytes]) -> Select[KeptWords]:
    newest = (KeptWords.kept_at.desc(), KeptWords.id.desc())
    return _held(actor, hashes).where(KeptWords.sent_as.is_(None)).order_by(*newest)


def _held(actor: Actor, hashes: Sequence[bytes]) -> Select[KeptWords]:
    """A draft that was made private meanwhile is not named; its words wait unseen."""
    return (
        _alive()
        .join(Policy, Policy.id == KeptWords.policy_id)
        .where(_held_by(actor, hashes), seen_by(actor))
        .options(joinedload(KeptWords.policy))
    )


def _held_by(actor: Actor, hashes: Sequence[bytes]) -> ColumnElement[bool]:
    by_code = KeptWords.code_hash.in_(hashes)
    return by_code if actor.is_anonymous else or_(by_code, KeptWords.person_id == actor.id)


@dataclass(frozen=True, slots=True)
class KeptView:
    """Kept words as a list names them: ``label`` is what the article is called now, "" when it
    has no name; ``is_gap`` says that a new article is to follow it, ``is_whole`` that the words
    are about the whole draft. ``sent_as`` is their number once they were sent."""

    id: int
    slug: str
    title: str
    language: str
    clause: str
    after: str
    label: str
    kept_at: datetime
    sent_as: int | None

    @property
    def is_gap(self) -> bool:
        return bool(self.after)

    @property
    def is_whole(self) -> bool:
        return not (self.clause or self.after)


def kept_view(row: KeptWords) -> KeptView:
    """What to call kept words; their policy is visible to whoever asks."""
    policy = row.policy
    place = get_version(policy.id, policy.head_number).clause(row.clause or row.after or "")
    return KeptView(
        id=row.id,
        slug=policy.slug,
        title=policy.title,
        language=policy.language,
        clause=row.clause or "",
        after=row.after or "",
        label=spoken(place.label) if place else "",
        kept_at=row.kept_at,
        sent_as=row.sent_as,
    )
