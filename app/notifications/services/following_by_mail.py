"""Following by mail without an account: asked for by anybody, confirmed by whoever reads the mail.

The answer on the screen is the same for every address, so nobody learns who follows what.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, delete, func, or_, select

from app import clock
from app.access.actor import VISITOR
from app.accounts.addresses import Address, parse_email
from app.accounts.limits import Tried, limit_of
from app.accounts.services import throttling
from app.accounts.services.outbox import send_later
from app.accounts.tokens import token_hash
from app.database import db, writing
from app.errors import NotFound, RuleBroken
from app.messages import N_
from app.notifications.models import Happening, MailFollower
from app.notifications.services.letters import Period, follower_token, refuse_link
from app.policies.models import Policy
from app.policies.queries import get_policy, seen_by
from app.policies.versions import get_version
from app.text.labels import spoken

LINK_LASTS = timedelta(days=7)
GOODBYE = timedelta(days=30)  # how long a link to leave works after it was used


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to follow: a policy, or one clause of it."""

    address: str
    period: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link is about: the policy, the clause as it is called now ("" all of it)."""

    slug: str
    title: str
    language: str
    label: str
    period: str
    is_confirmed: bool


def ask_to_follow(slug: str, wanted: Wanted, *, origin: str, locale: str) -> Address:
    """Send one letter with a link; RuleBroken (address, period), NotFound, TooMany."""
    address = _parse(wanted.address)
    if wanted.period not in (Period.DAILY, Period.WEEKLY):
        raise RuleBroken(N_("Please choose one of the answers."), field="period")
    policy = get_policy(slug, VISITOR)
    label = _label(policy, wanted.clause)
    throttling.take_at_once(
        limit_of(Tried.FOLLOW_TO, address.text), limit_of(Tried.FOLLOW_FROM, origin)
    )
    writing()
    row = _find(address, policy.id, wanted.clause)
    is_known = row is not None and row.confirmed_at is not None and row.ended_at is None
    if row is None:
        row = MailFollower(address=address.text, policy_id=policy.id, clause=wanted.clause)
        db.session.add(row)
    if not is_known:
        _ask(row, wanted.period, locale)
    db.session.flush()
    send_later(
        address,
        "follow_known" if is_known else "follow_asked",
        locale=locale,
        follower=row.id,
        title=policy.title,
        slug=policy.slug,
        label=label,
        period=row.period,
    )
    db.session.flush()
    return address


def _parse(text: str) -> Address:
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        raise RuleBroken(N_("This does not look like an e-mail address."), field="address")
    try:
        return parse_email(text)
    except RuleBroken as error:
        error.field = "address"
        raise


def _label(policy: Policy, clause: str) -> str:
    """What the clause is called in the current text; NotFound for one that is not there."""
    if not clause:
        return ""
    place = get_version(policy.id, policy.head_number).clause(clause)
    if place is None:
        raise NotFound(N_("This page does not exist, or you may not see it."))
    return spoken(place.label)


def _find(address: Address, policy_id: int, clause: str) -> MailFollower | None:
    query = select(MailFollower).where(
        MailFollower.address == address.text,
        MailFollower.policy_id == policy_id,
        MailFollower.clause == clause,
    )
    return db.session.scalar(query.with_for_update())


def _ask(row: MailFollower, period: str, locale: str) -> None:
    """Of several links that were sent the last one works."""
    row.period, row.locale = period, locale
    row.asked_at, row.confirmed_at, row.ended_at = clock.now(), None, None
    row.token_hash = token_hash(follower_token(row))


def find_asked(token: str, *, origin: str) -> Asked:
    """What the link would confirm; NotFound when it is used up, too old or made up."""
    row, policy = _get(token, origin)
    place = get_version(policy.id, policy.head_number).clause(row.clause) if row.clause else None
    return Asked(
        slug=policy.slug,
        title=policy.title,
        language=policy.language,
        label=spoken(place.label) if place else "",
        period=row.period,
        is_confirmed=row.confirmed_at is not None,
    )


def confirm(token: str, *, origin: str) -> Asked:
    """The reader of the mailbox wants it: letters begin with what happens from now on."""
    writing()
    row, _policy = _get(token, origin)
    if row.confirmed_at is None:
        row.confirmed_at = clock.now()
        row.told_upto = db.session.scalar(select(func.max(Happening.id))) or 0
    db.session.flush()
    return find_asked(token, origin=origin)


def _get(token: str, origin: str) -> tuple[MailFollower, Policy]:
    query = (
        select(MailFollower, Policy)
        .join(Policy, Policy.id == MailFollower.policy_id)
        .where(MailFollower.token_hash == token_hash(token), seen_by(VISITOR))
        .where(MailFollower.ended_at.is_(None))
        .where(
            or_(
                MailFollower.confirmed_at.is_not(None),
                MailFollower.asked_at >= clock.now() - LINK_LASTS,
            )
        )
    )
    found = db.session.execute(query).first()
    if found is None:
        db.session.rollback()
        refuse_link(origin)
    return found[0], found[1]


def forget_unconfirmed() -> None:
    """A regular duty: addresses that nobody confirmed, and those that left, are deleted."""
    writing()
    now = clock.now()
    unconfirmed = and_(
        MailFollower.confirmed_at.is_(None), MailFollower.asked_at < now - LINK_LASTS
    )
    left = MailFollower.ended_at < now - GOODBYE
    db.session.execute(delete(MailFollower).where(or_(unconfirmed, left)))
