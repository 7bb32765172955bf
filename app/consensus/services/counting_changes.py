"""Figures of a draft's changes: what came and went week by week."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from app import clock
from app.consensus.queries.lives import find_excluded
from app.consensus.queries.public_history import list_changes, list_steps
from app.consensus.rules.heartbeat import Bar, Distances, bars_of, trend_of
from app.consultations.queries.calendar import day_of
from app.policies.models import Policy
from app.policies.queries import course
from app.policies.versions import get_version


def count_heartbeat(policy: Policy) -> dict[str, Any]:
    """Bars over the time of the draft, oldest first, and the trend of the last weeks.

    ``left_out`` counts the revisions that are vandalism or only took it back, ``edits`` the others
    after the first. Words are tokens; of editorial changes only the number is told.
    """
    steps = list_steps(policy)
    left_out = find_excluded(policy.id)
    changes = list_changes(policy.id, steps, left_out)
    moves = course.list_steps(policy.id)
    period, bars = bars_of(changes, [(day_of(move.at), move.phase) for move in moves])
    trend = trend_of(changes, day_of(clock.now()), since=day_of(steps[0].at))
    return {
        "period": period,
        "bars": [bar.to_data() for bar in _with_distances(policy, bars)],
        "trend": asdict(trend),
        "edits": len(changes),
        "first_on": day_of(steps[0].at).isoformat(),
        "last_on": changes[-1].day.isoformat() if changes else None,
        "left_out": sum(step.number in left_out for step in steps),
    }


def _with_distances(policy: Policy, bars: list[Bar]) -> list[Bar]:
    """With how far the text at the end of each bar is from today's, the latest counted first."""
    distances = Distances(get_version(policy.id, policy.head_number).outline)
    found: list[Bar] = []
    for bar in reversed(bars):
        if bar.last:
            outline = get_version(policy.id, bar.last).outline
            found.append(replace(bar, distance=distances.of(outline)))
        else:
            found.append(bar)
    found.reverse()
    return _carried(found)


def _carried(bars: list[Bar]) -> list[Bar]:
    """A week without a change ends with the text that the week before it ended with."""
    for place, bar in enumerate(bars):
        if not bar.last and place:
            bars[place] = replace(bar, distance=bars[place - 1].distance)
    return bars
