"""Everything that is one person's own, table by table, as plain values for them to take along.

Hidden words have left every path, this one too: rule and reason stand in their place. Nothing is
in it that the person could not read here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, or_, select

from app.access.actor import Actor
from app.accounts.models import ConfirmationRecord, Department, Person, SignIn
from app.database import db
from app.discussions.models import Comment, CommentVersion, Thread
from app.discussions.queries.shown import COMMENT, select_comments
from app.moderation.models import Appeal, Flag, ModerationAction, ModerationCase
from app.notifications.models import Notice, ReaderState, Watch
from app.policies.models import Draft, Policy, Revision
from app.policies.queries import seen_by
from app.suggestions.models import Answer, Contribution, KeptWords
from app.suggestions.queries.shown import select_contributions, views
from app.visibility import Hidden, hides, is_hidden

PORTION = 500
Value = str | int | None
AnySelect = Select[*tuple[Any, ...]]
Row = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Table:
    """One file of the package: its name, its columns, and its rows, read anew at each call."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]


def list_tables(actor: Actor) -> tuple[Table, ...]:
    """The files of what ``actor`` takes along, in order."""

    def table(name: str, query: AnySelect) -> Table:
        columns = tuple(column.name for column in query.selected_columns)
        return Table(name, columns, lambda: _rows(query))

    return (
        table("account", _account(actor)),
        table("confirmations", _confirmations(actor)),
        table("sign_ins", _sign_ins(actor)),
        Table("contributions", _CONTRIBUTION, lambda: _contributions(actor)),
        table("answers", _answers(actor)),
        table("comments", _comments(actor)),
        table("earlier_comments", _earlier_comments(actor)),
        table("versions", _versions(actor)),
        table("drafts", _drafts(actor)),
        table("kept_words", _kept_words(actor)),
        table("follows", _follows(actor)),
        table("letters", _letters(actor)),
        table("notices", _notices(actor)),
        table("flags", _flags(actor)),
        table("reviews", _reviews(actor)),
        table("decisions", _decisions(actor)),
    )


def _account(actor: Actor) -> AnySelect:
    return (
        select(
            Person.public_id,
            Person.name,
            Person.email,
            Person.phone,
            Person.role,
            Department.name.label("department"),
            Person.speaks_for,
            Person.confirmation,
            Person.locale,
            Person.hides_list,
            Person.created_at,
            Person.suspended_until,
        )
        .outerjoin(Department, Department.id == Person.department_id)
        .where(Person.id == actor.person_id)
    )


def _confirmations(actor: Actor) -> AnySelect:
    table = ConfirmationRecord
    mine = select(table.level, table.at).where(table.person_id == actor.person_id)
    return mine.order_by(table.id)


def _sign_ins(actor: Actor) -> AnySelect:
    mine = select(SignIn.created_at, SignIn.expires_at).where(SignIn.person_id == actor.person_id)
    return mine.order_by(SignIn.created_at)


_CONTRIBUTION = (
    "policy", "title", "number", "kind", "clause", "after", "base", "words", "changes", "sent_at",
    "changed_at", "is_late", "state", "withdrawn_at", "held_until", "fit", "replaced_by",
    "hidden_rule", "hidden_reason", "removed_at",
)  # fmt: skip


def _contributions(actor: Actor) -> Iterator[Row]:
    mine = select_contributions(actor).where(Contribution.author_id == actor.person_id)
    last = 0
    while True:
        query = mine.where(Contribution.id > last).order_by(Contribution.id).limit(PORTION)
        found = views(db.session.execute(query).all(), actor)
        for one in found:
            marker = one.marker
            values = (
                one.slug, one.title, one.number, one.kind, one.clause, one.after, one.base,
                one.words, "\n\n".join(change.after for change in one.changes), one.sent_at,
                one.changed_at, one.is_late, one.state, one.withdrawn_at, one.held_until, one.fit,
                one.superseded_by, marker.rule if marker else "", marker.reason if marker else "",
                marker.removed_at if marker else None,
            )  # fmt: skip
            yield dict(zip(_CONTRIBUTION, map(_plain, values), strict=True))
        if len(found) < PORTION:
            return
        last = found[-1].id


def _answers(actor: Actor) -> AnySelect:
    return (
        select(
            Policy.slug.label("policy"),
            Contribution.number,
            Answer.part,
            Answer.outcome,
            Answer.reason,
            Answer.reference,
            Answer.clauses,
            Answer.revision,
            Department.name.label("department"),
            Answer.answered_at,
        )
        .join(Contribution, Contribution.id == Answer.contribution_id)
        .join(Policy, Policy.id == Contribution.policy_id)
        .outerjoin(Department, Department.id == Answer.department_id)
        .where(Contribution.author_id == actor.person_id, seen_by(actor))
        .order_by(Answer.id)
    )


def _comments(actor: Actor) -> AnySelect:
    """Words that opened a thread are here and, where they are numbered, among the contributions."""
    shown = select_comments(actor).where(Comment.author_id == actor.person_id)
    return shown.with_only_columns(
        Policy.slug.label("policy"),
        Comment.thread_id.label("thread"),
        Comment.id.label("comment"),
        _readable(Comment.body).label("words"),
        Comment.posted_at,
        Comment.edited_at,
        Comment.withdrawn_at,
        Comment.held_until,
        Hidden.rule.label("hidden_rule"),
        Hidden.reason.label("hidden_reason"),
        Hidden.removed_at,
    ).order_by(Comment.id)


def _readable(words: Any) -> Any:
    is_shown = and_(Hidden.id.is_(None), Comment.withdrawn_at.is_(None))
    return case((is_shown, words), else_="")


def _earlier_comments(actor: Actor) -> AnySelect:
    table = CommentVersion
    return (
        select(Comment.id.label("comment"), table.body.label("words"), table.replaced_at)
        .join(Comment, Comment.id == table.comment_id)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Policy, Policy.id == Thread.policy_id)
        .where(Comment.author_id == actor.person_id, Comment.withdrawn_at.is_(None))
        .where(~is_hidden(COMMENT, Comment.id), seen_by(actor))
        .order_by(table.id)
    )


def _versions(actor: Actor) -> AnySelect:
    return (
        select(
            Policy.slug.label("policy"),
            Revision.number,
            Revision.kind,
            Revision.saved_at,
            case((Hidden.id.is_(None), Revision.summary), else_="").label("summary"),
            Hidden.rule.label("hidden_rule"),
            Hidden.reason.label("hidden_reason"),
        )
        .join(Policy, Policy.id == Revision.policy_id)
        .outerjoin(Hidden, hides("summary", Revision.id))
        .where(Revision.author_id == actor.person_id, seen_by(actor))
        .order_by(Revision.id)
    )


def _drafts(actor: Actor) -> AnySelect:
    return (
        select(
            Policy.slug.label("policy"),
            Draft.clause,
            Draft.base,
            Draft.text,
            Draft.summary,
            Draft.kept_at,
        )
        .join(Policy, Policy.id == Draft.policy_id)
        .where(Draft.person_id == actor.person_id, seen_by(actor))
        .order_by(Draft.kept_at)
    )


def _kept_words(actor: Actor) -> AnySelect:
    """What was sent meanwhile holds no words any more, only what tells a second sending."""
    return (
        select(
            Policy.slug.label("policy"),
            KeptWords.clause,
            KeptWords.after,
            KeptWords.kind,
            KeptWords.text,
            KeptWords.reason,
            KeptWords.kept_at,
            KeptWords.expires_at,
        )
        .join(Policy, Policy.id == KeptWords.policy_id)
        .where(KeptWords.person_id == actor.person_id, KeptWords.sent_as.is_(None), seen_by(actor))
        .order_by(KeptWords.id)
    )


def _follows(actor: Actor) -> AnySelect:
    return (
        select(Policy.slug.label("policy"), Watch.clause, Watch.thread_id, Watch.since)
        .join(Policy, Policy.id == Watch.policy_id)
        .where(Watch.person_id == actor.person_id, seen_by(actor))
        .order_by(Watch.id)
    )


def _letters(actor: Actor) -> AnySelect:
    mine = select(ReaderState.period, ReaderState.at_once)
    return mine.where(ReaderState.person_id == actor.person_id)


def _notices(actor: Actor) -> AnySelect:
    return (
        select(Policy.slug.label("policy"), Notice.kind, Notice.values, Notice.at, Notice.seen_at)
        .outerjoin(Policy, Policy.id == Notice.policy_id)
        .where(Notice.person_id == actor.person_id)
        .where(or_(Notice.policy_id.is_(None), seen_by(actor)))
        .order_by(Notice.id)
    )


def _flags(actor: Actor) -> AnySelect:
    case_ = ModerationCase
    return (
        select(
            Policy.slug.label("policy"),
            case_.kind,
            Flag.rule,
            Flag.words,
            Flag.at,
            case_.closed_at,
        )
        .join(case_, case_.id == Flag.case_id)
        .outerjoin(Policy, and_(Policy.id == case_.policy_id, seen_by(actor)))
        .where(Flag.by_id == actor.person_id)
        .order_by(Flag.id)
    )


def _reviews(actor: Actor) -> AnySelect:
    return (
        select(Appeal.words, Appeal.at, Appeal.decided_at, Appeal.outcome, Appeal.reason)
        .where(Appeal.by_id == actor.person_id)
        .order_by(Appeal.id)
    )


def _decisions(actor: Actor) -> AnySelect:
    """What moderators decided about the person or their words."""
    log = ModerationAction
    return (
        select(log.action, log.kind, log.rule, log.reason, log.by_role, log.at, log.until)
        .where(log.person_id == actor.person_id)
        .order_by(log.id)
    )


def _rows(query: AnySelect) -> Iterator[Row]:
    names = [column.name for column in query.selected_columns]
    result = db.session.execute(query.execution_options(yield_per=PORTION))
    for row in result:
        yield dict(zip(names, map(_plain, row), strict=True))


def _plain(value: Any) -> Value:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, str | int) or value is None else json.dumps(value)
