"""Private and hidden words are nowhere: a rare word is planted and looked for as everybody."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import clock
from app.access.actor import VISITOR, Actor, Confirmation, Role
from app.accounts.events import PersonConfirmed
from app.accounts.models import Person
from app.database import committing, db
from app.ledger.services import record
from app.moderation.services import Decision
from app.policies.models import Revision
from app.policies.services.publishing import make_private
from app.policies.services.seating import name_person, unname_person
from tests.builders.accounts import make_actor, make_department
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.moderation import act_on_comment, act_on_summary
from tests.builders.policies import TEXT, make_policy, plan_publication, save_text
from tests.builders.search import ask, drain, found, texts

pytestmark = pytest.mark.usefixtures("app")

RARE = "xylophone"
WORDS = TEXT + f"\n第四条 夜间不得吹奏{RARE}。\n"


def traces(actor: Actor, question: str = RARE) -> list[str]:
    """The questions after which ``actor`` sees a hit, a count, a facet or a guess."""
    found = []
    for asked in (question, question[:-1] + "x", f"停放 {question}", f'"{question}"'):
        results = ask(asked, actor)
        has_any = results.total or results.hits or any(results.facets.values())
        if has_any or question in texts(results):
            found.append(asked)
    return found


def outsiders() -> list[Actor]:
    department = make_department(f"Department {secrets.token_hex(4)}")
    return [
        VISITOR,
        *(make_actor(role) for role in Role if role not in (Role.VISITOR, Role.UNKNOWN)),
        make_actor(Role.OFFICER, department_id=department.id),
    ]


def test_a_private_policy_is_found_by_its_people_and_by_nobody_else() -> None:
    department = make_department()
    owner = make_actor(Role.OFFICER, department_id=department.id)
    colleague = make_actor(Role.OFFICER, department_id=department.id)
    make_policy(owner, slug="secret", title=RARE, text=WORDS, summary=RARE, is_public=False)
    named = make_actor()
    name_person("secret", address=named.public_id, actor=owner)
    db.session.commit()
    drain()
    for actor in (owner, colleague, named):
        assert len(found(RARE, actor)) == 2
    for actor in outsiders():
        assert traces(actor) == []
    unname_person("secret", public_id=named.public_id, actor=owner)
    db.session.commit()
    assert traces(named) == []


def test_a_suspended_insider_finds_what_a_visitor_finds() -> None:
    owner = make_actor(Role.OFFICER)
    make_policy(owner, text=WORDS, is_public=False)
    drain()
    suspended = make_actor(Role.OFFICER, suspended_until=clock.now() + timedelta(days=1))
    assert traces(suspended) == []


def test_made_public_it_is_found_without_its_earlier_history_and_talk() -> None:
    owner = make_actor(Role.OFFICER)
    policy = make_policy(owner, slug="plan", is_public=False, summary=RARE)
    make_thread(policy, owner, body=f"Between us: {RARE}")
    save_text("plan", TEXT.replace("三日", "五日"), actor=owner, base=1, summary="kangaroo")
    plan_publication("plan", at=None, with_history=False, actor=owner)
    db.session.commit()
    drain()
    assert found("kangaroo") == ["/policies/plan/revisions/2"]
    assert len(found(RARE, owner)) == 2
    for actor in outsiders():
        assert traces(actor) == []


def test_made_public_with_its_history_all_of_it_is_found() -> None:
    owner = make_actor(Role.OFFICER)
    policy = make_policy(owner, slug="plan", is_public=False, summary=RARE)
    make_thread(policy, owner, body=f"Between us: {RARE}")
    plan_publication("plan", at=None, with_history=True, actor=owner)
    db.session.commit()
    drain()
    assert len(found(RARE)) == 2


@pytest.mark.parametrize("is_indexed", [True, False])
def test_made_private_it_is_gone_before_and_after_the_worker_has_heard(is_indexed: bool) -> None:
    owner = make_actor(Role.OFFICER)
    make_policy(owner, slug="plan", text=WORDS, summary=RARE)
    make_policy(slug="other", summary="")
    drain()
    assert ask(RARE).total == 2
    make_private("plan", actor=owner)
    db.session.commit()
    if is_indexed:
        drain()
    for actor in outsiders():
        assert traces(actor) == []
    assert found("停放") == ["/policies/other#c-c1"]
    assert ask("停放").total == 1
    assert ask(RARE, owner).total == 2


@pytest.mark.parametrize("is_indexed", [True, False])
def test_a_hidden_comment_is_gone_before_and_after_the_worker_has_heard(is_indexed: bool) -> None:
    writer, moderator = make_actor(), make_actor(Role.VOLUNTEER)
    thread = make_thread(make_policy(), writer, title=f"On the {RARE}", body=f"The {RARE} is loud.")
    reply = make_reply(thread, body=f"So is the {RARE} next door.")
    drain()
    assert ask(RARE).total == 2
    hide(thread.first, moderator)
    if is_indexed:
        drain()
    for actor in [writer, *outsiders()]:
        assert found(RARE, actor) == [f"/threads/{thread.id}#comment-{reply.id}"]
        assert ask(RARE, actor).total == 1
    hide(reply, moderator)
    if is_indexed:
        drain()
    for actor in [writer, *outsiders()]:
        assert traces(actor) == []
    act_on_comment(reply.id, Decision("show", "personal_data", "A mistake"), actor=moderator)
    db.session.commit()
    drain()
    assert ask(RARE).total == 1


@pytest.mark.parametrize("is_indexed", [True, False])
def test_a_hidden_reason_is_gone_before_and_after_the_worker_has_heard(is_indexed: bool) -> None:
    make_policy(slug="open", mode="open")
    save_text("open", TEXT.replace("三日", "五日"), actor=make_actor(), base=1, summary=RARE)
    drain()
    assert found(RARE) == ["/policies/open/revisions/2"]
    hide_newest_reason()
    if is_indexed:
        drain()
    for actor in outsiders():
        assert traces(actor) == []


def hide_newest_reason() -> None:
    moderator = make_actor(Role.VOLUNTEER)
    revision_id = db.session.scalars(select(func.max(Revision.id))).one()
    decision = Decision("hide", "personal_data", "Names a neighbour")
    act_on_summary(revision_id, decision, actor=moderator)
    db.session.commit()


def test_words_of_an_unconfirmed_person_are_found_once_they_are_shown() -> None:
    writer = make_actor(confirmation=Confirmation.NONE)
    owner = make_actor(Role.OFFICER)
    policy = make_policy(owner)
    make_thread(policy, writer, body=f"My {RARE}")
    make_reply(make_thread(policy), writer, body=f"Again my {RARE}")
    drain()
    for actor in [owner, *outsiders()]:
        assert traces(actor) == []
    with committing():
        person = db.session.get_one(Person, writer.person_id)
        person.confirmation = Confirmation.CONTACT
        event = PersonConfirmed(person=person.public_id, level="contact", by_command=True)
        record(event, actor=VISITOR)
    drain()
    assert ask(RARE).total == 2
