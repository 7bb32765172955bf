"""The same question asked of the documents themselves, while there is no index.

Slow, so it stops after a while with what it has found: titles first, then the newest reasons and
comments and suggestions, then whole texts, the one that changed last first.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.search import queries
from app.search.analyzer import Terms, terms_of
from app.search.folding import fold
from app.search.grammar import Clause, Need, Question, parse
from app.search.port import FACETS, Answer, Document, Hit, Query

SECONDS = 0.5
_SHORT_TEXTS = 1_000
_LONGEST_AT_ONCE = 200_000  # characters; a longer text alone would take all the time


@dataclass(frozen=True, slots=True)
class _Match:
    document: Document
    score: int


def search(query: Query, seconds: float = SECONDS) -> Answer:
    """An answer like that of the index, perhaps of a part of the documents only."""
    question = parse(query.q)
    found: dict[str, _Match] = {}
    if question.wanted:
        for document in _documents(seconds):
            score = _score(question, document, query.may_see)
            if score:
                found[document.key] = _Match(document, score)
            else:
                found.pop(document.key, None)  # its title fitted, all of it does not
    return _answer(query, question, list(found.values()))


def _documents(seconds: float) -> Iterator[Document]:
    """All documents in the order above, each kind for a part of the time."""
    begin = time.monotonic()
    for share, documents in (
        (0.3, queries.list_titles()),
        (0.45, queries.list_newest_revisions(_SHORT_TEXTS)),
        (0.6, queries.list_newest_comments(_SHORT_TEXTS)),
        (0.7, queries.list_newest_suggestions(_SHORT_TEXTS)),
        (1.0, queries.list_newest_policies()),
    ):
        for document in documents:
            if time.monotonic() - begin > seconds * share:
                break
            yield document


def _score(question: Question, document: Document, may_see: frozenset[int]) -> int:
    """How often the words occur; 0 when the document does not fit or is not for this person."""
    if document.private and document.policy_id not in may_see:
        return 0
    title = document.title if document.type == "policy" else ""
    body = document.body[:_LONGEST_AT_ONCE]
    folded = fold(f"{title}\n\n{body}").text
    needs = [need for clause in question.wanted for need in clause.needs]
    if not all(_may_hold(folded, need) for need in needs):
        return 0
    terms = terms_of(title, body)
    if not all(_holds(terms, clause) for clause in question.wanted):
        return 0
    if any(_holds(terms, clause) for clause in question.unwanted):
        return 0
    return 1 + sum(terms.words[word] for clause in question.wanted for word in clause.scored)


def _may_hold(folded: str, need: Need) -> bool:
    """A quick look that spares most texts the analysis; only "no" is certain."""
    if need.field == "grams":
        return need.term in folded or " " in need.term
    is_label = need.term.startswith("第")
    return is_label or (need.term[:-1] or need.term) in folded


def _holds(terms: Terms, clause: Clause) -> bool:
    return all(
        need.term in (terms.words if need.field == "words" else terms.grams)
        for need in clause.needs
    )


def _answer(query: Query, question: Question, found: list[_Match]) -> Answer:
    chosen = query.chosen()
    fitting = [match for match in found if _fits(match.document, chosen)]
    fitting.sort(key=lambda match: (-match.score, -match.document.dated_on.toordinal()))
    begin = (max(query.page, 1) - 1) * query.size
    return Answer(
        total=len(fitting),
        hits=tuple(
            Hit(match.document.key, float(match.score))
            for match in fitting[begin : begin + query.size]
        ),
        facets=_facets([match.document for match in found], chosen),
        marks=question.marks,
    )


def _facets(documents: Iterable[Document], chosen: Mapping[str, str]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for document in documents:
        for name, value in _values(document).items():
            others = {n: v for n, v in chosen.items() if n != name}
            if value and _fits(document, others):
                counts[name][value] = counts[name].get(value, 0) + 1
    return counts


def _fits(document: Document, chosen: Mapping[str, str]) -> bool:
    values = _values(document)
    return all(values[name] == value for name, value in chosen.items())


def _values(document: Document) -> dict[str, str]:
    return {
        "phase": document.phase,
        "kind": document.kind,
        "language": document.language,
        "department": document.department,
        "in": document.type,
    }
