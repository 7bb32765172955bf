"""The explanation of a draft and its other papers: the public page and the office's form."""

from __future__ import annotations

from dataclasses import replace

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.access.acts import Act
from app.consultations.beside_forms import AnnexForm
from app.consultations.models import Annex
from app.consultations.queries import beside
from app.consultations.queries.preparedness import EXPLANATION
from app.consultations.routes import blueprint
from app.consultations.routes.meetings import keeps_papers, own_office
from app.consultations.services.keeping_annexes import save_annex
from app.errors import RuleBroken
from app.policies import queries
from app.policies.models import Policy
from app.policies.stamps import find_stamp
from app.text.canonical import TextRefused
from app.text.clauses import outline
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires
from app.web.visitor_cache import cached_for_visitors


@blueprint.get("/policies/<slug>/annexes")
@requires(Act.READ_POLICY)
@cached_for_visitors(find_stamp)
def annexes(slug: str) -> ResponseReturnValue:
    """The papers, the explanation first, each whole."""
    policy = queries.get_policy(slug, current_actor())
    if policy.slug != slug:
        return redirect(url_for(".annexes", slug=policy.slug), 301)
    rows = beside.list_annexes(policy.id)
    return render_template(
        "consultations/annexes.html",
        policy=policy,
        papers=[(row, _rendered(row)) for row in rows],
        lacks_explanation=all(row.kind != EXPLANATION for row in rows),
        is_office=keeps_papers(policy),
        is_public=queries.is_public_now(policy),
    )


def _rendered(annex: Annex) -> list[Markup]:
    """The paper as the renderer shows it, slice by slice; no id of one paper meets another's."""
    slices = tuple(
        replace(clause, id=f"annex{annex.id}-{place}")
        for place, clause in enumerate(outline(annex.text), start=1)
    )
    shown = current_app.extensions["gongyi_renderer"].render_outline(slices, annex.text)
    return [one.html for one in shown.slices]


@blueprint.route("/policies/<slug>/annexes/new", methods=["GET", "POST"])
@requires(Act.KEEP_PAPERS, own_token_check=True)
def new_annex(slug: str) -> ResponseReturnValue:
    """Write the explanation (``?kind=explanation``) or another paper."""
    policy = own_office(slug)
    form = AnnexForm()
    if not form.is_submitted():
        is_explanation = request.args.get("kind") == EXPLANATION
        form.kind.data = EXPLANATION if is_explanation else "paper"
        if is_explanation:
            form.title.data = _("Explanation of the draft")
        return _page(policy, form, None)
    return _save(policy, form, None)


@blueprint.route("/policies/<slug>/annexes/<int:number>/edit", methods=["GET", "POST"])
@requires(Act.KEEP_PAPERS, own_token_check=True)
def edit_annex(slug: str, number: int) -> ResponseReturnValue:
    """Change a paper."""
    policy = own_office(slug)
    annex = beside.get_annex(policy.id, number)
    form = AnnexForm()
    if not form.is_submitted():
        form.kind.data, form.title.data, form.text.data = annex.kind, annex.title, annex.text
        return _page(policy, form, annex)
    return _save(policy, form, annex)


def _save(policy: Policy, form: AnnexForm, annex: Annex | None) -> ResponseReturnValue:
    if not form.validate():
        return _page(policy, form, annex), failed(form)
    number = annex.id if annex else None
    try:
        saved = save_annex(policy.slug, form.wanted(), actor=current_actor(), number=number)
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "text")
        return _page(policy, form, annex), refused(error)
    flash(_("The paper is saved."), "success")
    anchor = f"annex-{saved.id}"
    return redirect(url_for(".annexes", slug=policy.slug, _anchor=anchor), 303)


def _page(policy: Policy, form: AnnexForm, annex: Annex | None) -> str:
    return render_template("consultations/annex.html", policy=policy, form=form, annex=annex)
