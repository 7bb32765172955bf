"""The heartbeat of a draft: what came and went week by week, and whether it grows calm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from app.text.attribution import words_of
from app.text.outline import Clause, Outline
from app.text.tokens import lcs_length

KINDS = ("substantive", "normative")  # of which words are counted; of editorial changes the number
STEPS = 8  # the trend looks at the last nine whole weeks, and so at eight steps
FEWEST_STEPS = 3
FEWEST_WEEKS = 2  # with changes in them, for a trend
MOST_PAIRS = 4_000_000_000  # of tokens, that the distances of one draft may look at


@dataclass(frozen=True, slots=True)
class Change:
    """What revision ``number`` did on ``day``: words by kind, and changes that were editorial."""

    number: int
    day: date
    inserted: Mapping[str, int] = field(default_factory=dict)
    deleted: Mapping[str, int] = field(default_factory=dict)
    editorial: int = 0

    @property
    def words(self) -> int:
        return sum(self.inserted.values()) + sum(self.deleted.values())


@dataclass(frozen=True, slots=True)
class Bar:
    """One week (or month, quarter, year) from ``begins`` on. ``first`` and ``last`` are the numbers
    of its revisions, 0 without any; ``distance`` is how many words its last text is from today's
    (None: not counted so far back); ``ticks`` are the codes of what was announced in it."""

    begins: date
    inserted: dict[str, int]
    deleted: dict[str, int]
    editorial: int = 0
    edits: int = 0
    first: int = 0
    last: int = 0
    distance: int | None = None
    ticks: tuple[tuple[str, str], ...] = ()

    def to_data(self) -> dict[str, Any]:
        return {**asdict(self), "begins": self.begins.isoformat()}


@dataclass(frozen=True, slots=True)
class Trend:
    """``word``: fell, rose, level (no clear trend), quiet (nothing in these weeks) or few (too
    little to say). ``first`` and ``last`` are the words of the first and last of the weeks,
    ``falling`` and ``rising`` how many of the ``steps`` went down and up."""

    word: str
    steps: int = 0
    first: int = 0
    last: int = 0
    falling: int = 0
    rising: int = 0


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month_of(day: date) -> date:
    return day.replace(day=1)


def _quarter_of(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _year_of(day: date) -> date:
    return date(day.year, 1, 1)


# A bar may be this much; a draft that took years would have hundreds of weeks. With how many bars
# a picture still reads, and how many days lead into the next bar whatever its length.
PERIODS: Mapping[str, tuple[Callable[[date], date], int, int]] = {
    "week": (monday_of, 53, 7),
    "month": (_month_of, 48, 31),
    "quarter": (_quarter_of, 40, 92),
    "year": (_year_of, 9_999, 366),
}


def bars_of(changes: Sequence[Change], ticks: Iterable[tuple[date, str]]) -> tuple[str, list[Bar]]:
    """The length of a bar, and the bars from the first to the last change, empty ones as zeros.

    ``changes`` by number, whose days never fall. Nothing changed: no bars.
    """
    if not changes:
        return "week", []
    period, begins, begin = bars_begin(changes[0].day, changes[-1].day)
    by_begin: dict[date, list[Change]] = {day: [] for day in begins}
    announced: dict[date, list[tuple[str, str]]] = {day: [] for day in begins}
    for change in changes:
        by_begin[begin(change.day)].append(change)
    for day, code in ticks:
        if begin(day) in announced:
            announced[begin(day)].append((day.isoformat(), code))
    return period, [_bar(day, by_begin[day], tuple(announced[day])) for day in begins]


def bars_begin(first: date, last: date) -> tuple[str, list[date], Callable[[date], date]]:
    """The shortest period of which so many bars still read, where its bars begin from the day
    ``first`` to the day ``last``, and what gives the beginning of the bar that a day lies in."""
    spreads = (
        (period, list(_begins(begin(first), last, begin, longest)), begin, most)
        for period, (begin, most, longest) in PERIODS.items()
    )
    return next(
        (period, begins, begin) for period, begins, begin, most in spreads if len(begins) <= most
    )


def _begins(first: date, last: date, begin: Callable[[date], date], longest: int) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day = begin(day + timedelta(days=longest))


def _bar(begins: date, changes: Sequence[Change], ticks: tuple[tuple[str, str], ...]) -> Bar:
    return Bar(
        begins=begins,
        inserted={kind: sum(each.inserted.get(kind, 0) for each in changes) for kind in KINDS},
        deleted={kind: sum(each.deleted.get(kind, 0) for each in changes) for kind in KINDS},
        editorial=sum(each.editorial for each in changes),
        edits=len(changes),
        first=changes[0].number if changes else 0,
        last=changes[-1].number if changes else 0,
        ticks=ticks,
    )


def trend_of(changes: Sequence[Change], today: date, *, since: date) -> Trend:
    """Whether the words changed per week grow fewer, over the last whole weeks of a draft that is
    there ``since`` then; this week is not over and says nothing yet."""
    this = monday_of(today)
    weeks = min((this - monday_of(since)).days // 7, STEPS + 1)
    if weeks <= FEWEST_STEPS:
        return Trend("few", steps=max(weeks - 1, 0))
    mondays = [this - timedelta(weeks=back) for back in range(weeks, 0, -1)]
    words = dict.fromkeys(mondays, 0)
    for change in changes:
        monday = monday_of(change.day)
        if monday in words:
            words[monday] += change.words
    return _trend(list(words.values()))


def _trend(words: Sequence[int]) -> Trend:
    steps = len(words) - 1
    falling = sum(later < earlier for earlier, later in pairwise(words))
    rising = sum(later > earlier for earlier, later in pairwise(words))
    found = Trend("level", steps, words[0], words[-1], falling, rising)
    if not any(words):
        return replace(found, word="quiet")
    if sum(count > 0 for count in words) < FEWEST_WEEKS:
        return replace(found, word="few")
    if words[-1] < words[0] and falling > rising:
        return replace(found, word="fell")
    if words[-1] > words[0] and rising > falling:
        return replace(found, word="rose")
    return found


class Distances:
    """How many words a text is from today's: put in and taken out, clause by clause.

    The same wording of a clause is compared once; beyond MOST_PAIRS pairs of tokens there is no
    answer any more.
    """

    def __init__(self, today: Outline) -> None:
        self._today = {clause.id: clause for clause in today}
        self._known: dict[tuple[str, str], int] = {}
        self._left = MOST_PAIRS

    def of(self, outline: Outline) -> int | None:
        """The distance of ``outline``, in tokens; None when that took too long."""
        before = {clause.id: clause for clause in outline}
        total = 0
        for ident in before.keys() | self._today.keys():
            total += self._of(ident, before.get(ident))
            if self._left < 0:
                return None
        return total

    def _of(self, ident: str, before: Clause | None) -> int:
        key = (ident, before.hash if before else "")
        if key not in self._known:
            self._known[key] = self._counted(before, self._today.get(ident))
        return self._known[key]

    def _counted(self, before: Clause | None, now: Clause | None) -> int:
        if before and now and before.hash == now.hash:
            return 0
        old = words_of(before) if before else []
        new = words_of(now) if now else []
        self._left -= len(old) * len(new)
        if self._left < 0:
            return 0
        return len(old) + len(new) - 2 * lcs_length(old, new)
