"""The permission table, row by row, and what it says when it refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.access.actor import VISITOR, Actor, Confirmation, Role
from app.access.acts import Act
from app.access.ensure import ensure
from app.access.grants import GRANTS, Subject, could_after_signing_in, may
from app.access.predicates import OF_THE_PERSON
from app.errors import NotAllowed, NotFound, SignInNeeded


def person(role: Role, ident: int = 1) -> Actor:
    return Actor(id=ident, public_id=f"p{ident}", role=role, confirmation=Confirmation.CONTACT)


RESIDENT, VOLUNTEER, OFFICER = (person(r) for r in (Role.RESIDENT, Role.VOLUNTEER, Role.OFFICER))
SUPERVISOR, ADMINISTRATOR = person(Role.SUPERVISOR), person(Role.ADMINISTRATOR)
OWN, OTHERS = Subject(owner_id=1), Subject(owner_id=2)
NAMED = replace(OTHERS, is_member=True)
OPEN, CLOSED = replace(OTHERS, mode="open"), Subject(owner_id=1, mode="closed")


def test_every_act_has_a_row_and_a_sentence() -> None:
    assert set(GRANTS) == set(Act)
    assert all(grant.ways and grant.refusal.endswith(".") for grant in GRANTS.values())


@pytest.mark.parametrize(
    ("actor", "act", "subject", "allowed"),
    [
        (VISITOR, Act.READ_POLICY, OTHERS, True),
        (VISITOR, Act.READ_POLICY, Subject(is_visible=False), False),
        (OFFICER, Act.CREATE_POLICY, None, True),
        (RESIDENT, Act.CREATE_POLICY, None, False),
        (ADMINISTRATOR, Act.CREATE_POLICY, None, False),
        (OFFICER, Act.EDIT_POLICY, OWN, True),
        (OFFICER, Act.EDIT_POLICY, OTHERS, False),
        (RESIDENT, Act.EDIT_POLICY, NAMED, True),
        (RESIDENT, Act.EDIT_POLICY, OPEN, True),
        (VISITOR, Act.EDIT_POLICY, OPEN, False),
        (ADMINISTRATOR, Act.EDIT_POLICY, OPEN, False),
        (SUPERVISOR, Act.EDIT_POLICY, OPEN, False),
        (OFFICER, Act.EDIT_POLICY, CLOSED, False),
        (OFFICER, Act.MAKE_PUBLIC, OWN, True),
        (RESIDENT, Act.MAKE_PUBLIC, OWN, False),
        (OFFICER, Act.MOVE_PHASE, OTHERS, False),
        (RESIDENT, Act.POST_COMMENT, OTHERS, True),
        (VISITOR, Act.POST_COMMENT, OTHERS, False),
        (SUPERVISOR, Act.POST_COMMENT, OTHERS, False),
        (VOLUNTEER, Act.MODERATE, Subject(author_id=2), True),
        (VOLUNTEER, Act.MODERATE, Subject(author_id=1), False),
        (VOLUNTEER, Act.MODERATE, Subject(author_id=2, author_role=Role.OFFICER), False),
        (VOLUNTEER, Act.MODERATE, Subject(author_id=2, is_member=True), False),
        (VOLUNTEER, Act.MODERATE, Subject(author_id=2, owner_id=1), False),
        (VOLUNTEER, Act.MODERATE, Subject(author_id=2, has_written=True), False),
        (OFFICER, Act.MODERATE, Subject(author_id=2), False),
        (RESIDENT, Act.EDIT_OWN_COMMENT, Subject(author_id=1), True),
        (RESIDENT, Act.EDIT_OWN_COMMENT, Subject(author_id=2), False),
        (RESIDENT, Act.CLOSE_OWN_OBJECTION, Subject(author_id=2), False),
        (ADMINISTRATOR, Act.ADMINISTER, None, True),
        (OFFICER, Act.ADMINISTER, None, False),
        (VISITOR, Act.FLAG, OTHERS, True),
        (VISITOR, Act.FLAG, Subject(is_visible=False), False),
        (RESIDENT, Act.FACILITATE, OTHERS, False),
        (VOLUNTEER, Act.FACILITATE, OTHERS, True),
        (VOLUNTEER, Act.KEEP_ORDER, OTHERS, True),
        (OFFICER, Act.KEEP_ORDER, OWN, False),
        (SUPERVISOR, Act.KEEP_ORDER, OTHERS, False),
        (SUPERVISOR, Act.SEE_ORDER, OTHERS, True),
        (OFFICER, Act.SEE_ORDER, OWN, False),
        (RESIDENT, Act.MARK_ANSWERED, Subject(author_id=1), True),
        (RESIDENT, Act.MARK_ANSWERED, Subject(author_id=2), False),
        (VOLUNTEER, Act.UNDO_ACTION, Subject(author_id=1), True),
        (VOLUNTEER, Act.UNDO_ACTION, Subject(author_id=2), False),
        (RESIDENT, Act.ASK_REVIEW, Subject(is_concerned=True), True),
        (RESIDENT, Act.ASK_REVIEW, Subject(is_concerned=False), False),
        (VOLUNTEER, Act.REVIEW_ACTION, Subject(parties=frozenset({2, 3})), True),
        (VOLUNTEER, Act.REVIEW_ACTION, Subject(parties=frozenset({1, 2})), False),
        (VOLUNTEER, Act.REVIEW_ACTION, Subject(parties=frozenset({2}), is_member=True), False),
        (VOLUNTEER, Act.REVIEW_ACTION, Subject(parties=frozenset({2}), has_written=True), False),
        (SUPERVISOR, Act.REVIEW_ACTION, Subject(parties=frozenset({2})), False),
        (SUPERVISOR, Act.REVIEW_ACTION, Subject(decided_in=Role.SUPERVISOR), True),
        (
            SUPERVISOR,
            Act.REVIEW_ACTION,
            Subject(parties=frozenset({1}), decided_in=Role.SUPERVISOR),
            False,
        ),
        (VOLUNTEER, Act.REVIEW_ACTION, Subject(decided_in=Role.SUPERVISOR), False),
        (VOLUNTEER, Act.PROPOSE_REMOVAL, Subject(author_id=2), True),
        (VOLUNTEER, Act.PROPOSE_REMOVAL, Subject(author_id=1), False),
        (SUPERVISOR, Act.CONFIRM_REMOVAL, Subject(parties=frozenset({2})), True),
        (SUPERVISOR, Act.CONFIRM_REMOVAL, Subject(parties=frozenset({1})), False),
        (VOLUNTEER, Act.CONFIRM_REMOVAL, Subject(parties=frozenset({2})), False),
        (SUPERVISOR, Act.INSPECT, None, True),
        (ADMINISTRATOR, Act.INSPECT, None, False),
        (OFFICER, Act.REPLY_TO_INSPECTION, OWN, True),
        (OFFICER, Act.REPLY_TO_INSPECTION, OTHERS, False),
        (RESIDENT, Act.FOLLOW, OTHERS, True),
        (VISITOR, Act.FOLLOW, OTHERS, False),
        (RESIDENT, Act.READ_NOTICES, None, True),
        (VISITOR, Act.LEAVE, None, False),
    ],
)
def test_the_table_answers(actor: Actor, act: Act, subject: Subject | None, allowed: bool) -> None:
    assert bool(may(actor, act, subject)) is allowed


def test_what_is_not_of_the_person_is_asked_of_a_subject_only() -> None:
    """The matrix of docs/permissions.md is right only then."""
    asked = {holds for grant in GRANTS.values() for way in grant.ways for holds in way}
    for holds in asked - OF_THE_PERSON:
        assert all(holds(actor, None) for actor in (VISITOR, RESIDENT, ADMINISTRATOR))
    for holds in asked & OF_THE_PERSON:
        answers = {holds(actor, None) for actor in (VISITOR, RESIDENT, OFFICER, VOLUNTEER)}
        answers |= {holds(actor, OWN) for actor in (SUPERVISOR, ADMINISTRATOR)}
        assert answers == {True, False}


# A suspended person may still read, hear what was decided, ask for its review, and leave.
OPEN_TO_ALL = {Act.READ_POLICY, Act.READ_NOTICES, Act.ASK_REVIEW, Act.LEAVE}


@pytest.mark.parametrize("act", [act for act in Act if act not in OPEN_TO_ALL])
def test_a_suspended_person_may_only_read_and_is_told_why(act: Act) -> None:
    for role in Role:
        suspended = replace(person(role), is_suspended=True)
        permission = may(suspended, act, replace(OPEN, owner_id=1, author_id=1))
        assert not permission
        assert permission.reason == "Your account is suspended for now."


def test_what_one_may_not_see_is_absent_and_not_forbidden() -> None:
    with pytest.raises(NotFound):
        ensure(OFFICER, Act.EDIT_POLICY, Subject(owner_id=1, is_visible=False))


def test_a_visitor_is_sent_to_sign_in_where_that_can_help() -> None:
    with pytest.raises(SignInNeeded):
        ensure(VISITOR, Act.POST_COMMENT, OTHERS)
    with pytest.raises(NotAllowed) as refusal:
        ensure(RESIDENT, Act.CREATE_POLICY)
    assert not isinstance(refusal.value, SignInNeeded)
    assert not could_after_signing_in(Act.READ_POLICY)
