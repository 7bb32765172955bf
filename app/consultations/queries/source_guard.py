"""The changes without a source in words: article, before and after, for the gate of the decision."""

from __future__ import annotations

from typing import Any

from app.consultations.queries.sources import SourcedChange, unsourced
from app.messages import N_, Message
from app.policies.models import Policy
from app.text.chosen_parts import Part, parts_of_change
from app.text.diff import pieces
from app.text.labels import spoken

NAMED = 5  # changes that the refusal names one by one
QUOTED = 40  # characters of the words that it quotes
COMPARED = 20_000  # characters of both wordings; the gate does not wait for a longer comparison
SHORT = 6  # a shorter wording is quoted with the word behind it: 三日 says more than 三


def guard_sources(policy: Policy) -> list[Message]:
    """One sentence for each of the first changes that nothing explains, and one for the rest."""
    missing = unsourced(policy)
    found = [in_words(change) for change in missing[:NAMED]]
    if len(missing) > NAMED:
        more = N_("Changes that nothing explains besides these: %(count)s.")
        found.append(Message(more, {"count": len(missing) - NAMED}))
    return found


def in_words(change: SourcedChange) -> Message:
    """What a change did, named so that an officer finds it again."""
    values: dict[str, Any] = {"label": spoken(change.label), "number": change.number}
    if not change.before:
        said = N_("%(label)s is new in version %(number)s, and nothing says why.")
    elif not change.after:
        said = N_("%(label)s was taken out in version %(number)s, and nothing says why.")
    elif len(change.before) + len(change.after) > COMPARED:
        said = N_("%(label)s was changed in version %(number)s, and nothing says why.")
    elif not (parts := parts_of_change(change.before, change.after)):
        said = N_("%(label)s was moved in version %(number)s, and nothing says why.")
    else:
        said = _REWORDED[bool(parts[0].removed.strip()), bool(parts[0].inserted.strip())]
        values["before"] = _quoted(parts[0].removed, parts[0])
        values["after"] = _quoted(parts[0].inserted, parts[0])
    return Message(said, values)


_BECAME = N_(
    "%(label)s: “%(before)s” became “%(after)s” in version %(number)s, and nothing says why."
)
# By whether words went and whether words came.
_REWORDED = {
    (True, True): _BECAME,
    (False, True): N_(
        "%(label)s: “%(after)s” was added in version %(number)s, and nothing says why."
    ),
    (True, False): N_(
        "%(label)s: “%(before)s” was left out in version %(number)s, and nothing says why."
    ),
    (False, False): N_("%(label)s was set otherwise in version %(number)s; nothing says why."),
}


def _quoted(words: str, part: Part) -> str:
    """The words on one line; few of them with the next word, so that a figure has its unit."""
    is_short = max(len(part.removed), len(part.inserted)) <= SHORT
    is_replaced = part.removed.strip() and part.inserted.strip()
    behind = _next_word(part.after) if is_short and is_replaced else ""
    line = " ".join((words + behind).split())
    return line if len(line) <= QUOTED else line[: QUOTED - 1] + "…"


def _next_word(text: str) -> str:
    found = pieces(text)[:2]
    if not found or not found[0].strip():
        return "".join(found)
    return found[0] if found[0].isalnum() else ""
