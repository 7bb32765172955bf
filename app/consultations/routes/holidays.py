"""The site's calendar for administrators: days that are free, weekends that are worked."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.consultations.decision_forms import HolidayForm
from app.consultations.queries.calendar import list_holidays
from app.consultations.routes import blueprint
from app.consultations.services.keeping_holidays import put_holiday, remove_holiday
from app.errors import RuleBroken
from app.messages import N_
from app.text.canonical import TextRefused
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires


@blueprint.route("/admin/holidays", methods=["GET", "POST"])
@requires(Act.ADMINISTER, own_token_check=True)
def holidays() -> ResponseReturnValue:
    """The days that differ from their weekday; ``remove`` names one to take off the list."""
    form = HolidayForm()
    if not form.is_submitted():
        return _page(form)
    is_valid, removed = form.validate(), request.form.get("remove", "")
    if removed and "csrf_token" not in form.errors:
        remove_holiday(_day(removed), actor=current_actor())
        flash(_("The day follows its weekday again."), "success")
        return redirect(url_for(".holidays"), 303)
    if not is_valid:
        return _page(form), failed(form)
    try:
        put_holiday(
            form.day.data,
            is_working=form.kind.data == "worked",
            name=form.name.data or "",
            actor=current_actor(),
        )
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "day")
        return _page(form), refused(error)
    flash(_("The day is on the list."), "success")
    return redirect(url_for(".holidays"), 303)


def _page(form: HolidayForm) -> str:
    return render_template("consultations/holidays.html", form=form, holidays=list_holidays())


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise RuleBroken(N_("Please choose a day."), field="day") from error
