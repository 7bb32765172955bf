"""Acts of two officers: the list, the check page of the second one, and sending for approval."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access.acts import Act
from app.access.ensure import ensure
from app.access.grants import may
from app.consultations.forms import SecondForm, SendForm
from app.consultations.models import OfficeAct
from app.consultations.queries import office_acts as queries
from app.consultations.queries.answers_check import check_answers
from app.consultations.queries.calendar import zone
from app.consultations.queries.deciding import find_decision
from app.consultations.routes import blueprint
from app.consultations.routes.opening import call_preview
from app.consultations.services import office_acts as services
from app.consultations.two_officers import (
    AHEAD,
    ASKERS,
    ActChanged,
    ActKind,
    ActState,
    call_from_json,
)
from app.errors import Conflict, RuleBroken
from app.messages import Message
from app.policies.models import Policy
from app.policies.queries import get_policy
from app.policies.queries.course import office_facts
from app.policies.versions import get_version
from app.text.canonical import TextRefused
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires


@blueprint.get("/policies/<slug>/acts")
@requires(Act.SEE_OFFICE)
def acts(slug: str) -> ResponseReturnValue:
    """Everything on this policy that took two officers, the latest first."""
    policy = _for_office(slug)
    return render_template(
        "consultations/acts.html", policy=policy, acts=queries.list_acts(policy.id), now=clock.now()
    )


def _for_office(slug: str) -> Policy:
    actor = current_actor()
    policy = get_policy(slug, actor)
    ensure(actor, Act.SEE_OFFICE, office_facts(policy, actor))
    return policy


@blueprint.route("/policies/<slug>/acts/<int:number>", methods=["GET", "POST"])
@requires(Act.SEE_OFFICE)
def act(slug: str, number: int) -> ResponseReturnValue:
    """What was sent for approval, with all that belongs to it; ``?print=1`` to sign on paper."""
    policy = _for_office(slug)
    found = queries.get_act(policy.id, number)
    form = SecondForm()
    if not form.is_submitted():
        return _act_page(policy, found, form)
    if not form.validate():
        return _act_page(policy, found, form), failed(form)
    try:
        said = _STEPS.get(request.form.get("step", ""), _agree)(slug, number, form)
    except ActChanged as error:
        policy = _for_office(slug)
        found = queries.get_act(policy.id, number)
        return _act_page(policy, found, form, error.changes), 409
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "note")
        policy = _for_office(slug)
        return _act_page(policy, queries.get_act(policy.id, number), form), 422
    flash(said, "success")
    return redirect(url_for(".act", slug=policy.slug, number=number), 303)


def _agree(slug: str, ident: int, _form: SecondForm) -> str:
    services.agree(slug, ident, actor=current_actor())
    return _("Approved. It can be called off until its time.")


def _send_back(slug: str, ident: int, form: SecondForm) -> str:
    services.send_back(slug, ident, form.note.data or "", actor=current_actor())
    return _("Sent back. Nothing has happened.")


def _call_off(slug: str, ident: int, form: SecondForm) -> str:
    services.call_off(slug, ident, actor=current_actor(), note=form.note.data or "")
    return _("Called off. Nothing has happened.")


_STEPS: dict[str, Callable[[str, int, SecondForm], str]] = {
    "agree": _agree,
    "send_back": _send_back,
    "call_off": _call_off,
}


def _act_page(
    policy: Policy, found: OfficeAct, form: SecondForm, changes: list[Message] | None = None
) -> str:
    actor = current_actor()
    is_over = found.state == ActState.DONE or (
        found.state == ActState.AGREED and found.at <= clock.now()
    )
    facts = queries.confirm_facts(policy, found, actor)
    may_agree = found.state == ActState.ASKED and bool(may(actor, Act.CONFIRM, facts))
    if not may_agree:
        form.note.label.text = _("Why is it called off?")
    is_open = not is_over and found.state in (ActState.ASKED, ActState.AGREED)
    return render_template(
        "consultations/act_print.html" if request.args.get("print") else "consultations/act.html",
        policy=policy,
        act=found,
        form=form,
        changes=changes or [],
        is_over=is_over,
        may_agree=may_agree,
        may_call_off=is_open and queries.may_call_off(policy, found, actor),
        minutes=int(AHEAD.total_seconds() // 60),
        **_looked_at(policy, found.kind, **queries.looked(found)),
    )


def _looked_at(policy: Policy, kind: str, asked: dict[str, Any], number: int) -> dict[str, Any]:
    """All that an act of this kind is about, for its check page; ``number`` is the version of the
    text that was looked at."""
    version = get_version(policy.id, number)
    if kind == ActKind.OPEN_CONSULTATION:
        return {"number": number, **call_preview(policy, call_from_json(asked), version)}
    if kind == ActKind.PUBLISH_ANSWERS:
        return {"check": check_answers(policy)}
    if kind == ActKind.PUBLISH_DECISION:
        return {"decision": find_decision(policy.id)}
    renderer = current_app.extensions["gongyi_renderer"]
    slices = renderer.render_outline(version.outline, version.text).slices
    return {"slices": slices, "asked": asked}


@blueprint.route("/policies/<slug>/answers/publish", methods=["GET", "POST"])
@requires(Act.PREPARE_ANSWERS, own_token_check=True)
def publish_answers(slug: str) -> ResponseReturnValue:
    """Screen 11 of the first officer: what is missing, what to look at, and when."""
    return _sending(slug, ActKind.PUBLISH_ANSWERS)


@blueprint.route("/policies/<slug>/decision/publish", methods=["GET", "POST"])
@requires(Act.DECIDE, own_token_check=True)
def publish_decision(slug: str) -> ResponseReturnValue:
    """Announce the decision that was recorded."""
    return _sending(slug, ActKind.PUBLISH_DECISION)


def _sending(slug: str, kind: ActKind) -> ResponseReturnValue:
    """The check page of the officer who asks, and sending for approval."""
    actor = current_actor()
    policy = get_policy(slug, actor)
    ensure(actor, ASKERS[kind], office_facts(policy, actor))
    form = SendForm()
    if not form.is_submitted():
        form.at.data = queries.usual_at()
        return _sending_page(policy, kind, form)
    if not form.validate():
        return _sending_page(policy, kind, form), failed(form)
    try:
        sent = services.ask(
            slug,
            kind,
            {},
            form.moment(zone()),
            actor=actor,
            alone_reason=form.alone_reason.data or "",
        )
    except (RuleBroken, Conflict, TextRefused) as error:
        put_error(form, error, "at")
        status = 409 if isinstance(error, Conflict) else 422
        return _sending_page(get_policy(slug, actor), kind, form), status
    if sent.alone_reason:
        flash(_("Planned. You can call it off until then."), "success")
    else:
        flash(_("Sent for approval. Nothing happens before a second officer agrees."), "success")
    return redirect(url_for(".act", slug=policy.slug, number=sent.id), 303)


def _sending_page(policy: Policy, kind: ActKind, form: SendForm) -> str:
    return render_template(
        f"consultations/{kind}.html",
        policy=policy,
        form=form,
        act=queries.find_open_act(policy.id, kind),
        is_alone=queries.can_be_alone(policy, current_actor()),
        **_looked_at(policy, kind, {}, policy.head_number),
    )
