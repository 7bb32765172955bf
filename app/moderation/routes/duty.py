"""On duty now: who is, how much there is to do, and what the last ones left for the next."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access.acts import Act
from app.access.grants import may
from app.discussions.forms import give_back
from app.errors import RuleBroken
from app.moderation.night_forms import NoteForm, ShiftForm
from app.moderation.queries import duty as queries
from app.moderation.routes import blueprint
from app.moderation.services import duty as services
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires


@blueprint.get("/moderation/duty")
@requires(Act.SEE_ORDER)
def duty() -> ResponseReturnValue:
    return _page(ShiftForm(formdata=None), NoteForm(formdata=None))


@blueprint.post("/moderation/duty")
@requires(Act.KEEP_ORDER, own_token_check=True)
def change_duty() -> ResponseReturnValue:
    step = request.form.get("step", "begin")
    if step == "note":
        return _note()
    form = ShiftForm()
    if not form.validate():
        return _page(form, NoteForm(formdata=None)), failed(form)
    if step == "end":
        services.go_off_duty(actor=current_actor())
        flash(_("You are off duty. Thank you."), "success")
        return redirect(url_for("moderation.duty"), 303)
    try:
        services.go_on_duty(_hours(form.hours.data), actor=current_actor())
    except RuleBroken as error:
        put_error(form, error, "hours")
        return _page(form, NoteForm(formdata=None)), 422
    flash(_("You are on duty."), "success")
    return redirect(url_for("moderation.duty"), 303)


def _note() -> ResponseReturnValue:
    form = NoteForm()
    if not form.validate():
        give_back(form)
        return _page(ShiftForm(formdata=None), form), failed(form)
    try:
        services.hand_over(form.body.data or "", actor=current_actor())
    except RuleBroken as error:
        give_back(form)
        put_error(form, error, "body")
        return _page(ShiftForm(formdata=None), form), 422
    flash(_("Your note is kept for the next on duty."), "success")
    return redirect(url_for("moderation.duty"), 303)


def _hours(sent: str | None) -> int:
    return int(sent) if sent and sent.isascii() and sent.isdecimal() and len(sent) < 3 else 0


def _page(shift: ShiftForm, note: NoteForm) -> str:
    actor = current_actor()
    on_duty = queries.list_on_duty()
    return render_template(
        "moderation/duty.html",
        shift=shift,
        note=note,
        on_duty=on_duty,
        mine=next((one for one in on_duty if one.person.id == actor.id), None),
        work=queries.count_workload(),
        notes=queries.list_notes(),
        may_keep=bool(may(actor, Act.KEEP_ORDER)),
        now=clock.now(),
    )
