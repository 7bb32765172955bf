"""Sign in with a password or a code, and sign out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.actor import Confirmation
from app.accounts import login
from app.accounts.addresses import Address, parse_address
from app.accounts.forms import CodeForm, SignInForm
from app.accounts.queries import get_own, own_address
from app.accounts.routes import blueprint
from app.accounts.routes.arriving import WAITING, arrive, here, wait_for_code, wanted_path
from app.accounts.services.codes import request_code, sign_in_with_code
from app.accounts.services.sign_ins import sign_out as end_sign_in
from app.accounts.services.signing_in import sign_in as check_password
from app.errors import RuleBroken
from app.web.forms import failed, put_error
from app.web.guard import current_actor, public, public_form
from app.web.languages import locale


@blueprint.route("/account/sign-in", methods=["GET", "POST"])
@public_form
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if not form.is_submitted():
        return _sign_in_page(form, 200)
    if not form.validate():
        return _sign_in_page(form, failed(form))
    try:
        if not form.password.data:
            address = request_code(form.email.data, origin=login.origin(), locale=locale())
            wait_for_code(address)
            return redirect(here("accounts.code"), 303)
        started = check_password(form.email.data, form.password.data, origin=login.origin())
    except RuleBroken as error:
        put_error(form, error, default="email")
        return _sign_in_page(form, 422)
    return arrive(started, wanted_path())


def _sign_in_page(form: SignInForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "accounts/sign_in.html",
        form=form,
        register_url=here("accounts.register"),
        forgotten_url=here("accounts.forgotten"),
    )
    return page, status


@blueprint.route("/account/code", methods=["GET", "POST"])
@public_form
def code() -> ResponseReturnValue:
    """Ask for the code that was sent; ``step=again`` sends another one."""
    form = CodeForm()
    address = _waiting_address()
    if address is None:
        return redirect(here("accounts.sign_in"), 303)
    if not form.is_submitted():
        return _code_page(form, address, 200)
    if not form.validate():
        return _code_page(form, address, failed(form))
    try:
        if request.form.get("step") == "again":
            request_code(address.text, origin=login.origin(), locale=locale())
            wait_for_code(address)
            flash(_("A new code is on its way. The earlier one no longer works."), "success")
            return redirect(here("accounts.code"), 303)
        started = sign_in_with_code(
            address.text, form.code.data or "", actor=current_actor(), origin=login.origin()
        )
    except RuleBroken as error:
        put_error(form, error, default="code")
        return _code_page(form, address, 422)
    response = arrive(started, wanted_path())
    flash(_("You are signed in, and your address is confirmed."), "success")
    return response


def _code_page(form: CodeForm, address: Address, status: int) -> ResponseReturnValue:
    form.code.data = ""
    page = render_template(
        "accounts/code.html",
        form=form,
        masked=address.masked,
        next_url=wanted_path(),
        sign_in_url=here("accounts.sign_in"),
    )
    return page, status


def _waiting_address() -> Address | None:
    """Where a code was sent from this browser, else the unconfirmed address of the person."""
    if WAITING in session:
        return parse_address(session[WAITING])
    actor = current_actor()
    if actor.is_anonymous or actor.confirmation != Confirmation.NONE:
        return None
    return own_address(get_own(actor.person_id))


@blueprint.route("/account/sign-out", methods=["POST"])
@public
def sign_out() -> ResponseReturnValue:
    end_sign_in(login.current_token())
    login.forget()
    flash(_("You are signed out."), "success")
    return redirect("/", 303)
