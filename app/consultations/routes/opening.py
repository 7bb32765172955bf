"""The officer's form of a call: write it, look at it as residents will, send it for approval."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations import rules
from app.consultations.forms import CallForm
from app.consultations.queries import calls as queries
from app.consultations.queries.calendar import day_of, zone
from app.consultations.queries.office_acts import can_be_alone, find_open_act, usual_at
from app.consultations.routes import blueprint
from app.consultations.routes.calling import count_articles, shown
from app.consultations.rules import Card
from app.consultations.services import calling, office_acts
from app.consultations.two_officers import ActKind, call_from_json, call_to_json
from app.errors import Conflict, RuleBroken
from app.policies import queries as policy_queries
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.versions import Version, get_version
from app.text.canonical import TextRefused
from app.text.clauses import title_of
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires

USUALLY_CLOSES = time(18, 0)
KIND = ActKind.OPEN_CONSULTATION


@blueprint.route("/policies/<slug>/consultation/edit", methods=["GET", "POST"])
@requires(Act.MOVE_PHASE, own_token_check=True)
def edit(slug: str) -> ResponseReturnValue:
    """Write the call, look at it, send it for approval; change it while it is open."""
    actor = current_actor()
    policy = policy_queries.get_policy(slug, actor)
    ensure(actor, Act.MOVE_PHASE, policy_queries.facts(policy, actor))
    form = CallForm()
    if not form.is_submitted():
        _fill(form, policy)
        return _form_page(policy, form)
    if not form.validate():
        return _form_page(policy, form), failed(form)
    step = request.form.get("step", "check")
    if step == "back":
        return _form_page(policy, form)
    try:
        return _STEPS.get(step, _check)(policy, form)
    except (RuleBroken, Conflict, TextRefused) as error:
        put_error(form, error, "question")
        status = 409 if isinstance(error, Conflict) else refused(error)
        if error.field == "alone_reason":
            return _check_page(policy, form, form.wanted(zone())), status
        return _form_page(policy, form), status


def _check(policy: Policy, form: CallForm) -> ResponseReturnValue:
    asked = call_to_json(form.wanted(zone()))
    asked = office_acts.look_over(
        policy.slug, KIND, asked, form.moment(zone()), actor=current_actor()
    )
    return _check_page(policy, form, call_from_json(asked))


def _ask(policy: Policy, form: CallForm) -> ResponseReturnValue:
    """Send for approval; where there is no second officer, ``alone_reason`` stands in."""
    act = office_acts.ask(
        policy.slug,
        KIND,
        call_to_json(form.wanted(zone())),
        form.moment(zone()),
        actor=current_actor(),
        alone_reason=form.alone_reason.data or "",
    )
    if act.alone_reason:
        flash(_("Planned. You can call it off until then."), "success")
    else:
        said = _("Sent for approval. Nothing happens before a second officer agrees.")
        flash(said, "success")
    return redirect(url_for(".act", slug=policy.slug, number=act.id), 303)


def _save(policy: Policy, form: CallForm) -> ResponseReturnValue:
    calling.change_call(policy.slug, form.wanted(zone()), actor=current_actor())
    flash(_("The call is changed."), "success")
    return redirect(url_for(".call", slug=policy.slug), 303)


_STEPS = {"ask": _ask, "open": _ask, "save": _save}


def _fill(form: CallForm, policy: Policy) -> None:
    """Begin with what an earlier call said; closing is proposed a month ahead."""
    month = day_of(clock.now()) + rules.USUAL_TIME + timedelta(days=1)
    form.at.data = usual_at()
    form.closes_at.data = datetime.combine(month, USUALLY_CLOSES)
    earlier = queries.find_call(policy.id)
    if earlier is None:
        return
    for field in (
        "question",
        "answer_days",
        "short_reason",
        "audience",
        "address",
        "meetings",
        "how_else",
    ):
        form[field].data = getattr(earlier, field)
    names = rules.names_of(get_version(policy.id, policy.head_number).outline)
    form.put_cards(
        [
            Card(names[card.clause], card.question)
            for card in queries.list_cards(policy.id)
            if card.clause in names
        ]
    )
    closes_at = policy.usual_closes_at or policy.closes_at
    if policy.phase_now == Phase.CONSULTATION and closes_at is not None:
        form.closes_at.data = closes_at.astimezone(zone())


def _form_page(policy: Policy, form: CallForm) -> str:
    outline = get_version(policy.id, policy.head_number).outline
    names = rules.names_of(outline)
    return render_template(
        "consultations/edit.html",
        policy=policy,
        form=form,
        names=[(names[clause.id], title_of(clause)) for clause in outline if clause.id in names],
        is_public=policy_queries.is_public_now(policy),
        is_open=policy.phase_now == Phase.CONSULTATION and policy.closes_at is not None,
        act=find_open_act(policy.id, KIND),
    )


def _check_page(policy: Policy, form: CallForm, wanted: rules.WantedCall) -> str:
    return render_template(
        "consultations/check.html",
        policy=policy,
        form=form,
        opens_at=form.moment(zone()) or usual_at(),
        is_alone=can_be_alone(policy, current_actor()),
        **call_preview(policy, wanted, get_version(policy.id, policy.head_number)),
    )


def call_preview(policy: Policy, wanted: rules.WantedCall, version: Version) -> dict[str, object]:
    """A call that is not open yet, as its page will show it on this version."""
    return {
        "call": wanted,
        "cards": shown(wanted.cards, version),
        "articles": count_articles(version),
        "closes_at": wanted.closes_at,
        "days_left": rules.days_left(day_of(wanted.closes_at), day_of(clock.now())),
        "answers_due_at": rules.answers_due_at(wanted.closes_at, wanted.answer_days),
    }
