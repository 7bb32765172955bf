"""Six-figure codes: sent to an address, ten minutes, five tries, the last one sent is the one.

An address without account goes the same way, with the same words and the same work; its code for
signing in is never sent, a letter says instead that there is no account. A code for joining (see
``services.joining``) is sent to every address and makes the account when it comes back.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from app import clock
from app.access.actor import Actor
from app.accounts.addresses import Address, parse_address
from app.accounts.limits import Limit, Tried, limit_of
from app.accounts.models import OneTimeCode, Person
from app.accounts.queries import find_by_address
from app.accounts.rules import CODE_LASTS, CODE_TRIES
from app.accounts.services import throttling
from app.accounts.services.confirming import confirm, level_of
from app.accounts.services.outbox import send_later
from app.accounts.services.setup import keyed_hash
from app.accounts.services.sign_ins import Started, end_sign_ins, start_sign_in
from app.database import committing, db, writing
from app.errors import RuleBroken
from app.messages import N_

PURPOSE, JOINING = "code", "join"


@dataclass(frozen=True, slots=True)
class Spent:
    """The code that waits at an address, one try after it was spent."""

    id: int
    person_id: int | None
    code_hash: bytes
    tries_left: int


def sending_limits(address: Address, origin: str) -> tuple[Limit, ...]:
    """How many letters and text messages one address and one origin may cause."""
    return (
        limit_of(Tried.SEND_HERE, address.text, origin),
        limit_of(Tried.SEND_TO, address.text),
        limit_of(Tried.SEND_FROM, origin),
    )


def request_code(text: str, *, origin: str, locale: str) -> Address:
    """Send a code to an e-mail address or mobile number; the answer tells nothing of an account."""
    address = parse_address(text)
    throttling.take_at_once(*sending_limits(address, origin))
    writing()
    send_code(address, find_by_address(address), locale=locale)
    return address


def replace_code(
    address: Address,
    person: Person | None,
    purpose: str,
    code_hash: bytes,
    *,
    tries: int,
    lasts: timedelta,
) -> None:
    """Store what was sent to ``address`` for ``purpose``; what was sent before ends. A row is
    written for unknown addresses too, so that both cost the same."""
    db.session.execute(
        delete(OneTimeCode).where(
            OneTimeCode.address == address.text, OneTimeCode.purpose == purpose
        )
    )
    db.session.add(
        OneTimeCode(
            person_id=person.id if person else None,
            address=address.text,
            purpose=purpose,
            code_hash=code_hash,
            tries_left=tries,
            expires_at=clock.now() + lasts,
        )
    )


def send_code(address: Address, person: Person | None, *, locale: str) -> None:
    """Queue a new code and end the earlier one; inside the gate."""
    code = store_new_code(address, person, PURPOSE)
    if person is None:
        send_later(address, "no_account", locale=locale)
    else:
        send_later(address, "code", locale=person.locale or locale, code=code)
    db.session.flush()


def store_new_code(address: Address, person: Person | None, purpose: str) -> str:
    """Six new figures for ``purpose``, of which the keyed hash is stored; inside the gate."""
    code = f"{secrets.randbelow(10**6):06d}"
    hashed = keyed_hash(purpose, address.text, code)
    replace_code(address, person, purpose, hashed, tries=CODE_TRIES, lasts=CODE_LASTS)
    return code


def sign_in_with_code(text: str, code: str, *, actor: Actor, origin: str) -> Started:
    """Sign in with the code sent to ``text``; that confirms the address. RuleBroken (code)."""
    address = parse_address(text)
    spent = take_code(address, code, PURPOSE, origin=origin)
    person = db.session.get_one(Person, spent.person_id)
    receive(person, address, actor=actor)
    return start_sign_in(person)


def take_code(address: Address, code: str, purpose: str, *, origin: str) -> Spent:
    """Use up the right code and enter the gate; RuleBroken (code) for a wrong or an old one."""
    limit = limit_of(Tried.CODE_FROM, origin)
    throttling.take_at_once(limit)
    spent = _spend_try(address, purpose)
    if spent is None:
        raise _no_longer()
    wanted = keyed_hash(purpose, address.text, _figures(code))
    was_sent = spent.person_id is not None or purpose == JOINING
    if not hmac.compare_digest(wanted, spent.code_hash) or not was_sent:
        raise _wrong(spent.tries_left)
    writing()
    if not _use_up(spent):
        raise _no_longer()
    throttling.give_back(limit)
    return spent


def receive(person: Person, address: Address, *, actor: Actor) -> None:
    """Confirm the address. Whoever registered it earlier in another browser may have been somebody
    else: their password and sign-ins end with the first code that is received here."""
    is_first = person.confirmation == "none"
    if is_first and actor.id != person.id:
        person.password_hash = None
        end_sign_ins(person)
    confirm(person, level_of(address), by=person.actor(clock.now()))


def _spend_try(address: Address, purpose: str) -> Spent | None:
    """Count the try before the comparison and for good, so that no rollback gives it back."""
    throttling.ensure_first()
    query = (
        select(OneTimeCode)
        .where(
            OneTimeCode.address == address.text,
            OneTimeCode.purpose == purpose,
            OneTimeCode.expires_at > clock.now(),
            OneTimeCode.expires_at <= clock.now() + CODE_LASTS,
            OneTimeCode.tries_left > 0,
        )
        .with_for_update()
    )
    with committing():
        row = db.session.scalar(query)
        if row is None:
            return None
        row.tries_left -= 1
        return Spent(row.id, row.person_id, row.code_hash, row.tries_left)


def _use_up(spent: Spent) -> bool:
    query = delete(OneTimeCode).where(OneTimeCode.id == spent.id).returning(OneTimeCode.id)
    return db.session.scalar(query) is not None


def forget_expired() -> None:
    """Delete codes and links that no longer work."""
    db.session.execute(delete(OneTimeCode).where(OneTimeCode.expires_at < clock.now()))


def _figures(code: str) -> str:
    """People type full-width figures and blanks."""
    return "".join(c for c in unicodedata.normalize("NFKC", code[:40]) if c.isdecimal())


def _no_longer() -> RuleBroken:
    return RuleBroken(N_("This code no longer works. Please ask for a new one."), field="code")


def _wrong(tries_left: int) -> RuleBroken:
    if tries_left == 0:
        return RuleBroken(N_("That code is not right. Please ask for a new one."), field="code")
    return RuleBroken(
        N_("That code is not right. %(count)s tries left."), field="code", count=tries_left
    )
