"""Find the opinion groups of a policy; numpy is loaded here, so this runs in a process of its own."""

from __future__ import annotations

import json
import logging
from typing import Any

from app import clock
from app.consensus.models import PolicyFigure
from app.consensus.queries.opinions import (
    Candidate,
    Stances,
    count_people_since,
    count_positions,
    list_candidates,
    read_stances,
)
from app.consensus.rules.regrouping import LEAST_IN_ALL, MOST_OFTEN, is_due
from app.consultations.queries.calendar import day_of, start_of
from app.database import committing, db
from app.policies.models import Policy
from app.policies.services.writing_revisions import lock_head
from app.text import archive

NAME = "groups"

log = logging.getLogger(__name__)


def group_due() -> int:
    """Group the people of every policy whose positions have changed enough; how many policies."""
    due = list_due()
    for policy_id in due:
        group(policy_id)
    return len(due)


def list_due() -> list[int]:
    """Ids of the policies that ``group_due`` would group now."""
    now = clock.now()
    candidates = list_candidates(NAME, least=LEAST_IN_ALL, now=now, most_often=MOST_OFTEN)
    return [one.policy_id for one in candidates if _is_due(one)]


def _is_due(candidate: Candidate) -> bool:
    figure = candidate.figure
    if figure is None:
        return True
    return is_due(
        candidate.positions,
        json.loads(archive.unpack(figure.data, None))["counted"] if figure.data else 0,
        has_moved=figure.number < candidate.head_number,
        is_new_day=figure.computed_at < start_of(day_of(clock.now())),
        people=lambda: count_people_since(candidate.policy_id, figure.computed_at),
    )


def group(policy_id: int) -> None:
    """Find the groups and commit what is told of them; pages are made anew if it has changed."""
    policy = db.session.get_one(Policy, policy_id)
    number, at = policy.head_number, clock.now()
    counted = count_positions(policy_id)
    stances = read_stances(policy)
    db.session.rollback()  # no transaction is held open while it counts
    data = _packed(stances, counted)
    with committing():
        policy = lock_head(policy_id)
        before = db.session.get(PolicyFigure, (policy_id, NAME))
        if before is None or before.data != data:
            policy.page_version += 1
        figure = PolicyFigure(
            policy_id=policy_id, name=NAME, number=number, computed_at=at, data=data
        )
        db.session.merge(figure)


def _packed(stances: Stances, counted: int) -> bytes:
    """What is told, packed; nothing when it could not be found, and then the page says nothing."""
    try:
        told = _told(stances) | {"counted": counted}
    except Exception:
        log.exception("the opinion groups of a policy could not be found")
        return b""
    return archive.pack(json.dumps(told, separators=(",", ":")), None)


def _told(stances: Stances) -> dict[str, Any]:
    """What the computation tells, with the names of the statements in place of their numbers."""
    from app.consensus.opinion import positions, stability, summary

    told = summary.summarise(
        positions.arrange(
            stances.person,
            stances.statement,
            stances.choice,
            stances.is_confirmed,
            statements=len(stances.statements),
            least=stability.LEAST_POSITIONS,
        )
    )
    lists = [told.get(name, []) for name in ("agreed", "rejected", "apart")]
    for row in [*sum(lists, []), *(one for g in told.get("groups", []) for one in g["typical"])]:
        row["statement"] = stances.statements[row["statement"]]
    return told
