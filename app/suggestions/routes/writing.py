"""Write, check, keep and send: one address for other words, new articles, comments and questions."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from flask import Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.access.ensure import ensure
from app.errors import DomainError, NotFound, RuleBroken, TooMany
from app.messages import N_
from app.policies.models import Policy
from app.policies.queries import facts, find_gone, first_number, get_policy
from app.suggestions.forms import SuggestForm
from app.suggestions.models import KeptWords
from app.suggestions.routes import blueprint
from app.suggestions.routes.blank_form import find_blank, keep_blank, stamp_for_blank
from app.suggestions.routes.checking import (
    check_page,
    closed_page,
    is_late_unseen,
    numbers_seen,
)
from app.suggestions.routes.comparing import compare_page
from app.suggestions.routes.gone import gone_page
from app.suggestions.routes.kept_cookie import codes, forget, remember
from app.suggestions.routes.places import place_at, wanted_by
from app.suggestions.routes.safekeeping import keep_meanwhile, keep_what_is_new, with_words_kept
from app.suggestions.routes.write_page import (
    fresh_form,
    opening_for,
    refilled_form,
    write_page,
)
from app.suggestions.rules import ArticleChanged, CommentsClosed, Opening, plain_code
from app.suggestions.services.codes import continue_code
from app.suggestions.services.keeping import find_kept_for, keep_words, mark_sent, wanted_of
from app.suggestions.services.sending import Wanted, find_sent, look_over, send
from app.text.canonical import TextRefused
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires

AWAY = N_("You were away for a while. Please confirm once more. Your words are here.")
NO_ARTICLE = N_("There is no such article in this draft.")


@blueprint.get("/policies/<slug>/suggest")
@requires(Act.SUGGEST)
def suggest(slug: str) -> ResponseReturnValue:
    stamp = stamp_for_blank(slug)
    blank = find_blank(stamp) if stamp else None
    if blank is not None:
        return blank
    actor = current_actor()
    policy = get_policy(slug, actor)
    clause, after = request.args.get("clause", ""), request.args.get("after", "")
    if policy.slug != slug:
        here = url_for(
            "suggestions.suggest", slug=policy.slug, clause=clause or None, after=after or None
        )
        return redirect(here, 301)
    ensure(actor, Act.SUGGEST, facts(policy, actor))
    place = (clause, "" if clause else after)
    kept = None
    if "fresh" not in request.args:
        kept = find_kept_for(slug, place, actor, codes())
    return _refilled(policy, kept) if kept is not None else _fresh(policy, *place, stamp)


def _fresh(policy: Policy, clause: str, after: str, stamp: str | None) -> ResponseReturnValue:
    place = place_at(policy, policy.head_number, clause, after)
    if place is None:
        gone = find_gone(policy.id, clause or after)
        if gone is None or gone.last_number < first_number(policy, current_actor()):
            raise NotFound(NO_ARTICLE)
        return redirect(url_for("policies.clause", slug=policy.slug, ident=clause or after), 303)
    form = fresh_form(policy, place)
    if opening_for(policy, form) is Opening.CLOSED:
        return closed_page(policy)
    page = write_page(policy, form, place=place)
    if stamp:
        keep_blank(stamp, page, form)
    return page


def _refilled(policy: Policy, kept: KeptWords) -> ResponseReturnValue:
    """The form with the kept words, or what has to be said about them first."""
    wanted = wanted_of(kept)
    base = place_at(policy, kept.base, wanted.clause, wanted.after)
    place = base or place_at(policy, policy.head_number, wanted.clause, wanted.after)
    code = continue_code(kept.edit_token)
    if place is None:
        whole = place_at(policy, policy.head_number, "", "")
        if whole is None:
            raise NotFound(NO_ARTICLE)
        return gone_page(policy, refilled_form(policy, whole, kept), wanted)
    form = refilled_form(policy, place, kept)
    try:
        look_over(policy, wanted, current_actor())
    except ArticleChanged as changed:
        page = compare_page(policy, form, wanted, changed)
        if page is not None:
            return page
    except CommentsClosed:
        return closed_page(policy, form, code)
    except RuleBroken as error:
        if error.field == "clause":
            return gone_page(policy, form, wanted)
    except TextRefused:
        pass  # said when it is sent
    return write_page(policy, form, place=place, kept_at=kept.kept_at, code=code)


@blueprint.post("/policies/<slug>/suggest")
@requires(Act.SUGGEST, own_token_check=True)
def receive(slug: str) -> ResponseReturnValue:
    policy = get_policy(slug, current_actor())
    ensure(current_actor(), Act.SUGGEST, facts(policy, current_actor()))
    form = SuggestForm()
    wanted = wanted_by(form, policy)
    step = request.form.get("step", "")
    is_valid = form.validate()
    if "csrf_token" in form.errors:  # another site may not keep words for anybody either
        form["csrf_token"].errors = [_(AWAY)]
        return _again(policy, form, wanted, step), 400
    earlier = find_sent(policy.id, wanted.token)
    if earlier is not None:
        return _sent_before(policy, form, wanted, earlier)
    if not is_valid:
        return with_words_kept(
            policy, form, wanted, lambda: (write_page(policy, form), failed(form))
        )
    try:
        return _step(policy, form, wanted, step)
    except (DomainError, TextRefused) as error:
        refusal = partial(_refusal, policy, form, wanted, error)
        return with_words_kept(policy, form, wanted, refusal)


def _step(policy: Policy, form: SuggestForm, wanted: Wanted, step: str) -> ResponseReturnValue:
    """What the button asks for; whatever is no step of ours sends."""
    if step == "original":
        place = place_at(policy, wanted.base, wanted.clause, wanted.after)
        if place is not None:
            form.show(place.base, place.base)
        return write_page(policy, form)
    if step in ("write", "edit"):
        return write_page(policy, form)
    if step == "keep":
        return _keep(policy, form, wanted)
    if step in ("check", "preview"):
        return _check(policy, form, wanted)
    return _send(policy, form, wanted, step)


def _again(policy: Policy, form: SuggestForm, wanted: Wanted, step: str) -> str:
    """The page that was sent, once more: the check page where it was that."""
    if step == "send":
        with suppress(DomainError, TextRefused):
            return check_page(policy, form, wanted, look_over(policy, wanted, current_actor()))
    return write_page(policy, form)


def _check(policy: Policy, form: SuggestForm, wanted: Wanted) -> ResponseReturnValue:
    looked = look_over(policy, wanted, current_actor())
    if numbers_seen(policy, form, wanted):
        return with_words_kept(policy, form, wanted, lambda: (write_page(policy, form), 422))
    code = keep_meanwhile(policy, form, wanted)
    response = make_response(check_page(policy, form, wanted, looked, code))
    return remember(response, code) if code else response


def _keep(policy: Policy, form: SuggestForm, wanted: Wanted) -> ResponseReturnValue:
    kept = keep_words(policy.slug, wanted, actor=current_actor(), revised=form.times_kept)
    here = url_for(
        "suggestions.suggest",
        slug=policy.slug,
        clause=wanted.clause or None,
        after=wanted.after or None,
    )
    return remember(make_response(redirect(here, 303)), kept.code)


def _send(policy: Policy, form: SuggestForm, wanted: Wanted, step: str) -> ResponseReturnValue:
    actor = current_actor()
    if numbers_seen(policy, form, wanted):
        look_over(policy, wanted, actor)
        return with_words_kept(policy, form, wanted, lambda: (write_page(policy, form), 422))
    if step == "send" and is_late_unseen(policy, form):
        return check_page(policy, form, wanted, look_over(policy, wanted, actor))
    if actor.is_anonymous:
        look_over(policy, wanted, actor)
        kept = keep_words(policy.slug, wanted, actor=actor, revised=form.times_kept)
        who = redirect(url_for("suggestions.who"), 303)
        return remember(make_response(who), kept.code)
    sent = send(policy.slug, wanted, actor=actor)
    mark_sent(wanted.token, sent.number)
    return _received(policy, sent.number, is_new=sent.is_new, token=wanted.token)


def _sent_before(policy: Policy, form: SuggestForm, wanted: Wanted, number: int) -> Response:
    """To the receipt of the first sending. Words that are others than those stay kept."""
    response = _received(policy, number, is_new=False)
    code = keep_what_is_new(policy, form, wanted)
    if not code:
        return response
    flash(_("What you wrote since then was not sent. It is kept where you wrote it."), "info")
    return remember(response, code)


def _received(policy: Policy, number: int, *, is_new: bool, token: str = "") -> Response:
    if not is_new:
        flash(_("We already have this. It is number %(number)s.", number=number), "info")
    receipt = url_for("suggestions.show", slug=policy.slug, number=number)
    response = make_response(redirect(receipt, 303))
    code = plain_code(continue_code(token))
    return forget(response, code) if code in codes() else response


def _refusal(
    policy: Policy, form: SuggestForm, wanted: Wanted, error: DomainError | TextRefused
) -> Response:
    """The page that says why nothing was sent, with the words in it."""
    if isinstance(error, ArticleChanged):
        page = compare_page(policy, form, wanted, error) or gone_page(policy, form, wanted)
        return make_response(page, 409)
    if isinstance(error, CommentsClosed):
        return make_response(closed_page(policy, form, continue_code(wanted.token)), 422)
    if isinstance(error, TooMany):
        return _too_fast(policy, form, error)
    if not isinstance(error, RuleBroken | TextRefused):
        raise error
    if error.field == "clause":
        return make_response(gone_page(policy, form, wanted), 422)
    put_error(form, error)
    return make_response(write_page(policy, form), refused(error))


def _too_fast(policy: Policy, form: SuggestForm, error: TooMany) -> Response:
    minutes = -(-error.retry_after // 60)
    said = _("Please try again in %(minutes)s minutes. Your words are saved.", minutes=minutes)
    form.summary.errors = [*form.summary.errors, said]
    response = make_response(write_page(policy, form), 429)
    response.headers["Retry-After"] = str(error.retry_after)
    return response
