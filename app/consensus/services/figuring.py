"""Count the figures that take too long for a page; derived, so they may be dropped any time."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import delete

from app import clock
from app.consensus.models import PolicyFigure
from app.consensus.queries.figures import list_due
from app.consensus.services import (
    counting_changes,
    counting_people,
    counting_words,
    drawing_flow,
    finding_disputes,
)
from app.consultations.queries.calendar import day_of, start_of
from app.database import committing, db
from app.policies.models import Policy
from app.policies.queries import outsiders_from
from app.policies.services.writing_revisions import lock_head
from app.text import archive

POLICIES = 20  # looked at in one turn, for
LONGEST_TURN = 2.0  # seconds; the one that was begun is finished

log = logging.getLogger(__name__)

# Name → what counts it: JSON-able, without names or words of people, the same for every reader.
FIGURES: Mapping[str, Callable[[Policy], dict[str, Any]]] = {
    "heartbeat": counting_changes.count_heartbeat,
    "shaped": counting_words.count_shaped,
    "fate": counting_words.count_fate,
    "half_life": counting_words.count_half_life,
    "talk": counting_people.count_talk,
    "people": counting_people.count_people,
    "flow": drawing_flow.draw_flow,
    "disputes": finding_disputes.find_disputes,
}


def figure_due() -> int:
    """A regular duty: count anew what is not of this day or not of the head; how many policies."""
    now = clock.now()
    due = list_due(tuple(FIGURES), now=now, today=start_of(day_of(now)), size=POLICIES)
    ends_at = time.monotonic() + LONGEST_TURN
    done = 0
    for policy_id in due:
        if time.monotonic() > ends_at:
            break
        figure(policy_id)
        done += 1
    return done


def figure(policy_id: int) -> None:
    """Count every figure of one policy and commit; one that fails says so in the log and is
    "not counted" until the next day or the next version, and the others are there."""
    policy = db.session.get_one(Policy, policy_id)
    number, at = policy.head_number, clock.now()
    with clock.frozen(at):  # so that others can count it again from the moment that is published
        counted = {name: _count(name, policy) for name in FIGURES}
    with committing():
        policy = lock_head(policy_id)
        known = {name: db.session.get(PolicyFigure, (policy_id, name)) for name in FIGURES}
        has_changed = any(row is None or row.data != counted[name] for name, row in known.items())
        for name, data in counted.items():
            row = PolicyFigure(
                policy_id=policy_id, name=name, number=number, computed_at=at, data=data
            )
            db.session.merge(row)
        if has_changed:
            # Not ``touch``: nobody changed the policy, only its pages are to be made anew.
            policy.page_version += 1


def _count(name: str, policy: Policy) -> bytes:
    """The figure packed; nothing when it could not be counted."""
    try:
        data = {"first": outsiders_from(policy)} | FIGURES[name](policy)
    except Exception:
        log.exception("the figure %s of policy %s could not be counted", name, policy.id)
        db.session.rollback()
        return b""
    return archive.pack(json.dumps(data, ensure_ascii=False, separators=(",", ":")), None)


def drop() -> None:
    """Drop every figure and commit; the duty counts them again."""
    with committing():
        db.session.execute(delete(PolicyFigure))
