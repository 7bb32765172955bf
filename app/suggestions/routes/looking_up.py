"""Receipts without an account: a code opens what was sent or kept; below, what this browser has."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import login
from app.errors import RuleBroken, TooMany
from app.suggestions.arrival_forms import LookUpForm
from app.suggestions.queries.kept import kept_view
from app.suggestions.queries.receipts import list_unlocked
from app.suggestions.routes import blueprint
from app.suggestions.routes.kept_cookie import codes, forget, remember
from app.suggestions.routes.telling import (
    form_address,
    is_row_number,
    named,
    receipt_address,
    say_if_known,
)
from app.suggestions.routes.unlocked import unlock, unlocked
from app.suggestions.services.codes import continue_code
from app.suggestions.services.keeping import drop_kept, list_kept
from app.suggestions.services.looking_up import Found, look_up
from app.web.forms import failed, put_error
from app.web.guard import current_actor, public_form


@blueprint.route("/receipts", methods=["GET", "POST"])
@public_form
def receipts() -> ResponseReturnValue:
    """``step=delete`` takes kept words off this browser and off the server."""
    form = LookUpForm()
    if not form.is_submitted():
        return _page(form, 200)
    if not form.validate():
        return _page(form, failed(form))
    if request.form.get("step") == "delete":
        return _deleted()
    try:
        found = look_up(form.code.data or "", actor=current_actor(), origin=login.origin())
    except (RuleBroken, TooMany) as error:
        put_error(form, error, default="code")
        response = make_response(_page(form, 429 if isinstance(error, TooMany) else 422))
        if isinstance(error, TooMany):
            response.headers["Retry-After"] = str(error.retry_after)
        return response
    return _opened(found)


def _opened(found: Found) -> ResponseReturnValue:
    if found.kept is not None:
        code = continue_code(found.kept.edit_token)
        return remember(make_response(redirect(form_address(found.kept), 303)), code)
    assert found.arrived is not None
    unlock(found.arrived.id)
    if found.was_kept:
        say_if_known(found.arrived)
    return redirect(receipt_address(found.arrived), 303)


def _deleted() -> ResponseReturnValue:
    row = named(request.form.get("kept", ""))
    response = make_response(redirect(url_for("suggestions.receipts"), 303))
    if row is None or row.sent_as is not None:
        return response
    code = continue_code(row.edit_token)
    drop_kept(code)
    flash(_("Your words are deleted."), "success")
    return forget(response, code)


def _page(form: LookUpForm, status: int) -> ResponseReturnValue:
    actor = current_actor()
    wanted = request.args.get("delete", "")
    page = render_template(
        "suggestions/receipts.html",
        form=form,
        deleting=int(wanted) if is_row_number(wanted) else None,
        sent=list_unlocked(actor, unlocked()),
        kept=[kept_view(row) for row in list_kept(actor, codes())],
    )
    return page, status
