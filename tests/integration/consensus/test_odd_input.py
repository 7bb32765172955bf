"""Odd input on every page and form of how drafts stand: a clear sentence, the right status, nothing
written, and what was typed comes back."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access.actor import Actor, Role
from app.consensus.models import Position, Reading, ThresholdChange, VandalismMark
from app.consensus.rules.thresholds import RANGES, Thresholds
from app.database import db
from app.policies.models import Revision
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import make_suggestion
from tests.builders.whole_site import drain
from tests.checking_client import CheckingClient
from tests.integration.test_fuzz_addresses import VALUES

HERE = "/policies/rules"
STATEMENTS = (
    "c-", "s-", "s-0", "s--1", "s-01", "s-99999999999999999999", "s-9223372036854775808", "s-7",
    "c-c1", "c-c99", "c-c2[]", "C-c2", "x-1", "c2", "s-1.5", "s-١", "s-①", "s-1%00", "c-%ed%a0%80",
    "c-c2%0a", "%20s-1", "c-" + "c" * 500, "positions", "c-c2,c-c3",
)  # fmt: skip
NUMBERS = (
    "", "-1", "0", "99999999999999999999", "1e9", "3.5", "NaN", "0x10", "٣٣٣٣٣", "ten", "[]",
)  # fmt: skip
ELSEWHERE = (
    "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)",
    "/\t/evil.example", "/%0d%0aX-Evil:1", "/" + "a" * 5000, "\r\nX-Evil: 1",
)  # fmt: skip
CHOICES = (
    "", "choice=", "choice=maybe", "choice=Agree", "choice=agree%00", "choice=%ed%a0%80", "choice=1",
    "choice[]=agree", f"choice={'a' * 100_000}", "choice=maybe&choice=agree",
)  # fmt: skip
FORM = "application/x-www-form-urlencoded"
REFUSED = "holds a character that cannot be stored"
SECOND = "第二条 共享自行车连续停放超过两日无人使用的，运营企业应当在二十四小时内移走。"


@pytest.fixture
def owner(app: Flask) -> Actor:
    """The officer of an open draft with two versions and a suggestion, counted."""
    owner = make_actor(Role.OFFICER)
    policy = make_policy(owner, slug="rules", mode="open")
    make_suggestion(policy, "c3", SECOND)
    save_text("rules", TEXT.replace("10月", "11月"), actor=make_actor(), base=1)
    drain()
    return owner


@pytest.fixture
def resident(owner: Actor, client: CheckingClient) -> Actor:
    resident = make_actor()
    sign_in(client, resident)
    return resident


def written() -> list[int]:
    """How many rows there are of everything that people press or set."""
    db.session.rollback()
    models = (Position, Reading, ThresholdChange, VandalismMark)
    return [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def test_no_odd_question_on_these_pages_is_a_fault(owner: Actor, client: CheckingClient) -> None:
    """Every page is asked with every fourth value, the next page with the values beside it."""
    client.strict = False
    sign_in(client, make_actor(Role.VOLUNTEER))
    asked = (
        f"{HERE}/consensus?show={{0}}&from={{0}}", f"{HERE}/consensus/flow?colour={{0}}&space={{0}}",
        f"{HERE}/consensus/more?a={{0}}", f"{HERE}/consensus/data.csv?x={{0}}",
        f"{HERE}/consensus/settings?a={{0}}", f"{HERE}/clauses/c3/history?page={{0}}",
        f"{HERE}/consensus/c3?page={{0}}", f"{HERE}/positions/c-c3?choice={{0}}",
        f"{HERE}/clauses/c3/read?step={{0}}", "/consensus?page={0}&ready={0}&disputed={0}",
        "/mine/positions?page={0}", "/moderation/unusual?hours={0}",
    )  # fmt: skip
    for place, path in enumerate(asked):
        for value in VALUES[place % 4 :: 4]:
            odd = path.format(quote(value, safe="%"))
            assert client.get(odd).status_code in (200, 400, 404), odd
    for query in ("colour=role&colour=age", "colour[]=role", "colour=person", "colour=", "space"):
        assert client.get(f"{HERE}/consensus/flow?{query}").status_code == 200


def test_no_odd_place_is_a_fault_or_leads_to_another(owner: Actor, client: CheckingClient) -> None:
    client.strict = False
    sign_in(client, make_actor(Role.VOLUNTEER))
    places = (
        f"{HERE}/consensus/{{}}", f"{HERE}/positions/{{}}", f"{HERE}/clauses/{{}}/read",
        "/policies/{}/consensus", "/moderation/revisions/{}",
    )  # fmt: skip
    for place, path in enumerate(places):
        for value in VALUES[place % 2 :: 2]:
            odd = path.format(quote(value, safe="%"))
            assert client.get(odd).status_code < 500, odd


def test_what_is_no_statement_has_no_page_and_takes_no_position(
    resident: Actor, client: CheckingClient
) -> None:
    token = client.get_token(f"{HERE}/positions/c-c3")
    for statement in STATEMENTS:
        path = f"{HERE}/positions/{statement}"
        answer = client.get(path)
        assert (answer.status_code, "<h1" in answer.text) == (404, True), statement
        answer = client.post(path, data={"choice": "agree", "csrf_token": token})
        assert answer.status_code == 404, statement
    assert written() == [0, 0, 0, 0]


def test_what_is_no_choice_is_said_to_be_none(resident: Actor, client: CheckingClient) -> None:
    for path in (f"{HERE}/positions/c-c3", f"{HERE}/positions/s-1"):
        token = client.get_token(path)
        for words in CHOICES:
            body = f"csrf_token={token}&{words}"
            answer = client.post(path, data=body, content_type=FORM)
            assert answer.status_code == 422, words
            # A sign that is no word at all is refused before it is looked at as a choice.
            sentence = REFUSED if "%00" in words else "Please choose one of the answers."
            assert sentence in answer.text, words
            if sentence != REFUSED:
                assert 'value="disagree"' in answer.text, "the buttons stand there again"
    assert written() == [0, 0, 0, 0]


def test_no_button_leads_away_from_the_site(resident: Actor, client: CheckingClient) -> None:
    for path, sent in (
        (f"{HERE}/positions/c-c3", {"choice": "agree"}),
        (f"{HERE}/clauses/c3/read", {}),
    ):
        token = client.get_token(path)
        for elsewhere in ELSEWHERE:
            answer = client.post(path, data={**sent, "next": elsewhere, "csrf_token": token})
            assert answer.status_code == 303, elsewhere
            location = answer.location or ""
            assert location.startswith("/"), elsewhere
            assert not location.startswith(("//", "/\\", "/\t")), elsewhere
            assert "X-Evil" not in answer.headers


def test_only_one_step_takes_a_reading_back(resident: Actor, client: CheckingClient) -> None:
    for step in ("", "forth", "BACK", "\ufffd", "b" * 100_000):
        answer = client.post_form(f"{HERE}/clauses/c3/read", {"step": step})
        assert answer.status_code == 303, step
        assert written()[1] == 1, step


def test_nobody_has_read_what_is_no_article(resident: Actor, client: CheckingClient) -> None:
    token = client.get_token(f"{HERE}/clauses/c3/read")
    for clause in ("c1", "c99", "c0", "c-3", "c3%00", "c" * 500):
        path = f"{HERE}/clauses/{clause}/read"
        assert client.get(path).status_code == 404, clause
        assert client.post(path, data={"csrf_token": token}).status_code == 404, clause
    assert written()[1] == 0


def test_a_stale_form_says_so_and_offers_the_buttons_again(
    resident: Actor, client: CheckingClient
) -> None:
    for path, sent, button in (
        (f"{HERE}/positions/c-c3", {"choice": "disagree"}, 'value="disagree"'),
        (f"{HERE}/clauses/c3/read", {}, "Read, no comment</button>"),
    ):
        for token in ("", "foreign"):
            answer = client.post(path, data={**sent, "csrf_token": token})
            assert answer.status_code == 400
            assert button in answer.text
            assert 'class="notice notice-error"' in answer.text
    assert written() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("choice", "words"),
    [("agree", "Agree"), ("disagree", "Disagree"), ("pass", "Not sure"), ("none", "Take it back")],
)
def test_a_stale_form_keeps_what_was_pressed_and_one_tap_confirms_it(
    resident: Actor, client: CheckingClient, choice: str, words: str
) -> None:
    """Whoever comes from another page gets back to it, too."""
    path, origin = f"{HERE}/positions/c-c3", f"{HERE}/clauses/c3"
    client.post_form(path, {"choice": "disagree" if choice == "agree" else "agree"})
    sent = {"choice": choice, "next": origin, "csrf_token": "foreign"}
    page = client.post(path, data=sent).text
    primary = re.findall(r'<button class="button button-primary"[^>]*>[^<]*</button>', page)
    assert [found for found in primary if "choice" in found] == [
        f'<button class="button button-primary" type="submit" name="choice" value="{choice}">'
        f"Yes, send it: {words}</button>"
    ]
    (token,) = set(re.findall(r'name="csrf_token" value="([^"]+)"', box_of(page)))
    (back,) = re.findall(r'name="next" value="([^"]+)"', box_of(page))
    again = client.post(path, data={"choice": choice, "next": back, "csrf_token": token})
    assert (again.status_code, again.location) == (303, f"{origin}#stance")
    kept = db.session.scalars(select(Position.choice)).all()
    assert kept == ([] if choice == "none" else [choice])


def test_a_stale_form_with_a_choice_that_there_is_not_offers_nothing_to_confirm(
    resident: Actor, client: CheckingClient
) -> None:
    sent = {"choice": "<b>", "csrf_token": "foreign"}
    page = client.post(f"{HERE}/positions/c-c3", data=sent).text
    assert "Yes, send it" not in page
    assert 'value="disagree"' in box_of(page)


@pytest.mark.parametrize(("step", "words"), [("", "Read, no comment"), ("back", "Take it back")])
def test_a_stale_press_of_read_is_kept_and_comes_back_to_its_page(
    resident: Actor, client: CheckingClient, step: str, words: str
) -> None:
    path, origin = f"{HERE}/clauses/c3/read", f"{HERE}/clauses/c3"
    if step:
        client.post_form(path, {})
    sent = {"step": step, "next": origin, "csrf_token": "foreign"}
    page = client.post(path, data=sent).text
    (pressed,) = re.findall(r'<button class="button button-primary"[^>]*>([^<]*)</button>', page)
    assert pressed == words
    (back,) = re.findall(r'name="next" value="([^"]+)"', page)
    assert back == origin


def box_of(page: str) -> str:
    """The part of the page in which one answers."""
    return page[page.index('<section class="stance-box"') :].partition("</section>")[0]


def usual(**other: str) -> dict[str, str]:
    numbers = {name: str(value) for name, value in Thresholds().to_dict().items()}
    return {"seen": "0", "reason": "A short draft", **numbers, **other}


def test_numbers_that_are_not_taken_come_back_with_the_reason(
    owner: Actor, client: CheckingClient
) -> None:
    sign_in(client, owner)
    path = f"{HERE}/consensus/settings"
    token = client.get_token(path)
    cases: list[tuple[dict[str, str], int]] = [
        *(({"readers": number}, 422) for number in NUMBERS),
        *(({"reason": reason}, 422) for reason in ("", " \n ", "a" * 501)),
        *(({"seen": seen}, 422) for seen in ("99999999999999999999", "x", "-1")),
        ({"csrf_token": "foreign"}, 400), ({"csrf_token": ""}, 400),
    ]  # fmt: skip
    for more, status in cases:
        answer = client.post(path, data={"csrf_token": token, **usual(quiet_days="21"), **more})
        assert answer.status_code == status, more
        assert 'value="21"' in answer.text, more
        assert "A short draft" in answer.text or "reason" in more, more
    assert written() == [0, 0, 0, 0]


def test_signs_that_are_no_words_do_not_stand_in_a_reason(
    owner: Actor, client: CheckingClient
) -> None:
    sign_in(client, owner)
    path = f"{HERE}/consensus/settings"
    body = "&".join(f"{name}={value}" for name, value in usual(readers="8", reason="").items())
    answer = client.post(
        path, content_type=FORM,
        data=f"{body}%ed%a0%80%00%1b%e2%80%aeshort&csrf_token={client.get_token(path)}",
    )  # fmt: skip
    assert answer.status_code in (303, 422)
    db.session.rollback()
    for reason in db.session.scalars(select(ThresholdChange.reason)):
        assert not set(reason) & set("\x00\x1b\u202e\ud800")
    assert client.get(path).status_code == 200


def test_the_fields_are_all_there_are(owner: Actor, client: CheckingClient) -> None:
    """A number nobody asked for is no threshold; one that is missing is asked for."""
    sign_in(client, owner)
    path = f"{HERE}/consensus/settings"
    for name in RANGES:
        sent = usual(undoing="4")
        del sent[name]
        assert client.post_form(path, sent).status_code == 422, name
    assert client.post_form(path, usual(undoing="4", kindness="4")).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(ThresholdChange.name)).all() == ["undoing"]


def test_an_odd_mark_is_refused_and_its_reason_comes_back(
    owner: Actor, client: CheckingClient
) -> None:
    sign_in(client, make_actor(Role.VOLUNTEER))
    query = select(Revision.id).where(Revision.number == 2)
    path = f"/moderation/revisions/{db.session.scalars(query).one()}"
    token = client.get_token(path)
    for sent in (
        {}, {"action": "mark"}, {"action": "mark", "reason": " "}, {"reason": "For fun"},
        {"action": "hide", "reason": "For fun"}, {"action": "mark", "reason": "a" * 100_000},
        {"action": ["x", "mark"], "reason": "For fun"},
    ):  # fmt: skip
        answer = client.post(path, data={"csrf_token": token, **sent})
        assert answer.status_code == 422, sent
        if sent.get("reason") == "For fun":
            assert "For fun" in answer.text, sent
    for number in ("0", "999", "99999999999999999999", "9223372036854775807"):
        path = f"/moderation/revisions/{number}"
        assert client.get(path).status_code == 404
        sent = {"action": "mark", "reason": "For fun", "csrf_token": token}
        assert client.post(path, data=sent).status_code == 404
    assert written() == [0, 0, 0, 0]
