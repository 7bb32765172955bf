"""Enter a letter, a call or a statement at a hearing: it counts like what was sent here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.accounts.services import setup
from app.database import writing
from app.errors import RuleBroken
from app.messages import N_
from app.policies.models import Policy
from app.policies.queries import get_policy
from app.policies.queries.course import office_facts
from app.policies.services.writing_revisions import lock_head
from app.suggestions.channels import Channel
from app.suggestions.rules import Kind
from app.suggestions.services.keeping_scans import checked_scan, drop_scan, keep_scan
from app.suggestions.services.sending import find_sent
from app.suggestions.services.storing_paper import (
    REMOVAL,
    PaperWords,
    add_authors,
    ground_of,
    prepare,
    store,
)
from app.text.canonical import check_line, refused_in

MOST_NAME, MOST_PLACE = 120, 200


@dataclass(frozen=True, slots=True)
class Entered:
    """The number under which words stand now; ``is_new`` False when they had been entered before."""

    slug: str
    number: int
    is_new: bool


def get_enterable(slug: str, actor: Actor) -> Policy:
    """The policy for whose office ``actor`` enters letters and calls; a refusal otherwise."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.ENTER_PAPER, office_facts(policy, actor))
    return policy


def enter(slug: str, words: PaperWords, *, actor: Actor, scan: bytes = b"") -> Entered:
    """Enter ``words`` with their once-only token, and perhaps their ``scan``.

    Raises RuleBroken (field) or TextRefused.
    """
    policy = get_enterable(slug, actor)
    earlier = find_sent(policy.id, words.token)
    if earlier is not None:
        return Entered(policy.slug, earlier, is_new=False)
    words = _checked(words)
    if scan:
        checked_scan(scan)
    writing()
    policy = lock_head(policy.id)
    get_enterable(policy.slug, actor)  # it may have been given to another office meanwhile
    earlier = find_sent(policy.id, words.token)
    if earlier is not None:
        return Entered(policy.slug, earlier, is_new=False)
    ground = ground_of(policy)
    prepared = prepare(ground, words)
    if scan:
        prepared = replace(prepared, words=replace(words, scan=keep_scan(scan)))
    try:
        authors = add_authors(policy, [(words.name, words.shows_name)])
        (number,) = store(ground, [prepared], authors, by=actor)
    except BaseException:
        drop_scan(prepared.words.scan)
        raise
    return Entered(policy.slug, number, is_new=True)


def _checked(words: PaperWords) -> PaperWords:
    if words.channel not in set(Channel):
        raise RuleBroken(N_("Please choose how it came."), field="channel")
    if words.kind not in {*Kind, REMOVAL}:
        raise RuleBroken(N_("Please choose what it is."), field="kind")
    if words.received_on > _today():
        raise RuleBroken(N_("This day has not come yet."), field="received_on")
    with refused_in("name"):
        name = check_line(words.name, MOST_NAME)
    with refused_in("place"):
        place = check_line(words.place, MOST_PLACE)
    with refused_in("speaks_for"):
        speaks_for = check_line(words.speaks_for, MOST_NAME)
    if words.shows_name and not name:
        raise RuleBroken(N_("Please write the name that may be shown."), field="name")
    return replace(words, name=name, place=place, speaks_for=speaks_for)


def _today() -> date:
    zone = ZoneInfo(setup.settings().site_timezone)
    return clock.now().astimezone(zone).date()
