"""Why each clause changed between two versions: sources, adopted suggestions, summaries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import and_, select

from app.access.actor import Actor
from app.accounts.models import Person
from app.consultations.models import ChangeSource
from app.database import db
from app.policies.models import Policy, Revision, RevisionCredit
from app.policies.versions import get_version
from app.suggestions.models import Answer, Contribution, SuggestedChange
from app.suggestions.queries.shown import SUGGESTION, contributions_seen_by
from app.suggestions.rules import CHANGES_TEXT, State
from app.text.diff3 import longest_rising
from app.text.outline import Outline
from app.visibility import is_hidden

Place = tuple[int, str]  # a version and a clause id in it


class ReasonKind(StrEnum):
    """Where a reason comes from."""

    ADOPTED = "adopted"
    LEGAL_REVIEW = "legal_review"
    OWN = "own"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a change: words, or the numbers of the contributions it came of."""

    kind: ReasonKind
    words: str = ""
    numbers: tuple[int, ...] = ()


def list_reasons(policy: Policy, before: int, after: int, actor: Actor) -> dict[str, list[Reason]]:
    """By clause id, the reasons of every version after ``before`` up to ``after`` that changed it.

    Empty when ``after`` is the older one: no reason was ever given for going that way.
    """
    if after <= before:
        return {}
    adopted, inserted = _adopted(policy, before, after, actor)
    sources = _sources(policy, before, after)
    summaries = _summaries(policy, before, after)
    found: dict[str, list[Reason]] = defaultdict(list)
    old = get_version(policy.id, before).outline
    for number in range(before + 1, after + 1):
        new = get_version(policy.id, number).outline
        known = {clause.id for clause in old}
        for ident in _changed(old, new):
            numbers = adopted[number, ident] | (inserted[number] if ident not in known else set())
            given = [*_of_numbers(numbers), *sources[number, ident], *summaries[number]]
            found[ident] += [reason for reason in given if reason not in found[ident]]
        old = new
    return {ident: _joined(given) for ident, given in found.items()}


def _changed(old: Outline, new: Outline) -> list[str]:
    """The clauses that came, went, moved their words or changed them."""
    then = {clause.id: clause.hash for clause in old}
    now = {clause.id: clause.hash for clause in new}
    came = [ident for ident, words in now.items() if then.get(ident) != words]
    went = [ident for ident in then if ident not in now]
    return list(dict.fromkeys([*came, *went, *_moved(old, new)]))


def _moved(old: Outline, new: Outline) -> list[str]:
    """The clauses that do not stand in the order in which they stood."""
    places = {clause.id: place for place, clause in enumerate(old)}
    both = [clause.id for clause in new if clause.id in places]
    kept = set(longest_rising([places[ident] for ident in both]))
    return [ident for place, ident in enumerate(both) if place not in kept]


def _of_numbers(numbers: Iterable[int]) -> list[Reason]:
    ordered = tuple(sorted(numbers))
    return [Reason(ReasonKind.ADOPTED, numbers=ordered)] if ordered else []


def _joined(given: list[Reason]) -> list[Reason]:
    """All numbers in one reason, which stands first."""
    numbers = {n for reason in given if reason.kind is ReasonKind.ADOPTED for n in reason.numbers}
    rest = [reason for reason in given if reason.kind is not ReasonKind.ADOPTED]
    return _of_numbers(numbers) + rest


def _adopted(
    policy: Policy, before: int, after: int, actor: Actor
) -> tuple[dict[Place, set[int]], dict[int, set[int]]]:
    """The contributions that changed a clause of a version, and those that brought new ones."""
    places: dict[Place, set[int]] = defaultdict(set)
    inserted: dict[int, set[int]] = defaultdict(set)
    shown = and_(
        Contribution.policy_id == policy.id,
        contributions_seen_by(actor),
        Contribution.state != State.WITHDRAWN,
        ~is_hidden(SUGGESTION, Contribution.id),
    )
    answered = (
        select(Answer.revision, Contribution.number, Answer.clauses)
        .join(Contribution, Contribution.id == Answer.contribution_id)
        .join(Policy, Policy.id == Contribution.policy_id)
        .join(Person, Person.id == Contribution.author_id)
        .where(shown, Answer.outcome.in_(CHANGES_TEXT), Answer.revision.between(before + 1, after))
    )
    for revision, number, clauses in db.session.execute(answered):
        for ident in clauses.split():
            places[revision or 0, ident].add(number)
    credited = (
        select(RevisionCredit.number, RevisionCredit.suggestion, SuggestedChange.clause)
        .join(
            Contribution,
            and_(
                Contribution.policy_id == RevisionCredit.policy_id,
                Contribution.number == RevisionCredit.suggestion,
            ),
        )
        .join(Policy, Policy.id == Contribution.policy_id)
        .join(Person, Person.id == Contribution.author_id)
        .join(SuggestedChange, SuggestedChange.contribution_id == Contribution.id)
        .where(shown, RevisionCredit.number.between(before + 1, after))
    )
    for revision, number, clause in db.session.execute(credited):
        if clause:
            places[revision, clause].add(number)
        else:
            inserted[revision].add(number)
    return places, inserted


def _sources(policy: Policy, before: int, after: int) -> dict[Place, list[Reason]]:
    """What the office named as the source of a change after the consultation."""
    found: dict[Place, list[Reason]] = defaultdict(list)
    query = select(ChangeSource).where(
        ChangeSource.policy_id == policy.id, ChangeSource.number.between(before + 1, after)
    )
    for source in db.session.scalars(query):
        if source.kind == "contribution":
            numbers = tuple(int(part) for part in source.numbers.split() if part.isdecimal())
            reason = Reason(ReasonKind.ADOPTED, source.reason, numbers)
        else:
            kind = ReasonKind.LEGAL_REVIEW if source.kind == "legal_review" else ReasonKind.OWN
            reason = Reason(kind, source.reason)
        found[source.number, source.clause].append(reason)
    return found


def _summaries(policy: Policy, before: int, after: int) -> dict[int, list[Reason]]:
    """What the people who saved a version said about it, unless a moderator hid it."""
    query = select(Revision.number, Revision.summary).where(
        Revision.policy_id == policy.id,
        Revision.number.between(before + 1, after),
        ~is_hidden("summary", Revision.id),
    )
    found: dict[int, list[Reason]] = defaultdict(list)
    for number, summary in db.session.execute(query):
        if summary.strip():
            found[number].append(Reason(ReasonKind.SUMMARY, summary.strip()))
    return found
