"""Plain words, legal basis and reason of a clause: what helps a reader, never what counts."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, writing
from app.errors import NotFound
from app.ledger.services import record
from app.messages import N_
from app.policies.events import NoteWritten
from app.policies.models import ClauseNote, Policy
from app.policies.queries import facts, get_policy
from app.policies.services.writing_revisions import lock_head, touch
from app.policies.versions import get_version
from app.text.canonical import check_words, refused_in
from app.text.clauses import body_of
from app.text.outline import Clause, Outline
from app.text.policyfile import Note
from app.text.tokens import tokens

MOST_PLAIN, MOST_BASIS, MOST_REASON = 1000, 1000, 2000  # characters


def wording_hash(clause: Clause) -> str:
    """What a note remembers of its clause: the words, without number, blanks and letter case.

    An editorial change leaves it as it is, so the note does not go stale over a space.
    """
    return hashlib.sha256("\x1f".join(tokens(body_of(clause))).encode()).hexdigest()


def write_note(slug: str, ident: str, note: Note, *, actor: Actor) -> None:
    """Set the note of one clause of the head, for its present wording."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.CHANGE_SETTINGS, facts(policy, actor))
    note = _checked(note)
    writing()
    policy = lock_head(policy.id)
    clause = get_version(policy.id, policy.head_number).clause(ident)
    if clause is None:
        raise NotFound(N_("This article is no longer in the text."))
    put_note(policy, clause, note)
    touch(policy)
    record(NoteWritten(policy=policy.id, clause=ident), actor=actor, is_public=policy.is_public)
    db.session.flush()


def _checked(note: Note) -> Note:
    """The note as it is stored; raises TextRefused with its field."""
    with refused_in("plain"):
        plain = check_words(note.plain, MOST_PLAIN)
    with refused_in("basis"):
        basis = check_words(note.basis, MOST_BASIS)
    with refused_in("reason"):
        reason = check_words(note.reason, MOST_REASON)
    return replace(note, plain=plain, basis=basis, reason=reason)


def put_note(policy: Policy, clause: Clause, note: Note) -> None:
    """Store a note, for the clause's present wording unless it names another; empty: taken away."""
    if note.plain or note.basis or note.reason:
        db.session.merge(
            ClauseNote(
                policy_id=policy.id,
                clause=clause.id,
                plain=note.plain,
                basis=note.basis,
                reason=note.reason,
                clause_hash=note.written_for or wording_hash(clause),
            )
        )
        return
    stored = db.session.get(ClauseNote, (policy.id, clause.id))
    if stored is not None:
        db.session.delete(stored)


def stale_notes(outline: Outline, notes: dict[str, ClauseNote]) -> frozenset[str]:
    """Ids of the clauses whose note was written for an earlier wording."""
    return frozenset(
        clause.id
        for clause in outline
        if clause.id in notes and notes[clause.id].clause_hash != wording_hash(clause)
    )
