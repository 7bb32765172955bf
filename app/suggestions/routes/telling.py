"""Screen 5: who answers for the words that wait, and where their answer goes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from flask import (
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.actor import Confirmation
from app.accounts import login
from app.accounts.addresses import Address, parse_email, parse_phone
from app.accounts.services.joining import ask_to_join
from app.accounts.services.naming import free_default_name
from app.discussions.rules import is_shown_to_others
from app.errors import DomainError, NotFound, RuleBroken, TooMany
from app.messages import N_
from app.policies.queries.course import list_unnamed
from app.suggestions.arrival_forms import LookUpForm, WhoForm
from app.suggestions.models import KeptWords
from app.suggestions.queries.kept import kept_view
from app.suggestions.routes import blueprint
from app.suggestions.routes.kept_cookie import codes, forget
from app.suggestions.routes.unlocked import unlock, unlocked
from app.suggestions.rules import ArticleChanged, CommentsClosed
from app.suggestions.services.arriving import (
    Arrived,
    find_arrived,
    send_kept,
    send_without_contact,
)
from app.suggestions.services.codes import continue_code
from app.suggestions.services.keeping import find_held, find_kept_or_sent, get_kept, list_kept
from app.text.canonical import TextRefused
from app.web.error_pages import translated
from app.web.forms import failed, put_error
from app.web.guard import current_actor, public_form
from app.web.languages import locale

WAITING = "telling"  # in the session: where a code went, for which name and which words


@blueprint.route("/account/continue", methods=["GET", "POST"])
@public_form
def who() -> ResponseReturnValue:
    form = WhoForm()
    row = _meant()
    if form.is_submitted() and not form.validate():
        return _page(form, row, failed(form))
    if row is None and "code" in request.form:
        return redirect(url_for("accounts.code"), 307)  # sent here by earlier programs (ADR 11)
    if row is None:
        return _page(form, None, 422 if form.is_submitted() else 200)
    if row.sent_as is not None:
        return sent_already(row)
    if form.is_submitted():
        return _told(form, row)
    form.kept.data = str(row.id)
    if current_actor().is_anonymous:
        form.name.data = free_default_name(locale())
    return _page(form, row, 200)


def _meant() -> KeptWords | None:
    """The words that the address or the form names, else the newest that wait, else those whose
    code this browser still holds because the answer to their sending was lost."""
    ident = request.values.get("kept", "")
    if ident:
        return named(ident)
    for waiting in list_kept(current_actor(), codes()):
        return waiting
    held = map(find_kept_or_sent, reversed(codes()))
    return next((row for row in held if row is not None and row.sent_as is not None), None)


def named(ident: str) -> KeptWords | None:
    """This person's or browser's words with this id; also those that were sent from here, whose
    code the browser has let go."""
    if not is_row_number(ident):
        return None
    held = find_held(int(ident), current_actor(), codes())
    return held or _sent_from_here(int(ident))


def is_row_number(text: str) -> bool:
    """Whether an address or a form names a row; anybody may write anything there."""
    return text.isascii() and text.isdigit() and len(text) < 10


def _sent_from_here(ident: int) -> KeptWords | None:
    row = get_kept(ident)
    if row is None or row.sent_as is None:
        return None
    return row if find_arrived(row).id in unlocked() else None


def _told(form: WhoForm, row: KeptWords) -> ResponseReturnValue:
    """What was decided: to send as the person who is signed in, without contact, or by a code."""
    actor = current_actor()
    try:
        if not actor.is_anonymous:
            return landed(row, lambda: send_kept(row.id, actor=actor))
        if request.form.get("step") == "no_contact":
            origin = login.origin()
            return landed(row, lambda: send_without_contact(row.id, locale=locale(), origin=origin))
        return _asked(form, row)
    except TooMany as error:
        return too_often(error, lambda said: _page(form, row, 429, said))


def _asked(form: WhoForm, row: KeptWords) -> ResponseReturnValue:
    try:
        address = _address(form)
        joining = ask_to_join(address, form.name.data or "", origin=login.origin(), locale=locale())
    except RuleBroken as error:
        if error.field != "name":
            error.field = _field()
        put_error(form, error, default=_field())
        return _page(form, row, 422)
    session[WAITING] = {"to": joining.address.text, "name": joining.name, "kept": row.id}
    return redirect(url_for("suggestions.code"), 303)


def _field() -> str:
    return "email" if request.args.get("by") == "mail" else "phone"


def _address(form: WhoForm) -> Address:
    """The one address that the page asks for; an e-mail address is understood in either field."""
    text = form[_field()].data or ""
    if "@" in unicodedata.normalize("NFKC", text):
        return parse_email(text)
    if text.strip():
        return parse_email(text) if _field() == "email" else parse_phone(text)
    if _field() == "email":
        raise RuleBroken(N_("Please write your e-mail address."))
    raise RuleBroken(N_("Please write your mobile number."))


def landed(row: KeptWords, sending: Callable[[], Arrived]) -> Response:
    """On to the receipt; or back to the form that holds the words and says why they stay."""
    code = continue_code(row.edit_token)
    try:
        arrived = sending()
    except TooMany:
        raise
    except NotFound:  # deleted in another window, or the draft was made private
        return make_response(redirect(url_for("suggestions.who"), 303))
    except (DomainError, TextRefused) as refusal:
        say_at_form(refusal)
        return make_response(redirect(form_address(row), 303))
    if current_actor().is_anonymous:
        unlock(arrived.id)
    return to_receipt(arrived, code)


def sent_already(row: KeptWords) -> Response:
    """The answer to the first sending was lost, or the page came up again: on to the receipt."""
    arrived = find_arrived(row)
    unlock(arrived.id)
    return to_receipt(arrived, continue_code(row.edit_token))


def to_receipt(arrived: Arrived, code: str) -> Response:
    """The page of the contribution; its continue code is done with."""
    say_if_known(arrived)
    return forget(make_response(redirect(receipt_address(arrived), 303)), code)


def receipt_address(arrived: Arrived) -> str:
    """Where a contribution stands, as its author sees it."""
    return url_for("suggestions.show", slug=arrived.slug, number=arrived.number)


def say_if_known(arrived: Arrived) -> None:
    """Words that were sent before are not sent again."""
    if not arrived.is_new:
        flash(_("We already have this. It is number %(number)s.", number=arrived.number), "info")


def form_address(row: KeptWords) -> str:
    """The form that kept words belong to; it fills itself with them."""
    return url_for("suggestions.suggest", slug=row.policy.slug, clause=row.clause, after=row.after)


def say_at_form(refusal: DomainError | TextRefused) -> None:
    """Why nothing was sent; what the form finds out by itself it says better."""
    is_known = isinstance(refusal, ArticleChanged | CommentsClosed)
    is_gone = isinstance(refusal, DomainError) and refusal.field == "clause"
    if not is_known and not is_gone:
        flash(translated(refusal.message), "error")


def too_often(error: TooMany, page: Callable[[str], ResponseReturnValue]) -> Response:
    """The same page with how long to wait."""
    minutes = -(-error.retry_after // 60)
    said = _("Please try again in %(minutes)s minutes. Your words are saved.", minutes=minutes)
    response = make_response(page(said))
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def _page(form: WhoForm, row: KeptWords | None, status: int, said: str = "") -> ResponseReturnValue:
    by = request.args.get("by", "")
    is_contactless = by == "none" and row is not None and current_actor().is_anonymous
    template = "no_contact" if is_contactless else "who"
    waiting = [kept_view(one) for one in list_kept(current_actor(), codes())]
    page = render_template(
        f"suggestions/{template}.html",
        form=form,
        look_up=LookUpForm(formdata=None),
        by_mail=by == "mail",
        said=said,
        chosen=kept_view(row) if row is not None else None,
        unnamed=list_unnamed(row.policy_id) if row is not None else {},
        others=[one for one in waiting if row is None or one.id != row.id],
        shows_all=is_shown_to_others(Confirmation.NONE),
        shows_mail=is_shown_to_others(Confirmation.CONTACT),
    )
    return page, status
