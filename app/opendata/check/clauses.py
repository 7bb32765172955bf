"""How each clause stands (measures 2 to 8b and the status)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from .agreement import verdicts
from .files import Row, time
from .history import History
from .report import Report
from .status import check_regime, find, oscillation, thresholds
from .talk import Talk
from .words import common, wording

WINDOW, WEEK = timedelta(days=28), timedelta(days=7)


def check_measures(history: History, report: Report) -> None:
    """measures.jsonl against the changes, the talk and the positions of the other files."""
    policy = history.policy
    changes: dict[str, list[Row]] = {}
    for row in policy.rows("changes.jsonl"):
        changes.setdefault(row["clause"], []).append(row)
    limits, talk, said = thresholds(policy), Talk(policy), verdicts(policy)
    left_out = history.left_out()
    readers = _readers(history)
    for row in policy.rows("measures.jsonl"):
        clause, now = row["clause"], time(row["evaluated_ts"])
        figures = {
            **_of_words(history, clause, changes.get(clause, []), left_out, now),
            **talk.figures(clause, now, limits["service_days"]),
            **readers.pop(clause, {"readers": {}, "readers_in_all": None}),
            "verdict": said.get(f"c-{clause}", "insufficient"),
        }
        if not talk.is_told(clause):
            del figures["rivals"]
        if policy.about["measured"] == history.head:
            for name, value in figures.items():
                report.same(f"measures {name}", f"{policy.slug} {clause}", row[name], value)
        _check_status(history, row, limits, report)
    for clause in readers:
        report.fail("reads rows", f"{policy.slug} {clause} is no clause of measures.jsonl")
    _check_rows(history, report)


def _check_status(history: History, row: Row, limits: dict[str, int], report: Report) -> None:
    where = f"{history.policy.slug} {row['clause']}"
    days = time(row["evaluated_ts"]) - time(row["changed_ts"])
    report.same("measures thresholds", where, row["thresholds"], limits)
    report.same("measures quiet_days", where, row["quiet_days"], max(0, days.days))
    report.same("measures oscillation", where, row["oscillation"], oscillation(row))
    check_regime(history.policy, row, report)
    status, reason = find(row, row, limits)
    report.same("measures found", where, row["found"], status)
    report.same("measures reason", where, row["reason"], reason)


def _check_rows(history: History, report: Report) -> None:
    """No clause of the head is missing, in the order of the text; bare headings need none."""
    policy = history.policy
    if not policy.about["is_evaluated"] or policy.about["measured"] != history.head:
        return
    told = [row["clause"] for row in policy.rows("measures.jsonl")]
    order: list[str] = []
    for revision in history.revisions.values():
        order = revision.get("clauses", order)
    headings = {
        row["clause"]: row.get("kind") == "heading" for row in policy.rows("clause_versions.jsonl")
    }
    wanted = [clause for clause in order if clause in told or not headings.get(clause)]
    report.same("measures rows", policy.slug, told, wanted)
    positions = [row["position"] for row in policy.rows("measures.jsonl")]
    report.same("measures position", policy.slug, positions, list(range(len(positions))))


def _readers(history: History) -> dict[str, Row]:
    """Who knows the wording, as published in reads.csv."""
    found: dict[str, Row] = {}
    for row in history.policy.rows("reads.csv"):
        mine = found.setdefault(row["clause"], {"readers": {}, "readers_in_all": "0"})
        if row["role"]:
            mine["readers"][row["role"]] = row["people"]
        else:
            mine["readers_in_all"] = row["people"]
    return found


def _of_words(
    history: History, clause: str, changes: Sequence[Row], left_out: frozenset[int], now: datetime
) -> dict[str, Any]:
    """Measures 2 and 4 to 6 of one clause at ``now``."""
    at = {change["rev"]: history.saved_at(change["rev"]) for change in changes}
    counted = [change for change in changes if change["rev"] not in left_out]
    course = history.courses.get(clause, [])
    came = course[0][0] if course else 0
    lately = [one for one in counted if at[one["rev"]] >= now - WINDOW and one["rev"] != came]
    week = [one for one in lately if at[one["rev"]] >= now - WEEK]
    undoing = [one for one in lately if one["undone"]]
    told = next((one["rev"] for one in reversed(counted) if one["kind"] != "editorial"), None)
    changed = history.first if told is None else told
    gross = sum(one["inserted"] + one["deleted"] for one in lately)
    marked = history.marked()
    savers = {one["rev"]: history.revisions[one["rev"]]["actor"] for one in lately}
    words = history.words_at(clause, history.head)
    return {
        "wording": wording(words),
        "tokens": len(words),
        "revisions": len(lately),
        "people": len(set(savers.values())),
        "gross": gross,
        "net": min(gross, _net(history, clause, lately)),
        "undoing": len(undoing),
        "undo_people": len(
            {savers[one["rev"]] for one in undoing}.union(*(one["undone"] for one in undoing))
        ),
        "week_inserted": sum(one["inserted"] for one in week),
        "week_deleted": sum(one["deleted"] for one in week),
        "vandalism": sum(
            one["rev"] in marked and at[one["rev"]] >= now - WINDOW for one in changes
        ),
        "is_bulk": any(one["is_bulk"] for one in lately),
        "changed_rev": changed,
        "changed_ts": history.revisions[changed]["ts"],
    }


def _net(history: History, clause: str, lately: Sequence[Row]) -> int:
    """Between the wording before the first change of the window and today's."""
    if len(lately) < 2:
        return sum(one["inserted"] + one["deleted"] for one in lately)
    old = history.words_at(clause, lately[0]["rev"] - 1)
    new = history.words_at(clause, history.head)
    return len(old) + len(new) - 2 * common(old, new)
