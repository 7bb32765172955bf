"""What people said and suggested on the clauses of a policy, as everybody may read it.

Asked after every event, so the SELECTs are compiled once; what hangs on the clause is asked of one
clause or of all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from app.access.actor import VISITOR, Role
from app.accounts.models import Person
from app.consensus.models import Reading
from app.consensus.rules.open_matters import Reader, Said, Sent
from app.consensus.rules.rivals import Proposed, newest_of_groups
from app.database import Lookup, db, moment
from app.discussions.models import Comment, Thread
from app.discussions.rules import enough_confirmation
from app.policies.models import Policy
from app.policies.queries import is_public_now, private_until
from app.policies.versions import get_version
from app.suggestions.models import Contribution, SuggestedChange
from app.suggestions.queries.hiding import is_hidden_contribution
from app.suggestions.rules import State
from app.text.outline import Clause
from app.visibility import is_hidden

_POLICY: BindParameter[int] = bindparam("policy_id")
_SINCE: BindParameter[datetime] = bindparam("since")
_CLAUSE: BindParameter[str] = bindparam("clause")
INSERT = "insert"  # a new article stands beside the words that are there
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Talk:
    """By clause: what was said in its threads, what was sent about it, and who pressed *Read*
    together with the version they had before them."""

    said: dict[str, list[Said]]
    sent: dict[str, list[Sent]]
    read: dict[str, list[tuple[int, Reader]]]


class ByClause:
    """A SELECT over the rows of a policy, of one clause or of all of them."""

    def __init__(self, query: Select[*tuple[Any, ...]], of_clause: ColumnElement[bool]) -> None:
        self._all = Lookup(query)
        self._one = Lookup(query.where(of_clause))

    def rows(self, clauses: Collection[str] | None, **values: object) -> list[tuple[Any, ...]]:
        """The rows of these clauses, None: of all."""
        if clauses is None:
            return self._all.rows(**values)
        return [row for clause in clauses for row in self._one.rows(clause=clause, **values)]


_opener, _first = aliased(Person), aliased(Comment)
_SAID = ByClause(
    select(
        Thread.clause,
        Thread.id,
        Thread.kind,
        Thread.joined_into_id,
        case((Thread.kind == "question", Thread.answered_at), else_=Thread.closed_at),
        Comment.author_id,
        Comment.author_role,
        Comment.posted_at,
        Comment.id
        == select(func.min(_first.id)).where(_first.thread_id == Thread.id).scalar_subquery(),
        Person.confirmation,
        _opener.confirmation,
        _opener.role,
    )
    .join(Comment, Comment.thread_id == Thread.id)
    .join(Person, Person.id == Comment.author_id)
    .join(_opener, _opener.id == Thread.opened_by_id)
    .where(
        Thread.policy_id == _POLICY,
        Thread.clause.is_not(None),
        Thread.opened_at >= _SINCE,
        Thread.held_until.is_(None),
        Comment.held_until.is_(None),
        Comment.withdrawn_at.is_(None),
        ~is_hidden("comment", Comment.id),
    )
    .order_by(Comment.id),
    Thread.clause == _CLAUSE,
)

_place = func.coalesce(
    Contribution.clause, Contribution.after, SuggestedChange.clause, SuggestedChange.after
)
_is_whole = and_(Contribution.clause.is_(None), Contribution.after.is_(None))
_changes = SuggestedChange.contribution_id == Contribution.id
_SENT = ByClause(
    select(
        _place,
        Contribution.id,
        Contribution.kind,
        Contribution.author_id,
        Contribution.author_role,
        Contribution.sent_at,
        Contribution.group_id,
        Contribution.state,
        Contribution.is_owed,
        Contribution.thread_id,
        Contribution.channel,
        Person.confirmation,
    )
    .join(Person, Person.id == Contribution.author_id)
    .outerjoin(SuggestedChange, and_(_changes, _is_whole))
    .where(
        Contribution.policy_id == _POLICY,
        _place.is_not(None),
        Contribution.state != State.WITHDRAWN,
        Contribution.sent_at >= _SINCE,
        Contribution.held_until.is_(None),
        ~is_hidden_contribution(),
    )
    .distinct()
    .order_by(Contribution.id),
    # The first half is for the index, which knows no expressions.
    and_(or_(Contribution.clause == _CLAUSE, Contribution.clause.is_(None)), _place == _CLAUSE),
)

_READ = ByClause(
    select(
        Reading.clause,
        Reading.number,
        Reading.person_id,
        Reading.role,
        Reading.read_at,
        Person.confirmation,
    )
    .join(Person, Person.id == Reading.person_id)
    .where(Reading.policy_id == _POLICY, Reading.read_at >= _SINCE),
    Reading.clause == _CLAUSE,
)


def read_talk(
    policy: Policy, clauses: Collection[str] | None, without: Collection[int] = ()
) -> Talk:
    """Of these clauses (None: all); what the people ``without`` said and read is left out."""
    talk = Talk(defaultdict(list), defaultdict(list), defaultdict(list))
    if not is_public_now(policy):
        return talk
    since = private_until(policy, VISITOR) or _NEVER
    values = {"policy_id": policy.id, "since": since}
    enough = frozenset(enough_confirmation())
    for row in _SAID.rows(clauses, **values):
        is_shown = row[9] in enough and (row[10] in enough or row[11] == Role.UNKNOWN)
        if is_shown and row[5] not in without:
            talk.said[row[0]].append(_said(row))
    for row in _SENT.rows(clauses, **values):
        is_shown = row[11] in enough or row[10]  # for what came on paper the office answers
        if is_shown and row[3] not in without:
            talk.sent[row[0]].append(_sent(row))
    for clause, number, person, role, at, confirmation in _READ.rows(clauses, **values):
        if confirmation in enough and person not in without:
            talk.read[clause].append((number, Reader(person, role, moment(at))))
    return talk


def _said(row: tuple[Any, ...]) -> Said:
    return Said(
        thread=row[1],
        kind=row[2],
        joined_into=row[3],
        is_settled=row[4] is not None,
        person=row[5],
        role=row[6],
        at=moment(row[7]),
        opens=bool(row[8]),
    )


def _sent(row: tuple[Any, ...]) -> Sent:
    return Sent(
        id=row[1],
        kind=row[2],
        person=row[3],
        role=row[4],
        at=moment(row[5]),
        group=row[6] or row[1],
        is_open=row[7] == State.OPEN,
        is_owed=bool(row[8]),
        thread=row[9],
    )


def list_proposed(policy: Policy, clause: Clause, pending: Sequence[Sent]) -> list[Proposed]:
    """What the ``pending`` suggestions want in place of the words of ``clause``, newest first."""
    speaking = {one.id: people for one, people in newest_of_groups(pending)}
    rows = db.session.execute(
        select(
            SuggestedChange.contribution_id,
            SuggestedChange.base_hash,
            SuggestedChange.text,
            Contribution.base,
        )
        .join(Contribution, Contribution.id == SuggestedChange.contribution_id)
        .where(
            SuggestedChange.contribution_id.in_(list(speaking)),
            SuggestedChange.clause == clause.id,
            SuggestedChange.kind != INSERT,
        )
    ).all()
    words = {clause.hash: clause.text}
    for _, base_hash, _, base in rows:
        if base_hash not in words:
            known = get_version(policy.id, base).clause(clause.id)
            words[base_hash] = known.text if known is not None else ""
    # Removing the clause is a change to no words at all.
    return [Proposed(speaking[ident], words[base_hash], text) for ident, base_hash, text, _ in rows]
