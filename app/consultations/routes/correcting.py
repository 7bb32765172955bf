"""Corrections of a text that people read already, their public notices, and the wrong text opened."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations.forms import CorrectForm, TakeBackForm
from app.consultations.queries.calls import find_call
from app.consultations.queries.corrections import CORRECTABLE, list_corrections
from app.consultations.routes import blueprint
from app.consultations.services import correcting as services
from app.consultations.services.taking_back import take_back as end_call
from app.errors import Conflict, NotFound, RuleBroken
from app.messages import N_
from app.policies.forms import new_token
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries import facts, get_policy
from app.policies.routes.reading import stamp_of_policy
from app.policies.services.saving import Edit
from app.policies.versions import Version, get_version
from app.text.as_read import as_written
from app.text.canonical import MAX_TEXT_BYTES, TextRefused
from app.web.error_pages import showable
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires
from app.web.visitor_cache import cached_for_visitors


@blueprint.get("/policies/<slug>/corrections")
@requires(Act.READ_POLICY)
@cached_for_visitors(stamp_of_policy)
def corrections(slug: str) -> ResponseReturnValue:
    """Every correction of this text, with the words before and after."""
    policy = get_policy(slug, current_actor())
    if policy.slug != slug:
        return redirect(url_for(".corrections", slug=policy.slug), 301)
    views = list_corrections(policy, current_actor())
    return render_template("consultations/corrections.html", policy=policy, corrections=views)


@blueprint.route("/policies/<slug>/correct", methods=["GET", "POST"])
@requires(Act.MOVE_PHASE, own_token_check=True)
def correct(slug: str) -> ResponseReturnValue:
    """Put the text right, one article (``?clause=``) or all of it, and tell everybody."""
    policy = _own(slug)
    form = CorrectForm()
    if not form.is_submitted():
        ident = request.args.get("clause", "")
        version = get_version(policy.id, policy.head_number)
        form = CorrectForm(base=version.number, edit_token=new_token(), clause=ident)
        form.show(*2 * (_words(version, ident),))
        return _page(policy, form)
    if not form.validate():
        return _page(policy, form), failed(form)
    if policy.phase_now == Phase.CONSULTATION and not form.matter.data:
        error = RuleBroken(N_("Please choose one of the answers."), field="matter")
        put_error(form, error)
        return _page(policy, form), 422
    try:
        edit = _edit(policy, form)
        wanted = services.Correcting(edit, is_editorial=form.matter.data == "editorial")
        services.correct(slug, wanted, actor=current_actor())
    except (RuleBroken, Conflict, TextRefused) as error:
        put_error(form, error, "text")
        status = 409 if isinstance(error, Conflict) else refused(error)
        return _page(_own(slug), form), status
    flash(_("The correction is published."), "success")
    return redirect(url_for(".corrections", slug=policy.slug), 303)


def _own(slug: str) -> Policy:
    actor = current_actor()
    policy = get_policy(slug, actor)
    ensure(actor, Act.MOVE_PHASE, facts(policy, actor))
    return policy


def _words(version: Version, ident: str) -> str:
    if not ident:
        return version.text
    clause = version.clause(ident)
    if clause is None:
        raise NotFound(N_("There is no such article in this draft."))
    return clause.text.strip("\n")


def _edit(policy: Policy, form: CorrectForm) -> Edit:
    """What the form asks for; words shown as read have their marks again."""
    text = (form.text.data or "").replace("\r\n", "\n")
    base, clause = form.base.data or 0, form.clause.data or ""
    if form.hides_marks and len(text) <= MAX_TEXT_BYTES and 0 < base <= policy.head_number:
        text = as_written(text, _words(get_version(policy.id, base), clause))
    return Edit(base=base, text=text, summary=form.summary.data or "", clause=clause)


def _page(policy: Policy, form: CorrectForm) -> str:
    form.text.data = showable(form.text.data or "")
    head = get_version(policy.id, policy.head_number)
    return render_template(
        "consultations/correct.html",
        policy=policy,
        form=form,
        clause=head.clause(form.clause.data or ""),
        is_open=policy.phase_now == Phase.CONSULTATION,
        is_possible=policy.phase_now in CORRECTABLE,
        head=head,
    )


@blueprint.route("/policies/<slug>/consultation/take-back", methods=["GET", "POST"])
@requires(Act.MOVE_PHASE, own_token_check=True)
def take_back(slug: str) -> ResponseReturnValue:
    """End a call that asks about the wrong text."""
    policy = _own(slug)
    form = TakeBackForm()
    if not (form.is_submitted() and form.validate()):
        status = failed(form) if form.is_submitted() else 200
        return _take_back_page(policy, form), status
    try:
        end_call(slug, form.reason.data, actor=current_actor())
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "reason")
        return _take_back_page(_own(slug), form), 422
    flash(_("The call is taken back. The draft is being written again."), "success")
    return redirect(url_for("policies.show", slug=policy.slug), 303)


def _take_back_page(policy: Policy, form: TakeBackForm) -> str:
    return render_template(
        "consultations/take_back.html", policy=policy, form=form, call=find_call(policy.id)
    )
