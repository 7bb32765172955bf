"""Why a text may be removed for good, and who has which say in it; pure."""

from __future__ import annotations

from enum import StrEnum

from app.errors import RuleBroken
from app.messages import N_


class Ground(StrEnum):
    """What a removal rests on; anything else is hidden, not removed."""

    PERSONAL_DATA = "personal_data"
    COURT_ORDER = "court_order"


class Step(StrEnum):
    """What a supervisor decides about a proposal."""

    CONFIRM = "confirm"
    REFUSE = "refuse"


def checked_ground(ground: str) -> Ground:
    """The ground, or RuleBroken."""
    if ground not in set(Ground):
        raise RuleBroken(N_("Please choose why it must be removed for good."), field="ground")
    return Ground(ground)


def checked_step(step: str) -> Step:
    """The decision, or RuleBroken."""
    if step not in set(Step):
        raise RuleBroken(N_("Please choose: remove it for good, or refuse."), field="step")
    return Step(step)
