"""One thread: its comments, the form of a reply, what the person who opened it says of it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.discussions import queries
from app.discussions.forms import WordsForm, give_back
from app.discussions.queries import CommentView, ThreadView
from app.discussions.routes import blueprint
from app.discussions.routes.thread_page import thread_page
from app.discussions.services import posting, settling
from app.errors import RuleBroken
from app.policies.models import Policy
from app.suggestions.queries.threads import find_contribution_of
from app.suggestions.services import replying
from app.web.forms import failed, put_error, token_for
from app.web.guard import current_actor, requires
from app.web.visitor_cache import cached_for_visitors


def stamp_of_thread(thread_id: int, **_rest: object) -> str | None:
    """The version of everything the pages of the thread's policy show."""
    return queries.find_stamp(thread_id)


@blueprint.get("/threads/<int:thread_id>")
@requires(Act.READ_POLICY)
@cached_for_visitors(stamp_of_thread)
def thread(thread_id: int) -> ResponseReturnValue:
    policy, view = queries.get_thread(thread_id, current_actor())
    return thread_page(policy, view, WordsForm(formdata=None, meta=token_for(current_actor())))


@blueprint.post("/threads/<int:thread_id>")
@requires(Act.POST_COMMENT, own_token_check=True)
def reply(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    policy, view = queries.get_thread(thread_id, actor)
    form = WordsForm()
    if not form.validate():
        give_back(form)
        return thread_page(policy, view, form), failed(form)
    try:
        comment = _reply(policy, view, form.body.data or "")
    except RuleBroken as error:
        if error.field is None:
            raise
        policy, view = queries.get_thread(thread_id, actor)
        give_back(form)
        put_error(form, error, "body")
        return thread_page(policy, view, form), 422
    return redirect(address_of(comment), 303)


def _reply(policy: Policy, view: ThreadView, body: str) -> CommentView:
    """Replies to a contribution ask its domain too, which knows whether it was taken back."""
    actor = current_actor()
    about = find_contribution_of(view, actor) if view.subject_id is not None else None
    if about is None:
        return posting.reply(view.id, body, actor=actor)
    return replying.reply(policy.slug, about.number, body, actor=actor)


def address_of(comment: CommentView) -> str:
    """The page of the thread on which the comment stands, at the comment."""
    key = queries.find_page_key(comment, current_actor())
    anchor = f"comment-{comment.id}"
    return url_for("discussions.thread", thread_id=comment.thread_id, page=key, _anchor=anchor)


@blueprint.post("/threads/<int:thread_id>/close")
@requires(Act.CLOSE_OWN_OBJECTION)
def close(thread_id: int) -> ResponseReturnValue:
    settling.close_own_objection(thread_id, actor=current_actor())
    flash(_("Your objection is closed. It stays readable."), "success")
    return redirect(url_for("discussions.thread", thread_id=thread_id), 303)


@blueprint.post("/threads/<int:thread_id>/answered")
@requires(Act.MARK_ANSWERED)
def answered(thread_id: int) -> ResponseReturnValue:
    is_answered = request.form.get("step") != "undo"
    settling.mark_answered(thread_id, is_answered=is_answered, actor=current_actor())
    flash(
        _("Your question is marked as answered.")
        if is_answered
        else _("Your question is open again."),
        "success",
    )
    return redirect(url_for("discussions.thread", thread_id=thread_id), 303)
