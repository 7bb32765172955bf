"""From how many on something counts in a draft: for everybody to read, for its officers to set."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Field

from app.access.acts import Act
from app.access.grants import may
from app.consensus.forms import ThresholdsForm
from app.consensus.queries.facts import get_thresholds
from app.consensus.queries.thresholds import find_last_change, list_changes
from app.consensus.routes import blueprint
from app.consensus.rules.thresholds import RANGES, Thresholds
from app.consensus.services.setting_thresholds import set_thresholds
from app.errors import RuleBroken
from app.policies.models import Policy
from app.policies.queries import facts, get_policy
from app.policies.stamps import find_stamp
from app.web.forms import failed, put_error, token_for
from app.web.guard import current_actor, requires
from app.web.visitor_cache import cached_for_visitors


@dataclass(frozen=True, slots=True)
class Number:
    """One threshold: its value in this draft and the usual one, and its field in the form."""

    name: str
    value: int
    usual: int
    least: int
    most: int
    field: Field


def _stamp(slug: str, **_rest: object) -> str | None:
    return find_stamp(slug)


@blueprint.get("/policies/<slug>/consensus/settings")
@requires(Act.READ_POLICY)
@cached_for_visitors(_stamp)
def thresholds(slug: str) -> ResponseReturnValue:
    policy = get_policy(slug, current_actor())
    if policy.slug != slug:
        return redirect(url_for(".thresholds", slug=policy.slug), 301)
    return _page(policy)


@blueprint.post("/policies/<slug>/consensus/settings")
@requires(Act.CHANGE_SETTINGS, own_token_check=True)
def change_thresholds(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    policy = get_policy(slug, actor)
    form = ThresholdsForm()
    if not form.validate():
        return _page(policy, form), failed(form)
    wanted = {name: form[name].data for name in RANGES}
    try:
        set_thresholds(slug, wanted, form.reason.data or "", seen=form.seen.data or 0, actor=actor)
    except RuleBroken as error:
        put_error(form, error, "reason")
        return _page(get_policy(slug, actor), form), 422
    flash(_("Set. How the articles stand is found anew in a moment."), "success")
    return redirect(url_for(".thresholds", slug=policy.slug), 303)


def _page(policy: Policy, form: ThresholdsForm | None = None) -> str:
    actor = current_actor()
    today, usual = get_thresholds(policy.id).to_dict(), Thresholds().to_dict()
    shown = form or ThresholdsForm(
        formdata=None, meta=token_for(actor), seen=find_last_change(policy.id), **today
    )
    return render_template(
        "consensus/thresholds.html",
        policy=policy,
        form=shown,
        numbers=[
            Number(name, today[name], usual[name], *limits, field=shown[name])
            for name, limits in RANGES.items()
        ],
        changes=list_changes(policy),
        may_change=may(actor, Act.CHANGE_SETTINGS, facts(policy, actor)),
    )
