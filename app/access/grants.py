"""One readable table: act → the ways to be allowed it, and the reason when none applies.

A way is a tuple of predicates that must all hold; an act is allowed when one of its ways holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.access.actor import Actor
from app.access.acts import Act
from app.access.predicates import (
    Predicate,
    Subject,
    administrator,
    author,
    concerned,
    decision_maker,
    department,
    evaluator,
    expert,
    has_account,
    legal_reviewer,
    member,
    no_office,
    no_party,
    no_writer,
    not_closed,
    of_supervisors,
    of_volunteers,
    officer,
    open_mode,
    others,
    owner,
    sees,
    signed_in,
    supervisor,
    visitor,
    volunteer,
    writer,
)
from app.messages import N_


@dataclass(frozen=True, slots=True)
class Permission:
    """The outcome of asking, with its reason as a message id (empty when allowed)."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True, slots=True)
class Grant:
    """The ways to be allowed an act and what is said when none applies."""

    ways: tuple[tuple[Predicate, ...], ...]
    refusal: str


GRANTS: dict[Act, Grant] = {
    Act.READ_POLICY: Grant(((sees,),), N_("This page does not exist.")),
    Act.CREATE_POLICY: Grant(
        ((signed_in, officer),), N_("Only officers of a department start a new draft.")
    ),
    Act.EDIT_POLICY: Grant(
        (
            (signed_in, sees, owner, not_closed),
            (signed_in, sees, member, not_closed),
            (signed_in, sees, writer, open_mode),
        ),
        N_("This draft is edited by the people its owner named. You can comment on each article."),
    ),
    Act.KEEP_DRAFT: Grant(((signed_in, sees),), N_("Please sign in to keep your words.")),
    Act.RENAME_POLICY: Grant(
        ((signed_in, sees, owner),), N_("Only the owner of the draft can rename it.")
    ),
    Act.CHANGE_SETTINGS: Grant(
        ((signed_in, sees, owner),), N_("Only the owner of the draft can change this.")
    ),
    Act.NAME_PEOPLE: Grant(
        ((signed_in, sees, owner),), N_("Only the owner of the draft names the people.")
    ),
    Act.MAKE_PUBLIC: Grant(
        ((signed_in, sees, officer, owner),),
        N_("Only the officer who owns the draft can make it public."),
    ),
    Act.MOVE_PHASE: Grant(
        ((signed_in, sees, officer, owner),),
        N_("Only the officer who owns the draft moves it on."),
    ),
    Act.POST_COMMENT: Grant(
        ((signed_in, sees, writer),), N_("Please sign in to comment; reading needs no account.")
    ),
    Act.SUGGEST: Grant(
        ((visitor, sees), (signed_in, sees, writer)),
        N_("Only residents, volunteers and officers send suggestions and comments."),
    ),
    Act.CHANGE_OWN_CONTRIBUTION: Grant(
        ((signed_in, sees, author),), N_("Only the person who wrote this can change it.")
    ),
    Act.ANSWER: Grant(
        (
            (signed_in, sees, officer, owner, others),
            (signed_in, sees, officer, member, others),
        ),
        N_("Only the officers who work on this draft answer, and not their own suggestions."),
    ),
    Act.PREPARE_ANSWERS: Grant(
        (
            (signed_in, sees, officer, owner, others),
            (signed_in, sees, officer, member, others),
            (signed_in, sees, officer, department, others),
        ),
        N_("Only officers of the department that writes this draft prepare its answers."),
    ),
    Act.MARK_OWED: Grant(
        ((signed_in, sees, volunteer),),
        N_("Only volunteers mark a reply that should get an answer."),
    ),
    Act.ENTER_PAPER: Grant(
        (
            (signed_in, sees, officer, owner),
            (signed_in, sees, officer, member),
            (signed_in, sees, officer, department),
        ),
        N_("Only officers of the department enter what came by letter or telephone."),
    ),
    Act.CONFIRM: Grant(
        (
            (signed_in, sees, officer, department, others),
            (signed_in, sees, officer, member, others),
            (signed_in, sees, officer, decision_maker, others),
        ),
        N_("A second officer of the department agrees to this; nobody to what they asked for."),
    ),
    Act.NAME_SOURCES: Grant(
        (
            (signed_in, sees, officer, owner),
            (signed_in, sees, officer, member),
            (signed_in, sees, officer, legal_reviewer),
        ),
        N_("Only the officers who work on this draft say where its changes come from."),
    ),
    Act.REVIEW_LEGALITY: Grant(
        ((signed_in, sees, officer, legal_reviewer),),
        N_("Only the legal reviewer of this draft writes the conclusion of the legality review."),
    ),
    Act.DECIDE: Grant(
        ((signed_in, sees, officer, decision_maker), (signed_in, sees, officer, owner)),
        N_("Only the decision maker of this draft, or its owner for a body, records the decision."),
    ),
    Act.GIVE_OPINION: Grant(
        ((signed_in, sees, expert), (signed_in, sees, evaluator)),
        N_("Only experts who were named for this draft sign an opinion on it."),
    ),
    Act.KEEP_PAPERS: Grant(
        (
            (signed_in, sees, officer, owner),
            (signed_in, sees, officer, member),
            (signed_in, sees, officer, department),
        ),
        N_("Only officers of the department that writes this draft keep its meetings and papers."),
    ),
    Act.SEE_OFFICE: Grant(
        (
            (signed_in, sees, officer, owner),
            (signed_in, sees, officer, member),
            (signed_in, sees, officer, department),
            (signed_in, sees, officer, legal_reviewer),
            (signed_in, sees, officer, decision_maker),
            (signed_in, sees, supervisor),
        ),
        N_("Only the office that works on this draft sees its papers before they are published."),
    ),
    Act.EDIT_OWN_COMMENT: Grant(
        ((signed_in, sees, author),), N_("Only the person who wrote this can change it.")
    ),
    Act.CLOSE_OWN_OBJECTION: Grant(
        ((signed_in, sees, author),), N_("Only the person who objected can close the objection.")
    ),
    Act.FLAG: Grant(((visitor, sees), (signed_in, sees)), N_("You cannot report this now.")),
    Act.MARK_ANSWERED: Grant(
        ((signed_in, sees, author),),
        N_("Only the person who asked says that the question is answered."),
    ),
    Act.FACILITATE: Grant(
        ((signed_in, sees, volunteer),),
        N_("Only volunteers help a discussion along in this way."),
    ),
    Act.KEEP_ORDER: Grant(
        ((signed_in, sees, volunteer),), N_("Only volunteers who keep order do this.")
    ),
    Act.SEE_ORDER: Grant(
        ((signed_in, sees, volunteer), (signed_in, sees, supervisor)),
        N_("Only volunteers and supervisors see this page."),
    ),
    Act.MODERATE: Grant(
        ((signed_in, sees, volunteer, others, no_office, no_writer),),
        N_(
            "Volunteers keep the discussion fair, but not in their own matters or on officers' words."
        ),
    ),
    Act.UNDO_ACTION: Grant(
        ((signed_in, volunteer, author),), N_("Only the volunteer who did this can undo it.")
    ),
    Act.ASK_REVIEW: Grant(
        ((concerned,),),
        N_("Only the person whose words these are, or who reported them, asks for a review."),
    ),
    Act.REVIEW_ACTION: Grant(
        (
            (signed_in, sees, volunteer, no_party, no_writer, of_volunteers),
            (signed_in, sees, supervisor, no_party, of_supervisors),
        ),
        N_(
            "A review is decided by somebody else in the role of the first, and by nobody concerned."
        ),
    ),
    Act.PROPOSE_REMOVAL: Grant(
        ((signed_in, sees, volunteer, others),),
        N_("Only volunteers propose to remove something for good, and not in their own matters."),
    ),
    Act.CONFIRM_REMOVAL: Grant(
        ((signed_in, supervisor, no_party),),
        N_("Only a supervisor confirms that something is removed for good."),
    ),
    Act.INSPECT: Grant(((signed_in, supervisor),), N_("Only supervisors do this.")),
    Act.REPLY_TO_INSPECTION: Grant(
        (
            (signed_in, sees, volunteer),
            (signed_in, sees, officer, owner),
            (signed_in, sees, officer, member),
            (signed_in, sees, officer, department),
        ),
        N_("Only those who are responsible for it reply to a supervisor's note."),
    ),
    Act.TAKE_POSITION: Grant(
        ((signed_in, sees),),
        N_("Please sign in to say whether you agree, so that each person counts once."),
    ),
    Act.SAY_READ: Grant(
        ((signed_in, sees),),
        N_("Please sign in to say that you have read this, so that each person counts once."),
    ),
    Act.FOLLOW: Grant(
        ((signed_in, sees),), N_("Please sign in to follow this, or follow it by mail.")
    ),
    Act.READ_NOTICES: Grant(((has_account,),), N_("Please sign in first.")),
    Act.LEAVE: Grant(((has_account,),), N_("Please sign in first.")),
    Act.CHANGE_OWN_ACCOUNT: Grant(((signed_in,),), N_("Please sign in first.")),
    Act.ADMINISTER: Grant(
        ((signed_in, administrator),), N_("Only system administrators can do this.")
    ),
}


def may(actor: Actor, act: Act, subject: Subject | None = None) -> Permission:
    """Whether ``actor`` may do ``act``; without a subject, whether they could at all."""
    grant = GRANTS[act]
    if any(all(holds(actor, subject) for holds in way) for way in grant.ways):
        return Permission(allowed=True)
    if actor.is_suspended:
        return Permission(allowed=False, reason=N_("Your account is suspended for now."))
    return Permission(allowed=False, reason=grant.refusal)


def could_after_signing_in(act: Act) -> bool:
    """Whether signing in could help: no act that anyone may do is refused to visitors only."""
    return any(signed_in in way or has_account in way for way in GRANTS[act].ways)
