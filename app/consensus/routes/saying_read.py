"""Say that one has read an article and has no comment, and take that back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.access.grants import may
from app.accounts.rules import own_path
from app.consensus.forms import BACK, ReadForm
from app.consensus.queries.positions import find_own_reading
from app.consensus.queries.statements import get_statement
from app.consensus.routes import blueprint
from app.consensus.rules.wording import of_clause
from app.consensus.services import saying_read
from app.errors import RuleBroken
from app.policies.models import Policy
from app.policies.phases import allows
from app.policies.queries import facts, get_policy, is_public_now
from app.policies.versions import get_version
from app.web.error_pages import translated
from app.web.forms import failed
from app.web.guard import current_actor, requires


@blueprint.get("/policies/<slug>/clauses/<ident>/read")
@requires(Act.READ_POLICY)
def read(slug: str, ident: str) -> ResponseReturnValue:
    policy = get_policy(slug, current_actor())
    if policy.slug != slug:
        return redirect(url_for(".read", slug=policy.slug, ident=ident), 301)
    return _page(policy, ident)


@blueprint.post("/policies/<slug>/clauses/<ident>/read")
@requires(Act.SAY_READ, own_token_check=True)
def say_read(slug: str, ident: str) -> ResponseReturnValue:
    actor = current_actor()
    form = ReadForm()
    if not form.validate():
        sentences = [sentence for found in form.errors.values() for sentence in found]
        return _page(get_policy(slug, actor), ident, sentences, form), failed(form)
    is_read = form.step.data != BACK
    try:
        saying_read.say_read(slug, ident, actor=actor, is_read=is_read)
    except RuleBroken as error:
        return _page(get_policy(slug, actor), ident, [translated(error.message)], form), 422
    flash(_("Noted: read, no comment.") if is_read else _("Taken back."), "success")
    path = own_path(form.next.data)
    if path == "/":
        path = url_for("policies.clause", slug=slug, ident=ident)
    return redirect(path, 303)


def _page(
    policy: Policy,
    ident: str,
    errors: Sequence[str] = (),
    form: ReadForm | None = None,
) -> str:
    """``form`` is what was pressed and did not get through."""
    actor = current_actor()
    statement = get_statement(policy, of_clause(ident), actor)
    version = get_version(policy.id, statement.number)
    rendered = current_app.extensions["gongyi_renderer"].render_outline(
        (statement.clause,), version.text
    )
    reading = find_own_reading(policy.id, ident, actor)
    return render_template(
        "consensus/read.html",
        policy=policy,
        ident=ident,
        statement=statement,
        html=rendered.slices[0].html,
        reading=reading,
        is_fresh=reading is not None and reading.wording == statement.wording,
        is_open=allows(policy.phase_now, Act.SAY_READ) and not statement.closed,
        permission=may(actor, Act.SAY_READ, facts(policy, actor)),
        errors=errors,
        is_taking_back=form is not None and form.step.data == BACK,
        came_from=form.next.data if form else None,
        is_public=is_public_now(policy),
    )
