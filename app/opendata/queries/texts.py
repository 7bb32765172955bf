"""Policies, their revisions and the words of every clause, as far as everybody may read them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, exists, select

from app import clock
from app.accounts.models import Person
from app.consensus.models import ClauseState, MeasuredPolicy, VandalismMark
from app.consensus.queries.lives import excluded_of, list_lives, list_marked
from app.consensus.rules.figures import MEASURES_VERSION
from app.database import db
from app.opendata.rules import unnamed_pseudonym
from app.policies.models import Policy, Revision, RevisionCredit
from app.policies.queries import outsiders_from
from app.policies.queries.course import list_steps, list_unnamed_public_ids
from app.policies.versions import get_version
from app.text.clauses import body_of
from app.text.outline import Clause, Outline
from app.visibility import is_hidden, is_open_to_all

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Published:
    """A public policy and what of it is: revisions from ``first`` on; ``unnamed`` are the public
    ids of front-line officers who appear without a name, ``secret`` the key of pseudonyms."""

    policy: Policy
    first: int
    secret: str
    unnamed: Collection[str] = field(default=())

    def actor(self, public_id: str) -> str:
        """How a person stands in the files."""
        if public_id in self.unnamed:
            return unnamed_pseudonym(self.secret, self.policy.id, public_id)
        return public_id


def list_published(secret: str) -> Sequence[Published]:
    """Every public policy by address."""
    query = select(Policy).where(is_open_to_all(Policy, clock.now())).order_by(Policy.slug)
    return [
        Published(policy, outsiders_from(policy), secret, list_unnamed_public_ids(policy.id))
        for policy in db.session.scalars(query)
    ]


def policy_rows(published: Published) -> Iterator[Row]:
    """One row: what the policy is and where it stands."""
    policy = published.policy
    department = policy.department.name if policy.department else ""
    measured = db.session.get(MeasuredPolicy, policy.id)
    is_measured = measured is not None and measured.version == MEASURES_VERSION
    evaluated = exists().where(ClauseState.policy_id == policy.id)
    yield {
        "policy": policy.slug,
        "title": policy.title,
        "language": policy.language,
        "kind": policy.kind,
        "department": department,
        "phase": policy.phase_now.value,
        "phases": [[step.at.isoformat(), step.phase] for step in list_steps(policy.id)],
        "round": policy.round,
        "first": published.first,
        "head": policy.head_number,
        "measured": measured.number if measured is not None and is_measured else 0,
        "is_evaluated": bool(db.session.scalar(select(evaluated))),
        "updated_ts": policy.updated_at.isoformat(),
    }


def revision_rows(published: Published) -> Iterator[Row]:
    """Every revision in order: who in which role, when, what kind, and whose suggestions it took.

    ``clauses`` are the ids in the order of the text, where they differ from the revision before;
    ``has_summary``: it says why, in words that everybody can read. ``marks`` say by which role and
    from when to when it was marked as vandalism, ``mends`` that it only took back a marked one.
    """
    credits, marks, mends = _credits(published), _marks(published), _mends(published)
    hidden = set(db.session.scalars(_HIDDEN_SUMMARIES, {"policy_id": published.policy.id}))
    before: list[str] = []
    for revision in _revisions(published):
        number = revision.number
        ids = [clause.id for clause in get_version(revision.policy_id, number).outline]
        row = {
            "policy": published.policy.slug,
            "rev": number,
            "parent": revision.parent if number > published.first else None,
            "actor": published.actor(revision.author.public_id),
            "role_at_time": revision.author_role,
            "ts": revision.saved_at.isoformat(),
            "kind": revision.kind,
            "restores": restores
            if (restores := revision.restores or 0) >= published.first
            else None,
            "has_summary": bool(revision.summary) and number not in hidden,
            "text_sha256": revision.sha256.hex(),
        }
        for name, found in (("credits", credits), ("marks", marks), ("mends", mends)):
            if number in found:
                row[name] = found[number]
        if ids != before:
            row["clauses"] = before = ids
        yield row


def clause_version_rows(published: Published) -> Iterator[Row]:
    """Each clause in each revision that gave it other words, another number or another kind; a row
    without text where it left. ``body`` is the text without its own number, which is measured."""
    before: Mapping[str, Clause] = {}
    for number in range(published.first, published.policy.head_number + 1):
        outline = get_version(published.policy.id, number).outline
        yield from _changed(published.policy.slug, number, before, outline)
        before = {clause.id: clause for clause in outline}


def _changed(
    slug: str, number: int, before: Mapping[str, Clause], outline: Outline
) -> Iterator[Row]:
    standing = set()
    for clause in outline:
        standing.add(clause.id)
        old = before.get(clause.id)
        if old is not None and old.text == clause.text:
            continue
        row: Row = {
            "policy": slug,
            "clause": clause.id,
            "rev": number,
            "kind": clause.kind.value,
            "label": clause.label,
            "text": clause.text,
            "body": body_of(clause),
        }
        if clause.split_from:
            row["split_from"] = clause.split_from
        if clause.merged_from:
            row["merged_from"] = list(clause.merged_from)
        yield row
    for ident in before:
        if ident not in standing:
            yield {"policy": slug, "clause": ident, "rev": number, "text": None}


def _revisions(published: Published) -> Iterator[Revision]:
    query = (
        select(Revision)
        .join(Person, Person.id == Revision.author_id)
        .where(Revision.policy_id == published.policy.id, Revision.number >= published.first)
        .order_by(Revision.number)
    )
    yield from db.session.scalars(query.execution_options(yield_per=200))


def _credits(published: Published) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    query = select(RevisionCredit).where(
        RevisionCredit.policy_id == published.policy.id, RevisionCredit.number >= published.first
    )
    for credit in db.session.scalars(query.order_by(RevisionCredit.suggestion)):
        found.setdefault(credit.number, []).append(
            {
                "suggestion": credit.suggestion,
                "actor": published.actor(credit.person.public_id),
                "role": credit.role,
            }
        )
    return found


_HIDDEN_SUMMARIES = select(Revision.number).where(
    Revision.policy_id == bindparam("policy_id"), is_hidden("summary", Revision.id)
)


def _marks(published: Published) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    query = select(VandalismMark).where(VandalismMark.policy_id == published.policy.id)
    for mark in db.session.scalars(query.order_by(VandalismMark.id)):
        found.setdefault(mark.number, []).append(
            {
                "role": mark.by_role,
                "ts": mark.at.isoformat(),
                "ended_ts": mark.ended_at.isoformat() if mark.ended_at else None,
            }
        )
    return found


def _mends(published: Published) -> dict[int, list[int]]:
    """By revision: the marked ones (marked now) that it took back; 0 stands for one from before the
    text was public."""
    marked = list_marked(published.policy.id)
    lives = list_lives(published.policy.id) if marked else {}
    found: dict[int, list[int]] = {}
    for number in marked:
        for mending in excluded_of(lives, [number]) - {number}:
            found.setdefault(mending, []).append(number if number >= published.first else 0)
    return found
