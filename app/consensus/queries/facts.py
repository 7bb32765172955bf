"""What the status of each clause of a policy is found from, gathered with few SELECTs.

Every count is of what everybody may read, and the same for every reader.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, exists, select

from app.consensus.models import PositionCount, RevisionChange, ThresholdChange, VandalismMark
from app.consensus.queries.lives import excluded_of, list_lives
from app.consensus.queries.positions import verdicts
from app.consensus.queries.said import ByClause, Talk, list_proposed, read_talk
from app.consensus.rules import open_matters
from app.consensus.rules.agreement import Verdict
from app.consensus.rules.cells import blurred
from app.consensus.rules.figures import ClauseFigures
from app.consensus.rules.open_matters import Reader, Said, Sent
from app.consensus.rules.recent import Course, Touch, course_of, figures_of
from app.consensus.rules.rivals import find_rivals
from app.consensus.rules.thresholds import Thresholds
from app.consensus.rules.wording import of_clause, wording_of
from app.database import Lookup, db, moment
from app.policies.models import Policy, Revision
from app.policies.queries import outsiders_from
from app.policies.versions import get_version
from app.suggestions.models import Contribution
from app.suggestions.rules import State
from app.text.attribution import words_of
from app.text.outline import Clause
from app.text.tokens import lcs_length

INSUFFICIENT = Verdict.INSUFFICIENT.value
_POLICY: BindParameter[int] = bindparam("policy_id")
_CLAUSE: BindParameter[str] = bindparam("clause")


@dataclass(frozen=True, slots=True)
class ClauseFacts:
    """One clause of the head: its figures, its wording, and its last change of substance."""

    figures: ClauseFigures
    wording: str
    changed_number: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class _Moment:
    """What is the same for all clauses of one evaluation."""

    policy: Policy
    thresholds: Thresholds
    first: int
    now: datetime
    marked: frozenset[int]
    left_out: frozenset[int]


def list_facts(
    policy: Policy,
    clauses: Sequence[Clause],
    thresholds: Thresholds,
    now: datetime,
    *,
    is_all: bool = True,
    without: Collection[int] = (),
) -> dict[str, ClauseFacts]:
    """By id, the facts of these ``clauses`` of the head; ``is_all``: there are no others.

    ``without``: as if these people had said, read and thought nothing.
    """
    only = None if is_all else [clause.id for clause in clauses]
    touches = _touches(policy.id, only)
    talk = read_talk(policy, only, without)
    at = _moment(policy, thresholds, now)
    wordings = {of_clause(clause.id): wording_of(clause) for clause in clauses}
    said = _verdicts(policy.id, wordings, thresholds, without)
    found = {}
    for clause in clauses:
        statement = of_clause(clause.id)
        figures, changed = _figures(
            clause, touches.get(clause.id, []), talk, at, said.get(statement, INSUFFICIENT)
        )
        found[clause.id] = ClauseFacts(figures, wordings[statement], *changed)
    return found


def _figures(
    clause: Clause, touches: list[Touch], talk: Talk, at: _Moment, verdict: str
) -> tuple[ClauseFigures, tuple[int, datetime]]:
    """The figures of a clause, and the number and time of its last change of substance."""
    course = course_of(touches, first=at.first, marked=at.marked, left_out=at.left_out, now=at.now)
    if course.changed is not None:
        number, changed_at = course.changed.number, course.changed.at
    else:
        number, changed_at = at.first, _saved_at(at.policy.id, at.first)
    words = words_of(clause)
    readers, everybody = blurred(
        open_matters.count_readers(_readers(clause.id, talk, course, number, changed_at))
    )
    comments, sent = talk.said[clause.id], talk.sent[clause.id]
    figures = ClauseFigures(
        tokens=len(words),
        **figures_of(course, _net(at.policy, clause, words, course), at.now),
        objections=open_matters.count_objections(comments, at.now),
        **open_matters.count_suggestions(sent),
        rivals=_rivals(at.policy, clause, talk),
        **open_matters.count_waiting(comments, sent, at.now, at.thresholds.service_days),
        readers=readers,
        readers_in_all=everybody,
        verdict=verdict,
    )
    return figures, (number, changed_at)


def _readers(
    clause: str, talk: Talk, course: Course, number: int, changed_at: datetime
) -> list[Reader]:
    """Who pressed *Read, no comment* on this wording, or wrote on the clause since its change."""
    wrote: list[Said | Sent] = [*talk.said[clause], *talk.sent[clause]]
    return [
        *(reader for version, reader in talk.read[clause] if version >= number),
        *(Reader(one.person, one.role, one.at) for one in wrote if one.at > changed_at),
        *(Reader(touch.person, touch.role, touch.at) for touch in course.proofread),
    ]


def _net(policy: Policy, clause: Clause, words: list[str], course: Course) -> int:
    """Tokens in and out between the wording before the window and today's."""
    if len(course.lately) < 2 or course.base is None:
        return sum(touch.inserted + touch.deleted for touch in course.lately)
    old = get_version(policy.id, course.base).clause(clause.id)
    before = words_of(old) if old is not None else []
    return len(before) + len(words) - 2 * lcs_length(before, words)


def _rivals(policy: Policy, clause: Clause, talk: Talk) -> int:
    pending = open_matters.pending(talk.sent[clause.id])
    if len({one.person for one in pending}) < 2:
        return 0
    return len(find_rivals(list_proposed(policy, clause, pending)))


_ASKED = Lookup(
    select(PositionCount.statement)
    .where(PositionCount.policy_id == _POLICY, PositionCount.statement == bindparam("statement"))
    .limit(1)
)


def _verdicts(
    policy_id: int, wordings: Mapping[str, str], thresholds: Thresholds, without: Collection[int]
) -> dict[str, str]:
    """By statement, of those on which anybody ever took a position."""
    asked = {
        statement: wording
        for statement, wording in wordings.items()
        if _ASKED.rows(policy_id=policy_id, statement=statement)
    }
    return verdicts(policy_id, asked, thresholds.gap, without) if asked else {}


_TOUCHES = ByClause(
    select(
        RevisionChange.clause,
        RevisionChange.number,
        Revision.saved_at,
        Revision.author_id,
        Revision.author_role,
        RevisionChange.inserted,
        RevisionChange.deleted,
        RevisionChange.kind,
        RevisionChange.undone,
        RevisionChange.is_bulk,
    )
    .join(
        Revision,
        (Revision.policy_id == RevisionChange.policy_id)
        & (Revision.number == RevisionChange.number),
    )
    .where(RevisionChange.policy_id == _POLICY)
    .order_by(RevisionChange.clause, RevisionChange.number),
    RevisionChange.clause == _CLAUSE,
)


def _touches(policy_id: int, clauses: Collection[str] | None) -> dict[str, list[Touch]]:
    found: dict[str, list[Touch]] = {}
    for clause, *row in _TOUCHES.rows(clauses, policy_id=policy_id):
        found.setdefault(clause, []).append(_touch(row))
    return found


def _touch(row: list[Any]) -> Touch:
    number, at, person, role, inserted, deleted, kind, undone, is_bulk = row
    return Touch(
        number,
        moment(at),
        person,
        role,
        inserted,
        deleted,
        kind,
        frozenset(map(int, undone.split())) if undone else frozenset(),
        bool(is_bulk),
    )


_MARKED = Lookup(
    select(VandalismMark.number).where(
        VandalismMark.policy_id == _POLICY, VandalismMark.ended_at.is_(None)
    )
)
_SAVED = Lookup(
    select(Revision.saved_at).where(
        Revision.policy_id == _POLICY, Revision.number == bindparam("number")
    )
)


def _saved_at(policy_id: int, number: int) -> datetime:
    ((at,),) = _SAVED.rows(policy_id=policy_id, number=number)
    return moment(at)


def _moment(policy: Policy, thresholds: Thresholds, now: datetime) -> _Moment:
    marked = frozenset(number for (number,) in _MARKED.rows(policy_id=policy.id))
    first = outsiders_from(policy)
    return _Moment(
        policy=policy,
        thresholds=thresholds,
        first=first,
        now=now,
        marked=marked,
        left_out=excluded_of(list_lives(policy.id), marked) if marked else frozenset(),
    )


_CHOSEN = Lookup(
    select(ThresholdChange.name, ThresholdChange.value)
    .where(ThresholdChange.policy_id == _POLICY)
    .order_by(ThresholdChange.id)
)


def get_thresholds(policy_id: int) -> Thresholds:
    """From how many on something counts in this policy: its own choices, else the defaults."""
    return Thresholds.of({row[0]: row[1] for row in _CHOSEN.rows(policy_id=policy_id)})


def are_answers_published(policy: Policy) -> bool:
    """Whether no answer of a call for comment is owed any more; True before the first call."""
    if not policy.round:
        return True
    owed = exists().where(
        Contribution.policy_id == policy.id,
        Contribution.is_owed.is_(True),
        Contribution.state == State.OPEN,
        Contribution.round >= 1,
    )
    return not db.session.scalar(select(owed))
