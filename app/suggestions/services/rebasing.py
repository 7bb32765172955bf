"""Bring the suggestions that wait onto a new revision and tell an author whose state changed.

Only the worker does this, in portions: what is computed before the write gate is written in
transactions short enough that nobody who saves waits for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import select, update
from sqlalchemy.sql import ColumnElement

from app import clock
from app.access.actor import VISITOR, Confirmation
from app.accounts.addresses import Address
from app.accounts.models import Person
from app.accounts.services import outbox, setup
from app.database import committing, db
from app.ledger.services import record, record_all
from app.policies.models import Policy, RevisionCredit
from app.policies.services.writing_revisions import lock_head, touch
from app.policies.versions import get_version
from app.suggestions.events import FitChanged, SuggestionSuperseded
from app.suggestions.models import Contribution, SuggestedChange
from app.suggestions.rules import Fit, Kind, State
from app.text.operations import Operation
from app.text.rebase import Rebase

PORTION = 100  # suggestions written at once: some ten milliseconds inside the gate
PASSED_ON = 500  # the same for those that nothing happened to
_PREPARED = 4  # pairs of revisions kept ready; one of a long law takes a megabyte or two


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A suggestion that was not yet looked at on the head, as it was when it was read."""

    id: int
    number: int
    place: str
    base: int
    fit: str
    fit_number: int
    superseded_by: int | None
    changed_at: datetime | None
    email: str
    locale: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class _Verdict:
    """How a suggestion stands to the head; ``by`` is the number of the one that replaced it.

    ``label`` is what its clause is called now, or was last, "" for the whole text.
    """

    one: _Waiting
    fit: Fit
    by: int | None
    label: str

    @property
    def is_news(self) -> bool:
        return self.fit != self.one.fit


def rebase_policy(policy_id: int) -> int:
    """Look at every open suggestion on the head of the policy; how many changed their state.

    Commits each portion by itself. What was looked at on this head is not looked at again, so
    doing it twice tells nobody twice.
    """
    number = db.session.scalar(select(Policy.head_number).where(Policy.id == policy_id)) or 0
    _pass_on_untouched(policy_id, number)
    judge = _Judge(policy_id, number)
    told = 0
    while waiting := _waiting(policy_id, number):
        verdicts = [judge.verdict(one) for one in waiting]
        with committing():
            told += _write(policy_id, number, verdicts)
    return told


def _pass_on_untouched(policy_id: int, number: int) -> None:
    """Who suggests other words for one clause, and it reads as when that was looked at last, stands
    as then: a save that touches one clause of a thousand costs what stands on that one."""
    waiting = (*_is_waiting(policy_id, number), Contribution.clause.is_not(None))
    seen = db.session.scalars(select(Contribution.fit_number).where(*waiting).distinct()).all()
    for earlier in seen:
        old, new = (
            {c.id: c.text for c in get_version(policy_id, n).outline} for n in (earlier, number)
        )
        touched = [ident for ident in old.keys() | new.keys() if old.get(ident) != new.get(ident)]
        untouched = (Contribution.fit_number == earlier, Contribution.clause.not_in(touched))
        ids = db.session.scalars(select(Contribution.id).where(*waiting, *untouched)).all()
        for start in range(0, len(ids), PASSED_ON):
            some = Contribution.id.in_(ids[start : start + PASSED_ON])
            passed = update(Contribution).where(some, *waiting, *untouched)
            with committing():
                db.session.execute(
                    passed.values(fit_number=number).execution_options(synchronize_session=False)
                )


def _is_waiting(policy_id: int, number: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Contribution.policy_id == policy_id,
        Contribution.kind == Kind.SUGGESTION,
        Contribution.state == State.OPEN,
        Contribution.erased_at.is_(None),
        Contribution.fit_number < number,
    )


def _waiting(policy_id: int, number: int) -> list[_Waiting]:
    """The next portion; those written on one revision come together."""
    query = (
        select(Contribution, Person.email, Person.locale, Person.confirmation)
        .join(Person, Person.id == Contribution.author_id)
        .where(*_is_waiting(policy_id, number))
        .order_by(Contribution.fit_number, Contribution.base, Contribution.id)
        .limit(PORTION)
    )
    rows = db.session.execute(query).all()
    operations = _operations([row[0].id for row in rows])
    return [
        _Waiting(
            id=one.id,
            number=one.number,
            place=one.clause or one.after or "",
            base=one.base,
            fit=one.fit,
            fit_number=one.fit_number,
            superseded_by=one.superseded_by,
            changed_at=one.changed_at,
            email=(email or "") if confirmation != Confirmation.NONE else "",
            locale=locale,
            operations=operations.get(one.id, ()),
        )
        for one, email, locale, confirmation in rows
    ]


def _operations(ids: Sequence[int]) -> dict[int, tuple[Operation, ...]]:
    query = (
        select(SuggestedChange)
        .where(SuggestedChange.contribution_id.in_(ids))
        .order_by(SuggestedChange.contribution_id, SuggestedChange.position)
    )
    rows = db.session.scalars(query)
    return {
        ident: tuple(Operation(c.kind, c.clause, c.after, c.base_hash, c.text) for c in changes)
        for ident, changes in groupby(rows, key=lambda change: change.contribution_id)
    }


class _Judge:
    """Says of suggestions how they stand to revision ``number``."""

    def __init__(self, policy_id: int, number: int) -> None:
        self._policy_id, self._number = policy_id, number
        self._prepared: dict[tuple[int, int], Rebase] = {}

    def verdict(self, one: _Waiting) -> _Verdict:
        said = self._onto(one.base, self._number).fit(one.operations)
        by = self._replaced_by(one) if said == "contained" else None
        fit = Fit.REWORK if said == "rework" else Fit.FITS if by is None else Fit.SUPERSEDED
        return _Verdict(one, fit, by, self._label(one) if fit != one.fit else "")

    def _label(self, one: _Waiting) -> str:
        for number in (self._number, one.base):
            clause = get_version(self._policy_id, number).clause(one.place) if one.place else None
            if clause is not None:
                return clause.label
        return ""

    def _onto(self, base: int, number: int) -> Rebase:
        key = base, number
        if key not in self._prepared:
            if len(self._prepared) == _PREPARED:
                self._prepared.clear()
            old, new = (get_version(self._policy_id, each).outline for each in key)
            self._prepared[key] = Rebase(old, new)
        return self._prepared[key]

    def _replaced_by(self, one: _Waiting) -> int | None:
        """Whose adoption put these words into the text; None when it was an edit of somebody."""
        if one.superseded_by is not None:
            return one.superseded_by
        query = (
            select(RevisionCredit.number, RevisionCredit.suggestion)
            .where(
                RevisionCredit.policy_id == self._policy_id,
                RevisionCredit.number > one.fit_number,
                RevisionCredit.number <= self._number,
            )
            .order_by(RevisionCredit.number, RevisionCredit.suggestion)
        )
        rows = db.session.execute(query).all()
        for number, credits_ in groupby(rows, key=lambda row: row.number):
            others: list[int] = [row.suggestion for row in credits_]
            if one.number not in others and self._came_with(one, number):
                return others[0]
        return None

    def _came_with(self, one: _Waiting, number: int) -> bool:
        before, after = (
            self._onto(one.base, each).fit(one.operations) for each in (number - 1, number)
        )
        return after == "contained" != before


def _write(policy_id: int, number: int, verdicts: Sequence[_Verdict]) -> int:
    """Store what was found, but for suggestions that were changed meanwhile; inside the gate."""
    policy = lock_head(policy_id)
    query = select(Contribution.id, Contribution.fit_number, Contribution.changed_at).where(
        Contribution.id.in_([verdict.one.id for verdict in verdicts]),
        Contribution.state == State.OPEN,
    )
    same = {tuple(row) for row in db.session.execute(query)}
    stored = [v for v in verdicts if (v.one.id, v.one.fit_number, v.one.changed_at) in same]
    news = [verdict for verdict in stored if verdict.is_news]
    _store([{"id": v.one.id, "fit_number": number} for v in stored if not v.is_news])
    _store(
        [
            {
                "id": verdict.one.id,
                "fit_number": number,
                "fit": verdict.fit,
                "superseded_by": verdict.by,
                "news_at": clock.now(),
            }
            for verdict in news
        ]
    )
    record_all([_event(policy_id, number, verdict) for verdict in news], actor=VISITOR)
    for verdict in news:
        _tell(policy, verdict)
    if news:
        touch(policy)
    db.session.flush()
    return len(news)


def _event(policy_id: int, number: int, verdict: _Verdict) -> FitChanged:
    return FitChanged(
        policy=policy_id,
        number=verdict.one.number,
        fit=verdict.fit,
        by=verdict.by,
        revision=number,
    )


def _store(rows: list[dict[str, object]]) -> None:
    if rows:
        db.session.execute(update(Contribution), rows)


def _tell(policy: Policy, verdict: _Verdict) -> None:
    """One mail to an author who has a confirmed address; the rest is seen in the app."""
    one = verdict.one
    if verdict.by is not None:
        event = SuggestionSuperseded(
            policy=policy.id, number=one.number, by=verdict.by, by_author=False
        )
        record(event, actor=VISITOR, is_public=policy.is_public)
    if one.email and policy.is_public:
        outbox.send_later(
            Address("mail", one.email),
            "suggestion_changed",
            locale=one.locale or setup.settings().default_locale,
            title=policy.title,
            slug=policy.slug,
            number=one.number,
            label=verdict.label,
            fit=verdict.fit,
            by=verdict.by or 0,
        )
