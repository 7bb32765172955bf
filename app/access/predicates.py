"""What the table of grants asks of an actor and a subject, one readable predicate each.

A predicate over a subject is skipped when no subject is given: the guard at a route asks "could
this person at all?", the service asks again with the facts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.access.actor import Actor, Confirmation, Role


@dataclass(frozen=True, slots=True)
class Subject:
    """The facts about a subject that permissions depend on, gathered by the domain's queries.

    ``is_visible`` says whether the actor may see the policy at all, ``is_member`` whether the
    owner named them, ``has_written`` whether words of theirs went into its text, where it is the
    text that is decided on; ``mode`` is the policy's editing mode, ``author_id`` who wrote the
    comment or thread in question, or who asked for the act; ``author_role`` in which role.
    ``department_id`` is the policy's, ``seats`` the actor's own on it. ``parties`` are the people
    concerned in a decision on words: who wrote them, who reported them, who decided before, and in
    which role (``decided_in``); ``is_concerned`` says that the actor may ask for its review.
    """

    owner_id: int | None = None
    is_visible: bool = True
    is_member: bool = False
    has_written: bool = False
    mode: str = "group"
    author_id: int | None = None
    department_id: int | None = None
    seats: frozenset[str] = frozenset()
    author_role: Role = Role.RESIDENT
    parties: frozenset[int] = frozenset()
    decided_in: Role = Role.VOLUNTEER
    is_concerned: bool = True


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


def anyone(_actor: Actor, _subject: Subject | None) -> bool:
    return True


def signed_in(actor: Actor, _subject: Subject | None) -> bool:
    return not actor.is_anonymous and not actor.is_suspended


def has_account(actor: Actor, _subject: Subject | None) -> bool:
    return not actor.is_anonymous


def contact_confirmed(actor: Actor, _subject: Subject | None) -> bool:
    return actor.confirmation.rank >= Confirmation.CONTACT.rank


def visitor(actor: Actor, _subject: Subject | None) -> bool:
    return actor.is_anonymous and not actor.is_suspended


anyone.__name__ = "anyone"
visitor.__name__ = "a visitor, whose words are kept until somebody answers for them"
signed_in.__name__ = "signed in"
has_account.__name__ = "has an account, suspended or not"
contact_confirmed.__name__ = "contact confirmed"

sees = _of_subject("may see the policy", lambda actor, subject: subject.is_visible)
owner = _of_subject("owner", lambda actor, subject: subject.owner_id == actor.id)
member = _of_subject("named by the owner", lambda actor, subject: subject.is_member)
open_mode = _of_subject("mode is open", lambda actor, subject: subject.mode == "open")
not_closed = _of_subject("mode is not closed", lambda actor, subject: subject.mode != "closed")
author = _of_subject("the author", lambda actor, subject: subject.author_id == actor.id)
others = _of_subject("not in own matters", lambda actor, subject: subject.author_id != actor.id)
no_office = _of_subject(
    "not an officer's words", lambda actor, subject: subject.author_role != Role.OFFICER
)
no_writer = _of_subject(
    "does not write the draft",
    lambda actor, subject: (
        not subject.is_member and not subject.has_written and subject.owner_id != actor.id
    ),
)
of_volunteers = _of_subject(
    "not decided by a supervisor",
    lambda _actor, subject: subject.decided_in is not Role.SUPERVISOR,
)
of_supervisors = _of_subject(
    "decided by a supervisor", lambda _actor, subject: subject.decided_in is Role.SUPERVISOR
)
no_party = _of_subject(
    "not concerned in it", lambda actor, subject: actor.id not in subject.parties
)
concerned = _of_subject(
    "the author, or who reported it", lambda _actor, subject: subject.is_concerned
)
department = _of_subject(
    "of the department",
    lambda actor, subject: (
        actor.department_id is not None and actor.department_id == subject.department_id
    ),
)


def _seat(kind: str) -> Predicate:
    return _of_subject(f"seat {kind}", lambda _actor, subject: kind in subject.seats)


legal_reviewer, decision_maker, expert, evaluator = map(
    _seat, ("legal_reviewer", "decision_maker", "expert", "evaluator")
)
supervisor = _role(Role.SUPERVISOR)
officer = _role(Role.OFFICER)
volunteer = _role(Role.VOLUNTEER)
administrator = _role(Role.ADMINISTRATOR)
writer = _role(Role.RESIDENT, Role.VOLUNTEER, Role.OFFICER)

# What the person alone decides; every other predicate is a condition on the subject.
OF_THE_PERSON = frozenset(
    {anyone, signed_in, has_account, contact_confirmed, visitor}
    | {supervisor, officer, volunteer, administrator, writer}
)
