"""The status of a clause from its figures, and which one is shown (section "Status")."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from .files import Policy, Row
from .report import Report

THRESHOLDS = {
    "undoing": 3, "undo_people": 2, "swing": 50, "swing_words": 10, "swing_people": 2,
    "swing_revisions": 3, "objections": 2, "rivals": 3, "gap": 20, "quiet_days": 14, "readers": 10,
    "service_days": 15,
}  # fmt: skip
LOUDNESS = {"contested": 4, "moving": 3, "unseen": 2, "discussed": 1, "settled": 0, "none": 0}
EDITABLE = ("drafting", "response")


def thresholds(policy: Policy) -> dict[str, int]:
    """The usual ones, or what the policy last chose."""
    chosen = {row["name"]: int(row["value"]) for row in policy.rows("thresholds.csv")}
    return THRESHOLDS | {name: value for name, value in chosen.items() if name in THRESHOLDS}


def find(row: Row, figures: Row, limits: dict[str, int]) -> tuple[str, str]:
    """Status and reason: the first rule that holds."""
    frozen = row["regime"] == "frozen"
    candidates = [
        *_disputes(figures, limits, frozen=frozen),
        ("moving", "changing", not frozen and row["quiet_days"] < limits["quiet_days"]),
    ]
    unseen = [
        ("unseen", "few_readers", _people(figures["readers_in_all"]) < limits["readers"]),
        ("unseen", "no_resident", figures["readers"].get("resident", "0") == "0"),
    ]
    unanswered = figures["waiting"] if frozen else figures["overdue"]
    open_now = [
        ("discussed", "objection", figures["objections"] > 0),
        ("discussed", "suggestions", figures["suggestions"] > 0),
        ("discussed", "unanswered", unanswered > 0),
    ]
    candidates += [*open_now, *unseen] if frozen else [*unseen, *open_now]
    calm = "settled" if row["may_be_settled"] and not frozen else "none"
    candidates.append((calm, "quiet", True))
    return next((status, reason) for status, reason, holds in candidates if holds)


def _disputes(
    figures: Row, limits: dict[str, int], *, frozen: bool
) -> Iterator[tuple[str, str, bool]]:
    if not frozen:
        undone = figures["undoing"] >= limits["undoing"]
        yield "contested", "undoing", undone and figures["undo_people"] >= limits["undo_people"]
        yield "contested", "swings", _swings(figures, limits)
    yield "contested", "objections", figures["objections"] >= limits["objections"]
    yield "contested", "rivals", figures["rivals"] >= limits["rivals"]
    yield "contested", "diverged", figures["verdict"] == "diverged"


def oscillation(figures: Row) -> float | None:
    """Measure 5; None of too little change."""
    if figures["gross"] < 6 or figures["revisions"] < 3:
        return None
    return float(1 - figures["net"] / figures["gross"])


def _swings(figures: Row, limits: dict[str, int]) -> bool:
    swing = oscillation(figures)
    return (
        swing is not None
        and 100 * swing >= limits["swing"]
        and figures["gross"] >= limits["swing_words"]
        and figures["people"] >= limits["swing_people"]
        and figures["revisions"] >= limits["swing_revisions"]
    )


def _people(published: str) -> int:
    """At least so many: few are not told apart, and no threshold is below five."""
    return 1 if published == "1-4" else int(published)


def check_regime(policy: Policy, row: Row, report: Report) -> None:
    """By which rules a clause is looked at hangs on the phase alone."""
    regime = "editable" if policy.about["phase"] in EDITABLE else "frozen"
    where = f"{policy.slug} {row['clause']}"
    report.same("measures regime", where, row["regime"], regime)


def check_statuses(policy: Policy, report: Report) -> None:
    """Hysteresis over the daily evaluations: nothing calmer is shown than was found, and what was
    found twice is shown; at first and by other rules what was found is shown at once."""
    runs = sorted(policy.rows("statuses.csv"), key=lambda row: (row["clause"], int(row["run"])))
    for clause, of_clause in groupby(runs, key=lambda row: str(row["clause"])):
        before: Row | None = None
        for row in of_clause:
            where = f"{policy.slug} {clause} run {row['run']}"
            report.same("statuses", where, row["shown"], _shown(row, before))
            before = row
        _check_latest(policy, clause, before, report)


def _shown(row: Row, before: Row | None) -> str:
    """What can be shown: what was found, or something louder that waits one day to calm down."""
    found, shown = str(row["found"]), str(row["shown"])
    is_first = before is None or before["regime"] != row["regime"]
    held = int(row["times"]) > 1 or (before is not None and before["found"] == found)
    waits = LOUDNESS.get(shown, 0) > LOUDNESS.get(found, 9)
    return shown if waits and not is_first and not held else found


def _check_latest(policy: Policy, clause: str, last: Row | None, report: Report) -> None:
    """The page shows what the latest evaluation said, or what an event brought since."""
    now: Any = next((row for row in policy.rows("measures.jsonl") if row["clause"] == clause), None)
    if now is None or last is None or now["regime"] != last["regime"]:
        return
    where = f"{policy.slug} {clause}"
    if now["evaluated_ts"] <= last["last_ts"]:
        report.same("measures shown", where, now["shown"], last["shown"])
        report.same("measures found", where, now["found"], last["found"])
    else:
        louder = max(now["found"], now["shown"], key=lambda word: LOUDNESS.get(word, 9))
        report.same("measures shown", where, now["shown"], louder)
