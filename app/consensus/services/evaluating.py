"""Find how every clause of a policy stands, when something happened and once a day.

Gathering and comparing comes before the write gate; only rows that say something new are written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from app import clock
from app.consensus.models import ClauseState
from app.consensus.queries.facts import (
    ClauseFacts,
    are_answers_published,
    get_thresholds,
    list_facts,
)
from app.consensus.rules.listed import is_listed
from app.consensus.rules.showing import Shown, show_next
from app.consensus.rules.status import Finding, Regime, Status, find_status, regime_of
from app.consensus.services.writing_states import (
    Daily,
    Standing,
    find_last_run,
    flag,
    unpacked,
    write,
)
from app.consultations.queries.calendar import day_of
from app.database import Lookup, db, moment, writing
from app.policies.models import Policy
from app.policies.versions import get_version
from app.text.outline import Clause


def evaluate(
    policy_ids: Collection[int],
    *,
    is_daily: bool = False,
    clauses: Mapping[int, Collection[str]] | None = None,
) -> None:
    """Find and write how the clauses of these policies stand; doing it twice is doing it once.

    ``clauses`` limits it, by policy, to the clauses that something happened to.
    """
    now = clock.now()
    only = clauses or {}
    found = [
        standing
        for policy_id in sorted(set(policy_ids))
        if (standing := _look(policy_id, now, only.get(policy_id), is_daily=is_daily)) is not None
    ]
    writing()
    for standing in found:
        write(standing)
    db.session.flush()


def _look(
    policy_id: int, now: datetime, only: Collection[str] | None, *, is_daily: bool
) -> Standing | None:
    policy = _policy(policy_id)
    if policy is None or not policy.head_number:
        return None
    regime = regime_of(policy.phase_now)
    head = _listed(policy)
    before = _rows(policy_id)
    is_all = only is None or any(row["regime"] != regime for row in before.values())
    wanted = [
        clause for clause in head if is_all or clause.id in (only or ()) or clause.id not in before
    ]
    last = find_last_run(policy_id) if is_daily else None
    yesterday = unpacked(last) if last is not None and last.regime == regime else {}
    rows = {clause: row | {"position": -1} for clause, row in before.items()}
    for ident, facts, finding in _findings(policy, wanted, regime, now, is_all=is_all):
        known = before.get(ident)
        shown = show_next(
            finding.status,
            _shown(known) if known is not None and known["regime"] == regime else None,
            yesterday=Status(yesterday[ident][0]) if ident in yesterday else None,
            is_daily=is_daily,
            now=now,
        )
        rows[ident] = _row(policy_id, ident, facts, finding, shown, regime)
        rows[ident]["is_under_review"] = known is not None and known["is_under_review"]
    for position, clause in enumerate(head):
        rows[clause.id]["position"] = position
    states = {clause.id: [rows[clause.id]["found"], rows[clause.id]["shown"]] for clause in head}
    return Standing(
        policy_id,
        new=[rows[clause.id] | {"evaluated_at": now} for clause in head if clause.id not in before],
        changed=[
            rows[clause.id] | {"evaluated_at": now}
            for clause in head
            if clause.id in before and _is_news(rows[clause.id], before[clause.id])
        ],
        gone=sorted(before.keys() - states.keys()),
        daily=Daily(day_of(now), now, regime, states, last) if is_daily else None,
    )


def set_under_review(policy_id: int, persons: Collection[int]) -> None:
    """Say of each clause whether another status would be found without what these people said,
    read and thought; nobody stands out: of none."""
    now = clock.now()
    policy = _policy(policy_id)
    if policy is None or not policy.head_number:
        return
    head, regime = _listed(policy), regime_of(policy.phase_now)
    differs = set()
    if persons:
        found = {one: finding for one, _, finding in _findings(policy, head, regime, now)}
        without = _findings(policy, head, regime, now, without=frozenset(persons))
        differs = {one for one, _, finding in without if finding.status is not found[one].status}
    stored = _rows(policy_id)
    wrong = [one for one, row in stored.items() if row["is_under_review"] != (one in differs)]
    writing()
    flag(policy_id, [one for one in wrong if one in differs], is_under_review=True)
    flag(policy_id, [one for one in wrong if one not in differs], is_under_review=False)


_WANTED = (
    "id", "head_number", "phase", "round", "is_public", "publish_at", "published_at",
    "publish_history", "public_from", "opens_at", "closes_at", "announced_at", "effective_at",
)  # fmt: skip
_TIMES = ("publish_at", "published_at", "opens_at", "closes_at", "announced_at", "effective_at")
_POLICY = Lookup(
    select(*(Policy.__table__.c[name] for name in _WANTED)).where(
        Policy.id == bindparam("policy_id")
    )
)


def _policy(policy_id: int) -> Policy | None:
    """What an evaluation asks of the policy, outside the session: nothing of it is written here,
    and every save waits for this."""
    found = _POLICY.rows(policy_id=policy_id)
    if not found:
        return None
    row = dict(zip(_WANTED, found[0], strict=True))
    row |= {name: moment(row[name]) for name in _TIMES if row[name] is not None}
    return Policy(**row)


def _listed(policy: Policy) -> list[Clause]:
    """The clauses of the head that have a status."""
    outline = get_version(policy.id, policy.head_number).outline
    return [clause for clause in outline if is_listed(clause)]


def _findings(
    policy: Policy,
    clauses: Sequence[Clause],
    regime: Regime,
    now: datetime,
    *,
    is_all: bool = True,
    without: Collection[int] = (),
) -> Iterator[tuple[str, ClauseFacts, Finding]]:
    thresholds = get_thresholds(policy.id)
    may_be_settled = are_answers_published(policy)
    facts = list_facts(policy, clauses, thresholds, now, is_all=is_all, without=without)
    for ident, fact in facts.items():
        yield (
            ident,
            fact,
            find_status(
                fact.figures,
                thresholds,
                regime=regime,
                # A clock that was put back makes no negative days.
                quiet_days=max(0, (now - fact.changed_at).days),
                may_be_settled=may_be_settled,
            ),
        )


_NAMES = tuple(column.name for column in ClauseState.__table__.columns)
_MOMENTS = ("changed_at", "waiting_since", "evaluated_at")
_STORED = Lookup(
    select(*ClauseState.__table__.columns).where(ClauseState.policy_id == bindparam("policy_id"))
)


def _rows(policy_id: int) -> dict[str, dict[str, Any]]:
    """The stored rows by clause."""
    found = {}
    for values in _STORED.rows(policy_id=policy_id):
        row = dict(zip(_NAMES, values, strict=True))
        row |= {name: moment(row[name]) for name in _MOMENTS if row[name] is not None}
        row["is_under_review"] = bool(row["is_under_review"])
        found[row["clause"]] = row
    return found


def _shown(row: Mapping[str, Any]) -> Shown:
    return Shown(Status(row["shown"]), row["waiting_since"])


def _row(
    policy_id: int,
    clause: str,
    facts: ClauseFacts,
    finding: Finding,
    shown: Shown,
    regime: Regime,
) -> dict[str, Any]:
    return {
        "policy_id": policy_id,
        "clause": clause,
        "wording": facts.wording,
        "changed_number": facts.changed_number,
        "changed_at": facts.changed_at,
        "found": finding.status.value,
        "shown": shown.status.value,
        "waiting_since": shown.waiting_since,
        "reason": finding.reason.value,
        "regime": regime.value,
        "figures": facts.figures.to_json(),
    }


def _is_news(row: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    return any(row.get(name, value) != value for name, value in before.items())
