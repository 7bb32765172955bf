"""Which clauses of which policies an event concerns, so that only they are evaluated anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import BindParameter, Select, bindparam, select

from app.accounts.models import Person
from app.consensus.models import Position, Reading, RevisionChange
from app.consensus.services.evaluating import evaluate
from app.database import Lookup, db
from app.discussions.models import Comment, Thread
from app.ledger.delivery import SealedEvent
from app.suggestions.models import Contribution

IN_A_THREAD = frozenset(
    {
        "ThreadOpened",
        "ThreadClosed",
        "ThreadAnswered",
        "ThreadMoved",
        "CommentPosted",
        "CommentWithdrawn",
    }
)
ON_A_CLAUSE = frozenset({"ClauseRead", "PositionTaken", "PositionTakenBack"})
KINDS = (
    "RevisionSaved",
    *sorted(IN_A_THREAD),
    *sorted(ON_A_CLAUSE),
    "ContributionSent",
    "ContributionChanged",
    "ContributionWithdrawn",
    "ContributionMoved",
    "ContributionAnswered",
    "OwingChanged",
    "SuggestionAdopted",
    "SuggestionSuperseded",
    "SuggestionHidden",
    "SuggestionShown",
    "CommentHidden",
    "CommentShown",
    "CommentMoved",
    "ThreadReplaced",
    "ThreadsJoined",
    "WordsReleased",
    "RemovalDecided",
    "PhaseEntered",
    "PolicyPublished",
    "PolicyMadePrivate",
    "ThresholdChanged",
    "RevisionMarked",
    "PersonConfirmed",
)
Places = Mapping[int, Collection[str] | None]  # by policy, the clauses; None: all


def follow(events: Iterable[SealedEvent]) -> None:
    """Evaluate what these events concern, each policy once."""
    some: dict[int, set[str]] = {}
    whole: set[int] = set()
    for event in events:
        for policy_id, clauses in _concerned(event).items():
            if clauses is None:
                whole.add(policy_id)
            else:
                some.setdefault(policy_id, set()).update(clauses)
    only = {policy_id: clauses for policy_id, clauses in some.items() if policy_id not in whole}
    if whole or only:
        evaluate(whole | only.keys(), clauses=only)


def _concerned(event: SealedEvent) -> Places:
    data, kind = event.data, event.kind
    if kind == "PersonConfirmed":
        return dict.fromkeys(_policies_with(data["person"]))
    if data.get("policy") is None:
        return {}
    policy_id: int = data["policy"]
    if kind == "RevisionSaved":
        return {policy_id: _column(_CHANGED, policy_id=policy_id, number=data["number"])}
    if kind in IN_A_THREAD:
        clauses = _column(_CLAUSE, thread=data["thread"])
        return {policy_id: clauses} if clauses else {}
    if kind in ON_A_CLAUSE:
        return _of_clause(policy_id, data.get("clause") or data["statement"])
    if kind == "ContributionSent" and (data["clause"] or data["after"]):
        return {policy_id: [data["clause"] or data["after"]]}
    return {policy_id: None}


def _of_clause(policy_id: int, place: str) -> Places:
    """Of the clause, or the statement on one; what people think of a suggestion is no figure of a
    clause."""
    if place.startswith("s-"):
        return {}
    return {policy_id: [place.removeprefix("c-")]}


_POLICY: BindParameter[int] = bindparam("policy_id")
_NUMBER: BindParameter[int] = bindparam("number")
_THREAD: BindParameter[int] = bindparam("thread")
_CHANGED = Lookup(
    select(RevisionChange.clause).where(
        RevisionChange.policy_id == _POLICY, RevisionChange.number == _NUMBER
    )
)
_CLAUSE = Lookup(select(Thread.clause).where(Thread.id == _THREAD, Thread.clause.is_not(None)))


def _policies_with(public_id: str) -> set[int]:
    """Where this person wrote, read or took a position: it may count from now on."""
    person_id = db.session.scalar(select(Person.id).where(Person.public_id == public_id))
    queries: tuple[Select[int], ...] = (
        select(Contribution.policy_id).where(Contribution.author_id == person_id),
        select(Thread.policy_id).where(Thread.opened_by_id == person_id),
        select(Thread.policy_id)
        .join(Comment, Comment.thread_id == Thread.id)
        .where(Comment.author_id == person_id),
        select(Reading.policy_id).where(Reading.person_id == person_id),
        select(Position.policy_id).where(Position.person_id == person_id),
    )
    return {found for query in queries for found in db.session.scalars(query)}


def _column(lookup: Lookup, **values: object) -> list[str]:
    return [row[0] for row in lookup.rows(**values)]
