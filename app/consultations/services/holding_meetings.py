"""Announce a hearing, a round table or an expert meeting, change it, call it off, publish its record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations.events import (
    MeetingAnnounced,
    MeetingCalledOff,
    MeetingChanged,
    MeetingRecorded,
)
from app.consultations.models import Meeting
from app.consultations.queries.beside import get_meeting
from app.database import db, writing
from app.errors import RuleBroken
from app.ledger.events import Event
from app.ledger.services import record
from app.messages import N_
from app.policies.models import Policy
from app.policies.queries import facts, get_policy
from app.policies.services.writing_revisions import lock_head, touch
from app.text.canonical import check_line, check_words, refused_in

# 规章制定程序条例 16: time, place and subject of a hearing are public 30 days before it;
# 重大行政决策程序暂行条例 16: its papers reach the participants 7 days before.
HEARING_NOTICE, PAPERS_AHEAD = timedelta(days=30), timedelta(days=7)
FURTHEST = timedelta(days=366)
MOST_LINE, MOST_REASON, MOST_WORDS, MOST_RECORD = 200, 500, 4000, 40_000  # characters


class MeetingKind(StrEnum):
    """听证会, 座谈会, 论证会."""

    HEARING = "hearing"
    ROUND_TABLE = "round_table"
    EXPERT = "expert"


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """A meeting as an officer wants it; ``starts_at`` is aware. ``how`` to take part, ``choice`` of
    participants, ``papers`` and where to find them."""

    kind: str
    starts_at: datetime
    place: str
    how: str
    choice: str = ""
    papers: str = ""
    participants: str = ""
    short_reason: str = ""


def announce_meeting(slug: str, new: NewMeeting, *, actor: Actor) -> Meeting:
    """Make a meeting public with the draft."""
    policy = _own(slug, actor)
    new = _checked(new)
    now = clock.now()
    _ensure_ahead(new, now, now)
    writing()
    policy = lock_head(policy.id)
    meeting = Meeting(policy_id=policy.id, announced_at=now, **_columns(new))
    db.session.add(meeting)
    db.session.flush()
    event = MeetingAnnounced(
        policy=policy.id,
        meeting=meeting.id,
        kind=meeting.kind,
        starts_at=meeting.starts_at.isoformat(),
        is_short=is_short_notice(meeting.kind, meeting.starts_at, now),
    )
    _keep(policy, event, actor)
    return meeting


def change_meeting(slug: str, number: int, new: NewMeeting, *, actor: Actor) -> Meeting:
    """Change what is announced, until the meeting begins.

    A hearing that is put off keeps its notice; one that is brought forward has it from now on.
    """
    policy = _own(slug, actor)
    new = _checked(new)
    writing()
    policy = lock_head(policy.id)
    meeting = get_meeting(policy.id, number)
    now = clock.now()
    _ensure_not_over(meeting)
    if meeting.starts_at <= now:
        raise RuleBroken(N_("The meeting has begun; only its record can be added."))
    known_since = meeting.announced_at if new.starts_at >= meeting.starts_at else now
    _ensure_ahead(new, known_since, now)
    for name, value in _columns(new).items():
        setattr(meeting, name, value)
    event = MeetingChanged(
        policy=policy.id,
        meeting=meeting.id,
        starts_at=meeting.starts_at.isoformat(),
        is_short=is_short_notice(meeting.kind, meeting.starts_at, known_since),
    )
    _keep(policy, event, actor)
    return meeting


def call_off_meeting(slug: str, number: int, reason: str, *, actor: Actor) -> Meeting:
    """Call a meeting off; it stays on the page with the reason."""
    policy = _own(slug, actor)
    reason = _words(reason, "reason", MOST_REASON)
    if not reason:
        raise RuleBroken(N_("Please say why; everybody will see it."), field="reason")
    writing()
    policy = lock_head(policy.id)
    meeting = get_meeting(policy.id, number)
    _ensure_not_over(meeting)
    meeting.called_off = reason
    _keep(policy, MeetingCalledOff(policy=policy.id, meeting=meeting.id), actor)
    return meeting


def record_meeting(
    slug: str, number: int, *, words: str, signed_by: str, participants: str, actor: Actor
) -> Meeting:
    """Publish the signed record of a meeting that was held; it is not changed afterwards."""
    policy = _own(slug, actor)
    words = _words(words, "record", MOST_RECORD)
    participants = _words(participants, "participants", MOST_WORDS)
    signed_by = _line(signed_by, "signed_by")
    if not words:
        raise RuleBroken(N_("Please write the record."), field="record")
    if not signed_by:
        raise RuleBroken(N_("Please write who signed the record."), field="signed_by")
    writing()
    policy = lock_head(policy.id)
    meeting = get_meeting(policy.id, number)
    _ensure_not_over(meeting)
    if meeting.starts_at > clock.now():
        raise RuleBroken(N_("The meeting has not been held yet."), field="record")
    meeting.record, meeting.signed_by, meeting.participants = words, signed_by, participants
    _keep(policy, MeetingRecorded(policy=policy.id, meeting=meeting.id), actor)
    return meeting


def is_short_notice(kind: str, starts_at: datetime, known_since: datetime) -> bool:
    """Whether a hearing is made known fewer than 30 days ahead."""
    return kind == MeetingKind.HEARING and starts_at - known_since < HEARING_NOTICE


def lacks_papers(meeting: Meeting, now: datetime) -> bool:
    """Whether a meeting begins within 7 days and names no papers: a hint for the office."""
    return not meeting.papers and now < meeting.starts_at <= now + PAPERS_AHEAD


def _own(slug: str, actor: Actor) -> Policy:
    policy = get_policy(slug, actor)
    ensure(actor, Act.KEEP_PAPERS, facts(policy, actor))
    return policy


def _keep(policy: Policy, event: Event, actor: Actor) -> None:
    touch(policy)
    record(event, actor=actor, is_public=policy.is_public)
    db.session.flush()


def _columns(new: NewMeeting) -> dict[str, object]:
    return {
        "kind": new.kind,
        "starts_at": new.starts_at.astimezone(UTC),
        "place": new.place,
        "how": new.how,
        "choice": new.choice,
        "papers": new.papers,
        "participants": new.participants,
        "short_reason": new.short_reason,
    }


def _checked(new: NewMeeting) -> NewMeeting:
    if new.kind not in set(MeetingKind):
        raise RuleBroken(N_("Please choose what kind of meeting it is."), field="kind")
    new = replace(
        new,
        place=_line(new.place, "place"),
        how=_words(new.how, "how"),
        choice=_words(new.choice, "choice"),
        papers=_words(new.papers, "papers"),
        participants=_words(new.participants, "participants"),
        short_reason=_words(new.short_reason, "short_reason", MOST_REASON),
    )
    if not new.place:
        raise RuleBroken(N_("Please write where it is held."), field="place")
    if not new.how:
        raise RuleBroken(N_("Please say how people can take part."), field="how")
    if new.kind == MeetingKind.HEARING and not new.choice:
        raise RuleBroken(
            N_("Please say how the participants of the hearing are chosen."), field="choice"
        )
    return new


def _ensure_ahead(new: NewMeeting, known_since: datetime, now: datetime) -> None:
    if new.starts_at <= now:
        raise RuleBroken(N_("Please choose a time that is still to come."), field="starts_at")
    if new.starts_at - now > FURTHEST:
        raise RuleBroken(N_("Please choose a time within one year."), field="starts_at")
    if is_short_notice(new.kind, new.starts_at, known_since) and not new.short_reason:
        raise RuleBroken(
            N_("A hearing is announced 30 days ahead. Please say why not; everybody will see it."),
            field="short_reason",
        )


def _ensure_not_over(meeting: Meeting) -> None:
    if meeting.called_off:
        raise RuleBroken(N_("The meeting was called off."))
    if meeting.record:
        raise RuleBroken(N_("The record of the meeting is signed; it stays as it is."))


def _line(value: str, field: str) -> str:
    with refused_in(field):
        return check_line(value, characters=MOST_LINE)


def _words(value: str, field: str, most: int = MOST_WORDS) -> str:
    with refused_in(field):
        return check_words(value, most)
