"""Send kept words once it is known who answers for them: a person, or somebody without contact.

A refusal undoes what the sending did and nothing else: whoever signed in with it stays signed in,
and the words stay kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.accounts.services.registering import add_without_contact
from app.database import db, writing
from app.errors import NotFound
from app.messages import N_
from app.suggestions.models import Contribution, KeptWords
from app.suggestions.services.keeping import mark_sent, wanted_of
from app.suggestions.services.sending import send


@dataclass(frozen=True, slots=True)
class Arrived:
    """The contribution that kept words became; ``is_new`` False when they had been sent before."""

    id: int
    slug: str
    number: int
    is_new: bool


def send_kept(kept_id: int, *, actor: Actor) -> Arrived:
    """Send as ``actor``; on a refusal of ``send`` the words are theirs and stay kept."""
    writing()
    row = _locked(kept_id)
    if row.sent_as is not None:
        return find_arrived(row)
    row.person_id = row.person_id or actor.id
    db.session.flush()
    with db.session.begin_nested():
        return _send(row, actor)


def send_without_contact(kept_id: int, *, locale: str, origin: str) -> Arrived:
    """Send as a person made for this, who cannot sign in; nobody is left over after a refusal."""
    writing()
    row = _locked(kept_id)
    if row.sent_as is not None:
        return find_arrived(row)
    with db.session.begin_nested():
        person = add_without_contact(locale, origin=origin)
        return _send(row, person.actor(clock.now(), origin))


def find_arrived(row: KeptWords) -> Arrived:
    """The contribution of words that were sent."""
    query = select(Contribution.id).where(
        Contribution.policy_id == row.policy_id, Contribution.number == row.sent_as
    )
    return Arrived(db.session.scalars(query).one(), row.policy.slug, row.sent_as or 0, is_new=False)


def _send(row: KeptWords, actor: Actor) -> Arrived:
    sent = send(row.policy.slug, wanted_of(row), actor=actor)
    mark_sent(row.edit_token, sent.number)
    arrived = find_arrived(row)
    return Arrived(arrived.id, sent.slug, sent.number, sent.is_new)


def _locked(kept_id: int) -> KeptWords:
    row = db.session.get(KeptWords, kept_id, with_for_update=True, populate_existing=True)
    if row is None or row.expires_at <= clock.now():
        raise NotFound(N_("These words are no longer kept."))
    return row
