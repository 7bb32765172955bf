"""Propose that a text is removed for good, see what was proposed, and decide on it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.access.grants import may
from app.errors import RuleBroken
from app.moderation.queries.removing import (
    RemovalView,
    get_removal_view,
    list_decided_removals,
    list_open_removals,
)
from app.moderation.removal_forms import ProposalForm, VerdictForm
from app.moderation.routes import blueprint
from app.moderation.routes.addresses import address_of, read_thing
from app.moderation.rules import Kind
from app.moderation.services.removing import (
    Proposal,
    Verdict,
    decide_removal,
    ensure_may_propose,
    propose_removal,
)
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires
from app.web.paging import number_argument


@blueprint.route("/moderation/removals/new", methods=["GET", "POST"])
@requires(Act.PROPOSE_REMOVAL, own_token_check=True)
def remove() -> ResponseReturnValue:
    """For something that is hidden already: ``kind`` and ``id`` (of a name the public id)."""
    kind, object_id = read_thing(request.args.get("kind", ""), request.args.get("id", ""))
    ensure_may_propose(kind, object_id, current_actor())
    form = ProposalForm()
    if not form.is_submitted():
        return _new_page(kind, object_id, form)
    if not form.validate():
        return _new_page(kind, object_id, form), failed(form)
    wanted = Proposal(form.ground.data or "", form.reason.data or "")
    try:
        row = propose_removal(kind, object_id, wanted, actor=current_actor())
    except RuleBroken as error:
        if error.field is None:
            raise  # somebody was faster; there is nothing to mend in the form
        put_error(form, error, "reason")
        return _new_page(kind, object_id, form), 422
    flash(_("Proposed. A supervisor will look at it and decide."), "success")
    return redirect(url_for(".removal", ident=row.id), 303)


def _new_page(kind: Kind, object_id: int, form: ProposalForm) -> str:
    return render_template(
        "moderation/removal_new.html",
        form=form,
        kind=kind,
        object_id=object_id,
        back=address_of(kind, object_id, current_actor()),
        address=url_for(".remove", kind=kind, id=request.args.get("id")),
    )


@blueprint.get("/moderation/removals")
@requires(Act.SEE_ORDER)
def removals() -> ResponseReturnValue:
    before = number_argument("page")
    decided, next_key = list_decided_removals(current_actor(), before=before)
    return render_template(
        "moderation/removals.html",
        waiting=[] if before else list_open_removals(current_actor()),
        decided=decided,
        next_key=next_key,
        is_first_page=before is None,
    )


@blueprint.get("/moderation/removals/<int:ident>")
@requires(Act.SEE_ORDER)
def removal(ident: int) -> ResponseReturnValue:
    return _page(get_removal_view(ident, current_actor()), VerdictForm())


@blueprint.post("/moderation/removals/<int:ident>")
@requires(Act.CONFIRM_REMOVAL, own_token_check=True)
def decide_on_removal(ident: int) -> ResponseReturnValue:
    """``step`` is confirm or refuse."""
    form, view = VerdictForm(), get_removal_view(ident, current_actor())
    if not form.validate():
        return _page(view, form), failed(form)
    verdict = Verdict(request.form.get("step", ""), form.reason.data or "")
    try:
        row = decide_removal(ident, verdict, actor=current_actor())
    except RuleBroken as error:
        if error.field == "step":
            raise  # somebody was faster; the form no longer fits
        put_error(form, error, "reason")
        return _page(view, form), 422
    flash(
        _("Removed. The worker is now taking the words out of the files as well.")
        if row.is_confirmed
        else _("Refused. The words stay hidden."),
        "success",
    )
    return redirect(url_for(".removal", ident=ident), 303)


def _page(view: RemovalView, form: VerdictForm) -> str:
    may_decide = view.is_open and not view.is_concerned
    return render_template(
        "moderation/removal.html",
        row=view,
        form=form,
        may_decide=may_decide and bool(may(current_actor(), Act.CONFIRM_REMOVAL)),
    )
