"""The course of a draft: its public page, and the page on which its owner moves it on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access.acts import Act
from app.access.ensure import ensure
from app.access.grants import may
from app.consultations.decision_forms import MoveForm
from app.consultations.queries import deciding
from app.consultations.queries.due import due_of
from app.consultations.routes import blueprint
from app.consultations.services.lifecycle import (
    ELSEWHERE,
    enter_phase,
    list_blocking,
    list_unwaived,
    needs_reason,
)
from app.errors import Conflict, DomainError, RuleBroken
from app.moderation.queries.notes import list_notes_on
from app.policies.models import Policy
from app.policies.phases import STEPS, Phase, Step, may_follow
from app.policies.queries import get_policy
from app.policies.queries.course import find_hold, list_steps, list_waivers, office_facts
from app.policies.stamps import find_stamp
from app.text.canonical import TextRefused
from app.web.error_pages import translated
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires
from app.web.visitor_cache import cached_for_visitors

ANSWER_TO_PROPOSALS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class _Move:
    """A phase that may follow: what is missing, what is written first, and its form.

    ``at`` is when the clock does it, ``address`` where it is done instead of here.
    """

    phase: Phase
    goes_on: bool
    missing: tuple[str, ...]
    unwaived: tuple[Phase, ...]
    needs_reason: bool
    at: datetime | None
    address: str
    form: MoveForm


def _stamp(slug: str, **_rest: object) -> str | None:
    """Answers become overdue at their second, which no table writes down: kept for a minute."""
    stamp = find_stamp(slug)
    return stamp and f"{stamp}.{clock.now():%Y%m%d%H%M}"


@blueprint.get("/policies/<slug>/course")
@requires(Act.READ_POLICY)
@cached_for_visitors(_stamp)
def course(slug: str) -> ResponseReturnValue:
    """Where the draft stands, how it came there and what it was let off, for everybody."""
    actor = current_actor()
    policy = get_policy(slug, actor)
    if policy.slug != slug:
        return redirect(url_for(".course", slug=policy.slug), 301)
    facts = office_facts(policy, actor)
    decision = deciding.find_decision(policy.id)
    is_announced = policy.phase_now in (Phase.PUBLISHED, Phase.IN_FORCE, Phase.EVALUATION)
    return render_template(
        "consultations/course.html",
        policy=policy,
        steps_taken=list_steps(policy.id),
        waivers=list_waivers(policy.id),
        due=due_of(policy),
        review=deciding.find_review(policy.id),
        decision=decision if is_announced or policy.phase_now == Phase.ARCHIVED else None,
        held=find_hold(policy),
        proposal_due=policy.created_at + ANSWER_TO_PROPOSALS,
        may_move=may(actor, Act.MOVE_PHASE, facts),
        may_review=may(actor, Act.REVIEW_LEGALITY, facts),
        may_decide=may(actor, Act.DECIDE, facts),
        sees_office=may(actor, Act.SEE_OFFICE, facts),
        notes=list_notes_on(policy.id, actor),
    )


@blueprint.app_template_global("step_of")
def step_of(phase: str) -> int:
    """Which of the five steps a phase belongs to, counted from 0; -1 for those outside the way."""
    step = STEPS.get(Phase(phase)) if phase in set(Phase) else None
    return list(Step).index(step) if step else -1


@blueprint.route("/policies/<slug>/phase", methods=["GET", "POST"])
@requires(Act.MOVE_PHASE, own_token_check=True)
def phase(slug: str) -> ResponseReturnValue:
    """Where the draft may go from here, what is missing for it, and a button for each."""
    policy = _own(slug)
    form = MoveForm()
    if not form.is_submitted():
        return _phase_page(policy, None)
    if not form.validate():
        return _phase_page(policy, form), failed(form)
    wanted = form.phase.data or ""
    if wanted == Phase.CONSULTATION and policy.phase_now != Phase.ON_HOLD:
        # Comments are asked for with a question and a closing time, on a form of their own.
        return redirect(url_for(".edit", slug=policy.slug), 303)
    try:
        policy = enter_phase(
            slug,
            wanted,
            actor=current_actor(),
            reason=form.reason.data or "",
            waivers=form.waivers,
            seen=form.seen.data or "",
        )
    except (RuleBroken, Conflict, TextRefused) as error:
        put_error(form, error, "reason")
        return _phase_page(_own(slug), form), _status(error)
    flash(_("The draft has moved on."), "success")
    return redirect(url_for(".course", slug=policy.slug), 303)


def _status(error: DomainError | TextRefused) -> int:
    return 409 if isinstance(error, Conflict) else refused(error)


def _own(slug: str) -> Policy:
    actor = current_actor()
    policy = get_policy(slug, actor)
    ensure(actor, Act.MOVE_PHASE, office_facts(policy, actor))
    return policy


def _phase_page(policy: Policy, sent: MoveForm | None) -> str:
    """The page; ``sent`` is a form that was refused and stands where it was sent from."""
    here = policy.phase_now
    moves = [_move(policy, wanted, sent) for wanted in may_follow(here, policy.held_phase)]
    forward = [one for one in moves if step_of(one.phase) >= step_of(here) or one.goes_on]
    possible = [one for one in forward if not one.missing and one.at is None]
    return render_template(
        "consultations/phase.html",
        policy=policy,
        moves=moves,
        first=possible[0].phase if possible else None,
        sent=sent,
        held=find_hold(policy),
    )


def _move(policy: Policy, wanted: Phase, sent: MoveForm | None) -> _Move:
    here = policy.phase_now
    is_sent = sent is not None and sent.phase.data == wanted
    form = sent if sent is not None and is_sent else MoveForm(formdata=None)
    form.seen.data, form.phase.data = here, wanted
    return _Move(
        phase=wanted,
        goes_on=here == Phase.ON_HOLD and wanted == policy.held_phase,
        missing=tuple(translated(message) for message in list_blocking(policy, wanted)),
        unwaived=list_unwaived(policy, wanted),
        needs_reason=needs_reason(here, wanted),
        at=_by_the_clock(policy, wanted),
        address=_elsewhere(policy, wanted),
        form=form.of(wanted),
    )


def _by_the_clock(policy: Policy, wanted: Phase) -> datetime | None:
    moments = {
        (Phase.CONSULTATION, Phase.RESPONSE): policy.closes_at,
        (Phase.DRAFTING, Phase.CONSULTATION): policy.opens_at,
        (Phase.DECISION, Phase.PUBLISHED): policy.announced_at,
        (Phase.PUBLISHED, Phase.IN_FORCE): policy.effective_at,
    }
    return moments.get((policy.phase_now, wanted))


def _elsewhere(policy: Policy, wanted: Phase) -> str:
    """The address of the page that brings this move about; "" when it is done here."""
    if (policy.phase_now, wanted) not in ELSEWHERE or policy.phase_now == Phase.RESPONSE:
        return ""
    endpoint = ".edit" if wanted == Phase.CONSULTATION else ".decision"
    return url_for(endpoint, slug=policy.slug)
