"""The page *How this draft stands*: words with their reasons, honest about what is not known."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from app import clock
from app.access.actor import Role
from app.database import committing, db
from app.policies.models import Policy
from app.policies.phases import Phase
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.states import put_all, put_state
from tests.checking_client import CheckingClient

WORDS = {
    "contested": ("Disputed", "有争议"),
    "moving": ("Still changing", "仍在修改"),
    "unseen": ("Few have read it", "看过的人还少"),
    "discussed": ("Waiting for answers", "有意见待答复"),
    "settled": ("Quiet, no open comments", "近期无改动、无待答意见"),
    "none": ("No comment so far", "暂无意见"),
}


def dashboard_of(client: CheckingClient, policy: Policy, more: str = "") -> str:
    answer = client.get(f"/policies/{policy.slug}/consensus{more}")
    assert answer.status_code == 200
    return answer.text


def row_of(page: str, clause: str) -> str:
    """The words of one clause's row, without tags and with single blanks."""
    found = re.search(rf'<li class="stand" id="s-{clause}">(.*?)</li>', page, re.S)
    assert found, clause
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1]))


@pytest.mark.parametrize("code", WORDS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_status_has_its_word_and_a_sign_beside_it(
    app: Flask, client: CheckingClient, code: str, lang: str
) -> None:
    policy = make_policy()
    put_state(policy, "c3", code, "quiet")
    client.get(f"/?lang={lang}")
    page = dashboard_of(client, policy)
    assert WORDS[code][lang == "zh"] in row_of(page, "c3")
    assert page.count(f"sign-{code}") >= 1


@pytest.mark.parametrize(
    ("reason", "figures", "words"),
    [
        ("undoing", {"undoing": 4, "undo_people": 3},
         "3 people changed each other's words back 4 times in 28 days"),
        ("swings", {"people": 2, "gross": 64, "net": 8},
         "2 people changed 64 words in 28 days, yet only 8 differ in the end"),
        ("objections", {"objections": 2}, "2 open objections"),
        ("rivals", {"rivals": 3}, "3 people suggest different words for the same place"),
        ("diverged", {}, "Residents and officers differ"),
        ("changing", {"week_inserted": 18, "week_deleted": 4}, "+18 −4 words in 7 days"),
        ("few_readers", {"readers_in_all": "0"},
         "Since its last change nobody has pressed “Read, no comment” or written about it"),
        ("few_readers", {"readers_in_all": "1-4"}, "fewer than 5 people: too few to call it quiet"),
        ("few_readers", {"readers_in_all": "7"}, "Read by 7 people: too few to call it quiet"),
        ("no_resident", {"readers_in_all": "12", "readers": {"officer": "12"}},
         "Read by 12 people, none of them a resident"),
        ("objection", {"objections": 1}, "1 open objection"),
        ("suggestions", {"suggestions": 3, "suggesters": 41}, "3 open suggestions from 41 people"),
        ("unanswered", {"overdue": 1}, "1 question unanswered for more than 15 days"),
        ("quiet", {"readers_in_all": "63", "readers": {"resident": "56", "officer": "1-4"}},
         "Unchanged for 41 days · Read by 63 people (residents 56, officers 1–4)"),
    ],
)  # fmt: skip
def test_each_reason_is_said_with_its_numbers(
    app: Flask, client: CheckingClient, reason: str, figures: dict[str, object], words: str
) -> None:
    policy = make_policy()
    put_state(policy, "c3", "contested", reason, days=41, **figures)
    assert words in row_of(dashboard_of(client, policy), "c3")


def test_a_frozen_text_is_not_called_unchanged(app: Flask, client: CheckingClient) -> None:
    policy = make_policy()
    with committing():
        db.session.get_one(Policy, policy.id).phase = Phase.TRIAL
    put_state(policy, "c3", "none", "quiet", regime="frozen", days=41, readers_in_all="63")
    page = dashboard_of(client, policy)
    assert "Unchanged" not in row_of(page, "c3")
    assert "quiet days do not count now" in page


def test_one_sentence_counts_how_many_stand_how(app: Flask, client: CheckingClient) -> None:
    policy = make_policy()
    put_state(policy, "c2", "contested", "objections", objections=2)
    put_state(policy, "c3", "settled", "quiet", readers_in_all="12")
    page = dashboard_of(client, policy)
    assert "Of 3 articles: 1 disputed, 1 quiet, 1 not counted yet." in page


def test_the_list_is_narrowed_by_links(app: Flask, client: CheckingClient) -> None:
    policy = make_policy()
    put_all(policy)
    put_state(policy, "c3", "contested", "objections", objections=2)
    assert f"/policies/{policy.slug}/consensus?show=contested" in dashboard_of(client, policy)
    page = dashboard_of(client, policy, "?show=contested")
    assert 'id="s-c3"' in page
    assert 'id="s-c2"' not in page
    assert "<script" not in page.split("</head>")[1]


def test_what_nobody_knows_narrows_nothing(app: Flask, client: CheckingClient) -> None:
    policy = make_policy()
    put_all(policy)
    assert 'id="s-c2"' in dashboard_of(client, policy, "?show=nonsense&from=c99x")


def test_an_unevaluated_draft_says_that_it_is_being_counted(
    app: Flask, client: CheckingClient
) -> None:
    policy = make_policy()
    page = dashboard_of(client, policy)
    assert "The figures are being counted." in page
    assert "Not counted yet" in row_of(page, "c2")


def test_figures_behind_the_head_say_up_to_which_version(
    app: Flask, client: CheckingClient
) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    put_all(policy)
    save_text(policy.slug, TEXT.replace("三日", "两日"), actor=officer, base=1)
    assert "count up to version 1;" in dashboard_of(client, policy)


def test_a_calmer_status_waits_and_the_page_says_so(app: Flask, client: CheckingClient) -> None:
    policy = make_policy()
    put_state(policy, "c3", "contested", "quiet", found="settled", readers_in_all="12")
    words = row_of(dashboard_of(client, policy), "c3")
    assert "Disputed" in words
    assert "By the latest count: Quiet, no open comments." in words


def test_under_review_says_not_who(app: Flask, client: CheckingClient) -> None:
    policy = make_policy()
    put_state(policy, "c3", "settled", "quiet", is_under_review=True, readers_in_all="12")
    assert "Under review" in row_of(dashboard_of(client, policy), "c3")


def test_a_text_of_headings_lists_the_sections_that_say_something(
    app: Flask, client: CheckingClient
) -> None:
    text = "# Title\n\n## Part\n\n### First\n\nWords of the first.\n\n### Second\n\nMore words.\n"
    policy = make_policy(text=text, language="en")
    page = dashboard_of(client, policy)
    assert page.count('<li class="stand" ') == 2
    assert '<li class="stand-heading" lang="en">Part</li>' in page


def test_a_draft_without_words_has_its_page(app: Flask, client: CheckingClient) -> None:
    policy = make_policy(text="# 停放办法\n")
    assert "There is no text yet" in dashboard_of(client, policy)


def test_a_law_of_1300_articles_comes_in_pages_below_100_kilobytes(
    app: Flask, client: CheckingClient
) -> None:
    articles = "\n\n".join(f"第{n}条 第{n}条的规定。" for n in range(1, 1301))
    policy = make_policy(text=f"# 民法\n\n第一章 总则\n\n{articles}\n")
    put_state(policy, "c700", "contested", "objections", objections=2)
    page = dashboard_of(client, policy)
    assert page.count('<li class="stand" ') == 80
    assert len(page.encode()) < 100_000
    seen = set(re.findall(r'id="s-(c\d+)"', page))
    while later := re.search(r'rel="next" href="[^"]*(\?from=c\d+)"', page):
        page = dashboard_of(client, policy, later[1])
        seen |= set(re.findall(r'id="s-(c\d+)"', page))
    assert len(seen) == 1300
    assert 'id="s-c700"' in dashboard_of(client, policy, "?show=contested")


def test_a_private_draft_of_others_is_not_found(app: Flask, client: CheckingClient) -> None:
    policy = make_policy(is_public=False)
    sign_in(client, make_actor(Role.RESIDENT))
    assert client.get(f"/policies/{policy.slug}/consensus").status_code == 404


def test_kept_pages_of_visitors_renew_when_a_status_changes(
    app: Flask, client: CheckingClient
) -> None:
    policy = make_policy()
    put_state(policy, "c3", "settled", "quiet", readers_in_all="12")
    assert "Disputed" not in dashboard_of(client, policy)
    policy = db.session.get_one(Policy, policy.id)
    put_state(policy, "c3", "contested", "objections", objections=2)
    assert "Disputed" in row_of(dashboard_of(client, policy), "c3")


def test_a_kept_page_is_of_one_day(app: Flask, client: CheckingClient) -> None:
    policy = make_policy()
    put_state(policy, "c3", "settled", "quiet", days=41, readers_in_all="12")
    assert "Unchanged for 41 days" in dashboard_of(client, policy)
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert "Unchanged for 42 days" in dashboard_of(client, policy)


def test_what_did_not_change_for_long_says_since_when(app: Flask, client: CheckingClient) -> None:
    with clock.frozen(datetime(2026, 3, 2, 4, 0, tzinfo=UTC)):
        policy = make_policy()
        put_state(policy, "c3", "settled", "quiet", days=400, readers_in_all="12")
        words = row_of(dashboard_of(client, policy), "c3")
    assert "Unchanged since 26 January 2025" in words


def test_a_long_law_asks_the_database_as_often_as_a_short_one(
    app: Flask, client: CheckingClient
) -> None:
    articles = "\n\n".join(f"第{n}条 规定。" for n in range(1, 301))
    laws = [make_policy(), make_policy(text=f"# 民法\n\n{articles}\n")]
    asked = []
    for law in laws:
        put_all(law)
        reads: list[str] = []

        def note(*given: object, reads: list[str] = reads) -> None:
            reads.append(str(given[2]))

        event.listen(db.engine, "before_cursor_execute", note)
        dashboard_of(client, law)
        event.remove(db.engine, "before_cursor_execute", note)
        asked.append(len(reads))
    assert asked[0] == asked[1] > 0
