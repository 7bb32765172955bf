"""Say where changes after the consultation come from, change by change, before the decision."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations.events import ChangeSourced
from app.consultations.models import ChangeSource
from app.consultations.queries.sources import SourceKind, list_changes
from app.database import db, writing
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.models import Policy
from app.policies.phases import ensure_open
from app.policies.queries import get_policy
from app.policies.queries.course import office_facts
from app.policies.services.writing_revisions import lock_head, touch
from app.suggestions.models import Contribution
from app.suggestions.rules import checked_answer_reason
from app.text.canonical import check_words, refused_in

NAMEABLE = (SourceKind.CONTRIBUTION, SourceKind.LEGAL_REVIEW, SourceKind.OWN)
MOST_NUMBERS, MOST_REASON = 30, 2000  # contributions of one change; characters
Place = tuple[int, str]  # the revision that made a change, and the clause


@dataclass(frozen=True, slots=True)
class Source:
    """Where a change comes from, as an officer says it: ``numbers`` as typed, "12, 15"."""

    kind: str
    numbers: str = ""
    reason: str = ""


def name_source(slug: str, places: Sequence[Place], source: Source, *, actor: Actor) -> int:
    """Say of the changes at ``places`` that they come from ``source``; answers how many they are.

    What was said before is replaced, and stays in the ledger. RuleBroken for a change that the
    comparison with the consulted text does not have, and for a source that says nothing.
    """
    policy = get_policy(slug, actor)
    ensure(actor, Act.NAME_SOURCES, office_facts(policy, actor))
    writing()
    policy = lock_head(policy.id)
    ensure_open(policy.phase_now, Act.NAME_SOURCES)
    there = {(change.number, change.clause) for change in list_changes(policy)}
    wanted = list(dict.fromkeys(places))
    if not wanted:
        raise RuleBroken(N_("Please choose at least one change."), field="changes")
    if not there.issuperset(wanted):
        raise RuleBroken(
            N_("The text was changed meanwhile. Please choose again."), field="changes"
        )
    _store(policy, wanted, _checked(policy, source), actor)
    return len(wanted)


def name_source_of_revision(slug: str, number: int, source: Source, *, actor: Actor) -> int:
    """The same for all that revision ``number`` changed; 0 when it changed nothing that counts."""
    policy = get_policy(slug, actor)
    places = [(one.number, one.clause) for one in list_changes(policy) if one.number == number]
    return name_source(slug, places, source, actor=actor) if places else 0


def check_source(policy: Policy, source: Source) -> None:
    """Raise RuleBroken for a source that ``name_source`` would refuse."""
    _checked(policy, source)


def _checked(policy: Policy, source: Source) -> tuple[SourceKind, list[int], str]:
    if source.kind not in NAMEABLE:
        raise RuleBroken(N_("Please choose where the change comes from."), field="source_kind")
    kind = SourceKind(source.kind)
    numbers = _numbers(policy, source.numbers) if kind is SourceKind.CONTRIBUTION else []
    return kind, numbers, _reason(kind, source.reason)


def _reason(kind: SourceKind, reason: str) -> str:
    """The reason as it is stored; the department's own change is nothing without one."""
    if kind is not SourceKind.OWN:
        with refused_in("source_reason"):
            return check_words(reason, MOST_REASON)
    try:
        return checked_answer_reason(reason)
    except RuleBroken as error:
        raise RuleBroken(
            error.message.text, field="source_reason", **error.message.values
        ) from error


def _numbers(policy: Policy, typed: str) -> list[int]:
    """The contributions named, in order; RuleBroken for none, for too many, for one unknown."""
    numbers = sorted({int(figure) for figure in re.findall(r"\d{1,9}", typed[:1000])})
    if not numbers:
        raise RuleBroken(N_("Please give the number of the comment."), field="source_numbers")
    if len(numbers) > MOST_NUMBERS:
        raise RuleBroken(
            N_("Please give at most %(most)s numbers."), field="source_numbers", most=MOST_NUMBERS
        )
    known = db.session.scalars(
        select(Contribution.number).where(
            Contribution.policy_id == policy.id, Contribution.number.in_(numbers)
        )
    )
    unknown = sorted(set(numbers) - set(known))
    if unknown:
        raise RuleBroken(
            N_("There is no comment no. %(number)s on this draft."),
            field="source_numbers",
            number=unknown[0],
        )
    return numbers


def _store(
    policy: Policy, places: Sequence[Place], source: tuple[SourceKind, list[int], str], actor: Actor
) -> None:
    kind, numbers, reason = source
    for number, clause in places:
        db.session.merge(
            ChangeSource(
                policy_id=policy.id,
                number=number,
                clause=clause,
                kind=kind,
                numbers=" ".join(map(str, numbers)),
                reason=reason,
                by_id=actor.person_id,
                at=clock.now(),
            )
        )
        event = ChangeSourced(
            policy=policy.id, number=number, clause=clause, kind=kind, numbers=numbers
        )
        record(event, actor=actor, is_public=policy.is_public)
    touch(policy)
    db.session.flush()
