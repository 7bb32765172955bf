"""What people say about a policy or one of its clauses, and the form that opens a thread."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.access.grants import may
from app.discussions import queries
from app.discussions.forms import ThreadForm, give_back
from app.discussions.routes import blueprint
from app.discussions.rules import is_clause_id, is_shown_to_others, quote_of
from app.discussions.services.pacing import find_slowdown
from app.discussions.services.posting import NewThread
from app.discussions.services.waiting import find_notice
from app.errors import NotFound, RuleBroken
from app.messages import N_
from app.moderation.services.holding import offer_hold
from app.policies.models import Policy
from app.policies.phases import allows
from app.policies.queries import (
    facts,
    find_gone,
    first_number,
    get_policy,
    is_public_now,
)
from app.policies.routes.reading import is_suggestible
from app.policies.stamps import find_stamp
from app.policies.versions import get_version
from app.suggestions.queries.threads import find_numbers
from app.suggestions.services.saying import say
from app.text.outline import Clause
from app.web.forms import failed, put_error, token_for
from app.web.guard import current_actor, requires
from app.web.paging import number_argument
from app.web.visitor_cache import cached_for_visitors


@dataclass(frozen=True, slots=True)
class _Place:
    """What the page speaks of: the whole policy, a clause of its text, or one that is gone."""

    clause: Clause | None = None
    is_gone: bool = False
    quote: str = ""


def stamp_of_policy(slug: str) -> str | None:
    """The version of everything the pages of one policy show."""
    return find_stamp(slug)


@blueprint.get("/policies/<slug>/discussion")
@requires(Act.READ_POLICY)
@cached_for_visitors(stamp_of_policy)
def discussion(slug: str) -> ResponseReturnValue:
    policy = get_policy(slug, current_actor())
    ident = request.args.get("clause", "")
    if policy.slug != slug:
        here = url_for("discussions.discussion", slug=policy.slug, clause=ident or None)
        return redirect(here, 301)
    return _page(
        policy,
        _place(policy, ident),
        ThreadForm(formdata=None, clause=ident, meta=token_for(current_actor())),
    )


def _place(policy: Policy, ident: str) -> _Place:
    if not ident:
        return _Place()
    if not is_clause_id(ident):
        raise NotFound(N_("There is no such article in this draft."))
    clause = get_version(policy.id, policy.head_number).clause(ident)
    if clause is not None:
        return _Place(clause, quote=quote_of(clause))
    gone = find_gone(policy.id, ident)
    if gone is None or gone.last_number < first_number(policy, current_actor()):
        raise NotFound(N_("There is no such article in this draft."))
    last = get_version(policy.id, gone.last_number).clause(ident)
    return _Place(last, is_gone=True)


def _page(policy: Policy, place: _Place, form: ThreadForm) -> str:
    actor = current_actor()
    rows, next_key = queries.list_threads(
        policy,
        actor,
        clause=place.clause.id if place.clause else None,
        open_questions=_questions() is not None,
        before=number_argument("page"),
    )
    return render_template(
        "discussions/discussion.html",
        policy=policy,
        place=place,
        clause=place.clause,
        threads=rows,
        numbers=find_numbers(rows),
        questions=_questions(),
        next_key=next_key,
        form=form,
        may_comment=may(actor, Act.POST_COMMENT, facts(policy, actor)),
        is_open=allows(policy.phase_now, Act.POST_COMMENT)
        and is_suggestible(policy, place.clause.id if place.clause else None),
        is_public=is_public_now(policy),
        is_confirmed=is_shown_to_others(actor.confirmation),
        slowdown=find_slowdown(policy.id),
        wait=find_notice(policy.id, actor),
        offer=offer_hold(policy, actor),
    )


def _questions() -> str | None:
    """The address asks for questions without an answer alone (``open``), or for everything."""
    return "open" if request.args.get("questions") == "open" else None


@blueprint.post("/policies/<slug>/discussion")
@requires(Act.POST_COMMENT, own_token_check=True)
def open_thread(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    policy = get_policy(slug, actor)
    form = ThreadForm()
    if not form.validate():
        give_back(form)
        return _page(policy, _still_there(policy, form), form), failed(form)
    new = NewThread(
        body=form.body.data or "",
        kind=form.kind.data or "",
        title=form.title.data or "",
        clause=form.clause.data or "",
    )
    try:
        thread = say(slug, new, actor=actor)
    except RuleBroken as error:
        if error.field is None:
            raise
        return _refused(slug, form, error), 422
    flash(*_received(is_shown_to_others(actor.confirmation)))
    return redirect(url_for("discussions.thread", thread_id=thread.id), 303)


def _refused(slug: str, form: ThreadForm, error: RuleBroken) -> str:
    """The page again, with the words in it; a clause that is gone becomes the whole draft."""
    policy = get_policy(slug, current_actor())
    give_back(form)
    if error.field == "clause":
        form.clause.data = ""
        error.field = "body"  # a hidden field has no place for a sentence
    put_error(form, error, "body")
    return _page(policy, _still_there(policy, form), form)


def _still_there(policy: Policy, form: ThreadForm) -> _Place:
    """The place a refused form speaks of; the whole draft when it can no longer be found."""
    try:
        return _place(policy, form.clause.data or "")
    except NotFound:
        form.clause.data = ""
        return _Place()


def _received(is_shown: bool) -> tuple[str, str]:
    if is_shown:
        return _("Received. Thank you."), "success"
    return _("Kept. Others see it once you have confirmed your address."), "success"
