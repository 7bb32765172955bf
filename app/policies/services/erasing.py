"""Take a person's words out of the tables of policies for good; texts of versions always stay.

The callers enter the write gate, lock the policy and renew its pages.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import delete, select, update

from app.accounts.models import Person
from app.database import db, writing
from app.policies.models import Draft, PolicyMember, Revision, RevisionCredit, SavedForm
from app.policies.versions import get_version
from app.text.holding import holds_any

NO_SALT = bytes(16)  # what the database demands with an erased reason line


def erase_summary(revision_id: int) -> None:
    """The reason line of a version and its salt, with what an imported file said above its text,
    where the line stands too. The one change that the database lets pass on a version."""
    db.session.execute(
        update(Revision)
        .where(Revision.id == revision_id)
        .values(summary="", summary_salt=NO_SALT, front="")
    )


def trim_credits(policy_id: int, suggestion: int) -> None:
    """Of the words that a suggestion put in keep those that stand in the version it led to."""
    query = select(RevisionCredit).where(
        RevisionCredit.policy_id == policy_id, RevisionCredit.suggestion == suggestion
    )
    for credit in db.session.scalars(query).all():
        text = get_version(policy_id, credit.number).text
        kept = [run for run in json.loads(credit.inserted) if run in text]
        credit.inserted = json.dumps(kept, ensure_ascii=False)
    db.session.flush()


def drop_drafts(policy_id: int, person_id: int, pieces: Sequence[str]) -> None:
    """Delete what the person keeps unsaved on the policy and what holds one of ``pieces``."""
    query = select(Draft).where(Draft.policy_id == policy_id, Draft.person_id == person_id)
    for draft in db.session.scalars(query):
        if holds_any(draft.text, pieces) or holds_any(draft.summary, pieces):
            db.session.delete(draft)
    db.session.flush()


def forget_person(public_id: str) -> None:
    """Somebody left: their unsaved work, their form tokens and their places on drafts go."""
    writing()
    person = select(Person.id).where(Person.public_id == public_id).scalar_subquery()
    for table in (Draft, PolicyMember, SavedForm):
        db.session.execute(delete(table).where(table.person_id == person))
