"""Edit: the whole text or one clause, preview before saving, the conflict page, kept drafts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import cast

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.access.grants import may
from app.database import keep
from app.errors import DomainError, NotFound, RuleBroken
from app.messages import N_
from app.policies import queries
from app.policies.forms import EditForm, new_token
from app.policies.models import Policy
from app.policies.phases import Mode, takes_suggestions
from app.policies.queries.course import ensure_editable
from app.policies.routes import blueprint
from app.policies.routes.asking_source import save_with_source, source_form
from app.policies.rules import READY_REASONS, EditConflict, MergeNeedsLook, Saved
from app.policies.services.drafting import drop_draft, keep_draft
from app.policies.services.saving import Edit, preview
from app.policies.stamps import may_be_reviewed
from app.policies.versions import Version, get_version
from app.text.as_read import as_read, as_written
from app.text.canonical import MAX_TEXT_BYTES, TextRefused
from app.text.compare import compare
from app.text.merge import Conflict
from app.text.minor import may_be_minor
from app.web.error_pages import showable
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires

MORE = N_(
    "It changes a number, a word like “must”, or whole articles, so it does not count as spelling "
    "or punctuation only."
)


@blueprint.get("/policies/<slug>/edit")
@requires(Act.EDIT_POLICY)
def edit(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    policy = queries.get_policy(slug, actor)
    if _becomes_suggestion(policy, actor):
        return _other_door("suggest", slug)
    ensure(actor, Act.EDIT_POLICY, queries.facts(policy, actor))
    ensure_editable(policy)
    ident = request.args.get("clause", "")
    head = get_version(policy.id, policy.head_number)
    form = EditForm(base=head.number, edit_token=new_token(), clause=ident)
    text = base = _words(head, ident)
    draft = queries.find_draft(policy.id, actor, ident)
    if draft is not None and "fresh" not in request.args:
        form.base.data, form.summary.data = draft.base, draft.summary
        text, base = draft.text, _base_words(policy, draft.base, ident)
    form.show(text, base, with_marks=request.args.get("marks") == "shown")
    return _page(policy, form, draft_kept_at=draft.kept_at if draft else None)


def _becomes_suggestion(policy: Policy, actor: Actor) -> bool:
    """Whether a change by ``actor`` goes to the drafting group instead of into the text."""
    known = queries.facts(policy, actor)
    is_open = policy.mode == Mode.REVIEWED and takes_suggestions(policy.phase_now, policy.mode)
    return (
        is_open and not may(actor, Act.EDIT_POLICY, known) and bool(may(actor, Act.SUGGEST, known))
    )


def _other_door(view: str, slug: str) -> ResponseReturnValue:
    """The same form, as a suggestion: answered here, because a redirect would lose what was sent."""
    show = current_app.view_functions[f"suggestions.{view}"]
    return cast(ResponseReturnValue, show(slug=slug))


def _words(version: Version, ident: str) -> str:
    """What the form holds: the clause's words or the whole text."""
    if not ident:
        return version.text
    clause = version.clause(ident)
    if clause is None:
        raise NotFound(N_("This article is no longer in the text."))
    return clause.text.strip("\n")


def _base_words(policy: Policy, number: int, ident: str) -> str:
    """The words a form was made from; "" where there are none, so that no mark comes of them."""
    if number < queries.first_number(policy, current_actor()):
        return ""
    try:
        return _words(get_version(policy.id, number), ident)
    except NotFound:
        return ""


def _page(policy: Policy, form: EditForm, **more: object) -> str:
    ident = form.clause.data or ""
    form.text.data = showable(form.text.data or "")
    try:
        base = get_version(policy.id, _asked(form).base or policy.head_number)
    except NotFound:
        base = get_version(policy.id, policy.head_number)
    return render_template(
        "policies/edit.html",
        policy=policy,
        form=form,
        clause=base.clause(ident) if ident else None,
        ready_reasons=READY_REASONS,
        **{"source": source_form(policy), **more},
    )


def _asked(form: EditForm) -> Edit:
    base = form.base.data or 0
    return Edit(
        base=base if 0 < base < 2**31 else 0,
        text=(form.text.data or "").replace("\r\n", "\n"),
        summary=form.summary.data or "",
        clause=form.clause.data or "",
        token=(form.edit_token.data or "")[:40],
        is_minor=bool(form.minor.data),
    )


def _wanted(slug: str, form: EditForm) -> Edit:
    """What the form asks for; words shown as read have their marks again."""
    asked = _asked(form)
    if not form.hides_marks or len(asked.text) > MAX_TEXT_BYTES:
        return asked
    policy = queries.get_policy(slug, current_actor())
    base = _base_words(policy, asked.base, asked.clause)
    return replace(asked, text=as_written(asked.text, base))


@blueprint.post("/policies/<slug>/edit")
@requires(Act.EDIT_POLICY, own_token_check=True)
def save(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    if may_be_reviewed(slug, actor) and _becomes_suggestion(queries.get_policy(slug, actor), actor):
        return _other_door("receive", slug)
    form = EditForm()
    wanted = _wanted(slug, form)
    is_valid = form.validate()
    if "csrf_token" not in form.errors:  # another site may not write into anybody's draft
        keep(lambda: _keep(slug, wanted))
    if not is_valid:
        return _page(queries.get_policy(slug, actor), form), failed(form)
    if request.form.get("step") == "edit":
        return _page(queries.get_policy(slug, actor), form)
    if request.form.get("step") == "marks":
        return _other_form(queries.get_policy(slug, actor), form, wanted)
    if request.form.get("step") == "preview":
        return _preview(queries.get_policy(slug, actor), form, wanted)
    try:
        saved = save_with_source(slug, wanted, actor=actor)
    except EditConflict as conflict:
        return _conflict(slug, form, wanted, conflict)
    except MergeNeedsLook as look:
        return _look(slug, form, look)
    except (RuleBroken, TextRefused) as error:
        policy = queries.get_policy(slug, actor)
        source = source_form(policy)
        is_source = source is not None and error.field in source
        put_error(source if is_source and source else form, error)
        return _page(policy, form, source=source), refused(error)
    _tell(saved)
    anchor = f"c-{wanted.clause}" if wanted.clause else None
    return redirect(url_for("policies.show", slug=saved.slug, _anchor=anchor), 303)


def _keep(slug: str, wanted: Edit) -> None:
    """A refused save leaves the words in the person's draft."""
    if current_actor().is_anonymous or wanted.base <= 0:
        return
    with suppress(DomainError, TextRefused):  # what cannot be kept comes back on the page
        keep_draft(slug, wanted, actor=current_actor())


def _tell(saved: Saved) -> None:
    flash(_said(saved), "success")
    if saved.is_more:
        flash(_(MORE), "info")


def _said(saved: Saved) -> str:
    if saved.is_unchanged:
        return _("Nothing was different, so no new version was made.")
    if saved.is_merged:
        return _(
            "Saved as version %(number)s, together with what a colleague saved meanwhile.",
            number=saved.number,
        )
    return _("Saved as version %(number)s.", number=saved.number)


def _other_form(policy: Policy, form: EditForm, wanted: Edit) -> str:
    """The same words with their marks instead of without, or the other way round."""
    base = _base_words(policy, wanted.base, wanted.clause)
    form.show(wanted.text, base, with_marks=form.hides_marks)
    return _page(policy, form, is_arrived=True)


def _preview(policy: Policy, form: EditForm, wanted: Edit) -> ResponseReturnValue:
    base = queries.get_revision(policy, wanted.base, current_actor())
    before = get_version(policy.id, base.number)
    try:
        after = preview(before, wanted)
    except (RuleBroken, TextRefused) as error:
        put_error(form, error)
        return _page(policy, form), refused(error)
    renderer = current_app.extensions["gongyi_renderer"]
    changed = tuple(
        clause for clause in after.outline if not wanted.clause or clause.id == wanted.clause
    )
    return render_template(
        "policies/preview.html",
        policy=policy,
        form=form,
        source=source_form(policy),
        comparison=compare(before.outline, after.outline),
        is_more=wanted.is_minor and not may_be_minor(before.outline, after.outline),
        more=MORE,
        slices=renderer.render_outline(changed, after.text, preview=True).slices,
    )


def _conflict(
    slug: str, form: EditForm, wanted: Edit, conflict: EditConflict
) -> ResponseReturnValue:
    """409: before, theirs and yours, clause by clause; the person's words stay in the form."""
    actor = current_actor()
    policy = queries.get_policy(slug, actor)
    theirs = queries.get_revision(policy, conflict.head, actor)
    head = get_version(policy.id, conflict.head)
    ident = form.clause.data if form.clause.data and head.clause(form.clause.data) else ""
    again = EditForm(formdata=None, base=conflict.head, edit_token=new_token(), clause=ident)
    text = wanted.text if ident else conflict.draft
    again.show(text, _words(head, ident), with_marks=not form.hides_marks)
    again.summary.data, again.minor.data = form.summary.data, form.minor.data
    page = render_template(
        "policies/conflict.html",
        policy=policy,
        form=again,
        source=source_form(policy),
        conflicts=[_panels(one) for one in conflict.conflicts],
        theirs=theirs,
        base=form.base.data,
    )
    return page, 409


def _panels(conflict: Conflict) -> Conflict:
    """A conflict in words as read: its panels are looked at, not sent."""
    base, mine, theirs = (as_read(w) for w in (conflict.base, conflict.mine, conflict.theirs))
    return replace(conflict, base=base, mine=mine, theirs=theirs)


def _look(slug: str, form: EditForm, look: MergeNeedsLook) -> ResponseReturnValue:
    """409: the joined text with what may be wrong in it, to be confirmed or mended."""
    policy = queries.get_policy(slug, current_actor())
    again = EditForm(formdata=None, base=look.head, edit_token=new_token(), clause="")
    head = get_version(policy.id, look.head)
    again.show(look.text, head.text, with_marks=not form.hides_marks)
    again.summary.data, again.minor.data = form.summary.data, form.minor.data
    page = render_template(
        "policies/look.html",
        policy=policy,
        form=again,
        source=source_form(policy),
        warnings=look.warnings,
    )
    return page, 409


@blueprint.post("/policies/<slug>/draft")
@requires(Act.KEEP_DRAFT)
def draft(slug: str) -> ResponseReturnValue:
    """Keep for later; a script asks for this every few seconds, a button without one."""
    form = EditForm(meta={"csrf": False})
    wanted = _wanted(slug, form)
    if request.form.get("step") == "drop":
        drop_draft(slug, wanted.clause, actor=current_actor())
        return redirect(url_for("policies.edit", slug=slug, clause=wanted.clause or None), 303)
    if wanted.base < 1:
        raise RuleBroken(N_("Your page was made from a version that does not exist."))
    keep_draft(slug, wanted, actor=current_actor())
    if request.headers.get("X-Requested-With") == "fetch":
        return "", 204
    flash(_("Kept. Only you can see it."), "success")
    return redirect(url_for("policies.show", slug=slug), 303)
