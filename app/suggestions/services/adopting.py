"""Take the words of a suggestion into the text, and answer it with that: at once while the draft is
written, as a draft of the answer after comments have closed.

The proposal is made anew on the very head, inside the gate; where it differs from what the officer
was shown, nothing is saved and the new one is shown.
"""

from __future__ import annotations

from app.access.actor import Actor
from app.access.acts import Act
from app.database import writing
from app.errors import Conflict, DomainError, RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.models import Policy
from app.policies.phases import ensure_open
from app.policies.queries import first_number
from app.policies.services.adopting import Adopted, Credit, save_adopted
from app.policies.services.writing_revisions import touch
from app.suggestions.events import SuggestionAdopted
from app.suggestions.queries.desk import find_draft
from app.suggestions.queries.proposal import Adoption, Proposal, Way, list_parts, propose
from app.suggestions.queries.views import ContributionView
from app.suggestions.rules import CHANGES_TEXT, Outcome, State, checked_answer_reason
from app.suggestions.services.answering import (
    Answered,
    NewAnswer,
    ensure_answerable,
    ensure_point,
    is_drafted,
    lock_answerable,
    store_answer,
    store_draft,
)
from app.text.attribution import inserted_runs
from app.text.canonical import MAX_SUMMARY_CHARACTERS

HIDDEN_WORDS = N_("No. %(number)s is hidden by a volunteer. Hidden words do not enter the text.")


class PreviewChanged(Conflict):
    """The draft has moved on, and the words would now read otherwise than the officer was shown."""

    def __init__(self, head: int) -> None:
        super().__init__(
            N_("The draft changed while you looked. Nothing is saved; this is how it reads now.")
        )
        self.head = head


class AnsweredMeanwhile(Conflict):
    """A colleague was faster; the answer stands on the contribution's page."""


def adopt(slug: str, number: int, wanted: Adoption, *, actor: Actor) -> Answered:
    """Save a revision with the words of the suggestion and answer all that it draws from.

    Raises AnsweredMeanwhile, PreviewChanged, TextMovedOn or another refusal; then nothing is saved.
    """
    ensure_adoptable(slug, number, actor, wanted.point)
    writing()
    policy, view = lock_answerable(slug, number, actor)
    _ensure_open(view, wanted.point)
    reason, outcome, others = _checked(policy, view, wanted, actor)
    proposal = _as_shown(policy, view, wanted, actor)
    if proposal.faults and not wanted.has_looked:
        raise RuleBroken(
            N_("Please read what may be wrong with the text, and confirm it."), field="looked"
        )
    adopted = Adopted(
        text=proposal.text,
        keep=proposal.keep,
        summary=" ".join(reason.split())[:MAX_SUMMARY_CHARACTERS],
        credits=tuple(_credit(one) for one in (view, *others)),
    )
    saved = save_adopted(policy, adopted, actor=actor)
    answer = NewAnswer(outcome, reason, "", proposal.clauses, saved.number)
    _store(policy, view, answer, actor, wanted.point)
    for other in others:
        if other.state == State.OPEN and not other.parts and find_draft(other.id) is None:
            part = NewAnswer(Outcome.PARTLY_ADOPTED, reason, "", proposal.clauses, saved.number)
            _store(policy, other, part, actor)
    for one in (view, *others):
        event = SuggestionAdopted(policy=policy.id, number=one.number, revision=saved.number)
        record(event, actor=actor, is_public=policy.is_public)
    touch(policy)
    return Answered(policy.slug, number, outcome, saved.number, waits=is_drafted(policy))


def _store(
    policy: Policy, view: ContributionView, answer: NewAnswer, actor: Actor, point: int = 0
) -> None:
    if is_drafted(policy):
        store_draft(policy, view, answer, actor=actor, part=point)
    else:
        store_answer(policy, view, answer, actor=actor)


def preview(slug: str, number: int, wanted: Adoption, *, actor: Actor) -> tuple[Proposal, Outcome]:
    """What ``adopt`` would save and answer now; refuses what it would refuse. Nothing is stored."""
    policy, view = ensure_adoptable(slug, number, actor, wanted.point)
    _reason, outcome, _others = _checked(policy, view, wanted, actor)
    _ensure_seen(policy, wanted, actor)
    return propose(policy, view, wanted, policy.head_number), outcome


def ensure_adoptable(
    slug: str, number: int, actor: Actor, point: int = 0
) -> tuple[Policy, ContributionView]:
    """The policy and the suggestion (or this ``point`` of it), which ``actor`` may adopt now;
    raises a refusal."""
    policy, view = ensure_answerable(slug, number, actor)
    ensure_open(policy.phase_now, Act.ANSWER)
    _ensure_open(view, point)
    return policy, view


def _ensure_open(view: ContributionView, point: int) -> None:
    ensure_point(view, point)
    if view.marker is not None:
        raise RuleBroken(HIDDEN_WORDS, number=view.number)
    if not view.is_suggestion:
        raise RuleBroken(N_("Only suggested words can be adopted. Please answer it instead."))
    number = view.answers[-1].revision if view.answers else None
    if view.state == State.OPEN:
        draft = find_draft(view.id, point)
        if draft is None or draft.revision is None:
            return
        number = draft.revision
    if number is not None:
        raise AnsweredMeanwhile(
            N_("No. %(number)s is adopted already, as version %(version)s. See its answer."),
            number=view.number,
            version=number,
        )
    raise AnsweredMeanwhile(
        N_("No. %(number)s has been answered already. See its answer."), number=view.number
    )


def _checked(
    policy: Policy, view: ContributionView, wanted: Adoption, actor: Actor
) -> tuple[str, Outcome, list[ContributionView]]:
    """The reason, the outcome and the other suggestions of an adoption; or RuleBroken."""
    outcome, reason = _outcome(view, wanted), checked_answer_reason(wanted.reason)
    others = [
        _named(policy, number, actor)
        for number in dict.fromkeys(wanted.also)
        if number != view.number
    ]
    return reason, outcome, others


def _outcome(view: ContributionView, wanted: Adoption) -> Outcome:
    """Adopted or partly adopted, as chosen or as the way says; or RuleBroken."""
    if wanted.way not in set(Way):
        raise RuleBroken(N_("Please choose how the words are taken in."), field="way")
    is_some = wanted.way == Way.PARTS and len(wanted.parts) < len(list_parts(view))
    outcome = wanted.outcome or (Outcome.PARTLY_ADOPTED if is_some else Outcome.ADOPTED)
    if outcome not in CHANGES_TEXT:
        raise RuleBroken(
            N_("Words that are taken in are adopted or partly adopted."), field="outcome"
        )
    if is_some and outcome == Outcome.ADOPTED:
        raise RuleBroken(
            N_("You take only some of the changes, so it is partly adopted."), field="outcome"
        )
    return Outcome(outcome)


def _named(policy: Policy, number: int, actor: Actor) -> ContributionView:
    try:
        _policy, view = ensure_answerable(policy.slug, number, actor)
    except DomainError as error:
        raise RuleBroken(error.message.text, field="also", **error.message.values) from error
    if view.marker is not None:
        raise RuleBroken(HIDDEN_WORDS, field="also", number=number)
    if not view.is_suggestion:
        raise RuleBroken(
            N_("No. %(number)s suggests no words of its own."), field="also", number=number
        )
    return view


def _as_shown(policy: Policy, view: ContributionView, wanted: Adoption, actor: Actor) -> Proposal:
    """The proposal on the head, when it reads as the one on the revision the officer looked at."""
    _ensure_seen(policy, wanted, actor)
    head = policy.head_number
    now = propose(policy, view, wanted, head)
    if wanted.base == head:
        return now
    try:
        shown = propose(policy, view, wanted, wanted.base)
    except RuleBroken:
        raise PreviewChanged(head) from None
    if (shown.wordings, shown.faults) != (now.wordings, now.faults):
        raise PreviewChanged(head)
    return now


def _ensure_seen(policy: Policy, wanted: Adoption, actor: Actor) -> None:
    if not first_number(policy, actor) <= wanted.base <= policy.head_number:
        raise RuleBroken(N_("Your page was made from a version that does not exist."), field="base")


def _credit(view: ContributionView) -> Credit:
    """Whose words they are: all that the suggestion put into its own base."""
    runs = [run for change in view.changes for run in inserted_runs(change.before, change.after)]
    return Credit(view.number, view.author_id, view.author_role, runs)
