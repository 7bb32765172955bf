"""Count the history flow of a policy: the figure "flow", of the versions that outsiders may read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.consensus.models import RevisionChange
from app.consensus.rules import flow
from app.database import db
from app.policies.authorship import DIED
from app.policies.models import ClauseOrigin, Policy, Revision, RevisionCredit
from app.policies.queries import outsiders_from
from app.policies.versions import get_version
from app.text import attribution
from app.text.outline import Outline
from app.text.provenance import Origin

# Whose words they are when it is no person's role; as in ``authorship.Source``.
EARLIER, BULK, PENDING = "earlier", "bulk", "pending"
ROLES = ("resident", "volunteer", "officer", "supervisor", "administrator", "unknown")
COLOURS = (*ROLES, EARLIER, BULK, PENDING)


def draw_flow(policy: Policy) -> dict[str, Any]:
    """The figure "flow": ``rules.flow.Flow`` as JSON."""
    first = outsiders_from(policy)
    revisions = db.session.execute(
        select(Revision.number, Revision.saved_at, Revision.author_role)
        .where(Revision.policy_id == policy.id)
        .order_by(Revision.number)
    ).all()
    roles = {Origin(number): role for number, _, role in revisions} | _credited(policy.id)
    times = {number: saved_at.isoformat() for number, saved_at, _ in revisions}
    numbers = [number for number in times if number >= first]
    chosen = flow.sample(numbers)
    columns = [
        flow.Column(number, times[number], outline, _words(outline, states, roles, first))
        for number, outline, states in _states(policy.id, chosen)
    ]
    seen = {role for c in columns for words in c.origins.values() for role, _ in words}
    drawn = flow.draw(
        columns, numbers, [role for role in COLOURS if role in seen], _changes(policy.id, first)
    )
    return drawn.to_json()


def _credited(policy_id: int) -> dict[Origin, str]:
    query = select(RevisionCredit.number, RevisionCredit.suggestion, RevisionCredit.role)
    rows = db.session.execute(query.where(RevisionCredit.policy_id == policy_id))
    return {Origin(number, suggestion): role for number, suggestion, role in rows}


def _states(
    policy_id: int, numbers: Sequence[int]
) -> Iterator[tuple[int, Outline, Mapping[str, bytes]]]:
    """For each of ``numbers`` its outline and by clause id the last attribution up to it."""
    rows = db.session.execute(
        select(ClauseOrigin.number, ClauseOrigin.clause, ClauseOrigin.runs)
        .where(ClauseOrigin.policy_id == policy_id, ClauseOrigin.clause != DIED)
        .order_by(ClauseOrigin.number)
    )
    waiting = next(rows, None)
    states: dict[str, bytes] = {}
    for number in numbers:
        while waiting is not None and waiting[0] <= number:
            states[waiting[1]] = waiting[2]
            waiting = next(rows, None)
        yield number, get_version(policy_id, number).outline, states


def _words(
    outline: Outline, states: Mapping[str, bytes], roles: Mapping[Origin, str], first: int
) -> dict[str, Counter[tuple[str, int]]]:
    """By clause id how many words of each role came with which revision (0: not traced)."""
    found = {}
    for clause in outline:
        words = attribution.words_of(clause)
        state = attribution.unpack_state(states[clause.id]) if clause.id in states else None
        counts: Counter[tuple[str, int]] = Counter()
        if state is None or state[0] != attribution.digest(words):
            found[clause.id] = Counter({(PENDING, 0): len(words)})
            continue
        for origin, count in Counter(state[1]).items():
            role = _role(origin, roles, first)
            counts[role, max(origin.revision, first)] += count
        found[clause.id] = counts
    return found


def _role(origin: Origin, roles: Mapping[Origin, str], first: int) -> str:
    if origin.revision < first:
        return EARLIER
    if origin.suggestion == attribution.BULK:
        return BULK
    role = roles.get(origin) or roles[Origin(origin.revision)]
    return role if role in ROLES else "unknown"


def _changes(policy_id: int, first: int) -> dict[str, list[int]]:
    """By clause id the revisions after ``first`` that changed its words."""
    found: dict[str, list[int]] = {}
    rows = db.session.execute(
        select(RevisionChange.clause, RevisionChange.number)
        .where(RevisionChange.policy_id == policy_id, RevisionChange.number > first)
        .order_by(RevisionChange.number)
    )
    for clause, number in rows:
        found.setdefault(clause, []).append(number)
    return found
