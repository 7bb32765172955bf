"""What one event means to followers: its kind, what it is about, where in the text it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Person
from app.consultations.decision_rules import Outcome
from app.consultations.models import ConsultationCall, Decision
from app.database import db
from app.discussions.models import Comment, Thread
from app.moderation.models import ModerationAction
from app.moderation.rules import Kind as Moderated
from app.notifications.rules import Kind
from app.policies.models import PhaseStep
from app.policies.phases import Phase
from app.policies.versions import get_version
from app.suggestions.models import Contribution, SuggestedChange

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Noted:
    """A Happening to be; ``by`` is the pseudonymous id of whose words they are, "" for the site's."""

    kind: Kind
    ref: int
    clauses: tuple[str, ...] = ()
    thread_id: int = 0
    by: str = ""
    is_minor: bool = False


def _revision(data: Data) -> Iterator[Noted]:
    if data["kind"] != "correct":  # a correction tells of itself
        clauses = changed_clauses(data["policy"], data["parent"], data["number"])
        is_minor = data.get("is_minor", False)  # saves from before the tick have no such field
        yield Noted(Kind.REVISION, data["number"], clauses, by=data["author"], is_minor=is_minor)


def changed_clauses(policy_id: int, before: int | None, after: int) -> tuple[str, ...]:
    """Ids of the clauses that read differently in the later revision, or came or went; none for
    the first one."""
    if not before:
        return ()
    old, new = (
        {clause.id: clause.hash for clause in get_version(policy_id, number).outline}
        for number in (before, after)
    )
    return tuple(sorted(one for one in old.keys() | new.keys() if old.get(one) != new.get(one)))


def _thread(data: Data) -> Iterator[Noted]:
    """What opens a thread is numbered as a contribution, which tells of itself."""
    thread = db.session.get_one(Thread, data["thread"])
    is_numbered = select(Contribution.id).where(Contribution.thread_id == thread.id)
    if thread.subject_kind is None and db.session.scalar(is_numbered) is None:
        yield from _opened(thread)


def _opened(thread: Thread) -> Iterator[Noted]:
    if thread.held_until is None:
        by = _public_id(thread.opened_by_id)
        yield Noted(Kind.THREAD, thread.id, _place(thread.clause), thread.id, by)


def _comment(data: Data) -> Iterator[Noted]:
    comment = db.session.get_one(Comment, data["comment"])
    thread = db.session.get_one(Thread, comment.thread_id)
    first = db.session.scalar(select(func.min(Comment.id)).where(Comment.thread_id == thread.id))
    is_opening = thread.subject_kind is None and comment.id == first
    if not is_opening and comment.held_until is None and thread.held_until is None:
        by = _public_id(comment.author_id)
        yield Noted(Kind.COMMENT, comment.id, _place(thread.clause), thread.id, by)


def _contribution(data: Data) -> Iterator[Noted]:
    """A reply that a volunteer marked was told of when it was written."""
    one = _numbered(data["policy"], data["number"])
    if one.comment_id is None and one.held_until is None:
        by = _public_id(one.author_id)
        yield Noted(Kind.CONTRIBUTION, one.number, _places(one), one.thread_id or 0, by)


def _released(data: Data) -> Iterator[Noted]:
    for number in data["contributions"]:
        yield from _contribution({"policy": data["policy"], "number": number})
    for comment_id in data["comments"]:
        yield from _comment({"comment": comment_id})


def _answer(data: Data) -> Iterator[Noted]:
    one = _numbered(data["policy"], data["number"])
    clauses = tuple(dict.fromkeys((*_places(one), *data["clauses"].split())))
    yield Noted(Kind.ANSWER, data["answer"], clauses, one.thread_id or 0)


def _phase(data: Data) -> Iterator[Noted]:
    """A call and a decision tell of themselves; an adopted one is public from this move on."""
    here, before = data["phase"], data["came_from"]
    if here == Phase.PUBLISHED and before == Phase.DECISION:
        yield from _latest_decision(data["policy"], Outcome.ADOPT)
    elif here != Phase.CONSULTATION or before == Phase.ON_HOLD:
        step = select(PhaseStep.id).where(
            PhaseStep.policy_id == data["policy"],
            PhaseStep.phase == here,
            PhaseStep.at == datetime.fromisoformat(data["entered_at"]),
        )
        ident = db.session.scalar(step.order_by(PhaseStep.id.desc()).limit(1))
        if ident is not None:
            yield Noted(Kind.PHASE, ident)


def _decision(data: Data) -> Iterator[Noted]:
    if data["outcome"] != Outcome.ADOPT:
        yield from _latest_decision(data["policy"], data["outcome"])


def _latest_decision(policy_id: int, outcome: str) -> Iterator[Noted]:
    ident = find_decision_id(policy_id, outcome)
    if ident is not None:
        yield Noted(Kind.DECISION, ident)


def find_decision_id(policy_id: int, outcome: str) -> int | None:
    """The latest decision on a policy with this outcome."""
    return db.session.scalar(
        select(func.max(Decision.id)).where(
            Decision.policy_id == policy_id, Decision.outcome == outcome
        )
    )


def _call(data: Data) -> Iterator[Noted]:
    yield Noted(Kind.CALL, data["round"], tuple(data["clauses"]))


def _changed_call(data: Data) -> Iterator[Noted]:
    query = select(func.max(ConsultationCall.round)).where(
        ConsultationCall.policy_id == data["policy"]
    )
    yield Noted(Kind.CALL_CHANGED, db.session.scalar(query) or 0)


def _ended_call(data: Data) -> Iterator[Noted]:
    yield Noted(Kind.CALL_ENDED, data["round"])


def _meeting(data: Data) -> Iterator[Noted]:
    yield Noted(Kind.MEETING, data["meeting"])


def _correction(data: Data) -> Iterator[Noted]:
    yield Noted(Kind.CORRECTION, data["number"], tuple(data["clauses"]))


def _summary(data: Data) -> Iterator[Noted]:
    if data["words"]:
        thread = db.session.get_one(Thread, data["thread"])
        yield Noted(Kind.SUMMARY, data["summary"], _place(thread.clause), thread.id)


def _moderation(data: Data) -> Iterator[Noted]:
    action = db.session.get_one(ModerationAction, data["action"])
    thread: Thread | None = None
    clauses: tuple[str, ...] = ()
    if action.kind == Moderated.COMMENT:
        comment = db.session.get_one(Comment, action.object_id)
        thread = db.session.get_one(Thread, comment.thread_id)
    elif action.kind == Moderated.THREAD:
        thread = db.session.get_one(Thread, action.object_id)
    elif action.kind == Moderated.SUGGESTION:
        clauses = _places(db.session.get_one(Contribution, action.object_id))
    elif action.kind == Moderated.REVISION:
        clauses = changed_clauses(data["policy"], data["revision"] - 1, data["revision"])
    if thread is not None:
        clauses = _place(thread.clause)
    yield Noted(Kind.MODERATION, action.id, clauses, thread.id if thread else 0)


def _numbered(policy_id: int, number: int) -> Contribution:
    query = select(Contribution).where(
        Contribution.policy_id == policy_id, Contribution.number == number
    )
    return db.session.scalars(query).one()


def _places(one: Contribution) -> tuple[str, ...]:
    """Where a contribution stands; a suggestion on the whole text, at each clause it changes."""
    if one.clause or one.after:
        return _place(one.clause or one.after)
    changed = func.coalesce(SuggestedChange.clause, SuggestedChange.after)
    query = select(changed).where(SuggestedChange.contribution_id == one.id, changed.is_not(None))
    return tuple(sorted(set(db.session.scalars(query))))


def _place(clause: str | None) -> tuple[str, ...]:
    return (clause,) if clause else ()


def _public_id(person_id: int) -> str:
    return db.session.scalars(select(Person.public_id).where(Person.id == person_id)).one()


NOTERS: dict[str, Callable[[Data], Iterator[Noted]]] = {
    "RevisionSaved": _revision,
    "ThreadOpened": _thread,
    "CommentPosted": _comment,
    "ThreadSummarised": _summary,
    "WordsReleased": _released,
    "ContributionSent": _contribution,
    "ContributionAnswered": _answer,
    "PhaseEntered": _phase,
    "ConsultationOpened": _call,
    "ConsultationChanged": _changed_call,
    "ConsultationTakenBack": _ended_call,
    "MeetingAnnounced": _meeting,
    "MeetingChanged": _meeting,
    "MeetingCalledOff": _meeting,
    "MeetingRecorded": _meeting,
    "TextCorrected": _correction,
    "DecisionRecorded": _decision,
    "CommentHidden": _moderation,
    "CommentShown": _moderation,
    "SuggestionHidden": _moderation,
    "SuggestionShown": _moderation,
    "SummaryHidden": _moderation,
    "SummaryShown": _moderation,
    "RevisionMarked": _moderation,
    "ThreadLocked": _moderation,
    "DiscussionSlowed": _moderation,
}
