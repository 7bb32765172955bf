"""What the owner decides: who sees it, who edits it, what it is called, where it stands."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.access.acts import Act
from app.access.ensure import ensure
from app.errors import DomainError
from app.policies import queries
from app.policies.forms import (
    NoteForm,
    RenameForm,
    SettingsForm,
)
from app.policies.models import Policy
from app.policies.routes import blueprint
from app.policies.services import creating
from app.policies.services.noting import write_note
from app.policies.versions import get_version
from app.text.canonical import TextRefused
from app.text.policyfile import Note
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires


def _own(slug: str, act: Act = Act.CHANGE_SETTINGS) -> Policy:
    policy = queries.get_policy(slug, current_actor())
    ensure(current_actor(), act, queries.facts(policy, current_actor()))
    return policy


def _back(policy: Policy, sentence: str) -> Response:
    flash(sentence, "success")
    return redirect(url_for("policies.settings", slug=policy.slug), 303)


@blueprint.get("/policies/<slug>/settings")
@requires(Act.CHANGE_SETTINGS)
def settings(slug: str) -> ResponseReturnValue:
    return _settings_page(_own(slug))


def _settings_page(
    policy: Policy,
    *,
    form: SettingsForm | None = None,
    rename: RenameForm | None = None,
) -> str:
    """The settings page; a form that was refused stands in for its fresh twin."""
    department = policy.department.name if policy.department else ""
    fresh = {"mode": policy.mode, "plain_summary": policy.plain_summary}
    return render_template(
        "policies/settings.html",
        policy=policy,
        form=form or SettingsForm(formdata=None, department=department, **fresh),
        rename=rename or RenameForm(formdata=None, title=policy.title, slug=policy.slug),
        is_public=queries.is_public_now(policy),
    )


@blueprint.post("/policies/<slug>/settings")
@requires(Act.CHANGE_SETTINGS, own_token_check=True)
def change_settings(slug: str) -> ResponseReturnValue:
    policy = _own(slug)
    form = SettingsForm()
    if not form.validate():
        return _settings_page(policy, form=form), failed(form)
    try:
        policy = creating.change_settings(
            slug,
            mode=form.mode.data,
            department=form.department.data or "",
            plain_summary=form.plain_summary.data or "",
            actor=current_actor(),
        )
    except TextRefused as error:
        put_error(form, error, "plain_summary")
        return _settings_page(_own(slug), form=form), 422
    return _back(policy, _("The settings are saved."))


@blueprint.post("/policies/<slug>/rename")
@requires(Act.RENAME_POLICY, own_token_check=True)
def rename(slug: str) -> ResponseReturnValue:
    policy = _own(slug, Act.RENAME_POLICY)
    form = RenameForm()
    if not form.validate():
        return _settings_page(policy, rename=form), failed(form)
    try:
        policy = creating.rename(
            slug, title=form.title.data, new_slug=form.slug.data or "", actor=current_actor()
        )
    except (DomainError, TextRefused) as error:
        if error.field not in ("title", "slug"):
            raise
        put_error(form, error, "slug")
        return _settings_page(_own(slug), rename=form), 422
    return _back(policy, _("The draft has its new name. Old addresses still lead here."))


@blueprint.route("/policies/<slug>/clauses/<ident>/note", methods=["GET", "POST"])
@requires(Act.CHANGE_SETTINGS, own_token_check=True)
def note(slug: str, ident: str) -> ResponseReturnValue:
    """Plain words, legal basis and reason of one clause."""
    policy = _own(slug)
    clause = get_version(policy.id, policy.head_number).clause(ident)
    stored = queries.find_note(policy.id, ident)
    form = NoteForm(obj=stored)
    if not (form.is_submitted() and form.validate()):
        status = failed(form) if form.is_submitted() else 200
        page = render_template("policies/note.html", policy=policy, clause=clause, form=form)
        return page, status
    plain, basis, reason = (field.data or "" for field in (form.plain, form.basis, form.reason))
    wanted = Note(plain=plain, basis=basis, reason=reason)
    try:
        write_note(slug, ident, wanted, actor=current_actor())
    except TextRefused as error:
        put_error(form, error, "plain")
        return render_template("policies/note.html", policy=policy, clause=clause, form=form), 422
    flash(_("The explanation is saved."), "success")
    return redirect(url_for("policies.clause", slug=slug, ident=ident), 303)
