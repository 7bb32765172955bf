"""Give an address after writing: a code goes to it, and with the code the account begins.

Unlike registering, nobody is made before the code is right, so an address is known by nobody who
does not hold it; a known and an unknown one get the same letter.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.access.actor import Actor
from app.accounts.addresses import Address, parse_address
from app.accounts.limits import Tried, limit_of
from app.accounts.models import Person
from app.accounts.queries import find_by_address
from app.accounts.rules import clean_name, ensure_may_choose
from app.accounts.services import throttling
from app.accounts.services.codes import (
    JOINING,
    receive,
    sending_limits,
    store_new_code,
    take_code,
)
from app.accounts.services.naming import ensure_name_free, is_name_free
from app.accounts.services.outbox import send_later
from app.accounts.services.registering import add_person
from app.accounts.services.sign_ins import Started, start_sign_in
from app.database import db, writing


@dataclass(frozen=True, slots=True)
class Joining:
    """Where a code went, and the name for the account that it may begin ("": one is given)."""

    address: Address
    name: str


def ask_to_join(address: Address, name: str, *, origin: str, locale: str) -> Joining:
    """Send a code to ``address``; RuleBroken (name), TooMany."""
    name = clean_name(name) if name.strip() else ""
    if name:
        ensure_may_choose(name)
    limits = sending_limits(address, origin)
    throttling.take_at_once(limit_of(Tried.REGISTER_FROM, origin), *limits)
    writing()
    if name:
        ensure_name_free(name)
    person = find_by_address(address)
    code = store_new_code(address, person, JOINING)
    send_later(address, "code", locale=(person and person.locale) or locale, code=code)
    db.session.flush()
    return Joining(address, name)


def join_with_code(
    text: str, code: str, *, name: str, actor: Actor, origin: str, locale: str
) -> Started:
    """Sign in with the code sent to ``text``, into a new account where there is none.

    That confirms the address. Leaves the gate entered. RuleBroken (code), TooMany.
    """
    address = parse_address(text)
    take_code(address, code, JOINING, origin=origin)
    person = find_by_address(address) or _add(address, name, locale)
    receive(person, address, actor=actor)
    return start_sign_in(person)


def _add(address: Address, name: str, locale: str) -> Person:
    """Whoever took the name during these minutes keeps it; it can be chosen anew any time."""
    return add_person(name if name and is_name_free(name) else "", address, locale)
