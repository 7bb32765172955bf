"""Screen 3 and sending from it: one form for other words, a removal, a comment, a new article."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import Role
from app.database import committing, db
from app.discussions.models import Comment
from app.policies.models import Policy
from app.suggestions.models import Contribution, KeptWords, SuggestedChange
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggest_form import NEW, buttons_of, form_of, heading_of
from tests.checking_client import CheckingClient

REASON = "Wheelchairs cannot pass."
MARKED = "# 停放办法\n\n**第一条** 为了规范停放，制定本办法。\n\n**第二条** 停放不超过三日。\n"


@pytest.fixture
def policy(app: Flask, client: CheckingClient) -> Policy:
    """A draft open for suggestions; the client is a signed-in resident."""
    sign_in(client, make_actor())
    return make_policy(mode="reviewed", slug="parking")


def sent_one() -> tuple[Contribution, list[tuple[str, str | None, str | None, str]]]:
    """The one contribution that there is, and its operations."""
    db.session.rollback()
    one = db.session.scalars(select(Contribution)).one()
    rows = db.session.scalars(select(SuggestedChange).order_by(SuggestedChange.position))
    return one, [(row.kind, row.clause, row.after, row.text) for row in rows]


def send(client: CheckingClient, address: str, **changed: str) -> None:
    """Fill in the form at ``address`` and send it without the check page."""
    form = form_of(client.get(address).text)
    answer = client.post("/policies/parking/suggest", data={**form, "summary": REASON, **changed})
    assert (answer.status_code, answer.location) == (303, "/policies/parking/suggestions/1")


def test_the_form_holds_the_words_of_the_article_and_its_two_steps(
    policy: Policy, client: CheckingClient
) -> None:
    page = client.get("/policies/parking/suggest?clause=c3").text
    assert heading_of(page) == "What should 第二条 say?"
    form = form_of(page)
    assert form["text"] in TEXT
    assert (form["clause"], form["base"], form["marks"], form["summary"]) == (
        "c3", "1", "hidden", "",
    )  # fmt: skip
    assert buttons_of(page) == [
        ("original", "Put the original words back"),
        ("check", "Next: check"),
        ("keep", "Keep for later"),
    ]


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("zh", "您觉得<span lang=\"zh-Hans\">第二条</span>该怎么写？"),
        ("zh", "不会改就原样留着，只写第2步。"),
        ("zh", "全部删掉，就是建议删去本条"),
        ("zh", "您写的会公开，请不要写姓名、电话、门牌号。"),
        ("en", "Change the words below."),
        ("en", "Tell us what you have seen."),
        ("en", "I object to this article as it stands"),
        ("en", "This will be public. Leave out names, phone numbers and house numbers."),
    ],
)  # fmt: skip
def test_the_form_speaks_both_languages(
    policy: Policy, client: CheckingClient, lang: str, sentence: str
) -> None:
    client.set_cookie("lang", lang)
    assert sentence in client.get("/policies/parking/suggest?clause=c3").text


def test_other_words_are_a_suggestion(policy: Policy, client: CheckingClient) -> None:
    send(client, "/policies/parking/suggest?clause=c3", text=NEW)
    one, changes = sent_one()
    assert (one.kind, one.reason, one.clause) == ("suggestion", REASON, "c3")
    assert changes == [("reword", "c3", None, NEW)]


def test_deleting_everything_suggests_removing_the_article(
    policy: Policy, client: CheckingClient
) -> None:
    send(client, "/policies/parking/suggest?clause=c3", text=" \r\n")
    assert sent_one()[1] == [("remove", "c3", None, "")]


@pytest.mark.parametrize("kind", ["question", "objection"])
def test_unchanged_words_with_a_tick_are_what_the_tick_says(
    policy: Policy, client: CheckingClient, kind: str
) -> None:
    send(client, "/policies/parking/suggest?clause=c3", kind=kind)
    one, changes = sent_one()
    assert (one.kind, changes) == (kind, [])
    assert db.session.scalars(select(Comment.body)).all() == [REASON]


def test_of_both_ticks_the_objection_counts(policy: Policy, client: CheckingClient) -> None:
    form = form_of(client.get("/policies/parking/suggest?clause=c3").text)
    both = {**form, "summary": REASON, "kind": ["question", "objection"]}
    client.post("/policies/parking/suggest", data=both)
    assert sent_one()[0].kind == "objection"


def test_a_new_article_stands_behind_the_one_it_was_asked_for(
    policy: Policy, client: CheckingClient
) -> None:
    page = client.get("/policies/parking/suggest?after=c3").text
    assert heading_of(page) == "A new article after 第二条"
    assert form_of(page)["text"] == ""
    send(client, "/policies/parking/suggest?after=c3", text="第二条之一 企业公布电话。")
    assert sent_one()[1] == [("insert", None, "c3", "第二条之一 企业公布电话。")]


def test_a_whole_page_suggestion_changes_several_articles(
    policy: Policy, client: CheckingClient
) -> None:
    words = TEXT.removeprefix("# ").replace("三日", "两日").replace("2026年10月", "2027年1月")
    send(client, "/policies/parking/suggest", text=words)
    assert [change[:2] for change in sent_one()[1]] == [("reword", "c3"), ("reword", "c4")]


def test_words_as_read_get_the_marks_of_the_article_back(
    app: Flask, client: CheckingClient
) -> None:
    make_policy(mode="reviewed", slug="parking", text=MARKED)
    sign_in(client, make_actor())
    address = "/policies/parking/suggest?clause=c3"
    assert form_of(client.get(address).text)["text"] == "第二条 停放不超过三日。"
    send(client, address, text="第二条 停放不超过两日。")
    assert sent_one()[1] == [("reword", "c3", None, "**第二条** 停放不超过两日。")]


def test_a_new_article_looks_like_the_one_before_it(app: Flask, client: CheckingClient) -> None:
    make_policy(mode="reviewed", slug="parking", text=MARKED)
    sign_in(client, make_actor())
    send(client, "/policies/parking/suggest?after=c3", text="第三条 企业公布电话。")
    assert sent_one()[1] == [("insert", None, "c3", "**第三条** 企业公布电话。")]


def test_a_program_that_sends_markdown_is_taken_to_the_letter(
    policy: Policy, client: CheckingClient
) -> None:
    sent = {"text": f"**{NEW}**", "summary": REASON, "base": "1", "edit_token": "t", "clause": "c3"}
    answer = client.post_form(
        "/policies/parking/suggest", sent, form="/policies/parking/suggest?clause=c3"
    )
    assert answer.status_code == 303
    assert sent_one()[1] == [("reword", "c3", None, f"**{NEW}**")]


def test_a_form_without_the_text_leaves_the_text_as_it_is(
    policy: Policy, client: CheckingClient
) -> None:
    form = form_of(client.get("/policies/parking/suggest").text)
    del form["text"]
    client.post("/policies/parking/suggest", data={**form, "summary": REASON})
    assert sent_one()[0].kind == "comment"


def test_the_original_words_come_back_without_javascript_and_the_reason_stays(
    policy: Policy, client: CheckingClient
) -> None:
    form = form_of(client.get("/policies/parking/suggest?clause=c3").text)
    sent = {**form, "text": NEW, "summary": REASON, "kind": "question", "step": "original"}
    again = form_of(client.post("/policies/parking/suggest", data=sent).text)
    assert (again["text"], again["summary"], again["kind"]) == (form["text"], REASON, "question")


def test_begun_is_when_the_form_was_opened_and_a_forged_seal_is_now(
    policy: Policy, client: CheckingClient
) -> None:
    address = "/policies/parking/suggest?clause=c3"
    opened = clock.now()
    with clock.frozen(opened):
        form, other = (form_of(client.get(address).text) for _ in range(2))
    with clock.frozen(opened + timedelta(minutes=5)):
        client.post(address, data={**form, "summary": REASON})
        assert sent_one()[0].begun_at == opened
        forged = {**form, "edit_token": "mine", "begun": other["begun"], "summary": "Another."}
        client.post(address, data=forged)
    begun = select(Contribution.begun_at).where(Contribution.number == 2)
    assert db.session.scalars(begun).one() == opened + timedelta(minutes=5)


def test_words_kept_for_later_come_back_with_their_continue_code(
    policy: Policy, client: CheckingClient
) -> None:
    address = "/policies/parking/suggest?clause=c3"
    form = form_of(client.get(address).text)
    kept = client.post(address, data={**form, "text": NEW, "summary": "Because", "step": "keep"})
    assert (kept.status_code, kept.location) == (303, address)
    page = client.get(address).text
    again = form_of(page)
    assert (again["text"], again["summary"]) == (NEW, "Because")
    assert again["edit_token"] == form["edit_token"]
    assert re.search(
        r"Kept \(\d\d:\d\d\) · Continue code: <strong[^>]*>[2-9A-Z]{5}-[2-9A-Z]{5}<", page
    )
    fresh = form_of(client.get(f"{address}&fresh=1").text)
    assert (fresh["text"], fresh["summary"]) == (form["text"], "")


def test_kept_words_are_not_offered_again_once_they_were_sent(
    policy: Policy, client: CheckingClient
) -> None:
    address = "/policies/parking/suggest?clause=c3"
    form = {**form_of(client.get(address).text), "text": NEW, "summary": REASON}
    client.post(address, data={**form, "step": "keep"})
    client.post(address, data={**form_of(client.get(address).text)})
    assert form_of(client.get(address).text)["summary"] == ""


def test_a_visitors_words_are_kept_in_this_browser_and_the_next_page_asks_who(
    app: Flask, client: CheckingClient
) -> None:
    make_policy(mode="reviewed", slug="parking")
    form = form_of(client.get("/policies/parking/suggest?clause=c3").text)
    sent = {**form, "text": NEW, "summary": REASON}
    answer = client.post("/policies/parking/suggest", data=sent)
    assert (answer.status_code, answer.location) == (303, "/account/continue")
    assert client.get_cookie("kept") is not None
    row = db.session.scalars(select(KeptWords)).one()
    assert (row.text, row.reason, row.edit_token) == (NEW, REASON, form["edit_token"])
    assert db.session.scalars(select(Contribution)).all() == []
    again = form_of(client.get("/policies/parking/suggest?clause=c3").text)
    assert (again["text"], again["summary"]) == (NEW, REASON)


def test_another_browser_does_not_see_what_a_visitor_kept(
    app: Flask, client: CheckingClient
) -> None:
    make_policy(mode="reviewed", slug="parking")
    address = "/policies/parking/suggest?clause=c3"
    form = form_of(client.get(address).text)
    client.post(address, data={**form, "summary": "Only mine", "step": "keep"})
    assert "Only mine" not in app.test_client().get(address).text


@pytest.mark.parametrize("mode", ["group", "closed"])
def test_where_the_text_is_not_open_the_form_takes_comments(
    app: Flask, client: CheckingClient, mode: str
) -> None:
    make_policy(mode=mode, slug="parking")
    sign_in(client, make_actor())
    page = client.get("/policies/parking/suggest?clause=c3").text
    assert heading_of(page) == "What do you say about 第二条?"
    assert "The text itself is not open for suggestions now. You can send a comment." in page
    form = form_of(page)
    assert "text" not in form
    client.post("/policies/parking/suggest", data={**form, "summary": REASON})
    assert sent_one()[0].kind == "comment"


def test_the_law_has_a_button_at_each_clause_and_one_between_articles(
    policy: Policy, client: CheckingClient
) -> None:
    page = client.get("/policies/parking").text
    assert '<a href="parking/suggest?clause=c3">Suggest a change or comment</a>' in page
    assert '<a href="parking/suggest?after=c3">Suggest a new article here</a>' in page
    assert '<a href="parking/clauses/c3" aria-label="第二条">#</a>' in page
    assert 'href="/policies/parking/suggest"' in page


@pytest.mark.parametrize("path", ["", "/clauses/c3"])
def test_when_nothing_is_open_there_is_no_button(
    policy: Policy, client: CheckingClient, path: str
) -> None:
    assert "suggest?clause=c3" in client.get(f"/policies/parking{path}").text
    with committing():
        row = db.session.get_one(Policy, policy.id)
        row.phase, row.page_version = "decision", row.page_version + 1
    page = client.get(f"/policies/parking{path}").text
    assert ("suggest?clause=" in page, "suggest?after=" in page) == (False, False)


def test_an_article_that_left_the_text_leads_to_its_page(
    app: Flask, client: CheckingClient
) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer, mode="reviewed", slug="parking")
    save_text(
        "parking", TEXT.replace("第三条 本办法自2026年10月1日起施行。\n", ""), actor=officer, base=1
    )
    answer = client.get("/policies/parking/suggest?clause=c4")
    assert (answer.status_code, answer.location) == (303, f"/policies/{policy.slug}/clauses/c4")
    assert client.get("/policies/parking/suggest?clause=c99").status_code == 404
