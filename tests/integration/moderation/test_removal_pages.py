"""The pages of removals: who sees which, what they say, and that none shows the words."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.access.actor import Role
from app.accounts.models import Person
from app.database import committing, db
from app.moderation.models import Removal
from app.moderation.rules import Kind
from app.moderation.services import Decision, act
from app.policies.models import Policy
from tests.builders.accounts import make_actor, make_person, sign_in
from tests.builders.discussions import make_thread
from tests.builders.policies import make_policy
from tests.builders.removals import hide_words, propose, remove
from tests.checking_client import CheckingClient

SAID = "My neighbour quillwort lives at number 4."
NEW = "/moderation/removals/new"
SENT = {"ground": "personal_data", "reason": "Names a neighbour"}


@pytest.fixture
def policy(app: Flask) -> Policy:
    return make_policy()


@pytest.fixture
def comment(policy: Policy) -> int:
    return make_thread(policy, make_actor(), SAID).first.id


@pytest.fixture
def volunteer(app: Flask) -> Person:
    return make_person(Role.VOLUNTEER)


@pytest.fixture
def supervisor(app: Flask) -> Person:
    return make_person(Role.SUPERVISOR)


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_volunteer_proposes_and_a_supervisor_confirms(
    client: CheckingClient, comment: int, volunteer: Person, supervisor: Person
) -> None:
    hide_words(Kind.COMMENT, comment)
    sign_in(client, volunteer)
    answer = client.post_form(f"{NEW}?kind=comment&id={comment}", SENT)
    assert answer.status_code == 303
    page = words_of(client.get(answer.location).text)
    assert "Waits for a supervisor" in page
    assert "Remove it for good" not in page
    sign_in(client, supervisor)
    assert "Look and decide" in client.get("/moderation/removals").text
    assert "quillwort" not in client.get(answer.location).text
    assert client.post_form(answer.location, {"step": "confirm"}).status_code == 303
    page = words_of(client.get(answer.location).text)
    assert "Removed; the files are still being swept" in page
    assert "Text check code" in page


def test_the_link_to_propose_stands_where_hidden_words_are_shown_again(
    client: CheckingClient, comment: int, volunteer: Person
) -> None:
    sign_in(client, volunteer)
    address = f"/moderation/comments/{comment}"
    assert NEW not in client.get(address).text
    hide_words(Kind.COMMENT, comment)
    assert f"{NEW}?kind=comment&amp;id={comment}" in client.get(address).text


def test_nothing_offers_to_show_again_what_was_removed(
    client: CheckingClient, comment: int, volunteer: Person
) -> None:
    remove(Kind.COMMENT, comment)
    sign_in(client, volunteer)
    page = client.get("/threads/1").text
    assert "Removed for good" in page
    assert "Show again" not in page
    answer = client.post_form(
        f"/moderation/comments/{comment}",
        {"action": "show", "rule": "insult", "reason": "Back"},
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ground": "insult"}, "Please choose why it must be removed for good."),
        ({"reason": " "}, "Please give a reason"),
        ({"reason": "x" * 501}, "501"),
    ],
)
def test_an_incomplete_proposal_comes_back_with_its_words(
    client: CheckingClient, comment: int, volunteer: Person, wrong: dict[str, str], said: str
) -> None:
    hide_words(Kind.COMMENT, comment)
    sign_in(client, volunteer)
    answer = client.post_form(f"{NEW}?kind=comment&id={comment}", {**SENT, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert {**SENT, **wrong}["reason"].strip() in answer.text


@pytest.mark.parametrize(
    "query", ["", "kind=comment", "kind=thread&id=1", "kind=comment&id=99", "kind=name&id=nobody"]
)
def test_what_is_not_there_cannot_be_proposed(
    client: CheckingClient, volunteer: Person, query: str
) -> None:
    sign_in(client, volunteer)
    assert client.get(f"{NEW}?{query}").status_code == 404


def test_what_is_shown_must_be_hidden_first(
    client: CheckingClient, comment: int, volunteer: Person
) -> None:
    sign_in(client, volunteer)
    answer = client.get(f"{NEW}?kind=comment&id={comment}")
    assert answer.status_code == 422
    assert "Please hide it first." in answer.text


def test_a_name_is_proposed_by_the_public_id_of_its_bearer(
    client: CheckingClient, volunteer: Person, supervisor: Person
) -> None:
    person = make_person(name="Ms Quillwort Four", name_skeleton="msquillwort")
    hide_words(Kind.NAME, person.id)
    sign_in(client, volunteer)
    answer = client.post_form(f"{NEW}?kind=name&id={person.public_id}", SENT)
    assert answer.status_code == 303
    sign_in(client, supervisor)
    page = client.get(answer.location).text
    assert f'name="id" value="{person.public_id}"' in page
    assert "Quillwort" not in page
    shown = client.post_form(
        "/moderation/words", {"kind": "name", "id": person.public_id}, form=answer.location
    )
    assert "Quillwort" in shown.text


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.OFFICER, Role.ADMINISTRATOR])
def test_others_see_neither_list_nor_proposal(
    client: CheckingClient, comment: int, role: Role
) -> None:
    row = propose(Kind.COMMENT, comment)
    sign_in(client, make_person(role))
    for address in ("/moderation/removals", f"/moderation/removals/{row.id}", NEW):
        assert client.get(address).status_code == 403


def test_a_volunteer_cannot_confirm(
    client: CheckingClient, comment: int, volunteer: Person
) -> None:
    ident = propose(Kind.COMMENT, comment).id
    sign_in(client, volunteer)
    address = f"/moderation/removals/{ident}"
    assert client.post_form(address, {"step": "confirm"}).status_code == 403
    assert db.session.get_one(Removal, ident).decided_at is None


def test_a_refusal_without_a_reason_comes_back(
    client: CheckingClient, comment: int, supervisor: Person
) -> None:
    ident = propose(Kind.COMMENT, comment).id
    sign_in(client, supervisor)
    address = f"/moderation/removals/{ident}"
    answer = client.post_form(address, {"step": "refuse"})
    assert (answer.status_code, "Please say why you refuse." in answer.text) == (422, True)
    answer = client.post_form(address, {"step": "refuse", "reason": "It names nobody"})
    assert answer.status_code == 303
    page = words_of(client.get(address).text)
    assert "The supervisor wrote: It names nobody" in page


@pytest.mark.parametrize("step", ["", "maybe"])
def test_an_unknown_step_is_refused(
    client: CheckingClient, comment: int, supervisor: Person, step: str
) -> None:
    ident = propose(Kind.COMMENT, comment).id
    sign_in(client, supervisor)
    address = f"/moderation/removals/{ident}"
    assert client.post_form(address, {"step": step}).status_code == 422


def test_somebody_was_faster(client: CheckingClient, comment: int, supervisor: Person) -> None:
    ident = propose(Kind.COMMENT, comment).id
    sign_in(client, supervisor)
    address = f"/moderation/removals/{ident}"
    token = client.get_token(address)
    with committing():
        shown = Decision("show", "personal_data", "A mistake")
        act(Kind.COMMENT, comment, shown, actor=make_actor(Role.VOLUNTEER))
    answer = client.post(address, data={"csrf_token": token, "step": "confirm"})
    assert answer.status_code == 422
    assert "A volunteer shows these words again." in answer.text


def test_a_proposal_that_does_not_exist_is_not_found(
    client: CheckingClient, supervisor: Person
) -> None:
    sign_in(client, supervisor)
    assert client.get("/moderation/removals/77").status_code == 404
