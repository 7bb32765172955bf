"""Where the changes after the consultation come from: a public list, and the office's form."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.access.acts import Act
from app.access.grants import may
from app.consultations.forms import SourceForm
from app.consultations.queries.sources import (
    SourcedChange,
    SourceKind,
    consulted_number,
    list_changes,
)
from app.consultations.routes import blueprint
from app.consultations.services.sourcing import Place, Source, name_source
from app.errors import RuleBroken
from app.policies import queries as policy_queries
from app.policies.models import Policy
from app.policies.phases import allows
from app.policies.queries.course import office_facts
from app.policies.stamps import find_stamp
from app.text.canonical import TextRefused
from app.web.forms import failed, put_error, refused
from app.web.guard import current_actor, requires
from app.web.paging import number_argument
from app.web.visitor_cache import cached_for_visitors

PAGE_SIZE = 50  # changes of one kind, each with its words compared


def _stamp(slug: str, **_rest: object) -> str | None:
    return find_stamp(slug)


@blueprint.get("/policies/<slug>/sources")
@requires(Act.READ_POLICY)
@cached_for_visitors(_stamp)
def sources(slug: str) -> ResponseReturnValue:
    """The department's own changes first; for the office also those that nothing explains yet."""
    policy = policy_queries.get_policy(slug, current_actor())
    if policy.slug != slug:
        return redirect(url_for(".sources", slug=policy.slug), 301)
    return _page(policy, SourceForm(meta={"csrf": _is_office(policy)}))


@blueprint.post("/policies/<slug>/sources")
@requires(Act.NAME_SOURCES, own_token_check=True)
def name(slug: str) -> ResponseReturnValue:
    """Say of the chosen changes where they come from."""
    actor = current_actor()
    policy = policy_queries.get_policy(slug, actor)
    form = SourceForm()
    if not form.validate():
        return _page(policy, form), failed(form)
    source = Source(
        form.source_kind.data or "", form.source_numbers.data or "", form.source_reason.data or ""
    )
    try:
        count = name_source(slug, _chosen(), source, actor=actor)
    except (RuleBroken, TextRefused) as error:
        put_error(form, error, "source_kind")
        return _page(policy, form), refused(error)
    flash(
        ngettext("%(num)s change has a source now.", "%(num)s changes have a source now.", count),
        "success",
    )
    return redirect(url_for(".sources", slug=policy.slug), 303)


def _is_office(policy: Policy) -> bool:
    """Whether who asks may say where changes come from, now."""
    actor = current_actor()
    is_open = allows(policy.phase_now, Act.NAME_SOURCES)
    return is_open and bool(may(actor, Act.NAME_SOURCES, office_facts(policy, actor)))


def _chosen() -> list[Place]:
    """The changes ticked in the form, as (revision, clause)."""
    found = []
    for value in request.form.getlist("changes"):
        number, _dot, clause = value.partition(".")
        if number.isascii() and number.isdecimal() and len(number) < 10:
            found.append((int(number), clause))
    return found


def _page(policy: Policy, form: SourceForm) -> str:
    is_office = _is_office(policy)
    changes = list_changes(policy, with_drafts=is_office)
    again = request.args.get("again", "") if is_office else ""
    waiting = [one for one in changes if not one.is_sourced or _key(one) == again]
    page = max(1, number_argument("page", 1, most=10_000) or 1)
    listed = {
        kind: [one for one in changes if one.kind is kind and _key(one) != again]
        for kind in SourceKind
        if kind is not SourceKind.NONE
    }
    return render_template(
        "consultations/sources.html",
        policy=policy,
        form=form,
        is_office=is_office,
        chosen={f"{number}.{clause}" for number, clause in _chosen()} | {again},
        consulted=consulted_number(policy),
        waiting=_part(waiting, page),
        listed={kind: _part(found, page) for kind, found in listed.items()},
        counts={kind: len(found) for kind, found in listed.items()} | {"": len(waiting)},
        page=page,
        has_more=any(len(found) > page * PAGE_SIZE for found in (waiting, *listed.values())),
    )


def _key(change: SourcedChange) -> str:
    """How the form names a change."""
    return f"{change.number}.{change.clause}"


def _part(changes: Sequence[SourcedChange], page: int) -> Sequence[SourcedChange]:
    return changes[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
