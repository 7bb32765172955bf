"""Many answers from new accounts on one article or suggestion: how they answered beside all others,
and how the article would stand without them. Numbers of people, never who."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app import clock
from app.accounts.models import Person
from app.consensus.models import ClauseState, Position
from app.consensus.queries.facts import are_answers_published, get_thresholds, list_facts
from app.consensus.rules.agreement import Tally
from app.consensus.rules.cells import SMALL
from app.consensus.rules.status import find_status, regime_of
from app.consensus.rules.wording import read_statement
from app.database import db
from app.moderation.queries.unusual_counts import is_new_account
from app.moderation.unusual import Peak
from app.policies.models import Policy
from app.policies.versions import get_version
from app.text.labels import spoken
from app.text.outline import Clause


@dataclass(frozen=True, slots=True)
class AnswerBurst:
    """Answers from new accounts that stand out on the article ``clause``, called ``label`` now, or on
    suggestion ``number`` (0: none).

    ``new`` is what these accounts answered, ``others`` what all others did (None: fewer than five).
    ``status`` is how the article stands, ``without`` how it would without them; "" for suggestions.
    """

    policy: Policy
    clause: str
    number: int
    label: str
    begins: datetime
    peak: Peak
    new: Tally
    others: Tally | None
    status: str
    without: str


def look_at(policy: Policy, statement: str, peak: Peak) -> AnswerBurst:
    """All that is told of one burst."""
    clause, number = read_statement(statement)
    people = frozenset(list_people(policy.id, statement, peak))
    rows = db.session.execute(
        select(Position.person_id, Position.choice).where(
            Position.policy_id == policy.id, Position.statement == statement
        )
    ).all()
    others = _tally(choice for person, choice in rows if person not in people)
    found = get_version(policy.id, policy.head_number).clause(clause) if clause else None
    return AnswerBurst(
        policy=policy,
        clause=clause,
        number=number,
        label=spoken(found.label) if found else "",
        begins=peak.begins,
        peak=peak,
        new=_tally(choice for person, choice in rows if person in people),
        others=others if others.n >= SMALL else None,
        status=find_standing(policy, found, ()) if found else "",
        without=find_standing(policy, found, people) if found else "",
    )


def list_people(policy_id: int, statement: str, peak: Peak) -> Sequence[int]:
    """Ids of the people with new accounts whose answers make the peak."""
    query = (
        select(Position.person_id)
        .join(Person, Person.id == Position.person_id)
        .where(
            Position.policy_id == policy_id,
            Position.statement == statement,
            Position.taken_at >= peak.begins,
            Position.taken_at < peak.ends,
            is_new_account(Position.taken_at),
        )
    )
    return db.session.scalars(query).all()


def list_reviewed() -> Sequence[int]:
    """Ids of the policies of which an article is said to be under review."""
    query = select(ClauseState.policy_id).where(ClauseState.is_under_review.is_(True))
    return db.session.scalars(query.distinct()).all()


def _tally(choices: Iterable[str]) -> Tally:
    made = list(choices)
    return Tally(*(made.count(choice) for choice in ("agree", "disagree", "pass")))


def find_standing(policy: Policy, clause: Clause, without: Collection[int]) -> str:
    """How the clause stands now as if these people had said, read and thought nothing."""
    now, thresholds = clock.now(), get_thresholds(policy.id)
    facts = list_facts(policy, [clause], thresholds, now, is_all=False, without=without)[clause.id]
    return find_status(
        facts.figures,
        thresholds,
        regime=regime_of(policy.phase_now),
        quiet_days=max(0, (now - facts.changed_at).days),
        may_be_settled=are_answers_published(policy),
    ).status
