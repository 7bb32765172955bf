"""Report words: the form, and what is said once the report has arrived."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.acts import Act
from app.accounts.services.setup import settings
from app.discussions.forms import give_back
from app.errors import NotFound, RuleBroken, TooMany
from app.moderation.forms import FlagForm
from app.moderation.routes import blueprint
from app.moderation.routes.addresses import address_of, quote_of, read_thing
from app.moderation.rules import Kind, Rule
from app.moderation.services.flagging import Flagged, find_flaggable, flag, where_words_lie
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires

STATES = ("new", "again", "aside")


@blueprint.route("/flags", methods=["GET", "POST"], endpoint="flag")
@requires(Act.FLAG, own_token_check=True)
def report() -> ResponseReturnValue:
    kind, ident = request.values.get("kind", ""), request.values.get("id", "")
    thing = read_thing(kind, ident)
    form = FlagForm()
    if not form.is_submitted():
        form.kind.data, form.id.data = kind, ident
        return _page(form, *thing)
    if not form.validate():
        return _page(form, *thing), failed(form)
    try:
        done = flag(*thing, form.rule.data or "", form.words.data or "", actor=current_actor())
    except (RuleBroken, TooMany) as error:
        give_back(form)
        put_error(form, error, "rule")
        response = make_response(_page(form, *thing), 429 if isinstance(error, TooMany) else 422)
        if isinstance(error, TooMany):
            response.headers["Retry-After"] = str(error.retry_after)
        return response
    address = url_for(
        "moderation.flagged", kind=kind, id=ident, rule=form.rule.data, state=_state(done)
    )
    return redirect(address, 303)


@blueprint.get("/flags/received")
@requires(Act.FLAG)
def flagged() -> ResponseReturnValue:
    """Says the same to everybody who opens it: what was reported is only in the address."""
    kind, ident = read_thing(request.args.get("kind", ""), request.args.get("id", ""))
    return render_template(
        "moderation/flagged.html",
        is_danger=request.args.get("rule") == Rule.DANGER,
        state=next((one for one in STATES if one == request.args.get("state")), "new"),
        emergency_numbers=settings().emergency_numbers,
        back=_back(kind, ident),
    )


def _state(done: Flagged) -> str:
    if not done.is_new:
        return "again"
    return "aside" if done.is_aside else "new"


def _page(form: FlagForm, kind: Kind, ident: int) -> str:
    words = find_flaggable(kind, ident, current_actor())
    return render_template(
        "moderation/flag.html",
        form=form,
        quote=quote_of(words.kind, words.id, current_actor()),
        back=address_of(words.kind, words.id, current_actor()),
        emergency_numbers=settings().emergency_numbers,
    )


def _back(kind: Kind, ident: int) -> str:
    try:
        return address_of(*where_words_lie(kind, ident), current_actor())
    except NotFound:
        return url_for("home.index")
