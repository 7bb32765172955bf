"""One readable table: act → the ways to be allowed it, and the reason when none applies.

A way is a tuple of predicates that must all hold; an act is allowed when one of its ways holds.
A predicate over a subject is skipped when no subject is given: the guard at a route asks "could
this person at all?", the service asks again with the facts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.access.actor import Actor, Confirmation, Role
from app.access.acts import Act
from app.messages import N_


@dataclass(frozen=True, slots=True)
class Subject:
    """The facts about a subject that permissions depend on, gathered by the domain's queries.

    ``is_visible`` says whether the actor may see the policy at all, ``is_member`` whether the
    owner named them, ``mode`` is the policy's editing mode, ``author_id`` who wrote the comment
    or thread in question, or who asked for the act; ``author_role`` in which role. ``department_id``
    is the policy's, ``seats`` the actor's own on it.
    """

    owner_id: int | None = None
    is_visible: bool = True
    is_member: bool = False
    mode: str = "group"
    author_id: int | None = None
    department_id: int | None = None
    seats: frozenset[str] = frozenset()
    author_role: Role = Role.RESIDENT


@dataclass(frozen=True, slots=True)
class Permission:
    """The outcome of asking, with its reason as a message id (empty when allowed)."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


Predicate = Callable[[Actor, Subject | None], bool]


def _role(*roles: Role) -> Predicate:
    def holds(actor: Actor, _subject: Subject | None) -> bool:
        return actor.role in roles

    holds.__name__ = " or ".join(roles)
    return holds


def _of_subject(name: str, test: Callable[[Actor, Subject], bool]) -> Predicate:
    def holds(actor: Actor, subject: Subject | None) -> bool:
        return subject is None or test(actor, subject)

    holds.__name__ = name
    return holds


def _anyone(_actor: Actor, _subject: Subject | None) -> bool:
    return True


def _signed_in(actor: Actor, _subject: Subject | None) -> bool:
    return not actor.is_anonymous and not actor.is_suspended


def _contact_confirmed(actor: Actor, _subject: Subject | None) -> bool:
    return actor.confirmation.rank >= Confirmation.CONTACT.rank


def _visitor(actor: Actor, _subject: Subject | None) -> bool:
    return actor.is_anonymous and not actor.is_suspended


_anyone.__name__ = "anyone"
_visitor.__name__ = "a visitor, whose words are kept until somebody answers for them"
_signed_in.__name__ = "signed in"
_contact_confirmed.__name__ = "contact confirmed"

_sees = _of_subject("may see the policy", lambda actor, subject: subject.is_visible)
_owner = _of_subject("owner", lambda actor, subject: subject.owner_id == actor.id)
_member = _of_subject("named by the owner", lambda actor, subject: subject.is_member)
_open_mode = _of_subject("mode is open", lambda actor, subject: subject.mode == "open")
_not_closed = _of_subject("mode is not closed", lambda actor, subject: subject.mode != "closed")
_author = _of_subject("the author", lambda actor, subject: subject.author_id == actor.id)
_others = _of_subject("not in own matters", lambda actor, subject: subject.author_id != actor.id)
_no_office = _of_subject(
    "not an officer's words", lambda actor, subject: subject.author_role != Role.OFFICER
)
_department = _of_subject(
    "of the department",
    lambda actor, subject: (
        actor.department_id is not None and actor.department_id == subject.department_id
    ),
)


def _seat(kind: str) -> Predicate:
    return _of_subject(f"seat {kind}", lambda _actor, subject: kind in subject.seats)


_legal_reviewer, _decision_maker, _expert, _evaluator = map(
    _seat, ("legal_reviewer", "decision_maker", "expert", "evaluator")
)
_supervisor = _role(Role.SUPERVISOR)
_officer = _role(Role.OFFICER)
_volunteer = _role(Role.VOLUNTEER)
_administrator = _role(Role.ADMINISTRATOR)
_writer = _role(Role.RESIDENT, Role.VOLUNTEER, Role.OFFICER)


@dataclass(frozen=True, slots=True)
class Grant:
    """The ways to be allowed an act and what is said when none applies."""

    ways: tuple[tuple[Predicate, ...], ...]
    refusal: str


GRANTS: dict[Act, Grant] = {
    Act.READ_POLICY: Grant(((_sees,),), N_("This page does not exist.")),
    Act.CREATE_POLICY: Grant(
        ((_signed_in, _officer),), N_("Only officers of a department start a new draft.")
    ),
    Act.EDIT_POLICY: Grant(
        (
            (_signed_in, _sees, _owner, _not_closed),
            (_signed_in, _sees, _member, _not_closed),
            (_signed_in, _sees, _writer, _open_mode),
        ),
        N_("This draft is edited by the people its owner named. You can comment on each article."),
    ),
    Act.KEEP_DRAFT: Grant(((_signed_in, _sees),), N_("Please sign in to keep your words.")),
    Act.RENAME_POLICY: Grant(
        ((_signed_in, _sees, _owner),), N_("Only the owner of the draft can rename it.")
    ),
    Act.CHANGE_SETTINGS: Grant(
        ((_signed_in, _sees, _owner),), N_("Only the owner of the draft can change this.")
    ),
    Act.NAME_PEOPLE: Grant(
        ((_signed_in, _sees, _owner),), N_("Only the owner of the draft names the people.")
    ),
    Act.MAKE_PUBLIC: Grant(
        ((_signed_in, _sees, _officer, _owner),),
        N_("Only the officer who owns the draft can make it public."),
    ),
    Act.MOVE_PHASE: Grant(
        ((_signed_in, _sees, _officer, _owner),),
        N_("Only the officer who owns the draft moves it on."),
    ),
    Act.POST_COMMENT: Grant(
        ((_signed_in, _sees, _writer),), N_("Please sign in to comment; reading needs no account.")
    ),
    Act.SUGGEST: Grant(
        ((_visitor, _sees), (_signed_in, _sees, _writer)),
        N_("Only residents, volunteers and officers send suggestions and comments."),
    ),
    Act.CHANGE_OWN_CONTRIBUTION: Grant(
        ((_signed_in, _sees, _author),), N_("Only the person who wrote this can change it.")
    ),
    Act.ANSWER: Grant(
        (
            (_signed_in, _sees, _officer, _owner, _others),
            (_signed_in, _sees, _officer, _member, _others),
        ),
        N_("Only the officers who work on this draft answer, and not their own suggestions."),
    ),
    Act.PREPARE_ANSWERS: Grant(
        (
            (_signed_in, _sees, _officer, _owner, _others),
            (_signed_in, _sees, _officer, _member, _others),
            (_signed_in, _sees, _officer, _department, _others),
        ),
        N_("Only officers of the department that writes this draft prepare its answers."),
    ),
    Act.MARK_OWED: Grant(
        ((_signed_in, _sees, _volunteer),),
        N_("Only volunteers mark a reply that should get an answer."),
    ),
    Act.ENTER_PAPER: Grant(
        (
            (_signed_in, _sees, _officer, _owner),
            (_signed_in, _sees, _officer, _member),
            (_signed_in, _sees, _officer, _department),
        ),
        N_("Only officers of the department enter what came by letter or telephone."),
    ),
    Act.CONFIRM: Grant(
        (
            (_signed_in, _sees, _officer, _department, _others),
            (_signed_in, _sees, _officer, _member, _others),
            (_signed_in, _sees, _officer, _decision_maker, _others),
        ),
        N_("A second officer of the department agrees to this; nobody to what they asked for."),
    ),
    Act.NAME_SOURCES: Grant(
        (
            (_signed_in, _sees, _officer, _owner),
            (_signed_in, _sees, _officer, _member),
            (_signed_in, _sees, _officer, _legal_reviewer),
        ),
        N_("Only the officers who work on this draft say where its changes come from."),
    ),
    Act.REVIEW_LEGALITY: Grant(
        ((_signed_in, _sees, _officer, _legal_reviewer),),
        N_("Only the legal reviewer of this draft writes the conclusion of the legality review."),
    ),
    Act.DECIDE: Grant(
        ((_signed_in, _sees, _officer, _decision_maker), (_signed_in, _sees, _officer, _owner)),
        N_("Only the decision maker of this draft, or its owner for a body, records the decision."),
    ),
    Act.GIVE_OPINION: Grant(
        ((_signed_in, _sees, _expert), (_signed_in, _sees, _evaluator)),
        N_("Only experts who were named for this draft sign an opinion on it."),
    ),
    Act.KEEP_PAPERS: Grant(
        (
            (_signed_in, _sees, _officer, _owner),
            (_signed_in, _sees, _officer, _member),
            (_signed_in, _sees, _officer, _department),
        ),
        N_("Only officers of the department that writes this draft keep its meetings and papers."),
    ),
    Act.SEE_OFFICE: Grant(
        (
            (_signed_in, _sees, _officer, _owner),
            (_signed_in, _sees, _officer, _member),
            (_signed_in, _sees, _officer, _department),
            (_signed_in, _sees, _officer, _legal_reviewer),
            (_signed_in, _sees, _officer, _decision_maker),
            (_signed_in, _sees, _supervisor),
        ),
        N_("Only the office that works on this draft sees its papers before they are published."),
    ),
    Act.EDIT_OWN_COMMENT: Grant(
        ((_signed_in, _sees, _author),), N_("Only the person who wrote this can change it.")
    ),
    Act.CLOSE_OWN_OBJECTION: Grant(
        ((_signed_in, _sees, _author),), N_("Only the person who objected can close the objection.")
    ),
    Act.MODERATE: Grant(
        ((_signed_in, _sees, _volunteer, _others, _no_office),),
        N_(
            "Volunteers keep the discussion fair, but not in their own matters or on officers' words."
        ),
    ),
    Act.CHANGE_OWN_ACCOUNT: Grant(((_signed_in,),), N_("Please sign in first.")),
    Act.ADMINISTER: Grant(
        ((_signed_in, _administrator),), N_("Only system administrators can do this.")
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
    return any(_signed_in in way for way in GRANTS[act].ways)
