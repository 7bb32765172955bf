"""How comments were handled: the public table of answers, its totals first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.access.acts import Act
from app.access.grants import may
from app.consultations.queries.due import due_of
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries import first_number, get_policy, is_public_now
from app.policies.queries.course import office_facts
from app.policies.stamps import find_stamp
from app.policies.versions import get_version
from app.suggestions.queries.answer_rows import AnswerRow, list_rows
from app.suggestions.queries.answers_table import (
    APART,
    LATE,
    Narrowed,
    Totals,
    list_numbers,
    totals,
)
from app.suggestions.queries.owed import count_owed
from app.suggestions.routes import blueprint
from app.suggestions.routes.places import clause_named
from app.suggestions.rules import Outcome
from app.text.labels import spoken
from app.web.guard import current_actor, requires
from app.web.paging import number_argument
from app.web.visitor_cache import cached_for_visitors

PAGE_SIZE = 25  # contributions; with long words and reasons the page stays below 100 KB


@blueprint.get("/policies/<slug>/answers")
@requires(Act.READ_POLICY)
@cached_for_visitors(find_stamp)
def answers(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    policy = get_policy(slug, actor)
    if policy.slug != slug:
        return redirect(url_for("suggestions.answers", slug=policy.slug), 301)
    narrowed = _narrowed(policy)
    found = list_numbers(
        policy.id, narrowed, after=number_argument("after", 0) or 0, size=PAGE_SIZE + 1
    )
    rows = list(list_rows(policy, found[:PAGE_SIZE], actor))
    is_coming_out = policy.answers_at is not None and policy.answers_at <= clock.now()
    return render_template(
        "suggestions/answers.html",
        policy=policy,
        is_public=is_public_now(policy),
        totals=_totals(policy),
        owed=count_owed(policy.id) if is_coming_out else None,
        is_coming_out=is_coming_out,
        due=due_of(policy),
        is_open=policy.phase_now == Phase.CONSULTATION,
        narrowed=narrowed,
        is_late=narrowed.became == LATE,
        numbers=[(number, list(group)) for number, group in groupby(rows, lambda row: row.number)],
        labels=_labels(policy, rows),
        is_first_page=number_argument("after") is None,
        next_key=found[PAGE_SIZE - 1].number if len(found) > PAGE_SIZE else None,
        may_work=bool(may(actor, Act.PREPARE_ANSWERS, office_facts(policy, actor))),
    )


def _totals(policy: Policy) -> Totals:
    """The totals, counted once for each page version: whatever changes them raises it."""
    kept: dict[int, tuple[int, Totals]]
    kept = current_app.extensions.setdefault("gongyi_totals", {})
    version, found = kept.get(policy.id, (0, None))
    if found is None or version != policy.page_version:
        found = totals(policy.id)
        kept[policy.id] = policy.page_version, found
    return found


def _narrowed(policy: Policy) -> Narrowed:
    """What the address asks for; anything odd narrows nothing."""
    became = request.args.get("became", "")
    known = {*Outcome, *APART}
    clause = clause_named(policy, request.args.get("clause", ""))
    return Narrowed(became=became if became in known else "", clause=clause)


def _labels(policy: Policy, rows: Sequence[AnswerRow]) -> dict[str, str]:
    """What the clauses that answers name are called now, or were called in their version."""
    labels: dict[str, str] = {}
    versions = {row.revision for row in rows if row.revision is not None}
    first = first_number(policy, current_actor())
    for number in (*(one for one in sorted(versions) if one >= first), policy.head_number):
        for clause in get_version(policy.id, number).outline:
            if clause.label:
                labels[clause.id] = spoken(clause.label)
    return labels
