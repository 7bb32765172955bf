"""What the desk of answers shows of one contribution, and which one comes next.

All of it is the office's: a caller has asked for Act.PREPARE_ANSWERS first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload

from app.access.actor import Actor, Role
from app.accounts.models import Person
from app.database import db
from app.policies.models import Policy, PolicyMember
from app.suggestions.models import (
    AnswerDraft,
    Assignment,
    Contribution,
    ContributionPart,
    SavedReason,
)
from app.suggestions.queries.listing import is_about
from app.suggestions.queries.owed import has_whole_draft, hidden_ids
from app.suggestions.queries.shown import select_contributions, views
from app.suggestions.queries.views import ContributionView
from app.suggestions.rules import State

SHOWN_SIMILAR = 10
LISTED = 20
SHOWS = ("unwritten", "written", "late", "hidden", "all")


@dataclass(frozen=True, slots=True)
class DeskFilters:
    """Which contributions the officer goes through, in the order of their numbers.

    ``show`` is one of SHOWS: owed ones without a whole draft, whole drafts, those sent after
    closing, hidden ones, or all that can be answered. ``mine`` are those passed to the reader.
    """

    show: str = "unwritten"
    mine: bool = False
    clause: str = ""


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One contribution on the desk: ``points`` are the words of its points by part ("" where a
    volunteer hid them), ``drafts`` by part (0 for all of it), ``similar`` the first others
    of its group and ``same`` how many others there are, ``unwritten`` of them without a draft."""

    view: ContributionView
    points: dict[int, str]
    drafts: dict[int, AnswerDraft]
    assignment: Assignment | None
    similar: Sequence[ContributionView]
    same: int
    unwritten: int


@dataclass(frozen=True, slots=True)
class Passed:
    """A contribution that was passed to the reader and has no answer yet."""

    policy: Policy
    number: int
    assignment: Assignment


def find_draft(contribution_id: int, part: int = 0) -> AnswerDraft | None:
    """The draft of the answer to a contribution, or to one point of it; or None."""
    return db.session.get(AnswerDraft, (contribution_id, part))


def next_number(policy: Policy, actor: Actor, filters: DeskFilters, after: int = 0) -> int | None:
    """The number that comes after ``after``, from the start again behind the last; or None."""
    query = _matching(policy, actor, filters)
    later = db.session.scalar(query.where(Contribution.number > after).limit(1))
    if later is not None or not after:
        return later
    return db.session.scalar(query.where(Contribution.number != after).limit(1))


def count_matching(policy: Policy, actor: Actor, filters: DeskFilters) -> int:
    """How many contributions the filters leave."""
    numbers = _matching(policy, actor, filters).order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(numbers)) or 0


def _matching(policy: Policy, actor: Actor, filters: DeskFilters) -> Select[int]:
    query = (
        select(Contribution.number)
        .where(
            Contribution.policy_id == policy.id,
            Contribution.author_id != actor.person_id,
            Contribution.state.in_((State.OPEN, State.ANSWERED)),
        )
        .order_by(Contribution.number)
    )
    if filters.mine:
        to_me = exists().where(
            Assignment.contribution_id == Contribution.id, Assignment.to_id == actor.id
        )
        query = query.where(to_me)
    if filters.clause:
        query = query.where(is_about(filters.clause))
    is_open = Contribution.state == State.OPEN
    if filters.show == "unwritten":
        return query.where(is_open, Contribution.is_owed.is_(True), ~has_whole_draft())
    if filters.show == "written":
        return query.where(has_whole_draft())
    if filters.show == "late":
        return query.where(Contribution.is_late.is_(True))
    if filters.show == "hidden":
        return query.where(Contribution.id.in_(hidden_ids(policy.id)))
    return query


def get_item(view: ContributionView, actor: Actor) -> DeskItem:
    """All that the desk shows of a contribution."""
    points = select(ContributionPart).where(ContributionPart.contribution_id == view.id)
    drafts = select(AnswerDraft).where(AnswerDraft.contribution_id == view.id)
    similar, same, unwritten = _similar(view, actor)
    return DeskItem(
        view=view,
        points={
            row.part: "" if view.marker else row.words
            for row in db.session.scalars(points.order_by("part"))
        },
        drafts={row.part: row for row in db.session.scalars(drafts.order_by("part"))},
        assignment=db.session.get(Assignment, view.id, options=[joinedload(Assignment.to)]),
        similar=similar,
        same=same,
        unwritten=unwritten,
    )


def _similar(view: ContributionView, actor: Actor) -> tuple[Sequence[ContributionView], int, int]:
    """The first others of the group, how many there are, and how many of them can be answered
    together with this one."""
    if view.group_id is None:
        return (), 0, 0
    here = (
        Contribution.group_id == view.group_id,
        Contribution.id != view.id,
        Contribution.state.in_((State.OPEN, State.ANSWERED)),
    )
    has_draft = exists().where(AnswerDraft.contribution_id == Contribution.id)
    free = (Contribution.state == State.OPEN, Contribution.parts == 0, ~has_draft)
    same = db.session.scalar(select(func.count()).select_from(Contribution).where(*here)) or 0
    unwritten = select(func.count()).select_from(Contribution).where(*here, *free)
    shown: Select[Any] = select_contributions(actor).where(*here, *free)
    rows = db.session.execute(shown.order_by(Contribution.number).limit(SHOWN_SIMILAR)).all()
    return views(rows, actor), same, db.session.scalar(unwritten) or 0


def list_colleagues(policy: Policy) -> Sequence[Person]:
    """The officers who may write answers on this draft: its department's, its owner, its members."""
    named = exists().where(PolicyMember.policy_id == policy.id, PolicyMember.person_id == Person.id)
    ways = [Person.id == policy.owner_id, named]
    if policy.department_id is not None:
        ways.append(Person.department_id == policy.department_id)
    query = select(Person).where(Person.role == Role.OFFICER, or_(*ways))
    return db.session.scalars(query.order_by(Person.name, Person.id)).all()


def list_reasons(policy_id: int) -> Sequence[SavedReason]:
    """The reasons that are kept for the answers of a policy, by name."""
    query = select(SavedReason).where(SavedReason.policy_id == policy_id)
    return db.session.scalars(query.order_by(SavedReason.name)).all()


def list_passed_to(actor: Actor, size: int = LISTED) -> Sequence[Passed]:
    """What was passed to ``actor`` and waits for an answer: what is due first, first."""
    if actor.role is not Role.OFFICER or actor.is_anonymous:
        return ()
    has_draft = exists().where(AnswerDraft.contribution_id == Contribution.id)
    query = (
        select(Policy, Contribution.number, Assignment)
        .join(Contribution, Contribution.policy_id == Policy.id)
        .join(Assignment, Assignment.contribution_id == Contribution.id)
        .where(Assignment.to_id == actor.id, Contribution.state == State.OPEN, ~has_draft)
        .order_by(Assignment.due_on.is_(None), Assignment.due_on, Contribution.id)
        .limit(size)
    )
    return [Passed(*row) for row in db.session.execute(query)]
