"""Register."""

from __future__ import annotations

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from app.accounts import login
from app.accounts.forms import RegisterForm
from app.accounts.routes import blueprint
from app.accounts.routes.arriving import arrive, here, wait_for_code
from app.accounts.services.registering import Registration
from app.accounts.services.registering import register as make_account
from app.errors import RuleBroken
from app.web.forms import failed, put_error
from app.web.guard import public_form
from app.web.languages import locale


@blueprint.route("/account/register", methods=["GET", "POST"])
@public_form
def register() -> ResponseReturnValue:
    form = RegisterForm()
    if not form.is_submitted():
        return _page(form, 200)
    if not form.validate():
        return _page(form, failed(form))
    try:
        registered = make_account(_wanted(form), origin=login.origin())
    except RuleBroken as error:
        put_error(form, error, default="email")
        return _page(form, 422)
    target = here("accounts.code")
    response: ResponseReturnValue = redirect(target, 303)
    if registered.started is not None:
        response = arrive(registered.started, target)
    wait_for_code(registered.address)
    return response


def _wanted(form: RegisterForm) -> Registration:
    return Registration(
        name=form.name.data or "",
        email=form.email.data or "",
        phone=form.phone.data or "",
        password=form.password.data or "",
        locale=locale(),
    )


def _page(form: RegisterForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "accounts/register.html", form=form, sign_in_url=here("accounts.sign_in")
    )
    return page, status
