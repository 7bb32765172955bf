"""Figures of a draft's words: who shaped it, what became of them, how long they last.

Counted of the lives of its clauses (strict) and of the stored attribution (lenient), as far as
outsiders may read its history.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app import clock
from app.consensus.queries.lives import excluded_of, list_lives, list_marked
from app.consensus.queries.public_history import Step, list_hands, list_lenient, list_steps
from app.consensus.rules import shares
from app.consensus.rules.fate import Fortune, fates, gone_by_role, told_moments
from app.consensus.rules.half_life import ROUNDS, exposure_of, half_life
from app.consensus.rules.life import Life
from app.consensus.rules.participation import people_told
from app.consensus.rules.shares import Hands
from app.policies.models import Policy
from app.policies.versions import get_version
from app.text.attribution import BULK
from app.text.provenance import Origin, Origins


@dataclass(frozen=True, slots=True)
class _Past:
    """A policy as far as outsiders may know it: its revisions without vandalism and what mended it,
    whose hand each origin is, the lives of its clauses, and every token's fortune with how many
    share it."""

    steps: Sequence[Step]
    hands: Hands
    lives: Mapping[str, Life]
    fortunes: Mapping[Fortune, int]


def _read(policy: Policy) -> _Past:
    steps, lives = list_steps(policy), list_lives(policy.id)
    hands = list_hands(policy, steps)
    marked = list_marked(policy.id)
    left_out = excluded_of(lives, marked) if marked else frozenset[int]()
    fortunes: Counter[Fortune] = Counter()
    for life in lives.values():
        for origin, moments in _tokens(life):
            told = told_moments(moments, steps[0].number, left_out)
            if told:
                fortunes[Fortune(hands.of(origin), told)] += 1
    counted = [steps[0], *(step for step in steps[1:] if step.number not in left_out)]
    return _Past(counted, hands, lives, fortunes)


def _tokens(life: Life) -> Iterable[tuple[Origin, Sequence[int]]]:
    """Of each token whose it was when it first came, and when it came and went."""
    origins: dict[int, Origin] = {}
    for step in life.steps:
        for gap in step.gaps:
            for ident, origin in zip(gap.ids, gap.origins, strict=True):
                origins.setdefault(ident, origin)
    return [(origins[ident], moments) for ident, moments in enumerate(life.moments)]


def count_shaped(policy: Policy) -> dict[str, Any]:
    """Whose words the current text has: of all of it (``whole``) and of each clause with words.

    Each with ``tokens`` and either ``roles`` (role → least and most per cent), or ``people`` (ids,
    in order of first contribution) where it is too short, or ``is_bulk``. ``gone``: by role the
    words it put in, how many are ``here`` (least, most), how many went with and without a reason.
    """
    past = _read(policy)
    lenient = list_lenient(policy.id, policy.head_number)
    strict = {ident: _strict(past.lives.get(ident), len(lenient[ident])) for ident in lenient}
    order = [clause.id for clause in get_version(policy.id, policy.head_number).outline]
    by_strict, by_lenient = (_joined(order, found) for found in (strict, lenient))
    return {
        "whole": _shares(by_strict, by_lenient, past.hands, is_whole=True),
        "clauses": [
            {"clause": ident, **_shares(strict[ident], lenient[ident], past.hands)}
            for ident in order
            if lenient.get(ident)
        ],
        "gone": _gone(
            past,
            shares.by_role(past.hands.count(by_strict)),
            shares.by_role(past.hands.count(by_lenient)),
        ),
    }


def _joined(order: Sequence[str], origins: Mapping[str, Origins]) -> Origins:
    return tuple(origin for ident in order for origin in origins.get(ident, ()))


def _strict(life: Life | None, tokens: int) -> Origins:
    """The strict origins of the clause as it is now; unknown where they were counted of others."""
    origins = life.now.origins if life is not None else ()
    return origins if len(origins) == tokens else (Origin(0),) * tokens


def _shares(
    strict: Origins, lenient: Origins, hands: Hands, *, is_whole: bool = False
) -> dict[str, Any]:
    found: dict[str, Any] = {"tokens": len(lenient)}
    if not is_whole and any(origin.suggestion == BULK for origin in {*strict, *lenient}):
        return {**found, "is_bulk": True}
    if len(lenient) < shares.FEW_WORDS:
        return {**found, "people": shares.in_order(lenient, hands)}
    by_strict, by_lenient = (shares.by_role(hands.count(origins)) for origins in (strict, lenient))
    return {**found, "roles": shares.ranges(by_strict, by_lenient)}


def _gone(
    past: _Past, strict: Mapping[str, int], lenient: Mapping[str, int]
) -> dict[str, dict[str, Any]]:
    has_reason = {step.number: step.has_reason for step in past.steps}
    found = {}
    for role, gone in sorted(gone_by_role(past.fortunes, has_reason).items()):
        here = sorted((strict.get(role, 0), lenient.get(role, 0)))
        # Words that somebody moved came in by the lenient rule in the hand of their author.
        put_in = max(gone.put_in, here[1])
        found[role] = {**asdict(gone), "put_in": put_in, "here": here}
    return found


def count_fate(policy: Policy) -> dict[str, Any]:
    """By role that put words in at least 14 days ago: how many ``words`` of how many ``people``,
    and, where there are enough, how many are ``alive`` and ``gone`` by the role that took them."""
    past = _read(policy)
    found = fates(
        past.fortunes,
        {step.number: step.at for step in past.steps},
        {step.number: step.role for step in past.steps},
        clock.now(),
    )
    return {
        "roles": {
            role: {
                "words": fate.words,
                "people": people_told(fate.people),
                **({"alive": fate.alive, "gone": dict(fate.gone)} if fate.is_told else {}),
            }
            for role, fate in sorted(found.items())
        }
    }


def count_half_life(policy: Policy) -> dict[str, Any]:
    """The half-life of the text's words in days with its interval, and all that it is counted of:
    ``seconds`` of tokens in the text, ``deaths`` by revision, and the ``seed`` and ``rounds``."""
    past = _read(policy)
    exposure = exposure_of(
        past.fortunes, {step.number: step.at for step in past.steps}, clock.now()
    )
    found = half_life(exposure, policy.id)
    return {
        "half_life": asdict(found) if found else None,
        "seconds": exposure.seconds,
        "deaths": exposure.all_deaths,
        "by_revision": [[number, count] for number, count in sorted(exposure.deaths.items())],
        "seed": policy.id,
        "rounds": ROUNDS,
    }
