"""The gates of a policy's course: what is still missing before it may go on, in words.

Each answers with whole sentences that hold the numbers, and with none when nothing is missing.
"""

from __future__ import annotations

from app import clock
from app.consultations.decision_rules import REVIEW_DAYS, Outcome, is_short_notice
from app.consultations.queries.calendar import calendar, day_of
from app.consultations.queries.deciding import find_decision, find_review
from app.consultations.working_days import working_days_between
from app.messages import N_, Message
from app.policies.models import PhaseStep, Policy
from app.policies.phases import SHORT_TRACK_KINDS, Phase
from app.policies.queries import is_public_now
from app.policies.queries.course import list_steps
from app.suggestions.queries.owed import count_owed


def not_public(policy: Policy) -> list[Message]:
    """Comments are asked for on a draft that everybody can read."""
    if is_public_now(policy):
        return []
    return [Message(N_("Please make the draft public first."))]


def not_drafting(policy: Policy) -> list[Message]:
    """A second round begins where the first one did, so that everybody reads why."""
    if policy.phase_now == Phase.DRAFTING:
        return []
    said = N_("Send the draft back to be written first, with the reason; then ask once more.")
    return [Message(said)]


def missing_answers(policy: Policy) -> list[Message]:
    """Every owed answer is published before a policy leaves the phase of answering."""
    owed = count_owed(policy.id)
    found = []
    if owed.missing:
        more = ("…",) if owed.missing > len(owed.first_missing) else ()
        values = {"count": owed.missing, "numbers": owed.first_missing + more}
        one = N_("One comment has no answer yet (%(numbers)s).")
        many = N_("%(count)s comments have no answer yet (%(numbers)s).")
        found.append(Message(one if owed.missing == 1 else many, values))
    if owed.drafted:
        one = N_("One written answer is not published yet.")
        many = N_("%(count)s written answers are not published yet.")
        found.append(Message(one if owed.drafted == 1 else many, {"count": owed.drafted}))
    return found


def missing_review(policy: Policy) -> list[Message]:
    """A lawful conclusion on the very text, after the days a review takes; a work plan goes without
    one, but nobody goes past an unlawful one."""
    review = find_review(policy.id)
    is_current = review is not None and review.revision == policy.head_number
    if review is not None and is_current and not review.is_lawful:
        return [Message(N_("The legality review found this text unlawful; it must be changed."))]
    if policy.kind in SHORT_TRACK_KINDS:
        return []
    if review is None:
        return [Message(N_("The legality review has no conclusion yet."))]
    if not is_current:
        values = {"reviewed": review.revision, "head": policy.head_number}
        said = N_("The legality review looked at version %(reviewed)s; the text is %(head)s now.")
        return [Message(said, values)]
    days = review_days(policy)
    if days >= REVIEW_DAYS:
        return []
    said = N_("The legality review takes at least %(least)s working days; %(days)s have passed.")
    return [Message(said, {"least": REVIEW_DAYS, "days": days})]


def review_days(policy: Policy) -> int:
    """The working days that the latest legality review has lasted, without those on hold."""
    days, until, known = 0, clock.now(), calendar()
    for step in reversed(list_steps(policy.id)):
        if step.phase == Phase.LEGALITY_REVIEW:
            days += working_days_between(day_of(step.at), day_of(until), known)
            if step.came_from != Phase.ON_HOLD:
                return days
        until = step.at
    return days


def missing_decision(policy: Policy) -> list[Message]:
    """What an announcement needs: a decision that adopts this text, with its notice kept."""
    decision = find_decision(policy.id)
    if decision is None or decision.outcome != Outcome.ADOPT or decision.effective_on is None:
        return [Message(N_("Please record the decision first."))]
    if decision.revision != policy.head_number:
        return [Message(N_("The decision was on another version; please record it anew."))]
    short = is_short_notice(decision.effective_on, day_of(clock.now()))
    if short and not decision.short_reason:
        return [
            Message(N_("It would bind fewer than 30 days after publication, without a reason."))
        ]
    return []


def passed_by(policy: Policy) -> frozenset[str]:
    """The phases in which the policy has been before."""
    steps: list[PhaseStep] = list(list_steps(policy.id))
    return frozenset(step.phase for step in steps) | {policy.phase}
