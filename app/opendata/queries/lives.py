"""The tokens of every clause: when each came and went since the text is public, in what order they
stand in each wording, and whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from app.consensus.queries.lives import list_lives
from app.consensus.queries.public_history import list_lenient
from app.consensus.rules.life import Life, State
from app.opendata.queries.texts import Published
from app.policies.versions import get_version
from app.text.provenance import Origin

Row = dict[str, Any]


def token_rows(published: Published) -> Iterator[Row]:
    """One row a token of a clause: its word, whose it was when it first came (revision and
    suggestion by the strict attribution), and the revisions in which it came and went: in, out, in …

    Tokens that went before the text was public are in no file; one that stood there then came in
    with the first public revision, and its origin is [0, 0].
    """
    for clause, life in sorted(list_lives(published.policy.id).items()):
        origins = _first_origins(life)
        for token, ident in enumerate(_public(life, published.first)):
            yield {
                "policy": published.policy.slug,
                "clause": clause,
                "token": token,
                "text": life.words[ident],
                "origin": _told(origins[ident], published.first),
                "moments": _since(life.moments[ident], published.first),
            }


def alignment_rows(published: Published) -> Iterator[Row]:
    """For each wording of a clause its tokens in order, as runs (first, how many), and by runs the
    origin of each by the strict attribution (revision, suggestion, how many)."""
    for clause, life in sorted(list_lives(published.policy.id).items()):
        names = {ident: token for token, ident in enumerate(_public(life, published.first))}
        for state in _states(life, published.first):
            yield {
                "policy": published.policy.slug,
                "clause": clause,
                "rev": max(state.number, published.first),
                "wording": state.wording,
                "tokens": _ranges([names[ident] for ident in state.ids]),
                "strict": _runs(state.origins, published.first),
            }


def attribution_rows(published: Published) -> Iterator[Row]:
    """For each clause of the head with words the origin of each by the lenient attribution, as
    above."""
    head = published.policy.head_number
    lenient = list_lenient(published.policy.id, head)
    for clause in get_version(published.policy.id, head).outline:
        if lenient.get(clause.id):
            yield {
                "policy": published.policy.slug,
                "clause": clause.id,
                "rev": head,
                "lenient": _runs(lenient[clause.id], published.first),
            }


def _first_origins(life: Life) -> dict[int, Origin]:
    found: dict[int, Origin] = {}
    for step in life.steps:
        for gap in step.gaps:
            for ident, origin in zip(gap.ids, gap.origins, strict=True):
                found.setdefault(ident, origin)
    return found


def _told(origin: Origin, first: int) -> list[int]:
    """What came with the first public revision is from before it, unless there was none before."""
    is_told = origin.revision > first or first <= 1
    return [origin.revision, origin.suggestion] if is_told else [0, 0]


def _ranges(tokens: Sequence[int]) -> list[int]:
    found: list[int] = []
    for token in tokens:
        if found and token == found[-2] + found[-1]:
            found[-1] += 1
        else:
            found += [token, 1]
    return found


def _runs(origins: Sequence[Origin], first: int) -> list[int]:
    told = [_told(origin, first) for origin in origins]
    return [number for origin, run in groupby(told) for number in (*origin, len(list(run)))]


def _public(life: Life, first: int) -> list[int]:
    """The ids of tokens that stood at the first public revision or came later."""
    return [
        ident
        for ident, moments in enumerate(life.moments)
        if len(moments) % 2 or moments[-1] > first
    ]


def _since(moments: list[int], first: int) -> list[int]:
    """The comings and goings as outsiders know them: the first one is a coming."""
    later = [number for number in moments if number > first]
    stood = (len(moments) - len(later)) % 2 == 1
    return [first, *later] if stood else later


def _states(life: Life, first: int) -> Iterator[State]:
    """The wordings that outsiders may read: the one of the first public revision, and all later."""
    at_first = None
    for state in life.states():
        if state.number <= first:
            at_first = state
            continue
        if at_first is not None:
            yield at_first
            at_first = None
        yield state
    if at_first is not None:
        yield at_first
