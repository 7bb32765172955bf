"""Take the words of a contribution out of the database for good.

The callers of ``erase_contribution`` enter the write gate, lock the policy and renew its pages:
``withdrawing`` for what its author took back, ``moderation`` for a text that is removed.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import delete, exists, or_, select, update

from app import clock
from app.accounts.models import Person
from app.database import db, writing
from app.discussions.models import Comment, Thread
from app.discussions.queries.shown import first_of_thread
from app.discussions.services.withdrawing import erase_words
from app.policies.models import Policy
from app.suggestions.channels import name_of_nobody
from app.suggestions.models import (
    Contribution,
    ContributionBand,
    ContributionPart,
    KeptWords,
    PaperRecord,
    SuggestedChange,
)
from app.suggestions.services.keeping_scans import drop_scan
from app.text.holding import holds_any

# Stands for the hash of the words in the key of an imported row.
ERASED = "erased"


def words_of_contribution(contribution_id: int) -> tuple[str, ...]:
    """Its reason and the new words of each change, as they stand."""
    row = db.session.get_one(Contribution, contribution_id)
    changes = db.session.scalars(
        select(SuggestedChange.text)
        .where(SuggestedChange.contribution_id == row.id)
        .order_by(SuggestedChange.position)
    )
    return (row.reason, *changes)


def find_contribution_of(comment_id: int) -> Contribution | None:
    """The contribution whose words lie in this comment: it opened the thread, or is the reply."""
    opened = (
        select(Comment.thread_id)
        .join(Thread, Thread.id == Comment.thread_id)
        .where(Comment.id == comment_id, first_of_thread() == comment_id)
    )
    query = select(Contribution).where(
        or_(
            Contribution.comment_id == comment_id,
            Contribution.thread_id.in_(opened) & Contribution.comment_id.is_(None),
        )
    )
    return db.session.scalar(query)


def erase_contribution(row: Contribution) -> None:
    """No word of it, and nothing by which its words could be guessed; its number stays."""
    row.reason, row.salt, row.sketch = "", secrets.token_bytes(16), None
    row.erased_at = clock.now()
    for query in (
        update(SuggestedChange).where(SuggestedChange.contribution_id == row.id).values(text=""),
        update(ContributionPart).where(ContributionPart.contribution_id == row.id).values(words=""),
        delete(ContributionBand).where(ContributionBand.contribution_id == row.id),
    ):
        db.session.execute(query)
    if row.channel:
        _erase_record(row)
    if row.edit_token:
        db.session.execute(delete(KeptWords).where(KeptWords.edit_token == row.edit_token))
    if row.thread_id is not None and row.comment_id is None:
        erase_words(row.thread_id)
    db.session.flush()


def drop_kept_words(policy_id: int, person_id: int, pieces: Sequence[str]) -> None:
    """Delete what the person keeps unsent on the policy and what holds one of ``pieces``."""
    query = select(KeptWords).where(
        KeptWords.policy_id == policy_id, KeptWords.person_id == person_id
    )
    for row in db.session.scalars(query):
        if holds_any(row.text, pieces) or holds_any(row.reason, pieces):
            db.session.delete(row)
    db.session.flush()


def forget_person(public_id: str) -> None:
    """Somebody left: what they keep unsent goes, and no look-up code acts in their name."""
    writing()
    person = select(Person.id).where(Person.public_id == public_id).scalar_subquery()
    db.session.execute(delete(KeptWords).where(KeptWords.person_id == person))
    sent = update(Contribution).where(Contribution.author_id == person)
    db.session.execute(sent.values(lookup_hash=None).execution_options(synchronize_session=False))


def _erase_record(row: Contribution) -> None:
    """Neither the sender's name nor the letter itself; how it came may be known.

    Of the key that makes two imports one, the hash of the words goes and the sender's stays, so
    that the same table does not bring the words back.
    """
    record = db.session.get_one(PaperRecord, row.id)
    drop_scan(record.scan)
    record.name = record.place = record.scan = ""
    record.shows_name = False
    if record.import_key:
        record.import_key = ":".join((*record.import_key.split(":")[:2], ERASED))
    if _sent_nothing_else(row):
        language = db.session.get_one(Policy, row.policy_id).language
        sender = db.session.get_one(Person, row.author_id)
        sender.name = name_of_nobody(language)


def _sent_nothing_else(row: Contribution) -> bool:
    """Whether the row of its sender stands for these words alone: a table names some twice."""
    other = exists().where(Contribution.author_id == row.author_id, Contribution.id != row.id)
    return not db.session.scalar(select(other))
