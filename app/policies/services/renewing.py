"""Keep pages true and tables small when something outside a policy has changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, exists, select, update

from app import clock
from app.accounts.models import Person
from app.database import db, writing
from app.policies.models import Policy, Revision, RevisionCredit, SavedForm
from app.policies.services.writing_revisions import lock_head, touch

FORMS_KEPT = timedelta(days=30)


def renew_pages_by(public_id: str) -> None:
    """Say that the pages of policies with revisions or adopted words of this person show
    something new."""
    person_id = db.session.scalar(select(Person.id).where(Person.public_id == public_id))
    writing()
    wrote = exists().where(Revision.policy_id == Policy.id, Revision.author_id == person_id)
    suggested = exists().where(
        RevisionCredit.policy_id == Policy.id, RevisionCredit.person_id == person_id
    )
    db.session.execute(
        update(Policy).where(wrote | suggested).values(page_version=Policy.page_version + 1),
        execution_options={"synchronize_session": False},
    )


def renew_pages(policy_ids: Sequence[int]) -> None:
    """Say that the pages of these policies, in the order of their ids, show something new."""
    if not policy_ids:
        return
    writing()
    for policy_id in policy_ids:
        touch(lock_head(policy_id))
    db.session.flush()


def forget_old_forms() -> None:
    """Drop the tokens of edit forms that were sent more than FORMS_KEPT ago."""
    old = SavedForm.saved_at < clock.now() - FORMS_KEPT
    if db.session.scalar(select(exists().where(old))):
        writing()
        db.session.execute(delete(SavedForm).where(old))
