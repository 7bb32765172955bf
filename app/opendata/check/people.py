"""How the conversation goes (panel F) and who takes part (panel G)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from .calendar import bars, day_of, monday
from .cells import by_role, told
from .files import Policy, Row, time
from .history import History
from .shaped import Shaped
from .status import thresholds

DAY = 86_400
Presence = tuple[date, str, str]  # day, person, role


def talk(history: History, _shaped: object, now: datetime) -> Row:
    """Waits and objections, of the contributions that were not replaced."""
    policy = history.policy
    service_days = thresholds(policy)["service_days"]
    sent, threads, about = _sent(policy), _threads(policy), _about(policy)
    owed = [(one, _spoken(one, threads, about)) for one in sent if one["is_owed"]]
    waiting = [one for one, _ in owed if one["state"] == "open"]
    waits = [_wait(one, spoken, now) for one, spoken in owed]
    closed = [
        threads[one["thread"]]["closed_by_opener"] if one["thread"] in threads else None
        for one in sent
        if one["kind"] == "objection"
    ]
    return {
        "service_days": service_days,
        "waiting": len(waiting),
        "ages": _ages(waiting, now, service_days),
        "sent": len(owed),
        "replied": sum(spoken is not None for _, spoken in owed),
        "median_seconds": _median(waits) if len(waits) >= 5 else None,
        "by_month": _by_month(owed, now, history.zone),
        "objections": {
            "raised": len(closed),
            "closed_by_opener": closed.count(True),
            "closed_by_others": closed.count(False),
            "open": closed.count(None),
        },
    }


def _sent(policy: Policy) -> list[Row]:
    sent = [one for one in policy.rows("suggestions.jsonl") if one["state"] != "replaced"]
    return sorted(sent, key=lambda one: (time(one["ts"]), one["suggestion"]))


def _threads(policy: Policy) -> dict[int, Row]:
    return {row["thread"]: row for row in policy.rows("threads.jsonl")}


def _about(policy: Policy) -> dict[int, Row]:
    return {row["about"]: row for row in policy.rows("threads.jsonl") if row["about"] is not None}


def _spoken(one: Row, threads: dict[int, Row], about: dict[int, Row]) -> datetime | None:
    """When the office first spoke to it: by its answer, or in its thread."""
    thread = threads.get(one["thread"]) if one["thread"] else about.get(one["suggestion"])
    replied = [
        comment["ts"]
        for comment in (thread["comments"] if thread else ())
        if comment["role_at_time"] == "officer" and (not one["thread"] or not comment["opens"])
    ]
    answered = [one["answered_ts"]] if one["answered_ts"] else []
    return min(map(time, replied + answered), default=None)


def _wait(one: Row, spoken: datetime | None, now: datetime) -> tuple[int, bool]:
    seconds = int(((spoken or now) - time(one["ts"])).total_seconds())
    return max(seconds, 0), spoken is not None


def _ages(waiting: Sequence[Row], now: datetime, service_days: int) -> list[Row]:
    """By whole days: up to half the service standard, up to it, up to twice, longer."""
    edges = sorted({service_days // 2, service_days, service_days * 2})
    days = [max(int((now - time(one["ts"])).total_seconds()), 0) // DAY for one in waiting]
    found, begins = [], 0
    for edge in (*edges, None):
        count = sum(day >= begins and (edge is None or day <= edge) for day in days)
        found.append({"from": begins, "upto": edge, "count": count})
        begins = edge + 1 if edge is not None else begins
    return found


def _median(waits: Sequence[tuple[int, bool]]) -> int | None:
    """Kaplan and Meier's (1958): those who still wait count as long as they waited."""
    silent = 1.0
    for seconds in sorted({seconds for seconds, _ in waits}):
        at_risk = sum(wait >= seconds for wait, _ in waits)
        silent *= 1 - sum(wait == seconds and ended for wait, ended in waits) / at_risk
        if silent <= 0.5 + 1e-12:
            return seconds
    return None


def _by_month(owed: Sequence[tuple[Row, datetime | None]], now: datetime, zone: str) -> list[Row]:
    months: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for one, spoken in owed:
        months[f"{day_of(time(one['ts']), zone):%Y-%m}"].append(_wait(one, spoken, now))
    return [
        {
            "month": month,
            "sent": len(waits),
            "replied": sum(ended for _, ended in waits),
            "median_seconds": _median(waits) if len(waits) >= 5 else None,
        }
        for month, waits in sorted(months.items())
    ]


def people(history: History, words: Shaped, _now: datetime) -> Row:
    """Roles by week, who came back, and how many people wrote half of the text."""
    here = list(_presences(history))
    weeks: dict[str, set[date]] = defaultdict(set)
    for day, person, _ in here:
        weeks[person].add(monday(day))
    back = sum(len(found) > 1 for found in weeks.values())
    is_told = len(weeks) >= 5 and (len(weeks) == back or len(weeks) - back >= 5)
    period, mix = _mix(here)
    by_person: Counter[str] = Counter()
    for origins in words.lenient.values():
        for origin, count in Counter(origins).items():
            by_person[words.hand(origin)[1]] += count
    unattributed = by_person.pop("", 0)
    counts = sorted(by_person.values(), reverse=True)
    return {
        "period": period,
        "mix": mix,
        "newcomers": {"people": told(len(weeks)), "came_back": told(back) if is_told else None},
        "writers": len(counts),
        "half": _half(counts),
        "gini": _gini(counts),
        "tokens": sum(counts),
        "unattributed": unattributed,
    }


def _presences(history: History) -> Iterator[Presence]:
    """Whoever did something that everybody can read: saved, sent, wrote."""
    left_out, times = history.left_out(), history.times()
    for number, row in history.revisions.items():
        if number not in left_out:
            yield day_of(times[number], history.zone), row["actor"], row["role_at_time"]
    for one in _sent(history.policy):
        yield day_of(time(one["ts"]), history.zone), one["actor"], one["role_at_time"]
    for row in history.policy.rows("threads.jsonl"):
        for comment in row["comments"]:
            day = day_of(time(comment["ts"]), history.zone)
            yield day, comment["actor"], comment["role_at_time"]


def _mix(here: Sequence[Presence]) -> tuple[str, list[Row]]:
    """By bar how many people of which role; who had two counts in the last."""
    if not here:
        return "week", []
    period, begins, begin = bars(min(day for day, *_ in here), max(day for day, *_ in here))
    roles: dict[date, dict[str, str]] = {day: {} for day in begins}
    for day, person, role in sorted(here, key=lambda one: one[0]):
        roles[begin(day)][person] = role
    mix = []
    for day in begins:
        said, total = by_role(roles[day].values())
        mix.append({"begins": day.isoformat(), "people": total, "roles": said})
    return period, mix


def _half(counts: Sequence[int]) -> int:
    """How many people, the ones with the most words first, wrote at least half."""
    wrote = 0
    for people_so_far, count in enumerate(counts, start=1):
        wrote += count
        if 2 * wrote >= sum(counts):
            return people_so_far
    return 0


def _gini(counts: Sequence[int]) -> float | None:
    """Half the mean difference between two people, of the mean."""
    n, total = len(counts), sum(counts)
    if n < 2 or not total:
        return None
    apart = sum(abs(one - other) for one in counts for other in counts)
    return apart / (2 * n * total)
