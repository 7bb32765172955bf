"""Contributions by the thread that holds their words, or the replies to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.access.actor import Actor
from app.database import db
from app.discussions.queries import CommentView, ThreadView
from app.suggestions.models import Contribution
from app.suggestions.queries.shown import NO_RECEIPTS, Receipts, select_contributions, views
from app.suggestions.queries.views import ContributionView
from app.suggestions.rules import State


@dataclass(frozen=True, slots=True)
class Marked:
    """The contribution that a reply became: its number, and whether it is owed or has an answer."""

    number: int
    is_owed: bool
    is_answered: bool


def find_numbers(threads: Iterable[ThreadView]) -> dict[int, int]:
    """The number of what opened each thread, by the thread's id; one SELECT."""
    query = select(Contribution.thread_id, Contribution.number).where(
        Contribution.thread_id.in_([thread.id for thread in threads])
    )
    found = db.session.execute(query)
    return {thread_id: number for thread_id, number in found if thread_id is not None}


def find_marked(comments: Iterable[CommentView]) -> dict[int, Marked]:
    """By comment id: the replies that a volunteer marked; one SELECT."""
    query = select(
        Contribution.comment_id, Contribution.number, Contribution.is_owed, Contribution.state
    ).where(Contribution.comment_id.in_([comment.id for comment in comments]))
    return {
        comment_id: Marked(number, is_owed, state == State.ANSWERED)
        for comment_id, number, is_owed, state in db.session.execute(query)
        if comment_id is not None and state != State.WITHDRAWN
    }


def find_contribution_of(
    thread: ThreadView, actor: Actor, receipts: Receipts = NO_RECEIPTS
) -> ContributionView | None:
    """What opened the thread, or what it replies to; None when ``actor`` may not see that."""
    is_it = Contribution.thread_id == thread.id
    if thread.subject_id is not None:
        is_it = Contribution.id == thread.subject_id
    rows = db.session.execute(select_contributions(actor, receipts).where(is_it)).all()
    found = views(rows, actor, receipts)
    return found[0] if found else None
