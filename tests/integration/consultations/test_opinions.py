"""What experts sign, what other departments say, and the papers that go with a draft."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.access.actor import Actor, Role
from app.consultations.models import Annex, DepartmentOpinion, ExpertOpinion
from app.consultations.queries.beside import list_annexes, list_departments, list_opinions
from app.consultations.services.asking_departments import Asked, put_department
from app.consultations.services.keeping_annexes import Paper, save_annex
from app.consultations.services.signing_opinions import NewOpinion, sign_opinion
from app.database import db
from app.errors import NotAllowed, NotFound, RuleBroken
from app.ledger.models import EventRecord
from app.policies.models import Policy
from app.policies.services.seating import NewSeat, name_seat
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import make_policy
from tests.checking_client import CheckingClient

OPINION = NewOpinion("Wang Hong", "Institute of Streets", "None.", "Two days are enough.", "第二条")
ASKED = Asked("Bureau of Roads", date(2026, 2, 1), date(2026, 2, 20))


@pytest.fixture(autouse=True)
def _at_noon(app: Flask, noon: datetime) -> None:
    """Every test begins on 2 March 2026, noon in Beijing."""


@pytest.fixture
def owner(app: Flask) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def policy(owner: Actor) -> Policy:
    return make_policy(owner, slug="bicycles")


@pytest.fixture
def expert(policy: Policy, owner: Actor) -> Actor:
    person = make_actor(name="Wang Hong")
    name_seat("bicycles", NewSeat("expert", person.public_id), actor=owner)
    db.session.commit()
    return person


def _sign(actor: Actor, **values: str) -> ExpertOpinion:
    opinion = sign_opinion("bicycles", replace(OPINION, **values), actor=actor)
    db.session.commit()
    return opinion


def _put(owner: Actor, number: int | None = None, **values: Any) -> DepartmentOpinion:
    row = put_department("bicycles", replace(ASKED, **values), actor=owner, number=number)
    db.session.commit()
    return row


def _save(owner: Actor, kind: str = "paper", text: str = "Words.", **more: Any) -> Annex:
    annex = save_annex("bicycles", Paper(kind, "Title", text), actor=owner, **more)
    db.session.commit()
    return annex


def test_an_expert_signs_an_opinion_on_one_article(policy: Policy, expert: Actor) -> None:
    opinion = _sign(expert)
    assert (opinion.clause, opinion.signed_name) == ("c3", "Wang Hong")


@pytest.mark.parametrize("field", ["name", "affiliation", "interest", "words"])
def test_an_opinion_without_any_of_the_four_is_refused(
    policy: Policy, expert: Actor, field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        _sign(expert, **{field: "  "})
    assert refusal.value.field == field
    assert list_opinions(policy.id) == []


def test_only_experts_and_evaluators_of_the_draft_sign(
    policy: Policy, owner: Actor, expert: Actor
) -> None:
    for other in (owner, make_actor(), make_actor(Role.OFFICER)):
        with pytest.raises(NotAllowed):
            _sign(other)
    judge = make_actor()
    name_seat("bicycles", NewSeat("evaluator", judge.public_id), actor=owner)
    db.session.commit()
    assert _sign(judge).by_id == judge.id


def test_an_article_that_is_not_there_is_refused(policy: Policy, expert: Actor) -> None:
    with pytest.raises(RuleBroken, match="There is no article"):
        _sign(expert, clause="第九十条")


def test_a_further_opinion_stands_beside_the_first(
    policy: Policy, expert: Actor, client: CheckingClient
) -> None:
    _sign(expert)
    _sign(expert, clause="", words="I have changed my mind.")
    page = client.get("/policies/bicycles/opinions").get_data(as_text=True)
    for words in (
        "Two days are enough.",
        "I have changed my mind.",
        "Institute of Streets",
        "None.",
        "第二条",
        "Dissenting opinions are welcome",
    ):
        assert words in page
    assert "Sign an opinion" not in page


def test_the_ledger_holds_a_salted_hash_of_all_that_was_signed(
    policy: Policy, expert: Actor
) -> None:
    opinion = _sign(expert)
    payload = db.session.scalars(
        select(EventRecord.payload).where(EventRecord.kind == "OpinionSigned")
    ).one()
    signed = "Wang Hong\nInstitute of Streets\nNone.\nTwo days are enough."
    expected = hashlib.sha256(opinion.salt + signed.encode()).hexdigest()
    assert json.loads(payload)["words"] == expected
    assert "enough" not in payload


def test_an_expert_signs_on_the_page_and_keeps_the_words_when_refused(
    policy: Policy, expert: Actor, client: CheckingClient
) -> None:
    sign_in(client, expert)
    url = "/policies/bicycles/opinions"
    assert "Sign an opinion" in client.get(url).get_data(as_text=True)
    sent = {"name": "Wang Hong", "affiliation": "Institute", "words": "Enough.", "interest": ""}
    answer = client.post_form(f"{url}/sign", sent)
    assert answer.status_code == 422
    assert "Please declare your interest" in answer.get_data(as_text=True)
    assert "Enough." in answer.get_data(as_text=True)
    assert client.post_form(f"{url}/sign", {**sent, "interest": "None."}).status_code == 303
    assert len(list_opinions(policy.id)) == 1


def test_a_resident_is_not_let_to_the_signing_form(policy: Policy, client: CheckingClient) -> None:
    sign_in(client, make_actor())
    assert client.get("/policies/bicycles/opinions/sign").status_code == 403


def test_a_department_is_asked_and_later_answers(policy: Policy, owner: Actor) -> None:
    row = _put(owner)
    _put(owner, row.id, received_on=date(2026, 2, 18), words="We agree.", remaining="The fee.")
    [stored] = list_departments(policy.id)
    assert (stored.words, stored.remaining) == ("We agree.", "The fee.")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"department": ""}, "department"),
        ({"due_on": date(2026, 1, 31)}, "due_on"),
        ({"words": "We agree."}, "received_on"),
        ({"remaining": "The fee."}, "received_on"),
        ({"received_on": date(2026, 2, 18)}, "words"),
        ({"received_on": date(2026, 1, 31), "words": "Yes."}, "received_on"),
        ({"received_on": date(2026, 3, 3), "words": "Yes."}, "received_on"),
    ],
)
def test_dates_and_words_of_a_department_must_fit_each_other(
    policy: Policy, owner: Actor, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        _put(owner, **values)
    assert refusal.value.field == field


def test_a_department_stands_on_the_list_once(policy: Policy, owner: Actor) -> None:
    row = _put(owner)
    with pytest.raises(RuleBroken, match="on the list already"):
        _put(owner, department="bureau of roads")
    _put(owner, row.id, due_on=date(2026, 3, 20))
    assert len(list_departments(policy.id)) == 1


def test_everybody_reads_what_departments_said_and_who_is_overdue(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    _put(owner, received_on=date(2026, 2, 18), words="We agree.", remaining="The fee.")
    _put(owner, department="Bureau of Trees")
    page = client.get("/policies/bicycles/departments").get_data(as_text=True)
    for words in ("Bureau of Roads", "We agree.", "The fee.", "Bureau of Trees", "overdue"):
        assert words in page
    assert "Add a department" not in page


def test_the_office_keeps_the_list_on_the_page(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    sign_in(client, owner)
    url = "/policies/bicycles/departments"
    sent = {"department": "Bureau of Roads", "asked_on": "2026-02-01", "due_on": "2026-02-20"}
    assert client.post_form(f"{url}/new", {**sent, "due_on": ""}).status_code == 422
    assert client.post_form(f"{url}/new", sent).status_code == 303
    [row] = list_departments(policy.id)
    answered = {**sent, "received_on": "2026-02-18", "words": "We agree."}
    assert client.post_form(f"{url}/{row.id}/edit", answered).status_code == 303
    assert "We agree." in client.get(url).get_data(as_text=True)


def test_a_draft_has_one_explanation_and_it_comes_first(policy: Policy, owner: Actor) -> None:
    _save(owner)
    first = _save(owner, "explanation", "Why.")
    again = _save(owner, "explanation", "Why, in more words.")
    assert first.id == again.id
    assert [annex.kind for annex in list_annexes(policy.id)] == ["explanation", "paper"]


@pytest.mark.parametrize(
    ("paper", "field"),
    [
        (Paper("paper", "", "Words."), "title"),
        (Paper("paper", "Title", " \n"), "text"),
        (Paper("letter", "Title", "Words."), "kind"),
        (Paper("paper", "Title", "a" * 50_000 + "\n" + "b" * 50_000), "text"),
    ],
)
def test_what_is_no_paper_is_refused(
    policy: Policy, owner: Actor, paper: Paper, field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        save_annex("bicycles", paper, actor=owner)
    assert refusal.value.field == field


def test_papers_are_rendered_and_hostile_words_stay_words(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    _save(
        owner,
        "explanation",
        "# Why\n\nIt is **needed**. <script>alert(1)</script>[^1]\n\n[^1]: Note.\n",
    )
    _save(owner, "paper", "# Map\n\nSee here.[^1]\n\n[^1]: Another.\n")
    page = client.get("/policies/bicycles/annexes").get_data(as_text=True)
    assert "<strong>needed</strong>" in page
    assert "<script>alert" not in page
    assert "Another." in page


def test_only_the_office_writes_papers(policy: Policy, owner: Actor) -> None:
    annex = _save(owner)
    for stranger in (make_actor(), make_actor(Role.OFFICER), make_actor(Role.SUPERVISOR)):
        with pytest.raises(NotAllowed):
            _save(stranger)
        with pytest.raises(NotAllowed):
            _put(stranger)
    make_policy(owner, slug="trees")
    with pytest.raises(NotFound):
        save_annex("trees", Paper("paper", "T", "W."), actor=owner, number=annex.id)


def test_the_office_writes_and_changes_papers_on_the_page(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    sign_in(client, owner)
    url = "/policies/bicycles/annexes"
    assert "Explanation of the draft" in client.get(f"{url}/new?kind=explanation").get_data(
        as_text=True
    )
    sent = {"kind": "explanation", "title": "起草说明", "text": ""}
    assert client.post_form(f"{url}/new", sent).status_code == 422
    assert client.post_form(f"{url}/new", {**sent, "text": "Why."}).status_code == 303
    [annex] = list_annexes(policy.id)
    changed = {**sent, "text": "Because of the flood."}
    assert client.post_form(f"{url}/{annex.id}/edit", changed).status_code == 303
    assert "Because of the flood." in client.get(url).get_data(as_text=True)
