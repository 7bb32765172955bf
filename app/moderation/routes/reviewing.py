"""Ask for a review of a decision, see which reviews wait, and decide one."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.actor import Role
from app.access.acts import Act
from app.access.ensure import ensure
from app.access.grants import may
from app.access.predicates import Subject
from app.accounts.queries import get_own
from app.errors import Conflict, RuleBroken, TooMany
from app.moderation.queries.appeals import (
    AppealView,
    get_appeal,
    get_reviewable,
    list_decided_appeals,
    list_flags,
    list_open_appeals,
    role_of,
)
from app.moderation.queries.log import find_entry
from app.moderation.review_forms import ReviewForm, VerdictForm
from app.moderation.review_rules import REVIEW_TIME, Outcome
from app.moderation.routes import blueprint
from app.moderation.rules import HIDEABLE, Kind
from app.moderation.services.reviewing import ask_review, decide_appeal
from app.suggestions.routes.unlocked import unlocked
from app.web.error_pages import translated
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires
from app.web.paging import number_argument


@blueprint.route("/moderation/log/<int:ident>/review", methods=["GET", "POST"])
@requires(Act.ASK_REVIEW, own_token_check=True)
def review(ident: int) -> ResponseReturnValue:
    """For somebody concerned: what was decided, and the form that asks for a review or its state."""
    form = ReviewForm()
    if not form.is_submitted():
        return _review_page(ident, form)
    if not form.validate():
        return _review_page(ident, form), failed(form)
    try:
        ask_review(ident, form.words.data or "", actor=current_actor(), receipts=unlocked())
    except Conflict as error:
        return _review_page(ident, form, translated(error.message)), 409
    except RuleBroken as error:
        put_error(form, error, "words")
        return _review_page(ident, form), 422
    except TooMany as error:
        put_error(form, error, "words")
        return _review_page(ident, form), 429, {"Retry-After": str(error.retry_after)}
    flash(_("Somebody else will look at this. The record will show what they decide."), "success")
    return redirect(url_for(".review", ident=ident), 303)


def _review_page(ident: int, form: ReviewForm, faster: str = "") -> str:
    found, _done = get_reviewable(ident, current_actor(), unlocked())
    ensure(current_actor(), Act.ASK_REVIEW, Subject(is_concerned=found.is_concerned))
    refusal = found.refusal
    return render_template(
        "moderation/review.html",
        row=found.entry,
        appeal=found.appeal,
        is_my_appeal=found.appeal is not None and found.appeal.by_id == current_actor().id,
        refusal=translated(refusal) if refusal else "",
        until=found.entry.at + REVIEW_TIME,
        faster=faster,
        form=form,
    )


@blueprint.get("/moderation/appeals")
@requires(Act.SEE_ORDER)
def appeals() -> ResponseReturnValue:
    """Reviews that wait, the oldest first, and those that were decided last."""
    actor, after = current_actor(), number_argument("page")
    rows, next_key = list_open_appeals(actor, after=after)
    return render_template(
        "moderation/appeals.html",
        rows=rows,
        next_key=next_key,
        is_first_page=after is None,
        decided=list_decided_appeals(actor) if after is None else [],
        may_decide=may(actor, Act.REVIEW_ACTION),
    )


@blueprint.get("/moderation/appeals/<int:ident>")
@requires(Act.SEE_ORDER)
def appeal(ident: int) -> ResponseReturnValue:
    """One review: what was decided first, what was asked, and the form that decides."""
    return _appeal_page(ident, VerdictForm(formdata=None))


@blueprint.post("/moderation/appeals/<int:ident>")
@requires(Act.REVIEW_ACTION, own_token_check=True)
def decide_review(ident: int) -> ResponseReturnValue:
    """``outcome`` upheld or overturned, with a ``reason`` that everybody reads."""
    form = VerdictForm()
    if not form.validate():
        return _appeal_page(ident, form), failed(form)
    verdict, reason = form.outcome.data or "", form.reason.data or ""
    try:
        decided = decide_appeal(ident, verdict, reason, actor=current_actor())
    except Conflict as error:
        return _appeal_page(ident, form, translated(error.message)), 409
    except RuleBroken as error:
        put_error(form, error, "reason")
        return _appeal_page(ident, form), 422
    flash(
        _("It was wrong. The record shows both.")
        if decided.outcome == Outcome.OVERTURNED
        else _("The decision stands. The record shows your reason."),
        "success",
    )
    return redirect(url_for(".appeals"), 303)


def _appeal_page(ident: int, form: VerdictForm, faster: str = "") -> str:
    actor = current_actor()
    view = get_appeal(ident, actor)
    entry = find_entry(view.action_id, actor)
    assert entry is not None  # the appeal was read together with its action
    return render_template(
        "moderation/appeal.html",
        view=view,
        row=entry[0],
        flags=list_flags(view.case_id),
        may_decide=_may_decide(view),
        words_id=_words_id(view),
        faster=faster,
        form=form,
    )


def _words_id(view: AppealView) -> str | int | None:
    """By what the words are asked for (a name by its bearer's public id); None: there are none, or
    they are an office's and were never hidden."""
    if role_of(view.first_role) is Role.SUPERVISOR:
        return None
    if view.kind == Kind.NAME:
        return get_own(view.object_id).public_id
    return view.object_id if view.kind in HIDEABLE else None


def _may_decide(view: AppealView) -> bool:
    subject = Subject(decided_in=role_of(view.first_role))
    return bool(may(current_actor(), Act.REVIEW_ACTION, subject)) and not view.is_own
