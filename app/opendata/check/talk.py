"""What is open on a clause: objections, questions, suggestions and rivals (measures 8 to 8b)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache

from .files import Policy, Row, time
from .report import Report
from .words import earliest, gaps, is_bulk, tokens

OLD_OBJECTION = timedelta(days=7)
MOST_RIVALS = 300  # of the newest suggestions
Place = tuple[str, int]


class Talk:
    """Threads and contributions of one policy, by the clause that they are about."""

    def __init__(self, policy: Policy) -> None:
        self.threads: dict[str, list[Row]] = defaultdict(list)
        for thread in policy.rows("threads.jsonl"):
            if thread["clause"] is not None:
                self.threads[thread["clause"]].append(thread)
        self.sent: dict[str, list[Row]] = defaultdict(list)
        for one in policy.rows("suggestions.jsonl"):
            for clause in _clauses(one):
                self.sent[clause].append(one)

    def figures(self, clause: str, now: datetime, service_days: int) -> Row:
        """What is open on the clause at ``now``."""
        threads, sent = self.threads[clause], self.sent[clause]
        pending = [one for one in sent if one["kind"] == "suggestion" and one["state"] == "open"]
        return {
            "objections": _objections(threads, now),
            "suggestions": len({_group(one) for one in pending}),
            "suggesters": len({one["actor"] for one in pending}),
            "rivals": _rivals(clause, pending),
            **_waiting(threads, sent, now - timedelta(days=service_days)),
        }

    def is_told(self, clause: str) -> bool:
        """Whether all wordings that suggestions on the clause stand against are public."""
        return all(
            change["against"] is not None
            for one in self.sent[clause]
            for change in one["changes"]
            if change["clause"] == clause
        )


def _clauses(one: Row) -> list[str]:
    """The clause it is about or a new article follows; else those that its operations change."""
    if one["clause"] is not None or one["after"] is not None:
        return [one["clause"] if one["clause"] is not None else one["after"]]
    places = [change["clause"] or change["after"] for change in one["changes"]]
    return list(dict.fromkeys(place for place in places if place is not None))


def _group(one: Row) -> int:
    """Near-identical suggestions are one."""
    return int(one["group"] if one["group"] is not None else one["suggestion"])


def _opening(thread: Row) -> Row | None:
    return next((comment for comment in thread["comments"] if comment["opens"]), None)


def _is_open(thread: Row, kind: str) -> bool:
    ended = thread["answered_ts"] if kind == "question" else thread["closed_ts"]
    is_here = thread["joined_into"] is None and _opening(thread) is not None
    return thread["kind"] == kind and ended is None and is_here


def _objections(threads: Sequence[Row], now: datetime) -> int:
    """Open ones of two people or more, those of threads that were joined into it with them, or
    older than a week."""
    goes_on = {row["thread"]: row["joined_into"] for row in threads if row["joined_into"]}
    people: dict[int, set[str]] = defaultdict(set)
    for row in threads:
        last, seen = row["thread"], set[int]()
        while last in goes_on and last not in seen:
            seen.add(last)
            last = goes_on[last]
        people[last] |= {comment["actor"] for comment in row["comments"]}
    count = 0
    for row in threads:
        opening = _opening(row)
        if opening is not None and _is_open(row, "objection"):
            is_old = now - time(opening["ts"]) > OLD_OBJECTION
            count += is_old or len(people[row["thread"]]) >= 2
    return count


def _waiting(threads: Sequence[Row], sent: Sequence[Row], late: datetime) -> Row:
    """Questions without an officer's reply, those asked before ``late``, and all that is owed."""
    about = {one["thread"]: one for one in sent if one["thread"] is not None}
    asked = [
        row
        for row in threads
        if _is_open(row, "question")
        and not any(
            comment["role_at_time"] == "officer" and not comment["opens"]
            for comment in row["comments"]
        )
        and (row["thread"] not in about or about[row["thread"]]["state"] == "open")
    ]
    on_paper = [
        one
        for one in sent
        if one["kind"] == "question" and one["thread"] is None and one["state"] == "open"
    ]
    times = [comment["ts"] for row in asked if (comment := _opening(row))]
    times += [one["ts"] for one in on_paper]
    owed = sum(one["state"] == "open" and one["is_owed"] for one in sent)
    not_owed = [
        row for row in asked if row["thread"] not in about or not about[row["thread"]]["is_owed"]
    ]
    return {
        "questions": len(asked) + len(on_paper),
        "overdue": sum(time(ts) < late for ts in times),
        "waiting": owed + len(not_owed),
    }


def _rivals(clause: str, pending: Sequence[Row]) -> int:
    """How many people want other words for the same tokens than somebody else does."""
    if len({one["actor"] for one in pending}) < 2:
        return 0
    wanted: dict[tuple[str, Place], dict[object, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one, people in _newest(pending):
        for change in one["changes"]:
            if change["clause"] == clause and change["kind"] != "insert":
                for edit in _edits(change["against"] or "", change["text"]):
                    for place in _places(edit):
                        wanted[change["against"] or "", place][edit] |= people
    rivals: set[str] = set()
    for edits in wanted.values():
        people = set().union(*edits.values())
        if len(edits) > 1 and len(people) > 1:
            rivals |= people
    return len(rivals)


def _newest(pending: Sequence[Row]) -> list[tuple[Row, set[str]]]:
    """The newest of each near-identical group with all people of the group."""
    newest: dict[int, Row] = {}
    people: Mapping[int, set[str]] = defaultdict(set)
    for one in sorted(pending, key=lambda row: -row["suggestion"]):
        newest.setdefault(_group(one), one)
        people[_group(one)].add(one["actor"])
    return [(one, people[group]) for group, one in list(newest.items())[:MOST_RIVALS]]


Edit = tuple[int, int, tuple[str, ...]]  # tokens from, to, and what is to stand there


@cache
def _edits(before: str, after: str) -> tuple[Edit, ...]:
    old, new = tokens(before), tokens(after)
    if is_bulk(old, new):
        return ((0, len(old), tuple(new)),)
    return tuple(
        (went.start, went.stop, tuple(new[came.start : came.stop]))
        for went, came in gaps(earliest(old, new), (len(old), len(new)))
    )


def _places(edit: Edit) -> Iterator[Place]:
    """The tokens it replaces and the spots between them; an edit that only adds, its one spot."""
    start, stop, _ = edit
    if start == stop:
        yield "spot", start
    for place in range(start, stop):
        yield "token", place
        if place > start:
            yield "spot", place


def check_threads(policy: Policy, report: Report) -> None:
    """What a thread says of its comments."""
    for row in policy.rows("threads.jsonl"):
        where = f"{policy.slug} thread {row['thread']}"
        people = {comment["actor"] for comment in row["comments"]}
        replies = [
            comment["ts"]
            for comment in row["comments"]
            if comment["role_at_time"] == "officer" and (row["about"] or not comment["opens"])
        ]
        report.same("threads people", where, row["people"], len(people))
        first = min(replies, key=time, default=None)
        report.same("threads reply", where, row["first_official_reply_ts"], first)
