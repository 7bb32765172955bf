"""What people think of a wording (measures 12 to 15), counted from positions.csv."""

from __future__ import annotations

from collections import Counter
from math import prod, sqrt

from .files import Policy, Row
from .history import History
from .report import Report
from .status import thresholds
from .words import tokens, wording

Z = 1.959963984540054
LEAST = {"resident": 10, "volunteer": 5, "officer": 5}
ROLES = ("resident", "volunteer", "officer", "other")
VOTES = {"agree": "agree", "disagree": "disagree", "pass": "unsure"}
NOBODY = {"agree": 0, "disagree": 0, "unsure": 0}


def _tallies(policy: Policy) -> dict[str, dict[tuple[str, str], dict[str, int]]]:
    """By statement, by (what is counted, role): how many chose what."""
    found: dict[str, dict[tuple[str, str], dict[str, int]]] = {}
    for row in policy.rows("positions.csv"):
        key = (row["counted"], row["role_at_time"])
        tally = found.setdefault(row["statement"], {}).setdefault(key, dict(NOBODY))
        tally[VOTES[row["vote"]]] += 1
    return found


def _roles(of_statement: dict[tuple[str, str], dict[str, int]]) -> dict[str, dict[str, int]]:
    return {
        role: of_statement["people", role] for role in ROLES if ("people", role) in of_statement
    }


def wilson(tally: dict[str, int]) -> tuple[float, float]:
    """Wilson's 95 % interval of the share that agrees (1927)."""
    n = sum(tally.values())
    p = tally["agree"] / n
    centre = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return max(0.0, centre - half), min(1.0, centre + half)


def smoothed(tally: dict[str, int]) -> float:
    """(A + 1) / (n + 2)."""
    return (tally["agree"] + 1) / (sum(tally.values()) + 2)


def newcombe(officers: dict[str, int], residents: dict[str, int]) -> tuple[float, float]:
    """Newcombe's 95 % interval of the difference (1998, method 10)."""
    p1, p2 = (tally["agree"] / sum(tally.values()) for tally in (officers, residents))
    (l1, u1), (l2, u2) = wilson(officers), wilson(residents)
    d = p1 - p2
    return d - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2), d + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)


def _is_defined(role: str, roles: dict[str, dict[str, int]]) -> bool:
    return role in LEAST and sum(roles.get(role, NOBODY).values()) >= LEAST[role]


def verdict(roles: dict[str, dict[str, int]], gap: int) -> str:
    """Measure 15; the gap is compared in whole numbers."""
    if not (_is_defined("officer", roles) and _is_defined("resident", roles)):
        return "insufficient"
    officers, residents = roles["officer"], roles["resident"]
    n1, n2 = sum(officers.values()), sum(residents.values())
    low, high = newcombe(officers, residents)
    is_wide = 100 * abs(officers["agree"] * n2 - residents["agree"] * n1) >= gap * n1 * n2
    if is_wide and (low > 0 or high < 0):
        return "diverged"
    (l1, u1), (l2, u2) = wilson(officers), wilson(residents)
    if min(l1, l2) > 0.5:
        return "converged_agree"
    return "converged_disagree" if max(u1, u2) < 0.5 else "unclear"


def verdicts(policy: Policy) -> dict[str, str]:
    """By statement the word of measure 15."""
    gap = thresholds(policy)["gap"]
    return {name: verdict(_roles(tallies), gap) for name, tallies in _tallies(policy).items()}


def check_agreement(history: History, report: Report) -> None:
    """agreement.jsonl, and that positions are of the wording that the text has now."""
    policy = history.policy
    tallies, gap = _tallies(policy), thresholds(policy)["gap"]
    now = _wordings(history)
    for row in policy.rows("agreement.jsonl"):
        name, where = row["statement"], f"{policy.slug} {row['statement']}"
        report.same("agreement wording", where, row["wording"], now.get(name))
        mine = tallies.pop(name, {})
        for key, value in _figures(mine, gap).items():
            report.same(f"agreement {key}", where, row[key], value)
    for name in tallies:
        report.fail("agreement rows", f"{policy.slug} {name} is missing")
    for row in policy.rows("positions.csv"):
        wanted = now.get(row["statement"]) if row["counted"] != "earlier" else ""
        where = f"{policy.slug} {row['statement']} {row['counted']} {row['person']}"
        report.same("positions wording", where, row["wording"], wanted)
    _check_few(policy, report)


def _figures(tallies: dict[tuple[str, str], dict[str, int]], gap: int) -> Row:
    roles = _roles(tallies)
    is_gap = _is_defined("officer", roles) and _is_defined("resident", roles)
    shares = [smoothed(tally) for role, tally in roles.items() if _is_defined(role, roles)]
    told: Row = {}
    for role, tally in roles.items():
        told[role] = dict(tally)
        if _is_defined(role, roles):
            told[role] |= {"wilson": wilson(tally), "smoothed": smoothed(tally)}
    return {
        "gap_threshold": gap,
        "roles": told,
        "sure": tallies.get(("confirmed", "")),
        "bodies": tallies.get(("bodies", "")),
        "earlier": tallies.get(("earlier", "")),
        "gap": newcombe(roles["officer"], roles["resident"]) if is_gap else None,
        "role_informed": prod(shares) ** (1 / len(shares)) if len(shares) > 1 else None,
        "verdict": verdict(roles, gap),
    }


def _wordings(history: History) -> dict[str, str]:
    """By statement the key of its words: clauses of the head and suggestions."""
    found = {
        f"c-{clause}": wording(history.words_at(clause, history.head)) for clause in history.courses
    }
    for one in history.policy.rows("suggestions.jsonl"):
        parts = [
            part
            for change in one["changes"]
            for part in (
                change["kind"],
                change["clause"] or change["after"] or "",
                *tokens(change["text"]),
            )
        ]
        found[f"s-{one['suggestion']}"] = wording(parts)
    return found


def _check_few(policy: Policy, report: Report) -> None:
    """No cell of fewer than five people is told apart."""
    cells = Counter(
        (row["statement"], row["counted"], row["role_at_time"])
        for row in policy.rows("positions.csv")
    )
    for cell, people in cells.items():
        report.same("positions cells", f"{policy.slug} {' '.join(cell)}", people >= 5, True)
