"""The history that figures of a whole policy are counted of: what outsiders may read, in order,
without vandalism and what took it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.accounts.models import Person
from app.consensus.models import RevisionChange
from app.consensus.rules.heartbeat import KINDS, Change
from app.consensus.rules.shares import Hand, Hands
from app.consultations.queries.calendar import day_of
from app.database import db
from app.policies.authorship import states_at
from app.policies.models import Policy, Revision, RevisionCredit, district_of
from app.policies.models.policy import byline_of
from app.policies.queries import outsiders_from
from app.policies.seats import Byline
from app.policies.versions import get_version
from app.text.provenance import Origins
from app.visibility import is_hidden


@dataclass(frozen=True, slots=True)
class Step:
    """One revision that outsiders may read: who saved it, in which role at the time; ``has_reason``:
    it says why, in words that everybody can read. ``at`` never falls from one to the next, though
    a clock may have been put back."""

    number: int
    at: datetime
    person: int
    role: str
    has_reason: bool


def list_steps(policy: Policy) -> list[Step]:
    """The revisions from the first that outsiders may read on, by number."""
    says_why = (Revision.summary != "") & ~is_hidden("summary", Revision.id)
    rows = db.session.execute(
        select(
            Revision.number, Revision.saved_at, Revision.author_id, Revision.author_role, says_why
        )
        .where(Revision.policy_id == policy.id, Revision.number >= outsiders_from(policy))
        .order_by(Revision.number)
    )
    found: list[Step] = []
    for number, at, person, role, has_reason in rows:
        latest = max(at, found[-1].at) if found else at
        found.append(Step(number, latest, person, role, bool(has_reason)))
    return found


def list_hands(policy: Policy, steps: Sequence[Step]) -> Hands:
    """Whose hand every origin is that outsiders may know of."""
    rows = db.session.scalars(select(RevisionCredit).where(RevisionCredit.policy_id == policy.id))
    return Hands(
        outsiders_from(policy),
        {step.number: Hand(step.role, step.person) for step in steps},
        {(row.number, row.suggestion): Hand(row.role, row.person_id) for row in rows},
    )


def list_lenient(policy_id: int, number: int) -> dict[str, Origins]:
    """By clause that revision ``number`` holds: whose its words are by the lenient attribution."""
    standing = {clause.id for clause in get_version(policy_id, number).outline}
    return {
        clause: origins
        for clause, (_, origins) in states_at(policy_id, number, None).items()
        if clause in standing
    }


def list_bylines(policy_id: int, people: Collection[int]) -> dict[int, Byline]:
    """By person id: how these people appear on the policy, by name where they do."""
    rows = db.session.execute(
        select(Person, district_of(policy_id, Person.id)).where(Person.id.in_(people))
    )
    return {person.id: byline_of(person, "", district) for person, district in rows}


def list_changes(policy_id: int, steps: Sequence[Step], left_out: Collection[int]) -> list[Change]:
    """What each of these revisions but the first did, all clauses together."""
    first = steps[0].number
    rows = db.session.execute(
        select(
            RevisionChange.number,
            RevisionChange.kind,
            func.count(),
            func.sum(RevisionChange.inserted),
            func.sum(RevisionChange.deleted),
        )
        .where(
            RevisionChange.policy_id == policy_id,
            RevisionChange.number > first,
            RevisionChange.clause != "",
        )
        .group_by(RevisionChange.number, RevisionChange.kind)
    )
    inserted: dict[int, dict[str, int]] = defaultdict(dict)
    deleted: dict[int, dict[str, int]] = defaultdict(dict)
    editorial: dict[int, int] = {}
    for number, kind, count, more, less in rows:
        if kind in KINDS:
            inserted[number][kind], deleted[number][kind] = int(more), int(less)
        else:
            editorial[number] = count
    return [
        Change(
            step.number,
            day_of(step.at),
            inserted[step.number],
            deleted[step.number],
            editorial.get(step.number, 0),
        )
        for step in steps
        if step.number > first and step.number not in left_out
    ]
