"""Take a table of answers back in: every row looked at first, then all good ones stored, or none.

A row is refused, with its line, for what the form would refuse, and where a colleague has saved
another answer since the table was made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import delete, insert, select, tuple_

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.grants import may
from app.access.predicates import Subject
from app.database import db, writing
from app.errors import Conflict, DomainError, RuleBroken
from app.messages import N_, Message
from app.policies.models import Policy
from app.policies.queries import get_policy
from app.policies.queries.course import office_facts
from app.suggestions.models import AnswerDraft, Contribution
from app.suggestions.queries.answer_rows import AnswerRow
from app.suggestions.queries.work_table import Place, draft_seen, find_work, seen_token
from app.suggestions.services.answering import NewAnswer, checked_answer
from app.suggestions.services.drafting_answers import lock_draftable
from app.suggestions.spreadsheet import SheetRow
from app.text.canonical import TextRefused

PORTION = 500  # rows looked at together
NAMED = 200  # mistakes that a page names; all are counted
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_BETWEEN = re.compile(r"[,，、;；\n]")
One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a row cannot be stored: its line in the table, and a sentence."""

    line: int
    message: Message


@dataclass(frozen=True, slots=True)
class Ready:
    """A checked answer to one point of a contribution, and what stood there when it was checked:
    ``draft`` is the token of the draft, "" for none."""

    contribution_id: int
    number: int
    part: int
    answer: NewAnswer
    is_further: bool
    state: str
    parts: int
    draft: str


@dataclass(slots=True)
class LookedOver:
    """What a table would do: ``ready`` is stored on a yes; ``wrong`` counts all mistakes, of which
    the first are named; ``unchanged`` rows say what is there, ``empty`` ones nothing."""

    ready: list[Ready] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    wrong: int = 0
    unchanged: int = 0
    empty: int = 0

    def refuse(self, line: int, message: Message) -> None:
        self.wrong += 1
        if len(self.mistakes) < NAMED:
            self.mistakes.append(Mistake(line, message))


def look_over(
    slug: str, rows: Iterable[SheetRow], outcomes: Mapping[str, str], *, actor: Actor
) -> LookedOver:
    """Look at every row of a table; ``outcomes`` are their codes by the words in small letters."""
    policy = get_policy(slug, actor)
    looked = LookedOver()
    table = _Table(policy, office_facts(policy, actor), outcomes, actor, looked)
    for portion in _portions(iter(rows)):
        table.look_at(portion)
    return looked


def store_all(slug: str, looked: LookedOver, *, actor: Actor) -> int:
    """Store every answer that was found good, as drafts; how many. All of them or, where somebody
    answered meanwhile, none (Conflict)."""
    if not looked.ready:
        return 0
    writing()
    policy, _view = lock_draftable(slug, looked.ready[0].number, actor)
    for portion in _portions(iter(looked.ready)):
        _ensure_as_seen(portion)
        places = [(one.contribution_id, one.part) for one in portion]
        db.session.execute(
            delete(AnswerDraft).where(
                tuple_(AnswerDraft.contribution_id, AnswerDraft.part).in_(places)
            ),
            execution_options={"synchronize_session": False},
        )
        db.session.execute(insert(AnswerDraft), [_values(policy, one, actor) for one in portion])
    db.session.flush()
    return len(looked.ready)


@dataclass(slots=True)
class _Table:
    """A table on its way into one policy; ``_lines`` is where each place was named first, ``_own``
    the ids and points whose draft is the officer's own."""

    policy: Policy
    facts: Subject
    outcomes: Mapping[str, str]
    actor: Actor
    looked: LookedOver
    _lines: dict[Place, int] = field(default_factory=dict)
    _own: set[tuple[int, int]] = field(default_factory=set)

    def look_at(self, portion: Sequence[SheetRow]) -> None:
        places = [(row, _place(row)) for row in portion]
        numbers = [place[0] for _row, place in places if place is not None]
        known = find_work(self.policy, numbers, self.actor)
        self._own = _places_of(known.values(), self.actor)
        for row, place in places:
            try:
                self._look(row, place, known)
            except (DomainError, TextRefused) as refused:
                self.looked.refuse(row.line, refused.message)

    def _look(self, row: SheetRow, place: Place | None, known: Mapping[Place, AnswerRow]) -> None:
        values = row.values
        if row.formulas:
            raise RuleBroken(
                N_("There is a formula in this row. Please write the words themselves.")
            )
        if not values["outcome"]:
            self.looked.empty += 1
            return
        if place is None:
            raise RuleBroken(N_('"%(words)s" is no number.'), words=values["number"][:40])
        if place in self._lines:
            raise RuleBroken(
                N_("No. %(number)s stands in row %(line)s already."),
                number=_name(place),
                line=self._lines[place],
            )
        self._lines[place] = row.line
        current = known.get(place)
        if current is None or current.view is None:
            raise RuleBroken(
                N_("No. %(number)s is not among what this draft has to answer."),
                number=_name(place),
            )
        self._answer(row, place, current)

    def _answer(self, row: SheetRow, place: Place, current: AnswerRow) -> None:
        view = current.view
        assert view is not None
        wanted = self._wanted(row)
        if wanted == _said(current):
            self.looked.unchanged += 1
            return
        permission = may(
            self.actor, Act.PREPARE_ANSWERS, replace(self.facts, author_id=view.author_id)
        )
        if not permission:
            raise RuleBroken(permission.reason)
        answer = checked_answer(self.policy, view, wanted)
        if answer == _said(current):
            self.looked.unchanged += 1
            return
        if row.values["seen"] != seen_token(current) and (view.id, place[1]) not in self._own:
            raise RuleBroken(
                N_("A colleague has saved another answer to no. %(number)s since."),
                number=_name(place),
            )
        draft = seen_token(current) if current.is_draft else ""
        self.looked.ready.append(
            Ready(
                view.id,
                *place,
                answer,
                bool(view.answers),
                view.state,
                view.parts,
                draft,
            )
        )

    def _wanted(self, row: SheetRow) -> NewAnswer:
        values = row.values
        outcome = self.outcomes.get(values["outcome"].casefold())
        if outcome is None:
            raise RuleBroken(
                N_('"%(words)s" is none of the answers that can be chosen.'),
                words=values["outcome"][:40],
            )
        if values["revision"] and not _NUMBER.fullmatch(values["revision"]):
            raise RuleBroken(N_('"%(words)s" is no number.'), words=values["revision"][:40])
        clauses = tuple(name.strip() for name in _BETWEEN.split(values["clauses"]) if name.strip())
        revision = int(values["revision"]) if values["revision"] else None
        return NewAnswer(outcome, values["reason"], values["reference"], clauses, revision)


def _said(row: AnswerRow) -> NewAnswer:
    """What a row of the table says now."""
    return NewAnswer(row.outcome, row.reason, row.reference, row.clauses, row.revision)


def _place(row: SheetRow) -> Place | None:
    """Number and point of a row; 23-1 is the first point of 23."""
    number, _, point = row.values["number"].partition("-")
    part = point or row.values["part"] or "0"
    if not (_NUMBER.fullmatch(number) and _NUMBER.fullmatch(part)):
        return None
    return int(number), int(part)


def _places_of(rows: Iterable[AnswerRow], actor: Actor) -> set[tuple[int, int]]:
    """Ids and points among these whose draft ``actor`` wrote."""
    ids = {row.view.id for row in rows if row.view is not None}
    query = select(AnswerDraft.contribution_id, AnswerDraft.part).where(
        AnswerDraft.contribution_id.in_(ids), AnswerDraft.by_id == actor.person_id
    )
    return {(ident, part) for ident, part in db.session.execute(query)}


def _name(place: Place) -> str:
    return f"{place[0]}-{place[1]}" if place[1] else str(place[0])


def _ensure_as_seen(portion: Sequence[Ready]) -> None:
    """Refuse all where one was answered, split or taken back between the look and the yes."""
    ids = [one.contribution_id for one in portion]
    query = select(AnswerDraft).where(AnswerDraft.contribution_id.in_(ids))
    drafts = {(row.contribution_id, row.part): draft_seen(row) for row in db.session.scalars(query)}
    rows = select(Contribution.id, Contribution.state, Contribution.parts)
    stands = {
        ident: (state, parts)
        for ident, state, parts in db.session.execute(rows.where(Contribution.id.in_(ids)))
    }
    for one in portion:
        draft = drafts.get((one.contribution_id, one.part), "")
        if draft != one.draft or stands.get(one.contribution_id) != (one.state, one.parts):
            raise Conflict(
                N_("A colleague has saved another answer to no. %(number)s since."),
                number=_name((one.number, one.part)),
            )


def _values(policy: Policy, one: Ready, actor: Actor) -> dict[str, Any]:
    return {
        "contribution_id": one.contribution_id,
        "part": one.part,
        "policy_id": policy.id,
        "outcome": one.answer.outcome,
        "reason": one.answer.reason,
        "reference": one.answer.reference,
        "clauses": " ".join(one.answer.clauses),
        "revision": one.answer.revision,
        "by_id": actor.person_id,
        "by_role": actor.role,
        "department_id": actor.department_id,
        "saved_at": clock.now(),
        "is_further": one.is_further,
    }


def _portions(rows: Iterator[One]) -> Iterator[list[One]]:
    while portion := list(islice(rows, PORTION)):
        yield portion
