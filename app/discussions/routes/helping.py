"""How volunteers help a discussion along: prompts, summaries, moving words, joining threads."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.access.ensure import ensure
from app.discussions import queries
from app.discussions.forms import (
    NEW,
    ClauseForm,
    MoveReplyForm,
    SummaryForm,
    TargetForm,
    give_back,
)
from app.discussions.queries import CommentView, ThreadView, helping
from app.discussions.routes import blueprint
from app.discussions.routes.choosing import (
    clause_choices,
    clause_name,
    target_choices,
    wanted_thread,
)
from app.discussions.routes.thread import address_of
from app.discussions.services import joining, moving, prompting, summarising
from app.errors import NotFound, RuleBroken
from app.messages import N_
from app.policies.models import Policy
from app.policies.queries import facts
from app.web.forms import Form, failed, put_error
from app.web.guard import current_actor, requires


@blueprint.post("/threads/<int:thread_id>/prompt")
@requires(Act.FACILITATE)
def prompt(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    about = request.form.get("comment", "")
    if not (about.isascii() and about.isdigit() and len(about) < 10):
        raise NotFound(N_("This comment does not exist, or you may not see it."))
    comment = queries.get_comment(int(about), actor)
    if comment.thread_id != thread_id:
        raise RuleBroken(N_("This comment stands in another discussion by now."))
    said = prompting.prompt(comment.id, request.form.get("prompt", ""), actor=actor)
    flash(_("Sent as your reply."), "success")
    return redirect(address_of(said), 303)


@blueprint.route("/threads/<int:thread_id>/summary", methods=["GET", "POST"])
@requires(Act.FACILITATE, own_token_check=True)
def summarise(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    policy, view = _thread(thread_id)
    standing = helping.find_summary(view)
    form = SummaryForm(data={"body": standing.words if standing else ""})
    if not form.is_submitted():
        return _summary_page(policy, view, form)
    if not form.validate():
        return _summary_page(policy, view, form), failed(form)
    if request.form.get("step") == "remove":
        summarising.take_away(thread_id, actor=actor)
        flash(_("The summary is taken away."), "success")
        return redirect(url_for("discussions.thread", thread_id=thread_id), 303)
    try:
        summarising.summarise(thread_id, form.body.data or "", actor=actor)
    except RuleBroken as error:
        policy, view = _thread(thread_id)
        _give_back(form, error, "body")
        return _summary_page(policy, view, form), 422
    flash(_("The summary stands above the discussion, with your name."), "success")
    return redirect(url_for("discussions.thread", thread_id=thread_id), 303)


def _summary_page(policy: Policy, view: ThreadView, form: SummaryForm) -> str:
    return render_template(
        "discussions/summary.html",
        policy=policy,
        thread=view,
        standing=helping.find_summary(view),
        form=form,
    )


@blueprint.route("/comments/<int:comment_id>/move", methods=["GET", "POST"])
@requires(Act.FACILITATE, own_token_check=True)
def move(comment_id: int) -> ResponseReturnValue:
    """Of the comment that opened a thread: the whole thread; of a reply: the reply alone."""
    actor = current_actor()
    comment = queries.get_comment(comment_id, actor)
    policy, view = _thread(comment.thread_id)
    moving.ensure_impartial(policy, comment, actor)
    if view.subject_id is None and view.first.id == comment.id:
        return _move_thread(policy, view)
    return _move_reply(policy, view, comment)


def _move_thread(policy: Policy, view: ThreadView) -> ResponseReturnValue:
    form = ClauseForm(data={"clause": view.clause or ""})
    form.clause.choices = clause_choices(policy, view.clause)
    if not form.is_submitted():
        return _move_thread_page(policy, view, form)
    if not form.validate():
        return _move_thread_page(policy, view, form), failed(form)
    try:
        to = _moved_thread(view, form.clause.data or "")
    except RuleBroken as error:
        policy, view = _thread(view.id)
        _give_back(form, error, "clause")
        form.clause.choices = clause_choices(policy, view.clause)
        return _move_thread_page(policy, view, form), 422
    flash(_("Moved. A line says where it came from."), "success")
    return redirect(to, 303)


def _moved_thread(view: ThreadView, clause: str) -> str:
    """Move it and say where it is: to the clause, back to its first one, or, where a reply was
    made a thread of, back into the thread of that reply."""
    actor, step = current_actor(), request.form.get("step")
    if step == "return" and view.first.moved_from is not None:
        return address_of(moving.move_comment(view.first.id, view.first.moved_from, actor=actor))
    wanted = view.moved_from if step == "back" and view.moved_from is not None else clause
    moving.move_thread(view.id, wanted, actor=actor)
    return url_for("discussions.thread", thread_id=view.id)


def _move_thread_page(policy: Policy, view: ThreadView, form: ClauseForm) -> str:
    came_from = None
    if view.moved_from is not None:
        came_from = clause_name(policy, view.moved_from, view.opened_on)
    return render_template(
        "discussions/move_thread.html", policy=policy, thread=view, form=form, came_from=came_from
    )


def _move_reply(policy: Policy, view: ThreadView, comment: CommentView) -> ResponseReturnValue:
    actor = current_actor()
    form = MoveReplyForm(data={"clause": view.clause or ""})
    _fill_move_reply(form, policy, view, comment)
    if not form.is_submitted():
        return _move_reply_page(policy, view, comment, form)
    if not form.validate():
        return _move_reply_page(policy, view, comment, form), failed(form)
    try:
        if request.form.get("step") == "back" and comment.moved_from is not None:
            moved = moving.move_comment(comment.id, comment.moved_from, actor=actor)
        elif form.target.data == NEW:
            moved = moving.move_to_new_thread(comment.id, form.clause.data or "", actor=actor)
        else:
            moved = moving.move_comment(comment.id, wanted_thread(form), actor=actor)
    except RuleBroken as error:
        comment = queries.get_comment(comment.id, actor)
        policy, view = _thread(comment.thread_id)
        _give_back(form, error, "target")
        _fill_move_reply(form, policy, view, comment)
        return _move_reply_page(policy, view, comment, form), 422
    flash(_("Moved. A line stays where it was."), "success")
    return redirect(address_of(moved), 303)


def _fill_move_reply(
    form: MoveReplyForm, policy: Policy, view: ThreadView, comment: CommentView
) -> None:
    form.clause.choices = clause_choices(policy, None)
    form.target.choices = target_choices(policy, view, before=comment.id, may_be_new=True)


def _move_reply_page(
    policy: Policy, view: ThreadView, comment: CommentView, form: MoveReplyForm
) -> str:
    return render_template(
        "discussions/move_reply.html",
        policy=policy,
        thread=view,
        comment=comment,
        form=form,
        back=address_of(comment),
    )


@blueprint.route("/threads/<int:thread_id>/join", methods=["GET", "POST"])
@requires(Act.FACILITATE, own_token_check=True)
def join(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    policy, view = _thread(thread_id)
    moving.ensure_impartial(policy, view.first, actor)
    form = TargetForm()
    form.target.choices = target_choices(policy, view)
    if not form.is_submitted():
        return _join_page(policy, view, form)
    if not form.validate():
        return _join_page(policy, view, form), failed(form)
    try:
        if request.form.get("step") == "part":
            joining.part(thread_id, actor=actor)
            flash(_("This discussion goes on by itself again."), "success")
        else:
            joining.join(thread_id, wanted_thread(form), actor=actor)
            flash(_("Joined. The comments stay here to read."), "success")
    except RuleBroken as error:
        policy, view = _thread(thread_id)
        _give_back(form, error, "target")
        form.target.choices = target_choices(policy, view)
        return _join_page(policy, view, form), 422
    return redirect(url_for("discussions.thread", thread_id=thread_id), 303)


def _join_page(policy: Policy, view: ThreadView, form: TargetForm) -> str:
    return render_template(
        "discussions/join.html",
        policy=policy,
        thread=view,
        goes_on_in=helping.find_thread(view.joined_into, current_actor()),
        form=form,
    )


def _thread(thread_id: int) -> tuple[Policy, ThreadView]:
    """The thread, for a volunteer who may help there."""
    policy, view = queries.get_thread(thread_id, current_actor())
    ensure(current_actor(), Act.FACILITATE, facts(policy, current_actor()))
    return policy, view


def _give_back(form: Form, error: RuleBroken, default: str) -> None:
    give_back(form)
    put_error(form, error, default)
