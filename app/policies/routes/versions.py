"""Versions: the history, one version, its raw text, two compared, going back to one."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.actor import Actor, Role
from app.access.acts import Act
from app.access.grants import may
from app.access.predicates import Subject
from app.errors import NotFound
from app.messages import N_
from app.moderation.queries.marks import list_marks
from app.policies import queries
from app.policies.models import Policy, Revision
from app.policies.phases import allows
from app.policies.routes import blueprint
from app.policies.routes.reading import stamp_of_policy, standing_in_policy
from app.policies.services.saving import restore as restore_revision
from app.policies.versions import get_version
from app.suggestions.queries.answered import list_credits
from app.text.compare import compare as compare_outlines
from app.web.guard import current_actor, requires
from app.web.paging import number_argument
from app.web.visitor_cache import cached_for_visitors


@blueprint.get("/policies/<slug>/history")
@requires(Act.READ_POLICY)
@cached_for_visitors(stamp_of_policy, standing_in_policy)
def history(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    policy = queries.get_policy(slug, actor)
    rows, next_key = queries.list_revisions(policy, actor, before=number_argument("page"))
    return render_template(
        "policies/history.html",
        policy=policy,
        rows=rows,
        next_key=next_key,
        marks=list_marks(policy.id, [row[0].number for row in rows]),
        credits=list_credits(policy, [row[0].number for row in rows], actor),
        first_number=queries.first_number(policy, actor),
    )


def _standing_before_version(actor: Actor, slug: str, **_rest: object) -> tuple[str, str] | None:
    """Volunteers share no page: whether they may hide the reason line depends on whose it is."""
    return None if actor.role is Role.VOLUNTEER else standing_in_policy(actor, slug)


@blueprint.get("/policies/<slug>/revisions/<int:number>")
@requires(Act.READ_POLICY)
@cached_for_visitors(stamp_of_policy, _standing_before_version)
def revision(slug: str, number: int) -> ResponseReturnValue:
    actor = current_actor()
    policy = queries.get_policy(slug, actor)
    shown = queries.get_revision(policy, number, actor)
    version = get_version(policy.id, number)
    renderer = current_app.extensions["gongyi_renderer"]
    may_moderate = may(actor, Act.MODERATE, _authored(policy, shown))
    return render_template(
        "policies/revision.html",
        policy=policy,
        revision=shown,
        credits=list_credits(policy, [number], actor).get(number, []),
        hidden_summary=queries.find_hidden_summary(shown.id),
        mark=list_marks(policy.id, [number]).get(number),
        may_moderate=may_moderate,
        may_mark=number > 1 and may_moderate and not queries.has_written(policy, actor),
        slices=renderer.render_outline(version.outline, version.text).slices,
        may_restore=_may_restore(policy),
        first_number=queries.first_number(policy, actor),
    )


def _authored(policy: Policy, revision: Revision) -> Subject:
    """The facts that decide who may hide the reason line of ``revision``."""
    known = revision.author_role in set(Role)
    role = Role(revision.author_role) if known else Role.UNKNOWN
    stands_on = queries.facts(policy, current_actor())
    return replace(stands_on, author_id=revision.author_id, author_role=role)


def _may_restore(policy: Policy) -> bool:
    actor = current_actor()
    allowed = may(actor, Act.EDIT_POLICY, queries.facts(policy, actor))
    return bool(allowed) and allows(policy.phase_now, Act.EDIT_POLICY)


@blueprint.get("/policies/<slug>/revisions/<int:number>/raw")
@requires(Act.READ_POLICY)
def raw(slug: str, number: int) -> ResponseReturnValue:
    """The canonical text exactly as stored and hashed."""
    policy = queries.get_policy(slug, current_actor())
    queries.get_revision(policy, number, current_actor())
    version = get_version(policy.id, number)
    return Response(version.text, mimetype="text/plain")


@blueprint.get("/policies/<slug>/compare")
@requires(Act.READ_POLICY)
def choose_two(slug: str) -> ResponseReturnValue:
    """The form of the history page: two numbers become the address of their comparison."""
    policy = queries.get_policy(slug, current_actor())
    a, b = number_argument("from", policy.head_number), number_argument("to", policy.head_number)
    return redirect(url_for("policies.compare", slug=policy.slug, pair=f"{a}...{b}"), 303)


@blueprint.get("/policies/<slug>/compare/<pair>")
@requires(Act.READ_POLICY)
@cached_for_visitors(stamp_of_policy, standing_in_policy)
def compare(slug: str, pair: str) -> ResponseReturnValue:
    actor = current_actor()
    policy = queries.get_policy(slug, actor)
    a, b = _numbers(pair)
    before = queries.get_revision(policy, a, actor)
    after = queries.get_revision(policy, b, actor)
    comparison = compare_outlines(
        get_version(policy.id, a).outline, get_version(policy.id, b).outline
    )
    return render_template(
        "policies/compare.html",
        policy=policy,
        before=before,
        after=after,
        comparison=comparison,
        hidden_summary=queries.find_hidden_summary(after.id),
        first_number=queries.first_number(policy, actor),
    )


def _numbers(pair: str) -> tuple[int, int]:
    first, _dots, second = pair.partition("...")
    for number in (first, second):
        if not (number.isascii() and number.isdecimal() and len(number) <= 9):
            raise NotFound(N_("There is no such version."))
    return int(first), int(second)


@blueprint.post("/policies/<slug>/revisions/<int:number>/restore")
@requires(Act.EDIT_POLICY)
def restore(slug: str, number: int) -> ResponseReturnValue:
    summary = request.form.get("summary", "")
    default = _("Back to version %(number)s", number=number)
    saved = restore_revision(slug, number, actor=current_actor(), summary=summary or default)
    if saved.is_unchanged:
        flash(_("The text is the same as that version already."), "info")
    else:
        flash(_("Saved as version %(number)s.", number=saved.number), "success")
    return redirect(url_for("policies.show", slug=saved.slug), 303)
