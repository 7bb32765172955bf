"""Reply to a suggestion; once somebody has, its thread holds the replies and the form."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.acts import Act
from app.access.grants import may
from app.discussions.forms import WordsForm, give_back
from app.discussions.queries import find_thread_about
from app.discussions.rules import is_shown_to_others
from app.discussions.services.pacing import find_slowdown
from app.discussions.services.waiting import find_notice
from app.errors import RuleBroken
from app.policies.phases import allows
from app.policies.queries import facts, get_policy, is_public_now
from app.suggestions.queries.shown import SUGGESTION, get_contribution
from app.suggestions.queries.views import ContributionView
from app.suggestions.routes import blueprint
from app.suggestions.routes.unlocked import unlocked
from app.suggestions.services import replying
from app.web.forms import failed, put_error, token_for
from app.web.guard import current_actor, requires


@blueprint.get("/policies/<slug>/suggestions/<int:number>/reply")
@requires(Act.READ_POLICY)
def reply(slug: str, number: int) -> ResponseReturnValue:
    view = get_contribution(slug, number, current_actor(), unlocked())
    if (thread_id := _thread_of(view)) is not None:
        return redirect(url_for("discussions.thread", thread_id=thread_id, _anchor="reply"))
    return _page(view, WordsForm(formdata=None, meta=token_for(current_actor())))


@blueprint.post("/policies/<slug>/suggestions/<int:number>/reply")
@requires(Act.POST_COMMENT, own_token_check=True)
def send_reply(slug: str, number: int) -> ResponseReturnValue:
    actor = current_actor()
    form = WordsForm()
    if not form.validate():
        give_back(form)
        return _page(get_contribution(slug, number, actor, unlocked()), form), failed(form)
    try:
        comment = replying.reply(slug, number, form.body.data or "", actor=actor)
    except RuleBroken as error:
        if error.field is None:
            raise
        give_back(form)
        put_error(form, error, "body")
        return _page(get_contribution(slug, number, actor, unlocked()), form), 422
    anchor = f"comment-{comment.id}"
    return redirect(url_for("discussions.thread", thread_id=comment.thread_id, _anchor=anchor), 303)


def _thread_of(view: ContributionView) -> int | None:
    return view.thread_id or find_thread_about(SUGGESTION, view.id)


def _page(view: ContributionView, form: WordsForm) -> str:
    actor = current_actor()
    policy = get_policy(view.slug, actor)
    return render_template(
        "suggestions/reply.html",
        policy=policy,
        view=view,
        form=form,
        may_comment=may(actor, Act.POST_COMMENT, facts(policy, actor)),
        is_open=allows(policy.phase_now, Act.POST_COMMENT),
        is_public=is_public_now(policy),
        is_confirmed=is_shown_to_others(actor.confirmation),
        slowdown=find_slowdown(policy.id),
        wait=find_notice(policy.id, actor),
    )
