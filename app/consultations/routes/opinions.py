"""What experts signed and what other departments said about a draft, and the forms for both."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access.acts import Act
from app.access.ensure import ensure
from app.access.grants import may
from app.consultations import rules
from app.consultations.beside_forms import DepartmentForm, OpinionForm
from app.consultations.models import DepartmentOpinion
from app.consultations.queries import beside
from app.consultations.queries.calendar import day_of
from app.consultations.routes import blueprint
from app.consultations.routes.meetings import keeps_papers, own_office
from app.consultations.services import signing_opinions
from app.consultations.services.asking_departments import put_department
from app.errors import RuleBroken
from app.policies import queries
from app.policies.models import Policy
from app.policies.queries.course import office_facts
from app.policies.stamps import find_stamp
from app.policies.versions import get_version
from app.text.canonical import TextRefused
from app.text.clauses import title_of
from app.text.labels import spoken
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires
from app.web.visitor_cache import cached_for_visitors


@blueprint.get("/policies/<slug>/opinions")
@requires(Act.READ_POLICY)
@cached_for_visitors(find_stamp)
def opinions(slug: str) -> ResponseReturnValue:
    """Every signed opinion, whole, with affiliation and declared interest."""
    actor = current_actor()
    policy = queries.get_policy(slug, actor)
    if policy.slug != slug:
        return redirect(url_for(".opinions", slug=policy.slug), 301)
    rows = beside.list_opinions(policy.id)
    head = get_version(policy.id, policy.head_number)
    places = {row.clause: head.clause(row.clause) for row in rows if row.clause}
    return render_template(
        "consultations/opinions.html",
        policy=policy,
        rows=rows,
        labels={ident: spoken(place.label) for ident, place in places.items() if place},
        may_sign=bool(may(actor, Act.GIVE_OPINION, office_facts(policy, actor))),
        is_public=queries.is_public_now(policy),
    )


@blueprint.route("/policies/<slug>/opinions/sign", methods=["GET", "POST"])
@requires(Act.GIVE_OPINION, own_token_check=True)
def sign_opinion(slug: str) -> ResponseReturnValue:
    """Write an opinion and sign it; it is public at once and is not changed afterwards."""
    actor = current_actor()
    policy = queries.get_policy(slug, actor)
    ensure(actor, Act.GIVE_OPINION, office_facts(policy, actor))
    form = OpinionForm()
    if not form.is_submitted():
        form.name.data, form.affiliation.data = actor.name, actor.speaks_for
        return _sign_page(policy, form)
    if not form.validate():
        return _sign_page(policy, form), failed(form)
    try:
        opinion = signing_opinions.sign_opinion(slug, form.wanted(), actor=actor)
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "words")
        return _sign_page(policy, form), refused(error)
    flash(_("Your opinion is signed and stands here."), "success")
    anchor = f"opinion-{opinion.id}"
    return redirect(url_for(".opinions", slug=policy.slug, _anchor=anchor), 303)


def _sign_page(policy: Policy, form: OpinionForm) -> str:
    outline = get_version(policy.id, policy.head_number).outline
    names = rules.names_of(outline)
    return render_template(
        "consultations/sign_opinion.html",
        policy=policy,
        form=form,
        names=[(names[clause.id], title_of(clause)) for clause in outline if clause.id in names],
    )


@blueprint.get("/policies/<slug>/departments")
@requires(Act.READ_POLICY)
def departments(slug: str) -> ResponseReturnValue:
    """Who was asked, by when, what they said, and what could not be settled."""
    policy = queries.get_policy(slug, current_actor())
    if policy.slug != slug:
        return redirect(url_for(".departments", slug=policy.slug), 301)
    return render_template(
        "consultations/departments.html",
        policy=policy,
        rows=beside.list_departments(policy.id),
        today=day_of(clock.now()),
        is_office=keeps_papers(policy),
        is_public=queries.is_public_now(policy),
    )


@blueprint.route("/policies/<slug>/departments/new", methods=["GET", "POST"])
@requires(Act.KEEP_PAPERS, own_token_check=True)
def new_department(slug: str) -> ResponseReturnValue:
    """Put a department on the list."""
    policy = own_office(slug)
    form = DepartmentForm()
    if not form.is_submitted():
        form.asked_on.data = day_of(clock.now())
        return _department_page(policy, form, None)
    return _put(policy, form, None)


@blueprint.route("/policies/<slug>/departments/<int:number>/edit", methods=["GET", "POST"])
@requires(Act.KEEP_PAPERS, own_token_check=True)
def edit_department(slug: str, number: int) -> ResponseReturnValue:
    """Write down what a department answered."""
    policy = own_office(slug)
    row = beside.get_department(policy.id, number)
    form = DepartmentForm()
    if not form.is_submitted():
        form.show(row)
        return _department_page(policy, form, row)
    return _put(policy, form, row)


def _put(
    policy: Policy, form: DepartmentForm, row: DepartmentOpinion | None
) -> ResponseReturnValue:
    if not form.validate():
        return _department_page(policy, form, row), failed(form)
    number = row.id if row else None
    try:
        put_department(policy.slug, form.wanted(), actor=current_actor(), number=number)
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "department")
        return _department_page(policy, form, row), refused(error)
    flash(_("The list is saved."), "success")
    return redirect(url_for(".departments", slug=policy.slug), 303)


def _department_page(policy: Policy, form: DepartmentForm, row: DepartmentOpinion | None) -> str:
    return render_template("consultations/department.html", policy=policy, form=form, row=row)
