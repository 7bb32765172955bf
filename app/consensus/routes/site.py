"""How the drafts of the site stand, what an office may take to a decision, and where people differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from app.access.actor import Actor, Role
from app.access.acts import Act
from app.consensus.queries import across
from app.consensus.queries.across import Disputed
from app.consensus.queries.facts import get_thresholds
from app.consensus.queries.states import StateView
from app.consensus.routes import blueprint
from app.consensus.routes.dashboard import name_of
from app.consensus.rules.thresholds import Thresholds
from app.policies.models import Policy
from app.policies.versions import get_version
from app.web.guard import current_actor, requires
from app.web.paging import number_argument


@dataclass(frozen=True, slots=True)
class Mediated:
    """A policy with disputed clauses: how many, and the first of them by name."""

    policy: Policy
    limits: Thresholds
    count: int
    clauses: Sequence[tuple[str, StateView]]


@blueprint.get("/consensus")
@requires(Act.READ_POLICY)
def site() -> ResponseReturnValue:
    actor = current_actor()
    standings, next_standing = across.list_standings(actor, after=number_argument("page"))
    ready, next_ready = (
        across.list_ready(actor, actor.department_id, after=number_argument("ready"))
        if _is_of_office(actor)
        else ([], None)
    )
    disputed, next_disputed = _list_disputed(actor)
    return render_template(
        "consensus/site.html",
        standings=standings,
        next_standing=next_standing,
        is_of_office=_is_of_office(actor),
        ready=ready,
        next_ready=next_ready,
        mediates=_is_of_office(actor) or actor.role == Role.VOLUNTEER,
        mediated=list(_mediated(disputed)),
        next_mediated=next_disputed,
    )


def _is_of_office(actor: Actor) -> bool:
    return actor.role == Role.OFFICER and actor.department_id is not None


def _list_disputed(actor: Actor) -> tuple[Sequence[Disputed], int | None]:
    """For officers the policies of their office, for volunteers all, for others none."""
    after = number_argument("disputed")
    if _is_of_office(actor):
        return across.list_disputed(actor, actor.department_id, after=after)
    if actor.role == Role.VOLUNTEER:
        return across.list_disputed(actor, after=after)
    return (), None


def _mediated(disputed: Sequence[Disputed]) -> Iterator[Mediated]:
    for one in disputed:
        head = get_version(one.policy.id, one.policy.head_number)
        named = [(head.clause(state.clause), state) for state in one.states]
        yield Mediated(
            one.policy,
            get_thresholds(one.policy.id),
            one.count,
            # While the worker is behind, a clause may be gone from the head already.
            [(name_of(clause), state) for clause, state in named if clause is not None],
        )
