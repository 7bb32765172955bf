"""Write contributions that came on paper or by telephone: one, or some hundreds at once.

They have no thread: their words are the reason, with other words for an article beside it. They
count like those sent here; who signed them has a person row without contact.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from app import clock
from app.access.actor import Actor, Role
from app.accounts.services import setup
from app.accounts.services.imported_names import add_imported_names
from app.database import db, must_be_writing
from app.discussions.rules import checked_body
from app.errors import RuleBroken
from app.ledger.services import record_all
from app.messages import N_
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries import number_at
from app.policies.queries.course import closes_at
from app.policies.services.writing_revisions import touch
from app.policies.versions import Version, get_version
from app.suggestions.channels import name_of_nobody
from app.suggestions.events import ContributionSent
from app.suggestions.models import Contribution, PaperRecord, SuggestedChange
from app.suggestions.rules import Fit, Kind, State
from app.suggestions.services.codes import code_hash, lookup_code
from app.suggestions.services.sending import hash_of_words, next_number
from app.text.canonical import canonical
from app.text.labels import own_number_end
from app.text.operations import Operation, clause_operation
from app.text.rebase import fit

REMOVAL = "removal"  # a suggestion to take the article out, as files and forms call it
TAKES_PAPER = (Phase.DRAFTING, Phase.CONSULTATION, Phase.RESPONSE)
_NAME_LENGTH = 60  # as long as a person's name can be


@dataclass(frozen=True, slots=True)
class PaperWords:
    """What came: the words for ``clause`` (an id, "" for the whole draft), and how.

    ``kind`` is a kind of contribution or ``REMOVAL``; ``text`` are other words for the article of a
    suggestion, else what was said. ``place`` is where in the text, in their words.
    """

    channel: str
    received_on: date
    text: str
    clause: str = ""
    kind: str = Kind.COMMENT
    reason: str = ""
    name: str = ""
    shows_name: bool = False
    role: str = Role.RESIDENT
    speaks_for: str = ""
    place: str = ""
    scan: str = ""
    token: str = ""
    import_key: str | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """The person row that stands for whom the words are from."""

    id: int
    public_id: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What words are entered upon: the text that was asked about (``base``) and the ``head``, and
    when comments on a clause close (None: they do not)."""

    policy: Policy
    phase: Phase
    base: Version
    head: Version
    closes: Callable[[str], datetime | None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Words that were checked, ready to be written."""

    words: PaperWords
    kind: Kind
    reason: str
    operations: tuple[Operation, ...]
    fit: str
    is_late: bool


def ground_of(policy: Policy) -> Ground:
    """What words for this policy are entered upon now; RuleBroken in a phase that takes none."""
    phase = policy.phase_now
    if phase not in TAKES_PAPER:
        raise RuleBroken(
            N_("Letters and calls are entered while a draft is written, open or being answered.")
        )
    head = get_version(policy.id, policy.head_number)
    base = head
    if phase == Phase.RESPONSE and policy.closes_at is not None:
        base = get_version(policy.id, number_at(policy, policy.closes_at))

    @cache
    def closes(clause: str) -> datetime | None:
        return None if phase == Phase.DRAFTING else closes_at(policy, clause or None)

    return Ground(policy, phase, base, head, closes)


def prepare(ground: Ground, words: PaperWords) -> Prepared:
    """The words as they would be stored; RuleBroken (field), TextRefused for what cannot be."""
    clause = ground.base.clause(words.clause) if words.clause else None
    if words.clause and clause is None:
        raise RuleBroken(N_("This article does not stand in the text."), field="clause")
    is_late = _is_late(ground, words)
    if words.kind not in (Kind.SUGGESTION, REMOVAL):
        body = checked_body(_joined(words))
        return Prepared(words, Kind(words.kind), body, (), "", is_late)
    if clause is None:
        raise RuleBroken(N_("Please choose the article that this is about."), field="clause")
    is_removal = words.kind == REMOVAL
    said = _joined(words) if is_removal else words.reason.strip()
    wanted = "" if is_removal else _with_number(clause.text, words.text)
    operation = clause_operation(clause, wanted)
    if operation is None or not (is_removal or operation.text):
        raise RuleBroken(
            N_("The article reads like this already. Please give the other words."), field="text"
        )
    reason = checked_body(said) if said else ""
    found = _fit(ground, (operation,))
    return Prepared(words, Kind.SUGGESTION, reason, (operation,), found, is_late)


def store(
    ground: Ground, prepared: Sequence[Prepared], authors: Sequence[Signed], *, by: Actor
) -> list[int]:
    """Write them, signed by one of ``authors`` each; answers their numbers.

    Inside the gate, the policy locked. One call renews the policy's pages once.
    """
    must_be_writing()
    policy = ground.policy
    first = next_number(policy.id)
    rows = [
        _contribution(ground, one, signed, first + place)
        for place, (one, signed) in enumerate(zip(prepared, authors, strict=True))
    ]
    added = insert(Contribution).returning(Contribution.id, sort_by_parameter_order=True)
    ids = db.session.scalars(added, rows).all()
    _store_changes(ids, prepared)
    _store_records(ids, prepared, by)
    touch(policy)
    db.session.flush()
    events = [
        _event(policy, row, one, signed)
        for row, one, signed in zip(rows, prepared, authors, strict=True)
    ]
    record_all(events, actor=by, is_public=policy.is_public)
    return [row["number"] for row in rows]


def add_authors(policy: Policy, names: Sequence[tuple[str, bool]]) -> list[Signed]:
    """A person without contact for each name; one that is not shown is called Resident."""
    nameless = name_of_nobody(policy.language)
    shown = [name[:_NAME_LENGTH] if name and shows else nameless for name, shows in names]
    return [Signed(*row) for row in add_imported_names(shown)]


def _joined(words: PaperWords) -> str:
    return "\n\n".join(part for part in (words.text.strip(), words.reason.strip()) if part)


def _with_number(before: str, words: str) -> str:
    """Other words for an article; a letter rarely repeats its number, so it is put before them."""
    words = canonical(words).text.strip("\n")
    own = own_number_end(before)
    return words if not own or own_number_end(words) else before[:own] + words.lstrip()


def _is_late(ground: Ground, words: PaperWords) -> bool:
    """Whether the day on which it was received began after comments on the article had closed."""
    closes = ground.closes(words.clause)
    if closes is None:
        return False
    day = words.received_on
    zone = ZoneInfo(setup.settings().site_timezone)
    return datetime(day.year, day.month, day.day, tzinfo=zone) >= closes


def _fit(ground: Ground, operations: tuple[Operation, ...]) -> str:
    if ground.base.number == ground.head.number:
        return Fit.FITS
    found = fit(ground.head.outline, ground.base.outline, operations)
    return Fit.REWORK if found == "rework" else Fit.FITS


def _contribution(ground: Ground, one: Prepared, signed: Signed, number: int) -> dict[str, Any]:
    now = clock.now()
    policy = ground.policy
    return {
        "policy_id": policy.id,
        "number": number,
        "kind": one.kind,
        "clause": one.words.clause or None,
        "base": ground.base.number,
        "author_id": signed.id,
        "author_role": one.words.role,
        "speaks_for": one.words.speaks_for,
        "reason": one.reason,
        "salt": secrets.token_bytes(16),
        "begun_at": now,
        "sent_at": now,
        "is_late": one.is_late,
        "state": State.OPEN,
        "fit": one.fit,
        "fit_number": ground.head.number if one.operations else 0,
        "lookup_hash": code_hash(lookup_code(policy.id, number)),
        "edit_token": one.words.token or None,
        "channel": one.words.channel,
        "round": 0 if ground.phase == Phase.DRAFTING else policy.round,
        "is_owed": not one.is_late,
    }


def _store_changes(ids: Sequence[int], prepared: Sequence[Prepared]) -> None:
    changes = [
        {
            "contribution_id": ident,
            "position": position,
            "kind": operation.kind,
            "clause": operation.clause,
            "after": operation.after,
            "base_hash": operation.base_hash,
            "text": operation.text,
        }
        for ident, one in zip(ids, prepared, strict=True)
        for position, operation in enumerate(one.operations)
    ]
    if changes:
        db.session.execute(insert(SuggestedChange), changes)


def _store_records(ids: Sequence[int], prepared: Sequence[Prepared], by: Actor) -> None:
    now = clock.now()
    records = [
        {
            "contribution_id": ident,
            "channel": one.words.channel,
            "received_on": one.words.received_on,
            "name": one.words.name,
            "shows_name": one.words.shows_name,
            "place": one.words.place,
            "scan": one.words.scan,
            "entered_by_id": by.person_id,
            "department_id": by.department_id,
            "entered_at": now,
            "import_key": one.words.import_key,
        }
        for ident, one in zip(ids, prepared, strict=True)
    ]
    db.session.execute(insert(PaperRecord), records)


def _event(policy: Policy, row: dict[str, Any], one: Prepared, signed: Signed) -> ContributionSent:
    return ContributionSent(
        policy=policy.id,
        number=row["number"],
        kind=one.kind,
        clause=row["clause"],
        after=None,
        base=row["base"],
        author=signed.public_id,
        role=one.words.role,
        is_late=one.is_late,
        is_owed=row["is_owed"],
        round=row["round"],
        channel=one.words.channel,
        thread=None,
        comment=None,
        words=hash_of_words(row["salt"], one.reason, one.operations),
    )
