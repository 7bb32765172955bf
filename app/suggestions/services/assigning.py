"""Pass a contribution to a colleague with a date, and keep a private note on it.

Notes and names stay in the office: no public query reads this table.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.accounts.models import Person
from app.accounts.services import setup
from app.database import db, writing
from app.errors import RuleBroken
from app.messages import N_
from app.policies.models import Policy
from app.suggestions.models import Assignment
from app.suggestions.queries.desk import list_colleagues
from app.suggestions.rules import REASON_LIMIT
from app.suggestions.services.answering import ensure_answerable
from app.suggestions.services.drafting_answers import lock_draftable
from app.text.canonical import canonical


def pass_on(slug: str, number: int, to: str, due_on: date | None, *, actor: Actor) -> None:
    """Let the colleague ``to`` (public id, "" nobody) write the answer, until ``due_on``."""
    ensure_answerable(slug, number, actor)
    writing()
    policy, view = lock_draftable(slug, number, actor)
    person = _colleague(policy, to) if to else None
    if person is not None and due_on is not None and due_on < _today():
        raise RuleBroken(N_("Please choose a day that is still to come."), field="due_on")
    row = _row(view.id, actor)
    row.to_id, row.due_on = (person.id, due_on) if person else (None, None)
    row.by_id, row.at = actor.person_id, clock.now()
    db.session.flush()


def keep_note(slug: str, number: int, note: str, *, actor: Actor) -> None:
    """Keep the office's private note on a contribution; "" takes it away."""
    words = canonical(note).text.strip()
    if len(words) > REASON_LIMIT:
        raise RuleBroken(
            N_("This is too long: %(size)s characters; at most %(limit)s are possible."),
            field="note",
            size=len(words),
            limit=REASON_LIMIT,
        )
    ensure_answerable(slug, number, actor)
    writing()
    _policy, view = lock_draftable(slug, number, actor)
    _row(view.id, actor).note = words
    db.session.flush()


def _colleague(policy: Policy, public_id: str) -> Person:
    person = db.session.scalar(select(Person).where(Person.public_id == public_id))
    if person is None or person.id not in {one.id for one in list_colleagues(policy)}:
        raise RuleBroken(N_("Please choose a colleague who works on this draft."), field="to")
    return person


def _row(contribution_id: int, actor: Actor) -> Assignment:
    row = db.session.get(Assignment, contribution_id)
    if row is None:
        row = Assignment(
            contribution_id=contribution_id, by_id=actor.person_id, at=clock.now(), note=""
        )
        db.session.add(row)
    return row


def _today() -> date:
    return clock.now().astimezone(ZoneInfo(setup.settings().site_timezone)).date()
