"""What people say on a draft or on one of its articles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access.actor import Actor
from app.access.acts import Act
from app.access.grants import may
from app.consensus.queries.offers import offer_on_cards
from app.discussions.rules import is_clause_id
from app.discussions.services.waiting import find_notice
from app.errors import NotFound
from app.messages import N_
from app.moderation.services.holding import offer_hold
from app.policies.models import Policy
from app.policies.queries import facts, get_policy, is_public_now
from app.policies.routes.reading import ClausePage, clause_page, is_suggestible
from app.suggestions.queries import listing
from app.suggestions.queries.listing import Entry, Filters, PageKey
from app.suggestions.routes import blueprint
from app.suggestions.routes.unlocked import stamp_unless_unlocked, unlocked
from app.suggestions.rules import Kind
from app.text.labels import spoken
from app.web.guard import current_actor, requires
from app.web.paging import number_argument
from app.web.visitor_cache import cached_for_visitors

_KEY = re.compile(r"[0-9]{1,9}(?:-[0-9]{1,9}){0,2}", re.ASCII)


@blueprint.get("/policies/<slug>/suggestions")
@requires(Act.READ_POLICY)
@cached_for_visitors(stamp_unless_unlocked)
def list_suggestions(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    policy = get_policy(slug, actor)
    filters = _filters()
    if policy.slug != slug:
        here = url_for(
            "suggestions.list_suggestions", slug=policy.slug, clause=filters.clause or None
        )
        return redirect(here, 301)
    place = clause_page(policy, filters.clause, actor) if filters.clause else None
    receipts = unlocked()
    before = _page_key()
    entries, next_key = listing.list_entries(
        policy, actor, filters, receipts=receipts, before=before
    )
    return render_template(
        "suggestions/list.html",
        policy=policy,
        is_public=is_public_now(policy),
        filters=filters,
        place=place,
        label=spoken(place.clause.label) if place else "",
        present=_present(place),
        sections=_sections(entries, filters),
        stances=offer_on_cards(policy, [entry.shown for entry in entries], actor),
        is_first_page=before is None,
        next_key="-".join(map(str, next_key)) if next_key else None,
        counts=listing.count_all(policy, actor, filters, receipts=receipts),
        may_write=is_suggestible(policy, place.clause.id if place else None),
        may=_acts(policy, actor),
        wait=find_notice(policy.id, actor),
        offer=offer_hold(policy, actor),
    )


def _filters() -> Filters:
    """What the address asks for; anything odd narrows nothing, but an article must exist."""
    clause = request.args.get("clause", "")
    if clause and not is_clause_id(clause):
        raise NotFound(N_("There is no such article in this draft."))
    kind, sort = request.args.get("kind", ""), request.args.get("sort", "")
    return Filters(
        clause=clause,
        kind=kind if kind in set(Kind) else "",
        only_open=request.args.get("state") == "open",
        sort=sort if sort in listing.SORTS else "newest",
        group=number_argument("group"),
    )


def _page_key() -> PageKey | None:
    raw = request.args.get("page", "")
    return tuple(map(int, raw.split("-"))) if _KEY.fullmatch(raw) else None


def _present(place: ClausePage | None) -> str:
    """The words of the article as they are now, rendered; "" when it is gone."""
    if place is None or place.is_gone:
        return ""
    renderer = current_app.extensions["gongyi_renderer"]
    html: str = renderer.render_outline((place.clause,), place.version.text).slices[0].html
    return html


def _sections(entries: Sequence[Entry], filters: Filters) -> list[tuple[str, list[Entry]]]:
    """The entries under their headings: "suggestions", then "others"; or all under none."""
    if not filters.has_sections:
        return [("", list(entries))]
    parts = groupby(entries, lambda entry: entry.shown.is_suggestion)
    return [("suggestions" if suggested else "others", list(part)) for suggested, part in parts]


def _acts(policy: Policy, actor: Actor) -> dict[str, bool]:
    """What the page offers this person besides reading."""
    subject = facts(policy, actor)
    return {act.value: bool(may(actor, act, subject)) for act in (Act.ANSWER, Act.MODERATE)}
