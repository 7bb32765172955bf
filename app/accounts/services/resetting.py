"""Forgotten password: a link to the person's own address, once, within the hour."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from app import clock
from app.accounts.addresses import Address, parse_address
from app.accounts.events import PasswordChanged
from app.accounts.models import OneTimeCode, Person
from app.accounts.passwords import hash_password
from app.accounts.queries import find_by_address
from app.accounts.rules import RESET_LASTS, ensure_password
from app.accounts.services import throttling
from app.accounts.services.codes import replace_code, sending_limits
from app.accounts.services.confirming import confirm, level_of
from app.accounts.services.outbox import send_later
from app.accounts.services.sign_ins import Started, end_sign_ins, start_sign_in
from app.accounts.tokens import token_hash
from app.database import db, writing
from app.errors import NotFound
from app.ledger.services import record
from app.messages import N_

PURPOSE = "reset"


def request_reset(text: str, *, origin: str, locale: str) -> Address:
    """Send a link for a new password; the answer tells nothing of an account. RuleBroken (email)."""
    address = parse_address(text)
    throttling.take_at_once(*sending_limits(address, origin))
    token = secrets.token_urlsafe(32)
    writing()
    person = find_by_address(address)
    replace_code(address, person, PURPOSE, token_hash(token), tries=1, lasts=RESET_LASTS)
    if person is None:
        send_later(address, "no_account", locale=locale)
    else:
        send_later(address, "reset", locale=person.locale or locale, token=token)
    db.session.flush()
    return address


def ensure_link_works(token: str) -> None:
    """Raise NotFound for a link that is used up, too old or made up."""
    _get(token)


def reset_password(token: str, password: str) -> Started:
    """Set a new password, end every sign-in of the person and sign this browser in."""
    ensure_password(password, address=_get(token).address)
    hashed = hash_password(password)
    writing()
    row = _get(token)
    person = db.session.get_one(Person, row.person_id)
    address = Address("mail" if "@" in row.address else "sms", row.address)
    db.session.delete(row)
    person.password_hash = hashed
    end_sign_ins(person)
    by = person.actor(clock.now())
    confirm(person, level_of(address), by=by)
    record(PasswordChanged(person=person.public_id, by_link=True), actor=by)
    return start_sign_in(person)


def _get(token: str) -> OneTimeCode:
    now = clock.now()
    row = db.session.scalar(
        select(OneTimeCode)
        .where(
            OneTimeCode.purpose == PURPOSE,
            OneTimeCode.code_hash == token_hash(token),
            OneTimeCode.person_id.is_not(None),
            OneTimeCode.expires_at > now,
            OneTimeCode.expires_at <= now + RESET_LASTS,
        )
        .with_for_update()
    )
    if row is None:
        raise NotFound(N_("This link no longer works. Please ask for a new one."))
    return row
