"""How many words came when, from how many people, and which are much the same.

Nothing older than the two weeks that are asked for is read: the keys of the tables rise with
time, so the first row of a time is found by halving.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, extract, func, or_, select

from app.accounts.limits import NEW_FOR
from app.accounts.models import Person
from app.consensus.models import Position
from app.consultations.models import ConsultationCall
from app.database import db
from app.discussions.models import Comment, Thread
from app.discussions.queries.shown import first_of_thread
from app.moderation.unusual import LEAST_SAME, Peak, alike
from app.suggestions.models import Contribution
from app.text.shingles import sketch

SKETCHED = 1000  # replies, the newest, whose texts are compared

Key = tuple[int, str]  # policy, and clause or "" for the draft


@dataclass(slots=True)
class Streams:
    """By the hour since 1970: people with new accounts on a clause, words on it, words on a draft."""

    new: dict[Key, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    words: dict[Key, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    drafts: dict[Key, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))


@dataclass(frozen=True, slots=True)
class Same:
    """``count`` texts of ``people`` that are much the same, ``new`` of them from new accounts;
    ``first`` is the id of the first contribution, or of the first reply."""

    policy_id: int
    clause: str
    first: int
    count: int
    people: int
    new: int
    are_replies: bool = False


def count_streams(since: datetime) -> Streams:
    """What was written through this site since then: comments, and suggestions, which have their
    words elsewhere."""
    found = Streams()
    for policy_id, clause, hour, is_new, words, people in _rows(since):
        found.words[policy_id, clause or ""][hour] += words
        found.drafts[policy_id, ""][hour] += words
        if is_new:
            found.new[policy_id, clause or ""][hour] += people
    return found


def count_answers(since: datetime) -> dict[Key, Counter[int]]:
    """By policy and statement: how many people with new accounts agreed, disagreed or were not sure,
    by the hour since 1970."""
    hour = (_seconds(Position.taken_at) // 3600).label("hour")
    query = (
        select(Position.policy_id, Position.statement, hour, func.count())
        .join(Person, Person.id == Position.person_id)
        .where(Position.id >= _first_position(since), Position.taken_at >= since)
        .where(is_new_account(Position.taken_at))
        .group_by(Position.policy_id, Position.statement, "hour")
    )
    found: dict[Key, Counter[int]] = defaultdict(Counter)
    for policy_id, statement, at, count in db.session.execute(query):
        found[policy_id, statement][at] += count
    return found


def list_writers(policy_id: int, clause: str, peak: Peak) -> set[int]:
    """Ids of the people with new accounts whose words on the clause, "" for the draft, make the
    peak."""
    said = (
        select(Comment.author_id)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Person, Person.id == Comment.author_id)
        .where(Thread.policy_id == policy_id, func.coalesce(Thread.clause, "") == clause)
        .where(Comment.id >= _first_comment(peak.begins))
        .where(Comment.posted_at >= peak.begins, Comment.posted_at < peak.ends)
        .where(is_new_account(Comment.posted_at))
    )
    place = func.coalesce(Contribution.clause, Contribution.after, "")
    sent = (
        select(Contribution.author_id)
        .join(Person, Person.id == Contribution.author_id)
        .where(Contribution.policy_id == policy_id, place == clause)
        .where(Contribution.sent_at < peak.ends, is_new_account(Contribution.sent_at))
    )
    return {*db.session.scalars(said), *db.session.scalars(_alone(sent, peak.begins))}


def list_openings(policy_ids: Collection[int]) -> dict[int, datetime]:
    """When the last call for comment on each of these drafts began, where there was one."""
    query = (
        select(ConsultationCall.policy_id, func.max(ConsultationCall.opened_at))
        .where(ConsultationCall.policy_id.in_(policy_ids))
        .group_by(ConsultationCall.policy_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def find_same(since: datetime) -> list[Same]:
    """Groups of contributions, and of the newest replies, that are much the same."""
    return [*_groups(since), *_replies(since)]


def share_grouped(since: datetime, until: datetime) -> dict[int, float]:
    """By policy: which share of the contributions of a time are much the same as another."""
    query = (
        select(Contribution.policy_id, func.count(), func.count(Contribution.group_id))
        .where(Contribution.id >= _first_contribution(since))
        .where(Contribution.sent_at >= since, Contribution.sent_at < until)
        .group_by(Contribution.policy_id)
    )
    rows = db.session.execute(query)
    return {policy_id: grouped / count for policy_id, count, grouped in rows}


def _groups(since: datetime) -> Iterator[Same]:
    people = func.count(Contribution.author_id.distinct()).label("people")
    query = (
        select(
            Contribution.policy_id,
            func.max(func.coalesce(Contribution.clause, Contribution.after, "")),
            Contribution.group_id,
            func.count(),
            people,
            func.count().filter(is_new_account(Contribution.sent_at)),
        )
        .join(Person, Person.id == Contribution.author_id)
        .where(Contribution.id >= _first_contribution(since), Contribution.sent_at >= since)
        .where(Contribution.group_id.is_not(None))
        .group_by(Contribution.policy_id, Contribution.group_id)
        .having(people >= LEAST_SAME)
    )
    rows: Iterator[Any] = iter(db.session.execute(query))
    for row in rows:
        yield Same(*row)


def _replies(since: datetime) -> Iterator[Same]:
    """Only the words of those that nobody groups: what opened a thread is a contribution."""
    query = (
        select(
            Comment.id,
            Comment.body,
            Comment.author_id,
            Thread.policy_id,
            is_new_account(Comment.posted_at).label("is_new"),
        )
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Person, Person.id == Comment.author_id)
        .where(Comment.id >= _first_comment(since), Comment.posted_at >= since)
        .where(or_(Thread.subject_kind.is_not(None), Comment.id != first_of_thread()))
        .where(Comment.withdrawn_at.is_(None), Comment.body != "")
        .order_by(Comment.id.desc())
        .limit(SKETCHED)
    )
    by_draft: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in reversed(db.session.execute(query).all()):
        by_draft[row.policy_id][row.id] = row
    for policy_id, rows in by_draft.items():
        for group in alike({ident: sketch(row.body) for ident, row in rows.items()}):
            people = len({rows[ident].author_id for ident in group})
            if people >= LEAST_SAME:
                new = sum(bool(rows[ident].is_new) for ident in group)
                yield Same(policy_id, "", group[0], len(group), people, new, are_replies=True)


def _rows(since: datetime) -> Iterator[Any]:
    said = _counted(Thread.policy_id, Thread.clause, Comment.posted_at, Comment.author_id)
    yield from db.session.execute(
        said.select_from(Comment)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Person, Person.id == Comment.author_id)
        .where(Comment.id >= _first_comment(since), Comment.posted_at >= since)
    )
    place = func.coalesce(Contribution.clause, Contribution.after)
    sent = _counted(Contribution.policy_id, place, Contribution.sent_at, Contribution.author_id)
    sent = sent.select_from(Contribution).join(Person, Person.id == Contribution.author_id)
    yield from db.session.execute(_alone(sent, since))


def _alone(query: Select[Any], since: datetime) -> Select[Any]:
    """Those of the contributions of a time whose words lie in no thread and came on no paper."""
    return query.where(
        Contribution.id >= _first_contribution(since),
        Contribution.sent_at >= since,
        Contribution.channel == "",
        Contribution.thread_id.is_(None),
        Contribution.comment_id.is_(None),
    )


def _counted(policy_id: Any, clause: Any, at: Any, author_id: Any) -> Select[Any]:
    hour, is_new = (_seconds(at) // 3600).label("hour"), is_new_account(at).label("is_new")
    people = func.count(author_id.distinct())
    # By name: PostgreSQL takes the same expression with other parameters for another one.
    return select(policy_id, clause, hour, is_new, func.count(), people).group_by(
        policy_id, clause, "hour", "is_new"
    )


def is_new_account(at: Any) -> ColumnElement[bool]:
    """SQL over Person: whether the account was new when the words came."""
    return _seconds(at) - _seconds(Person.created_at) < NEW_FOR.total_seconds()


def _seconds(moment: Any) -> ColumnElement[int]:
    return cast(extract("epoch", moment), BigInteger)


def _first_comment(since: datetime) -> int:
    query = select(Comment.id, Comment.posted_at)
    return _first_since(query, Comment.id, since)


def _first_contribution(since: datetime) -> int:
    query = select(Contribution.id, Contribution.sent_at).where(Contribution.channel == "")
    return _first_since(query, Contribution.id, since)


def _first_position(since: datetime) -> int:
    return _first_since(select(Position.id, Position.taken_at), Position.id, since)


def _first_since(query: Select[int, datetime], ident: Any, since: datetime) -> int:
    """The least id of the rows (id, moment) from ``since`` on, found by halving."""
    low, high = 1, (db.session.scalar(select(func.max(ident))) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        row = db.session.execute(query.where(ident >= middle).order_by(ident).limit(1)).first()
        if row is None or row[1] >= since:
            high = middle
        else:
            low = row[0] + 1
    return low
