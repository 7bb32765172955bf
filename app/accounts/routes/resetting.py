"""Forgotten password: ask for a link, use it."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import login
from app.accounts.forms import ForgottenForm, ResetForm
from app.accounts.routes import blueprint
from app.accounts.routes.arriving import arrive, here
from app.accounts.services.resetting import ensure_link_works, request_reset, reset_password
from app.errors import RuleBroken
from app.web.forms import failed, put_error
from app.web.guard import public_form
from app.web.languages import locale


@blueprint.route("/account/forgotten", methods=["GET", "POST"])
@public_form
def forgotten() -> ResponseReturnValue:
    form = ForgottenForm()
    if not form.is_submitted():
        return _forgotten_page(form, 200)
    if not form.validate():
        return _forgotten_page(form, failed(form))
    try:
        address = request_reset(form.email.data, origin=login.origin(), locale=locale())
    except RuleBroken as error:
        put_error(form, error, default="email")
        return _forgotten_page(form, 422)
    return render_template("accounts/link_sent.html", masked=address.masked)


def _forgotten_page(form: ForgottenForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "accounts/forgotten.html", form=form, sign_in_url=here("accounts.sign_in")
    )
    return page, status


@blueprint.route("/account/reset/<token>", methods=["GET", "POST"])
@public_form
def reset(token: str) -> ResponseReturnValue:
    form = ResetForm()
    if not form.is_submitted():
        ensure_link_works(token)
        return render_template("accounts/reset.html", form=form)
    if not form.validate():
        return render_template("accounts/reset.html", form=form), failed(form)
    try:
        started = reset_password(token, form.password.data)
    except RuleBroken as error:
        put_error(form, error, default="password")
        return render_template("accounts/reset.html", form=form), 422
    response = arrive(started, "/")
    flash(_("Your new password is set, and you are signed in."), "success")
    return response
