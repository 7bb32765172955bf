"""How a clause stands: one word with its reason, the first rule that holds (docs/measures.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.consensus.rules.figures import ClauseFigures
from app.consensus.rules.thresholds import Thresholds
from app.policies.phases import Phase


class Status(StrEnum):
    """From the loudest to the calmest; ``settled`` and ``none`` are equally calm."""

    CONTESTED = "contested"
    MOVING = "moving"
    UNSEEN = "unseen"
    DISCUSSED = "discussed"
    SETTLED = "settled"
    NONE = "none"


class Regime(StrEnum):
    """A frozen text falls quiet by itself, so other rules hold for it."""

    EDITABLE = "editable"
    FROZEN = "frozen"


_EDITABLE = frozenset({Phase.DRAFTING, Phase.RESPONSE})


def regime_of(phase: Phase) -> Regime:
    """By which rules a text in this phase is looked at."""
    return Regime.EDITABLE if phase in _EDITABLE else Regime.FROZEN


class Reason(StrEnum):
    """Which rule held; the page says it in words, with its numbers."""

    UNDOING = "undoing"
    SWINGS = "swings"
    OBJECTIONS = "objections"
    RIVALS = "rivals"
    DIVERGED = "diverged"
    CHANGING = "changing"
    FEW_READERS = "few_readers"
    NO_RESIDENT = "no_resident"
    OBJECTION = "objection"
    SUGGESTIONS = "suggestions"
    UNANSWERED = "unanswered"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Finding:
    """A status and the rule that gave it."""

    status: Status
    reason: Reason


def find_status(
    figures: ClauseFigures,
    thresholds: Thresholds,
    *,
    regime: Regime,
    quiet_days: int,
    may_be_settled: bool,
) -> Finding:
    """The first rule that holds. ``quiet_days`` is Q; ``may_be_settled`` False before the answers
    of a call for comment are published: then nothing is called settled."""
    is_frozen = regime is Regime.FROZEN
    dispute = _dispute(figures, thresholds, is_frozen=is_frozen)
    if dispute is not None:
        return Finding(Status.CONTESTED, dispute)
    if not is_frozen and quiet_days < thresholds.quiet_days:
        return Finding(Status.MOVING, Reason.CHANGING)
    unseen, open_matter = _unseen(figures, thresholds), _open_matter(figures, is_frozen=is_frozen)
    # While the text is frozen what waits for an answer is said before how few have read it.
    for status, reason in (
        ((Status.DISCUSSED, open_matter), (Status.UNSEEN, unseen))
        if is_frozen
        else ((Status.UNSEEN, unseen), (Status.DISCUSSED, open_matter))
    ):
        if reason is not None:
            return Finding(status, reason)
    calm = Status.SETTLED if may_be_settled and not is_frozen else Status.NONE
    return Finding(calm, Reason.QUIET)


def _dispute(figures: ClauseFigures, thresholds: Thresholds, *, is_frozen: bool) -> Reason | None:
    if not is_frozen:
        if figures.undoing >= thresholds.undoing and figures.undo_people >= thresholds.undo_people:
            return Reason.UNDOING
        if _swings(figures, thresholds):
            return Reason.SWINGS
    if figures.objections >= thresholds.objections:
        return Reason.OBJECTIONS
    if figures.rivals >= thresholds.rivals:
        return Reason.RIVALS
    return Reason.DIVERGED if figures.verdict == "diverged" else None


def _swings(figures: ClauseFigures, thresholds: Thresholds) -> bool:
    swing = figures.oscillation
    return (
        swing is not None
        and 100 * swing >= thresholds.swing
        and figures.gross >= thresholds.swing_words
        and figures.people >= thresholds.swing_people
        and figures.revisions >= thresholds.swing_revisions
    )


def _unseen(figures: ClauseFigures, thresholds: Thresholds) -> Reason | None:
    """From the published numbers alone: "1-4" is fewer than any threshold from five on."""
    everybody = figures.readers_in_all
    if everybody == "1-4" or int(everybody) < thresholds.readers:
        return Reason.FEW_READERS
    return Reason.NO_RESIDENT if figures.readers.get("resident", "0") == "0" else None


def _open_matter(figures: ClauseFigures, *, is_frozen: bool) -> Reason | None:
    if figures.objections:
        return Reason.OBJECTION
    if figures.suggestions:
        return Reason.SUGGESTIONS
    unanswered = figures.waiting if is_frozen else figures.overdue
    return Reason.UNANSWERED if unanswered else None
