"""Why a clause stands as it does: its figures, and what each of them counts, on one address."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.access.acts import Act
from app.consensus.queries.clause_acts import list_acts
from app.consensus.queries.disputes import list_disputes
from app.consensus.queries.evidence import find_ladder, find_readings
from app.consensus.queries.facts import get_thresholds
from app.consensus.queries.positions import find_stance
from app.consensus.queries.states import find_state
from app.consensus.routes import blueprint
from app.consensus.routes.dashboard import name_of
from app.consensus.rules.agreement import verdict
from app.consensus.rules.figures import MEASURES_VERSION
from app.consensus.rules.listed import is_listed
from app.consensus.rules.status import Status
from app.consensus.rules.wording import of_clause, wording_of
from app.errors import NotFound
from app.messages import N_
from app.policies import queries as policy_queries
from app.policies.routes.reading import clause_page
from app.suggestions.queries.listing import Filters, list_entries
from app.suggestions.queries.views import ContributionView
from app.web.guard import current_actor, requires

OPEN_SHOWN = 10  # of what waits for an answer; the list of the clause has all


@blueprint.get("/policies/<slug>/consensus/<ident>")
@requires(Act.READ_POLICY)
def clause(slug: str, ident: str) -> ResponseReturnValue:
    """Kept for nobody: it shows positions, which make no page stale when they are taken."""
    actor = current_actor()
    policy = policy_queries.get_policy(slug, actor)
    if policy.slug != slug:
        return redirect(url_for(".clause", slug=policy.slug, ident=ident), 301)
    found = clause_page(policy, ident, actor)
    if found.is_gone:
        return redirect(url_for("policies.clause", slug=policy.slug, ident=ident), 302)
    if not is_listed(found.clause):
        raise NotFound(N_("There is no such article in this draft."))
    first = policy_queries.first_number(policy, actor)
    state = find_state(policy.id, ident)
    limits = get_thresholds(policy.id)
    ladder = find_ladder(policy, ident, first)
    is_disputed = state is not None and state.shown == Status.CONTESTED
    recent = list_disputes(policy, actor, clause=ident).rows
    earlier = [] if recent else list_disputes(policy, actor, is_whole=True, clause=ident).rows
    stance = find_stance(policy.id, of_clause(ident), wording_of(found.clause))
    waiting = Filters(clause=ident, only_open=True)
    entries, _more = list_entries(policy, actor, waiting, size=OPEN_SHOWN)
    return render_template(
        "consensus/clause.html",
        policy=policy,
        clause=found.clause,
        name=name_of(found.clause),
        state=state,
        limits=limits,
        ladder=ladder,
        disputes=recent or earlier,
        is_recent=bool(recent),
        readings=find_readings(policy, ident, ladder, first)
        if is_disputed and not recent
        else None,
        entries=[entry for entry in entries if _counts(entry.shown)],
        acts=list_acts(policy, ident),
        stance=stance,
        verdict=verdict(stance.roles, limits.gap),
        statement=of_clause(ident),
        first_number=first,
        measures_version=MEASURES_VERSION,
    )


def _counts(view: ContributionView) -> bool:
    """Whether everybody reads it: what is hidden, held or unconfirmed is in no figure above it."""
    return view.marker is None and view.held_until is None and not view.is_waiting
