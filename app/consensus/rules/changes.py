"""How a change is counted: tokens of the one text that are not in a longest common subsequence."""

from __future__ import annotations

from app.text.clauses import body_of
from app.text.outline import Clause, Outline
from app.text.tokens import lcs_length, tokens


def changes_between(before: Outline, after: Outline) -> dict[str, tuple[int, int]]:
    """By clause id: (tokens inserted, tokens deleted); clauses with the same words are left out.

    The clause's own number does not count: renumbering a law changes nobody's words.
    """
    old = {clause.id: clause for clause in before}
    new = {clause.id: clause for clause in after}
    found = {}
    for ident in [*new, *(gone for gone in old if gone not in new)]:
        change = _change(old.get(ident), new.get(ident))
        if change != (0, 0):
            found[ident] = change
    return found


def _change(old: Clause | None, new: Clause | None) -> tuple[int, int]:
    if old is not None and new is not None and old.hash == new.hash:
        return 0, 0
    before = tokens(body_of(old)) if old is not None else []
    after = tokens(body_of(new)) if new is not None else []
    common = lcs_length(before, after)
    return len(after) - common, len(before) - common
