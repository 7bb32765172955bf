"""What each act of two officers needs, what is looked at before it, and which times it sets.

An act that was agreed to only writes moments into the policy's row; they count at their second,
whether or not the worker is there. Calling it off puts back what stood there before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app import clock
from app.access.actor import VISITOR, Actor
from app.consultations.decision_rules import is_short_notice
from app.consultations.events import ConsultationOpened
from app.consultations.models import CallClause, ConsultationCall, Decision
from app.consultations.queries.calendar import day_of, start_of
from app.consultations.queries.calls import get_round, list_cards
from app.consultations.queries.deciding import find_decision
from app.consultations.rules import checked, ensure_closing, is_short
from app.consultations.services.calling import next_round, put_call
from app.consultations.services.lifecycle import list_missing
from app.consultations.two_officers import ActKind, call_from_json, call_to_json
from app.database import db
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.models import Policy, Revision
from app.policies.phases import Phase
from app.policies.queries import is_public_now
from app.policies.services import publishing
from app.policies.versions import get_version
from app.suggestions.queries.owed import count_owed
from app.suggestions.services.publishing_answers import answers_code

Asked = dict[str, Any]
Before = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """``ready`` answers what is asked for in its stored form, or refuses; ``begin`` sets the times
    and answers what ``undo`` puts back; ``done`` follows when the time has come."""

    ready: Callable[[Policy, Asked, datetime], Asked]
    looked: Callable[[Policy], dict[str, str]]
    begin: Callable[[Policy, Asked, datetime, Actor], Before]
    undo: Callable[[Policy, Before, Actor], None]
    done: Callable[[Policy, Before], None] = lambda _policy, _before: None


def looked_at(policy: Policy, kind: str) -> dict[str, str]:
    """What the officers have before them, as hashes by name; the text always."""
    head = select(Revision.sha256).where(
        Revision.policy_id == policy.id, Revision.number == policy.head_number
    )
    text = bytes(db.session.scalars(head).one()).hex()
    seen = {"text": text, "revision": str(policy.head_number)}
    return seen | EFFECTS[ActKind(kind)].looked(policy)


def _nothing_else(_policy: Policy) -> dict[str, str]:
    return {}


def _ready_publication(policy: Policy, asked: Asked, _at: datetime) -> Asked:
    if is_public_now(policy):
        raise RuleBroken(N_("This draft is public already."))
    return {"history": bool(asked.get("history"))}


def _plan_publication(policy: Policy, asked: Asked, at: datetime, actor: Actor) -> Before:
    publishing.plan(policy, at=at, with_history=asked["history"], actor=actor)
    return {}


def _forget_publication(policy: Policy, _before: Before, actor: Actor) -> None:
    publishing.forget_plan(policy, actor=actor)


def _ready_opening(policy: Policy, asked: Asked, at: datetime) -> Asked:
    if policy.phase_now == Phase.CONSULTATION:
        raise RuleBroken(N_("This draft is open for comment already."))
    if policy.phase_now != Phase.DRAFTING:
        raise RuleBroken(
            N_("Comments are opened on a draft that is being written. Please move it there first.")
        )
    wanted = checked(call_from_json(asked), get_version(policy.id, policy.head_number).outline)
    ensure_closing(wanted.closes_at, at, clock.now(), wanted.short_reason)
    if wanted.closes_at <= at:
        raise RuleBroken(N_("Comments would close before they open."), field="closes_at")
    _refuse_missing(policy, Phase.CONSULTATION)
    return call_to_json(wanted)


def _refuse_missing(policy: Policy, phase: Phase) -> None:
    for missing in list_missing(policy, phase)[:1]:
        raise RuleBroken(missing.text, **missing.values)


def _plan_opening(policy: Policy, asked: Asked, at: datetime, _actor: Actor) -> Before:
    before = {
        "closes_at": policy.closes_at and policy.closes_at.isoformat(),
        "usual_closes_at": policy.usual_closes_at and policy.usual_closes_at.isoformat(),
        "round": policy.round,
    }
    put_call(policy, call_from_json(asked), at, next_round(policy.id))
    policy.opens_at = at
    return before


def _forget_opening(policy: Policy, before: Before, _actor: Actor) -> None:
    number = policy.round
    for table in (CallClause, ConsultationCall):
        db.session.execute(delete(table).where(table.policy_id == policy.id, table.round == number))
    policy.opens_at, policy.round = None, before["round"]
    policy.closes_at = _moment(before["closes_at"])
    policy.usual_closes_at = _moment(before["usual_closes_at"])


def _moment(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None


def _record_opening(policy: Policy, before: Before) -> None:
    call = get_round(policy.id, before["round"] + 1)
    closes_at = policy.closes_at or call.opened_at
    record(
        ConsultationOpened(
            policy=policy.id,
            closes_at=closes_at.isoformat(),
            answer_days=call.answer_days,
            clauses=[card.clause for card in list_cards(policy.id)],
            is_short=is_short(closes_at, call.opened_at),
            round=call.round,
            revision=call.revision,
        ),
        actor=VISITOR,
    )


def _ready_answers(policy: Policy, _asked: Asked, _at: datetime) -> Asked:
    if policy.phase_now != Phase.RESPONSE:
        raise RuleBroken(N_("Answers are published together after comments have closed."))
    owed = count_owed(policy.id)
    if owed.missing:
        one = N_("One comment has no answer yet (%(numbers)s).")
        many = N_("%(count)s comments have no answer yet (%(numbers)s).")
        more = ("…",) if owed.missing > len(owed.first_missing) else ()
        raise RuleBroken(
            one if owed.missing == 1 else many,
            count=owed.missing,
            numbers=owed.first_missing + more,
        )
    if not owed.unpublished:
        raise RuleBroken(N_("There is no answer that waits for publication."))
    return {}


def _look_at_answers(policy: Policy) -> dict[str, str]:
    return {"answers": answers_code(policy.id)}


def _plan_answers(policy: Policy, _asked: Asked, at: datetime, _actor: Actor) -> Before:
    policy.answers_at = at
    return {}


def _forget_answers(policy: Policy, _before: Before, _actor: Actor) -> None:
    policy.answers_at = None


def _ready_announcement(policy: Policy, _asked: Asked, at: datetime) -> Asked:
    _refuse_missing(policy, Phase.PUBLISHED)
    decision = _adopted(policy)
    if is_short_notice(decision.effective_on, day_of(at)) and not decision.short_reason:
        raise RuleBroken(
            N_("It would bind fewer than 30 days after publication, without a reason."), field="at"
        )
    return {"decision": decision.id}


@dataclass(frozen=True, slots=True)
class _Adopted:
    """What the announcement takes from a decision that adopts the text."""

    id: int
    effective_on: Any
    short_reason: str


def _adopted(policy: Policy) -> _Adopted:
    decision = find_decision(policy.id)
    if decision is None or decision.effective_on is None:
        raise RuleBroken(N_("Please record the decision first."))
    return _Adopted(decision.id, decision.effective_on, decision.short_reason)


def _look_at_decision(policy: Policy) -> dict[str, str]:
    decision = find_decision(policy.id)
    columns = Decision.__table__.columns.keys()
    return {"decision": repr([getattr(decision, name) for name in columns]) if decision else ""}


def _plan_announcement(policy: Policy, _asked: Asked, at: datetime, _actor: Actor) -> Before:
    policy.announced_at = at
    policy.effective_at = max(start_of(_adopted(policy).effective_on), at)
    return {}


def _forget_announcement(policy: Policy, _before: Before, _actor: Actor) -> None:
    policy.announced_at = policy.effective_at = None


EFFECTS: dict[ActKind, Effect] = {
    ActKind.MAKE_PUBLIC: Effect(
        _ready_publication, _nothing_else, _plan_publication, _forget_publication
    ),
    ActKind.OPEN_CONSULTATION: Effect(
        _ready_opening, _nothing_else, _plan_opening, _forget_opening, _record_opening
    ),
    ActKind.PUBLISH_ANSWERS: Effect(
        _ready_answers, _look_at_answers, _plan_answers, _forget_answers
    ),
    ActKind.PUBLISH_DECISION: Effect(
        _ready_announcement, _look_at_decision, _plan_announcement, _forget_announcement
    ),
}
