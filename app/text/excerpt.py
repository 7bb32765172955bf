"""A comparison of two wordings cut down for a card: each change with some words around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.text.diff import Run, pieces

AROUND = 24  # pieces (words, Han characters, blanks) that stay on either side of a change
_WORTH_IT = 24  # fewer than this are not left out: reading them costs less than the gap

Stretch = tuple[Run, ...]


def stretches(runs: Iterable[Run], around: int = AROUND) -> tuple[Stretch, ...]:
    """The runs without their long unchanged parts; words are left out between two stretches.

    An empty stretch at an end says that words were left out there.
    """
    known = tuple(runs)
    found: list[list[Run]] = [[]]
    for place, (sign, words) in enumerate(known):
        cut = pieces(words) if sign == "=" else []
        before = around if place else 0
        after = around if place + 1 < len(known) else 0
        if len(cut) - before - after < _WORTH_IT or before + after == 0:
            found[-1].append((sign, words))
            continue
        if before:
            found[-1].append((sign, "".join(cut[:before])))
        found.append([])
        if after:
            found[-1].append((sign, "".join(cut[-after:])))
    return tuple(tuple(stretch) for stretch in found)


def shortened(known: Sequence[Stretch], most: int) -> tuple[Stretch, ...]:
    """The stretches up to ``most`` characters in all, with an empty one behind what was cut."""
    found: list[Stretch] = []
    left = most
    for stretch in known:
        kept: list[Run] = []
        for sign, words in stretch:
            if left <= 0 or len(words) > left:
                kept.extend([(sign, words[:left])] if left > 0 else [])
                return (*found, tuple(kept), ())
            kept.append((sign, words))
            left -= len(words)
        found.append(tuple(kept))
    return tuple(found)
