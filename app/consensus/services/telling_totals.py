"""Once a day the totals of positions enter the record for everybody, where they have changed."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import exists, select

from app import clock
from app.access.actor import VISITOR
from app.consensus.events import PositionsCounted
from app.consensus.models import MeasuredPolicy, PolicyFigure, PositionCount
from app.consensus.queries.figures import find_figure
from app.consensus.queries.positions import list_tallies, total
from app.consensus.queries.statements import list_wordings
from app.consultations.queries.calendar import day_of
from app.database import committing, db
from app.ledger.services import record_all
from app.policies.models import Policy
from app.policies.queries import is_public_now
from app.policies.services.writing_revisions import lock_head
from app.text import archive

TOTALS = "totals"  # the figure that holds what was told last; lost, it is told once more
A_TURN = 20  # policies
Told = Mapping[str, list[str | int]]  # statement → wording, agree, disagree, pass


def tell_due() -> int:
    """A regular duty: tell the totals of a few policies that were not looked at today; how many."""
    today = day_of(clock.now())
    due = db.session.scalars(
        select(MeasuredPolicy.policy_id)
        .where(
            MeasuredPolicy.counted_on.is_distinct_from(today),
            exists().where(PositionCount.policy_id == MeasuredPolicy.policy_id),
        )
        .order_by(MeasuredPolicy.policy_id)
        .limit(A_TURN)
    ).all()
    for policy_id in due:
        policy = db.session.get_one(Policy, policy_id)
        told = count_totals(policy) if is_public_now(policy) else None
        with committing():
            db.session.get_one(MeasuredPolicy, policy_id).counted_on = today
            if told is not None:
                _tell(lock_head(policy_id), told)
    return len(due)


def count_totals(policy: Policy) -> Told:
    """The published totals of every statement in its present wording, from five people on."""
    wordings = list_wordings(policy)
    found: dict[str, list[str | int]] = {}
    for statement, tallies in list_tallies(policy.id, wordings).items():
        everybody = total(tallies.values())
        if everybody.n:
            numbers = (everybody.agree, everybody.disagree, everybody.unsure)
            found[statement] = [wordings[statement], *numbers]
    return found


def _tell(policy: Policy, told: Told) -> None:
    known = find_figure(policy.id, TOTALS)
    before = known.data if known else {}
    events = [
        PositionsCounted(
            policy=policy.id,
            statement=statement,
            wording=str(wording),
            agree=int(agree),
            disagree=int(disagree),
            unsure=int(unsure),
        )
        for statement, (wording, agree, disagree, unsure) in sorted(told.items())
        if before.get(statement) != [wording, agree, disagree, unsure]
    ]
    if not events:
        return
    record_all(events, actor=VISITOR)
    data = archive.pack(json.dumps(before | dict(told)), None)
    row = PolicyFigure(
        policy_id=policy.id,
        name=TOTALS,
        number=policy.head_number,
        computed_at=clock.now(),
        data=data,
    )
    db.session.merge(row)
    db.session.flush()
