"""What a reader may see of contributions: the one place of its filters and columns.

Hidden words and words taken back never leave the database: the SELECT itself puts nothing in
their place, so no page, feed or export can forget to look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from app.access.actor import Actor, Confirmation, Role
from app.accounts.models import Department, Person
from app.database import db
from app.discussions.models import Comment
from app.discussions.queries import Marker, is_released
from app.discussions.rules import enough_confirmation, is_shown_to_others
from app.errors import NotFound
from app.messages import N_
from app.policies.models import Policy, PolicyMember, district_of
from app.policies.queries import seen_by
from app.policies.seats import byline
from app.policies.versions import Version, get_version
from app.suggestions.models import Answer, Contribution, PaperRecord, SuggestedChange
from app.suggestions.queries.views import AnswerView, ChangeView, ContributionView, PaperView
from app.suggestions.rules import State
from app.text.labels import spoken
from app.visibility import Hidden, is_inside

SUGGESTION = "suggestion"  # the kind of a hidden suggestion; a hidden comment hides its thread's
COMMENT = "comment"
Receipts = frozenset[int]  # ids of contributions whose look-up code this browser has shown
NO_RECEIPTS: Receipts = frozenset()
_first = aliased(Comment, name="first_comment")


def select_contributions(actor: Actor, receipts: Receipts = NO_RECEIPTS) -> Select[Any]:
    """Contributions that exist for ``actor``; feed the rows of a page to ``views``.

    Contribution, Policy and Person (the author) are joined, so callers filter and order by them.
    """
    shown = and_(Hidden.id.is_(None), Contribution.state != State.WITHDRAWN)
    body = case((_first.id.is_(None), Contribution.reason), else_=_first.body)
    return (
        select(
            Contribution,
            Policy.slug,
            Policy.title,
            Policy.language,
            Policy.head_number,
            Person.name,
            Person.public_id,
            Person.confirmation,
            district_of(Contribution.policy_id, Contribution.author_id).label("district"),
            case((shown, func.coalesce(body, "")), else_="").label("words"),
            Hidden.action_id,
            Hidden.rule,
            Hidden.reason.label("hidden_reason"),
            Hidden.by_role,
            Hidden.hidden_at,
            Hidden.ground,
            Hidden.removed_at,
        )
        .select_from(Contribution)
        .join(Policy, Policy.id == Contribution.policy_id)
        .join(Person, Person.id == Contribution.author_id)
        .outerjoin(_first, _first.id == opening_comment())
        .outerjoin(Hidden, _hides())
        .where(contributions_seen_by(actor, receipts))
    )


def opening_comment() -> ScalarSelect[int]:
    """SQL over Contribution: the id of the comment that holds its words: the one that opened its
    thread, or the reply it stands for."""
    opened = select(func.coalesce(Contribution.comment_id, func.min(Comment.id))).where(
        Comment.thread_id == Contribution.thread_id
    )
    return opened.correlate(Contribution).scalar_subquery()


def contributions_seen_by(actor: Actor, receipts: Receipts = NO_RECEIPTS) -> ColumnElement[bool]:
    """SQL over Contribution, Policy and its author Person: whether it exists for ``actor``.

    Words of people who are not confirmed far enough wait, and so do words that are held, except for the officers of the draft,
    who answer them all the same. For words that came on paper the office answers.
    """
    known = or_(Person.confirmation.in_(enough_confirmation()), Contribution.channel != "")
    is_out = is_released(Contribution.held_until, Contribution.author_id, actor)
    if actor.role is Role.OFFICER and not actor.is_suspended:
        known = or_(known, is_inside(Policy, PolicyMember, actor))
        is_out = or_(is_out, is_inside(Policy, PolicyMember, actor))
    shown = and_(is_since_public(actor), known, is_out)
    return and_(seen_by(actor), or_(_is_own(actor, receipts), shown))


def is_since_public(actor: Actor) -> ColumnElement[bool]:
    """SQL over Contribution and Policy: what was sent while a draft was private stays with the
    insiders unless its history was made public too."""
    made_public = func.coalesce(Policy.published_at, Policy.publish_at)
    ways = [Policy.publish_history.is_(True), Contribution.sent_at >= made_public]
    if not actor.is_anonymous and not actor.is_suspended:
        ways.append(is_inside(Policy, PolicyMember, actor))
    return or_(*ways)


def _is_own(actor: Actor, receipts: Receipts) -> ColumnElement[bool]:
    by_code = Contribution.id.in_(receipts)
    return by_code if actor.is_anonymous else or_(by_code, Contribution.author_id == actor.id)


def _hides() -> ColumnElement[bool]:
    return or_(
        and_(Hidden.kind == SUGGESTION, Hidden.object_id == Contribution.id),
        and_(Hidden.kind == COMMENT, Hidden.object_id == _first.id),
    )


def get_contribution(
    slug: str, number: int, actor: Actor, receipts: Receipts = NO_RECEIPTS
) -> ContributionView:
    """The contribution with this number; NotFound when it does not exist for ``actor``."""
    query = select_contributions(actor, receipts).where(
        Policy.slug == slug, Contribution.number == number
    )
    return _one(query, actor, receipts)


def get_suggestion(contribution_id: int, actor: Actor) -> ContributionView:
    """The suggestion, or words that came on paper, with this id; NotFound when it is neither or
    does not exist for ``actor``."""
    query = select_contributions(actor).where(
        Contribution.id == contribution_id,
        Contribution.thread_id.is_(None),
        Contribution.comment_id.is_(None),
    )
    return _one(query, actor, NO_RECEIPTS)


def _one(query: Select[Any], actor: Actor, receipts: Receipts) -> ContributionView:
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound(N_("This page does not exist, or you may not see it."))
    return views([row], actor, receipts)[0]


def views(
    rows: Sequence[Any], actor: Actor, receipts: Receipts = NO_RECEIPTS
) -> list[ContributionView]:
    """Rows of ``select_contributions`` with their changes and answers: two more SELECTs in all, and
    one where words came on paper."""
    readable = [row[0].id for row in rows if row.action_id is None and row[0].state != "withdrawn"]
    changes = _changes(readable)
    answers = _answers([row[0].id for row in rows])
    papers = _papers([row[0].id for row in rows if row[0].channel])
    versions = cache(get_version)  # each asks the database whether it is still the same
    found = [_view(row, changes, answers, actor, receipts, versions) for row in rows]
    return [_on_paper(view, papers[view.id]) if view.id in papers else view for view in found]


def _changes(ids: list[int]) -> dict[int, list[SuggestedChange]]:
    found: dict[int, list[SuggestedChange]] = {}
    query = (
        select(SuggestedChange)
        .where(SuggestedChange.contribution_id.in_(ids))
        .order_by(SuggestedChange.contribution_id, SuggestedChange.position)
    )
    for change in db.session.scalars(query) if ids else ():
        found.setdefault(change.contribution_id, []).append(change)
    return found


def _answers(ids: list[int]) -> dict[int, list[AnswerView]]:
    found: dict[int, list[AnswerView]] = {}
    query = (
        select(Answer, Department.name)
        .outerjoin(Department, Department.id == Answer.department_id)
        .where(Answer.contribution_id.in_(ids))
        .order_by(Answer.id)
    )
    for answer, department in db.session.execute(query) if ids else ():
        view = AnswerView(
            answer.id,
            answer.outcome,
            answer.reason,
            answer.reference,
            tuple(answer.clauses.split()),
            answer.revision,
            answer.by_role,
            department or "",
            answer.answered_at,
            answer.part,
        )
        found.setdefault(answer.contribution_id, []).append(view)
    return found


def _papers(ids: list[int]) -> dict[int, PaperView]:
    query = (
        select(
            PaperRecord.contribution_id,
            PaperRecord.channel,
            PaperRecord.received_on,
            func.coalesce(Department.name, ""),
            PaperRecord.place,
            PaperRecord.shows_name,
        )
        .outerjoin(Department, Department.id == PaperRecord.department_id)
        .where(PaperRecord.contribution_id.in_(ids))
    )
    rows = db.session.execute(query) if ids else ()
    return {row[0]: PaperView(row[1], row[2], row[3], row[4], row[5]) for row in rows}


def _on_paper(view: ContributionView, paper: PaperView) -> ContributionView:
    """With how it came; its author signs in nowhere and has no page."""
    return replace(view, paper=paper.beside(view.marker), author_public_id="")


def _view(
    row: Any,
    changes: dict[int, list[SuggestedChange]],
    answers: dict[int, list[AnswerView]],
    actor: Actor,
    receipts: Receipts,
    versions: Callable[[int, int], Version],
) -> ContributionView:
    one: Contribution = row[0]
    marker = None
    if row.action_id is not None:
        marker = Marker(
            row.action_id,
            row.rule,
            row.hidden_reason,
            row.by_role,
            row.hidden_at,
            row.ground,
            row.removed_at,
        )
    # Hidden words are answered all the same, to their author alone.
    is_own = one.id in receipts or (not actor.is_anonymous and one.author_id == actor.id)
    head = versions(one.policy_id, row.head_number)
    place = head.clause(one.clause or one.after or "")
    base = versions(one.policy_id, one.base) if one.id in changes else head
    by = byline(row.name, row.public_id, one.author_role, one.speaks_for, row.district)
    return ContributionView(
        id=one.id,
        policy_id=one.policy_id,
        slug=row.slug,
        title=row.title,
        language=row.language,
        number=one.number,
        kind=one.kind,
        clause=one.clause,
        after=one.after,
        base=one.base,
        label=spoken(place.label) if place else "",
        author_id=one.author_id,
        author_name=by.name,
        author_public_id=by.public_id,
        author_role=by.role,
        speaks_for=by.speaks_for,
        words=row.words,
        begun_at=one.begun_at,
        sent_at=one.sent_at,
        changed_at=one.changed_at,
        is_late=one.is_late,
        state=one.state,
        withdrawn_at=one.withdrawn_at,
        fit=one.fit,
        superseded_by=one.superseded_by,
        thread_id=one.thread_id,
        group_id=one.group_id,
        channel=one.channel,
        round=one.round,
        is_owed=one.is_owed,
        parts=one.parts,
        head=row.head_number,
        news_at=one.news_at,
        seen_at=one.seen_at,
        is_own=is_own,
        held_until=one.held_until,
        is_waiting=not one.channel and not is_shown_to_others(Confirmation(row.confirmation)),
        marker=marker,
        changes=tuple(_change(change, base) for change in changes.get(one.id, [])),
        answers=tuple(answers.get(one.id, [])) if marker is None or is_own else (),
    )


def _change(change: SuggestedChange, base: Version) -> ChangeView:
    place = base.clause(change.clause or change.after or "")
    before = place.text.strip("\n") if place and change.clause else ""
    label = spoken(place.label) if place else ""
    return ChangeView(change.kind, change.clause, change.after, label, before, change.text)
