"""The officer's pages, and what the person reads afterwards: answer, article now, credit."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.access.actor import Actor, Confirmation, Role
from app.database import committing, db
from app.policies.models import Policy, Revision
from app.policies.services.attributing import rebuild
from app.policies.services.moving import set_phase
from app.policies.services.seating import name_person
from app.policies.versions import get_version
from app.suggestions.models import Answer, Contribution
from app.suggestions.rules import State
from tests.builders.accounts import make_actor, make_person, sign_in
from tests.builders.policies import make_policy, plan_publication, save_text
from tests.builders.suggestions import make_contribution, make_suggestion
from tests.checking_client import CheckingClient, token_of

TEXT = """# Bicycle parking

Article 1

Bicycles stand in racks.

Article 2

A bicycle left for three days is removed. It goes to the depot. The owner is told.
The firm pays. It may appeal.
"""
SECOND = TEXT[TEXT.index("Article 2") :].strip()
BETTER = SECOND.replace("three days", "two days or in the way").replace("told", "called")
REASON = "Blocked pavements came up in eleven comments."
PAGE = "/policies/bicycles/suggestions/1"


@pytest.fixture
def officer(client: CheckingClient) -> Actor:
    """The owner of the draft, signed in."""
    actor = make_actor(Role.OFFICER)
    sign_in(client, actor)
    return actor


@pytest.fixture
def policy(officer: Actor) -> Policy:
    return make_policy(
        officer, slug="bicycles", title="Parking", language="en", text=TEXT, mode="reviewed"
    )


@pytest.fixture
def resident(policy: Policy) -> Actor:
    """Who suggested other words for Article 2, as number 1."""
    actor = make_actor(name="Lin Min")
    make_suggestion(policy, "c3", BETTER, actor)
    return actor


def _words(answer: TestResponse) -> str:
    """What a page says, without its marks; runs of blanks are one."""
    page = html.unescape(re.sub(r"<[^>]*>", " ", answer.get_data(as_text=True)))
    return " ".join(page.split())


def _fields(answer: TestResponse) -> dict[str, Any]:
    """The fields of the form of a page, as a browser would send them."""
    page = answer.get_data(as_text=True)
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        marks = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        is_off = marks.get("type") in ("radio", "checkbox") and "checked" not in tag
        if "name" in marks and not is_off:
            found.setdefault(marks["name"], []).append(html.unescape(marks.get("value", "")))
    for name, text in re.findall(
        r'<textarea[^>]*name="(\w+)"[^>]*>\r?\n?(.*?)</textarea>', page, re.S
    ):
        found[name] = [html.unescape(text)]
    return found


def _adopt(client: CheckingClient, **fields: str) -> TestResponse:
    wanted = {"base": "1", "way": "whole", "reason": REASON, **fields}
    return client.post_form(f"{PAGE}/adopt", wanted)


def _revisions() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Revision.id))) or 0


def test_the_officer_finds_both_ways_on_the_page(client: CheckingClient, resident: Actor) -> None:
    page = client.get(PAGE).get_data(as_text=True)
    assert f'href="{PAGE}/adopt"' in page
    assert f'href="{PAGE}/answer"' in page


def test_nobody_else_finds_or_reaches_them(app: Flask, policy: Policy, resident: Actor) -> None:
    for actor in (None, resident, make_actor(Role.VOLUNTEER), make_actor(Role.OFFICER)):
        browser = app.test_client()
        assert isinstance(browser, CheckingClient)
        if actor is not None:
            sign_in(browser, actor)
        assert f"{PAGE}/answer" not in browser.get(PAGE).get_data(as_text=True)
        for page in ("answer", "adopt"):
            assert browser.get(f"{PAGE}/{page}").status_code in (303, 403)


def test_while_comments_are_open_the_answer_is_written_at_the_desk(
    client: CheckingClient, officer: Actor, resident: Actor
) -> None:
    set_phase("bicycles", "consultation", actor=officer)
    db.session.commit()
    desk = "/policies/bicycles/answers/work?number=1"
    assert desk in client.get(PAGE).get_data(as_text=True)
    assert client.get(f"{PAGE}/answer").location == desk
    assert client.get(f"{PAGE}/adopt").status_code == 422


def test_in_the_wrong_phase_the_page_says_when_answers_are_given(
    client: CheckingClient, officer: Actor, resident: Actor
) -> None:
    for phase in ("consultation", "response", "legality_review"):
        set_phase("bicycles", phase, actor=officer)
        db.session.commit()
    assert "Answers are given while the draft is written" in _words(client.get(PAGE))
    assert client.get(f"{PAGE}/answer").status_code == 422


def test_the_preview_shows_the_text_and_the_answer_and_saves_nothing(
    client: CheckingClient, resident: Actor
) -> None:
    page = _adopt(client, step="preview")
    assert page.status_code == 200
    assert "<del>three</del>" in page.get_data(as_text=True)
    assert "The person will read:" in _words(page)
    assert "Suggestion 1: Adopted" in _words(page)
    assert _revisions() == 1


def test_what_the_preview_holds_is_what_is_saved(
    client: CheckingClient, policy: Policy, resident: Actor
) -> None:
    fields = _fields(_adopt(client, step="preview", way="parts", parts="0.2"))
    done = client.post(f"{PAGE}/adopt", data=fields)
    assert done.status_code == 303
    assert done.location.endswith(PAGE)
    db.session.rollback()
    expected = TEXT.replace("three days is", "three days or in the way is")
    assert get_version(policy.id, 2).text == expected
    assert "Answered: Partly adopted, version 2." in _words(client.get(done.location))


def test_going_back_from_the_preview_keeps_what_was_chosen(
    client: CheckingClient, resident: Actor
) -> None:
    fields = _fields(_adopt(client, step="preview", way="parts", parts="0.2"))
    again = client.post(f"{PAGE}/adopt", data={**fields, "step": "edit"})
    kept = _fields(again)
    assert kept["parts"] == ["0.2"]
    assert kept["reason"] == [REASON]


def test_other_words_begin_with_the_suggested_ones(
    client: CheckingClient, policy: Policy, resident: Actor
) -> None:
    fields = _fields(client.get(f"{PAGE}/adopt?way=other"))
    assert fields["text"][0].strip() == BETTER
    words = BETTER.replace("two days", "one day")
    sent = {**fields, "text": words, "outcome": "partly_adopted", "reason": REASON}
    checked = client.post(f"{PAGE}/adopt", data={**sent, "step": "preview"})
    assert client.post(f"{PAGE}/adopt", data=_fields(checked)).status_code == 303
    db.session.rollback()
    assert get_version(policy.id, 2).text == TEXT.replace(SECOND, words)


def test_other_words_for_the_whole_text(
    client: CheckingClient, policy: Policy, resident: Actor
) -> None:
    fields = _fields(client.get(f"{PAGE}/adopt?way=other&in=whole"))
    assert "Bicycles stand in racks." in fields["text"][0]
    words = fields["text"][0].replace("in racks", "in racks or lockers")
    sent = {**fields, "text": words, "outcome": "adopted", "reason": REASON}
    checked = client.post(f"{PAGE}/adopt", data={**sent, "step": "preview"})
    assert client.post(f"{PAGE}/adopt", data=_fields(checked)).status_code == 303
    db.session.rollback()
    expected = TEXT.replace(SECOND, BETTER).replace("in racks", "in racks or lockers")
    assert get_version(policy.id, 2).text == expected


def test_words_that_no_longer_fit_come_with_both_wordings(
    client: CheckingClient, officer: Actor, resident: Actor
) -> None:
    save_text("bicycles", TEXT.replace("three days", "five days"), actor=officer, base=1)
    page = client.get(f"{PAGE}/adopt")
    assert "The text has changed since this was suggested. Please write the words." in _words(page)
    assert "left for five days" in _words(page)
    assert "left for two days or in the way" in _words(page)
    assert _fields(page)["way"] == ["other"]
    refused = _adopt(client, base="2")
    assert refused.status_code == 422
    assert _fields(refused)["reason"] == [REASON]
    assert "five days" in _fields(refused)["text"][0]


def test_a_preview_that_has_aged_is_shown_anew(
    client: CheckingClient, policy: Policy, officer: Actor, resident: Actor
) -> None:
    fields = _fields(_adopt(client, step="preview"))
    moved = TEXT.replace("may appeal", "can appeal")
    save_text("bicycles", moved, actor=officer, base=1)
    late = client.post(f"{PAGE}/adopt", data=fields)
    assert late.status_code == 409
    assert "The draft changed while you looked." in _words(late)
    assert _revisions() == 2
    assert client.post(f"{PAGE}/adopt", data=_fields(late)).status_code == 303
    db.session.rollback()
    expected = moved.replace("three days", "two days or in the way").replace("told", "called")
    assert get_version(policy.id, 3).text == expected


def test_faults_of_the_structure_are_ticked_before_saving(
    client: CheckingClient, policy: Policy
) -> None:
    make_contribution(policy, after="c3", text="Article 2\n\nRacks stand at every station.")
    fields = _fields(_adopt(client, step="preview"))
    unticked = client.post(f"{PAGE}/adopt", data=fields)
    assert unticked.status_code == 422
    assert "now stands twice" in _words(unticked)
    ticked = client.post(f"{PAGE}/adopt", data={**_fields(unticked), "looked": "y"})
    assert ticked.status_code == 303


@pytest.mark.parametrize("step", ["preview", "save"])
def test_a_refusal_keeps_the_words_and_stands_at_its_field(
    client: CheckingClient, resident: Actor, step: str
) -> None:
    refused = _adopt(client, reason="经研究不予采纳", step=step)
    assert refused.status_code == 422
    assert _fields(refused)["reason"] == ["经研究不予采纳"]
    assert 'id="reason-error"' in refused.get_data(as_text=True)


def test_a_stale_form_comes_back_with_its_words(client: CheckingClient, resident: Actor) -> None:
    sent = {"base": "1", "way": "whole", "reason": REASON, "csrf_token": "old"}
    stale = client.post(f"{PAGE}/adopt", data=sent)
    assert stale.status_code == 400
    assert _fields(stale)["reason"] == [REASON]
    assert token_of(stale.get_data(as_text=True)) not in ("", "old")


def test_what_was_taken_back_meanwhile_is_said_with_the_words_kept(
    client: CheckingClient, resident: Actor
) -> None:
    token = client.get_token(f"{PAGE}/adopt")
    with committing():
        db.session.scalars(select(Contribution)).one().state = State.WITHDRAWN
    sent = {"base": "1", "way": "whole", "reason": REASON, "csrf_token": token}
    for page in ("adopt", "answer"):
        late = client.post(f"{PAGE}/{page}", data={**sent, "outcome": "noted"})
        assert late.status_code == 409
        assert "taken back by its author" in _words(late)
        assert REASON in _words(late)
        assert client.get(f"{PAGE}/{page}").status_code == 303


def test_other_suggestions_for_the_article_are_at_hand(
    client: CheckingClient, policy: Policy, resident: Actor
) -> None:
    make_suggestion(policy, "c3", SECOND.replace("told", "told by letter"))
    make_suggestion(policy, "c2", "Article 1\n\nBicycles stand in racks or lockers.")
    page = client.get(f"{PAGE}/adopt")
    assert "1 other suggestion for the same place" in _words(page)
    assert 'name="also" value="2"' in page.get_data(as_text=True)
    assert "1 other suggestion for the same place" in _words(client.get(f"{PAGE}/answer"))
    done = _adopt(client, also="2")
    assert done.status_code == 303
    assert "Suggestion 2: Partly adopted" in _words(client.get(PAGE.replace("/1", "/2")))


def test_an_answer_is_previewed_and_given(client: CheckingClient, resident: Actor) -> None:
    sent = {"outcome": "already_covered", "reference": "Road Act, Article 59", "reason": REASON}
    checked = client.post_form(f"{PAGE}/answer", {**sent, "step": "preview"})
    assert "Suggestion 1: Already covered" in _words(checked)
    assert "It is laid down in: Road Act, Article 59" in _words(checked)
    assert db.session.scalar(select(func.count(Answer.id))) == 0
    again = client.post(f"{PAGE}/answer", data={**_fields(checked), "step": "edit"})
    assert _fields(again)["outcome"] == ["already_covered"]
    done = client.post(f"{PAGE}/answer", data=_fields(checked))
    assert done.status_code == 303
    assert "It is laid down in: Road Act, Article 59" in _words(client.get(done.location))


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "outcome"),
        ({"outcome": "already_covered", "reason": REASON}, "reference"),
        ({"outcome": "adopted", "reason": REASON}, "revision"),
        ({"outcome": "adopted", "reason": REASON, "revision": "x"}, "revision"),
        ({"outcome": "adopted", "reason": REASON, "revision": "9" * 30}, "revision"),
        ({"outcome": "noted", "reason": "ok"}, "reason"),
    ],
)
def test_a_wrong_answer_is_refused_at_its_field(
    client: CheckingClient, resident: Actor, fields: dict[str, str], wrong: str
) -> None:
    refused = client.post_form(f"{PAGE}/answer", fields)
    assert refused.status_code == 422
    assert f'id="{wrong}-error"' in refused.get_data(as_text=True)


def test_the_author_reads_the_article_now_with_their_words_marked(
    app: Flask, client: CheckingClient, policy: Policy, resident: Actor
) -> None:
    _adopt(client, outcome="partly_adopted")
    rebuild()
    db.session.commit()
    browser = app.test_client()
    assert isinstance(browser, CheckingClient)
    sign_in(browser, resident)
    page = browser.get(PAGE)
    words = _words(page)
    assert "Suggestion 1: Partly adopted" in words
    assert REASON in words
    assert "shaded and underlined: your words" in words
    marked = re.findall(r'<mark class="own-words">(.*?)</mark>', page.get_data(as_text=True))
    assert marked == ["two", "or in the way", "called"]
    assert 'href="/policies/bicycles/compare/1...2#change-1"' in page.get_data(as_text=True)
    for link in ("Reply to this answer", "All comments and answers", "Where the draft stands"):
        assert link in words
    compared = browser.get("/policies/bicycles/compare/1...2").get_data(as_text=True)
    assert 'id="change-1"' in compared


def test_before_the_attribution_is_made_the_article_stands_plain(
    client: CheckingClient, resident: Actor
) -> None:
    _adopt(client)
    page = client.get(PAGE)
    assert "left for two days or in the way" in _words(page)
    assert "own-words" not in page.get_data(as_text=True)


def test_an_article_that_changed_again_or_went_says_so(
    client: CheckingClient, policy: Policy, officer: Actor, resident: Actor
) -> None:
    _adopt(client)
    text = TEXT.replace(SECOND, BETTER)
    save_text("bicycles", text.replace("depot", "yard"), actor=officer, base=2)
    assert "It was changed again after version 2." in _words(client.get(PAGE))
    save_text("bicycles", text.replace(BETTER, "").strip() + "\n", actor=officer, base=3)
    assert "This change took the article out, or it was taken out since." in _words(
        client.get(PAGE)
    )


def test_a_program_adopts_the_words_with_a_reason_alone(
    client: CheckingClient, resident: Actor
) -> None:
    answer = client.post_form(f"{PAGE}/adopt", {"reason": REASON})
    assert answer.status_code == 303
    assert _revisions() == 2
    assert "Suggestion 1: Adopted" in _words(client.get(PAGE))


def test_an_answer_without_a_change_shows_no_article(
    client: CheckingClient, resident: Actor
) -> None:
    client.post_form(f"{PAGE}/answer", {"outcome": "not_adopted", "reason": REASON})
    words = _words(client.get(PAGE))
    assert "Suggestion 1: Not adopted" in words
    assert "The article now" not in words


def test_the_short_address_of_a_text_message_leads_to_the_page(
    app: Flask, policy: Policy, resident: Actor
) -> None:
    visitor = app.test_client()
    assert visitor.get(f"/n/{policy.id}-1").location.endswith(PAGE)
    assert visitor.get("/n/99-1").status_code == 404


def test_versions_name_the_suggestion_and_its_author(
    app: Flask, client: CheckingClient, policy: Policy, resident: Actor
) -> None:
    _adopt(client)
    visitor = app.test_client()
    for page in ("history", "revisions/2"):
        answer = visitor.get(f"/policies/bicycles/{page}")
        assert "with words of no. 1 by Lin Min Resident" in _words(answer), page
        assert f'href="{PAGE}"' in answer.get_data(as_text=True)


def test_versions_do_not_name_who_never_confirmed_a_contact(
    app: Flask, client: CheckingClient, policy: Policy
) -> None:
    author = make_actor(name="Lin Min", email=None, confirmation=Confirmation.NONE)
    make_suggestion(policy, "c3", BETTER, author)
    assert _adopt(client).status_code == 303
    for browser in (app.test_client(), client):
        answer = browser.get("/policies/bicycles/revisions/2")
        assert "with words of no. 1" in _words(answer)
        assert "Lin Min" not in _words(answer)


def test_who_suggested_something_in_private_is_not_named_to_outsiders(
    app: Flask, client: CheckingClient, officer: Actor
) -> None:
    colleague = make_person(Role.OFFICER, name="Wang Fang")
    policy = make_policy(
        officer, slug="bicycles", language="en", text=TEXT, mode="reviewed", is_public=False
    )
    name_person("bicycles", address=str(colleague.email), actor=officer)
    db.session.commit()
    make_suggestion(policy, "c3", BETTER, colleague.actor(policy.updated_at))
    assert _adopt(client).status_code == 303
    plan_publication("bicycles", at=None, with_history=False, actor=officer)
    db.session.commit()
    assert "by Wang Fang" in _words(client.get("/policies/bicycles/revisions/2"))
    seen = _words(app.test_client().get("/policies/bicycles/revisions/2"))
    assert "with words of no. 1" in seen
    assert "Wang Fang" not in seen


ODD = ("", "9" * 30, "\x00", "c999999999", "\u202e", "字" * 21_000)


@pytest.mark.parametrize(("way", "step"), [("whole", "edit"), ("parts", ""), ("other", "preview")])
def test_odd_fields_are_refused_and_never_a_fault(
    client: CheckingClient, resident: Actor, way: str, step: str
) -> None:
    token = client.get_token(f"{PAGE}/adopt")
    good = {"base": "1", "way": way, "parts": "0.1", "clause": "c3", "text": SECOND + " So be it."}
    usual = {**good, "reason": REASON, "outcome": "noted", "step": step, "csrf_token": token}
    for field in ("base", "parts", "clause", "after", "text", "outcome", "reason", "also"):
        for odd in ODD:
            sent = {**usual, field: odd}
            if field == "outcome":
                sent["reason"] = "ok"  # so that nothing is ever saved
            answer = client.post(f"{PAGE}/adopt", data=sent)
            assert answer.status_code in (200, 413, 422), (field, odd[:20])
    for field in ("outcome", "revision", "clauses", "reference", "reason"):
        for odd in ODD:
            sent = {**usual, "outcome": "adopted", field: odd}
            answer = client.post(f"{PAGE}/answer", data=sent)
            assert answer.status_code in (200, 413, 422), (field, odd[:20])
