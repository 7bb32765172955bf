"""Whatever is wrong with a sending: a clear sentence, the right status, and every word given back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import Role
from app.accounts.limits import Counted
from app.database import committing, db
from app.policies.models import Policy
from app.suggestions.models import Contribution, KeptWords
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggest_form import NEW, buttons_of, errors_of, form_of, heading_of
from tests.builders.throttles import narrow
from tests.checking_client import CheckingClient

ADDRESS = "/policies/parking/suggest"
REASON = "Wheelchairs cannot pass."
LAST = "第三条 本办法自2026年10月1日起施行。"


@pytest.fixture
def policy(app: Flask, client: CheckingClient) -> Policy:
    """A draft open for suggestions; the client is a signed-in resident."""
    owner = make_actor(Role.OFFICER)
    sign_in(client, make_actor())
    return make_policy(owner, mode="reviewed", slug="parking")


def filled(client: CheckingClient, place: str = "clause=c3", **changed: str) -> dict[str, str]:
    form = form_of(client.get(f"{ADDRESS}?{place}").text)
    return {**form, "text": NEW, "summary": REASON, **changed}


def saved(policy: Policy, text: str) -> None:
    """A new version by the owner."""
    save_text("parking", text, actor=policy.owner.actor(clock.now()), base=policy.head_number)


def count() -> int | None:
    db.session.rollback()
    return db.session.scalar(select(func.count(Contribution.id)))


def kept_words() -> list[tuple[str, str]]:
    db.session.rollback()
    return [(row.text, row.reason) for row in db.session.scalars(select(KeptWords))]


@pytest.mark.parametrize("step", ["check", "send", ""])
@pytest.mark.parametrize("reason", ["", " \r\n "])
def test_without_a_reason_nothing_is_sent_and_the_words_stay(
    policy: Policy, client: CheckingClient, step: str, reason: str
) -> None:
    answer = client.post(ADDRESS, data=filled(client, summary=reason, step=step))
    assert answer.status_code == 422
    assert errors_of(answer.text) == ["Please give a reason, even a short one."]
    assert form_of(answer.text)["text"] == NEW
    assert (count(), kept_words()) == (0, [(NEW, reason.replace("\r", ""))])


def test_sent_twice_is_one_and_the_second_time_says_its_number(
    policy: Policy, client: CheckingClient
) -> None:
    form = filled(client)
    first, second = (client.post(ADDRESS, data=form) for _ in range(2))
    assert (first.location, second.location) == ("/policies/parking/suggestions/1",) * 2
    assert "We already have this. It is number 1." in client.get(second.location).text
    assert count() == 1


def test_other_words_under_a_form_that_was_sent_are_kept(
    policy: Policy, client: CheckingClient
) -> None:
    checked = client.post(ADDRESS, data=filled(client, step="check"))
    form = form_of(checked.text)
    client.post(ADDRESS, data=form)
    client.post(ADDRESS, data=form)
    assert form_of(client.get(f"{ADDRESS}?clause=c3").text)["text"] != NEW
    other = client.post(ADDRESS, data={**form, "text": f"{NEW}另加。"})
    assert other.location == "/policies/parking/suggestions/1"
    assert "What you wrote since then was not sent." in client.get(other.location).text
    again = form_of(client.get(f"{ADDRESS}?clause=c3").text)
    assert again["text"] == f"{NEW}另加。"
    assert client.post(ADDRESS, data=again).location == "/policies/parking/suggestions/2"


def test_a_corrected_article_is_shown_with_mine_before_anything_is_sent(
    policy: Policy, client: CheckingClient
) -> None:
    form = filled(client)
    saved(policy, TEXT.replace("三日", "五日"))
    answer = client.post(ADDRESS, data=form)
    assert answer.status_code == 409
    assert heading_of(answer.text) == "Compare and choose"
    sentence = "was corrected while you wrote. Nothing is lost; compare and choose."
    assert sentence in answer.text
    for words in (
        "超过三日无人",
        "<ins>五</ins>",
        "<ins>，或者妨碍轮椅通行</ins>",
        NEW,
    ):
        assert words in answer.text
    assert [step for step, _words in buttons_of(answer.text)] == ["check", "original", "keep"]
    assert (count(), kept_words()) == (0, [(NEW, REASON)])


def test_after_comparing_one_goes_on_with_ones_own_words(
    policy: Policy, client: CheckingClient
) -> None:
    form = filled(client)
    saved(policy, TEXT.replace("三日", "五日"))
    again = form_of(client.post(ADDRESS, data={**form, "step": "send"}).text)
    assert (again["text"], again["summary"], again["base"]) == (NEW, REASON, "2")
    assert again["edit_token"] == form["edit_token"]
    page = client.post(ADDRESS, data={**again, "step": "check"})
    assert client.post(ADDRESS, data=form_of(page.text)).status_code == 303
    assert db.session.scalars(select(Contribution.base)).all() == [2]


def test_after_comparing_one_begins_with_the_new_text(
    policy: Policy, client: CheckingClient
) -> None:
    form = filled(client)
    saved(policy, TEXT.replace("三日", "五日"))
    compared = form_of(client.post(ADDRESS, data=form).text)
    again = form_of(client.post(ADDRESS, data={**compared, "step": "original"}).text)
    assert "超过五日无人" in again["text"]
    assert (again["summary"], again["base"]) == (REASON, "2")


def test_a_comment_on_a_corrected_article_goes_on_being_a_comment(
    policy: Policy, client: CheckingClient
) -> None:
    form = filled(client)
    form["text"] = form_of(client.get(f"{ADDRESS}?clause=c3").text)["text"]
    saved(policy, TEXT.replace("三日", "五日"))
    again = form_of(client.post(ADDRESS, data=form).text)
    client.post(ADDRESS, data=again)
    assert db.session.scalars(select(Contribution.kind)).all() == ["comment"]


def test_kept_words_for_an_article_corrected_since_are_compared_when_they_are_opened(
    policy: Policy, client: CheckingClient
) -> None:
    client.post(ADDRESS, data=filled(client, step="keep"))
    saved(policy, TEXT.replace("三日", "五日"))
    page = client.get(f"{ADDRESS}?clause=c3").text
    assert heading_of(page) == "Compare and choose"
    assert form_of(page)["text"] == NEW


def test_whole_page_words_that_collide_are_compared_and_keep_what_others_saved(
    policy: Policy, client: CheckingClient
) -> None:
    words = TEXT.removeprefix("# ").replace("三日", "两日")
    form = filled(client, "", text=words)
    saved(policy, TEXT.replace("三日", "五日").replace("10月1日", "12月1日"))
    answer = client.post(ADDRESS, data=form)
    assert (answer.status_code, heading_of(answer.text)) == (409, "Compare and choose")
    again = form_of(answer.text)["text"]
    assert ("超过两日" in again, "12月1日" in again) == (True, True)


def test_an_article_that_vanished_leaves_its_words_for_the_whole_draft(
    policy: Policy, client: CheckingClient
) -> None:
    form = filled(client, "clause=c4", text="第三条 本办法自公布之日起施行。")
    saved(policy, TEXT.replace(f"\n{LAST}\n", ""))
    answer = client.post(ADDRESS, data=form)
    assert answer.status_code == 422
    assert heading_of(answer.text) == "This article is no longer in the draft"
    again = form_of(answer.text)
    assert (again["clause"], again["summary"]) == (
        "", f"{REASON}\n\nMy words for the article:\n第三条 本办法自公布之日起施行。",
    )  # fmt: skip
    assert client.post(ADDRESS, data=again).status_code == 303
    row = db.session.scalars(select(Contribution)).one()
    assert (row.kind, row.clause) == ("comment", None)


def test_kept_words_for_an_article_that_vanished_are_shown_when_they_are_opened(
    policy: Policy, client: CheckingClient
) -> None:
    client.post(ADDRESS, data=filled(client, "clause=c4", text="Mine.", step="keep"))
    saved(policy, TEXT.replace(f"\n{LAST}\n", ""))
    page = client.get(f"{ADDRESS}?clause=c4").text
    assert heading_of(page) == "This article is no longer in the draft"
    assert "Mine." in form_of(page)["summary"]


def test_a_clause_that_never_was_leaves_the_words_too(
    policy: Policy, client: CheckingClient
) -> None:
    answer = client.post(ADDRESS, data=filled(client, clause="c99"))
    assert answer.status_code == 422
    assert NEW in form_of(answer.text)["summary"]


@pytest.mark.parametrize("step", ["check", "send", ""])
def test_after_closing_the_words_are_given_back_on_a_page_of_their_own(
    policy: Policy, client: CheckingClient, step: str
) -> None:
    closes_at = clock.now() - timedelta(hours=1)
    form = filled(client)
    with committing():
        row = db.session.get_one(Policy, policy.id)
        row.phase, row.closes_at = "consultation", closes_at
    answer = client.post(ADDRESS, data={**form, "step": step})
    assert answer.status_code == 422
    assert heading_of(answer.text) == "Comments have closed"
    assert NEW in answer.text
    assert REASON in answer.text
    assert (count(), kept_words()) == (0, [(NEW, REASON)])
    assert heading_of(client.get(f"{ADDRESS}?clause=c3&fresh=1").text) == "Comments have closed"


@pytest.mark.parametrize(("hours", "status"), [(23, 200), (25, 422)])
def test_who_began_before_closing_may_send_within_a_day(
    policy: Policy, client: CheckingClient, hours: int, status: int
) -> None:
    closes_at = clock.now() - timedelta(minutes=1)
    with committing():
        row = db.session.get_one(Policy, policy.id)
        row.phase, row.closes_at = "consultation", closes_at
    with clock.frozen(closes_at - timedelta(minutes=1)):
        form = filled(client)
    with clock.frozen(closes_at + timedelta(hours=hours)):
        sign_in(client, make_actor())
        sent = {**form, "csrf_token": client.get_token("/settings"), "step": "check"}
        assert client.post(ADDRESS, data=sent).status_code == status


def test_a_text_closed_meanwhile_keeps_the_other_words_in_the_field(
    policy: Policy, client: CheckingClient
) -> None:
    form = filled(client)
    with committing():
        db.session.get_one(Policy, policy.id).mode = "group"
    answer = client.post(ADDRESS, data=form)
    assert answer.status_code == 422
    assert errors_of(answer.text) == [
        "The text itself is not open for suggestions now. You can send a comment."
    ]
    again = form_of(answer.text)
    assert again["text"] == NEW
    original = client.post(ADDRESS, data={**again, "step": "original"})
    assert client.post(ADDRESS, data=form_of(original.text)).status_code == 303


def test_too_fast_says_how_long_to_wait_and_keeps_the_words(
    app: Flask, policy: Policy, client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow(monkeypatch, Counted.CONTRIBUTION, 1)
    assert client.post(ADDRESS, data=filled(client)).status_code == 303
    answer = client.post(ADDRESS, data=filled(client, summary="Another reason."))
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert errors_of(answer.text) == ["Please try again in 10 minutes. Your words are saved."]
    assert form_of(answer.text)["text"] == NEW
    assert (NEW, "Another reason.") in kept_words()


@pytest.mark.parametrize("step", ["check", "send"])
def test_a_stale_form_comes_back_with_a_fresh_token_and_the_words(
    policy: Policy, client: CheckingClient, step: str
) -> None:
    answer = client.post(ADDRESS, data=filled(client, csrf_token="old", step=step))
    assert answer.status_code == 400
    assert errors_of(answer.text) == [
        "You were away for a while. Please confirm once more. Your words are here."
    ]
    again = form_of(answer.text)
    assert (again["text"], again["summary"]) == (NEW, REASON)
    assert (count(), kept_words()) == (0, [])
    assert client.post(ADDRESS, data={**again, "step": "send"}).status_code == 303


@pytest.mark.parametrize(
    ("text", "status", "sentence"),
    [
        ("第二条 \u202e走移", 422, "changes the direction of reading"),
        ("第二条 a\u200bb", 422, "cannot be seen"),
        ("第二条 \x00", 422, "the character NUL cannot be stored"),
        ("第二条 " + "很长。" * 400_000, 413, "The text is too long"),
    ],
)
def test_hostile_words_are_refused_with_the_place_and_given_back(
    policy: Policy, client: CheckingClient, text: str, status: int, sentence: str
) -> None:
    client.strict = False  # a strict reader refuses the very characters that are given back
    answer = client.post(ADDRESS, data=filled(client, text=text))
    assert answer.status_code == status
    assert sentence in " ".join(errors_of(answer.text))
    assert form_of(answer.text)["summary"] == REASON
    assert form_of(answer.text)["text"][:4] == text[:4]
    assert count() == 0


def test_hostile_marks_are_shown_as_words(policy: Policy, client: CheckingClient) -> None:
    words = "第二条 <script>alert(1)</script> <img src=x onerror=alert(1)>"
    page = client.post(ADDRESS, data=filled(client, text=words, summary=words, step="check")).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert form_of(page)["text"] == words


@pytest.mark.parametrize("base", ["", "x", "0", "-1", "99", "99999999999999999999"])
def test_a_version_that_does_not_exist_is_refused_and_the_form_can_be_sent_again(
    policy: Policy, client: CheckingClient, base: str
) -> None:
    answer = client.post(ADDRESS, data=filled(client, base=base))
    assert answer.status_code == 422
    again = form_of(answer.text)
    assert (again["text"], again["base"]) == (NEW, "1")
    assert client.post(ADDRESS, data=again).status_code == 303


def test_an_unknown_kind_is_asked_for(policy: Policy, client: CheckingClient) -> None:
    form = filled(client, kind="shouting")
    form["text"] = form_of(client.get(f"{ADDRESS}?clause=c3").text)["text"]
    answer = client.post(ADDRESS, data=form)
    assert answer.status_code == 422
    assert errors_of(answer.text) == ["Please choose: a comment, a question or an objection."]


def test_a_new_article_without_words_is_asked_for_them(
    policy: Policy, client: CheckingClient
) -> None:
    answer = client.post(ADDRESS, data=filled(client, "after=c3", text=" "))
    assert answer.status_code == 422
    assert errors_of(answer.text) == ["Please write the words of the new article."]


def test_a_visitor_is_refused_in_the_same_words_and_kept_in_this_browser(
    app: Flask, client: CheckingClient
) -> None:
    make_policy(mode="reviewed", slug="parking")
    answer = client.post(ADDRESS, data=filled(client, summary=""))
    assert answer.status_code == 422
    assert client.get_cookie("kept") is not None
    again = form_of(client.get(f"{ADDRESS}?clause=c3").text)
    assert again["text"] == NEW
    assert client.post(ADDRESS, data={**again, "summary": REASON}).location == "/account/continue"
    assert kept_words() == [(NEW, REASON)]


def test_a_refused_form_that_is_mended_stays_one_kept_row(
    policy: Policy, client: CheckingClient
) -> None:
    first = client.post(ADDRESS, data=filled(client, summary=""))
    second = client.post(ADDRESS, data={**form_of(first.text), "text": f"{NEW}另加。"})
    third = client.post(ADDRESS, data=form_of(second.text))
    assert (second.status_code, third.status_code) == (422, 422)
    assert kept_words() == [(f"{NEW}另加。", "")]
    assert client.post(ADDRESS, data={**form_of(third.text), "summary": REASON}).status_code == 303
    assert form_of(client.get(f"{ADDRESS}?clause=c3").text)["text"] != NEW


def test_an_administrator_is_told_who_sends_suggestions(app: Flask, client: CheckingClient) -> None:
    make_policy(mode="reviewed", slug="parking")
    sign_in(client, make_actor(Role.ADMINISTRATOR))
    answer = client.get(f"{ADDRESS}?clause=c3")
    assert answer.status_code == 403
    assert "Only residents, volunteers and officers send suggestions and comments." in answer.text


def test_a_private_draft_has_no_form_for_strangers(app: Flask, client: CheckingClient) -> None:
    make_policy(mode="reviewed", slug="parking", is_public=False)
    assert client.get(f"{ADDRESS}?clause=c3").status_code == 404
    sign_in(client, make_actor())
    assert client.get(f"{ADDRESS}?clause=c3").status_code == 404
