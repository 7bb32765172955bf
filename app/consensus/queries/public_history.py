"""The history that figures of a whole policy are counted of: what outsiders may read, in order,
without vandalism and what took it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app.consensus.models import RevisionChange, VandalismMark
from app.consensus.rules.heartbeat import KINDS, Change
from app.consultations.queries.calendar import day_of
from app.database import db
from app.policies.models import Policy, Revision, RevisionCredit
from app.policies.queries import outsiders_from
from app.visibility import is_hidden


@dataclass(frozen=True, slots=True)
class Step:
    """One revision that outsiders may read: who saved it, in which role at the time, on which day
    of the site; ``has_reason``: it says why, in words that everybody can read."""

    number: int
    day: date
    person: int
    role: str
    kind: str
    has_reason: bool
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Credited:
    """Whose words a revision took: by (revision, suggestion), the person and the role then."""

    person: int
    role: str


def list_steps(policy: Policy) -> list[Step]:
    """The revisions from the first that outsiders may read on, by number."""
    says_why = (Revision.summary != "") & ~is_hidden("summary", Revision.id)
    rows = db.session.execute(
        select(
            Revision.number,
            Revision.saved_at,
            Revision.author_id,
            Revision.author_role,
            Revision.kind,
            says_why,
            Revision.sha256,
        )
        .where(Revision.policy_id == policy.id, Revision.number >= outsiders_from(policy))
        .order_by(Revision.number)
    )
    return [
        Step(number, day_of(at), person, role, kind, bool(reason), bytes(sha256))
        for number, at, person, role, kind, reason, sha256 in rows
    ]


def list_credited(policy_id: int) -> dict[tuple[int, int], Credited]:
    """By revision and suggestion: whose words they were."""
    rows = db.session.scalars(select(RevisionCredit).where(RevisionCredit.policy_id == policy_id))
    return {
        (credit.number, credit.suggestion): Credited(credit.person_id, credit.role)
        for credit in rows
    }


def list_left_out(policy_id: int, steps: list[Step]) -> frozenset[int]:
    """The numbers of revisions marked as vandalism, and of those that only took one back: the
    first later one with the very text that stood before it."""
    marked = set(
        db.session.scalars(
            select(VandalismMark.number).where(
                VandalismMark.policy_id == policy_id, VandalismMark.ended_at.is_(None)
            )
        )
    )
    found = set()
    good: Step | None = None
    is_damaged = False
    for step in steps:
        if step.number in marked:
            found.add(step.number)
            is_damaged = True
        elif is_damaged and good is not None and step.sha256 == good.sha256:
            found.add(step.number)
            is_damaged = False
        else:
            good, is_damaged = step, False
    return frozenset(found)


def list_changes(
    policy_id: int, steps: Collection[Step], left_out: Collection[int]
) -> list[Change]:
    """What each of these revisions but the first did, all clauses together."""
    first = min((step.number for step in steps), default=0)
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
            step.day,
            inserted[step.number],
            deleted[step.number],
            editorial.get(step.number, 0),
        )
        for step in steps
        if step.number > first and step.number not in left_out
    ]
