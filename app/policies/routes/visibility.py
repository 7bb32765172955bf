"""Make a draft public: a check page, a second officer, a time, and the way back until then."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations.queries.calendar import zone
from app.consultations.queries.office_acts import can_be_alone, find_open_act, usual_at
from app.consultations.services import office_acts
from app.errors import RuleBroken
from app.policies import queries
from app.policies.forms import VisibilityForm
from app.policies.models import Policy
from app.policies.routes import blueprint
from app.policies.services import publishing
from app.policies.versions import get_version
from app.text.canonical import TextRefused
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires

KIND = "make_public"


@blueprint.get("/policies/<slug>/visibility")
@requires(Act.MAKE_PUBLIC)
def visibility(slug: str) -> ResponseReturnValue:
    form = VisibilityForm(formdata=None, at=usual_at())
    return _page(_own(slug), form)


def _own(slug: str) -> Policy:
    policy = queries.get_policy(slug, current_actor())
    ensure(current_actor(), Act.MAKE_PUBLIC, queries.facts(policy, current_actor()))
    return policy


def _page(policy: Policy, form: VisibilityForm) -> str:
    """The check page: what everybody would see from when on."""
    head = get_version(policy.id, policy.head_number)
    renderer = current_app.extensions["gongyi_renderer"]
    return render_template(
        "policies/visibility.html",
        policy=policy,
        form=form,
        slices=renderer.render_outline(head.outline, head.text).slices,
        is_public=queries.is_public_now(policy),
        act=find_open_act(policy.id, KIND),
        is_alone=can_be_alone(policy, current_actor()),
    )


@blueprint.post("/policies/<slug>/visibility")
@requires(Act.MAKE_PUBLIC, own_token_check=True)
def change_visibility(slug: str) -> ResponseReturnValue:
    policy = _own(slug)
    form = VisibilityForm()
    step = request.form.get("step", "")
    if step in ("call-off", "private"):
        form.sure.data = True
    if not form.validate():
        return _page(policy, form), failed(form)
    try:
        said = _STEPS.get(step, _ask)(policy, form)
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "at")
        return _page(_own(slug), form), 422
    flash(said, "success")
    return redirect(url_for("policies.settings", slug=policy.slug), 303)


def _call_off(policy: Policy, _form: VisibilityForm) -> str:
    act = find_open_act(policy.id, KIND)
    if act is not None:
        office_acts.call_off(policy.slug, act.id, actor=current_actor())
    else:
        publishing.call_off_publication(policy.slug, actor=current_actor())
    return _("Only your department and the people you named can see the draft.")


def _take_out_of_sight(policy: Policy, _form: VisibilityForm) -> str:
    publishing.make_private(policy.slug, actor=current_actor())
    act = find_open_act(policy.id, KIND)
    if act is not None and (act.agreed_at is None or act.at > clock.now()):
        office_acts.call_off(policy.slug, act.id, actor=current_actor())
    return _("Only your department and the people you named can see the draft.")


def _ask(policy: Policy, form: VisibilityForm) -> str:
    act = office_acts.ask(
        policy.slug,
        KIND,
        {"history": bool(form.history.data)},
        _moment(form.at.data),
        actor=current_actor(),
        alone_reason=form.alone_reason.data or "",
    )
    if act.alone_reason:
        return _("Planned. You can call it off until then.")
    return _("Sent for approval. Nothing happens before a second officer agrees.")


_STEPS = {"call-off": _call_off, "private": _take_out_of_sight}


def _moment(chosen: datetime | None) -> datetime | None:
    """The chosen moment in UTC; the form speaks in the site's time zone."""
    return chosen.replace(tzinfo=zone()).astimezone(UTC) if chosen else None
