"""Entries about what people said, what was answered, and what volunteers did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, and_, or_, select

from app.accounts.models import Person
from app.database import db
from app.discussions.models import Comment, Thread, ThreadSummary
from app.discussions.queries import CommentView, talk_seen_by
from app.discussions.queries.shown import (
    comment_view,
    is_seen_by,
    select_comments,
    select_threads,
)
from app.messages import N_, Message
from app.moderation.models import ModerationAction
from app.moderation.rules import SITE
from app.moderation.rules import Kind as Thing
from app.notifications.models import Happening
from app.notifications.queries.news import Known, News, hidden_note
from app.notifications.sentences import ACTIONS, NAMES, OUTCOMES, ROLES, RULES
from app.policies.models import Policy, PolicyMember, Revision
from app.policies.seats import Byline
from app.suggestions.models import Answer, Contribution
from app.suggestions.queries.shown import contributions_seen_by, select_contributions, views
from app.suggestions.queries.views import ContributionView
from app.visibility import is_open_history

Rows = Sequence[Happening]
_LONGEST = 300  # characters of somebody's words in one entry


def contributions(rows: Rows, known: Known) -> Iterator[News]:
    """Numbered words of people; those taken back are absent."""
    numbers: dict[int, set[int]] = {}
    for row in rows:
        numbers.setdefault(row.policy_id, set()).add(row.ref)
    wanted = or_(
        *(
            and_(Contribution.policy_id == policy, Contribution.number.in_(some))
            for policy, some in numbers.items()
        )
    )
    found = {
        (view.policy_id, view.number): view
        for view in views(
            db.session.execute(select_contributions(known.actor).where(wanted)).all(), known.actor
        )
    }
    for row in rows:
        view = found.get((row.policy_id, row.ref))
        if view is not None and not view.is_withdrawn:
            yield _contribution(known.news(row, _name(view), f"suggestions/{row.ref}"), view)


def _name(view: ContributionView) -> Message:
    return Message(NAMES.get(view.kind, NAMES["comment"]), {"number": view.number})


def _contribution(news: News, view: ContributionView) -> News:
    by = Byline(view.author_name, view.author_public_id, view.author_role, view.speaks_for)
    return replace(
        news,
        by=None if view.paper else by,
        words=excerpt(view.words),
        language=view.words_language,
        notes=hidden_note(view.marker.rule if view.marker else None),
        offered=view.changes,
    )


def excerpt(words: str) -> str:
    """As much of somebody's words as an entry holds, on one line."""
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def answers(rows: Rows, known: Known) -> Iterator[News]:
    """Published answers with their reason; none to hidden words, which only their author reads."""
    ids = select(Answer.contribution_id).where(Answer.id.in_({row.ref for row in rows}))
    query = select_contributions(known.actor).where(Contribution.id.in_(ids))
    found = {
        answer.id: (view, answer)
        for view in views(db.session.execute(query).all(), known.actor)
        for answer in view.answers
    }
    for row in rows:
        if row.ref not in found:
            continue
        view, answer = found[row.ref]
        outcome = Message(OUTCOMES.get(answer.outcome, answer.outcome))
        sentence = Message(
            N_("Answer to no. %(number)s: %(outcome)s"),
            {"number": view.number, "outcome": outcome},
        )
        news = known.news(row, sentence, f"suggestions/{view.number}#answer-{answer.id}")
        office = Byline("", "", answer.by_role, answer.department) if answer.department else None
        yield replace(news, by=office, words=excerpt(answer.reason), language=view.language)


def comments(rows: Rows, known: Known) -> Iterator[News]:
    """Replies; those taken back are absent."""
    query = select_comments(known.actor).where(Comment.id.in_({row.ref for row in rows}))
    found = {row.id: comment_view(row) for row in db.session.execute(query)}
    for row in rows:
        view = found.get(row.ref)
        if view is not None and view.withdrawn_at is None:
            news = known.news(row, Message(N_("Reply in a discussion")), path_of_comment(view.id))
            yield _said(news, view)


def path_of_comment(comment_id: int) -> str:
    """Leads to where the comment stands, however often it was moved."""
    return f"/comments/{comment_id}"


def _said(news: News, view: CommentView) -> News:
    by = Byline(view.author_name, view.author_public_id, view.author_role, view.speaks_for)
    return replace(
        news,
        by=by,
        words=excerpt(view.body),
        language=view.language,
        notes=hidden_note(view.marker.rule if view.marker else None),
    )


def threads(rows: Rows, known: Known) -> Iterator[News]:
    """Discussions that nobody numbered, by what opened them."""
    query = select_threads(known.actor).where(Thread.id.in_({row.ref for row in rows}))
    found = {row.thread_id: row for row in db.session.execute(query)}
    for row in rows:
        if row.ref in found:
            view = comment_view(found[row.ref])
            if view.withdrawn_at is None:
                sentence = Message(N_("New discussion"))
                yield _said(known.news(row, sentence, f"/threads/{row.ref}"), view)


def summaries(rows: Rows, known: Known) -> Iterator[News]:
    """What a volunteer wrote a thread comes down to, while it stands."""
    query = (
        select(ThreadSummary.id, ThreadSummary.thread_id, ThreadSummary.words)
        .join(Thread, Thread.id == ThreadSummary.thread_id)
        .join(Policy, Policy.id == Thread.policy_id)
        .where(ThreadSummary.id.in_({row.ref for row in rows}))
        .where(ThreadSummary.removed_at.is_(None), talk_seen_by(known.actor))
    )
    found = {row.id: row for row in db.session.execute(query)}
    for row in rows:
        if row.ref in found:
            sentence = Message(N_("A volunteer wrote what a discussion comes down to"))
            news = known.news(row, sentence, f"/threads/{row.thread_id}")
            yield replace(news, words=excerpt(found[row.ref].words))


def moderation(rows: Rows, known: Known) -> Iterator[News]:
    """What volunteers did, under which rule and why; a selection is one entry."""
    query = select(ModerationAction).where(ModerationAction.id.in_({row.ref for row in rows}))
    actions = {one.id: one for one in db.session.scalars(query)}
    readable = _readable(actions.values(), known)
    batches = Counter(one.batch for one in actions.values() if one.batch and one.id in readable)
    told: set[str] = set()
    for row in sorted(rows, key=lambda row: row.id, reverse=True):
        one = actions[row.ref]
        sentence = ACTIONS.get((one.kind, one.action))
        if one.id not in readable or sentence is None or one.batch in told:
            continue
        said = Message(sentence)
        if batches[one.batch] > 1:
            told.add(one.batch)
            together = N_("%(first)s (%(count)s at once)")
            said = Message(together, {"first": said, "count": batches[one.batch]})
        news = known.news(row, said, f"/moderation/log?page={one.id + 1}#action-{one.id}")
        yield replace(news, notes=why(one), language=news.place.language)


def why(action: ModerationAction) -> tuple[Message, ...]:
    """The rule and the reason of an action, which everybody may read, and in which role it was
    decided; never by whom."""
    rule = Message(RULES.get(action.rule, action.rule))
    # What the site writes by itself is a message id; words of people are said as they are.
    is_ours = action.by_role == SITE or action.is_mistake
    reason = Message(action.reason) if is_ours else action.reason
    return (
        Message(N_("Rule: %(rule)s"), {"rule": rule}),
        Message(N_("Reason: %(reason)s"), {"reason": reason}),
        Message(
            N_("Decided by: %(role)s"), {"role": Message(ROLES.get(action.by_role, action.by_role))}
        ),
    )


def _readable(actions: Collection[ModerationAction], known: Known) -> set[int]:
    """Ids of the actions on what the reader could read even if nobody had hidden it."""
    actor = known.actor
    of_revisions: tuple[Any, Select[Any]] = (
        Revision.id,
        select(Revision.id)
        .join(Policy, Policy.id == Revision.policy_id)
        .where(is_open_history(Policy, PolicyMember, Revision, actor)),
    )
    queries: dict[str, tuple[Any, Select[Any]]] = {
        Thing.COMMENT: (
            Comment.id,
            select(Comment.id)
            .join(Thread, Thread.id == Comment.thread_id)
            .join(Policy, Policy.id == Thread.policy_id)
            .join(Person, Person.id == Comment.author_id)
            .where(is_seen_by(actor)),
        ),
        Thing.SUGGESTION: (
            Contribution.id,
            select(Contribution.id)
            .join(Policy, Policy.id == Contribution.policy_id)
            .join(Person, Person.id == Contribution.author_id)
            .where(contributions_seen_by(actor)),
        ),
        Thing.SUMMARY: of_revisions,
        Thing.REVISION: of_revisions,
        Thing.THREAD: (
            Thread.id,
            select(Thread.id)
            .join(Policy, Policy.id == Thread.policy_id)
            .where(talk_seen_by(actor)),
        ),
    }
    found = {one.id for one in actions if one.kind == Thing.POLICY}
    for kind, (column, query) in queries.items():
        by_object = {one.id: one.object_id for one in actions if one.kind == kind}
        if by_object:
            seen = set(db.session.scalars(query.where(column.in_(by_object.values()))))
            found |= {ident for ident, thing in by_object.items() if thing in seen}
    return found
