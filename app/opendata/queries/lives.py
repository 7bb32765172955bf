"""The tokens of every clause: when each came and went since the text is public, and in what order
they stand in each wording."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.consensus.queries.lives import list_lives
from app.consensus.rules.life import Life, State
from app.opendata.queries.texts import Published

Row = dict[str, Any]


def token_rows(published: Published) -> Iterator[Row]:
    """One row a token of a clause: its word, the revision it came in with first, and the revisions
    in which it went and came again.

    Tokens that went before the text was public are in no file; one that stood there then came in
    with the first public revision, whenever that was.
    """
    for clause, life in sorted(list_lives(published.policy.id).items()):
        for token, ident in enumerate(_public(life, published.first)):
            moments = _since(life.moments[ident], published.first)
            yield {
                "policy": published.policy.slug,
                "clause": clause,
                "token": token,
                "text": life.words[ident],
                "origin_rev": moments[0],
                "moments": moments[1:],
            }


def alignment_rows(published: Published) -> Iterator[Row]:
    """For each wording of a clause the tokens in their order: first and how many of each run, and
    by the same runs the revision and suggestion that each is from by the strict attribution."""
    for clause, life in sorted(list_lives(published.policy.id).items()):
        names = {ident: token for token, ident in enumerate(_public(life, published.first))}
        for state in _states(life, published.first):
            yield {
                "policy": published.policy.slug,
                "clause": clause,
                "rev": max(state.number, published.first),
                "wording": state.wording,
                "tokens": [names[ident] for ident in state.ids],
                "strict": [
                    [max(origin.revision, published.first), origin.suggestion]
                    if origin.revision >= published.first
                    else [0, 0]
                    for origin in state.origins
                ],
            }


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
