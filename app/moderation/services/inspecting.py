"""Supervisors write notes on how things are handled and close them; they change nothing else."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.access.predicates import Subject
from app.database import db, writing
from app.errors import Conflict, NotAllowed, NotFound
from app.ledger.events import Event
from app.ledger.services import salted_hash
from app.messages import N_
from app.moderation.events import InspectionClosed, InspectionOpened, InspectionReplied
from app.moderation.models import Inspection, ModerationAction, ModerationCase
from app.moderation.queries.log import find_entry
from app.moderation.queries.notes import get_note
from app.moderation.review_rules import About, Aim, checked_words
from app.moderation.rules import Kind
from app.moderation.services.acting import Decision, dismiss
from app.moderation.services.cases import lock_case
from app.moderation.services.objects import find_words
from app.moderation.services.recording import record_in_role
from app.policies.models import Policy
from app.policies.queries import facts, get_policy
from app.policies.services.writing_revisions import lock_head, touch

_GONE = N_("This page does not exist, or you may not see it.")


def open_note(aim: Aim, words: str, *, actor: Actor, slug: str = "") -> Inspection:
    """Write a note about an action, a draft (``slug``) or an overdue duty (of the draft's office,
    or without ``slug`` of those who keep order). NotFound for what the supervisor may not see."""
    ensure(actor, Act.INSPECT)
    words = checked_words(words)
    writing()
    return _open(aim, words, _policy_of(aim, slug, actor), actor)


def answer_report(
    case_id: int, decision: Decision, words: str, *, actor: Actor
) -> ModerationAction:
    """Close a report about the words of an office: nothing is hidden, the reason is public, and
    ``words``, where there are any, ask the office for a reply.

    Raises Conflict when somebody has closed it meanwhile.
    """
    ensure(actor, Act.INSPECT)
    note = checked_words(words) if words.strip() else ""
    writing()
    case = get_report(case_id)
    thing = find_words(Kind(case.kind), case.object_id, actor)
    if thing.policy is not None:
        lock_head(thing.policy.id)
    locked = lock_case(case_id)
    if locked is None or locked.closed_at is not None:
        raise Conflict(N_("Another supervisor has answered this report meanwhile."))
    done = dismiss(thing, decision, case_id, actor=actor)
    if note:
        aim = Aim(About.ACTION, done.id)
        _open(aim, note, _policy_of(aim, "", actor), actor)
    return done


def get_report(case_id: int) -> ModerationCase:
    """A case that is for supervisors, or NotFound."""
    case = db.session.get(ModerationCase, case_id)
    if case is None or not case.for_supervisors:
        raise NotFound(_GONE)
    return case


def reply_to_note(note_id: int, words: str, *, actor: Actor) -> Inspection:
    """Reply once, as one of those who are responsible."""
    words = checked_words(words)
    _ensure_may_reply(note_id, actor)
    writing()
    note = _locked(note_id)
    _ensure_may_reply(note_id, actor)
    if note.closed_at is not None:
        raise Conflict(N_("The supervisor has closed this note."))
    if note.replied_at is not None:
        raise Conflict(N_("Somebody has replied to this note already."))
    note.reply, note.replied_at = words, clock.now()
    note.replied_by_id, note.replied_role = actor.person_id, actor.role
    event = InspectionReplied(
        policy=note.policy_id,
        inspection=note.id,
        role=actor.role,
        words=salted_hash(note.salt, words),
    )
    _tell(note, event, actor)
    return note


def close_note(note_id: int, *, actor: Actor) -> Inspection:
    """Say that the matter is settled; closing it twice is closing it once."""
    ensure(actor, Act.INSPECT)
    get_note(note_id, actor)
    writing()
    note = _locked(note_id)
    if note.closed_at is None:
        note.closed_at = clock.now()
        _tell(note, InspectionClosed(policy=note.policy_id, inspection=note.id), actor)
    return note


def _ensure_may_reply(note_id: int, actor: Actor) -> None:
    view = get_note(note_id, actor)
    policy = get_policy(view.slug, actor) if view.slug else None
    ensure(actor, Act.REPLY_TO_INSPECTION, facts(policy, actor) if policy else Subject())
    if actor.role is not view.answered_by:
        raise NotAllowed(N_("Only those who are responsible for it reply to a supervisor's note."))


def _policy_of(aim: Aim, slug: str, actor: Actor) -> int | None:
    """The draft whose public record shows the note. A note on what was done to a person stands on
    none, so that nobody learns where that person wrote."""
    if aim.about is About.ACTION:
        found = find_entry(aim.number, actor)
        if found is None or not found[1]:
            raise NotFound(_GONE)
        place = found[0].place
        return None if place.kind in (Kind.NAME, Kind.PERSON) else place.policy_id
    if aim.about is About.POLICY or slug:
        return get_policy(slug, actor).id
    return None


def _open(aim: Aim, words: str, policy_id: int | None, actor: Actor) -> Inspection:
    note = Inspection(
        policy_id=policy_id,
        about=str(aim),
        words=words,
        salt=secrets.token_bytes(16),
        by_id=actor.person_id,
        at=clock.now(),
    )
    db.session.add(note)
    db.session.flush()
    event = InspectionOpened(
        policy=policy_id,
        inspection=note.id,
        about=note.about,
        words=salted_hash(note.salt, words),
    )
    _tell(note, event, actor)
    return note


def _locked(note_id: int) -> Inspection:
    query = select(Inspection).where(Inspection.id == note_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _tell(note: Inspection, event: Event, actor: Actor) -> None:
    """Renew the pages of the draft and record what happened."""
    policy: Policy | None = lock_head(note.policy_id) if note.policy_id else None
    if policy is not None:
        touch(policy)
    db.session.flush()
    is_public = policy.is_public if policy else None
    record_in_role(event, key=note.id, actor=actor, is_public=is_public)
