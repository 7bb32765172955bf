"""What the two officers look at before the answers are published."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from app.consultations.queries.sources import SourceKind, list_changes
from app.database import db
from app.policies.models import Policy
from app.suggestions.models import AnswerDraft, Contribution
from app.suggestions.queries.owed import Owed, count_owed
from app.suggestions.rules import CHANGES_TEXT

SHOWN = 5  # reasons that are used several times
NAMED = 20


@dataclass(frozen=True, slots=True)
class AnswersCheck:
    """``pointless``: numbers whose draft says "adopted" without a change of the text. ``own`` counts
    the department's changes that nobody asked for, ``unsourced`` those without a source at all.
    ``repeated`` are reasons with how often each is used, the most used first."""

    owed: Owed
    pointless: tuple[int, ...]
    own: int
    unsourced: int
    repeated: tuple[tuple[str, int], ...]

    @property
    def is_ready(self) -> bool:
        """Whether they can be sent for approval."""
        return not self.owed.missing and not self.pointless and self.owed.unpublished > 0


def check_answers(policy: Policy) -> AnswersCheck:
    """The check of the drafts as they are now."""
    changes = list_changes(policy)
    return AnswersCheck(
        owed=count_owed(policy.id),
        pointless=_pointless(policy.id),
        own=sum(change.kind is SourceKind.OWN for change in changes),
        unsourced=sum(not change.is_sourced for change in changes),
        repeated=_repeated(policy.id),
    )


def _pointless(policy_id: int) -> tuple[int, ...]:
    query = (
        select(Contribution.number)
        .join(AnswerDraft, AnswerDraft.contribution_id == Contribution.id)
        .where(
            AnswerDraft.policy_id == policy_id,
            AnswerDraft.outcome.in_(CHANGES_TEXT),
            or_(AnswerDraft.revision.is_(None), AnswerDraft.clauses == ""),
        )
        .order_by(Contribution.number)
        .limit(NAMED)
    )
    return tuple(dict.fromkeys(db.session.scalars(query)))


def _repeated(policy_id: int) -> tuple[tuple[str, int], ...]:
    count = func.count()
    query = (
        select(AnswerDraft.reason, count)
        .where(AnswerDraft.policy_id == policy_id)
        .group_by(AnswerDraft.reason)
        .having(count > 1)
        .order_by(count.desc(), AnswerDraft.reason)
        .limit(SHOWN)
    )
    return tuple((reason, number) for reason, number in db.session.execute(query))
