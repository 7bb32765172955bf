"""Mark what one version did to the text as vandalism, and take the mark off."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.acts import Act
from app.errors import RuleBroken
from app.moderation import services
from app.moderation.forms import MarkForm
from app.moderation.queries.marks import Mark, list_marks
from app.moderation.queries.words import get_summary
from app.moderation.routes import blueprint
from app.moderation.rules import Action, Kind, Rule
from app.moderation.services import Decision
from app.moderation.services.objects import ensure_may_moderate, find_words
from app.policies.models import Policy, Revision
from app.web.forms import failed, put_error
from app.web.guard import current_actor, requires


@blueprint.get("/moderation/revisions/<int:revision_id>")
@requires(Act.MODERATE)
def revision(revision_id: int) -> ResponseReturnValue:
    policy, shown = _find(revision_id)
    form = MarkForm(formdata=None)
    mark = list_marks(policy.id, [shown.number]).get(shown.number)
    form.action.data = Action.UNMARK if mark else Action.MARK
    return _page(policy, shown, mark, form)


@blueprint.post("/moderation/revisions/<int:revision_id>")
@requires(Act.MODERATE, own_token_check=True)
def act_on_revision(revision_id: int) -> ResponseReturnValue:
    policy, shown = _find(revision_id)
    form = MarkForm()
    if not _decide(form, revision_id):
        mark = list_marks(policy.id, [shown.number]).get(shown.number)
        return _page(policy, shown, mark, form), failed(form)
    return redirect(url_for("policies.revision", slug=policy.slug, number=shown.number), 303)


def _find(revision_id: int) -> tuple[Policy, Revision]:
    ensure_may_moderate(find_words(Kind.REVISION, revision_id, current_actor()), current_actor())
    return get_summary(revision_id, current_actor())


def _page(policy: Policy, shown: Revision, mark: Mark | None, form: MarkForm) -> str:
    return render_template(
        "moderation/revision.html", policy=policy, revision=shown, mark=mark, form=form
    )


def _decide(form: MarkForm, revision_id: int) -> bool:
    """Whether it was done; if not, the form must be shown again with its reason."""
    if not form.validate():
        return False
    decision = Decision(form.action.data or "", Rule.VANDALISM, form.reason.data or "")
    try:
        done = services.act(Kind.REVISION, revision_id, decision, actor=current_actor())
    except RuleBroken as error:
        if error.field == "action":
            raise  # somebody was faster; the form no longer fits
        put_error(form, error, "reason")
        return False
    flash(
        _("Marked. How the draft stands is counted without this change; the text stays.")
        if done.action == Action.MARK
        else _("The mark is gone. The change counts again."),
        "success",
    )
    return True
