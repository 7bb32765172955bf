"""What is known of one clause at one moment: the numbers that its status is found from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

MEASURES_VERSION = 1  # of the definitions in docs/measures.md; raise it with any of them
WINDOW = 28  # days that changes, undoing and swings are counted over


@dataclass(frozen=True, slots=True)
class ClauseFigures:
    """The measures of docs/measures.md §4 for one clause; words are tokens, people are distinct.

    Of the last WINDOW days, without vandalism and its reverts: ``revisions`` that changed the
    clause and the ``people`` behind them, ``gross`` and ``net`` change, ``undoing`` revisions (U)
    and the people doing or suffering it (``undo_people``, E_U). ``week_inserted`` and
    ``week_deleted`` are of the last 7 days. Open now: ``objections`` (B), ``suggestions`` (S, a
    near-identical group is one) of ``suggesters`` people, ``rivals`` (R), unanswered ``questions``,
    ``overdue`` of them older than the service standard, ``waiting`` all that is owed an answer.
    ``readers`` are the people who pressed *Read, no comment* or wrote on the clause since its last
    change of substance, by role, as published: "0", "1-4" or the number; ``readers_in_all`` too.
    ``verdict`` is that of ``rules.agreement`` on the current wording. ``vandalism`` counts the
    marked revisions that were left out, ``is_bulk`` says that a change was too large to attribute.
    """

    tokens: int = 0
    revisions: int = 0
    people: int = 0
    gross: int = 0
    net: int = 0
    undoing: int = 0
    undo_people: int = 0
    week_inserted: int = 0
    week_deleted: int = 0
    objections: int = 0
    suggestions: int = 0
    suggesters: int = 0
    rivals: int = 0
    questions: int = 0
    overdue: int = 0
    waiting: int = 0
    readers: Mapping[str, str] = field(default_factory=dict)
    readers_in_all: str = "0"
    verdict: str = "insufficient"
    vandalism: int = 0
    is_bulk: bool = False

    @property
    def oscillation(self) -> float | None:
        """1 - net/gross, in [0, 1]; None where too little changed to say (measure 5)."""
        if self.gross < 6 or self.revisions < 3:
            return None
        return 1 - self.net / self.gross

    def to_json(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, written: str) -> ClauseFigures:
        return cls(**json.loads(written))
