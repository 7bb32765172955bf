"""Answer a question for one person: from the index, or from the database while there is none."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock

from app.access.actor import Actor
from app.search import database_search, queries
from app.search.port import Answer, Hit, IndexDamaged, Query
from app.search.queries import Found, State
from app.search.services import the_index

_KEPT = 512
_CAREFUL_PAGE, _CAREFUL_PAGES = 100, 3


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits as they may be shown, with the count of all.

    ``facets`` is empty when counting them could betray something. ``is_complete`` False: the
    index is being built or lags behind, and there may be more.
    """

    total: int
    hits: tuple[Found, ...]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    corrected: str | None = None
    is_complete: bool = True


_Key = tuple[State, int, Query]


class _Shelf:
    """The answers asked last; safe for threads."""

    def __init__(self) -> None:
        self._results: OrderedDict[_Key, Results] = OrderedDict()
        self._lock = Lock()

    def get(self, key: _Key) -> Results | None:
        with self._lock:
            found = self._results.get(key)
            if found is not None:
                self._results.move_to_end(key)
            return found

    def put(self, key: _Key, results: Results) -> None:
        with self._lock:
            self._results[key] = results
            while len(self._results) > _KEPT:
                self._results.popitem(last=False)


_shelf = _Shelf()


def search(query: Query, actor: Actor) -> Results:
    """What ``actor`` finds; never raises for what was typed, nor for the state of the index.

    An answer is kept for as long as nothing at all was written: then looking again in the
    database could not tell anything new, whoever of the same rights asks.
    """
    state = queries.get_state()
    query = replace(query, may_see=queries.find_private_policies(actor))
    try:
        key = (state, the_index().watermark(), query)
        results = _shelf.get(key)
        if results is None:
            results = _from_index(query, actor, key[1])
            _shelf.put(key, results)
    except IndexDamaged:
        results = _from_database(query, actor)
    return results


def _from_index(query: Query, actor: Actor, watermark: int) -> Results:
    if queries.has_unread_withdrawals(watermark):
        return _carefully(query, actor)
    answer = the_index().search(query)
    results = _checked(answer, actor)
    return results if results is not None else _carefully(query, actor)


def _from_database(query: Query, actor: Actor) -> Results:
    answer = database_search.search(query)
    results = _checked(answer, actor) or Results(0, ())
    return replace(results, is_complete=False)


def _checked(answer: Answer, actor: Actor) -> Results | None:
    """The answer with its hits looked up; None when one of them may not be shown."""
    sources = queries.find_sources([hit.key for hit in answer.hits], actor)
    if len(sources) < len(answer.hits):
        return None
    hits = tuple(source(answer.marks) for source in sources.values())
    return Results(answer.total, hits, answer.facets, answer.corrected)


def _carefully(query: Query, actor: Actor) -> Results:
    """An answer from an index that still holds what was taken away: every hit that counts is
    looked up, and nothing is told that was counted without looking."""
    hits: list[Hit] = []
    for page in range(1, _CAREFUL_PAGES + 1):
        answer = the_index().search(replace(query, page=page, size=_CAREFUL_PAGE))
        hits.extend(answer.hits)
        if len(answer.hits) < _CAREFUL_PAGE:
            break
    sources = list(queries.find_sources([hit.key for hit in hits], actor).values())
    begin = (query.page - 1) * query.size
    shown = tuple(source(answer.marks) for source in sources[begin : begin + query.size])
    return Results(len(sources), shown, is_complete=answer.total <= len(hits))
