"""Reviews: who may ask for one, which wait, and whose own matter they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.sql import ColumnElement

from app import clock
from app.access.actor import Actor, Role
from app.database import db
from app.errors import NotFound
from app.messages import N_, Message
from app.moderation.models import Appeal, Flag, ModerationAction, ModerationCase
from app.moderation.queries.log import find_entry
from app.moderation.queries.log_rows import LogEntry
from app.moderation.queries.places import (
    AnySelect,
    Place,
    is_known,
    is_writer,
    place_columns,
    read_place,
    with_places,
)
from app.moderation.review_rules import Decided, why_no_review
from app.moderation.rules import Kind
from app.suggestions.models import Contribution
from app.suggestions.queries.shown import NO_RECEIPTS, Receipts, opening_comment

PAGE_SIZE = 50
LATELY = 20  # decided reviews that the list shows


@dataclass(frozen=True, slots=True)
class Reviewable:
    """An action as somebody concerned sees it: what it was, and why no review is possible (None:
    it is). ``appeal`` is the review that was asked for, by whomever."""

    entry: LogEntry
    is_concerned: bool
    appeal: Appeal | None
    refusal: Message | None


@dataclass(frozen=True, slots=True)
class AppealView:
    """A review as those who decide it see it.

    ``asked_by`` is "author", "flagger" or "code"; ``is_own`` says that the reader is concerned in
    it. ``words`` are those of who asked.
    """

    id: int
    words: str
    at: datetime
    decided_at: datetime | None
    outcome: str
    reason: str
    decided_role: str
    action_id: int
    case_id: int | None
    action: str
    kind: str
    object_id: int
    rule: str
    first_reason: str
    first_role: str
    first_at: datetime
    asked_by: str
    is_own: bool
    place: Place

    @property
    def days(self) -> int:
        """For how many whole days it has waited."""
        return (clock.now() - self.at) // timedelta(days=1)


def get_reviewable(
    action_id: int, actor: Actor, receipts: Receipts = NO_RECEIPTS
) -> tuple[Reviewable, ModerationAction]:
    """What ``actor`` may know of the action; NotFound for one that is neither in the log for them
    nor their own matter."""
    found = find_entry(action_id, actor)
    done = db.session.get(ModerationAction, action_id)
    if found is None or done is None:
        raise NotFound(N_("This page does not exist, or you may not see it."))
    entry, is_seen = found
    concerned = is_concerned(done, actor, receipts)
    if not is_seen and not concerned:
        raise NotFound(N_("This page does not exist, or you may not see it."))
    refusal = why_no_review(decided(done), clock.now())
    return Reviewable(entry, concerned, find_appeal(action_id), refusal), done


def find_appeal(action_id: int) -> Appeal | None:
    """The review of this action that somebody asked for."""
    return db.session.scalar(select(Appeal).where(Appeal.action_id == action_id))


def is_concerned(done: ModerationAction, actor: Actor, receipts: Receipts) -> bool:
    """Whether the action is about ``actor``, about a contribution whose code this browser has
    shown, or what a report by ``actor`` led to."""
    if not actor.is_anonymous and actor.id == done.person_id:
        return True
    if receipts and _is_of_receipt(done, receipts):
        return True
    return not actor.is_anonymous and actor.id in _flaggers(done.case_id)


def _is_of_receipt(done: ModerationAction, receipts: Receipts) -> bool:
    same: ColumnElement[bool]
    if done.kind == Kind.SUGGESTION:
        same = Contribution.id == done.object_id
    elif done.kind == Kind.COMMENT:
        same = opening_comment() == done.object_id
    else:
        return False
    query = select(Contribution.id).where(Contribution.id.in_(receipts), same)
    return db.session.scalar(query) is not None


def _flaggers(case_id: int | None) -> frozenset[int]:
    if case_id is None:
        return frozenset()
    query = select(Flag.by_id).where(Flag.case_id == case_id, Flag.by_id.is_not(None))
    return frozenset(one for one in db.session.scalars(query) if one is not None)


def decided(done: ModerationAction) -> Decided:
    """What ``why_no_review`` asks of an action."""
    taken_back = exists().where(ModerationAction.reverses_id == done.id)
    of_review = exists().where(Appeal.reversal_id == done.id)
    waits = exists().where(
        ModerationCase.kind == done.kind,
        ModerationCase.object_id == done.object_id,
        ModerationCase.closed_at.is_(None),
    )
    is_taken_back, is_of_review, is_waiting = db.session.execute(
        select(taken_back, of_review, waits)
    ).one()
    return Decided(
        action=done.action,
        at=done.at,
        is_taken_back=bool(is_taken_back),
        is_answer=done.is_mistake or bool(is_of_review),
        waits=bool(is_waiting),
    )


def role_of(by_role: str) -> Role:
    """In which role somebody else decides the review; the site's own acts are volunteers'."""
    return Role.SUPERVISOR if by_role == Role.SUPERVISOR else Role.VOLUNTEER


def parties_of(appeal: Appeal) -> frozenset[int]:
    """Everybody who may not decide the review: who acted, whose matter it is, who reported, who
    asked."""
    done = appeal.action
    people = {done.by_id, done.person_id, appeal.by_id, *_flaggers(done.case_id)}
    return frozenset(one for one in people if one is not None)


def list_open_appeals(
    actor: Actor, *, after: int | None = None, size: int = PAGE_SIZE
) -> tuple[list[AppealView], int | None]:
    """Reviews that wait for a decision, the oldest first after the id ``after``, and the key of
    the next page."""
    query = _select(actor).where(Appeal.decided_at.is_(None), is_known(ModerationAction, actor))
    if after is not None:
        query = query.where(Appeal.id > after)
    rows = _views(query.order_by(Appeal.id).limit(size + 1), actor)
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def list_decided_appeals(actor: Actor) -> list[AppealView]:
    """The reviews that were decided last."""
    query = _select(actor).where(Appeal.decided_at.is_not(None), is_known(ModerationAction, actor))
    return _views(query.order_by(Appeal.decided_at.desc(), Appeal.id.desc()).limit(LATELY), actor)


def count_open_appeals(actor: Actor, *, before: datetime | None = None) -> int:
    """How many reviews wait, or wait since before a moment."""
    query = with_places(
        select(func.count(Appeal.id)).join(ModerationAction, Appeal.action), ModerationAction
    ).where(Appeal.decided_at.is_(None), is_known(ModerationAction, actor))
    if before is not None:
        query = query.where(Appeal.at < before)
    return db.session.scalar(query) or 0


def get_appeal(appeal_id: int, actor: Actor) -> AppealView:
    """One review; NotFound when it is about something that ``actor`` may not see."""
    rows = _views(
        _select(actor).where(Appeal.id == appeal_id, is_known(ModerationAction, actor)), actor
    )
    if not rows:
        raise NotFound(N_("This page does not exist, or you may not see it."))
    return rows[0]


def list_flags(case_id: int | None) -> Sequence[Flag]:
    """What readers reported, the first one first."""
    query = select(Flag).where(Flag.case_id == case_id).order_by(Flag.id).limit(PAGE_SIZE)
    return db.session.scalars(query).all() if case_id is not None else ()


def _select(actor: Actor) -> AnySelect:
    mine = exists().where(Flag.case_id == ModerationAction.case_id, Flag.by_id == actor.id)
    concerned = or_(mine, is_writer(ModerationAction, actor))
    columns = (*place_columns(ModerationAction, actor), Appeal, ModerationAction, concerned)
    return with_places(
        select(*columns).select_from(Appeal).join(ModerationAction, Appeal.action),
        ModerationAction,
    )


def _views(query: AnySelect, actor: Actor) -> list[AppealView]:
    return [_view(row, actor) for row in db.session.execute(query)]


def _view(row: Any, actor: Actor) -> AppealView:
    *place, appeal, done, is_concerned_besides = row
    own = actor.id in (done.by_id, done.person_id, appeal.by_id)
    return AppealView(
        id=appeal.id,
        words=appeal.words,
        at=appeal.at,
        decided_at=appeal.decided_at,
        outcome=appeal.outcome,
        reason=appeal.reason,
        decided_role=appeal.decided_role,
        action_id=done.id,
        case_id=done.case_id,
        action=done.action,
        kind=done.kind,
        object_id=done.object_id,
        rule=done.rule,
        first_reason=done.reason,
        first_role=done.by_role,
        first_at=done.at,
        asked_by=_asker(appeal, done),
        is_own=own or bool(is_concerned_besides),
        place=read_place(place),
    )


def _asker(appeal: Appeal, done: ModerationAction) -> str:
    if appeal.by_id is None:
        return "code"
    return "author" if appeal.by_id == done.person_id else "flagger"
