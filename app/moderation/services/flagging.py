"""Report words: under one of six rules, by anybody; the first report opens a case.

Personal details that a confirmed person reports leave view at once, until somebody has looked.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select

from app import clock
from app.access.actor import Actor, Confirmation, Role
from app.access.acts import Act
from app.access.ensure import ensure
from app.access.predicates import Subject
from app.accounts.limits import Counted, Tried, limit_of
from app.accounts.services import throttling
from app.database import db, writing
from app.errors import NotFound, RuleBroken, TooMany
from app.ledger.services import record
from app.messages import N_
from app.moderation.events import FlagRaised
from app.moderation.models import Flag, ModerationAction, ModerationCase
from app.moderation.queries.words import find_comment_of
from app.moderation.rules import (
    HIDEABLE,
    SITE,
    VIEW,
    Action,
    Kind,
    Rule,
    checked_flag_words,
    checked_rule,
)
from app.moderation.services.acting import set_aside
from app.moderation.services.cases import find_open_case
from app.moderation.services.objects import Words, find_words, lock_thing
from app.policies.queries import facts, is_insider


@dataclass(frozen=True, slots=True)
class Flagged:
    """``is_new`` False: the same reader had reported the same before. ``is_aside``: the words are
    out of view because of it."""

    case_id: int
    is_new: bool
    is_aside: bool = False


def find_flaggable(kind: Kind, object_id: int, actor: Actor) -> Words:
    """The words that ``actor`` reads there and may report; a contribution whose words lie in a
    comment is that comment. NotFound for what is hidden, taken back, absent or no words."""
    words = find_words(*where_words_lie(kind, object_id), actor) if kind in HIDEABLE else None
    if words is None or not words.is_readable or words.author_role == Role.UNKNOWN:
        raise NotFound(N_("There are no words here to report. They may be hidden already."))
    ensure(actor, Act.FLAG, facts(words.policy, actor) if words.policy else Subject())
    return words


def where_words_lie(kind: Kind, object_id: int) -> tuple[Kind, int]:
    """Kind and id under which the words are known; those of a comment may have a number too."""
    comment_id = find_comment_of(object_id) if kind is Kind.SUGGESTION else None
    return (Kind.COMMENT, comment_id) if comment_id is not None else (kind, object_id)


def flag(kind: Kind, object_id: int, rule: str, said: str, *, actor: Actor) -> Flagged:
    """Report the words. RuleBroken with its field, TooMany, NotFound; sent twice it counts once."""
    under, said = checked_rule(rule), checked_flag_words(said)
    earlier = _find_same(*where_words_lie(kind, object_id), under, actor)
    if earlier is not None:
        return Flagged(earlier, is_new=False)
    find_flaggable(kind, object_id, actor)
    throttling.count(Counted.FLAG, actor)
    writing()
    words = find_flaggable(kind, object_id, actor)
    lock_thing(words)
    case = find_open_case(words.kind, words.id)
    if case is not None and actor.is_anonymous and _came_from_here(words, under, actor):
        return Flagged(case.id, is_new=False)
    if case is None:
        _ensure_not_looked_at(words, actor)
        case = _open(words, under)
    _write(case, under, said, actor)
    record(FlagRaised(policy=case.policy_id, case=case.id, rule=under), actor=actor)
    is_aside = _leaves_view(words, under, actor)
    if is_aside:
        set_aside(words, under, case.id)
    return Flagged(case.id, is_new=True, is_aside=is_aside)


def is_for_supervisors(words: Words) -> bool:
    """Whether no volunteer may act on the words: an officer's, or the name of who has a duty."""
    is_of_duty = words.kind is Kind.NAME and words.author_role != Role.RESIDENT
    return words.is_of_office or is_of_duty


def _find_same(kind: Kind, object_id: int, rule: Rule, actor: Actor) -> int | None:
    """The open case in which the same person reported the same under the same rule."""
    same = select(Flag.case_id).where(
        Flag.by_id == actor.id,
        Flag.rule == rule,
        Flag.case_id == ModerationCase.id,
        ModerationCase.kind == kind,
        ModerationCase.object_id == object_id,
        ModerationCase.closed_at.is_(None),
    )
    return None if actor.is_anonymous else db.session.scalar(same)


def _came_from_here(words: Words, rule: Rule, actor: Actor) -> bool:
    """Whether visitors of one network address reported the same within a day: counted once."""
    same = limit_of(Tried.FLAG_SAME_FROM, actor.origin, words.kind, str(words.id), rule)
    try:
        throttling.take(same)
    except TooMany:
        return True
    return False


def _ensure_not_looked_at(words: Words, actor: Actor) -> None:
    """Somebody decided on these words after the same person had reported them: that is final but
    for a review. Words that were changed since are other words."""
    if actor.is_anonymous or words.changed_at is None:
        return
    mine = exists().where(
        Flag.by_id == actor.id,
        Flag.case_id == ModerationCase.id,
        ModerationCase.kind == words.kind,
        ModerationCase.object_id == words.id,
        Flag.at > words.changed_at,
    )
    if db.session.scalar(select(mine)):
        raise RuleBroken(
            N_(
                "You reported these words before, and they were looked at. If you disagree with "
                "what was decided, please ask for a review."
            ),
            field="rule",
        )


def _open(words: Words, rule: Rule) -> ModerationCase:
    case = ModerationCase(
        kind=words.kind,
        object_id=words.id,
        policy_id=words.policy.id if words.policy else None,
        author_id=words.author_id,
        rule=rule,
        is_urgent=False,
        for_supervisors=is_for_supervisors(words),
        opened_at=clock.now(),
    )
    db.session.add(case)
    db.session.flush()
    return case


def _write(case: ModerationCase, rule: Rule, said: str, actor: Actor) -> None:
    """One report for each person: who thinks again says it in the same one."""
    case.is_urgent = case.is_urgent or rule is Rule.DANGER
    mine = select(Flag).where(Flag.case_id == case.id, Flag.by_id == actor.id)
    earlier = None if actor.is_anonymous else db.session.scalar(mine)
    if earlier is not None:
        earlier.rule, earlier.words = rule, said or earlier.words
    else:
        db.session.add(Flag(case_id=case.id, rule=rule, words=said, by_id=actor.id, at=clock.now()))
    db.session.flush()


def _leaves_view(words: Words, rule: Rule, actor: Actor) -> bool:
    """A confirmed person says that personal details are shown, and nobody has looked at these very
    words yet. Officers' words stay: an office answers for them. So does what is said of a draft
    when those who work on it report it: nobody takes criticism of their own draft out of view."""
    is_confirmed = actor.confirmation.rank >= Confirmation.CONTACT.rank
    if rule is not Rule.PERSONAL_DATA or actor.is_anonymous or not is_confirmed:
        return False
    if words.policy is not None and is_insider(words.policy, actor):
        return False
    return not is_for_supervisors(words) and not _was_looked_at(words)


def _was_looked_at(words: Words) -> bool:
    looked = select(ModerationAction.id).where(
        ModerationAction.kind == words.kind,
        ModerationAction.object_id == words.id,
        ModerationAction.action.in_((*VIEW, Action.NONE)),
        ModerationAction.by_role != SITE,
    )
    if words.changed_at is not None:
        looked = looked.where(ModerationAction.at > words.changed_at)
    return db.session.scalar(looked.limit(1)) is not None
