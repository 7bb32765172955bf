"""Whether a change may pass as spelling or punctuation, of which nobody is told by mail."""

from __future__ import annotations

from app.text.diff import MAX_CHARACTERS, middle_of
from app.text.outline import Outline
from app.text.signals import changed_modals, changed_numbers


def may_be_minor(before: Outline, after: Outline) -> bool:
    """False where a clause came, went or moved, where a number or a word like "must" differs, and
    where there is too much to look at: what a reader of law looks for first is never minor."""
    if [clause.id for clause in before] != [clause.id for clause in after]:
        return False
    return all(_is_harmless(old.text, new.text) for old, new in zip(before, after, strict=True))


def _is_harmless(before: str, after: str) -> bool:
    if before == after:
        return True
    middle = middle_of(before, after)
    if len(middle.before) + len(middle.after) > MAX_CHARACTERS:
        return False
    return not (
        changed_numbers(middle.before, middle.after) or changed_modals(middle.before, middle.after)
    )
