"""Which words a removal is about, and how they leave the tables, kind by kind.

Inside the write gate, the policy locked. Words that a version took in are the policy's text and
stay; answers and the reasons of moderators are the office's and the volunteers' own words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select, update

from app.accounts.services.outbox import drop_letters_holding
from app.database import db
from app.discussions.models import Comment
from app.discussions.services.erasing import erase_comment, words_of_comment
from app.moderation.models import Appeal, Flag, HiddenName, ModerationAction, ModerationCase
from app.moderation.rules import Kind
from app.policies.models import Revision
from app.policies.services.erasing import drop_drafts, erase_summary, trim_credits
from app.suggestions.models import Contribution
from app.suggestions.services.erasing import (
    drop_kept_words,
    erase_contribution,
    find_contribution_of,
    words_of_contribution,
)

NO_SALT = bytes(16)
Pieces = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """What a removal is about: its kind and id, and whose words they are on which policy."""

    kind: Kind
    id: int
    policy_id: int | None
    person_id: int | None


def words_of(thing: Thing) -> Pieces:
    """All the words that would go, earlier wordings too; () where there is nothing (any more)."""
    return _WORDS[thing.kind](thing.id)


def erase(thing: Thing) -> Pieces:
    """Take the words out of every table and answer them, so that their hash can be kept."""
    pieces = words_of(thing)
    _ERASE[thing.kind](thing.id)
    _erase_reports(thing)
    drop_letters_holding(pieces)
    if thing.policy_id is not None and thing.person_id is not None:
        drop_drafts(thing.policy_id, thing.person_id, pieces)
        drop_kept_words(thing.policy_id, thing.person_id, pieces)
    db.session.flush()
    return pieces


def document_of(thing: Thing) -> str:
    """The key under which the search index knows the words; "" for what it never holds."""
    if thing.kind is Kind.COMMENT:
        return f"comment:{thing.id}"
    if thing.kind is Kind.SUGGESTION:
        number = db.session.scalar(select(Contribution.number).where(Contribution.id == thing.id))
        return f"suggestion:{thing.policy_id}:{number}"
    if thing.kind is Kind.SUMMARY:
        number = db.session.scalar(select(Revision.number).where(Revision.id == thing.id))
        return f"revision:{thing.policy_id}:{number}"
    return ""


def _words_of_comment(ident: int) -> Pieces:
    return words_of_comment(ident) if db.session.get(Comment, ident) else ()


def _words_of_suggestion(ident: int) -> Pieces:
    return words_of_contribution(ident) if db.session.get(Contribution, ident) else ()


def _words_of_summary(ident: int) -> Pieces:
    return tuple(db.session.scalars(select(Revision.summary).where(Revision.id == ident)))


def _words_of_name(ident: int) -> Pieces:
    query = select(HiddenName.name).where(HiddenName.person_id == ident)
    return tuple(db.session.scalars(query))


def _erase_comment(ident: int) -> None:
    contribution = find_contribution_of(ident)
    erase_comment(ident)
    if contribution is not None:
        erase_contribution(contribution)


def _erase_suggestion(ident: int) -> None:
    row = db.session.get_one(Contribution, ident)
    erase_contribution(row)
    trim_credits(row.policy_id, row.number)


def _erase_name(ident: int) -> None:
    db.session.execute(update(HiddenName).where(HiddenName.person_id == ident).values(name=""))


def _erase_reports(thing: Thing) -> None:
    """What readers said when they reported it, and who asked for a review: they quote the words."""
    cases = select(ModerationCase.id).where(
        ModerationCase.kind == thing.kind, ModerationCase.object_id == thing.id
    )
    actions = select(ModerationAction.id).where(
        ModerationAction.kind == thing.kind, ModerationAction.object_id == thing.id
    )
    for query in (
        update(Flag).where(Flag.case_id.in_(cases)).values(words=""),
        update(Appeal).where(Appeal.action_id.in_(actions)).values(words="", salt=NO_SALT),
    ):
        db.session.execute(query.execution_options(synchronize_session=False))


_WORDS: dict[Kind, Callable[[int], Pieces]] = {
    Kind.COMMENT: _words_of_comment,
    Kind.SUGGESTION: _words_of_suggestion,
    Kind.SUMMARY: _words_of_summary,
    Kind.NAME: _words_of_name,
}
_ERASE: dict[Kind, Callable[[int], None]] = {
    Kind.COMMENT: _erase_comment,
    Kind.SUGGESTION: _erase_suggestion,
    Kind.SUMMARY: erase_summary,
    Kind.NAME: _erase_name,
}
