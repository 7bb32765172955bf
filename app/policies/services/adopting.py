"""Take words of suggestions into the text: the same road as an edit, with credit for the words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, must_be_writing
from app.errors import RuleBroken
from app.messages import N_
from app.policies.models import Policy, RevisionCredit
from app.policies.queries import facts, list_gone
from app.policies.queries.course import ensure_editable
from app.policies.rules import Saved, ensure_not_too_many
from app.policies.services.writing_revisions import Author, Origin, append
from app.policies.versions import get_version
from app.text.canonical import MAX_SUMMARY_CHARACTERS, canonical, check_line
from app.text.identity import carry


@dataclass(frozen=True, slots=True)
class Credit:
    """The suggestion a revision draws on, whose it is, and the runs of words it had put in."""

    suggestion: int
    person_id: int
    role: str
    inserted: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Adopted:
    """The whole text with the adopted words; ``keep`` are the places of clauses that stay
    themselves however much of them was rewritten (``text.identity.carry``)."""

    text: str
    keep: Mapping[int, str]
    summary: str
    credits: tuple[Credit, ...]


def save_adopted(policy: Policy, adopted: Adopted, *, actor: Actor) -> Saved:
    """Append the text to the ``policy`` that the caller locked, saved by the officer ``actor``.

    RuleBroken when nothing would change, or when the text is not being edited in this phase.
    """
    must_be_writing()
    ensure(actor, Act.EDIT_POLICY, facts(policy, actor))
    ensure_editable(policy)
    head = get_version(policy.id, policy.head_number)
    text = canonical(adopted.text, trusted=True).text
    if text == head.text:
        raise RuleBroken(N_("The text says this already, so there is nothing to adopt."))
    carried = carry(
        head.outline,
        text,
        next_id=policy.next_clause,
        keep=adopted.keep,
        gone=list_gone(policy.id),
    )
    ensure_not_too_many(carried.outline)
    policy.next_clause = max(policy.next_clause, carried.next_id)
    number = append(
        policy,
        text,
        carried.outline,
        before=head.outline,
        author=Author(actor.person_id, actor.public_id, actor.role),
        actor=actor,
        summary=check_line(adopted.summary, characters=MAX_SUMMARY_CHARACTERS),
        origin=Origin(kind="adopt"),
    )
    for credit in adopted.credits:
        db.session.add(
            RevisionCredit(
                policy_id=policy.id,
                number=number,
                suggestion=credit.suggestion,
                person_id=credit.person_id,
                role=credit.role,
                inserted=json.dumps(list(credit.inserted), ensure_ascii=False),
            )
        )
    db.session.flush()
    return Saved(policy.slug, number)
