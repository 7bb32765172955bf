"""Supervisors' notes and the replies to them, for everybody who sees the draft they are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from app.access.actor import Actor, Role
from app.database import db
from app.errors import NotFound
from app.messages import N_
from app.moderation.models import Inspection, ModerationAction
from app.moderation.queries.places import AnySelect
from app.moderation.review_rules import About, Aim, read_aim
from app.policies.models import Policy, PolicyMember
from app.policies.queries import seen_by
from app.visibility import is_inside

SHOWN = 50


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as everybody reads it; ``slug`` "" when it is about no single draft. ``answered_by``:
    a reply is owed by volunteers for what they did, by officers for what their office wrote."""

    id: int
    aim: Aim
    words: str
    at: datetime
    reply: str
    replied_role: str
    replied_at: datetime | None
    closed_at: datetime | None
    slug: str
    title: str
    language: str
    answered_by: Role


def get_note(note_id: int, actor: Actor) -> NoteView:
    """One note; NotFound when it is about a draft that ``actor`` may not see."""
    rows = _views(_select(actor).where(Inspection.id == note_id))
    if not rows:
        raise NotFound(N_("This page does not exist, or you may not see it."))
    return rows[0]


def list_notes_on(policy_id: int, actor: Actor) -> list[NoteView]:
    """The notes about one draft and what was done on it, the newest first."""
    query = _select(actor).where(Inspection.policy_id == policy_id)
    return _views(query.order_by(Inspection.id.desc()).limit(SHOWN))


def list_open_notes(actor: Actor) -> list[NoteView]:
    """The notes that no supervisor has closed, the oldest first."""
    query = _select(actor).where(Inspection.closed_at.is_(None))
    return _views(query.order_by(Inspection.id).limit(SHOWN))


def list_notes_awaiting(actor: Actor) -> list[NoteView]:
    """The notes that wait for a reply of those of the actor's role: of volunteers, or of the
    officers who work on the draft; the oldest first."""
    if actor.is_suspended or actor.role not in (Role.VOLUNTEER, Role.OFFICER):
        return []
    query = _select(actor).where(Inspection.closed_at.is_(None), Inspection.replied_at.is_(None))
    if actor.role is Role.OFFICER:
        query = query.where(is_inside(Policy, PolicyMember, actor))
    found = _views(query.order_by(Inspection.id).limit(SHOWN))
    return [note for note in found if note.answered_by is actor.role]


def _select(actor: Actor) -> AnySelect:
    return (
        select(Inspection, Policy.slug, Policy.title, Policy.language)
        .outerjoin(Policy, Policy.id == Inspection.policy_id)
        .where(or_(Inspection.policy_id.is_(None), seen_by(actor)))
    )


def _answered_by(aim: Aim, by_role: str, slug: str) -> Role:
    """A supervisor acts on the words of an office only: then the office is asked."""
    if aim.about is About.ACTION:
        return Role.OFFICER if by_role == Role.SUPERVISOR else Role.VOLUNTEER
    return Role.OFFICER if slug else Role.VOLUNTEER


def _views(query: AnySelect) -> list[NoteView]:
    rows = db.session.execute(query).all()
    aims = [read_aim(row[0].about) or Aim(About.OVERDUE) for row in rows]
    about = [aim.number for aim in aims if aim.about is About.ACTION]
    acted = select(ModerationAction.id, ModerationAction.by_role)
    found = db.session.execute(acted.where(ModerationAction.id.in_(about))).all() if about else ()
    roles = dict(found)
    return [
        _view(note, aim, roles.get(aim.number, ""), *place)
        for (note, *place), aim in zip(rows, aims, strict=True)
    ]


def _view(note: Inspection, aim: Aim, by_role: str, *place: str | None) -> NoteView:
    slug, title, language = (words or "" for words in place)
    return NoteView(
        id=note.id,
        aim=aim,
        words=note.words,
        at=note.at,
        reply=note.reply,
        replied_role=note.replied_role,
        replied_at=note.replied_at,
        closed_at=note.closed_at,
        slug=slug,
        title=title,
        language=language,
        answered_by=_answered_by(aim, by_role, slug),
    )
