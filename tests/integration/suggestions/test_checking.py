"""Screen 4: what others will see, what will happen, and what makes somebody look twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import Role
from app.database import committing, db
from app.policies.models import Policy
from app.suggestions.models import Contribution, KeptWords
from app.suggestions.services.codes import continue_code
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import TEXT, make_policy
from tests.builders.suggest_form import NEW, buttons_of, errors_of, form_of, heading_of
from tests.checking_client import CheckingClient

ADDRESS = "/policies/parking/suggest"
REASON = "Wheelchairs cannot pass."


@pytest.fixture
def policy(app: Flask, client: CheckingClient) -> Policy:
    """A draft open for suggestions; the client is a signed-in resident called Wang."""
    sign_in(client, make_actor(name="Wang"))
    return make_policy(mode="reviewed", slug="parking")


def checked(client: CheckingClient, place: str = "clause=c3", **changed: str) -> str:
    """The check page for a form filled in like this."""
    form = form_of(client.get(f"{ADDRESS}?{place}").text)
    sent = {**form, "summary": REASON, "step": "check", **changed}
    answer = client.post(ADDRESS, data=sent)
    assert answer.status_code == 200
    return answer.text


def count() -> int | None:
    db.session.rollback()
    return db.session.scalar(select(func.count(Contribution.id)))


def test_the_change_is_shown_word_by_word_and_sending_it_is_one_button(
    policy: Policy, client: CheckingClient
) -> None:
    page = checked(client, text=NEW)
    assert heading_of(page) == "Check before you send"
    assert "<ins>，或者妨碍轮椅通行</ins>" in page
    assert buttons_of(page) == [("send", "Send"), ("write", "Go back and change")]
    assert count() == 0
    sent = client.post(ADDRESS, data={**form_of(page), "step": "send"})
    assert (sent.status_code, sent.location) == (303, "/policies/parking/suggestions/1")


def test_going_back_loses_no_word(policy: Policy, client: CheckingClient) -> None:
    page = checked(client, text=NEW, kind="question")
    back = form_of(client.post(ADDRESS, data={**form_of(page), "step": "write"}).text)
    assert (back["text"], back["summary"], back["kind"]) == (NEW, REASON, "question")


def test_changed_numbers_are_named(policy: Policy, client: CheckingClient) -> None:
    page = checked(client, text=NEW.replace("二十四小时", "十二小时"))
    assert "A number changes: 二十四 → 十二" in page


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("", "You left the wording as it is, so this goes in as a comment."),
        ("question", "You left the wording as it is, so this goes in as a question."),
        ("objection", "You left the wording as it is, so this goes in as an objection."),
    ],
)
def test_unchanged_words_are_said_to_be_no_suggestion(
    policy: Policy, client: CheckingClient, kind: str, sentence: str
) -> None:
    assert sentence in checked(client, **({"kind": kind} if kind else {}))


def test_a_removal_says_so(policy: Policy, client: CheckingClient) -> None:
    assert "Suggests removing this article" in checked(client, text="")


def test_a_new_article_says_where_it_stands(policy: Policy, client: CheckingClient) -> None:
    page = checked(client, "after=c3", text="第二条之一 企业公布电话。")
    assert 'A new article after <span lang="zh-Hans">第二条</span>' in page


def test_the_page_says_what_others_see_and_what_never(
    policy: Policy, client: CheckingClient
) -> None:
    page = checked(client)
    assert "Wang · " in page
    assert "Never shown: your phone number or real name." in page


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        (
            "en",
            (
                "They are shown publicly and stay in the record of this draft.",
                "For 10 minutes you can change or take them back."
                " Later, taking back leaves only the number.",
                "If adopted, the wording may be adjusted; your suggestion is named as the source.",
                "This is not a vote. Reasons count.",
            ),
        ),
        (
            "zh",
            (
                "公开显示，并留在这份草案的记录里。",
                "10分钟内可改、可撤回；以后撤回，只留编号。",
                "采纳时可能调整文字，并注明来自您的建议。",
                "这不是投票，理由最重要。",
            ),
        ),
    ],
)
def test_the_box_says_what_happens_to_the_words(
    policy: Policy, client: CheckingClient, lang: str, sentences: tuple[str, ...]
) -> None:
    client.set_cookie("lang", lang)
    page = checked(client, text=NEW)
    assert [sentence for sentence in sentences if sentence not in page] == []


def test_a_private_draft_is_not_said_to_be_public(app: Flask, client: CheckingClient) -> None:
    officer = make_actor(Role.OFFICER)
    make_policy(officer, mode="reviewed", slug="parking", is_public=False)
    sign_in(client, officer)
    page = checked(client)
    assert "The people who work on this draft read them" in page
    assert "shown publicly" not in page


def test_a_visitor_is_told_that_the_name_comes_next(app: Flask, client: CheckingClient) -> None:
    make_policy(mode="reviewed", slug="parking")
    assert "the name you choose in the next step" in checked(client)


def test_checking_keeps_the_words_on_the_server(app: Flask, client: CheckingClient) -> None:
    make_policy(mode="reviewed", slug="parking")
    page = checked(client, text=NEW)
    rows = db.session.scalars(select(KeptWords)).all()
    assert [(row.text, row.reason) for row in rows] == [(NEW, REASON)]
    assert continue_code(rows[0].edit_token) in page
    again = form_of(client.get(f"{ADDRESS}?clause=c3").text)
    assert (again["text"], again["summary"]) == (NEW, REASON)
    back = form_of(client.post(ADDRESS, data={**form_of(page), "step": "write"}).text)
    client.post(ADDRESS, data={**back, "summary": "Shorter.", "step": "check"})
    db.session.rollback()
    rows = db.session.scalars(select(KeptWords)).all()
    assert [(row.revised, row.reason) for row in rows] == [(2, "Shorter.")]


def test_a_telephone_number_is_shown_before_it_is_published(
    policy: Policy, client: CheckingClient
) -> None:
    form = form_of(client.get(f"{ADDRESS}?clause=c3").text)
    sent = {**form, "summary": "Call me: 13812345678", "step": "check"}
    asked = client.post(ADDRESS, data=sent)
    assert asked.status_code == 422
    assert errors_of(asked.text) == [
        "This looks like a phone number: 138****5678. Remove it, or press Next again to publish it."
    ]
    again = form_of(asked.text)
    assert (again["summary"], count()) == ("Call me: 13812345678", 0)
    page = client.post(ADDRESS, data={**again, "step": "check"})
    assert heading_of(page.text) == "Check before you send"
    assert client.post(ADDRESS, data={**form_of(page.text), "step": "send"}).status_code == 303
    assert count() == 1


def test_another_number_is_asked_about_again(policy: Policy, client: CheckingClient) -> None:
    form = form_of(client.get(f"{ADDRESS}?clause=c3").text)
    sent = {**form, "summary": "Call 13812345678", "step": "check"}
    again = form_of(client.post(ADDRESS, data=sent).text)
    other = {**again, "summary": "Call 13912345678", "step": "check"}
    assert client.post(ADDRESS, data=other).status_code == 422


def test_a_number_is_found_on_the_straight_way_too(policy: Policy, client: CheckingClient) -> None:
    form = form_of(client.get(f"{ADDRESS}?clause=c3").text)
    words = form["text"] + "电话13812345678。"
    asked = client.post(ADDRESS, data={**form, "text": words, "summary": REASON})
    assert (asked.status_code, count()) == (422, 0)
    assert client.post(ADDRESS, data=form_of(asked.text)).status_code == 303


def test_a_number_that_stands_in_the_article_is_public_already(
    app: Flask, client: CheckingClient
) -> None:
    make_policy(mode="reviewed", slug="parking", text=TEXT.replace("移走", "移走，电话13812345678"))
    sign_in(client, make_actor())
    form = form_of(client.get(f"{ADDRESS}?clause=c3").text)
    words = form["text"].replace("三日", "两日")
    sent = {**form, "text": words, "summary": "13812345678 does not answer.", "step": "check"}
    assert client.post(ADDRESS, data=sent).status_code == 200


def test_one_who_began_before_closing_reads_that_it_will_be_marked(
    policy: Policy, client: CheckingClient
) -> None:
    closes_at = clock.now() + timedelta(hours=1)
    with committing():
        row = db.session.get_one(Policy, policy.id)
        row.phase, row.closes_at = "consultation", closes_at
    page = checked(client, text=NEW)
    with clock.frozen(closes_at + timedelta(hours=2)):
        seen = client.post(ADDRESS, data={**form_of(page), "step": "send"})
        assert (seen.status_code, count()) == (200, 0)
        assert 'it will be marked "sent after closing"' in seen.text.replace("&#34;", '"')
        sent = client.post(ADDRESS, data={**form_of(seen.text), "step": "send"})
        assert sent.status_code == 303
    assert db.session.scalars(select(Contribution.is_late)).all() == [True]
