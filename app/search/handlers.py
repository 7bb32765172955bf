"""Reactions of the search: what happened is found a moment later, what was hidden no longer."""

from __future__ import annotations

from app.ledger.delivery import SealedEvent
from app.moderation.services import sweeping
from app.search.services import keeping
from app.search.services.keeping import Subjects

_WHOLE = (
    "PolicyCreated",
    "PolicyRenamed",
    "PolicyPublished",
    "PolicyMadePrivate",
    "SettingsChanged",
    "PhaseEntered",
)
_TEXT = ("RevisionSaved", "NoteWritten")
_REASON = ("RevisionSaved", "SummaryHidden", "SummaryShown")
_COMMENT = (
    "CommentPosted",
    "CommentEdited",
    "CommentWithdrawn",
    "CommentHidden",
    "CommentShown",
)
_SUGGESTION = (
    "ContributionSent",
    "ContributionChanged",
    "ContributionWithdrawn",
    "SuggestionHidden",
    "SuggestionShown",
)
_PERSON = ("PersonConfirmed",)
_RELEASED = "WordsReleased"
KINDS = tuple(
    dict.fromkeys((*_WHOLE, *_TEXT, *_REASON, *_COMMENT, *_SUGGESTION, *_PERSON, _RELEASED))
)


def index(events: list[SealedEvent]) -> None:
    """Bring the index up to date with the events it has not seen, many of one subject as one."""
    reached = keeping.watermark()
    if reached is None:
        keeping.rebuild()
        return
    unread = [event for event in events if event.seq > reached]
    if unread:
        keeping.update(subjects_of(unread), unread[-1].seq)


def subjects_of(events: list[SealedEvent]) -> Subjects:
    """What the events are about, each once."""
    return Subjects(
        policies=frozenset(event.data["policy"] for event in events if event.kind in _WHOLE),
        texts=frozenset(event.data["policy"] for event in events if event.kind in _TEXT),
        reasons=frozenset(
            (event.data["policy"], _number(event)) for event in events if event.kind in _REASON
        ),
        comments=frozenset(comment for event in events for comment in _comments(event)),
        suggestions=frozenset(
            (event.data["policy"], number) for event in events for number in _suggestions(event)
        ),
        people=frozenset(event.data["person"] for event in events if event.kind in _PERSON),
    )


def _comments(event: SealedEvent) -> list[int]:
    if event.kind == _RELEASED:
        return list(event.data["comments"])
    return [event.data["comment"]] if event.kind in _COMMENT else []


def _suggestions(event: SealedEvent) -> list[int]:
    if event.kind == _RELEASED:
        return list(event.data["contributions"])
    return [event.data["number"]] if event.kind in _SUGGESTION else []


def _number(event: SealedEvent) -> int:
    return int(event.data["number" if event.kind == "RevisionSaved" else "revision"])


def sweep_removed() -> None:
    """The duty after a removal for good: this package sweeps its index, moderation all the rest."""
    sweeping.sweep_removed(keeping.purge)


def keep_whole() -> None:
    """The duty that builds a missing or damaged index anew."""
    keeping.ensure_whole(KINDS)
