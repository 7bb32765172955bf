"""On which articles and suggestions people took positions, and how officers and residents compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.access.actor import VISITOR
from app.consensus.queries.positions import Stance, list_asked, list_stances
from app.consensus.queries.statements import is_statement, wording_of_view
from app.consensus.rules.agreement import Interval, Tally, Verdict, is_defined, verdict, wilson
from app.consensus.rules.listed import is_listed
from app.consensus.rules.wording import of_clause, of_suggestion, read_statement, wording_of
from app.database import db
from app.policies.models import Policy
from app.policies.versions import get_version
from app.suggestions.models import Contribution
from app.suggestions.queries.shown import select_contributions, views
from app.suggestions.queries.views import ContributionView
from app.suggestions.rules import State
from app.text.outline import Clause

COMPARED = ("officer", "resident")
# What there is most to look at comes first.
LOUD_FIRST = tuple(
    Verdict(word)
    for word in ("diverged", "converged_disagree", "unclear", "converged_agree", "insufficient")
)


@dataclass(frozen=True, slots=True)
class Side:
    """What one role thinks: its ``tally`` and, where enough took part, the ``interval`` of the share
    that agrees, in [0, 1]. None: too few to tell apart."""

    role: str
    tally: Tally | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One statement: ``clause`` or ``suggestion`` (the other is None), and what is told of it."""

    name: str
    clause: Clause | None
    suggestion: ContributionView | None
    stance: Stance
    verdict: Verdict

    @property
    def sides(self) -> list[Side]:
        return [_side(role, self.stance.roles.get(role)) for role in COMPARED]


def _side(role: str, tally: Tally | None) -> Side:
    if tally is None:
        return Side(role, None, None)
    return Side(role, tally, wilson(tally) if is_defined(role, tally) else None)


def list_compared(policy: Policy, gap: int) -> list[Compared]:
    """Every article of the head and every open suggestion that somebody took a position on; what
    residents and officers differ on first, then by how many took part. ``gap`` in hundredths."""
    asked = [*_asked(policy)]
    stances = list_stances(policy.id, {name: wording for name, wording, _, _ in asked})
    found = [
        Compared(name, clause, view, stances[name], verdict(stances[name].roles, gap))
        for name, _, clause, view in asked
    ]
    return sorted(found, key=lambda one: (LOUD_FIRST.index(one.verdict), -one.stance.people.n))


def _asked(policy: Policy) -> Iterator[tuple[str, str, Clause | None, ContributionView | None]]:
    """Name, present wording, and the clause or the suggestion."""
    names = set(list_asked(policy.id))
    if not names:
        return
    for clause in get_version(policy.id, policy.head_number).outline:
        if of_clause(clause.id) in names and is_listed(clause):
            yield of_clause(clause.id), wording_of(clause), clause, None
    numbers = [number for _, number in map(read_statement, sorted(names)) if number]
    query = select_contributions(VISITOR).where(
        Contribution.policy_id == policy.id,
        Contribution.number.in_(numbers),
        Contribution.state == State.OPEN,
    )
    for view in filter(is_statement, views(db.session.execute(query).all(), VISITOR)):
        yield of_suggestion(view.number), wording_of_view(view), None, view
