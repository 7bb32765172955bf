"""The notices of one person, in the words that hold when they are read.

What was made private since is absent, words hidden since are not shown; the number of SELECTs does
not depend on the number of rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from app import clock
from app.access.actor import Actor
from app.database import db
from app.discussions.models import Comment
from app.discussions.queries import CommentView
from app.discussions.queries.shown import comment_view, select_comments
from app.messages import N_, Message
from app.moderation.models import Appeal, ModerationAction
from app.moderation.queries.verdicts import Verdict, list_verdicts
from app.moderation.review_rules import Decided, why_no_review
from app.notifications.models import Notice
from app.notifications.queries.news import Place, hidden_note, path_of
from app.notifications.queries.talk_news import excerpt, path_of_comment, why
from app.notifications.rules import Told
from app.notifications.sentences import DONE_TO_YOU, FITS, FLAGGED, OUTCOMES, REVIEWS, ROLES
from app.policies.models import Policy
from app.policies.queries import seen_by
from app.suggestions.models import Answer

PAGE_SIZE = 20
# What the site set aside by itself is reviewed once a volunteer has decided.
REVIEWABLE = frozenset({"hide", "lock", "remind", "suspend", "mark", "none"})
ABOUT_A_PERSON = frozenset({"name", "person"})  # kinds of actions that stand on no page


@dataclass(frozen=True, slots=True)
class Line:
    """One notice as it reads now. ``place`` is None where it is about no policy, ``path`` "" where
    there is nothing to look at; ``review_path`` leads to asking for a review. ``words`` are
    somebody's, in the language ``language``."""

    id: int
    kind: str
    at: datetime
    is_new: bool
    place: Place | None
    sentence: Message
    path: str = ""
    notes: tuple[Message, ...] = ()
    words: str = ""
    language: str = ""
    review_path: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the values of some notices name, by id, as far as the reader may see it."""

    places: Mapping[int, Place]
    answers: Mapping[int, Answer]
    actions: Mapping[int, ModerationAction]
    verdicts: Mapping[int, Verdict]
    appeals: Mapping[int, Appeal]
    comments: Mapping[int, CommentView]


Values = dict[str, Any]


def list_notices(
    actor: Actor, *, before: int | None = None, size: int = PAGE_SIZE
) -> tuple[list[Line], int | None]:
    """The notices of ``actor``, the newest first below the id ``before``, and the key of the next
    page."""
    query = select(Notice).where(_is_own(actor)).order_by(Notice.id.desc()).limit(size + 1)
    if before is not None:
        query = query.where(Notice.id < before)
    rows = db.session.scalars(query).all()
    return list_lines(rows[:size], actor), rows[size - 1].id if len(rows) > size else None


def count_unseen(actor: Actor) -> int:
    """How many notices ``actor`` has not looked at."""
    query = select(func.count()).where(_is_own(actor), Notice.seen_at.is_(None))
    return db.session.scalar(query) or 0


def _is_own(actor: Actor) -> ColumnElement[bool]:
    """SQL over Notice: it is for ``actor``, and the policy that it is about exists for them."""
    visible = select(Policy.id).where(Policy.id == Notice.policy_id, seen_by(actor)).exists()
    mine: ColumnElement[bool] = Notice.person_id == actor.person_id
    return mine & or_(Notice.policy_id.is_(None), visible)


def list_lines(rows: Sequence[Notice], actor: Actor) -> list[Line]:
    """The notices as ``actor``, whose they are, reads them now; what is absent now is left out."""
    values = {row.id: json.loads(row.values) for row in rows}
    known = _known(rows, values.values(), actor)
    lines = []
    for row in rows:
        if row.policy_id is not None and row.policy_id not in known.places:
            continue
        place = known.places[row.policy_id] if row.policy_id is not None else None
        line = Line(row.id, row.kind, row.at, row.seen_at is None, place, Message(""))
        told = _TELLERS[Told(row.kind)](line, values[row.id], known)
        if told is not None:
            lines.append(told)
    return lines


def _known(rows: Sequence[Notice], values: Collection[Values], actor: Actor) -> _Known:
    policies = select(Policy).where(Policy.id.in_({row.policy_id for row in rows}), seen_by(actor))
    appeals = _by_id(Appeal, _named(values, "appeal"))
    named = _named(values, "action")
    actions = {*named, *(one.action_id for one in appeals.values())}
    wanted = select_comments(actor).where(Comment.id.in_(_named(values, "comment")))
    return _Known(
        places={
            one.id: Place(one.id, one.slug, one.title, one.language)
            for one in db.session.scalars(policies)
        },
        answers=_by_id(Answer, _named(values, "answer")),
        actions=_by_id(ModerationAction, actions),
        verdicts=list_verdicts(sorted(named)),
        appeals=appeals,
        comments={row.id: comment_view(row) for row in db.session.execute(wanted)},
    )


def _named(values: Collection[Values], name: str) -> set[int]:
    return {one[name] for one in values if name in one}


def _by_id(table: Any, ids: Collection[int]) -> dict[int, Any]:
    return {one.id: one for one in db.session.scalars(select(table).where(table.id.in_(ids)))}


def _answered(line: Line, values: Values, known: _Known) -> Line:
    """Of one's own words one is told the answer even when others see them no longer."""
    answer = known.answers[values["answer"]]
    outcome = N_("Answered point by point") if answer.part else OUTCOMES[answer.outcome]
    sentence = Message(
        N_("Your comment no. %(number)s was answered: %(outcome)s"),
        {"number": values["number"], "outcome": Message(outcome)},
    )
    path = _path(line, f"suggestions/{values['number']}#answer-{answer.id}")
    return replace(line, sentence=sentence, path=path, words=excerpt(answer.reason))


def _reply(line: Line, values: Values, known: _Known) -> Line | None:
    view = known.comments.get(values["comment"])
    if view is None or view.withdrawn_at is not None:
        return None
    return replace(
        line,
        sentence=Message(N_("Somebody replied to you")),
        path=path_of_comment(view.id),
        notes=hidden_note(view.marker.rule if view.marker else None),
        words=excerpt(view.body),
        language=view.language,
    )


def _fit(line: Line, values: Values, _known: _Known) -> Line:
    sentence = Message(FITS[values["fit"] if not values["by"] else "superseded"], values)
    return replace(line, sentence=sentence, path=_path(line, f"suggestions/{values['number']}"))


def _adopted(line: Line, values: Values, _known: _Known) -> Line:
    sentence = Message(
        N_("Version %(revision)s took up words of your suggestion no. %(number)s"), values
    )
    return replace(line, sentence=sentence, path=_path(line, f"revisions/{values['revision']}"))


def _moderated(line: Line, values: Values, known: _Known) -> Line | None:
    action = known.actions[values["action"]]
    said = DONE_TO_YOU.get((action.kind, action.action))
    if said is None:
        return None
    sentence = Message(said, {"when": action.until} if action.until else {})
    return replace(_on(line, action, known), sentence=sentence)


def _flag(line: Line, values: Values, known: _Known) -> Line:
    action = known.actions[values["action"]]
    said = FLAGGED.get(action.action, N_("A volunteer acted on what you reported"))
    return replace(_on(line, action, known), sentence=Message(said))


def _on(line: Line, action: ModerationAction, known: _Known) -> Line:
    """With the rule, the reason, the public record, and the way to a review while there is one."""
    is_open = _may_be_reviewed(action, known.verdicts.get(action.id, Verdict()))
    review = f"/moderation/log/{action.id}/review" if is_open else ""
    return replace(line, path=_record_of(action), notes=why(action), review_path=review)


def _may_be_reviewed(action: ModerationAction, verdict: Verdict) -> bool:
    """Whether somebody concerned may still ask, and nobody has."""
    done = Decided(
        action.action,
        action.at,
        is_taken_back=verdict.reversal_id is not None,
        is_answer=action.is_mistake,
    )
    is_possible = action.action in REVIEWABLE and why_no_review(done, clock.now()) is None
    return is_possible and verdict.asked_at is None


def _record_of(action: ModerationAction) -> str:
    if action.kind in ABOUT_A_PERSON:
        return ""
    return f"/moderation/log?page={action.id + 1}#action-{action.id}"


def _reviewed(line: Line, values: Values, known: _Known) -> Line:
    appeal = known.appeals[values["appeal"]]
    reason = Message(N_("Reason: %(reason)s"), {"reason": appeal.reason})
    role = Message(ROLES.get(appeal.decided_role, appeal.decided_role))
    decided = Message(N_("Decided by: %(role)s"), {"role": role})
    path = _record_of(known.actions[appeal.action_id])
    return replace(
        line, sentence=Message(REVIEWS[appeal.outcome]), path=path, notes=(reason, decided)
    )


def _removed(line: Line, _values: Values, _known: _Known) -> Line:
    return replace(line, sentence=Message(N_("Words of yours were removed for good")))


def _deadline(line: Line, values: Values, _known: _Known) -> Line:
    closes_at = datetime.fromisoformat(values["closes_at"])
    sentence = Message(N_("Comments close on %(when)s"), {"when": closes_at})
    return replace(line, sentence=sentence, path=_path(line, "consultation"))


def _final(line: Line, _values: Values, _known: _Known) -> Line:
    sentence = Message(N_("The decision is announced, with the final text"))
    return replace(line, sentence=sentence, path=_path(line, "decision"))


def _path(line: Line, path: str) -> str:
    return path_of(line.place.slug, path) if line.place else ""


_TELLERS: dict[Told, Callable[[Line, Values, _Known], Line | None]] = {
    Told.ANSWERED: _answered,
    Told.REPLY: _reply,
    Told.FIT: _fit,
    Told.ADOPTED: _adopted,
    Told.MODERATED: _moderated,
    Told.FLAG: _flag,
    Told.REVIEWED: _reviewed,
    Told.REMOVED: _removed,
    Told.DEADLINE: _deadline,
    Told.FINAL: _final,
}
