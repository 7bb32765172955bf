"""Which status is shown: a louder one at once, a calmer one only when it held at two evaluations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.consensus.rules.status import Status

LOUDNESS = {
    Status.CONTESTED: 4,
    Status.MOVING: 3,
    Status.UNSEEN: 2,
    Status.DISCUSSED: 1,
    Status.SETTLED: 0,
    Status.NONE: 0,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A status as it is shown; ``waiting_since``: a calmer one was first found at that daily
    evaluation."""

    status: Status
    waiting_since: datetime | None = None


def show_next(
    found: Status,
    before: Shown | None,
    *,
    yesterday: Status | None,
    is_daily: bool,
    now: datetime,
) -> Shown:
    """What is shown after ``found``. ``before`` is None at first and at a change of regime: then
    it is shown at once. ``yesterday`` is what the daily evaluation before this one found."""
    if before is None or LOUDNESS[found] >= LOUDNESS[before.status]:
        return Shown(found)
    if not is_daily:
        return before
    if found is yesterday:
        return Shown(found)
    return Shown(before.status, now)
