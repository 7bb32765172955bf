"""A person's page as others see it, and one's own settings."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from app.access.acts import Act
from app.accounts import login
from app.accounts.forms import AccountForm
from app.accounts.models import Person
from app.accounts.queries import get_own, get_person, own_address
from app.accounts.routes import blueprint
from app.accounts.rules import FORMER_NAMES
from app.accounts.services.changing import AccountChange, change_account
from app.errors import RuleBroken
from app.suggestions.queries.written import list_written
from app.web.forms import failed, put_error
from app.web.guard import current_actor, public, requires
from app.web.languages import SHORT, YEAR, locale
from app.web.paging import number_argument


@blueprint.app_template_filter("shown_name")
def shown_name(name: str) -> str:
    """A person's name as it is shown; of somebody who left, words in the reader's language."""
    return _(name) if name in FORMER_NAMES else name


@blueprint.route("/people/<public_id>")
@public
def person(public_id: str) -> ResponseReturnValue:
    """Role and standing, since which month, and what the person wrote, as everybody reads it."""
    one = get_person(public_id)
    page = number_argument("page", 0, most=500) or 0
    rows, has_more = ([], False) if one.hides_list else list_written(one.id, page=page)
    zone = ZoneInfo(current_app.config["SETTINGS"].site_timezone)
    month = one.created_at.astimezone(zone).date()
    return render_template(
        "accounts/person.html",
        person=one,
        month=format_skeleton("yMMMM", month, locale=locale()),
        rows=rows,
        page=page,
        has_more=has_more,
    )


@blueprint.route("/settings", methods=["GET", "POST"])
@requires(Act.CHANGE_OWN_ACCOUNT, own_token_check=True)
def profile() -> ResponseReturnValue:
    person = get_own(current_actor().person_id)
    form = AccountForm(obj=None if request.method == "POST" else person)
    if not form.is_submitted():
        return _page(form, person, 200)
    if not form.validate():
        return _page(form, person, failed(form))
    try:
        change_account(_wanted(form), actor=current_actor(), token=login.current_token())
    except RuleBroken as error:
        put_error(form, error, default="name")
        return _page(form, get_own(current_actor().person_id), 422)
    return _saved(form.locale.data)


def _wanted(form: AccountForm) -> AccountChange:
    return AccountChange(
        name=form.name.data,
        locale=form.locale.data,
        password=form.password.data or "",
        new_password=form.new_password.data or "",
        hides_list=bool(form.hides_list.data),
    )


def _saved(locale: str) -> ResponseReturnValue:
    response = redirect(url_for("accounts.profile"), 303)
    chosen = next((short for short, full in SHORT.items() if full == locale), None)
    if chosen is None:
        response.delete_cookie("lang", httponly=True, samesite="Lax")
        flash(_("Your changes are saved."), "success")
        return response
    response.set_cookie("lang", chosen, max_age=YEAR, httponly=True, samesite="Lax")
    with force_locale(locale):
        flash(_("Your changes are saved."), "success")
    return response


def _page(form: AccountForm, person: Person, status: int) -> ResponseReturnValue:
    page = render_template(
        "accounts/settings.html", form=form, person=person, address=own_address(person)
    )
    return page, status
