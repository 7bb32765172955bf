"""Measures without a report: stop the replies to a thread, slow a draft's talk down, and what was
and is done about a person."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access.acts import Act
from app.access.grants import may
from app.accounts.models import Person
from app.accounts.queries import get_person
from app.discussions.forms import give_back
from app.discussions.queries import get_thread
from app.discussions.services.pacing import find_slowdown
from app.errors import NotAllowed, NotFound, RuleBroken
from app.moderation.forms import MeasureForm
from app.moderation.queries.history import list_past
from app.moderation.routes import blueprint
from app.moderation.routes.choices import Standing, read_choice, take_choices
from app.moderation.rules import LOCKING, Kind
from app.moderation.services import Decision, act
from app.moderation.services.objects import ensure_may_moderate, find_words
from app.policies.queries import get_policy
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires
from app.web.paging import number_argument

Aim = Callable[[str], tuple[Kind, int]]  # an action → what it is done to


@blueprint.route("/moderation/threads/<int:thread_id>", methods=["GET", "POST"])
@requires(Act.MODERATE, own_token_check=True)
def thread(thread_id: int) -> ResponseReturnValue:
    """Stop replies or let them go on; slow the draft down."""
    actor = current_actor()
    ensure_may_moderate(find_words(Kind.THREAD, thread_id, actor), actor)
    policy, view = get_thread(thread_id, actor)

    def aim(action: str) -> tuple[Kind, int]:
        return (Kind.THREAD, view.id) if action in LOCKING else (Kind.POLICY, policy.id)

    is_slowed = find_slowdown(policy.id) is not None
    form = _form(Standing(is_locked=view.is_locked, is_slowed=is_slowed))
    back = url_for("discussions.thread", thread_id=thread_id)
    if form.is_submitted() and _is_done(form, aim):
        return redirect(back, 303)
    page = render_template("moderation/measure.html", form=form, back=back, policy=policy)
    return page, failed(form) if form.is_submitted() else 200


@blueprint.route("/moderation/policies/<slug>", methods=["GET", "POST"])
@requires(Act.MODERATE, own_token_check=True)
def pace(slug: str) -> ResponseReturnValue:
    """Slow a draft's discussions down, or end that."""
    policy = get_policy(slug, current_actor())
    form = _form(Standing(is_slowed=find_slowdown(policy.id) is not None))
    back = url_for("discussions.discussion", slug=policy.slug)
    if form.is_submitted() and _is_done(form, lambda _action: (Kind.POLICY, policy.id)):
        return redirect(back, 303)
    page = render_template("moderation/measure.html", form=form, back=back, policy=policy)
    return page, failed(form) if form.is_submitted() else 200


@blueprint.get("/moderation/people/<public_id>")
@requires(Act.SEE_ORDER)
def person(public_id: str) -> ResponseReturnValue:
    """What was done before about somebody: no address, no number, nothing that is not order."""
    return _person_page(get_person(public_id), None)


@blueprint.post("/moderation/people/<public_id>")
@requires(Act.MODERATE, own_token_check=True)
def act_on_person(public_id: str) -> ResponseReturnValue:
    """Remind or suspend somebody, or end a suspension."""
    one = get_person(public_id)
    form = _form(_standing_of(one))
    if _is_done(form, lambda _action: (Kind.PERSON, one.id)):
        return redirect(url_for("moderation.person", public_id=public_id), 303)
    return _person_page(one, form), failed(form)


def _person_page(one: Person, form: MeasureForm | None) -> str:
    before = number_argument("page")
    rows, next_key = list_past(one.id, current_actor(), before=before)
    return render_template(
        "moderation/person.html",
        person=one,
        rows=rows,
        next_key=next_key,
        is_first_page=before is None,
        form=(form or _form(_standing_of(one))) if _may_act_on(one) else None,
    )


def _standing_of(one: Person) -> Standing:
    return Standing(is_suspended=one.actor(clock.now()).is_suspended)


def _may_act_on(one: Person) -> bool:
    actor = current_actor()
    if not may(actor, Act.MODERATE):
        return False
    try:
        ensure_may_moderate(find_words(Kind.PERSON, one.id, actor), actor)
    except (NotAllowed, NotFound):
        return False
    return True


def _form(standing: Standing) -> MeasureForm:
    form = MeasureForm() if request.method == "POST" else MeasureForm(formdata=None)
    take_choices(form, standing)
    return form


def _is_done(form: MeasureForm, aim: Aim) -> bool:
    """Whether the measure was taken; if not, the form says why."""
    if not form.validate():
        return False
    action, days, minutes = read_choice(form.action.data or "")
    decision = Decision(action, form.rule.data or "", form.reason.data or "", days, minutes)
    try:
        act(*aim(action), decision, actor=current_actor())
    except RuleBroken as error:
        give_back(form)
        put_error(form, error, "action")
        return False
    flash(_("Done. The record shows the rule and your reason."), "success")
    return True
