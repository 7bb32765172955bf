"""Tell people of what is about themselves: answers, replies, decisions on their words, reviews.

Each event is told once, however often the worker gets it; words that wait are told of when they
are let out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import clock
from app.database import db, writing
from app.discussions.models import Comment, Thread
from app.ledger.delivery import SealedEvent
from app.moderation.models import Appeal, Flag, ModerationAction, Removal
from app.moderation.rules import Action
from app.notifications.rules import AT_ONCE, LATE_NEWS, Told
from app.notifications.services.noticing import Telling, put, untold
from app.suggestions.models import Answer, Contribution

Data = dict[str, Any]


def tell(events: Sequence[SealedEvent]) -> None:
    """Tell whom these events concern; of those from long ago nobody is told any more.

    Whom to tell is found before the write gate; inside it are the inserts alone.
    """
    since = clock.now() - LATE_NEWS
    recent = [event for event in events if event.at >= since]
    fresh = untold([one for event in recent for one in TELLERS[event.kind](event.data, event.at)])
    if fresh:
        writing()
        put(fresh)


def _telling(
    person_id: int | None,
    kind: Told,
    once: str,
    at: datetime,
    policy_id: int | None,
    **values: str | int,
) -> Iterator[Telling]:
    if person_id is not None:
        yield Telling(person_id, kind, once, at, policy_id, kind in AT_ONCE, values)


def _answered(data: Data, at: datetime) -> Iterator[Telling]:
    """The points of one contribution that are answered together are one piece of news."""
    one, answer = _contribution(data), db.session.get_one(Answer, data["answer"])
    once = f"answer:{answer.id}"
    if answer.part:
        once = f"points:{one.id}:{answer.answered_at:%Y%m%d%H%M%S%f}"
    values = {"number": one.number, "answer": answer.id}
    return _telling(one.author_id, Told.ANSWERED, once, at, one.policy_id, **values)


def _adopted(data: Data, at: datetime) -> Iterator[Telling]:
    """Unless the answer came with it, which says the same."""
    one = _contribution(data)
    answered = select(Answer.id).where(
        Answer.contribution_id == one.id, Answer.revision == data["revision"]
    )
    if db.session.scalar(answered.limit(1)) is None:
        once = f"adopted:{one.id}:{data['revision']}"
        values = {"number": one.number, "revision": data["revision"]}
        yield from _telling(one.author_id, Told.ADOPTED, once, at, one.policy_id, **values)


def _fit(data: Data, at: datetime) -> Iterator[Telling]:
    one = _contribution(data)
    once = f"fit:{one.id}:{data['revision']}"
    values = {"number": one.number, "fit": data["fit"], "by": data["by"] or 0}
    return _telling(one.author_id, Told.FIT, once, at, one.policy_id, **values)


def _contribution(data: Data) -> Contribution:
    query = select(Contribution).where(
        Contribution.policy_id == data["policy"], Contribution.number == data["number"]
    )
    return db.session.scalars(query).one()


def _replied(data: Data, at: datetime) -> Iterator[Telling]:
    """Whoever began the discussion, or made the suggestion that it is about."""
    comment = db.session.get_one(Comment, data["comment"])
    thread = db.session.get_one(Thread, comment.thread_id)
    waits = comment.held_until is not None or thread.held_until is not None
    if not waits and comment.author_id != thread.opened_by_id:
        once = f"reply:{comment.id}"
        yield from _telling(
            thread.opened_by_id, Told.REPLY, once, at, thread.policy_id, comment=comment.id
        )


def _released(data: Data, at: datetime) -> Iterator[Telling]:
    for comment_id in data["comments"]:
        yield from _replied({"comment": comment_id}, at)


def _moderated(data: Data, at: datetime) -> Iterator[Telling]:
    """Whose words they are, and who reported them; not who did it."""
    action = db.session.get_one(ModerationAction, data["action"])
    values = {"action": action.id}
    if action.person_id != action.by_id and action.action != Action.NONE:
        once = f"action:{action.id}"
        yield from _telling(action.person_id, Told.MODERATED, once, at, action.policy_id, **values)
    if action.case_id is None or action.action == Action.SET_ASIDE:
        return
    reporters = select(Flag.by_id).where(Flag.case_id == action.case_id, Flag.by_id.is_not(None))
    for person_id in db.session.scalars(reporters):
        if person_id not in (action.by_id, action.person_id):
            once = f"flag:{action.id}"
            yield from _telling(person_id, Told.FLAG, once, at, action.policy_id, **values)


def _reviewed(data: Data, at: datetime) -> Iterator[Telling]:
    appeal = db.session.get_one(Appeal, data["appeal"])
    once = f"review:{appeal.id}"
    return _telling(appeal.by_id, Told.REVIEWED, once, at, data["policy"], appeal=appeal.id)


def _removed(data: Data, at: datetime) -> Iterator[Telling]:
    removal = db.session.get_one(Removal, data["removal"])
    if data["confirmed"]:
        once = f"removal:{removal.id}"
        yield from _telling(
            removal.person_id, Told.REMOVED, once, at, data["policy"], removal=removal.id
        )


TELLERS: dict[str, Callable[[Data, datetime], Iterator[Telling]]] = {
    "ContributionAnswered": _answered,
    "SuggestionAdopted": _adopted,
    "FitChanged": _fit,
    "CommentPosted": _replied,
    "WordsReleased": _released,
    "AppealDecided": _reviewed,
    "RemovalDecided": _removed,
    **dict.fromkeys(
        (
            "CommentHidden",
            "CommentShown",
            "SuggestionHidden",
            "SuggestionShown",
            "SummaryHidden",
            "SummaryShown",
            "RevisionMarked",
            "NameHidden",
            "NameShown",
            "ThreadLocked",
            "PersonReminded",
            "PersonSuspended",
            "CaseDismissed",
        ),
        _moderated,
    ),
}
