"""Hide and show one comment, suggestion or reason line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.discussions.forms import give_back
from app.discussions.queries import find_page_key, get_comment, get_thread
from app.errors import RuleBroken
from app.moderation import services
from app.moderation.forms import DecisionForm
from app.moderation.queries.words import find_hidden, get_summary
from app.moderation.routes import blueprint
from app.moderation.rules import Action, Kind
from app.moderation.services import Decision
from app.moderation.services.objects import ensure_may_moderate, find_words
from app.suggestions.queries.shown import get_suggestion
from app.visibility import Hidden
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires


@dataclass(frozen=True, slots=True)
class _Place:
    """Where words stand: what their page shows besides the form, and its address."""

    shown: dict[str, Any]
    back: str


@blueprint.get("/moderation/comments/<int:comment_id>")
@requires(Act.MODERATE)
def comment(comment_id: int) -> ResponseReturnValue:
    return _shown(Kind.COMMENT, comment_id)


@blueprint.post("/moderation/comments/<int:comment_id>")
@requires(Act.MODERATE, own_token_check=True)
def act_on_comment(comment_id: int) -> ResponseReturnValue:
    return _done(Kind.COMMENT, comment_id)


@blueprint.get("/moderation/suggestions/<int:contribution_id>")
@requires(Act.MODERATE)
def suggestion(contribution_id: int) -> ResponseReturnValue:
    return _shown(Kind.SUGGESTION, contribution_id)


@blueprint.post("/moderation/suggestions/<int:contribution_id>")
@requires(Act.MODERATE, own_token_check=True)
def act_on_suggestion(contribution_id: int) -> ResponseReturnValue:
    return _done(Kind.SUGGESTION, contribution_id)


@blueprint.get("/moderation/summaries/<int:revision_id>")
@requires(Act.MODERATE)
def summary(revision_id: int) -> ResponseReturnValue:
    return _shown(Kind.SUMMARY, revision_id)


@blueprint.post("/moderation/summaries/<int:revision_id>")
@requires(Act.MODERATE, own_token_check=True)
def act_on_summary(revision_id: int) -> ResponseReturnValue:
    return _done(Kind.SUMMARY, revision_id)


def _shown(kind: Kind, object_id: int) -> str:
    _ensure_allowed(kind, object_id)
    return _page(kind, object_id, None)


def _done(kind: Kind, object_id: int) -> ResponseReturnValue:
    _ensure_allowed(kind, object_id)
    form = DecisionForm()
    if not _decide(form, kind, object_id):
        return _page(kind, object_id, form), failed(form)
    return redirect(_PLACES[kind](object_id).back, 303)


def _page(kind: Kind, object_id: int, form: DecisionForm | None) -> str:
    place, hidden = _PLACES[kind](object_id), find_hidden(kind, object_id)
    return render_template(
        f"moderation/{kind}.html",
        form=form or _fresh_form(hidden),
        hidden=hidden,
        is_hidden=hidden is not None,
        back=place.back,
        **place.shown,
    )


def _place_of_comment(comment_id: int) -> _Place:
    view = get_comment(comment_id, current_actor())
    policy, _thread = get_thread(view.thread_id, current_actor())
    page = find_page_key(view, current_actor())
    back = url_for(
        "discussions.thread", thread_id=view.thread_id, page=page, _anchor=f"comment-{view.id}"
    )
    return _Place({"policy": policy, "comment": view}, back)


def _place_of_suggestion(contribution_id: int) -> _Place:
    view = get_suggestion(contribution_id, current_actor())
    back = url_for("suggestions.show", slug=view.slug, number=view.number)
    return _Place({"view": view}, back)


def _place_of_summary(revision_id: int) -> _Place:
    policy, revision = get_summary(revision_id, current_actor())
    back = url_for("policies.revision", slug=policy.slug, number=revision.number)
    return _Place({"policy": policy, "revision": revision}, back)


_PLACES: dict[Kind, Callable[[int], _Place]] = {
    Kind.COMMENT: _place_of_comment,
    Kind.SUGGESTION: _place_of_suggestion,
    Kind.SUMMARY: _place_of_summary,
}


def _ensure_allowed(kind: Kind, object_id: int) -> None:
    ensure_may_moderate(find_words(kind, object_id, current_actor()), current_actor())


def _fresh_form(hidden: Hidden | None) -> DecisionForm:
    if hidden is None:
        return DecisionForm(formdata=None, action=Action.HIDE)
    return DecisionForm(formdata=None, action=Action.SHOW, rule=hidden.rule)


def _decide(form: DecisionForm, kind: Kind, object_id: int) -> bool:
    """Whether it was done; if not, the form must be shown again with its reasons."""
    if not form.validate():
        return False
    decision = Decision(form.action.data or "", form.rule.data or "", form.reason.data or "")
    try:
        done = services.act(kind, object_id, decision, actor=current_actor())
    except RuleBroken as error:
        if error.field == "action":
            raise  # somebody was faster; the form no longer fits
        give_back(form)
        put_error(form, error, "reason")
        return False
    flash(
        _("Hidden. The record shows the rule and your reason.")
        if done.action == Action.HIDE
        else _("Shown again. The record shows the rule and your reason."),
        "success",
    )
    return True
