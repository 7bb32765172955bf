"""Answer a contribution: outcome, reason, and the version and articles it led to.

While the draft is written the answer is published at once; from the call for comment on it waits as
a draft for the publication of all. A published one is never changed; a further one stands beside it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, select

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, must_be_writing, writing
from app.errors import Conflict, RuleBroken
from app.ledger.services import record, salted_hash
from app.messages import N_
from app.policies.models import Policy
from app.policies.phases import Phase, ensure_open
from app.policies.queries import get_policy
from app.policies.queries.course import office_facts
from app.policies.services.writing_revisions import lock_head, touch
from app.policies.versions import get_version
from app.suggestions.events import ContributionAnswered
from app.suggestions.models import Answer, AnswerDraft, Contribution
from app.suggestions.queries.proposal import changed_clauses
from app.suggestions.queries.shown import get_contribution
from app.suggestions.queries.views import ContributionView
from app.suggestions.rules import CHANGES_TEXT, Outcome, State, checked_answer_reason
from app.suggestions.services.telling import tell_author
from app.text.canonical import MAX_TITLE_CHARACTERS, check_line
from app.text.labels import label_key


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What the form holds. ``reference`` is the law and article, or the office, where the outcome
    needs one. Where it changed the text, ``revision`` is the version that did, ``clauses`` ids or
    labels of articles that this version changed, () for all of them."""

    outcome: str
    reason: str
    reference: str = ""
    clauses: Sequence[str] = ()
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """Where an answer led: whose page, what became of it, in which version; ``waits`` for the
    publication of all answers."""

    slug: str
    number: int
    outcome: str
    revision: int | None = None
    waits: bool = False


class DraftWritten(Conflict):
    """Somebody wrote another answer to it meanwhile; both wordings go on the page."""

    def __init__(self, draft: NewAnswer, by: str) -> None:
        super().__init__(
            N_("%(name)s has saved another answer meanwhile. Nothing is lost; compare and choose."),
            name=by,
        )
        self.draft = draft


def answer(slug: str, number: int, wanted: NewAnswer, *, actor: Actor) -> Answered:
    """Give the contribution an answer: published at once while the draft is written, else as a
    draft that stands where none stood.

    The same answer sent twice is one.
    """
    ensure_answerable(slug, number, actor)
    writing()
    policy, view = lock_answerable(slug, number, actor)
    checked = checked_answer(policy, view, wanted)
    if is_drafted(policy):
        store_draft(policy, view, checked, actor=actor, seen="")
    elif not _is_same(view, checked):
        store_answer(policy, view, checked, actor=actor)
        touch(policy)
    return Answered(
        policy.slug, number, checked.outcome, checked.revision, waits=is_drafted(policy)
    )


def is_drafted(policy: Policy) -> bool:
    """Whether an answer written now waits for the publication of all answers."""
    return policy.phase_now != Phase.DRAFTING


def preview(slug: str, number: int, wanted: NewAnswer, *, actor: Actor) -> NewAnswer:
    """The answer as it would be stored now; refuses what ``answer`` would refuse."""
    policy, view = ensure_answerable(slug, number, actor)
    return checked_answer(policy, view, wanted)


def ensure_answerable(slug: str, number: int, actor: Actor) -> tuple[Policy, ContributionView]:
    """The policy and the contribution, which ``actor`` may answer now; raises a refusal."""
    policy = get_policy(slug, actor)
    view = get_contribution(policy.slug, number, actor)
    act = Act.ANSWER if policy.phase_now == Phase.DRAFTING else Act.PREPARE_ANSWERS
    ensure(actor, act, replace(office_facts(policy, actor), author_id=view.author_id))
    ensure_open(policy.phase_now, act)
    if view.is_withdrawn:
        raise Conflict(
            N_("No. %(number)s was taken back by its author; it needs no answer."), number=number
        )
    if policy.answers_at is not None:
        raise RuleBroken(
            N_("The publication of the answers is agreed. Call it off to change an answer.")
        )
    return policy, view


def lock_answerable(slug: str, number: int, actor: Actor) -> tuple[Policy, ContributionView]:
    """The same inside the gate, with the policy locked."""
    policy = lock_head(get_policy(slug, actor).id)
    return ensure_answerable(policy.slug, number, actor)


def ensure_point(view: ContributionView, point: int) -> None:
    """A split contribution is answered point by point, any other as a whole."""
    points = range(1, view.parts + 1) if view.parts else range(1)
    if point not in points:
        raise RuleBroken(
            N_("No. %(number)s has no point %(part)s."),
            field="part",
            number=view.number,
            part=point,
        )


def checked_answer(policy: Policy, view: ContributionView, wanted: NewAnswer) -> NewAnswer:
    """The answer as it is stored, with what its outcome does not need left out; or RuleBroken."""
    reason = checked_answer_reason(wanted.reason)
    if wanted.outcome not in set(Outcome):
        raise RuleBroken(N_("Please choose one of the answers."), field="outcome")
    if wanted.outcome in CHANGES_TEXT:
        if wanted.revision is None and policy.phase_now == Phase.CONSULTATION:
            return NewAnswer(wanted.outcome, reason)  # no version can take it in before closing
        changed = _changed_by(policy, view, wanted.revision)
        clauses = _named_clauses(policy, wanted, changed)
        return NewAnswer(wanted.outcome, reason, "", clauses, wanted.revision)
    reference = check_line(" ".join(wanted.reference.split()), characters=MAX_TITLE_CHARACTERS)
    return NewAnswer(wanted.outcome, reason, _needed_reference(wanted.outcome, reference))


def _needed_reference(outcome: str, reference: str) -> str:
    if outcome == Outcome.ALREADY_COVERED and not reference:
        raise RuleBroken(N_("Which law and article says so already?"), field="reference")
    if outcome == Outcome.OUTSIDE_SCOPE and not reference:
        raise RuleBroken(N_("Which office is responsible for it?"), field="reference")
    return reference if outcome in (Outcome.ALREADY_COVERED, Outcome.OUTSIDE_SCOPE) else ""


def _changed_by(policy: Policy, view: ContributionView, revision: int | None) -> tuple[str, ...]:
    """Ids of the articles that ``revision`` changed, which is later than the contribution."""
    if revision is None:
        raise RuleBroken(
            N_("Which version took it in? Or use the suggested words."), field="revision"
        )
    if not 1 <= revision <= policy.head_number:
        raise RuleBroken(
            N_("This draft has no version %(number)s."), field="revision", number=revision
        )
    if revision <= view.base:
        raise RuleBroken(
            N_("Version %(number)s is older than this contribution."),
            field="revision",
            number=revision,
        )
    before = get_version(policy.id, revision - 1).outline
    changed = changed_clauses(before, get_version(policy.id, revision).outline)
    if not changed:
        raise RuleBroken(
            N_("Version %(number)s changed no article."), field="revision", number=revision
        )
    return changed


def _named_clauses(policy: Policy, wanted: NewAnswer, changed: tuple[str, ...]) -> tuple[str, ...]:
    """The ids that ``wanted`` names by id or by label, all of them among ``changed``."""
    assert wanted.revision is not None
    known = {ident: ident for ident in changed}
    for number in (wanted.revision - 1, wanted.revision):
        for clause in get_version(policy.id, number).outline:
            if clause.id in changed and clause.label:
                known[label_key(clause.label)] = clause.id
    found = []
    for name in wanted.clauses:
        ident = known.get(name) or known.get(label_key(name))
        if ident is None:
            raise RuleBroken(
                N_("Version %(number)s did not change %(label)s."),
                field="clauses",
                number=wanted.revision,
                label=name,
            )
        found.append(ident)
    return tuple(dict.fromkeys(found)) or changed


def _is_same(view: ContributionView, wanted: NewAnswer) -> bool:
    """Whether the last answer says just this: the form was sent twice."""
    if not view.answers:
        return False
    last = view.answers[-1]
    said = NewAnswer(last.outcome, last.reason, last.reference, last.clauses, last.revision)
    return said == wanted


def store_draft(
    policy: Policy,
    view: ContributionView,
    checked: NewAnswer,
    *,
    actor: Actor,
    part: int = 0,
    seen: str | None = None,
) -> None:
    """Write a draft that was checked; inside the gate. ``seen`` is the token of the draft that the
    officer had before them ("" none, None whichever); raises DraftWritten for another one."""
    must_be_writing()
    row = db.session.get(AnswerDraft, (view.id, part))
    if row is not None and said(row) == checked:
        return
    if row is not None and seen is not None and seen != draft_token(row):
        raise DraftWritten(said(row), row.by.name)
    if row is None:
        row = AnswerDraft(contribution_id=view.id, part=part, policy_id=policy.id)
        db.session.add(row)
    row.outcome, row.reason, row.reference = checked.outcome, checked.reason, checked.reference
    row.clauses, row.revision = " ".join(checked.clauses), checked.revision
    row.by_id, row.by_role, row.department_id = actor.person_id, actor.role, actor.department_id
    row.saved_at, row.is_further = clock.now(), bool(view.answers)
    db.session.flush()


def said(draft: AnswerDraft) -> NewAnswer:
    """What a draft says."""
    clauses = tuple(draft.clauses.split())
    return NewAnswer(draft.outcome, draft.reason, draft.reference, clauses, draft.revision)


def draft_token(draft: AnswerDraft | None) -> str:
    """What tells one saving of a draft from the next; "" for none."""
    return draft.saved_at.isoformat() if draft else ""


def store_answer(
    policy: Policy, view: ContributionView, checked: NewAnswer, *, actor: Actor
) -> None:
    """Write an answer that was checked and tell the author; inside the gate, policy locked."""
    must_be_writing()
    contribution = db.session.scalars(select(Contribution).where(Contribution.id == view.id)).one()
    salt = secrets.token_bytes(16)
    row = Answer(
        contribution_id=contribution.id,
        outcome=checked.outcome,
        reason=checked.reason,
        salt=salt,
        reference=checked.reference,
        clauses=" ".join(checked.clauses),
        revision=checked.revision,
        by_id=actor.person_id,
        by_role=actor.role,
        department_id=actor.department_id,
        answered_at=clock.now(),
    )
    db.session.add(row)
    contribution.state = State.ANSWERED
    db.session.execute(delete(AnswerDraft).where(AnswerDraft.contribution_id == contribution.id))
    tell_author(policy, contribution, row)
    db.session.flush()
    event = ContributionAnswered(
        policy=policy.id,
        number=contribution.number,
        part=0,
        answer=row.id,
        outcome=row.outcome,
        revision=row.revision,
        clauses=row.clauses,
        reason=salted_hash(salt, row.reason),
    )
    record(event, actor=actor, is_public=policy.is_public)
