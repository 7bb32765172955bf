"""The office's own table of answers: one row for each thing that is to be answered, and its state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from sqlalchemy import select

from app.access.actor import Actor
from app.database import db
from app.policies.models import Policy
from app.suggestions.models import AnswerDraft, Contribution
from app.suggestions.queries.answer_rows import HIDDEN, AnswerRow, list_rows
from app.suggestions.queries.answers_table import iter_rows
from app.suggestions.rules import State

_ANSWERABLE = (State.OPEN, State.ANSWERED, HIDDEN)
Place = tuple[int, int]  # number and point


def iter_work(policy: Policy, actor: Actor) -> Iterator[AnswerRow]:
    """Everything owed or late that ``actor`` can answer, by number: for each point what would be
    said of it now, a draft before what is published."""
    last: AnswerRow | None = None
    for row in iter_rows(policy, actor, with_drafts=True):
        if not is_work(row):
            continue
        if last is not None and (last.number, last.part) != (row.number, row.part):
            yield last
        last = row
    if last is not None:
        yield last


def find_work(policy: Policy, numbers: Sequence[int], actor: Actor) -> dict[Place, AnswerRow]:
    """The same of these numbers, by number and point; some hundreds at once."""
    query = select(Contribution).where(
        Contribution.policy_id == policy.id, Contribution.number.in_(numbers)
    )
    found = db.session.scalars(query.order_by(Contribution.number)).all()
    rows = list_rows(policy, found, actor, with_drafts=True)
    return {(row.number, row.part): row for row in rows if is_work(row)}


def is_work(row: AnswerRow) -> bool:
    """Whether the office answers this, owed or late."""
    return row.view is not None and row.state in _ANSWERABLE and (row.is_owed or row.is_late)


def seen_token(row: AnswerRow) -> str:
    """What tells one answer of a row from the next, so that nobody overwrites a colleague's words
    unseen; "" while there is none."""
    return _token(row, row.clauses, is_draft=row.is_draft) if row.outcome else ""


def draft_seen(draft: AnswerDraft) -> str:
    """The same of a draft's row."""
    return _token(draft, draft.clauses.split(), is_draft=True)


def _token(said: AnswerRow | AnswerDraft, clauses: Iterable[str], *, is_draft: bool) -> str:
    state = "draft" if is_draft else "published"
    parts = (state, said.outcome, said.reason, said.reference, str(said.revision), *clauses)
    return sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
