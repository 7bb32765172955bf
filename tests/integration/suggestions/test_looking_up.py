"""/receipts: a code opens what was sent or kept, and guessing opens nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.database import committing, db
from app.policies.models import Policy
from app.suggestions.models import Contribution, KeptWords
from app.suggestions.rules import new_code
from app.suggestions.services.codes import continue_code, lookup_code
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_suggestion
from tests.checking_client import CheckingClient
from tests.integration.accounts.test_signing_in import other_browser
from tests.integration.suggestions.visitor_words import (
    CODE,
    NEW,
    PHONE,
    REASON,
    RECEIPTS,
    WHO,
    ask,
    count,
    receipt,
    the_code,
    write,
)


@pytest.fixture
def policy(app: Flask) -> Policy:
    return make_policy(mode="reviewed")


def kept_code() -> str:
    db.session.rollback()
    return continue_code(db.session.scalars(select(KeptWords.edit_token)).one())


def look_up(client: CheckingClient, code: str) -> tuple[int, str | None]:
    answer = client.post_form(RECEIPTS, {"code": code})
    return answer.status_code, answer.location


def sent_without_contact(client: CheckingClient, policy: Policy) -> str:
    """Its look-up code, as the receipt shows it."""
    write(client, policy)
    client.post_form(f"{WHO}?by=none", {"step": "no_contact"})
    code = lookup_code(policy.id, 1)
    assert code in client.get(receipt(policy)).text
    return code


def test_a_look_up_code_opens_the_receipt_in_any_browser(
    app: Flask, client: CheckingClient, policy: Policy
) -> None:
    code = sent_without_contact(client, policy)
    stranger = other_browser(app)
    assert stranger.get(receipt(policy)).status_code == 404
    full_width = "".join(chr(ord(letter) + 0xFEE0) for letter in code.lower())
    assert look_up(stranger, f" {full_width} ") == (303, receipt(policy))
    assert REASON in stranger.get(receipt(policy)).text
    assert receipt(policy) in stranger.get(RECEIPTS).text


def test_the_page_lists_what_this_browser_sent_and_kept_and_nothing_else(
    app: Flask, client: CheckingClient, policy: Policy
) -> None:
    make_suggestion(policy, "c3", NEW)
    write(client, policy, "c2")
    page = client.get(RECEIPTS).text
    assert "clause=c2" in page
    assert receipt(policy, 1) not in page
    client.post_form(f"{WHO}?by=none", {"step": "no_contact"})
    page = client.get(RECEIPTS).text
    assert receipt(policy, 2) in page
    assert "Kept, not sent" not in page
    assert receipt(policy, 2) not in other_browser(app).get(RECEIPTS).text


def test_a_continue_code_goes_on_in_a_fresh_browser(
    app: Flask, client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    elsewhere = other_browser(app)
    assert look_up(elsewhere, kept_code().lower()) == (
        303,
        f"/policies/{policy.slug}/suggest?clause=c3",
    )
    form = elsewhere.get(f"/policies/{policy.slug}/suggest?clause=c3").text
    assert NEW in form
    assert REASON in form
    ask(elsewhere)
    assert elsewhere.post_form(CODE, {"code": the_code()}).location == receipt(policy)


def test_a_continue_code_used_in_two_browsers_sends_once(
    app: Flask, client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    code = kept_code()
    elsewhere = other_browser(app)
    look_up(elsewhere, code)
    ask(elsewhere)
    ask(client, "13800138111")
    slower = {"csrf_token": client.get_token(CODE), "code": the_code("+8613800138111")}
    assert elsewhere.post_form(CODE, {"code": the_code()}).location == receipt(policy)
    assert client.post(CODE, data=slower).location == receipt(policy)
    assert count(Contribution) == 1
    db.session.rollback()
    author = db.session.scalars(select(Contribution)).one().author
    assert author.phone == "+8613800138000"


def test_a_continue_code_of_sent_words_leads_to_their_number(
    app: Flask, client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    code = kept_code()
    client.post_form(f"{WHO}?by=none", {"step": "no_contact"})
    elsewhere = other_browser(app)
    assert look_up(elsewhere, code) == (303, receipt(policy))
    page = elsewhere.get(receipt(policy)).text
    assert "We already have this. It is number 1." in page
    assert REASON in page


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "Nothing is found under this code."),
        ("zh", "\u6ca1\u6709\u67e5\u5230\u8fd9\u4e2a\u7801"),
    ],
)
def test_a_wrong_code_is_one_clear_sentence(
    client: CheckingClient, policy: Policy, lang: str, sentence: str
) -> None:
    client.get(f"/?lang={lang}")
    answer = client.post_form(RECEIPTS, {"code": new_code()})
    assert answer.status_code == 422
    assert sentence in answer.text


@pytest.mark.parametrize("typed", ["", "ABC", "ABCDE-2345", "OOOOO-00000", "\u4e00" * 10])
def test_what_is_no_code_is_said_without_a_try(
    client: CheckingClient, policy: Policy, typed: str
) -> None:
    for _ in range(12):
        answer = client.post_form(RECEIPTS, {"code": typed})
        assert answer.status_code == 422
    assert "ten letters and figures" in answer.text


def test_guessing_is_stopped_even_for_the_right_code(
    app: Flask, client: CheckingClient, policy: Policy, noon: datetime
) -> None:
    code = sent_without_contact(client, policy)
    guesser = other_browser(app)
    for _ in range(10):
        assert look_up(guesser, new_code())[0] == 422
    answer = guesser.post_form(RECEIPTS, {"code": code})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    with clock.frozen(noon + timedelta(minutes=15)):
        assert look_up(guesser, code) == (303, receipt(policy))


def test_right_codes_use_up_no_tries(client: CheckingClient, policy: Policy) -> None:
    code = sent_without_contact(client, policy)
    for _ in range(12):
        assert look_up(client, code) == (303, receipt(policy))


def test_an_expired_code_says_that_words_are_deleted_after_thirty_days(
    client: CheckingClient, policy: Policy, noon: datetime
) -> None:
    write(client, policy)
    with clock.frozen(noon + timedelta(days=30)):
        answer = client.post_form(RECEIPTS, {"code": kept_code()})
        assert answer.status_code == 422
        assert "deleted after 30 days" in answer.text
        assert "Kept, not sent" not in answer.text


def test_codes_of_a_draft_made_private_are_as_good_as_wrong(
    app: Flask, client: CheckingClient, policy: Policy
) -> None:
    code = sent_without_contact(client, policy)
    write(client, policy, "c2")
    with committing():
        db.session.execute(update(Policy).values(is_public=False))
    db.session.rollback()
    waiting = db.session.scalars(
        select(KeptWords.edit_token).where(KeptWords.sent_as.is_(None))
    ).one()
    for one in (code, continue_code(waiting)):
        answer = client.post_form(RECEIPTS, {"code": one})
        assert answer.status_code == 422
        assert policy.title not in answer.text


def test_kept_words_are_deleted_by_whoever_holds_them_and_by_nobody_else(
    app: Flask, client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    ident = str(db.session.scalars(select(KeptWords.id)).one())
    form = {"step": "delete", "kept": ident}
    assert other_browser(app).post_form(RECEIPTS, form).location == RECEIPTS
    assert count(KeptWords) == 1
    asked = client.get(f"{RECEIPTS}?delete={ident}").text
    assert "Delete these words for good?" in asked
    assert "for good" not in client.get(f"{RECEIPTS}?delete=x").text
    assert client.post_form(RECEIPTS, form).location == RECEIPTS
    assert count(KeptWords) == 0
    assert client.get_cookie("kept") is None
    assert client.post_form(RECEIPTS, form).status_code == 303


def test_no_code_is_taken_without_its_token(
    app: Flask, client: CheckingClient, policy: Policy
) -> None:
    code = sent_without_contact(client, policy)
    stranger = other_browser(app)
    assert stranger.post(RECEIPTS, data={"code": code}).status_code == 400
    assert stranger.get(receipt(policy)).status_code == 404


def test_a_code_unlocks_reading_and_signs_nobody_in(
    app: Flask, client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    ask(client, PHONE)
    client.post_form(CODE, {"code": the_code()})
    holder = other_browser(app)
    look_up(holder, lookup_code(policy.id, 1))
    assert holder.get(receipt(policy)).status_code == 200
    assert holder.get("/settings").status_code == 303
