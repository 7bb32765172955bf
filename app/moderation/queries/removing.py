"""Proposals to remove a text for good, as those who keep order see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from app.access.actor import Actor
from app.accounts.models import Person
from app.database import db
from app.errors import NotFound
from app.messages import N_
from app.moderation.models import Removal
from app.moderation.queries.places import Place, place_columns, read_place, with_places
from app.moderation.rules import Kind

PAGE_SIZE = 50
Named = aliased(Person, name="named")


@dataclass(frozen=True, slots=True)
class RemovalView:
    """One proposal. ``ref`` names the thing in addresses: its id, of a name the public id.
    ``is_concerned``: the reader proposed it or wrote the words, and so does not
    decide. ``swept_at``: the worker has taken the words out of all files."""

    id: int
    kind: str
    ref: str
    ground: str
    reason: str
    proposed_at: datetime
    decided_at: datetime | None
    is_confirmed: bool
    decided_reason: str
    text_hash: str
    swept_at: datetime | None
    is_concerned: bool
    place: Place

    @property
    def is_open(self) -> bool:
        return self.decided_at is None


def list_open_removals(actor: Actor) -> Sequence[RemovalView]:
    """Those that wait for a supervisor, the oldest first; at most a page of them."""
    query = _select(actor).where(Removal.decided_at.is_(None)).order_by(Removal.id)
    return _views(query.limit(PAGE_SIZE), actor)


def list_decided_removals(
    actor: Actor, *, before: int | None = None, size: int = PAGE_SIZE
) -> tuple[Sequence[RemovalView], int | None]:
    """Those that were decided, the newest first below the id ``before``, and the key of the next
    page."""
    query = _select(actor).where(Removal.decided_at.is_not(None)).order_by(Removal.id.desc())
    if before is not None:
        query = query.where(Removal.id < before)
    rows = _views(query.limit(size + 1), actor)
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def get_removal_view(removal_id: int, actor: Actor) -> RemovalView:
    """One of them; or NotFound."""
    found = _views(_select(actor).where(Removal.id == removal_id), actor)
    if not found:
        raise NotFound(N_("This page does not exist."))
    return found[0]


def _select(actor: Actor) -> Select[Any]:
    named = select(Named.public_id).where(Removal.kind == Kind.NAME, Named.id == Removal.object_id)
    columns = (Removal, named.scalar_subquery(), *place_columns(Removal, actor))
    return with_places(select(*columns), Removal)


def _views(query: Select[Any], actor: Actor) -> list[RemovalView]:
    return [
        RemovalView(
            id=row.id,
            kind=row.kind,
            ref=public_id or str(row.object_id),
            ground=row.ground,
            reason=row.reason,
            proposed_at=row.proposed_at,
            decided_at=row.decided_at,
            is_confirmed=row.is_confirmed,
            decided_reason=row.decided_reason,
            text_hash=row.text_hash,
            swept_at=row.swept_at,
            is_concerned=actor.id in (row.proposed_by_id, row.person_id),
            place=read_place(place),
        )
        for row, public_id, *place in db.session.execute(query)
    ]
