"""Bring a table of contributions in: in portions, each whole; twice is once, broken off goes on.

A row is known by its sender's number, day, channel and name: the same words again add nothing,
other words under the same number are named and left out, so that nothing is entered twice unseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Role
from app.accounts.models import Person
from app.accounts.services.imported_names import add_imported_name
from app.database import db, writing
from app.errors import DomainError, RuleBroken
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.services.writing_revisions import lock_head
from app.suggestions.contribution_file import Row, RowRefused
from app.suggestions.models import Contribution, PaperRecord
from app.suggestions.services.erasing import ERASED
from app.suggestions.services.storing_paper import (
    Ground,
    PaperWords,
    Prepared,
    Signed,
    add_authors,
    ground_of,
    prepare,
    store,
)
from app.text.canonical import TextRefused
from app.text.labels import label_key

# Rows a transaction: whoever sends something on the site meanwhile waits this long, some tenths of
# a second, and a broken-off import loses as much.
PORTION = 500
_COMMAND = "flask contributions import"  # who entered words where the draft has no owner


@dataclass(slots=True)
class Imported:
    """What an import has done so far."""

    added: int = 0
    known: int = 0
    refused: list[RowRefused] = field(default_factory=list)


@dataclass(slots=True)
class Import:
    """A table on its way into one policy, portion by portion, each its own transaction.

    ``said`` is by sender what was said, ``authors`` the person of each name, ``places`` the clause
    ids by label in version ``places_of``.
    """

    policy_id: int
    by_id: int | None
    done: Imported
    said: dict[str, str]
    authors: dict[tuple[str, bool], Signed]
    places: dict[str, set[str]] = field(default_factory=dict)
    places_of: int = 0

    def add(self, rows: Sequence[Row]) -> None:
        """Take in those of the rows that can be; the caller commits."""
        writing()
        policy = lock_head(self.policy_id)
        self._learn_said(rows)
        ready = self._ready(policy, rows)
        if ready:
            by = self._actor(policy)
            store(ground_of(policy), ready, self._sign(policy, ready), by=by)

    def check(self, rows: Sequence[Row]) -> None:
        """Say the same of these rows and write nothing."""
        self._ready(db.session.get_one(Policy, self.policy_id), rows)

    def _learn_said(self, rows: Sequence[Row]) -> None:
        """Another import of the same table may have come in between."""
        keys = [self._key(row) for row in rows]
        query = select(PaperRecord.import_key).where(PaperRecord.import_key.in_(keys))
        for key in db.session.scalars(query):
            _, sender, words = (key or "").split(":")
            self.said[sender] = words

    def _key(self, row: Row) -> str:
        return f"{self.policy_id}:{row.sender}:{row.said}"

    def _ready(self, policy: Policy, rows: Sequence[Row]) -> list[Prepared]:
        ground = ground_of(policy)
        self._learn_places(ground)
        ready = []
        for row in rows:
            try:
                if self._is_new(row):
                    ready.append(self._prepared(ground, row))
                    self.said[row.sender] = row.said
            except RowRefused as refusal:
                self.done.refused.append(refusal)
        self.done.added += len(ready)
        return ready

    def _is_new(self, row: Row) -> bool:
        before = self.said.get(row.sender)
        if before not in (None, ERASED, row.said):
            sentence = f"{row.number} came before with other words; it was left as it is."
            raise RowRefused(row.line, "number", sentence)
        self.done.known += before is not None
        return before is None

    def _prepared(self, ground: Ground, row: Row) -> Prepared:
        words = PaperWords(
            channel=row.channel,
            received_on=row.received_on,
            text=row.text,
            clause=self._clause(row),
            kind=row.kind,
            reason=row.reason,
            name=row.author,
            shows_name=row.shows_name,
            role=row.role,
            speaks_for=row.speaks_for,
            place=row.clause,
            import_key=self._key(row),
        )
        try:
            return prepare(ground, words)
        except DomainError as refused:
            column = {"body": "text"}.get(refused.field or "", refused.field or "row")
            raise RowRefused(row.line, column, str(refused.message)) from refused
        except TextRefused as refused:
            raise RowRefused(row.line, "text", str(refused.message)) from refused

    def _clause(self, row: Row) -> str:
        """The id of the article that the row names."""
        if not row.clause:
            return ""
        found = next((self.places[key] for key in _keys(row.clause) if key in self.places), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            ids = ", ".join(sorted(found))
            raise RowRefused(
                row.line, "clause", f'"{row.clause}" stands in several places; use one of {ids}.'
            )
        raise RowRefused(row.line, "clause", f'the text has no "{row.clause}".')

    def _learn_places(self, ground: Ground) -> None:
        if self.places_of == ground.base.number:
            return
        self.places, self.places_of = {}, ground.base.number
        for clause in ground.base.outline:
            for key in {clause.id, label_key(clause.label)} - {""}:
                self.places.setdefault(key, set()).add(clause.id)

    def _sign(self, policy: Policy, ready: Sequence[Prepared]) -> list[Signed]:
        """A person for each: the same one for one name, another for each who gave none."""
        names = [(one.words.name, one.words.shows_name) for one in ready]
        new = list(dict.fromkeys(name for name in names if name[0] and name not in self.authors))
        self.authors.update(zip(new, add_authors(policy, new), strict=True))
        nameless = iter(add_authors(policy, [name for name in names if not name[0]]))
        return [self.authors[name] if name[0] else next(nameless) for name in names]

    def _actor(self, policy: Policy) -> Actor:
        """Who answers for it: whom the operator named, the owner, or a row that says it was us."""
        ident = self.by_id or policy.owner_id
        if ident is None:
            ident = self.by_id = _find_command() or add_imported_name(_COMMAND).id
        return db.session.get_one(Person, ident).actor(clock.now())


def begin_import(policy_id: int, done: Imported, by_id: int | None = None) -> Import:
    """An import into this policy that knows what was imported before; RuleBroken where the policy
    takes no letters now."""
    ground_of(db.session.get_one(Policy, policy_id))
    query = (
        select(
            PaperRecord.import_key,
            PaperRecord.name,
            PaperRecord.shows_name,
            Person.id,
            Person.public_id,
        )
        .join(Contribution, Contribution.id == PaperRecord.contribution_id)
        .join(Person, Person.id == Contribution.author_id)
        .where(Contribution.policy_id == policy_id, PaperRecord.import_key.is_not(None))
    )
    said: dict[str, str] = {}
    authors: dict[tuple[str, bool], Signed] = {}
    for key, name, shows, ident, public_id in db.session.execute(query):
        _, sender, words = (key or "").split(":")
        said[sender] = words
        if name:
            authors[name, shows] = Signed(ident, public_id)
    db.session.rollback()
    return Import(policy_id, by_id, done, said, authors)


def find_open_policies() -> Sequence[tuple[int, str]]:
    """Id and slug of the policies that are open for comment now; two of them at most."""
    wanted = (Phase.DRAFTING, Phase.CONSULTATION)  # one may have opened a moment ago
    policies = db.session.scalars(select(Policy).where(Policy.phase.in_(wanted)))
    now_open = (one for one in policies if one.phase_now == Phase.CONSULTATION)
    return [(one.id, one.slug) for one, _ in zip(now_open, range(2), strict=False)]


def find_officer(email: str) -> int:
    """The id of the account with this address; RuleBroken when there is none."""
    found = db.session.scalar(select(Person.id).where(Person.email == email.strip().lower()))
    if found is None:
        raise RuleBroken("Nobody here has the address %(email)s.", email=email)
    return found


def _find_command() -> int | None:
    query = select(Person.id).where(Person.name == _COMMAND, Person.role == Role.UNKNOWN)
    return db.session.scalars(query.order_by(Person.id).limit(1)).first()


def _keys(label: str) -> Iterator[str]:
    """What a label may stand under: as it is, and 第五条 for Article 5 and the other way round."""
    yield label.strip()
    key = label_key(label)
    yield key
    figures = "".join(sign for sign in key if sign.isdigit())
    if figures and key in (figures, f"art. {figures}", f"第{figures}条"):
        yield from (f"第{figures}条", f"art. {figures}")
