"""Found words marked in the text as it is stored, and the stretch of it worth showing.

Spans are found in the folded text and carried back, so 停車 marks 停车 and 第5条 marks 第 五 條.
Nothing is escaped here: templates do that.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from app.search.analyzer import labels
from app.search.folding import fold
from app.search.grammar import Mark
from app.search.stemmer import stem

# A text is looked through piece by piece until every mark was met: a law has 500,000 characters,
# and folding is most of the cost of a snippet.
_PIECE_CHARS = 1_500
_OVERLAP = 80
_REST_OF_WORD = re.compile("[a-z0-9]+")
_SENTENCE_ENDS = "。！？；\n"
_JOINERS = "\u200d\ufe0e\ufe0f"
_REGIONAL_ROW = re.compile("[\U0001f1e6-\U0001f1ff]+\\Z")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of text in parts (text, is marked), and where it begins in the whole text."""

    parts: tuple[tuple[str, bool], ...]
    offset: int
    begins_text: bool
    ends_text: bool


def mark(text: str, marks: Iterable[Mark]) -> tuple[tuple[str, bool], ...]:
    """The whole text (a title) in parts (text, is marked)."""
    wanted = tuple(marks)
    spans = [span for span, _ in _spans(text, wanted)]
    return _parts(text, 0, len(text), _joined(spans))


def snippet(text: str, marks: Iterable[Mark], width: int = 160) -> Snippet:
    """The stretch of about `width` characters with the most different marks, the first of such.

    Without any mark in the text: its beginning.
    """
    wanted = tuple(marks)
    found: list[tuple[Span, Mark]] = []
    for begin in range(0, len(text), _PIECE_CHARS):
        shift = max(begin - _OVERLAP, 0)
        for (a, b), which in _spans(text[shift : begin + _PIECE_CHARS + _OVERLAP], wanted):
            if begin <= a + shift < begin + _PIECE_CHARS:  # the overlap only keeps words whole
                found.append(((a + shift, b + shift), which))
        if len({which for _, which in found}) == len(wanted):
            break
    start, end = _window(text, found, width)
    spans = _joined(span for span, _ in found)
    return Snippet(_parts(text, start, end, spans), start, start == 0, end == len(text))


def _spans(text: str, marks: tuple[Mark, ...]) -> list[tuple[Span, Mark]]:
    """Where each mark stands in the text, in order."""
    folded = fold(text)
    found = [
        (folded.original(start, end), which)
        for which in marks
        for start, end in _FINDERS[which.kind](folded.text, which)
    ]
    return sorted(found, key=lambda item: item[0])


def _stems(folded: str, which: Mark) -> Iterator[Span]:
    root = which.text
    if not root.isascii():
        pattern = re.compile(f"(?<![^\\W_]){re.escape(root)}(?![^\\W_])")
        yield from (match.span() for match in pattern.finditer(folded) if stem(match[0]) == root)
        return
    # A stem differs from its word from its last letter on; `find` is far quicker than a pattern.
    beginning = root[:-1] if len(root) > 2 else root
    start = folded.find(beginning)
    while start >= 0:
        word = _REST_OF_WORD.match(folded, start)
        end = word.end() if word else start
        begins = start == 0 or not _REST_OF_WORD.fullmatch(folded, start - 1, start)
        if begins and stem(folded[start:end]) == root:
            yield start, end
        start = folded.find(beginning, max(end, start + 1))


def _runs(folded: str, which: Mark) -> Iterator[Span]:
    """The whole run; where it is missing its words, and single characters only as a last resort."""
    texts = [which.text]
    if which.text in folded:
        texts += [part for part in which.parts if len(part) > 1]
    else:
        texts += [part for part in which.parts if len(part) > 1] or list(which.parts)
    texts.sort(key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(text) for text in dict.fromkeys(texts)))
    return (match.span() for match in pattern.finditer(folded))


def _labels(folded: str, which: Mark) -> Iterator[Span]:
    return ((start, end) for label, start, end in labels(folded) if label == which.text)


_FINDERS: dict[str, Callable[[str, Mark], Iterator[Span]]] = {
    "stem": _stems,
    "run": _runs,
    "label": _labels,
}


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Sorted spans with those that touch or overlap made one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _window(text: str, found: list[tuple[Span, Mark]], width: int) -> Span:
    """Choose the stretch and cut it where a reader would."""
    if len(text) <= width:
        return 0, len(text)
    first = _best(found, width)
    start = max(first - width // 4, 0)
    sentence = max(text.rfind(end, start, first) for end in _SENTENCE_ENDS) + 1
    start = _safe(text, sentence or start)
    end = _safe(text, min(max(start + width, first + 1), len(text)))
    if end == len(text):
        start = _safe(text, max(end - width, 0))
    return start, end


def _best(found: list[tuple[Span, Mark]], width: int) -> int:
    """Where the densest stretch begins: most different marks, then most marks, then first."""
    best, best_place, last = (0, 0), 0, 0
    room = width * 3 // 4
    counts: dict[Mark, int] = {}
    for index, ((begin, _), which) in enumerate(found):
        while last < len(found) and found[last][0][1] <= begin + room:
            counts[found[last][1]] = counts.get(found[last][1], 0) + 1
            last += 1
        weight = (sum(count > 0 for count in counts.values()), last - index)
        if weight > best or index == 0:
            best, best_place = weight, begin
        if counts.get(which):
            counts[which] -= 1
        last = max(last, index + 1)
    return best_place


def _safe(text: str, place: int) -> int:
    """The nearest earlier place where no short word and no cluster would be torn.

    Clusters longer than 64 characters are no writing and may be cut.
    """
    for is_torn, reach in ((_tears_word, 24), (_tears_cluster, 64)):
        for earlier in range(place, max(place - reach, -1), -1):
            if not is_torn(text, earlier):
                return earlier
    return place


def _tears_word(text: str, place: int) -> bool:
    around = text[max(place - 1, 0) : place + 1]
    in_word = 0 < place < len(text) and around.isascii() and around.isalnum()
    return in_word or _tears_cluster(text, place)


def _tears_cluster(text: str, place: int) -> bool:
    if place in (0, len(text)):
        return False
    before, after = text[place - 1], text[place]
    is_skin = "\U0001f3fb" <= after <= "\U0001f3ff"
    extends = unicodedata.category(after).startswith("M") or after in _JOINERS
    return is_skin or extends or before == "\u200d" or _halves_a_flag(text, place)


def _halves_a_flag(text: str, place: int) -> bool:
    """Flags are pairs of regional letters, counted from where their row begins."""
    row = _REGIONAL_ROW.search(text, max(place - 64, 0), place)
    return bool(row and len(row.group()) % 2 and _REGIONAL_ROW.search(text[place]))


def _parts(text: str, start: int, end: int, spans: list[Span]) -> tuple[tuple[str, bool], ...]:
    parts: list[tuple[str, bool]] = []
    reached = start
    for a, b in spans:
        a, b = max(a, start), min(b, end)
        if a >= b:
            continue
        if a > reached:
            parts.append((text[reached:a], False))
        parts.append((text[a:b], True))
        reached = b
    if reached < end:
        parts.append((text[reached:end], False))
    return tuple(parts)
