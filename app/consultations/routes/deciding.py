"""The legality review and the decision: their public pages, and the forms of those who write them."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access.acts import Act
from app.access.ensure import ensure
from app.access.grants import may
from app.consultations.decision_forms import DecisionForm, ReviewForm
from app.consultations.decision_rules import REVIEW_DAYS, Outcome
from app.consultations.models import Decision
from app.consultations.queries import deciding as queries
from app.consultations.queries.calendar import day_of
from app.consultations.queries.gates import review_days
from app.consultations.routes import blueprint
from app.consultations.services import deciding as services
from app.errors import Conflict, DomainError, RuleBroken
from app.policies.models import Policy
from app.policies.phases import SHORT_TRACK_KINDS, Phase
from app.policies.queries import get_policy
from app.policies.queries.course import office_facts
from app.policies.stamps import find_stamp
from app.text.canonical import TextRefused
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires
from app.web.visitor_cache import cached_for_visitors

AFTER_DECISION = frozenset({Phase.PUBLISHED, Phase.IN_FORCE, Phase.EVALUATION, Phase.ARCHIVED})


def _stamp(slug: str, **_rest: object) -> str | None:
    """The days of the review are counted on its page, so it also changes at midnight."""
    stamp = find_stamp(slug)
    return stamp and f"{stamp}.{day_of(clock.now())}"


@blueprint.get("/policies/<slug>/legality")
@requires(Act.READ_POLICY)
@cached_for_visitors(_stamp)
def legality(slug: str) -> ResponseReturnValue:
    """The conclusions so far, for everybody; the legal reviewer finds the form here."""
    actor = current_actor()
    policy = get_policy(slug, actor)
    if policy.slug != slug:
        return redirect(url_for(".legality", slug=policy.slug), 301)
    writes = may(actor, Act.REVIEW_LEGALITY, office_facts(policy, actor))
    if not writes or policy.phase_now != Phase.LEGALITY_REVIEW:
        return _legality_page(policy, None)
    form = ReviewForm(formdata=None)
    form.seen.data = policy.head_number
    return _legality_page(policy, form)


@blueprint.post("/policies/<slug>/legality")
@requires(Act.REVIEW_LEGALITY, own_token_check=True)
def conclude(slug: str) -> ResponseReturnValue:
    """The legal reviewer's conclusion."""
    actor = current_actor()
    policy = get_policy(slug, actor)
    ensure(actor, Act.REVIEW_LEGALITY, office_facts(policy, actor))
    form = ReviewForm()
    if not form.validate():
        return _legality_page(policy, form), failed(form)
    try:
        services.conclude_review(
            slug,
            is_lawful=form.conclusion.data == "lawful",
            words=form.words.data or "",
            seen=form.seen.data or 0,
            actor=actor,
        )
    except (RuleBroken, Conflict, TextRefused) as error:
        put_error(form, error, "words")
        policy = get_policy(slug, actor)
        form.seen.data = policy.head_number
        return _legality_page(policy, form), _status(error)
    flash(_("The conclusion is public."), "success")
    return redirect(url_for(".legality", slug=policy.slug), 303)


def _legality_page(policy: Policy, form: ReviewForm | None) -> str:
    is_running = policy.phase_now == Phase.LEGALITY_REVIEW
    return render_template(
        "consultations/legality.html",
        policy=policy,
        form=form,
        reviews=queries.list_reviews(policy.id),
        is_running=is_running,
        days=review_days(policy) if is_running else 0,
        least=REVIEW_DAYS,
        is_short_track=policy.kind in SHORT_TRACK_KINDS,
    )


@blueprint.get("/policies/<slug>/decision")
@requires(Act.READ_POLICY)
@cached_for_visitors(_stamp)
def decision(slug: str) -> ResponseReturnValue:
    """The decision, for everybody once it is announced; before that, for those who record it."""
    actor = current_actor()
    policy = get_policy(slug, actor)
    if policy.slug != slug:
        return redirect(url_for(".decision", slug=policy.slug), 301)
    facts = office_facts(policy, actor)
    found = queries.find_decision(policy.id)
    if policy.phase_now != Phase.DECISION or not may(actor, Act.DECIDE, facts):
        is_shown = may(actor, Act.SEE_OFFICE, facts) or _is_public(policy, found)
        return _decision_page(policy, None, found if is_shown else None)
    form = DecisionForm(formdata=None, obj=found if found and _is_order(found) else None)
    form.seen.data = found.id if found else 0
    if not form.body.data:
        form.body.data = policy.department.name if policy.department else ""
    return _decision_page(policy, form, found)


@blueprint.post("/policies/<slug>/decision")
@requires(Act.DECIDE, own_token_check=True)
def decide(slug: str) -> ResponseReturnValue:
    """Record what was decided."""
    actor = current_actor()
    policy = get_policy(slug, actor)
    ensure(actor, Act.DECIDE, office_facts(policy, actor))
    form = DecisionForm()
    if not form.validate():
        return _decision_page(policy, form, queries.find_decision(policy.id)), failed(form)
    try:
        policy = services.record_decision(slug, form.wanted(), actor=actor)
    except (RuleBroken, Conflict, TextRefused) as error:
        put_error(form, error, "outcome")
        found = queries.find_decision(policy.id)
        form.seen.data = found.id if found else 0
        return _decision_page(get_policy(slug, actor), form, found), _status(error)
    flash(_("The decision is recorded."), "success")
    # Who decides may not be let see the draft's other pages; what became of it stands here.
    return redirect(url_for(".decision", slug=policy.slug), 303)


def _is_order(found: Decision) -> bool:
    return found.outcome == Outcome.ADOPT


def _is_public(policy: Policy, found: Decision | None) -> bool:
    """What was adopted is public from its announcement on, what was not at once."""
    return found is not None and (not _is_order(found) or policy.phase_now in AFTER_DECISION)


def _decision_page(policy: Policy, form: DecisionForm | None, found: Decision | None) -> str:
    actor = current_actor()
    return render_template(
        "consultations/decision.html",
        policy=policy,
        form=form,
        decision=found,
        is_announced=policy.phase_now in AFTER_DECISION,
        may_announce=policy.phase_now == Phase.DECISION
        and may(actor, Act.MOVE_PHASE, office_facts(policy, actor)),
    )


def _status(error: DomainError | TextRefused) -> int:
    return 409 if isinstance(error, Conflict) else refused(error)
