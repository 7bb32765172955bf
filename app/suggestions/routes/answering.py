"""The officer's pages of one contribution: answer it, or take its words into the text first."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.errors import Conflict, RuleBroken
from app.policies.queries import get_policy, get_policy_by_id
from app.suggestions.answer_forms import OUTCOMES, AnswerForm
from app.suggestions.queries.answered import list_same_place, officer_view
from app.suggestions.queries.shown import get_contribution
from app.suggestions.routes import blueprint
from app.suggestions.rules import Outcome
from app.suggestions.services import answering
from app.suggestions.services.answering import Answered, NewAnswer
from app.text.canonical import TextRefused
from app.web.error_pages import showable, translated
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires


@blueprint.get("/n/<int:policy_id>-<int:number>")
@requires(Act.READ_POLICY)
def short(policy_id: int, number: int) -> ResponseReturnValue:
    """The address of a contribution as a text message has room for it."""
    policy = get_policy_by_id(policy_id, current_actor())
    return redirect(url_for("suggestions.show", slug=policy.slug, number=number))


@blueprint.route("/policies/<slug>/suggestions/<int:number>/answer", methods=["GET", "POST"])
@requires(Act.ANSWER, own_token_check=True)
def answer(slug: str, number: int) -> ResponseReturnValue:
    form = AnswerForm()
    try:
        policy, _view = answering.ensure_answerable(slug, number, current_actor())
        if answering.is_drafted(policy) and not form.is_submitted():
            return redirect(url_for("suggestions.desk", slug=policy.slug, number=number))
        return _answered(slug, number, form) if form.is_submitted() else _page(slug, number, form)
    except Conflict as conflict:
        return too_late(slug, number, conflict, form.reason.data or "")


def _answered(slug: str, number: int, form: AnswerForm) -> ResponseReturnValue:
    """What the form asks for: to look at it, to go on writing, or to give the answer."""
    if not form.validate():
        return _page(slug, number, form), failed(form)
    step = request.form.get("step")
    if step == "edit":
        return _page(slug, number, form)
    try:
        if step == "preview":
            checked = answering.preview(slug, number, _wanted(form), actor=current_actor())
            return _page(slug, number, form, checked)
        done = answering.answer(slug, number, _wanted(form), actor=current_actor())
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "reference")
        return _page(slug, number, form), refused(error)
    return to_contribution(done)


def _wanted(form: AnswerForm) -> NewAnswer:
    return NewAnswer(
        outcome=form.outcome.data or "",
        reason=(form.reason.data or "").replace("\r\n", "\n"),
        reference=form.reference.data or "",
        clauses=form.named_clauses,
        revision=form.revision.data,
    )


def _page(slug: str, number: int, form: AnswerForm, checked: NewAnswer | None = None) -> str:
    """The form, or with a ``checked`` answer what the person will read."""
    actor = current_actor()
    policy = get_policy(slug, actor)
    view = get_contribution(policy.slug, number, actor)
    form.reason.data = showable(form.reason.data or "")
    return render_template(
        "suggestions/answer.html",
        policy=policy,
        view=view,
        form=form,
        checked=checked,
        others=list_same_place(view, actor),
        officer=officer_view(view, actor),
    )


def to_contribution(done: Answered) -> ResponseReturnValue:
    """Back to the contribution with a sentence that says what became of it."""
    became = str(OUTCOMES[Outcome(done.outcome)])
    if done.waits:
        flash(_("The answer to no. %(number)s is saved.", number=done.number), "success")
        return redirect(url_for("suggestions.desk", slug=done.slug, number=done.number), 303)
    if done.revision is not None:
        flash(
            _("Answered: %(outcome)s, version %(n)s.", outcome=became, n=done.revision), "success"
        )
    else:
        flash(_("Answered: %(outcome)s.", outcome=became), "success")
    return redirect(url_for("suggestions.show", slug=done.slug, number=done.number), 303)


def too_late(slug: str, number: int, conflict: Conflict, *words: str) -> ResponseReturnValue:
    """Somebody was faster. Who only came to look is taken there; who wrote gets the words back."""
    policy = get_policy(slug, current_actor())
    if not request.form:
        flash(translated(conflict.message), "info")
        return redirect(url_for("suggestions.show", slug=policy.slug, number=number), 303)
    page = render_template(
        "suggestions/too_late.html",
        policy=policy,
        view=get_contribution(policy.slug, number, current_actor()),
        sentence=translated(conflict.message),
        kept=[showable(one) for one in words if one.strip()],
    )
    return page, 409
