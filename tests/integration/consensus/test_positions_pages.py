"""The pages of positions: what is shown to whom, and what is never shown to anybody else."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Confirmation, Role
from app.consensus.models import Position, ThresholdChange
from app.consensus.services.taking import take_position
from app.database import committing, db
from app.policies.models import Policy
from app.policies.phases import Phase
from app.suggestions.queries.listing import PAGE_SIZE
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import hide_suggestion, make_suggestion
from tests.checking_client import CheckingClient

NOT_A_VOTE = "This is not a vote. It shows the drafters where to look; reasons count."
TWO_DAYS = "第二条 共享自行车连续停放超过两日无人使用的，运营企业应当在二十四小时内移走。"


def _here(policy: Policy, name: str = "c-c3") -> str:
    return f"/policies/{policy.slug}/positions/{name}"


def _take(policy: Policy, name: str, choice: str, actor: Actor) -> None:
    take_position(policy.slug, name, choice, actor=actor)
    db.session.commit()


def _text(client: CheckingClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("name", ["c-c3", "s-1"])
@pytest.mark.parametrize("is_signed_in", [False, True])
def test_the_page_shows_the_words_and_says_that_it_is_no_vote(
    client: CheckingClient, name: str, is_signed_in: bool
) -> None:
    policy = make_policy(mode="open")
    make_suggestion(policy, "c3", TWO_DAYS)
    if is_signed_in:
        sign_in(client, make_actor())
    page = _text(client, _here(policy, name))
    assert "共享自行车连续停放" in page
    assert NOT_A_VOTE in page
    assert ('value="disagree"' in page) == is_signed_in
    assert (f"/account/sign-in?next={_here(policy, name)}" in page) != is_signed_in


@pytest.mark.parametrize(
    "path", ["/clauses/c3", "/suggestions", "/suggestions/1", "/suggestions?clause=c3"]
)
@pytest.mark.parametrize("is_signed_in", [False, True])
def test_wherever_one_can_agree_the_sentence_stands(
    client: CheckingClient, path: str, is_signed_in: bool
) -> None:
    policy = make_policy(mode="open")
    make_suggestion(policy, "c3", TWO_DAYS)
    if is_signed_in:
        sign_in(client, make_actor())
    page = _text(client, f"/policies/{policy.slug}{path}")
    assert page.count(NOT_A_VOTE) == 1
    assert ("<button" in page and 'value="agree"' in page) == is_signed_in
    assert is_signed_in or "Agree or disagree</a>" in page


def test_a_press_leads_back_to_the_card(client: CheckingClient) -> None:
    policy = make_policy(mode="open")
    make_suggestion(policy, "c3", TWO_DAYS)
    sign_in(client, make_actor())
    page = f"/policies/{policy.slug}/suggestions?clause=c3"
    answer = client.post_form(_here(policy, "s-1"), {"choice": "agree", "next": page}, form=page)
    assert (answer.status_code, answer.location) == (303, f"{page}#no-1")
    assert "Your answer: Agree" in _text(client, page)


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/", "/\\evil", ""])
def test_a_press_never_leads_to_another_site(client: CheckingClient, wanted: str) -> None:
    policy = make_policy()
    sign_in(client, make_actor())
    answer = client.post_form(_here(policy), {"choice": "agree", "next": wanted})
    assert answer.location == f"{_here(policy)}#stance"


def test_what_one_said_is_on_no_page_of_another_reader(client: CheckingClient, app: Flask) -> None:
    policy, actor = make_policy(mode="open"), make_actor(name="Rosa Example")
    make_suggestion(policy, "c3", TWO_DAYS)
    for name in ("c-c3", "s-1"):
        _take(policy, name, "disagree", actor)
    pages = [_here(policy), _here(policy, "s-1"), "/mine/positions"]
    pages += [f"/policies/{policy.slug}/{rest}" for rest in ("clauses/c3", "suggestions")]
    sign_in(client, actor)
    assert all("Your answer: Disagree" in _text(client, path) for path in pages)
    for other in (make_actor(Role.VOLUNTEER), make_actor(Role.ADMINISTRATOR), None):
        reader = app.test_client()
        assert isinstance(reader, CheckingClient)
        if other is None:
            pages.remove("/mine/positions")
        else:
            sign_in(reader, other)
        for path in (*pages, f"/people/{actor.public_id}", "/recent", "/ledger"):
            shown = reader.get(path).get_data(as_text=True)
            assert "Your answer" not in shown
            assert "Rosa Example" not in shown or path.startswith("/people")


def test_new_words_bring_the_change_and_one_press_to_keep_the_answer(
    client: CheckingClient,
) -> None:
    officer, actor = make_actor(Role.OFFICER), make_actor()
    policy = make_policy(officer)
    _take(policy, "c-c3", "disagree", actor)
    save_text(policy.slug, TEXT.replace("三日", "两日"), actor=officer, base=1)
    sign_in(client, actor)
    page = _text(client, _here(policy))
    assert "<del>三</del>" in page
    assert "<ins>两</ins>" in page
    assert "Your answer to earlier words: Disagree" in page
    assert 'name="choice" value="disagree">Keep it for the new words</button>' in page
    assert "Keep it for the new words" in _text(client, "/mine/positions")
    assert "Your answer to earlier words" in _text(client, f"/policies/{policy.slug}/clauses/c3")
    client.post_form(_here(policy), {"choice": "disagree", "next": "/mine/positions"})
    assert "Keep it for the new words" not in _text(client, "/mine/positions")
    db.session.rollback()
    assert db.session.scalars(select(Position)).one().number == 2


def test_numbers_are_shown_by_role_and_small_ones_not(client: CheckingClient) -> None:
    policy = make_policy()
    for _ in range(4):
        _take(policy, "c-c3", "agree", make_actor())
    assert "Fewer than 5 people so far" in _text(client, _here(policy))
    for _ in range(8):
        _take(policy, "c-c3", "agree", make_actor(confirmation=Confirmation.MOBILE))
    for _ in range(3):
        _take(policy, "c-c3", "disagree", make_actor(Role.VOLUNTEER))
    page = _text(client, _here(policy))
    row = '<tr><th scope="row">Residents</th><td class="number">12</td><td class="number">0</td>'
    assert row in page
    assert "Volunteers" not in page
    assert "Where fewer than 5 people of a role took part" in page
    assert "with a confirmed mobile number" not in page  # four others could be told from it
    assert "Too few people to say" in page


def test_the_verdict_goes_by_the_threshold_of_the_draft(client: CheckingClient) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    for person in range(10):
        _take(policy, "c-c3", "agree" if person < 9 else "disagree", make_actor(Role.OFFICER))
    for person in range(30):
        _take(policy, "c-c3", "agree" if person < 12 else "disagree", make_actor())
    assert "Residents and officers differ" in _text(client, _here(policy))
    with committing():
        db.session.add(
            ThresholdChange(
                policy_id=policy.id,
                name="gap",
                value=51,
                was=20,
                reason="A large draft",
                by_id=officer.person_id,
                by_role=officer.role,
                at=clock.now(),
            )
        )
    page = _text(client, _here(policy))  # half a share apart
    assert "Residents and officers differ" not in page
    assert "Cannot tell yet" in page


def test_a_hidden_suggestion_has_no_page_of_answers(client: CheckingClient) -> None:
    policy = make_policy(mode="open")
    one = make_suggestion(policy, "c3", TWO_DAYS)
    for _ in range(6):
        _take(policy, "s-1", "agree", make_actor())
    assert "Of those who took part" in _text(client, _here(policy, "s-1"))
    hide_suggestion(one)
    assert client.get(_here(policy, "s-1")).status_code == 404
    page = _text(client, f"/policies/{policy.slug}/suggestions/1")
    assert "positions/s-1" not in page


@pytest.mark.parametrize(
    ("data", "status"),
    [({}, 422), ({"choice": "maybe"}, 422), ({"choice": ["agree", "pass"]}, 303)],
)
def test_an_odd_choice_comes_back_with_clear_words(
    client: CheckingClient, data: dict[str, object], status: int
) -> None:
    policy = make_policy()
    sign_in(client, make_actor())
    answer = client.post_form(_here(policy), data)
    assert answer.status_code == status
    if status == 422:
        page = answer.get_data(as_text=True)
        assert "Please choose one of the answers." in page
        assert 'value="disagree"' in page


def test_a_stale_form_a_visitor_and_a_late_press_get_their_own_answer(
    client: CheckingClient,
) -> None:
    policy = make_policy()
    token = client.get_token("/account/sign-in")
    sent = client.post(_here(policy), data={"choice": "agree", "csrf_token": token})
    assert sent.status_code == 403
    assert f'href="/account/sign-in?next={_here(policy)}">Sign in</a></li>' in sent.text
    sign_in(client, make_actor())
    stale = client.post(_here(policy), data={"choice": "agree", "csrf_token": "old"})
    assert stale.status_code == 400
    assert "This page was open for a long time" in stale.get_data(as_text=True)
    with committing():
        db.session.merge(policy).phase = Phase.DECISION
    late = client.post_form(_here(policy), {"choice": "agree"})
    assert late.status_code == 422
    assert "not open in this phase" in late.get_data(as_text=True)
    assert db.session.scalars(select(Position)).all() == []


@pytest.mark.parametrize("name", ["c-c1", "c-c99", "s-7", "nonsense", "s-%F0%9F%9A%B2"])
def test_an_unknown_statement_is_not_found(client: CheckingClient, name: str) -> None:
    policy = make_policy()
    assert client.get(_here(policy, name)).status_code == 404
    sign_in(client, make_actor())
    token = client.get_token(_here(policy))
    sent = client.post(_here(policy, name), data={"choice": "agree", "csrf_token": token})
    assert sent.status_code == 404


def test_a_private_draft_and_its_statements_are_not_there(client: CheckingClient) -> None:
    policy = make_policy(is_public=False)
    assert client.get(_here(policy)).status_code == 404
    assert client.get(f"/policies/{policy.slug}/clauses/c3/read").status_code == 404


def test_a_long_list_of_cards_stays_light(client: CheckingClient) -> None:
    policy = make_policy(mode="open")
    for number in range(PAGE_SIZE):
        words = f"第二条 共享自行车连续停放超过{number + 4}日无人使用的，运营企业应当在二十四小时内移走。"
        make_suggestion(policy, "c3", words, reason=f"Reason {number}: " + "long words " * 60)
    sign_in(client, make_actor())
    page = client.get(f"/policies/{policy.slug}/suggestions?clause=c3").data
    assert len(page) <= 100_000
    assert page.count(b'value="agree"') == PAGE_SIZE
    assert page.count(b"<form id=") == 1
