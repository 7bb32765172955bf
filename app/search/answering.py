"""A question answered over the segments of an index: which documents, how many, in which order.

Private policies are cut out before anything is matched, counted, ranked or suggested.
"""

import heapq
import math
import re
from collections.abc import Iterator, Sequence
from functools import reduce

from app.search.grammar import Clause, Question, parse
from app.search.port import FACETS, Answer, Hit, Query
from app.search.segment_view import SegmentView, docs_of
from app.search.stemmer import stem

_PRIORS = {"revision": 0.6, "comment": 0.7, "suggestion": 0.7}
_NEARNESS = 1.5
_LARGEST_PAGE = 100
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CORRECTED_WORDS = 2
_CORRECTABLE = range(4, 17)


def answer(query: Query, views: Sequence[SegmentView]) -> Answer:
    """One page of the hits of a query, with facet counts and perhaps a correction."""
    question = parse(query.q)
    visible = [_visible(view, query.may_see) for view in views]
    matched = [_matched(question, view, bits) for view, bits in zip(views, visible, strict=True)]
    chosen = query.chosen()
    found = [_narrowed(view, bits, chosen) for view, bits in zip(views, matched, strict=True)]
    total = sum(bits.bit_count() for bits in found)
    return Answer(
        total,
        tuple(_page(question, query, views, found)),
        _facets(views, matched, chosen),
        _corrected(query.q, question, views, visible),
        question.marks,
    )


def _visible(view: SegmentView, may_see: frozenset[int]) -> int:
    bits = view.tags.get("public", 0)
    for policy_id in may_see:
        bits |= view.bits("policy", str(policy_id))
    return bits & view.live


def _matched(question: Question, view: SegmentView, bits: int) -> int:
    if not question.wanted:
        return 0
    for clause in question.wanted:
        bits &= _clause_bits(clause, view, bits)
    for clause in question.unwanted:
        bits &= ~_clause_bits(clause, view, bits)
    return bits


def _clause_bits(clause: Clause, view: SegmentView, bits: int) -> int:
    for need in clause.needs:
        if not bits:
            break
        bits &= view.bits(need.field, need.term)
    return bits


def _narrowed(view: SegmentView, bits: int, chosen: dict[str, str]) -> int:
    return reduce(
        lambda left, item: left & view.tags.get(f"{item[0]}:{item[1]}", 0), chosen.items(), bits
    )


def _facets(
    views: Sequence[SegmentView], matched: Sequence[int], chosen: dict[str, str]
) -> dict[str, dict[str, int]]:
    """For each facet the counts of its values under what was chosen in the other facets."""
    counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for view, bits in zip(views, matched, strict=True):
        if not bits:
            continue
        bases = {
            name: _narrowed(view, bits, {n: v for n, v in chosen.items() if n != name})
            for name in FACETS
        }
        for tag, members in view.tags.items():
            name, _, value = tag.partition(":")
            count = (bases[name] & members).bit_count() if value else 0
            if count:
                counts[name][value] = counts[name].get(value, 0) + count
    return counts


def _page(
    question: Question, query: Query, views: Sequence[SegmentView], found: Sequence[int]
) -> Iterator[Hit]:
    """The hits of one page: best first, then newest, then by key."""
    size = min(max(query.size, 1), _LARGEST_PAGE)
    begin = (max(query.page, 1) - 1) * size
    if begin >= sum(bits.bit_count() for bits in found):
        return
    idf = _idf(question, views)
    ranked = (
        (-score, -view.days[doc], view.keys[doc])
        for view, bits in zip(views, found, strict=True)
        if bits
        for doc, score in _scores(question, view, bits, idf)
    )
    for score, _, key in heapq.nsmallest(begin + size, ranked)[begin:]:
        yield Hit(key, round(-score, 4))


def _idf(question: Question, views: Sequence[SegmentView]) -> dict[str, float]:
    words = {word for clause in question.wanted for word in clause.scored}
    count = sum(view.size for view in views)
    weights = {}
    for word in words:
        frequency = sum(len(view.postings("words", word).docs) for view in views)
        weights[word] = math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))
    return weights


def _scores(
    question: Question, view: SegmentView, bits: int, idf: dict[str, float]
) -> Iterator[tuple[int, float]]:
    sums = [1.0] * view.size
    for word, weight in idf.items():
        postings = view.postings("words", word)
        for doc, impact in zip(postings.docs, postings.impacts, strict=True):
            sums[doc] += weight * impact
    factors = [(view.tags.get(f"in:{name}", 0), prior) for name, prior in _PRIORS.items()]
    if question.near:
        near = reduce(lambda left, gram: left & view.bits("grams", gram), question.near, bits)
        factors.append((near, _NEARNESS))
    for members, factor in factors:
        for doc in docs_of(members & bits):
            sums[doc] *= factor
    return ((doc, sums[doc]) for doc in docs_of(bits))


def _corrected(
    typed: str, question: Question, views: Sequence[SegmentView], visible: Sequence[int]
) -> str | None:
    """The question with up to two unknown English words replaced, if that finds something.

    Only words of documents that this person may see are offered: a guess must not betray a word
    of a private text.
    """
    known = dict.fromkeys(question.latin)
    unknown = [
        word
        for word in known
        if len(word) in _CORRECTABLE and not _frequency(stem(word), views, visible)
    ]
    corrected = typed
    for word in unknown[:_CORRECTED_WORDS]:
        guesses = {guess: _frequency(stem(guess), views, visible) for guess in _edits(word)}
        best = max(guesses, key=lambda guess: (guesses[guess], guess))
        if guesses[best]:
            corrected = re.sub(rf"(?<!\w){word}(?!\w)", best, corrected, flags=re.IGNORECASE)
    if corrected == typed:
        return None
    again = parse(corrected)
    finds = any(_matched(again, view, bits) for view, bits in zip(views, visible, strict=True))
    return corrected if finds else None


def _frequency(root: str, views: Sequence[SegmentView], visible: Sequence[int]) -> int:
    return sum(
        (view.bits("words", root) & bits).bit_count()
        for view, bits in zip(views, visible, strict=True)
    )


def _edits(word: str) -> set[str]:
    """Every string one slip away: a letter left out, doubled, mistaken, or two exchanged."""
    halves = [(word[:i], word[i:]) for i in range(1, len(word) + 1)]
    less = {head + tail[1:] for head, tail in halves if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in halves if len(tail) > 1}
    other = {head + letter + tail[1:] for head, tail in halves if tail for letter in _LETTERS}
    more = {head + letter + tail for head, tail in halves for letter in _LETTERS}
    return (less | swapped | other | more) - {word}
