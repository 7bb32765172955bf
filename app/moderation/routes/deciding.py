"""Hide and show one comment, suggestion or reason line."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.discussions.forms import give_back
from app.discussions.queries import find_page_key, get_comment, get_thread
from app.errors import RuleBroken
from app.moderation import services
from app.moderation.forms import DecisionForm
from app.moderation.models import ModerationAction
from app.moderation.queries.words import find_hidden, get_summary
from app.moderation.routes import blueprint
from app.moderation.rules import Action, Kind
from app.moderation.services import Decision
from app.moderation.services.objects import ensure_may_moderate, find_words
from app.suggestions.queries.shown import get_suggestion
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires

Verb = Callable[..., ModerationAction]


@blueprint.get("/moderation/comments/<int:comment_id>")
@requires(Act.MODERATE)
def comment(comment_id: int) -> ResponseReturnValue:
    _ensure_allowed(Kind.COMMENT, comment_id)
    return _comment_page(comment_id, None)


@blueprint.post("/moderation/comments/<int:comment_id>")
@requires(Act.MODERATE, own_token_check=True)
def act_on_comment(comment_id: int) -> ResponseReturnValue:
    _ensure_allowed(Kind.COMMENT, comment_id)
    form = DecisionForm()
    done = _decided(form, services.act_on_comment, comment_id)
    if done is None:
        return _comment_page(comment_id, form), failed(form)
    return redirect(_address_of_comment(comment_id), 303)


def _comment_page(comment_id: int, form: DecisionForm | None) -> str:
    view = get_comment(comment_id, current_actor())
    policy, _thread = get_thread(view.thread_id, current_actor())
    return render_template(
        "moderation/comment.html",
        policy=policy,
        comment=view,
        form=form or _fresh_form(Kind.COMMENT, comment_id),
        is_hidden=view.marker is not None,
        back=_address_of_comment(comment_id),
    )


def _address_of_comment(comment_id: int) -> str:
    view = get_comment(comment_id, current_actor())
    return url_for(
        "discussions.thread",
        thread_id=view.thread_id,
        page=find_page_key(view, current_actor()),
        _anchor=f"comment-{view.id}",
    )


@blueprint.get("/moderation/suggestions/<int:contribution_id>")
@requires(Act.MODERATE)
def suggestion(contribution_id: int) -> ResponseReturnValue:
    _ensure_allowed(Kind.SUGGESTION, contribution_id)
    return _suggestion_page(contribution_id, None)


@blueprint.post("/moderation/suggestions/<int:contribution_id>")
@requires(Act.MODERATE, own_token_check=True)
def act_on_suggestion(contribution_id: int) -> ResponseReturnValue:
    _ensure_allowed(Kind.SUGGESTION, contribution_id)
    form = DecisionForm()
    done = _decided(form, services.act_on_suggestion, contribution_id)
    if done is None:
        return _suggestion_page(contribution_id, form), failed(form)
    view = get_suggestion(contribution_id, current_actor())
    return redirect(url_for("suggestions.show", slug=view.slug, number=view.number), 303)


def _suggestion_page(contribution_id: int, form: DecisionForm | None) -> str:
    view = get_suggestion(contribution_id, current_actor())
    return render_template(
        "moderation/suggestion.html",
        view=view,
        form=form or _fresh_form(Kind.SUGGESTION, contribution_id),
        is_hidden=view.marker is not None,
    )


@blueprint.get("/moderation/summaries/<int:revision_id>")
@requires(Act.MODERATE)
def summary(revision_id: int) -> ResponseReturnValue:
    _ensure_allowed(Kind.SUMMARY, revision_id)
    return _summary_page(revision_id, None)


@blueprint.post("/moderation/summaries/<int:revision_id>")
@requires(Act.MODERATE, own_token_check=True)
def act_on_summary(revision_id: int) -> ResponseReturnValue:
    _ensure_allowed(Kind.SUMMARY, revision_id)
    form = DecisionForm()
    done = _decided(form, services.act_on_summary, revision_id)
    if done is None:
        return _summary_page(revision_id, form), failed(form)
    policy, revision = get_summary(revision_id, current_actor())
    return redirect(url_for("policies.revision", slug=policy.slug, number=revision.number), 303)


def _summary_page(revision_id: int, form: DecisionForm | None) -> str:
    policy, revision = get_summary(revision_id, current_actor())
    return render_template(
        "moderation/summary.html",
        policy=policy,
        revision=revision,
        hidden=find_hidden(Kind.SUMMARY, revision_id),
        form=form or _fresh_form(Kind.SUMMARY, revision_id),
    )


def _ensure_allowed(kind: Kind, object_id: int) -> None:
    ensure_may_moderate(find_words(kind, object_id, current_actor()), current_actor())


def _fresh_form(kind: Kind, object_id: int) -> DecisionForm:
    hidden = find_hidden(kind, object_id)
    if hidden is None:
        return DecisionForm(formdata=None, action=Action.HIDE)
    return DecisionForm(formdata=None, action=Action.SHOW, rule=hidden.rule)


def _decided(form: DecisionForm, act: Verb, object_id: int) -> ModerationAction | None:
    """The action taken, or None when the form must be shown again with its reasons."""
    if not form.validate():
        return None
    decision = Decision(form.action.data or "", form.rule.data or "", form.reason.data or "")
    try:
        done = act(object_id, decision, actor=current_actor())
    except RuleBroken as error:
        if error.field == "action":
            raise  # somebody was faster; the form no longer fits
        give_back(form)
        put_error(form, error, "reason")
        return None
    flash(
        _("Hidden. The record shows the rule and your reason.")
        if done.action == Action.HIDE
        else _("Shown again. The record shows the rule and your reason."),
        "success",
    )
    return done
