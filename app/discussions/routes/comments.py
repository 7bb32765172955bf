"""One comment: change one's own words, read the earlier ones."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.access.ensure import ensure
from app.discussions import queries
from app.discussions.forms import WordsForm, give_back
from app.discussions.queries import CommentView, ThreadView
from app.discussions.routes import blueprint
from app.discussions.routes.thread import address_of, stamp_of_thread
from app.discussions.services import editing
from app.errors import NotFound, RuleBroken
from app.messages import N_
from app.policies.models import Policy
from app.policies.queries import facts
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires
from app.web.visitor_cache import cached_for_visitors


def _find(thread_id: int, comment_id: int) -> tuple[Policy, ThreadView, CommentView]:
    """The comment in its thread; what cannot be read has neither earlier words nor a form."""
    policy, thread = queries.get_thread(thread_id, current_actor())
    comment = queries.get_comment(comment_id, current_actor())
    if comment.thread_id != thread_id or not comment.is_readable:
        raise NotFound(N_("This comment does not exist, or you may not see it."))
    return policy, thread, comment


@blueprint.get("/comments/<int:comment_id>")
@requires(Act.READ_POLICY)
def comment(comment_id: int) -> ResponseReturnValue:
    """Where the comment stands now, however often it was moved."""
    return redirect(address_of(queries.get_comment(comment_id, current_actor())), 302)


@blueprint.get("/threads/<int:thread_id>/comments/<int:comment_id>/earlier")
@requires(Act.READ_POLICY)
@cached_for_visitors(stamp_of_thread)
def earlier(thread_id: int, comment_id: int) -> ResponseReturnValue:
    policy, thread, comment = _find(thread_id, comment_id)
    return render_template(
        "discussions/earlier.html",
        policy=policy,
        thread=thread,
        comment=comment,
        versions=queries.list_earlier(comment),
        back=address_of(comment),
    )


@blueprint.route("/threads/<int:thread_id>/comments/<int:comment_id>/edit", methods=["GET", "POST"])
@requires(Act.EDIT_OWN_COMMENT, own_token_check=True)
def edit_comment(thread_id: int, comment_id: int) -> ResponseReturnValue:
    actor = current_actor()
    policy, _thread, comment = _find(thread_id, comment_id)
    ensure(actor, Act.EDIT_OWN_COMMENT, replace(facts(policy, actor), author_id=comment.author_id))
    form = WordsForm(data={"body": comment.body})
    if not form.is_submitted():
        return _edit_page(policy, comment, form)
    if not form.validate():
        give_back(form)
        return _edit_page(policy, comment, form), failed(form)
    try:
        comment = editing.edit_comment(comment_id, form.body.data or "", actor=actor)
    except RuleBroken as error:
        if error.field is None:
            raise
        policy, _thread, comment = _find(thread_id, comment_id)
        give_back(form)
        put_error(form, error, "body")
        return _edit_page(policy, comment, form), 422
    flash(_("Your words are changed. The earlier ones stay readable."), "success")
    return redirect(address_of(comment), 303)


def _edit_page(policy: Policy, comment: CommentView, form: WordsForm) -> str:
    return render_template(
        "discussions/edit_comment.html",
        policy=policy,
        comment=comment,
        form=form,
        back=address_of(comment),
    )
