"""The one queue of what was reported: urgent first, then the oldest, with a few of the words.

Hidden words are left out by the SELECT itself. What its author took back, and what ``actor`` could
not read anyway, is no case for ``actor``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from app import clock
from app.access.actor import Actor
from app.accounts.models import Person
from app.database import db
from app.discussions.models import Comment
from app.errors import NotFound
from app.messages import N_
from app.moderation.models import ModerationCase
from app.moderation.queries.places import (
    Place,
    is_known,
    is_writer,
    place_columns,
    read_place,
    with_places,
)
from app.moderation.queries.reports import EXCERPT, count_reports, list_first_changes
from app.moderation.rules import CLAIM_SECONDS, SITE, Kind, stamp_of
from app.policies.models import Policy, Revision
from app.suggestions.models import Contribution
from app.suggestions.rules import State
from app.visibility import Hidden

PAGE_SIZE = 30
WHO = ("mine", "free")

_named = aliased(Person, name="named")
_claimer = aliased(Person, name="claimer")


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """What the queue is narrowed to; empty fields narrow nothing. ``who``: the cases that the
    actor has claimed (mine), or that nobody has (free)."""

    who: str = ""
    policy: str = ""
    rule: str = ""
    kind: str = ""


EVERYTHING = QueueFilters()


@dataclass(frozen=True, slots=True)
class QueueKey:
    """The last case of a page: the next begins behind it."""

    is_urgent: bool
    id: int

    def __str__(self) -> str:
        return f"{'u' if self.is_urgent else 'n'}{self.id}"


@dataclass(frozen=True, slots=True)
class Case:
    """One case as those who keep order see it. ``words`` is "" for what is hidden; ``is_aside``:
    the site put it out of view and somebody has to look. ``reports`` counts by rule.

    ``stamp`` is that of the words. ``claimed_by`` is a name ("" when nobody has it, or had it for too long), ``is_own`` says that
    the words are the actor's or on a draft that they write, ``is_gone`` that nothing is left.
    """

    id: int
    kind: Kind
    object_id: int
    rule: str
    is_urgent: bool
    for_supervisors: bool
    opened_at: datetime
    closed_at: datetime | None
    author_id: int | None
    place: Place
    words: str
    is_aside: bool
    is_hidden: bool
    is_gone: bool
    stamp: str
    claimed_by: str = ""
    is_mine: bool = False
    is_own: bool = False
    closed_by_me: bool = False
    reports: tuple[tuple[str, int], ...] = ()

    @property
    def reporters(self) -> int:
        """How many reports there are."""
        return sum(count for _rule, count in self.reports)

    @property
    def is_open_suggestion(self) -> bool:
        """Whether it holds suggested words that can be read."""
        return self.kind is Kind.SUGGESTION and not self.is_hidden

    @property
    def is_free(self) -> bool:
        """Whether the actor may decide on it as far as others' claims go."""
        return not self.claimed_by or self.is_mine


def list_cases(
    actor: Actor,
    filters: QueueFilters = EVERYTHING,
    *,
    after: QueueKey | None = None,
    size: int = PAGE_SIZE,
) -> tuple[Sequence[Case], QueueKey | None]:
    """Open cases behind ``after``, and the key of the next page; three SELECTs however many."""
    query = _narrowed(_select_cases(actor).where(*are_open(actor)), filters, actor)
    if after is not None:
        query = query.where(_is_behind(after))
    query = query.order_by(ModerationCase.is_urgent.desc(), ModerationCase.id).limit(size + 1)
    found = _cases(db.session.execute(query).all(), actor)
    if len(found) <= size:
        return found, None
    last = found[size - 1]
    return found[:size], QueueKey(last.is_urgent, last.id)


def count_cases(actor: Actor) -> tuple[int, int]:
    """How many cases are open for ``actor``, and how many of them are urgent."""
    urgent = func.sum(case((ModerationCase.is_urgent, 1), else_=0))
    query: Select[Any] = select(func.count(), func.coalesce(urgent, 0)).select_from(ModerationCase)
    row = db.session.execute(with_words(query).where(*are_open(actor))).one()
    return row[0], row[1]


def find_next(actor: Actor) -> int | None:
    """The id of the case that ``actor`` could take up next: free or theirs, and not their own
    matter; None when nothing is left."""
    query = _select_cases(actor).where(
        *are_open(actor),
        ModerationCase.for_supervisors.is_(False),
        or_(ModerationCase.author_id.is_(None), ModerationCase.author_id != actor.person_id),
        ~is_writer(ModerationCase, actor),
        or_(_is_free(), ModerationCase.claimed_by_id == actor.person_id),
    )
    query = query.order_by(ModerationCase.is_urgent.desc(), ModerationCase.id).limit(1)
    row = db.session.execute(query).first()
    return row.ModerationCase.id if row else None


def get_case(case_id: int, actor: Actor) -> Case:
    """One case, open or closed; NotFound when absent or when ``actor`` could not read the words."""
    query = _select_cases(actor).where(
        ModerationCase.id == case_id, is_known(ModerationCase, actor)
    )
    found = _cases(db.session.execute(query).all(), actor)
    if not found:
        raise NotFound(N_("This page does not exist, or you may not see it."))
    return found[0]


def are_open(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """SQL, after ``with_words``: nobody has decided yet, ``actor`` could read the words, and
    something of them is left."""
    return ModerationCase.closed_at.is_(None), is_known(ModerationCase, actor), ~_is_gone()


def is_claim_over() -> ColumnElement[bool]:
    """SQL over ModerationCase: a claim that is too old to keep others away."""
    return ModerationCase.claimed_at < clock.now() - timedelta(seconds=CLAIM_SECONDS)


def _is_behind(key: QueueKey) -> ColumnElement[bool]:
    rest = ModerationCase.is_urgent.is_(False)
    if not key.is_urgent:
        return and_(rest, ModerationCase.id > key.id)
    return or_(rest, ModerationCase.id > key.id)


def _is_free() -> ColumnElement[bool]:
    return or_(ModerationCase.claimed_by_id.is_(None), is_claim_over())


def _select_cases(actor: Actor) -> Select[Any]:
    is_out_of_sight = Hidden.id.is_not(None)
    words = case(
        (is_out_of_sight, ""),
        (ModerationCase.kind == Kind.COMMENT, Comment.body),
        (ModerationCase.kind == Kind.SUGGESTION, Contribution.reason),
        (ModerationCase.kind == Kind.SUMMARY, Revision.summary),
        else_=_named.name,
    )
    query: Select[Any] = select(
        *place_columns(ModerationCase, actor),
        ModerationCase,
        func.substr(func.coalesce(words, ""), 1, EXCERPT).label("words"),
        Hidden.by_role.label("hidden_by"),
        _is_gone().label("is_gone"),
        case((~_is_free(), _claimer.name), else_="").label("claimed_by"),
        is_writer(ModerationCase, actor).label("is_writer"),
        func.coalesce(Comment.edited_at, Comment.posted_at).label("said_at"),
        func.coalesce(Contribution.changed_at, Contribution.sent_at).label("sent_at"),
        Revision.saved_at.label("saved_at"),
        _named.name.label("name"),
    ).select_from(ModerationCase)
    return with_words(query)


def with_words(query: Select[Any]) -> Select[Any]:
    """The query over ModerationCase joined with the words and people that its cases are about."""
    hides = and_(Hidden.kind == ModerationCase.kind, Hidden.object_id == ModerationCase.object_id)
    return (
        with_places(query, ModerationCase)
        .outerjoin(Hidden, hides)
        .outerjoin(_named, _named.id == ModerationCase.author_id)
        .outerjoin(_claimer, _claimer.id == ModerationCase.claimed_by_id)
    )


def _is_gone() -> ColumnElement[bool]:
    """SQL: its author took it back or left, or it was removed for good."""
    of = ModerationCase.kind
    return case(
        (Hidden.removed_at.is_not(None), True),
        (of == Kind.COMMENT, or_(Comment.id.is_(None), Comment.withdrawn_at.is_not(None))),
        (
            of == Kind.SUGGESTION,
            or_(Contribution.id.is_(None), Contribution.state == State.WITHDRAWN),
        ),
        (of == Kind.SUMMARY, or_(Revision.id.is_(None), Revision.summary == "")),
        else_=or_(_named.id.is_(None), _named.erased_at.is_not(None)),
    )


def _narrowed(query: Select[Any], filters: QueueFilters, actor: Actor) -> Select[Any]:
    for column, value in (
        (Policy.slug, filters.policy),
        (ModerationCase.rule, filters.rule),
        (ModerationCase.kind, filters.kind),
    ):
        if value:
            query = query.where(column == value)
    if filters.who == "mine":
        return query.where(ModerationCase.claimed_by_id == actor.person_id, ~_is_free())
    return query.where(_is_free()) if filters.who == "free" else query


def _cases(rows: Sequence[Any], actor: Actor) -> list[Case]:
    found = [_case(row, actor) for row in rows]
    reports = count_reports([one.id for one in found])
    changes = list_first_changes([one.object_id for one in found if one.is_open_suggestion])
    return [
        replace(
            one,
            reports=reports.get(one.id, ()),
            words=_with(changes.get(one.object_id, ""), one.words)
            if one.is_open_suggestion
            else one.words,
        )
        for one in found
    ]


def _with(change: str, reason: str) -> str:
    return "\n".join(part for part in (change, reason) if part)


def _case(row: Any, actor: Actor) -> Case:
    *place, one, words, hidden_by, is_gone, claimed_by, writes, said, sent, saved, name = row
    return Case(
        id=one.id,
        kind=Kind(one.kind),
        object_id=one.object_id,
        rule=one.rule,
        is_urgent=one.is_urgent,
        for_supervisors=one.for_supervisors,
        opened_at=one.opened_at,
        closed_at=one.closed_at,
        author_id=one.author_id,
        place=read_place(place),
        words=words,
        is_aside=hidden_by == SITE,
        is_hidden=hidden_by is not None,
        is_gone=bool(is_gone),
        stamp=stamp_of(said or sent or saved or name or ""),
        claimed_by=claimed_by or "",
        is_mine=bool(claimed_by) and one.claimed_by_id == actor.id,
        is_own=bool(writes) or (one.author_id is not None and one.author_id == actor.id),
        closed_by_me=one.closed_by_id is not None and one.closed_by_id == actor.id,
    )
