"""A person changes their own account: the name shown to others, the language, the password."""

from __future__ import annotations

from dataclasses import dataclass

import config
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.accounts.events import PasswordChanged, PersonRenamed
from app.accounts.limits import Tried, limit_of
from app.accounts.models import Person
from app.accounts.passwords import hash_password, is_password
from app.accounts.queries import get_own, own_address
from app.accounts.rules import clean_name, ensure_may_choose, ensure_password
from app.accounts.services import throttling
from app.accounts.services.naming import ensure_name_free, flush_person, give_name
from app.accounts.services.sign_ins import end_sign_ins
from app.database import db, writing
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What the person wants; an empty ``new_password`` leaves the password as it is.

    ``password`` is the present one, ``locale`` "" follows the browser. ``hides_list``: others are
    not shown what the person wrote as one list.
    """

    name: str
    locale: str
    password: str = ""
    new_password: str = ""
    hides_list: bool = False


def change_account(wanted: AccountChange, *, actor: Actor, token: str | None) -> Person:
    """Change one's own account; a new password signs out every browser but that of ``token``."""
    ensure(actor, Act.CHANGE_OWN_ACCOUNT)
    if wanted.locale not in ("", *config.LOCALES):
        raise RuleBroken(N_("Please choose one of the languages."), field="locale")
    name = clean_name(wanted.name)
    if name != get_own(actor.person_id).name:
        ensure_may_choose(name)
    hashed = _new_hash(wanted, actor) if wanted.new_password else None
    writing()
    person = get_own(actor.person_id)
    person.locale, person.hides_list = wanted.locale, wanted.hides_list
    if name != person.name:
        ensure_name_free(name, besides=person.id)
        give_name(person, name)
        record(PersonRenamed(person=person.public_id), actor=actor)
    if hashed is not None:
        person.password_hash = hashed
        end_sign_ins(person, but=token)
        record(PasswordChanged(person=person.public_id, by_link=False), actor=actor)
    flush_person()
    db.session.flush()
    return person


def _new_hash(wanted: AccountChange, actor: Actor) -> str:
    person = get_own(actor.person_id)
    address, stored = own_address(person), person.password_hash
    try:
        ensure_password(wanted.new_password, address=address.text if address else "")
    except RuleBroken as error:
        raise RuleBroken(
            error.message.text, field="new_password", **error.message.values
        ) from error
    if stored is not None:
        throttling.take_at_once(limit_of(Tried.GUESS_AT_CHANGE, actor.public_id))
        if not is_password(wanted.password, stored):
            raise RuleBroken(N_("Your present password is not right."), field="password")
    return hash_password(wanted.new_password)
