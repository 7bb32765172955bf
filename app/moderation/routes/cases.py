"""One case: the words, what readers said about them, who wrote them, and the decision."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access.acts import Act
from app.access.grants import may
from app.accounts.queries import get_own
from app.accounts.services.setup import settings
from app.discussions.forms import give_back
from app.discussions.queries import get_comment, get_thread
from app.discussions.services.pacing import find_slowdown
from app.errors import Conflict, NotAllowed, NotFound, RuleBroken
from app.moderation.forms import CaseForm
from app.moderation.queries.history import count_past, list_of_case
from app.moderation.queries.queue import Case, find_next, get_case
from app.moderation.queries.reports import list_reports
from app.moderation.queries.words import find_hidden, get_summary
from app.moderation.routes import blueprint
from app.moderation.routes.addresses import address_of
from app.moderation.routes.choices import Standing, read_choice, take_choices
from app.moderation.routes.queue import gone, list_just_done
from app.moderation.rules import Kind
from app.moderation.services.acting import Decision
from app.moderation.services.deciding import decide, find_thread
from app.moderation.services.objects import ensure_may_moderate, find_words
from app.suggestions.queries.shown import get_suggestion
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires


@blueprint.get("/moderation/<int:flag>")
@requires(Act.SEE_ORDER)
def case(flag: int) -> ResponseReturnValue:
    return _page(flag, None)


@blueprint.post("/moderation/<int:flag>")
@requires(Act.KEEP_ORDER, own_token_check=True)
def decide_case(flag: int) -> ResponseReturnValue:
    form = CaseForm()
    if not form.validate():
        return _page(flag, form), failed(form)
    action, days, minutes = read_choice(form.action.data or "")
    decision = Decision(action, form.rule.data or "", form.reason.data or "", days, minutes)
    try:
        done = decide(flag, decision, seen=form.seen.data or "", actor=current_actor())
    except (Conflict, RuleBroken) as error:
        give_back(form)
        put_error(form, error, "action")
        return _page(flag, form), 409 if isinstance(error, Conflict) else 422
    if done is None:
        return gone()
    flash(_("Done. The record shows the rule and your reason."), "success")
    following = find_next(current_actor())
    if following is None:
        return redirect(url_for("moderation.queue"), 303)
    return redirect(url_for("moderation.case", flag=following), 303)


def _page(case_id: int, form: CaseForm | None) -> str:
    actor = current_actor()
    one = get_case(case_id, actor)
    may_decide = _may_decide(one)
    if form is None:
        form = CaseForm(formdata=None, rule=one.rule)
    form.seen.data = one.stamp
    if may_decide:
        take_choices(form, _standing(one))
    author = get_own(one.author_id) if one.author_id else None
    return render_template(
        "moderation/case.html",
        case=one,
        form=form,
        may_decide=may_decide,
        may_keep=bool(may(actor, Act.KEEP_ORDER)),
        reports=list_reports(case_id, actor),
        done=list_of_case(case_id, actor),
        author=author if author and author.name_skeleton and not author.erased_at else None,
        past=count_past(author.id, actor) if author else (0, 0),
        just_done=list_just_done(),
        emergency_numbers=settings().emergency_numbers,
        now=clock.now(),
        **_evidence(one),
    )


def _may_decide(one: Case) -> bool:
    """Whether this volunteer decides on the words at all, whoever has claimed the case."""
    actor = current_actor()
    if one.is_gone or (one.closed_at is not None and not one.closed_by_me):
        return False
    try:
        ensure_may_moderate(find_words(one.kind, one.object_id, actor), actor)
    except (NotAllowed, NotFound):
        return False
    return True


def _standing(one: Case) -> Standing:
    """How things stand that could be decided on."""
    actor = current_actor()
    words = find_words(one.kind, one.object_id, actor)
    thread = find_thread(words)
    author = get_own(one.author_id) if one.author_id else None
    return Standing(
        is_hidden=one.is_hidden,
        is_aside=one.is_aside,
        is_closed=one.closed_at is not None,
        is_locked=get_thread(thread, actor)[1].is_locked if thread else None,
        is_slowed=find_slowdown(words.policy.id) is not None if words.policy else None,
        is_suspended=author.actor(clock.now()).is_suspended if author else None,
    )


def _evidence(one: Case) -> dict[str, Any]:
    """The words as everybody reads them, for the template of their kind; nothing when gone."""
    actor = current_actor()
    try:
        found: dict[str, Any] = {"address": address_of(one.kind, one.object_id, actor)}
        if one.kind is Kind.COMMENT:
            found["comment"] = get_comment(one.object_id, actor)
            found["thread"] = get_thread(found["comment"].thread_id, actor)[1]
        elif one.kind is Kind.SUGGESTION:
            found["view"] = get_suggestion(one.object_id, actor)
        elif one.kind is Kind.SUMMARY:
            found["revision"] = get_summary(one.object_id, actor)[1]
    except NotFound:
        return {}
    return {**found, "hidden": find_hidden(one.kind, one.object_id)}
