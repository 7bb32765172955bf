"""Leave: erase one's own account."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.actor import Role
from app.access.acts import Act
from app.accounts import login
from app.accounts.forms import LeaveForm
from app.accounts.queries import get_own
from app.accounts.routes import blueprint
from app.accounts.rules import former_name
from app.accounts.services.leaving import Leaving
from app.accounts.services.leaving import leave as erase_account
from app.errors import RuleBroken
from app.home.queries.duties import list_open_duties
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires


@blueprint.route("/settings/leave", methods=["GET", "POST"])
@requires(Act.LEAVE, own_token_check=True)
def leave() -> ResponseReturnValue:
    form = LeaveForm()
    if not form.is_submitted():
        return _page(form)
    if not form.validate():
        return _page(form), failed(form)
    wanted = Leaving(form.password.data or "", form.name.data or "")
    try:
        erase_account(wanted, actor=current_actor(), duties=list_open_duties)
    except RuleBroken as error:
        if error.field is None:
            raise  # not for want of a password or a name
        put_error(form, error, error.field)
        return _page(form), 422
    login.forget()
    flash(_("Your account is erased. What you wrote stays under a neutral name."), "success")
    return redirect("/", 303)


def _page(form: LeaveForm) -> str:
    person = get_own(current_actor().person_id)
    return render_template(
        "accounts/leave.html",
        form=form,
        person=person,
        duties=list_open_duties(person.id),
        former=former_name(Role(person.role)),
    )
