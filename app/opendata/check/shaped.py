"""Whose words a text has, what became of them, and how long they last (measures 9 to 11)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from math import log
from random import Random

from .cells import told
from .files import Row
from .history import History
from .lives import Life, Origin, runs

Hand = tuple[str, str]  # role at the time and person; no person where nobody can say
NOBODYS = frozenset({"earlier", "bulk", "pending"})
LIMITS = (3.00, 4.74, 6.30, 7.75, 9.15)
DAY = 86_400


class Shaped:
    """The origins and the fates of all tokens of one policy."""

    def __init__(self, history: History, lives: Mapping[str, Life]) -> None:
        self.history = history
        self.lenient = {
            row["clause"]: runs(row["lenient"]) for row in history.policy.rows("attribution.jsonl")
        }
        self.strict = {
            clause: self._strict(lives.get(clause, Life()), len(origins))
            for clause, origins in self.lenient.items()
        }
        self._lives = lives

    @staticmethod
    def _strict(life: Life, size: int) -> list[Origin]:
        origins = life.states[-1].strict if life.states else []
        return origins if len(origins) == size else [(0, 0)] * size

    def hand(self, origin: Origin) -> Hand:
        """Whose it is: of the suggestion that was credited, else of whoever saved the revision."""
        number, suggestion = origin
        revision = self.history.revisions.get(number)
        if revision is None:
            return ("earlier" if self.history.first > 1 else "pending", "")
        if suggestion == -1:
            return ("bulk", "")
        for credit in revision.get("credits", ()):
            if credit["suggestion"] == suggestion:
                return (credit["role"], credit["actor"])
        return (revision["role_at_time"], revision["actor"])

    def by_role(self, origins: Sequence[Origin]) -> Counter[str]:
        found: Counter[str] = Counter()
        for origin, count in Counter(origins).items():
            found[self.hand(origin)[0]] += count
        return found

    @cached_property
    def fortunes(self) -> Counter[tuple[Hand, tuple[int, ...]]]:
        """How many tokens were put in by whom and came and went when; vandalism did not happen."""
        left_out = self.history.left_out()
        found: Counter[tuple[Hand, tuple[int, ...]]] = Counter()
        for life in self._lives.values():
            for origin, moments in zip(life.origins, life.moments, strict=True):
                course: list[int] = []
                for place, number in enumerate(moments):
                    comes = place % 2 == 0
                    if number not in left_out and comes == (len(course) % 2 == 0):
                        course.append(number)
                if course:
                    found[self.hand(origin), tuple(course)] += 1
        return found


def shaped(history: History, words: Shaped, _now: datetime) -> Row:
    """Panel D: shares by two attributions, and what became of each role's words."""
    order: list[str] = []
    for revision in history.revisions.values():
        order = revision.get("clauses", order)
    clauses = [clause for clause in order if words.lenient.get(clause)]
    strict = [origin for clause in clauses for origin in words.strict[clause]]
    lenient = [origin for clause in clauses for origin in words.lenient[clause]]
    return {
        "whole": _shares(words, strict, lenient, is_whole=True),
        "clauses": [
            {"clause": clause, **_shares(words, words.strict[clause], words.lenient[clause])}
            for clause in clauses
        ],
        "gone": _gone(history, words, words.by_role(strict), words.by_role(lenient)),
    }


def _shares(
    words: Shaped, strict: Sequence[Origin], lenient: Sequence[Origin], *, is_whole: bool = False
) -> Row:
    """Ranges by role; of fewer than twenty words the people, in order of first contribution."""
    size = len(lenient)
    if not is_whole and any(suggestion == -1 for _, suggestion in (*strict, *lenient)):
        return {"tokens": size, "is_bulk": True}
    if size < 20:
        people = [words.hand(origin)[1] for origin in sorted(set(lenient))]
        return {"tokens": size, "people": [one for one in dict.fromkeys(people) if one]}
    one, other = words.by_role(strict), words.by_role(lenient)
    ranges = {}
    for role in one.keys() | other.keys():
        least, most = sorted((one[role], other[role]))
        ranges[role] = [least * 20 // size * 5, -(-most * 20 // size) * 5]
    return {"tokens": size, "roles": ranges}


def _gone(
    history: History, words: Shaped, strict: Counter[str], lenient: Counter[str]
) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for ((role, _), moments), count in words.fortunes.items():
        row = found.setdefault(role, {"put_in": 0, "with_reason": 0, "without": 0})
        row["put_in"] += count
        if len(moments) % 2 == 0:
            has_reason = history.revisions[moments[-1]]["has_summary"]
            row["with_reason" if has_reason else "without"] += count
    for role, row in found.items():
        row["here"] = sorted((strict[role], lenient[role]))
        row["put_in"] = max(row["put_in"], row["here"][1])
    return found


def fate(history: History, words: Shaped, now: datetime) -> Row:
    """Measure 10: of the words put in at least fourteen days ago."""
    times = history.times()
    people: dict[str, set[str]] = defaultdict(set)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for ((role, person), moments), count in words.fortunes.items():
        if role in NOBODYS or times[moments[0]] > now - timedelta(days=14):
            continue
        people[role].add(person)
        is_alive = len(moments) % 2 == 1
        taker = "" if is_alive else history.revisions[moments[-1]]["role_at_time"]
        counts[role][taker] += count
    roles: dict[str, Row] = {}
    for role, fates in counts.items():
        roles[role] = {"words": fates.total(), "people": told(len(people[role]))}
        if fates.total() >= 30 and len(people[role]) >= 5:
            gone = {taker: number for taker, number in fates.items() if taker}
            roles[role] |= {"alive": fates[""], "gone": gone}
    return {"roles": roles}


def half_life(history: History, words: Shaped, now: datetime) -> Row:
    """Measure 11 over the last 180 days, with its bootstrap by the published seed."""
    published = history.figure("half_life")
    times, since = history.times(), now - timedelta(days=180)
    left_out = history.left_out()
    deaths = {
        number: 0
        for number, at in times.items()
        if number > history.first and number not in left_out and since <= at <= now
    }
    seconds = 0
    for (_, moments), count in words.fortunes.items():
        ends = [*(times[number] for number in moments), now]
        for comes, goes in list(pairwise(ends))[::2]:
            stood = min(goes, now) - max(comes, since)
            seconds += max(int(stood.total_seconds()), 0) * count
        for number in moments[1::2]:
            if number in deaths:
                deaths[number] += count
    return {
        "half_life": _interval(seconds, list(deaths.values()), published["seed"], published["rounds"]),
        "seconds": seconds,
        "deaths": sum(deaths.values()),
        "by_revision": [[number, count] for number, count in sorted(deaths.items())],
        "seed": published["seed"],
        "rounds": 1000,
    }  # fmt: skip


def _interval(seconds: int, deaths: list[int], seed: int, rounds: int) -> Row | None:
    if not seconds:
        return None
    halved, total = log(2) * seconds / DAY, sum(deaths)
    if total < len(LIMITS):
        return {"days": None, "low": halved / LIMITS[total], "high": None}
    chance, n = Random(seed), len(deaths)  # noqa: S311 - the numbers that were published
    drawn = sorted(sum(deaths[int(chance.random() * n)] for _ in range(n)) for _ in range(rounds))
    fewest, most = drawn[rounds // 20 - 1], drawn[rounds - rounds // 20]
    return {
        "days": halved / total,
        "low": halved / most,
        "high": halved / fewest if fewest else None,
    }
