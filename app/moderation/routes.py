"""Hide and show one comment, suggestion or reason line; the public record of what moderators did."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.discussions.forms import give_back
from app.discussions.queries import find_page_key, get_comment, get_thread
from app.errors import RuleBroken
from app.moderation import queries, services
from app.moderation.forms import DecisionForm
from app.moderation.models import ModerationAction
from app.moderation.rules import Action, Kind
from app.moderation.services import Decision
from app.suggestions.queries.shown import get_suggestion
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires
from app.web.paging import number_argument

blueprint = Blueprint("moderation", __name__)

Verb = Callable[..., ModerationAction]


@blueprint.get("/moderation/log")
@requires(Act.READ_POLICY)
def log() -> ResponseReturnValue:
    before = number_argument("page")
    rows, next_key = queries.list_actions(current_actor(), before=before)
    return render_template(
        "moderation/log.html", rows=rows, next_key=next_key, is_first_page=before is None
    )


@blueprint.get("/moderation/comments/<int:comment_id>")
@requires(Act.MODERATE)
def comment(comment_id: int) -> ResponseReturnValue:
    services.ensure_may_moderate_comment(comment_id, current_actor())
    return _comment_page(comment_id, None)


@blueprint.post("/moderation/comments/<int:comment_id>")
@requires(Act.MODERATE, own_token_check=True)
def act_on_comment(comment_id: int) -> ResponseReturnValue:
    services.ensure_may_moderate_comment(comment_id, current_actor())
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
    services.ensure_may_moderate_suggestion(contribution_id, current_actor())
    return _suggestion_page(contribution_id, None)


@blueprint.post("/moderation/suggestions/<int:contribution_id>")
@requires(Act.MODERATE, own_token_check=True)
def act_on_suggestion(contribution_id: int) -> ResponseReturnValue:
    services.ensure_may_moderate_suggestion(contribution_id, current_actor())
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
    services.ensure_may_moderate_summary(revision_id, current_actor())
    return _summary_page(revision_id, None)


@blueprint.post("/moderation/summaries/<int:revision_id>")
@requires(Act.MODERATE, own_token_check=True)
def act_on_summary(revision_id: int) -> ResponseReturnValue:
    services.ensure_may_moderate_summary(revision_id, current_actor())
    form = DecisionForm()
    done = _decided(form, services.act_on_summary, revision_id)
    if done is None:
        return _summary_page(revision_id, form), failed(form)
    policy, revision = queries.get_summary(revision_id, current_actor())
    return redirect(url_for("policies.revision", slug=policy.slug, number=revision.number), 303)


def _summary_page(revision_id: int, form: DecisionForm | None) -> str:
    policy, revision = queries.get_summary(revision_id, current_actor())
    return render_template(
        "moderation/summary.html",
        policy=policy,
        revision=revision,
        hidden=queries.find_hidden(Kind.SUMMARY, revision_id),
        form=form or _fresh_form(Kind.SUMMARY, revision_id),
    )


def _fresh_form(kind: Kind, object_id: int) -> DecisionForm:
    hidden = queries.find_hidden(kind, object_id)
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
