"""Sign in with a password: the same words and the same time for known and unknown addresses."""

from __future__ import annotations

from app.accounts.addresses import Address, parse_address
from app.accounts.limits import Limit, Tried, limit_of
from app.accounts.models import Person
from app.accounts.passwords import is_password
from app.accounts.queries import find_by_address
from app.accounts.services import throttling
from app.accounts.services.sign_ins import Started, start_sign_in
from app.database import db, writing
from app.errors import RuleBroken
from app.messages import N_


def limits(key: str, origin: str) -> tuple[Limit, ...]:
    """What one more try with a password counts against."""
    return (
        limit_of(Tried.GUESS_HERE, key, origin),
        limit_of(Tried.GUESS_OF, key),
        limit_of(Tried.GUESS_FROM, origin),
    )


def sign_in(text: str, password: str, *, origin: str) -> Started:
    """Sign in with an e-mail address or mobile number; RuleBroken (password), TooMany."""
    address = _address(text)
    tries = limits(address.text if address else text.strip().casefold()[:254], origin)
    throttling.take_at_once(*tries)
    person = find_by_address(address) if address else None
    if not is_password(password, person.password_hash if person else None) or person is None:
        raise RuleBroken(N_("The address or the password is not right."), field="password")
    checked, hashed = person.id, person.password_hash
    writing()
    person = db.session.get_one(Person, checked)
    if person.password_hash != hashed:  # changed during the check
        raise RuleBroken(N_("The address or the password is not right."), field="password")
    throttling.give_back(*tries)
    return start_sign_in(person)


def _address(text: str) -> Address | None:
    try:
        return parse_address(text)
    except RuleBroken:
        return None
