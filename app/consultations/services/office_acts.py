"""Ask for an act that cannot be taken back, agree to it as the second officer, or call it off.

Nothing happens before its time, so that until then anybody of the two can stop it.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations.events import (
    OfficeActAgreed,
    OfficeActAsked,
    OfficeActCalledOff,
    OfficeActSentBack,
)
from app.consultations.models import OfficeAct
from app.consultations.queries.office_acts import (
    can_be_alone,
    confirm_facts,
    find_open_act,
    get_act,
    has_second_officer,
    may_call_off,
    unpacked,
    usual_at,
)
from app.consultations.services.act_effects import EFFECTS, looked_at
from app.consultations.services.telling_acts import tell
from app.consultations.two_officers import (
    ASKERS,
    MOST_REASON,
    ActChanged,
    ActKind,
    ActState,
    check_code,
    differences,
    ensure_ahead,
    takes_effect_at,
)
from app.database import db, writing
from app.errors import Conflict, RuleBroken
from app.messages import N_
from app.policies.models import Policy, Waiver
from app.policies.queries import get_policy
from app.policies.queries.course import office_facts
from app.policies.services.waiving import waive
from app.policies.services.writing_revisions import lock_head, touch
from app.text.canonical import check_words, refused_in


def ask(
    slug: str,
    kind: str,
    wanted: dict[str, Any],
    at: datetime | None,
    *,
    actor: Actor,
    alone_reason: str = "",
) -> OfficeAct:
    """Send an act for approval, to take effect ``at`` (None: tomorrow at nine).

    ``alone_reason`` agrees at once where the department has no other officer; everybody reads it.
    Raises RuleBroken with what is missing, Conflict when one of this kind waits already.
    """
    policy = get_policy(slug, actor)
    known = _kind(kind)
    ensure(actor, ASKERS[known], office_facts(policy, actor))
    with refused_in("alone_reason"):
        alone_reason = check_words(alone_reason, MOST_REASON)
    writing()
    policy = lock_head(policy.id)
    if find_open_act(policy.id, known) is not None:
        raise Conflict(N_("This was sent for approval already, or waits for its time."))
    now = clock.now()
    at = ensure_ahead(at or usual_at(), now)
    asked = EFFECTS[known].ready(policy, wanted, at)
    _ensure_confirmed(policy, actor, alone_reason)
    looked = looked_at(policy, known)
    act = OfficeAct(
        policy_id=policy.id,
        kind=known,
        wanted=_packed(asked, looked, {}),
        check_code=check_code(known, asked, looked),
        at=at,
        asked_by_id=actor.person_id,
        asked_at=now,
        alone_reason=alone_reason,
        state=ActState.ASKED,
    )
    db.session.add(act)
    db.session.flush()
    tell(OfficeActAsked, act, actor)
    if alone_reason:
        waive(policy, _duty(act), alone_reason, actor=actor, field="alone_reason")
        _begin(policy, act, actor)
    db.session.flush()
    return act


def look_over(
    slug: str, kind: str, wanted: dict[str, Any], at: datetime | None, *, actor: Actor
) -> dict[str, Any]:
    """What is asked for, as it would be sent for approval now; raises what ``ask`` would raise."""
    policy = get_policy(slug, actor)
    known = _kind(kind)
    ensure(actor, ASKERS[known], office_facts(policy, actor))
    now = clock.now()
    at = ensure_ahead(at or usual_at(), now)
    return EFFECTS[known].ready(policy, wanted, at)


def agree(slug: str, ident: int, *, actor: Actor) -> OfficeAct:
    """Agree as the second officer; raises ActChanged when something is otherwise than it was sent,
    Conflict when somebody was faster. Takes effect at its time, at least 15 minutes from now."""
    policy, act = _as_second(slug, ident, actor)
    looked = looked_at(policy, act.kind)
    changes = differences(unpacked(act)["looked"], looked)
    if changes:
        raise ActChanged(changes)
    act.at = takes_effect_at(act.at, clock.now())
    act.agreed_by_id = actor.person_id
    _begin(policy, act, actor)
    db.session.flush()
    return act


def send_back(slug: str, ident: int, note: str, *, actor: Actor) -> OfficeAct:
    """Send an act back to the officer who asked for it, with what is to be changed."""
    with refused_in("note"):
        note = check_words(note, MOST_REASON)
    if not note:
        raise RuleBroken(N_("Please say what has to change."), field="note")
    _policy, act = _as_second(slug, ident, actor)
    _end(act, ActState.SENT_BACK, note)
    tell(OfficeActSentBack, act, actor)
    db.session.flush()
    return act


def call_off(slug: str, ident: int, *, actor: Actor, note: str = "") -> OfficeAct:
    """Call an act off before its time; who asked, the owner or a second officer may."""
    with refused_in("note"):
        note = check_words(note, MOST_REASON)
    policy = get_policy(slug, actor)
    _ensure_may_call_off(policy, get_act(policy.id, ident), actor)
    policy, act = locked(policy.id, ident)
    if act.state == ActState.DONE or (act.state == ActState.AGREED and act.at <= clock.now()):
        raise RuleBroken(N_("Its time has passed; this can no longer be called off."))
    _ensure_open(act)
    if act.state == ActState.AGREED:
        EFFECTS[ActKind(act.kind)].undo(policy, unpacked(act)["before"], actor)
        _take_waiver_back(policy, act)
    _end(act, ActState.CALLED_OFF, note)
    touch(policy)
    tell(OfficeActCalledOff, act, actor)
    db.session.flush()
    return act


def _begin(policy: Policy, act: OfficeAct, actor: Actor) -> None:
    """The act is agreed to: what it asks for still holds, and its times are set."""
    kept = unpacked(act)
    effect = EFFECTS[ActKind(act.kind)]
    asked = effect.ready(policy, kept["asked"], act.at)
    before = effect.begin(policy, asked, act.at, actor)
    act.state, act.agreed_at = ActState.AGREED, clock.now()
    act.wanted = _packed(asked, kept["looked"], before)
    touch(policy)
    tell(OfficeActAgreed, act, actor)


def _as_second(slug: str, ident: int, actor: Actor) -> tuple[Policy, OfficeAct]:
    """The locked policy and the act that waits, for somebody who may agree to it."""
    policy = get_policy(slug, actor)
    act = get_act(policy.id, ident)
    ensure(actor, Act.CONFIRM, confirm_facts(policy, act, actor))
    policy, act = locked(policy.id, ident)
    _ensure_open(act)
    if act.state != ActState.ASKED:
        raise Conflict(N_("Somebody was faster: this was agreed to already."))
    return policy, act


def locked(policy_id: int, ident: int) -> tuple[Policy, OfficeAct]:
    """Both rows read anew inside the gate, the policy locked."""
    writing()
    policy = lock_head(policy_id)
    return policy, get_act(policy_id, ident)


def _ensure_open(act: OfficeAct) -> None:
    if act.state == ActState.CALLED_OFF:
        raise Conflict(N_("This was called off meanwhile. Nothing has happened."))
    if act.state == ActState.SENT_BACK:
        raise Conflict(N_("This was sent back meanwhile. Nothing has happened."))
    if act.state == ActState.DONE:
        raise Conflict(N_("Somebody was faster: this was agreed to already."))


def _ensure_may_call_off(policy: Policy, act: OfficeAct, actor: Actor) -> None:
    if not may_call_off(policy, act, actor):
        ensure(actor, Act.CONFIRM, confirm_facts(policy, act, actor))


def _ensure_confirmed(policy: Policy, actor: Actor, alone_reason: str) -> None:
    """Two officers, or one with a reason where there is no second."""
    if alone_reason and not can_be_alone(policy, actor):
        raise RuleBroken(
            N_("Your department has another officer. Please send this for approval."),
            field="alone_reason",
        )
    if not alone_reason and not has_second_officer(policy, actor.person_id):
        raise RuleBroken(
            N_(
                "Your department has no second officer here. Please say why you do this alone;"
                " everybody will see it."
            ),
            field="alone_reason",
        )


def _take_waiver_back(policy: Policy, act: OfficeAct) -> None:
    waiver = db.session.get(Waiver, (policy.id, _duty(act)))
    if waiver is not None and act.alone_reason:
        db.session.delete(waiver)


def _duty(act: OfficeAct) -> str:
    return f"second_officer:{act.kind}"


def _end(act: OfficeAct, state: ActState, note: str) -> None:
    act.state, act.note, act.ended_at = state, note, clock.now()


def _packed(asked: dict[str, Any], looked: dict[str, str], before: dict[str, Any]) -> str:
    kept = {"asked": asked, "looked": looked, "before": before}
    return json.dumps(kept, ensure_ascii=False)


def _kind(kind: str) -> ActKind:
    if kind not in set(ActKind):
        raise RuleBroken(N_("Please choose one of the answers."), field="kind")
    return ActKind(kind)
