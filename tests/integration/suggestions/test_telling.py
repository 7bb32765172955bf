"""Screens 5 and 6: nothing is lost before there is an account, and one sending is one."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.access.actor import VISITOR, Confirmation
from app.accounts.limits import Tried
from app.accounts.models import OutgoingMessage, Person
from app.database import committing, db
from app.discussions import rules as discussion_rules
from app.policies.models import Policy
from app.suggestions.models import Contribution, KeptWords
from app.suggestions.queries.shown import select_contributions
from tests.builders.accounts import make_actor, make_person, sign_in
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.throttles import narrow
from tests.checking_client import CheckingClient
from tests.integration.accounts.test_signing_in import is_signed_in, other_browser, words_of
from tests.integration.suggestions.visitor_words import (
    CODE,
    NUMBER,
    PHONE,
    REASON,
    WHO,
    answer_lost,
    ask,
    count,
    receipt,
    the_code,
    write,
    wrong,
)


@pytest.fixture
def policy(app: Flask) -> Policy:
    return make_policy(mode="reviewed")


def alike(page: str) -> str:
    """A page without what tells one browser's words and number from another's."""
    return re.sub(r"kept=\d+", "", words_of(page)).replace("8999", "8000")


def the_contribution() -> Contribution:
    db.session.rollback()
    return db.session.scalars(select(Contribution)).one()


def test_a_newcomer_writes_gives_a_number_types_the_code_and_has_sent(
    client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    page = client.get(WHO).text
    assert "They are not sent yet." in page
    assert "Where shall we send the answer?" in page
    people = count(Person)
    ask(client, name="Li from the corner")
    assert count(Person) == people, "nobody is made before the code is right"
    assert "+86138****8000" not in page
    assert "+86138****8000" in client.get(CODE).text.replace("+86 ", "+86")
    answer = client.post_form(CODE, {"code": the_code()})
    assert (answer.status_code, answer.location) == (303, receipt(policy))
    assert is_signed_in(client)
    sent = the_contribution()
    assert (sent.kind, sent.clause, sent.reason) == ("suggestion", "c3", REASON)
    assert (sent.author.name, sent.author.phone) == ("Li from the corner", NUMBER)
    assert sent.author.confirmation == Confirmation.MOBILE
    assert client.get(receipt(policy)).status_code == 200
    assert "Nothing waits here" in client.get(WHO).text


def test_a_known_number_signs_in_to_its_account_and_keeps_its_name(
    client: CheckingClient, policy: Policy
) -> None:
    person = make_person(phone=NUMBER, email=None, name="Known")
    write(client, policy)
    ask(client, name="Somebody else")
    client.post_form(CODE, {"code": the_code()})
    sent = the_contribution()
    assert (sent.author_id, sent.author.name) == (person.id, "Known")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_known_and_unknown_numbers_read_the_same(app: Flask, policy: Policy, lang: str) -> None:
    make_person(phone=NUMBER, email=None)
    pages: list[list[str]] = []
    for phone in (PHONE, "13800138999"):
        browser = other_browser(app)
        browser.get(f"/?lang={lang}")
        write(browser, policy)
        ask(browser, phone, name=f"Resident {phone[-3:]}9")
        said = [browser.get(CODE).text]
        for _ in range(6):
            answer = browser.post_form(CODE, {"code": "12"})
            assert answer.status_code == 422
            said.append(answer.text)
        assert browser.post_form(CODE, {"code": "", "step": "again"}).location == CODE
        said.append(browser.get(CODE).text)
        pages.append([alike(page) for page in said])
    assert pages[0] == pages[1]
    templates = db.session.scalars(select(OutgoingMessage.template)).all()
    assert templates == ["code"] * 4


def test_an_e_mail_address_does_as_well(client: CheckingClient, policy: Policy) -> None:
    write(client, policy)
    form = f"{WHO}?by=mail"
    answer = client.post_form(form, {"email": "Li@Example.org"})
    assert (answer.status_code, answer.location) == (303, CODE)
    client.post_form(CODE, {"code": the_code("li@example.org")})
    assert the_contribution().author.email == "li@example.org"


def test_an_e_mail_address_in_the_field_for_the_number_is_understood(
    client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    ask(client, "li@example.org")
    assert the_code("li@example.org")


@pytest.mark.parametrize(
    ("address", "sent", "said"),
    [
        (WHO, {"phone": ""}, "Please write your mobile number."),
        (WHO, {"phone": "12345"}, "This does not look like a mobile number."),
        (f"{WHO}?by=mail", {"email": " "}, "Please write your e-mail address."),
        (f"{WHO}?by=mail", {"email": "x@"}, "This does not look like an e-mail address."),
        (WHO, {"phone": PHONE, "name": "Mayor"}, "reads like an office"),
    ],
)
def test_a_slip_is_said_beside_its_field_and_nothing_is_sent(
    client: CheckingClient, policy: Policy, address: str, sent: dict[str, str], said: str
) -> None:
    write(client, policy)
    answer = client.post_form(address, sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert "They are not sent yet." in answer.text
    assert count(OutgoingMessage) == 0


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "That code is not right. 4 tries left. Your words are safe."),
        (
            "zh",
            "\u9a8c\u8bc1\u7801\u4e0d\u5bf9\uff0c\u8fd8\u80fd\u8bd54\u6b21\u3002\u60a8\u5199\u7684\u90fd\u5728\u3002",
        ),
    ],
)
def test_a_wrong_code_says_how_many_tries_are_left(
    client: CheckingClient, policy: Policy, lang: str, words: str
) -> None:
    client.get(f"/?lang={lang}")
    write(client, policy)
    ask(client)
    answer = client.post_form(CODE, {"code": wrong(the_code())})
    assert answer.status_code == 422
    assert words in answer.text
    assert count(Contribution) == 0


def test_the_sixth_try_is_too_late_and_a_new_code_works(
    client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    ask(client)
    code = the_code()
    for _ in range(5):
        client.post_form(CODE, {"code": wrong(code)})
    assert "no longer works" in client.post_form(CODE, {"code": code}).text
    again = client.post_form(CODE, {"code": "", "step": "again"})
    assert (again.status_code, again.location) == (303, CODE)
    assert client.post_form(CODE, {"code": the_code()}).location == receipt(policy)


def test_a_code_that_came_too_late_is_refused(
    client: CheckingClient, policy: Policy, noon: datetime
) -> None:
    write(client, policy)
    ask(client)
    with clock.frozen(noon + timedelta(minutes=10)):
        assert "no longer works" in client.post_form(CODE, {"code": the_code()}).text
    assert count(Contribution) == 0


def test_too_many_codes_are_refused_with_the_words_still_there(
    client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    for _ in range(6):
        ask(client)
    answer = client.post_form(WHO, {"phone": PHONE})
    assert answer.status_code == 429
    assert "Your words are saved." in answer.text
    assert int(answer.headers["Retry-After"]) > 0
    again = client.post_form(CODE, {"code": "", "step": "again"})
    assert again.status_code == 429
    assert client.post_form(CODE, {"code": the_code()}).location == receipt(policy)


def test_the_same_code_sent_twice_makes_one_contribution(
    client: CheckingClient, policy: Policy
) -> None:
    """The answer to the first was lost: the browser still has its old cookies."""
    write(client, policy)
    ask(client)
    form = {"csrf_token": client.get_token(CODE), "code": the_code()}
    with answer_lost(client):
        first = client.post(CODE, data=form)
    second = client.post(CODE, data=form)
    assert first.location == second.location == receipt(policy)
    assert count(Contribution) == 1
    page = client.get(receipt(policy)).text
    assert "We already have this. It is number 1." in page
    assert not is_signed_in(client)


def test_the_same_code_pressed_twice_at_one_moment_makes_one_contribution(
    app: Flask, client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    ask(client)
    form = {"csrf_token": client.get_token(CODE), "code": the_code()}
    twin = other_browser(app)
    twin._cookies = dict(client._cookies or {})
    here, together = receipt(policy), Barrier(2)

    def press(browser: CheckingClient) -> str | None:
        with app.app_context():
            together.wait(10)
            try:
                return browser.post(CODE, data=form).location
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(press, (client, twin))) == [here, here]
    assert count(Contribution) == 1


def test_coming_back_to_the_code_page_after_a_lost_answer_leads_to_the_receipt(
    client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    ask(client)
    with answer_lost(client):
        client.post_form(CODE, {"code": the_code()})
    for page in (CODE, f"{WHO}?kept={kept_id()}"):
        assert client.get(page).location == receipt(policy)


def kept_id() -> int:
    db.session.rollback()
    return db.session.scalars(select(KeptWords.id)).one()


def test_the_form_of_the_number_sent_twice_is_two_codes_and_no_contribution(
    client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    form = {"csrf_token": client.get_token(WHO), "phone": PHONE}
    assert [client.post(WHO, data=form).status_code for _ in range(2)] == [303, 303]
    assert count(Contribution) == 0
    assert client.post_form(CODE, {"code": the_code()}).location == receipt(policy)


def test_a_text_corrected_meanwhile_signs_in_and_shows_both(
    client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    ask(client)
    officer = db.session.get_one(Person, policy.owner_id).actor(clock.now())
    save_text(policy.slug, TEXT.replace("三日", "两日"), actor=officer, base=1)
    answer = client.post_form(CODE, {"code": the_code()})
    assert (answer.status_code, answer.location) == (
        303,
        f"/policies/{policy.slug}/suggest?clause=c3",
    )
    assert is_signed_in(client)
    assert count(Contribution) == 0
    page = client.get(answer.location).text
    assert "\u59a8\u788d\u8f6e\u6905" in page, "the kept words are there"
    assert db.session.scalars(select(KeptWords)).one().person_id is not None


def test_words_without_a_reason_come_back_with_the_sentence(
    client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    with committing():
        db.session.execute(update(KeptWords).values(reason=""))
    ask(client)
    answer = client.post_form(CODE, {"code": the_code()})
    assert "Please give a reason, even a short one." in client.get(answer.location).text
    assert (count(Contribution), is_signed_in(client)) == (0, True)


def test_closed_meanwhile_keeps_the_words_and_signs_in(
    client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    ask(client)
    with committing():
        db.session.execute(update(Policy).values(phase="in_force"))
    answer = client.post_form(CODE, {"code": the_code()})
    assert (answer.status_code, count(Contribution), count(KeptWords)) == (303, 0, 1)
    assert is_signed_in(client)


def test_a_suspended_person_signs_in_and_sends_nothing(
    client: CheckingClient, policy: Policy
) -> None:
    make_person(phone=NUMBER, suspended_until=clock.now() + timedelta(days=1))
    write(client, policy)
    ask(client)
    assert client.post_form(CODE, {"code": the_code()}).status_code == 303
    assert (count(Contribution), count(KeptWords)) == (0, 1)


def test_whoever_signs_in_by_the_usual_pages_finds_the_words_and_one_button(
    client: CheckingClient, policy: Policy
) -> None:
    person = make_person(email="li@example.org")
    write(client, policy)
    here = f"/account/sign-in?next={WHO}?kept%3D{kept_id()}"
    assert here in client.get(WHO).text.replace("%2F", "/")
    client.post_form(here, {"email": "li@example.org", "password": ""})
    code = the_code("li@example.org")
    back = f"{WHO}?kept={kept_id()}"
    answer = client.post_form("/account/code", {"code": code, "next": back})
    assert answer.location == back
    page = client.get(back).text
    assert "They are not sent yet." in page
    assert "Mobile number" not in page
    sent = client.post_form(WHO, {})
    assert (sent.location, the_contribution().author_id) == (receipt(policy), person.id)
    again = {"csrf_token": client.get_token("/settings"), "kept": kept_id()}
    assert client.post(WHO, data=again).location == receipt(policy)
    assert count(Contribution) == 1


def test_registering_by_the_usual_page_loses_no_words(
    client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    client.post_form("/account/register", {"email": "new@example.org"})
    assert is_signed_in(client)
    assert "They are not sent yet." in client.get(WHO).text


def test_leaving_no_contact_gives_a_number_and_signs_nobody_in(
    client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    page = client.get(f"{WHO}?by=none").text
    assert "You get a number and a look-up code." in page
    assert "not shown online" in page
    form = {
        "csrf_token": client.get_token(f"{WHO}?by=none"),
        "kept": kept_id(),
        "step": "no_contact",
    }
    answers = [client.post(f"{WHO}?by=none", data=form) for _ in range(2)]
    assert [answer.location for answer in answers] == [receipt(policy)] * 2
    sent = the_contribution()
    assert (sent.author.email, sent.author.phone, sent.author.confirmation) == (None, None, "none")
    assert not is_signed_in(client)
    assert client.get(receipt(policy)).status_code == 200
    assert count(Contribution) == 1


@pytest.mark.parametrize("needed", list(Confirmation)[:3])
def test_what_the_setting_asks_decides_what_others_see(
    app: Flask,
    client: CheckingClient,
    policy: Policy,
    needed: Confirmation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(discussion_rules, "_needed", needed)
    write(client, policy)
    told = client.get(f"{WHO}?by=none").text
    assert ("not shown online" in told) == (needed is not Confirmation.NONE)
    mail = client.get(f"{WHO}?by=mail").text
    assert ("not shown online" in mail) == (needed is Confirmation.MOBILE)
    client.post_form(f"{WHO}?by=none", {"step": "no_contact"})
    assert client.get(receipt(policy)).status_code == 200
    seen = 200 if needed is Confirmation.NONE else 404
    assert other_browser(app).get(receipt(policy)).status_code == seen


def test_a_refused_sending_without_contact_leaves_nobody_behind(
    client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    with committing():
        db.session.execute(update(KeptWords).values(reason=""))
    people = count(Person)
    answer = client.post_form(f"{WHO}?by=none", {"step": "no_contact"})
    assert answer.location == f"/policies/{policy.slug}/suggest?clause=c3"
    assert count(Person) == people
    assert "Please give a reason" in client.get(answer.location).text


def test_people_without_contact_are_not_made_without_end(
    client: CheckingClient, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow(monkeypatch, Tried.NO_CONTACT_FROM, 1)
    statuses = []
    for clause in ("c2", "c3"):
        write(client, policy, clause)
        answer = client.post_form(f"{WHO}?by=none", {"step": "no_contact"})
        statuses.append(answer.status_code)
    assert statuses == [303, 429]
    assert "Your words are saved." in answer.text
    assert (count(Contribution), count(KeptWords)) == (1, 2)


def test_a_message_that_does_not_leave_is_said_and_another_way_offered(
    client: CheckingClient, policy: Policy, noon: datetime
) -> None:
    write(client, policy)
    ask(client)
    assert "leave us slowly" not in client.get(CODE).text
    with clock.frozen(noon + timedelta(seconds=16)):
        page = client.get(CODE).text
    assert "Text messages leave us slowly at the moment." in page
    assert "Use e-mail" in page


def test_several_kept_words_wait_newest_first_and_each_can_be_chosen(
    client: CheckingClient, policy: Policy, noon: datetime
) -> None:
    write(client, policy, "c2")
    older = kept_id()
    with clock.frozen(noon + timedelta(minutes=1)):
        write(client, policy, "c3")
        page = client.get(WHO).text
        assert f'/policies/{policy.slug}/suggest?clause=c3"' in page
        assert f"{WHO}?kept={older}" in page
        client.post_form(f"{WHO}?kept={older}", {"phone": PHONE, "kept": str(older)})
        client.post_form(CODE, {"code": the_code()})
    assert the_contribution().clause == "c2"
    assert "They are not sent yet." in client.get(WHO).text


def test_words_of_another_browser_cannot_be_named(
    app: Flask, client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    stranger = other_browser(app)
    page = stranger.get(f"{WHO}?kept={kept_id()}").text
    assert "Nothing waits here" in page
    assert "\u7b2c\u4e8c\u6761" not in page
    answer = stranger.post_form(WHO, {"phone": PHONE, "kept": str(kept_id())})
    assert (answer.status_code, count(OutgoingMessage)) == (422, 0)
    signed_in = other_browser(app)
    sign_in(signed_in, make_actor())
    assert "Nothing waits here" in signed_in.get(WHO).text


@pytest.mark.parametrize("kept", ["x", "-1", "9" * 30, "\u0661"])
def test_a_row_that_is_no_number_is_nothing(
    client: CheckingClient, policy: Policy, kept: str
) -> None:
    write(client, policy)
    assert "Nothing waits here" in client.get(WHO, query_string={"kept": kept}).text


def test_a_forged_token_sends_nothing(client: CheckingClient, policy: Policy) -> None:
    write(client, policy)
    ask(client)
    code = the_code()
    assert client.post(CODE, data={"csrf_token": "x", "code": code}).status_code == 400
    assert client.post(WHO, data={"step": "no_contact"}).status_code == 400
    assert count(Contribution) == 0
    assert client.post_form(CODE, {"code": code}).status_code == 303


def test_the_code_page_without_words_leads_to_the_page_before(client: CheckingClient) -> None:
    assert client.get(CODE).location == WHO
    page = client.get(WHO).text
    assert "Nothing waits here" in page
    assert "/receipts" in page


def test_a_draft_made_private_meanwhile_is_not_named(
    client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    with committing():
        db.session.execute(update(Policy).values(is_public=False))
    assert policy.title not in client.get(WHO).text


def test_waiting_words_are_in_no_list(app: Flask, client: CheckingClient, policy: Policy) -> None:
    write(client, policy)
    assert db.session.execute(select_contributions(VISITOR)).all() == []
    stranger = other_browser(app)
    sign_in(stranger, db.session.get_one(Person, policy.owner_id))
    lists = ("", "/discussion", "/suggestions", "/clauses/c3")
    for path in (*(f"/policies/{policy.slug}{path}" for path in lists), "/search?q=wheelchairs"):
        for browser in (client, stranger):
            assert REASON not in browser.get(path).text
