"""Read: the list, what changed lately, a policy, one clause."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.grants import may
from app.consensus.queries.offers import ArticleOffer, offer_on_article, offer_on_cards
from app.consensus.queries.states import find_shown, list_shown
from app.consultations.queries.corrections import CORRECTABLE, find_taken_back, list_notices
from app.discussions.services.waiting import find_notice
from app.errors import NotFound
from app.messages import N_
from app.policies import queries
from app.policies.models import ClauseNote, Policy
from app.policies.phases import Phase, allows
from app.policies.queries.course import closes_at, find_hold, next_closing, open_longer
from app.policies.routes import blueprint
from app.policies.rules import KINDS, LANGUAGES
from app.policies.services.noting import stale_notes
from app.policies.stamps import find_stamp, find_standing
from app.policies.versions import Version, get_version
from app.suggestions.queries.listing import Filters, count_all, count_by_clause, list_entries
from app.suggestions.rules import Opening, opening
from app.text.clauses import title_of
from app.text.outline import Clause, ClauseKind
from app.web.guard import current_actor, requires
from app.web.languages import locale
from app.web.law import Law, contents_of, law_of
from app.web.paging import number_argument
from app.web.visitor_cache import PageCache, cached_for_visitors

FEW = 3  # places of what people say that stand on the page of an article


def stamp_of_policy(slug: str, **_rest: object) -> str | None:
    """The version of everything the pages of one policy show."""
    return find_stamp(slug)


def standing_in_policy(actor: Actor, slug: str, **_rest: object) -> tuple[str, str] | None:
    """That version, and all that these pages show of the actor but the name."""
    return find_standing(slug, actor)


@blueprint.get("/policies")
@requires(Act.READ_POLICY)
def list_policies() -> ResponseReturnValue:
    actor = current_actor()
    filters = queries.Filters(
        phase=_one_of("phase", tuple(Phase)),
        kind=_one_of("kind", KINDS),
        language=_one_of("language", LANGUAGES),
        department=request.args.get("department", "")[:120],
    )
    rows, next_key = queries.list_policies(actor, filters, after=number_argument("page"))
    return render_template(
        "policies/list_policies.html",
        rows=rows,
        next_key=next_key,
        filters=filters,
        phases=list(Phase),
        kinds=KINDS,
        languages=LANGUAGES,
        departments=queries.list_departments_with_policies(actor),
        may_create=may(actor, Act.CREATE_POLICY),
    )


def _one_of(name: str, allowed: tuple[str, ...]) -> str:
    value = request.args.get(name, "")
    return value if value in allowed else ""


@blueprint.get("/recent")
@requires(Act.READ_POLICY)
def recent() -> ResponseReturnValue:
    rows, next_key = queries.list_recent(current_actor(), before=number_argument("page"))
    return render_template("policies/recent.html", rows=rows, next_key=next_key)


@blueprint.get("/policies/<slug>")
@requires(Act.READ_POLICY)
@cached_for_visitors(stamp_of_policy, standing_in_policy)
def show(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    policy = queries.get_policy(slug, actor)
    if policy.slug != slug:
        return redirect(url_for("policies.show", slug=policy.slug), 301)
    law = _law(policy, actor)
    return render_template(
        "policies/show.html",
        policy=policy,
        law=law,
        last=queries.get_revision(policy, policy.head_number, actor),
        first_number=queries.first_number(policy, actor),
        may=_acts(policy, actor),
        draft=queries.find_latest_draft(policy.id, actor),
        is_public=queries.is_public_now(policy),
        is_open=is_suggestible(policy),
        held=find_hold(policy),
        corrections=list_notices(policy, actor),
        taken_back=find_taken_back(policy),
        is_correctable=policy.phase_now in CORRECTABLE,
        closing=next_closing(policy),
    )


def _acts(policy: Policy, actor: Actor) -> dict[str, bool]:
    """What the page offers this person: allowed to them and open in this phase."""
    facts = queries.facts(policy, actor)
    return {
        act.value: allows(policy.phase_now, act) and bool(may(actor, act, facts))
        for act in (Act.EDIT_POLICY, Act.CHANGE_SETTINGS, Act.MAKE_PUBLIC, Act.POST_COMMENT)
    }


def is_suggestible(policy: Policy, clause: str | None = None) -> bool:
    """Whether the form for other words and comments, on ``clause`` or on the whole draft, is open to
    somebody who begins now."""
    now = clock.now()
    state = opening(policy.phase_now, policy.mode, closes_at(policy, clause), now, now)
    return state is not Opening.CLOSED


def _law(policy: Policy, actor: Actor) -> Law:
    """The rendered text with its buttons; the same for all who see the same discussion."""
    pages: PageCache = current_app.extensions["gongyi_pages"]
    since = queries.private_until(policy, actor)
    stamp = f"{policy.id}.{policy.page_version}"
    is_open, still_open = is_suggestible(policy), open_longer(policy)
    buttons = f"{is_open} {' '.join(sorted(still_open))}"
    keys = [(part, str(policy.id), locale(), str(since), buttons) for part in ("law", "contents")]
    kept = [pages.get(key, stamp) for key in keys]
    if kept[0] is not None and kept[1] is not None:
        return Law(kept[0].decode(), kept[1].decode())
    version = get_version(policy.id, policy.head_number)
    rendered = current_app.extensions["gongyi_renderer"].render_outline(
        version.outline, version.text
    )
    comments = count_by_clause(policy.id, since)
    law = law_of(
        policy.slug,
        policy.language,
        version,
        rendered,
        comments,
        is_open=is_open,
        still_open=still_open,
        statuses=list_shown(policy.id),
    )
    if not rendered.failed:
        pages.put(keys[0], stamp, law.html.encode())
        pages.put(keys[1], stamp, law.contents.encode())
    return law


@dataclass(frozen=True, slots=True)
class ClausePage:
    """What the page of one clause shows, whether it still stands or is gone."""

    clause: Clause
    version: Version
    is_gone: bool
    before: Clause | None = None
    after: Clause | None = None


@blueprint.get("/policies/<slug>/clauses/<ident>")
@requires(Act.READ_POLICY)
@cached_for_visitors(stamp_of_policy)
def clause(slug: str, ident: str) -> ResponseReturnValue:
    actor = current_actor()
    policy = queries.get_policy(slug, actor)
    if policy.slug != slug:
        return redirect(url_for("policies.clause", slug=policy.slug, ident=ident), 301)
    found = clause_page(policy, ident, actor)
    note = queries.find_note(policy.id, ident)
    here = Filters(clause=found.clause.id)
    rendered = current_app.extensions["gongyi_renderer"].render_outline(
        (found.clause,), found.version.text
    )
    entries, _more = list_entries(policy, actor, here, size=FEW)
    return render_template(
        "policies/clause.html",
        policy=policy,
        page=found,
        clause=found.clause,
        title=title_of(found.clause),
        html=rendered.slices[0].html,
        note=note,
        is_stale=_is_stale(found, note),
        entries=entries,
        stances=offer_on_cards(policy, [entry.shown for entry in entries], actor),
        stance=ArticleOffer() if found.is_gone else offer_on_article(policy, found.clause, actor),
        count=count_all(policy, actor, here).all,
        may=_acts(policy, actor),
        wait=find_notice(policy.id, actor),
        is_open=is_suggestible(policy, found.clause.id),
        own_closing=closes_at(policy, found.clause.id) if policy.usual_closes_at else None,
        is_correctable=policy.phase_now in CORRECTABLE,
        toc=contents_of(policy.slug, found.version.outline),
        is_public=queries.is_public_now(policy),
        status=None if found.is_gone else find_shown(policy.id, found.clause.id),
    )


def _is_stale(found: ClausePage, note: ClauseNote | None) -> bool:
    return note is not None and bool(stale_notes((found.clause,), {found.clause.id: note}))


def clause_page(policy: Policy, ident: str, actor: Actor) -> ClausePage:
    """The clause as it stands or last stood; NotFound when ``actor`` can read no such clause."""
    head = get_version(policy.id, policy.head_number)
    named = [c for c in head.outline if c.kind is not ClauseKind.HEADING]
    for position, candidate in enumerate(named):
        if candidate.id == ident:
            before = named[position - 1] if position else None
            after = named[position + 1] if position + 1 < len(named) else None
            return ClausePage(candidate, head, is_gone=False, before=before, after=after)
    heading = head.clause(ident)
    if heading is not None:
        return ClausePage(heading, head, is_gone=False)
    return _gone_page(policy, ident, actor)


def _gone_page(policy: Policy, ident: str, actor: Actor) -> ClausePage:
    gone = queries.find_gone(policy.id, ident)
    if gone is None or gone.last_number < queries.first_number(policy, actor):
        raise NotFound(N_("There is no such article in this draft."))
    last = get_version(policy.id, gone.last_number)
    clause = last.clause(ident)
    if clause is None:
        raise NotFound(N_("There is no such article in this draft."))
    return ClausePage(clause, last, is_gone=True)
