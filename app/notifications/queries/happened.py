"""What happened, for a reader: of what they follow, of one policy, of the whole site.

Private policies and words taken back are absent; words hidden since say so. The number of SELECTs
does not depend on the number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from app import clock
from app.access.actor import VISITOR, Actor
from app.database import Lookup, UTCDateTime, db
from app.notifications.models import Happening, Notice, ReaderState, Watch
from app.notifications.queries import talk_news, text_news
from app.notifications.queries.news import Known, News, as_one
from app.notifications.queries.notices import count_unseen
from app.notifications.rules import COURSE, MILESTONES, Kind
from app.policies.models import Policy, PolicyMember
from app.visibility import is_open_to_all, is_visible

PAGE_SIZE = 50
MOST_NEW = 99
Rows = Sequence[Happening]

_TELLERS: dict[Kind, Callable[[Rows, Known], Iterator[News]]] = {
    Kind.REVISION: text_news.revisions,
    Kind.CORRECTION: text_news.corrections,
    Kind.PHASE: text_news.phases,
    Kind.CALL: text_news.calls,
    Kind.CALL_CHANGED: text_news.calls,
    Kind.CALL_ENDED: text_news.calls,
    Kind.MEETING: text_news.meetings,
    Kind.DECISION: text_news.decisions,
    Kind.CONTRIBUTION: talk_news.contributions,
    Kind.ANSWER: talk_news.answers,
    Kind.COMMENT: talk_news.comments,
    Kind.THREAD: talk_news.threads,
    Kind.SUMMARY: talk_news.summaries,
    Kind.MODERATION: talk_news.moderation,
}


def list_news(rows: Rows, actor: Actor) -> list[News]:
    """What ``actor`` may see of these happenings now, newest first, bursts joined."""
    known = Known(rows, actor)
    by_teller: dict[Callable[[Rows, Known], Iterator[News]], list[Happening]] = {}
    for row in rows:
        if row.policy_id in known.policies:
            by_teller.setdefault(_TELLERS[Kind(row.kind)], []).append(row)
    news = [one for teller, some in by_teller.items() for one in teller(some, known)]
    return as_one(sorted(news, key=lambda one: one.id, reverse=True))


def list_followed(
    actor: Actor, *, before: int | None = None, after: int = 0, size: int = PAGE_SIZE
) -> tuple[list[News], int | None]:
    """News of what ``actor`` follows, from others and from after they began to, newest first below
    the id ``before`` and above ``after``; and the key of the next page."""
    query = (
        select(Happening)
        .where(_of_followed(actor), Happening.id > after)
        .order_by(Happening.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        query = query.where(Happening.id < before)
    rows = db.session.scalars(query).all()
    return list_news(rows[:size], actor), rows[size - 1].id if len(rows) > size else None


def count_new(actor: Actor) -> int:
    """How many notices and how much news of what they follow ``actor`` has not looked at; counted
    up to MOST_NEW."""
    seen = select(ReaderState.seen_upto).where(ReaderState.person_id == actor.person_id)
    unread = Happening.id > func.coalesce(seen.scalar_subquery(), 0)
    some = select(Happening.id).where(_of_followed(actor), unread, _is_seen(actor)).limit(MOST_NEW)
    news = db.session.scalar(select(func.count()).select_from(some.subquery())) or 0
    return min(MOST_NEW, news + count_unseen(actor))


def _is_seen(actor: Actor) -> ColumnElement[bool]:
    visible = is_visible(Policy, PolicyMember, actor, clock.now())
    return Happening.policy_id.in_(select(Policy.id).where(visible))


def _of_followed(actor: Actor) -> ColumnElement[bool]:
    mine = Watch.person_id == actor.person_id
    followed = (
        select(Watch.id)
        .where(mine, Watch.policy_id == Happening.policy_id, Watch.since <= Happening.at)
        .where(is_about(Watch.clause, Watch.thread_id))
        .correlate(Happening)
    )
    told = (
        select(Notice.id)
        .where(Notice.person_id == actor.person_id, Notice.once == _as_notice())
        .correlate(Happening)
    )
    return and_(
        Happening.policy_id.in_(select(Watch.policy_id).where(mine)),
        Happening.by_public_id != actor.public_id,
        followed.exists(),
        ~told.exists(),
    )


def _as_notice() -> ColumnElement[str]:
    """SQL over Happening: what a notice about it would be known by (``Notice.once``); it is told to
    its person there and not a second time among what they follow."""
    about = case(
        (Happening.kind == Kind.COMMENT, "reply:"),
        (Happening.kind == Kind.ANSWER, "answer:"),
        (Happening.kind == Kind.MODERATION, "action:"),
        (Happening.kind == Kind.DECISION, "final:"),
        else_="",
    )
    return about + cast(Happening.ref, String)


def is_about(clause: Any, thread_id: Any) -> ColumnElement[bool]:
    """SQL over Happening: whether it concerns who follows its policy (clause "" and thread 0), one
    clause, or one thread; both are SQL: columns of what somebody follows, or literals.

    Of the steps of the whole draft all of them hear.
    """
    return or_(
        and_(clause == "", thread_id == 0),
        and_(clause != "", Happening.clauses.contains(literal(" ") + clause + " ")),
        and_(thread_id != 0, Happening.thread_id == thread_id),
        Happening.kind.in_(MILESTONES),
    )


def list_public(
    policy_id: int | None = None, clause: str = "", *, size: int = PAGE_SIZE
) -> list[News]:
    """News as visitors see them: of one policy or one clause of it, or (None) the texts and the
    course of all policies, for feeds."""
    query = select(Happening).order_by(Happening.id.desc()).limit(size)
    if policy_id is None:
        query = query.where(Happening.kind.in_(COURSE), _is_seen(VISITOR))
    else:
        query = query.where(Happening.policy_id == policy_id, is_about(literal(clause), literal(0)))
    return list_news(db.session.scalars(query).all(), VISITOR)


_LATEST = Lookup(
    select(func.max(Happening.id)).where(Happening.policy_id == bindparam("policy_id"))
)
_SITE = Lookup(
    select(
        select(func.max(Happening.id)).scalar_subquery(),
        func.count(case((is_open_to_all(Policy, bindparam("now", type_=UTCDateTime())), 1))),
        func.sum(Policy.page_version),
    )
)


def find_latest(policy_id: int) -> int:
    """The id of the last happening on a policy, 0 for none."""
    row = _LATEST.first(policy_id=policy_id)
    return (row and row[0]) or 0


def find_site_stamp() -> str:
    """What changes whenever the feed of the whole site may: something was noted, a page of a policy
    shows something else, or a policy became public at its time."""
    row = _SITE.first(now=clock.now())
    return ".".join(str(value or 0) for value in row or ())


def find_site_updated() -> datetime:
    """When a public policy last showed something new; now, while there is none."""
    query = select(func.max(Policy.updated_at)).where(is_open_to_all(Policy, clock.now()))
    return db.session.scalar(query) or clock.now()
