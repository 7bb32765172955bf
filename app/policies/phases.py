"""The way of a policy through its life as tables: phases, what is open in each, what may follow; pure.

The states are those of the design's lifecycle; "returned" is a move back to ``drafting``, repeal is
``archived`` with a reason. Who may move a policy and on which conditions is asked one house up, in
``consultations.services.lifecycle``.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from app.access.acts import Act
from app.errors import RuleBroken
from app.messages import N_


class Phase(StrEnum):
    """Where a policy stands; the tables below say what is open in each and what may follow."""

    PROPOSED = "proposed"
    REGISTERED = "registered"
    EXPERIENCE = "experience"
    DRAFTING = "drafting"
    CONSULTATION = "consultation"
    RESPONSE = "response"
    TRIAL = "trial"
    EXAMINATION = "examination"
    LEGALITY_REVIEW = "legality_review"
    DECISION = "decision"
    PUBLISHED = "published"
    IN_FORCE = "in_force"
    EVALUATION = "evaluation"
    ARCHIVED = "archived"
    ON_HOLD = "on_hold"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


class Mode(StrEnum):
    """Who edits at once: the named group (others comment), the same group while others' changes
    become suggestions, everybody signed in, or nobody."""

    GROUP = "group"
    REVIEWED = "reviewed"
    OPEN = "open"
    CLOSED = "closed"


class Step(StrEnum):
    """The five steps that residents see; the exact phase stands beneath, small."""

    DRAFT = "draft"
    COMMENT = "comment"
    ANSWERS = "answers"
    DECISION = "decision"
    IN_FORCE = "in_force"


STEPS: dict[Phase, Step] = {
    Phase.PROPOSED: Step.DRAFT,
    Phase.REGISTERED: Step.DRAFT,
    Phase.EXPERIENCE: Step.DRAFT,
    Phase.DRAFTING: Step.DRAFT,
    Phase.CONSULTATION: Step.COMMENT,
    Phase.RESPONSE: Step.ANSWERS,
    Phase.TRIAL: Step.ANSWERS,
    Phase.EXAMINATION: Step.ANSWERS,
    Phase.LEGALITY_REVIEW: Step.DECISION,
    Phase.DECISION: Step.DECISION,
    Phase.PUBLISHED: Step.DECISION,
    Phase.IN_FORCE: Step.IN_FORCE,
    Phase.EVALUATION: Step.IN_FORCE,
    Phase.ARCHIVED: Step.IN_FORCE,
}
# Where somebody may begin.
STARTS = (Phase.PROPOSED, Phase.REGISTERED, Phase.DRAFTING)
# States that a draft may pass by; each needs a waiver with a reason that everybody can read.
SKIPPABLE = frozenset({Phase.EXPERIENCE, Phase.TRIAL, Phase.EXAMINATION})
# What a work plan passes by without being asked.
SHORT_TRACK_KINDS = frozenset({"work_plan"})
SHORT_TRACK_SKIPS = SKIPPABLE | {Phase.LEGALITY_REVIEW}


_ALWAYS = frozenset(
    {
        Act.READ_POLICY,
        Act.CHANGE_SETTINGS,
        Act.NAME_PEOPLE,
        Act.MAKE_PUBLIC,
        Act.MOVE_PHASE,
        Act.MARK_OWED,
        Act.ENTER_PAPER,
        Act.CONFIRM,
        Act.REVIEW_LEGALITY,
        Act.DECIDE,
        Act.GIVE_OPINION,
        Act.KEEP_PAPERS,
        Act.SEE_OFFICE,
        Act.KEEP_DRAFT,
        Act.RENAME_POLICY,
        Act.MODERATE,
        Act.EDIT_OWN_COMMENT,
        Act.CLOSE_OWN_OBJECTION,
        Act.CHANGE_OWN_CONTRIBUTION,
    }
)
_OVER = _ALWAYS - {Act.EDIT_OWN_COMMENT, Act.CLOSE_OWN_OBJECTION, Act.KEEP_DRAFT}
_STANCE = frozenset({Act.TAKE_POSITION, Act.SAY_READ})
_WRITTEN = _STANCE | {Act.EDIT_POLICY, Act.POST_COMMENT, Act.ANSWER, Act.NAME_SOURCES}
OPEN_ACTS: dict[Phase, frozenset[Act]] = {
    Phase.PROPOSED: _ALWAYS | {Act.POST_COMMENT},
    Phase.REGISTERED: _ALWAYS | {Act.POST_COMMENT},
    Phase.EXPERIENCE: _ALWAYS | {Act.POST_COMMENT},
    Phase.DRAFTING: _ALWAYS | _WRITTEN | {Act.SUGGEST},
    Phase.CONSULTATION: _ALWAYS | _STANCE | {Act.POST_COMMENT, Act.SUGGEST, Act.PREPARE_ANSWERS},
    Phase.RESPONSE: _ALWAYS | _WRITTEN | {Act.PREPARE_ANSWERS},
    Phase.TRIAL: _ALWAYS | _STANCE | {Act.POST_COMMENT, Act.NAME_SOURCES},
    Phase.EXAMINATION: _ALWAYS | _STANCE | {Act.POST_COMMENT, Act.NAME_SOURCES},
    Phase.LEGALITY_REVIEW: _ALWAYS | {Act.NAME_SOURCES},
    Phase.DECISION: _ALWAYS,
    Phase.PUBLISHED: _ALWAYS,
    Phase.IN_FORCE: _ALWAYS | {Act.POST_COMMENT},
    Phase.EVALUATION: _ALWAYS | {Act.POST_COMMENT},
    Phase.ARCHIVED: _OVER,
    Phase.ON_HOLD: _ALWAYS,
    Phase.WITHDRAWN: _OVER,
    Phase.DECLINED: _OVER,
}
_ENDS = (Phase.ON_HOLD, Phase.WITHDRAWN)  # from every state before the decision is made
NEXT_PHASES: dict[Phase, tuple[Phase, ...]] = {
    Phase.PROPOSED: (Phase.REGISTERED, Phase.DECLINED),
    Phase.REGISTERED: (Phase.EXPERIENCE, Phase.DRAFTING, *_ENDS),
    Phase.EXPERIENCE: (Phase.DRAFTING, *_ENDS),
    Phase.DRAFTING: (Phase.CONSULTATION, *_ENDS),
    Phase.CONSULTATION: (Phase.RESPONSE, Phase.DRAFTING, *_ENDS),
    Phase.RESPONSE: (
        Phase.LEGALITY_REVIEW,
        Phase.DECISION,
        Phase.TRIAL,
        Phase.EXAMINATION,
        Phase.CONSULTATION,
        Phase.DRAFTING,
        *_ENDS,
    ),
    Phase.TRIAL: (Phase.EXAMINATION, Phase.LEGALITY_REVIEW, Phase.DRAFTING, *_ENDS),
    Phase.EXAMINATION: (Phase.LEGALITY_REVIEW, Phase.DRAFTING, *_ENDS),
    Phase.LEGALITY_REVIEW: (Phase.DECISION, Phase.RESPONSE, Phase.DRAFTING, *_ENDS),
    Phase.DECISION: (Phase.PUBLISHED, Phase.DRAFTING, *_ENDS),
    Phase.PUBLISHED: (Phase.IN_FORCE,),
    Phase.IN_FORCE: (Phase.EVALUATION, Phase.ARCHIVED),
    Phase.EVALUATION: (Phase.IN_FORCE, Phase.ARCHIVED),
    Phase.ARCHIVED: (),
    Phase.ON_HOLD: (Phase.WITHDRAWN,),  # and back to where it was held: see ``may_follow``
    Phase.WITHDRAWN: (),
    Phase.DECLINED: (),
}
# Where the text itself can be suggested upon; elsewhere the same form takes comments only.
SUGGESTING_MODES = frozenset({Mode.REVIEWED, Mode.OPEN})
CLOSED_SENTENCES: dict[Act, str] = {
    Act.EDIT_POLICY: N_(
        "The text is not being edited in this phase. You can still read everything."
    ),
    Act.POST_COMMENT: N_("This page is closed for comment. You can still read everything."),
    Act.SUGGEST: N_("This page is closed for comment. You can still read everything."),
    Act.ANSWER: N_("Answers are given while the draft is written or after comments have closed."),
    Act.NAME_SOURCES: N_(
        "Where changes come from is said after comments have closed and before the decision."
    ),
    Act.PREPARE_ANSWERS: N_("Answers are written while comments are open or after they closed."),
}


def effective_phase(
    phase: str,
    now: datetime,
    *,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    announced_at: datetime | None = None,
    effective_at: datetime | None = None,
) -> Phase:
    """Where a policy stands at ``now``, given where it was last recorded to stand: comments open and
    close, a decision is announced and binds at their second, whether or not the worker has written
    it down yet."""
    here = Phase(phase)
    for state, following, moment in (
        (Phase.DRAFTING, Phase.CONSULTATION, opens_at),
        (Phase.CONSULTATION, Phase.RESPONSE, closes_at),
        (Phase.DECISION, Phase.PUBLISHED, announced_at),
        (Phase.PUBLISHED, Phase.IN_FORCE, effective_at),
    ):
        if here == state and moment is not None and moment <= now:
            here = following
    return here


def takes_suggestions(phase: str, mode: str) -> bool:
    """Whether other words for the text may be sent now, besides comments on it."""
    if phase == Phase.DRAFTING:
        return mode in SUGGESTING_MODES
    return phase == Phase.CONSULTATION


def allows(phase: str, act: Act) -> bool:
    """Whether ``act`` is open in ``phase`` at all, whoever asks."""
    return act in OPEN_ACTS[Phase(phase)]


def ensure_open(phase: str, act: Act) -> None:
    """Raise RuleBroken with the sentence for people when ``act`` is closed in ``phase``."""
    if not allows(phase, act):
        closed = N_("This is not open in this phase.")
        raise RuleBroken(CLOSED_SENTENCES.get(act, closed))


def may_follow(phase: str, held: str = "") -> tuple[Phase, ...]:
    """The phases that may follow ``phase``; ``held`` is where a policy on hold was held."""
    here = Phase(phase)
    back = (Phase(held),) if here == Phase.ON_HOLD and held else ()
    return back + NEXT_PHASES[here]


def ensure_next(phase: str, wanted: str, held: str = "") -> Phase:
    """The phase ``wanted`` when it may follow ``phase``; raises RuleBroken otherwise."""
    if wanted not in set(Phase) or Phase(wanted) not in may_follow(phase, held):
        raise RuleBroken(N_("The draft cannot move there from where it stands."), field="phase")
    return Phase(wanted)


def skipped(phase: Phase, wanted: Phase) -> tuple[Phase, ...]:
    """The states that a move from ``phase`` to ``wanted`` passes by, in their order."""
    order = list(STEPS)
    if phase not in order or wanted not in order:
        return ()
    between = order[order.index(phase) + 1 : order.index(wanted)]
    return tuple(state for state in between if state in SHORT_TRACK_SKIPS)
