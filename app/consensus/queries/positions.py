"""Reads of positions: what people think of a wording, and what one person said oneself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import func, select

from app.consensus.models import PositionCount
from app.consensus.rules.agreement import Tally, verdict
from app.database import db


def verdicts(policy_id: int, wordings: Mapping[str, str], gap: int = 20) -> dict[str, str]:
    """By statement the word of ``rules.agreement`` for the wording given; ``gap`` in hundredths.

    Everybody who speaks for themselves counts, in the role of the moment; bodies do not.
    """
    tallies: dict[str, dict[str, Tally]] = defaultdict(dict)
    count = PositionCount
    rows = db.session.execute(
        select(
            count.statement,
            count.wording,
            count.role,
            func.sum(count.agree),
            func.sum(count.disagree),
            func.sum(count.unsure),
        )
        .where(
            count.policy_id == policy_id,
            count.statement.in_(list(wordings)),
            count.is_body.is_(False),
        )
        .group_by(count.statement, count.wording, count.role)
    )
    for statement, wording, role, *numbers in rows:
        if wording == wordings[statement]:
            tallies[statement][role] = Tally(*map(int, numbers))
    return {statement: verdict(tallies[statement], gap) for statement in wordings}
