"""Put right a text that people read already, in a revision that everybody is told about.

While comments are open, people must be able to say what they think of the words as they are now: a
correction of substance gives each changed article its full period again. After publication the
uncorrected text stays readable beside the correction (更正).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations.events import TextCorrected
from app.consultations.models import Correction
from app.consultations.queries.calls import find_call
from app.consultations.queries.corrections import CORRECTABLE
from app.database import db, writing
from app.errors import Conflict, RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.models import ClauseClosing, Policy
from app.policies.phases import Phase
from app.policies.queries import facts, get_policy, list_gone
from app.policies.rules import ensure_not_too_many
from app.policies.services.moving import catch_up
from app.policies.services.saving import Edit, full_text
from app.policies.services.waiving import checked_reason
from app.policies.services.writing_revisions import Author, Origin, append, lock_head
from app.policies.versions import Version, get_version
from app.text.altered import altered, pieces
from app.text.canonical import MAX_SUMMARY_CHARACTERS, check_line
from app.text.identity import carry, edited
from app.text.outline import Outline


@dataclass(frozen=True, slots=True)
class Correcting:
    """The corrected words as an Edit, whose summary is the public reason; ``is_editorial``: it only
    puts right a slip, so that nobody would comment otherwise."""

    edit: Edit
    is_editorial: bool


def correct(slug: str, wanted: Correcting, *, actor: Actor) -> Correction:
    """Publish a corrected text; raises RuleBroken where the text is written in the usual way or
    reads so already, Conflict when a colleague was faster."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.MOVE_PHASE, facts(policy, actor))
    reason = checked_reason(wanted.edit.summary, "summary")
    summary = check_line(" ".join(reason.split()), characters=MAX_SUMMARY_CHARACTERS)
    writing()
    policy = lock_head(policy.id)
    phase = policy.phase_now
    if phase not in CORRECTABLE:
        raise RuleBroken(N_("The text is not corrected in this phase."))
    catch_up(policy)
    head = get_version(policy.id, policy.head_number)
    text = full_text(head, _on_head(policy, wanted.edit, head))
    if text == head.text:
        raise RuleBroken(N_("The text reads so already."), field="text")
    after = _append(policy, head, text, wanted.edit, summary, actor)
    clauses = [one.clause for one in altered(pieces(head.outline), pieces(after))]
    closes_at = None
    if phase == Phase.CONSULTATION and not wanted.is_editorial:
        closes_at = _run_again(policy, clauses)
    row = Correction(
        policy_id=policy.id,
        number=policy.head_number,
        phase=phase,
        clauses=" ".join(clauses),
        is_editorial=wanted.is_editorial,
        reason=reason,
        by_id=actor.person_id,
        at=clock.now(),
        closes_at=closes_at,
    )
    db.session.add(row)
    told = TextCorrected(
        policy=policy.id,
        number=row.number,
        phase=phase,
        clauses=clauses,
        is_editorial=row.is_editorial,
        closes_at=closes_at.isoformat() if closes_at else "",
    )
    record(told, actor=actor, is_public=policy.is_public)
    db.session.flush()
    return row


def _on_head(policy: Policy, edit: Edit, head: Version) -> Edit:
    """The edit as one of the head; refused where it would undo what a colleague corrected."""
    if edit.base == head.number:
        return edit
    if not 1 <= edit.base <= head.number:
        raise RuleBroken(N_("Your page was made from a version that does not exist."), field="base")
    before = get_version(policy.id, edit.base).clause(edit.clause)
    now = head.clause(edit.clause)
    if before is None or now is None or before.text.strip() != now.text.strip():
        raise Conflict(
            N_("A colleague corrected the text meanwhile. Please compare and send it again.")
        )
    return Edit(base=head.number, text=edit.text, summary=edit.summary, clause=edit.clause)


def _append(
    policy: Policy, head: Version, text: str, edit: Edit, summary: str, actor: Actor
) -> Outline:
    clause = head.clause(edit.clause) if edit.clause and edit.text.strip() else None
    carried = carry(
        head.outline,
        text,
        next_id=policy.next_clause,
        keep=edited(clause) if clause else {},
        gone=list_gone(policy.id),
    )
    ensure_not_too_many(carried.outline)
    policy.next_clause = max(policy.next_clause, carried.next_id)
    append(
        policy,
        text,
        carried.outline,
        before=head.outline,
        author=Author(actor.person_id, actor.public_id, actor.role),
        actor=actor,
        summary=summary,
        origin=Origin(kind="correct"),
    )
    return carried.outline


def _run_again(policy: Policy, clauses: list[str]) -> datetime:
    """Each of these clauses gets the whole time of this call once more, from now on."""
    call, usual = find_call(policy.id), policy.usual_closes_at or policy.closes_at
    if call is None or usual is None:
        raise RuleBroken(N_("Comments are not open; the call can no longer be changed."))
    until = _whole_minute(clock.now() + (usual - call.opened_at))
    for clause in clauses:
        db.session.merge(ClauseClosing(policy_id=policy.id, clause=clause, closes_at=until))
    policy.usual_closes_at = usual
    policy.closes_at = max(policy.closes_at or usual, until)
    return until


def _whole_minute(moment: datetime) -> datetime:
    """Pages say hours and minutes; nobody is shut out some seconds before."""
    if moment.second or moment.microsecond:
        return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return moment
