"""The figures of a whole policy that were counted beforehand, and which policies are due again."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select

from app.consensus.models import MeasuredPolicy, PolicyFigure
from app.consensus.rules.figures import MEASURES_VERSION
from app.database import db
from app.policies.authorship import DIED
from app.policies.models import ClauseOrigin, Policy
from app.policies.queries import outsiders_from
from app.text import archive

# After a count the next save waits: somebody who saves every minute costs one count, not ten.
REST = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Figure:
    """``data`` as its function in ``services.figuring.FIGURES`` gave it, counted of the revisions
    from ``data["first"]`` to ``number`` at ``computed_at``."""

    data: dict[str, Any]
    number: int
    computed_at: datetime


def find_figure(policy_id: int, name: str) -> Figure | None:
    """The figure ``name`` of a policy; None when it was not counted yet, could not be, or was
    counted of more history than everybody may read now."""
    row = db.session.get(PolicyFigure, (policy_id, name))
    return _told([row] if row is not None else [], policy_id).get(name)


def list_figures(policy_id: int) -> dict[str, Figure]:
    """Every such figure of a policy, by name."""
    rows = db.session.scalars(select(PolicyFigure).where(PolicyFigure.policy_id == policy_id))
    return _told(rows, policy_id)


def _told(rows: Iterable[PolicyFigure], policy_id: int) -> dict[str, Figure]:
    """A draft may be planned to be published with its history, and then be without."""
    first = outsiders_from(db.session.get_one(Policy, policy_id))
    found = {
        row.name: Figure(json.loads(archive.unpack(row.data, None)), row.number, row.computed_at)
        for row in rows
        if row.data
    }
    return {name: one for name, one in found.items() if one.data.get("first", first) >= first}


def list_due(names: Collection[str], *, now: datetime, today: datetime, size: int) -> Sequence[int]:
    """Ids of policies that lack one of the figures ``names``, have one from before ``today`` began
    or one of an older head; those that wait longest first.

    A policy whose head is not measured and attributed yet is not due: what came in would be missing.
    """
    counted = (
        select(
            PolicyFigure.policy_id,
            func.count().label("figures"),
            func.min(PolicyFigure.number).label("number"),
            func.min(PolicyFigure.computed_at).label("oldest"),
            func.max(PolicyFigure.computed_at).label("newest"),
        )
        .where(PolicyFigure.name.in_(names))
        .group_by(PolicyFigure.policy_id)
        .subquery()
    )
    is_attributed = exists().where(
        ClauseOrigin.policy_id == Policy.id,
        ClauseOrigin.clause == DIED,
        ClauseOrigin.number == Policy.head_number,
    )
    query = (
        select(Policy.id)
        .join(MeasuredPolicy, MeasuredPolicy.policy_id == Policy.id)
        .outerjoin(counted, counted.c.policy_id == Policy.id)
        .where(
            MeasuredPolicy.version == MEASURES_VERSION,
            MeasuredPolicy.number >= Policy.head_number,
            is_attributed,
            or_(
                counted.c.figures.is_(None),
                counted.c.figures < len(names),
                counted.c.oldest < today,
                counted.c.newest > now,  # the clock was put back
                (counted.c.oldest < Policy.published_at) & (Policy.published_at <= now),
                (counted.c.number < Policy.head_number) & (counted.c.oldest < now - REST),
            ),
        )
        .order_by(counted.c.oldest.is_not(None), counted.c.oldest, Policy.id)
        .limit(size)
    )
    return db.session.scalars(query).all()
