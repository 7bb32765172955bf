"""Every number that the pages publish, as they publish it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from app.accounts.models import Person
from app.consensus.models import ClauseState, RevisionChange
from app.consensus.queries.facts import are_answers_published, get_thresholds
from app.consensus.queries.figures import list_figures
from app.consensus.queries.lives import list_marked
from app.consensus.queries.positions import Stance, find_stance
from app.consensus.queries.statements import list_wordings
from app.consensus.rules import agreement
from app.consensus.rules.agreement import Tally
from app.consensus.rules.figures import ClauseFigures
from app.database import db
from app.opendata.queries.texts import Published

Row = dict[str, Any]


def change_rows(published: Published) -> Iterator[Row]:
    """What each revision after the first public one did to each clause: tokens in and out, of what
    kind, and whose actions it took back. The row of clause "" says that it was measured."""
    people = _People(published)
    query = select(RevisionChange).where(
        RevisionChange.policy_id == published.policy.id,
        RevisionChange.number > (published.first if published.first > 1 else 0),
    )
    marked = set(list_marked(published.policy.id))
    for change in db.session.scalars(query.order_by(RevisionChange.number, RevisionChange.clause)):
        yield {
            "policy": published.policy.slug,
            "rev": change.number,
            "clause": change.clause,
            "inserted": change.inserted,
            "deleted": change.deleted,
            "kind": change.kind,
            "undone": sorted(people.actor(int(ident)) for ident in change.undone.split()),
            "is_bulk": change.is_bulk,
            "is_vandalism": change.number in marked,
        }


class _People:
    """Public ids of people by id, each asked for once."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._known: dict[int, str] = {}

    def actor(self, person_id: int) -> str:
        if person_id not in self._known:
            query = select(Person.public_id).where(Person.id == person_id)
            self._known[person_id] = self._published.actor(db.session.scalars(query).one())
        return self._known[person_id]


def measure_rows(published: Published) -> Iterator[Row]:
    """How each clause stands: its figures, the status that was found and the one that is shown."""
    policy = published.policy
    thresholds = asdict(get_thresholds(policy.id))
    may_be_settled = are_answers_published(policy)
    query = select(ClauseState).where(ClauseState.policy_id == policy.id)
    for state in db.session.scalars(query.order_by(ClauseState.position)):
        figures = ClauseFigures.from_json(state.figures)
        yield {
            "policy": policy.slug,
            "clause": state.clause,
            "position": state.position,
            "wording": state.wording,
            "changed_rev": state.changed_number,
            "changed_ts": state.changed_at.isoformat(),
            "evaluated_ts": state.evaluated_at.isoformat(),
            "quiet_days": max(0, (state.evaluated_at - state.changed_at).days),
            "regime": state.regime,
            "found": state.found,
            "reason": state.reason,
            "shown": state.shown,
            "is_under_review": state.is_under_review,
            "may_be_settled": may_be_settled,
            "oscillation": figures.oscillation,
            **asdict(figures),
            "thresholds": thresholds,
        }


def agreement_rows(published: Published) -> Iterator[Row]:
    """What people think of each statement in its present wording, from five people on."""
    policy = published.policy
    gap = get_thresholds(policy.id).gap
    for statement, wording in sorted(list_wordings(policy).items()):
        stance = find_stance(policy.id, statement, wording)
        if stance.people.n or stance.bodies or stance.earlier or stance.is_short:
            yield {
                "policy": policy.slug,
                "statement": statement,
                "wording": wording,
                "gap_threshold": gap,
                **_told(stance, gap),
            }


def _told(stance: Stance, gap: int) -> Row:
    officers, residents = (stance.roles.get(role, Tally()) for role in ("officer", "resident"))
    is_gap_defined = agreement.is_defined("officer", officers) and agreement.is_defined(
        "resident", residents
    )
    return {
        "roles": {role: _tally(role, tally) for role, tally in stance.roles.items()},
        "is_short": stance.is_short,
        "sure": asdict(stance.sure) if stance.sure else None,
        "bodies": asdict(stance.bodies) if stance.bodies else None,
        "few_bodies": stance.few_bodies,
        "earlier": asdict(stance.earlier) if stance.earlier else None,
        "few_earlier": stance.few_earlier,
        "gap": agreement.gap_interval(officers, residents) if is_gap_defined else None,
        "role_informed": agreement.role_informed(stance.roles),
        "verdict": agreement.verdict(stance.roles, gap),
    }


def _tally(role: str, tally: Tally) -> Row:
    row: Row = asdict(tally)
    if agreement.is_defined(role, tally):
        row["wilson"] = agreement.wilson(tally)
        row["smoothed"] = agreement.smoothed(tally)
    return row


def figure_rows(published: Published) -> Iterator[Row]:
    """Figures of the whole policy, by name; pictures are made from the other files."""
    people = _People(published)
    for name, figure in sorted(list_figures(published.policy.id).items()):
        if name not in PICTURES:
            yield {
                "policy": published.policy.slug,
                "name": name,
                "rev": figure.number,
                "computed_ts": figure.computed_at.isoformat(),
                "data": _by_public_ids(figure.data, people) if name == "shaped" else figure.data,
            }


def _by_public_ids(shaped: Row, people: _People) -> Row:
    """The figure of who shaped the text, with the people of short clauses as everybody knows them."""

    def told(row: Row) -> Row:
        named = row.get("people")
        return row if named is None else row | {"people": [people.actor(ident) for ident in named]}

    return shaped | {"whole": told(shaped["whole"]), "clauses": list(map(told, shaped["clauses"]))}


PICTURES = ("flow", "disputes")
