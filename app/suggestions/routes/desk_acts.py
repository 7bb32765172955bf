"""What an officer does with a contribution on the desk besides answering it."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.errors import RuleBroken
from app.messages import N_
from app.policies.models import Policy
from app.suggestions.routes import blueprint
from app.suggestions.routes.desk import address, desk_filters, office_policy
from app.suggestions.services import (
    assigning,
    drafting_answers,
    regrouping,
    saving_reasons,
    splitting,
)
from app.web.guard import current_actor, requires


@blueprint.post("/policies/<slug>/answers/work/<int:number>/<step>")
@requires(Act.PREPARE_ANSWERS)
def desk_act(slug: str, number: int, step: str) -> ResponseReturnValue:
    """Pass on, note, split, group or take the draft away; then back to the desk."""
    policy = office_policy(slug)
    act = _ACTS.get(step)
    if act is None:
        raise RuleBroken(N_("Please choose one of the answers."))
    flash(act(policy, number), "success")
    return redirect(address(policy, desk_filters(policy), number), 303)


@blueprint.post("/policies/<slug>/answers/reasons/<int:number>/remove")
@requires(Act.PREPARE_ANSWERS)
def remove_reason(slug: str, number: int) -> ResponseReturnValue:
    policy = office_policy(slug)
    saving_reasons.remove_reason(policy.slug, number, actor=current_actor())
    flash(_("The reason is removed. Answers that used it keep their words."), "success")
    answering = request.form.get("number", type=int)
    return redirect(address(policy, desk_filters(policy), answering), 303)


def _pass_on(policy: Policy, number: int) -> str:
    to = request.form.get("to", "")
    assigning.pass_on(policy.slug, number, to, _day(), actor=current_actor())
    if to:
        return _("No. %(number)s is passed on.", number=number)
    return _("No. %(number)s is nobody's in particular again.", number=number)


def _day() -> date | None:
    raw = request.form.get("due_on", "").strip()
    if not raw:
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise RuleBroken(N_("Please write the day as 2026-08-15."), field="due_on") from None


def _note(policy: Policy, number: int) -> str:
    assigning.keep_note(policy.slug, number, request.form.get("note", ""), actor=current_actor())
    return _("The note is kept. Only the office reads it.")


def _split(policy: Policy, number: int) -> str:
    points = [words.replace("\r\n", "\n") for words in request.form.getlist("points")]
    count = splitting.split(policy.slug, number, points, actor=current_actor())
    if count:
        return _("No. %(number)s has %(count)s points now.", number=number, count=count)
    return _("No. %(number)s is answered as a whole again.", number=number)


def _group(policy: Policy, number: int) -> str:
    raw = request.form.get("group_with", "").strip()
    other = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else 0
    regrouping.put_with(policy.slug, number, other, actor=current_actor())
    return _("No. %(number)s is with no. %(other)s now.", number=number, other=other)


def _alone(policy: Policy, number: int) -> str:
    regrouping.take_out(policy.slug, number, actor=current_actor())
    return _("No. %(number)s stands alone now.", number=number)


def _drop(policy: Policy, number: int) -> str:
    drafting_answers.drop_draft(
        policy.slug,
        number,
        actor=current_actor(),
        part=request.form.get("part", 0, type=int),
        seen=request.form.get("seen", ""),
    )
    return _("The answer to no. %(number)s is removed.", number=number)


_ACTS = {
    "pass": _pass_on,
    "note": _note,
    "points": _split,
    "group": _group,
    "alone": _alone,
    "drop": _drop,
}
