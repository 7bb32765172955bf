"""Suggestions and threads as everybody may read them; hidden, held and taken back ones are absent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from app.access.actor import VISITOR
from app.database import db
from app.opendata.queries.texts import Published
from app.suggestions.models import Contribution, SuggestedChange
from app.suggestions.queries.shown import select_contributions
from app.suggestions.rules import State
from app.visibility import Hidden

Row = dict[str, Any]


def suggestion_rows(published: Published) -> Iterator[Row]:
    """Every contribution with its number: on what, in which role, when, and how it stands."""
    query = (
        select_contributions(VISITOR)
        .where(
            Contribution.policy_id == published.policy.id,
            Contribution.state != State.WITHDRAWN,
            Hidden.id.is_(None),
        )
        .order_by(Contribution.number)
    )
    for found in db.session.execute(query):
        said: Contribution = found[0]
        words = found.words + "".join(change.text for change in _changes(said.id))
        yield {
            "policy": published.policy.slug,
            "suggestion": said.number,
            "kind": said.kind,
            "clause": said.clause,
            "after": said.after,
            "base": said.base,
            "actor": published.actor(found.public_id),
            "role_at_time": said.author_role,
            "ts": said.sent_at.isoformat(timespec="seconds"),
            "state": said.state,
            "group": said.group_id,
            "text_sha256": hashlib.sha256(words.encode()).hexdigest(),
        }


def _changes(contribution_id: int) -> Iterator[SuggestedChange]:
    query = select(SuggestedChange).where(SuggestedChange.contribution_id == contribution_id)
    yield from db.session.scalars(query.order_by(SuggestedChange.position))
