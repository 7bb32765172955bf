"""The page *How this draft stands*."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from app.access.acts import Act
from app.consensus.queries import weeks as queries
from app.consensus.routes import blueprint
from app.policies import queries as policy_queries
from app.policies.stamps import find_stamp
from app.policies.versions import get_version
from app.suggestions.queries.answered import list_credits
from app.suggestions.queries.listing import count_by_clause
from app.text.outline import ClauseKind
from app.web.guard import current_actor, requires
from app.web.paging import number_argument
from app.web.visitor_cache import cached_for_visitors


def _stamp(slug: str, **_rest: object) -> str | None:
    return find_stamp(slug)


@blueprint.get("/policies/<slug>/consensus")
@requires(Act.READ_POLICY)
@cached_for_visitors(_stamp)
def dashboard(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    policy = policy_queries.get_policy(slug, actor)
    first = policy_queries.first_number(policy, actor)
    head = get_version(policy.id, policy.head_number)
    zone = ZoneInfo(current_app.config["SETTINGS"].site_timezone)
    weeks = queries.list_weeks(policy, first, zone)
    return render_template(
        "consensus/dashboard.html",
        policy=policy,
        first_number=first,
        weeks=weeks,
        labels=[format_date(week.monday, "medium") for week in weeks],
        roles=queries.list_roles(policy, first),
        clauses=[clause for clause in head.outline if clause.kind is not ClauseKind.HEADING],
        last_changes=queries.get_last_changes(policy, first),
        said=count_by_clause(policy.id, policy_queries.private_until(policy, actor)),
        measured=queries.get_measured_number(policy),
    )


@blueprint.get("/policies/<slug>/clauses/<ident>/history")
@requires(Act.READ_POLICY)
@cached_for_visitors(_stamp)
def clause_history(slug: str, ident: str) -> ResponseReturnValue:
    """Which versions changed the words of one clause."""
    actor = current_actor()
    policy = policy_queries.get_policy(slug, actor)
    first = policy_queries.first_number(policy, actor)
    rows, next_key = queries.list_clause_changes(
        policy, ident, first, before=number_argument("page")
    )
    clause = get_version(policy.id, policy.head_number).clause(ident)
    return render_template(
        "consensus/clause_history.html",
        policy=policy,
        ident=ident,
        label=clause.label if clause else "",
        rows=rows,
        credits=list_credits(policy, [row[1].number for row in rows], actor),
        next_key=next_key,
        first_number=first,
    )
