"""Start a draft."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.errors import DomainError
from app.policies.forms import NewPolicyForm
from app.policies.routes import blueprint
from app.policies.services.creating import NewPolicy, create_policy
from app.text.canonical import TextRefused
from app.web.error_pages import showable
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires


@blueprint.route("/policies/new", methods=["GET", "POST"])
@requires(Act.CREATE_POLICY, own_token_check=True)
def new() -> ResponseReturnValue:
    form = NewPolicyForm()
    if not form.is_submitted():
        form.visibility.data = "private"
        return render_template("policies/new.html", form=form)
    if request.form.get("step") == "fill":  # the text comes from Word, the rest is still to be said
        form.text.data = showable(form.text.data or "")
        return render_template("policies/new.html", form=form)
    if not form.validate():
        return render_template("policies/new.html", form=form), failed(form)
    try:
        policy = create_policy(_wanted(form), actor=current_actor())
    except (DomainError, TextRefused) as error:
        return _again(form, error)
    flash(_("Your draft is saved as version 1."), "success")
    return redirect(url_for("policies.show", slug=policy.slug), 303)


def _again(form: NewPolicyForm, error: DomainError | TextRefused) -> ResponseReturnValue:
    put_error(form, error)
    form.text.data = showable(form.text.data or "")
    return render_template("policies/new.html", form=form), refused(error)


def _wanted(form: NewPolicyForm) -> NewPolicy:
    return NewPolicy(
        title=form.title.data or "",
        language=form.language.data,
        kind=form.kind.data,
        department=form.department.data or "",
        text=form.text.data or "",
        summary=form.summary.data or "",
        is_public=form.visibility.data != "private",
        mode=form.mode.data or "reviewed",
        phase=form.phase.data or "drafting",
    )
