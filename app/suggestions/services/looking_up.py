"""Find by a code what somebody sent or kept; tries are counted before anything is compared."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.access.actor import Actor
from app.accounts.limits import Tried, limit_of
from app.accounts.services import throttling
from app.database import db
from app.errors import RuleBroken
from app.messages import N_
from app.policies.models import Policy
from app.policies.queries import seen_by
from app.suggestions.models import Contribution, KeptWords
from app.suggestions.rules import plain_code
from app.suggestions.services.arriving import Arrived, find_arrived
from app.suggestions.services.codes import code_hash
from app.suggestions.services.keeping import find_kept_or_sent


@dataclass(frozen=True, slots=True)
class Found:
    """What a code opens: a contribution (``was_kept``: by the continue code of its words), or
    words that wait to be sent."""

    arrived: Arrived | None = None
    kept: KeptWords | None = None
    was_kept: bool = False


def look_up(typed: str, *, actor: Actor, origin: str) -> Found:
    """What a look-up or continue code opens for ``actor``; RuleBroken (code), TooMany.

    A draft that the actor may not see is not named: its codes are as good as wrong.
    """
    plain = plain_code(typed)
    if not plain:
        raise RuleBroken(
            N_("A code has ten letters and figures. Please type all of them."), field="code"
        )
    limit = limit_of(Tried.LOOK_UP_FROM, origin)
    throttling.take_at_once(limit)
    found = _find(plain, actor)
    if found is None:
        raise RuleBroken(
            N_(
                "Nothing is found under this code. Please compare each letter. Words that were "
                "not sent are deleted after 30 days."
            ),
            field="code",
        )
    throttling.give_back(limit)
    return found


def _find(plain: str, actor: Actor) -> Found | None:
    query = (
        select(Contribution.id, Policy.slug, Contribution.number)
        .join(Policy, Policy.id == Contribution.policy_id)
        .where(Contribution.lookup_hash == code_hash(plain), seen_by(actor))
    )
    row = db.session.execute(query).one_or_none()
    if row is not None:
        return Found(Arrived(row.id, row.slug, row.number, is_new=False))
    kept = find_kept_or_sent(plain)
    if kept is None or not _is_seen(kept.policy_id, actor):
        return None
    return Found(kept=kept) if kept.sent_as is None else Found(find_arrived(kept), was_kept=True)


def _is_seen(policy_id: int, actor: Actor) -> bool:
    query = select(Policy.id).where(Policy.id == policy_id, seen_by(actor))
    return db.session.scalar(query) is not None
