"""One thread: its comments, the form of a reply, closing one's own objection."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.actor import Actor, Role
from app.access.acts import Act
from app.access.grants import may
from app.access.predicates import Subject
from app.discussions import queries
from app.discussions.forms import WordsForm, give_back
from app.discussions.queries import CommentView, ThreadView
from app.discussions.routes import blueprint
from app.discussions.rules import ThreadKind, is_shown_to_others
from app.discussions.services import posting, settling
from app.errors import RuleBroken
from app.policies.models import Policy
from app.policies.phases import Phase, allows
from app.policies.queries import facts, is_public_now
from app.suggestions.queries.threads import find_contribution_of, find_marked
from app.web.forms import failed, put_error, token_for
from app.web.guard import current_actor, requires
from app.web.paging import number_argument
from app.web.visitor_cache import cached_for_visitors


@dataclass(frozen=True, slots=True)
class _Offers:
    """What the page offers this person: ids of the comments they may change or hide."""

    reply: bool
    close: bool
    edit: frozenset[int]
    moderate: frozenset[int]
    mark_owed: frozenset[int]


def stamp_of_thread(thread_id: int, **_rest: object) -> str | None:
    """The version of everything the pages of the thread's policy show."""
    return queries.find_stamp(thread_id)


@blueprint.get("/threads/<int:thread_id>")
@requires(Act.READ_POLICY)
@cached_for_visitors(stamp_of_thread)
def thread(thread_id: int) -> ResponseReturnValue:
    policy, view = queries.get_thread(thread_id, current_actor())
    return _page(policy, view, WordsForm(formdata=None, meta=token_for(current_actor())))


def _page(policy: Policy, view: ThreadView, form: WordsForm) -> str:
    actor = current_actor()
    after = number_argument("page")
    comments, next_key = queries.list_comments(view.id, actor, after=after)
    return render_template(
        "discussions/thread.html",
        policy=policy,
        thread=view,
        contribution=find_contribution_of(view, actor),
        marked=find_marked(comments),
        comments=comments,
        is_first_page=after is None,
        next_key=next_key,
        form=form,
        offers=_offers(policy, view, comments, actor),
        is_open=allows(policy.phase_now, Act.POST_COMMENT),
        is_public=is_public_now(policy),
        is_confirmed=is_shown_to_others(actor.confirmation),
    )


def _offers(policy: Policy, view: ThreadView, comments: queries.Comments, actor: Actor) -> _Offers:
    """Allowed to the person and open in this phase; the services ask again."""
    subject = facts(policy, actor)
    shown = [comment for comment in comments if comment.is_readable]
    left = [comment for comment in comments if comment.withdrawn_at is None]
    opener = replace(subject, author_id=view.first.author_id)
    is_open_objection = view.kind == ThreadKind.OBJECTION and not view.is_closed
    can_reply = allows(policy.phase_now, Act.POST_COMMENT) and not view.is_closed
    can_edit = allows(policy.phase_now, Act.EDIT_OWN_COMMENT)
    can_close = allows(policy.phase_now, Act.CLOSE_OWN_OBJECTION) and is_open_objection
    return _Offers(
        reply=can_reply and bool(may(actor, Act.POST_COMMENT, subject)),
        close=can_close and bool(may(actor, Act.CLOSE_OWN_OBJECTION, opener)),
        edit=_ids(shown, Act.EDIT_OWN_COMMENT, subject, actor) if can_edit else frozenset(),
        moderate=_ids(left, Act.MODERATE, subject, actor),
        mark_owed=_replies_to_mark(policy, view, shown, actor),
    )


def _replies_to_mark(
    policy: Policy, view: ThreadView, shown: queries.Comments, actor: Actor
) -> frozenset[int]:
    """Replies for which a volunteer can ask an answer; what opened the thread gets one anyway."""
    is_time = policy.phase_now in (Phase.DRAFTING, Phase.CONSULTATION, Phase.RESPONSE)
    if not is_time or not may(actor, Act.MARK_OWED, facts(policy, actor)):
        return frozenset()
    opened = view.first.id if view.subject_id is None else None
    return frozenset(comment.id for comment in shown if comment.id != opened)


def _ids(comments: queries.Comments, act: Act, subject: Subject, actor: Actor) -> frozenset[int]:
    return frozenset(
        comment.id for comment in comments if may(actor, act, _with_author(subject, comment))
    )


def _with_author(subject: Subject, comment: CommentView) -> Subject:
    role = Role(comment.author_role)
    return replace(subject, author_id=comment.author_id, author_role=role)


@blueprint.post("/threads/<int:thread_id>")
@requires(Act.POST_COMMENT, own_token_check=True)
def reply(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    policy, view = queries.get_thread(thread_id, actor)
    form = WordsForm()
    if not form.validate():
        give_back(form)
        return _page(policy, view, form), failed(form)
    try:
        comment = posting.reply(thread_id, form.body.data or "", actor=actor)
    except RuleBroken as error:
        if error.field is None:
            raise
        policy, view = queries.get_thread(thread_id, actor)
        give_back(form)
        put_error(form, error, "body")
        return _page(policy, view, form), 422
    return redirect(address_of(comment), 303)


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
