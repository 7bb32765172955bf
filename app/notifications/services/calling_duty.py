"""Somebody may be in danger: call whoever is on duty, at once and once for each case."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, or_, select

from app import clock
from app.access.actor import Confirmation, Role
from app.accounts.addresses import Address
from app.accounts.models import Person
from app.accounts.services import setup
from app.accounts.services.outbox import send_later
from app.database import db, writing
from app.discussions.models import DutyShift
from app.moderation.models import ModerationCase
from app.notifications.models import LetterSent
from app.policies.models import Policy

MOST_CALLED = 50


def call_duty(case_id: int) -> int:
    """Queue a letter about the case to the address of the duty and to each volunteer on duty; how
    many. It names the draft, if everybody may know of it, and holds no word of the case itself.

    Where there is neither, everybody who keeps order is called: too many rather than nobody.
    """
    key = f"danger:{case_id}"
    if db.session.get(LetterSent, key) is not None:
        return 0
    writing()
    case = db.session.get(ModerationCase, case_id)
    if case is None or case.closed_at is not None or db.session.get(LetterSent, key) is not None:
        return 0
    db.session.add(LetterSent(key=key, at=clock.now()))
    called = dict(_duty_addresses()) or dict(_everybody())
    for address, locale in called.items():
        send_later(
            Address("mail", address),
            "danger",
            locale=locale,
            title=_title(case),
            case=case.id,
            numbers=setup.settings().emergency_numbers,
        )
    db.session.flush()
    return len(called)


def _duty_addresses() -> Iterator[tuple[str, str]]:
    """Addresses with the language of their readers: the office's, then those on duty."""
    settings = setup.settings()
    for address in settings.duty_address.split(","):
        if address.strip():
            yield address.strip(), settings.default_locale
    now = clock.now()
    on_duty = select(DutyShift.person_id).where(DutyShift.begins_at <= now, DutyShift.ends_at > now)
    yield from _mailboxes(Person.id.in_(on_duty))


def _everybody() -> Iterator[tuple[str, str]]:
    yield from _mailboxes(Person.role.in_((Role.VOLUNTEER, Role.SUPERVISOR)))


def _mailboxes(who: ColumnElement[bool]) -> Iterator[tuple[str, str]]:
    """Confirmed addresses of people who may act now."""
    query = (
        select(Person.email, Person.locale)
        .where(who, Person.email.is_not(None), Person.confirmation != Confirmation.NONE)
        .where(Person.erased_at.is_(None))
        .where(or_(Person.suspended_until.is_(None), Person.suspended_until <= clock.now()))
        .order_by(Person.id)
        .limit(MOST_CALLED)
    )
    for email, locale in db.session.execute(query):
        yield email or "", locale or setup.settings().default_locale


def _title(case: ModerationCase) -> str:
    """The title of the draft, "" for a private one or none."""
    policy = db.session.get(Policy, case.policy_id) if case.policy_id else None
    return policy.title if policy is not None and policy.is_public else ""
