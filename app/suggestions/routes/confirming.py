"""Screen 6: the code that came signs the person in and sends the words that wait, in one step."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.accounts import login
from app.accounts.addresses import parse_address
from app.accounts.forms import CodeForm
from app.accounts.queries import is_message_stuck
from app.accounts.routes.arriving import arrive
from app.accounts.services.joining import ask_to_join, join_with_code
from app.errors import DomainError, NotFound, RuleBroken, TooMany
from app.suggestions.models import KeptWords
from app.suggestions.routes import blueprint
from app.suggestions.routes.kept_cookie import forget
from app.suggestions.routes.telling import (
    WAITING,
    form_address,
    receipt_address,
    say_at_form,
    say_if_known,
    sent_already,
    too_often,
)
from app.suggestions.services.arriving import send_kept
from app.suggestions.services.codes import continue_code
from app.suggestions.services.keeping import get_kept
from app.text.canonical import TextRefused
from app.web.error_pages import translated
from app.web.forms import failed
from app.web.guard import STALE, StaleToken, current_actor, public_form
from app.web.languages import locale

Waiting = dict[str, Any]  # what ``telling`` put into the session: to, name, kept


@blueprint.route("/account/continue/code", methods=["GET", "POST"])
@public_form
def code() -> ResponseReturnValue:
    """Ask for the code; ``step=again`` sends another one."""
    form = CodeForm()
    is_accepted = not form.is_submitted() or form.validate()
    waiting: Waiting = session.get(WAITING, {})
    row = get_kept(waiting["kept"]) if waiting else None
    if row is None or not current_actor().is_anonymous:
        if not is_accepted:
            raise StaleToken(STALE)
        return redirect(url_for("suggestions.who"), 303)
    if not is_accepted:
        return _page(form, waiting, failed(form))
    if row.sent_as is not None:
        return sent_already(row)
    return _tried(form, waiting, row) if form.is_submitted() else _page(form, waiting, 200)


def _tried(form: CodeForm, waiting: Waiting, row: KeptWords) -> ResponseReturnValue:
    try:
        if request.form.get("step") == "again":
            return _again(waiting)
        return _confirmed(form.code.data or "", waiting, row)
    except TooMany as error:
        return too_often(error, lambda said: _page(form, waiting, 429, said))
    except RuleBroken as error:
        now = get_kept(row.id)
        if now is not None and now.sent_as is not None:
            return sent_already(now)  # the same code, pressed twice
        said = _("%(problem)s Your words are safe.", problem=translated(error.message))
        form.code.errors = [*form.code.errors, said]
        return _page(form, waiting, 422)


def _again(waiting: Waiting) -> ResponseReturnValue:
    address = parse_address(waiting["to"])
    ask_to_join(address, waiting["name"], origin=login.origin(), locale=locale())
    flash(_("A new code is on its way. The earlier one no longer works."), "success")
    return redirect(url_for("suggestions.code"), 303)


def _confirmed(code: str, waiting: Waiting, row: KeptWords) -> ResponseReturnValue:
    """Signed in whatever becomes of the words; they are sent, or stay in their form."""
    started = join_with_code(
        waiting["to"],
        code,
        name=waiting["name"],
        actor=current_actor(),
        origin=login.origin(),
        locale=locale(),
    )
    actor = started.person.actor(clock.now(), login.origin())
    kept_code = continue_code(row.edit_token)
    try:
        arrived = send_kept(row.id, actor=actor)
    except NotFound:  # deleted in another window, or the draft was made private
        return arrive(started, url_for("suggestions.who"))
    except (DomainError, TextRefused) as refusal:
        response = arrive(started, form_address(row))
        say_at_form(refusal)
        return response
    response = make_response(arrive(started, receipt_address(arrived)))
    say_if_known(arrived)
    return forget(response, kept_code)


def _page(form: CodeForm, waiting: Waiting, status: int, said: str = "") -> ResponseReturnValue:
    address = parse_address(waiting["to"])
    form.code.data = ""
    page = render_template(
        "suggestions/code.html",
        form=form,
        said=said,
        masked=address.masked,
        by_mail=address.channel == "mail",
        is_stuck=is_message_stuck(address),
        kept=waiting["kept"],
    )
    return page, status
