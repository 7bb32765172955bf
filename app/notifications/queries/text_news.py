"""Entries about the text of a policy and its course: versions, phases, calls, meetings, decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql import ColumnElement

from app import clock
from app.consultations.models import ConsultationCall, Correction, Decision, Meeting
from app.database import db
from app.messages import N_, Message
from app.notifications.models import Happening
from app.notifications.queries.news import Known, News, hidden_note
from app.notifications.rules import Kind
from app.notifications.sentences import DECISIONS, PHASES
from app.policies.models import PhaseStep, Policy, PolicyMember, Revision
from app.visibility import Hidden, hides, is_open_history

Rows = Sequence[Happening]


def revisions(rows: Rows, known: Known) -> Iterator[News]:
    """Versions that the reader may read; each with the one before it where that can be read too."""
    wanted = _numbered(Revision, rows, also_before=True)
    query = (
        select(Revision, Hidden.rule)
        .join(Policy, Policy.id == Revision.policy_id)
        .outerjoin(Hidden, hides("summary", Revision.id))
        .where(wanted, is_open_history(Policy, PolicyMember, Revision, known.actor))
        .options(joinedload(Revision.author))
    )
    found = {(one.policy_id, one.number): (one, rule) for one, rule in db.session.execute(query)}
    for row in rows:
        one, rule = found.get((row.policy_id, row.ref), (None, None))
        if one is None:
            continue
        before = row.ref - 1 if (row.policy_id, row.ref - 1) in found else 0
        path = f"compare/{before}...{row.ref}" if before else f"revisions/{row.ref}"
        news = known.news(row, Message(N_("Version %(number)s"), {"number": row.ref}), path)
        yield replace(
            news,
            by=one.byline,
            words="" if rule else one.summary,
            notes=hidden_note(rule),
            language=news.place.language,
            before=before,
            first=row.ref,
            last=row.ref,
        )


def corrections(rows: Rows, known: Known) -> Iterator[News]:
    """Published corrections of versions that the reader may read, with their reason."""
    query = (
        select(Correction)
        .join(Policy, Policy.id == Correction.policy_id)
        .join(
            Revision,
            and_(
                Revision.policy_id == Correction.policy_id,
                Revision.number == Correction.number - 1,
            ),
        )
        .where(
            _numbered(Correction, rows),
            is_open_history(Policy, PolicyMember, Revision, known.actor),
        )
    )
    found = {(one.policy_id, one.number): one for one in db.session.scalars(query)}
    for row in rows:
        one = found.get((row.policy_id, row.ref))
        if one is None:
            continue
        sentence = Message(N_("Version %(number)s corrects the text"), {"number": row.ref})
        news = known.news(row, sentence, "corrections")
        yield replace(
            news,
            words=one.reason,
            language=news.place.language,
            before=row.ref - 1,
            first=row.ref,
            last=row.ref,
        )


def _numbered(
    table: type[Revision] | type[Correction], rows: Rows, *, also_before: bool = False
) -> ColumnElement[bool]:
    """SQL over the table: the versions that ``rows`` name."""
    numbers: dict[int, set[int]] = {}
    for row in rows:
        named = {row.ref, row.ref - 1} if also_before else {row.ref}
        numbers.setdefault(row.policy_id, set()).update(named)
    return or_(
        *(
            and_(table.policy_id == policy, table.number.in_(wanted))
            for policy, wanted in numbers.items()
        )
    )


def phases(rows: Rows, known: Known) -> Iterator[News]:
    """Where a draft stands now, and why it was moved there."""
    query = select(PhaseStep).where(PhaseStep.id.in_({row.ref for row in rows}))
    found = {one.id: one for one in db.session.scalars(query)}
    for row in rows:
        step = found[row.ref]
        sentence = Message(N_("Now: %(phase)s"), {"phase": Message(PHASES[step.phase])})
        news = known.news(row, sentence, "course")
        yield replace(news, words=step.reason, language=news.place.language)


_CALLS = {
    Kind.CALL: N_("Open for comment until %(when)s"),
    Kind.CALL_CHANGED: N_("The call for comment was changed; comments close on %(when)s"),
    Kind.CALL_ENDED: N_("The call for comment was taken back"),
}


def calls(rows: Rows, known: Known) -> Iterator[News]:
    """Calls for comment, with what is asked; the closing time is the one that holds now."""
    ids = {row.policy_id for row in rows}
    query = select(ConsultationCall).where(ConsultationCall.policy_id.in_(ids))
    found = {(one.policy_id, one.round): one for one in db.session.scalars(query)}
    for row in rows:
        call = found.get((row.policy_id, row.ref))
        policy = known.policies[row.policy_id]
        is_latest = row.ref == policy.round and policy.closes_at is not None
        closes_at = policy.closes_at if is_latest else call.closed_at if call else None
        if call is None or (closes_at is None and row.kind != Kind.CALL_ENDED):
            continue
        sentence = Message(_CALLS[Kind(row.kind)], {"when": closes_at} if closes_at else {})
        news = known.news(row, sentence, "consultation")
        words = call.ended_early if row.kind == Kind.CALL_ENDED else call.question
        yield replace(news, words=words, language=news.place.language)


def meetings(rows: Rows, known: Known) -> Iterator[News]:
    """Meetings as they stand now, each once however often it was changed."""
    query = select(Meeting).where(Meeting.id.in_({row.ref for row in rows}))
    found = {one.id: one for one in db.session.scalars(query)}
    for row in sorted(rows, key=lambda row: row.id, reverse=True):
        one = found.pop(row.ref, None)
        if one is None:
            continue
        said = N_("Meeting on %(when)s")
        if one.called_off:
            said = N_("The meeting on %(when)s is called off")
        elif one.record:
            said = N_("The record of the meeting on %(when)s is published")
        news = known.news(row, Message(said, {"when": one.starts_at}), "meetings")
        yield replace(news, words=one.called_off or one.place, language=news.place.language)


def decisions(rows: Rows, known: Known) -> Iterator[News]:
    """Decisions that are announced; one that adopts a text is not told of before its time."""
    query = select(Decision).where(Decision.id.in_({row.ref for row in rows}))
    found = {one.id: one for one in db.session.scalars(query)}
    for row in rows:
        one, at = found[row.ref], known.policies[row.policy_id].announced_at
        if one.outcome == "adopt" and (at is None or at > clock.now()):
            continue
        news = known.news(row, Message(DECISIONS[one.outcome]), "decision")
        yield replace(news, words=one.document_number or one.reasons, language=news.place.language)
