"""Everything that is one person's own, table by table, as plain values for them to take along.

Hidden words have left every path, this one too: rule and reason stand in their place. Nothing is
in it that the person could not read here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from app.access.actor import Actor
from app.accounts.models import ConfirmationRecord, Department, Person, SignIn
from app.consensus.models import Position, Reading
from app.home.queries import own_words
from app.home.queries.plain_rows import AnySelect, Row, rows_of
from app.moderation.models import Appeal, Flag, ModerationAction, ModerationCase
from app.notifications.models import Notice, ReaderState, Watch
from app.policies.models import Policy
from app.policies.queries import seen_by


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
        return Table(name, columns, lambda: rows_of(query))

    return (
        table("account", _account(actor)),
        table("confirmations", _confirmations(actor)),
        table("sign_ins", _sign_ins(actor)),
        Table("contributions", own_words.CONTRIBUTION, lambda: own_words.contributions(actor)),
        table("answers", own_words.answers(actor)),
        table("comments", own_words.comments(actor)),
        table("earlier_comments", own_words.earlier_comments(actor)),
        table("versions", own_words.versions(actor)),
        table("drafts", own_words.drafts(actor)),
        table("kept_words", own_words.kept_words(actor)),
        table("positions", _positions(actor)),
        table("readings", _readings(actor)),
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


def _positions(actor: Actor) -> AnySelect:
    """Where the person agreed or disagreed; nobody else gets these rows."""
    row = Position
    return (
        select(
            Policy.slug.label("policy"),
            row.statement,
            row.choice,
            row.wording,
            row.number,
            row.role,
            row.confirmation,
            row.is_body,
            row.taken_at,
            row.changed_at,
        )
        .join(Policy, Policy.id == row.policy_id)
        .where(row.person_id == actor.person_id, seen_by(actor))
        .order_by(row.id)
    )


def _readings(actor: Actor) -> AnySelect:
    row = Reading
    return (
        select(
            Policy.slug.label("policy"),
            row.clause,
            row.wording,
            row.number,
            row.role,
            row.confirmation,
            row.read_at,
        )
        .join(Policy, Policy.id == row.policy_id)
        .where(row.person_id == actor.person_id, seen_by(actor))
        .order_by(row.policy_id, row.clause)
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
