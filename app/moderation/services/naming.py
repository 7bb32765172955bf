"""Hide a name that somebody chose: a neutral one stands in its place until it is shown again."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.events import PersonRenamed
from app.accounts.look_alikes import skeleton
from app.accounts.models import Person
from app.accounts.services.naming import (
    ensure_name_free,
    flush_person,
    free_default_name,
    give_name,
    is_default_name,
)
from app.accounts.services.setup import settings
from app.database import db
from app.ledger.events import Event
from app.moderation.events import NameHidden, NameShown
from app.moderation.models import HiddenName, ModerationAction
from app.moderation.queries.words import find_hidden
from app.moderation.rules import Action, Kind
from app.moderation.services.hiding import facts_of, put_aside_or_back
from app.moderation.services.objects import Words, find_person


def rename(words: Words, done: ModerationAction) -> tuple[Event, ...]:
    """Put a neutral name in place of the chosen one, or bring that one back when it is free.

    Whoever has chosen another name meanwhile keeps it.
    """
    person, shows = find_person(words.id), done.action == Action.SHOW
    if not shows and not is_default_name(person.name):
        _forget_earlier(person)
    put_aside_or_back(words, done)
    name = _bring_back(person) if shows else _put_away(person, done)
    told = (NameShown if shows else NameHidden)(person=person.public_id, **facts_of(done))
    if name == person.name:
        return (told,)
    give_name(person, name)
    flush_person()
    return told, PersonRenamed(person=person.public_id)


def _forget_earlier(person: Person) -> None:
    """The name that was hidden before gives way: the person has chosen another one since."""
    hidden = find_hidden(Kind.NAME, person.id)
    if hidden is not None:
        db.session.delete(hidden)
        db.session.flush()


def is_hidden_name(look: str) -> bool:
    """Whether a name that looks like this stands hidden; nobody chooses it meanwhile."""
    return any(skeleton(name) == look for name in db.session.scalars(select(HiddenName.name)))


def _put_away(person: Person, done: ModerationAction) -> str:
    kept = db.session.get(HiddenName, person.id)
    if kept is None:
        kept = HiddenName(person_id=person.id, name=person.name)
        db.session.add(kept)
    kept.action_id = done.id
    if is_default_name(person.name):
        return person.name
    kept.name = person.name
    return free_default_name(person.locale or settings().default_locale)


def _bring_back(person: Person) -> str:
    kept = db.session.get_one(HiddenName, person.id)
    db.session.delete(kept)
    db.session.flush()
    if not is_default_name(person.name):
        return person.name
    ensure_name_free(kept.name, besides=person.id)
    return kept.name
