"""The margin of the draft: beside each clause how it stands, with a link to why."""

from __future__ import annotations

from flask import Flask

import config
from tests.builders.policies import make_policy
from tests.builders.states import put_state
from tests.checking_client import CheckingClient


def test_each_clause_says_how_it_stands_and_leads_to_why(
    app: Flask, client: CheckingClient
) -> None:
    policy = make_policy()
    put_state(policy, "c3", "contested", "objections", objections=2)
    page = client.get(f"/policies/{policy.slug}").text
    assert (
        f'<a class="stands-contested" href="{policy.slug}/consensus/c3" '
        'aria-label="第二条: Disputed">Disputed</a>'
    ) in page
    assert page.count('class="stands-') == 1


def test_the_margin_speaks_chinese(app: Flask, client: CheckingClient) -> None:
    policy = make_policy()
    put_state(policy, "c3", "settled", "quiet")
    client.get("/?lang=zh")
    assert ">近期无改动、无待答意见</a>" in client.get(f"/policies/{policy.slug}").text


def test_a_section_of_a_plain_text_has_it_too(app: Flask, client: CheckingClient) -> None:
    policy = make_policy(text="# Title\n\n## First\n\nWords.\n", language="en")
    put_state(policy, "c2", "unseen", "few_readers")
    assert 'class="stands-unseen"' in client.get(f"/policies/{policy.slug}").text


def test_the_page_of_the_clause_says_it_under_the_words(app: Flask, client: CheckingClient) -> None:
    policy = make_policy()
    put_state(policy, "c3", "unseen", "few_readers")
    page = client.get(f"/policies/{policy.slug}/clauses/c3").text
    assert f"/policies/{policy.slug}/consensus/c3" in page
    assert "Few have read it" in page


def test_kept_pages_of_the_draft_renew_when_a_status_changes(
    app: Flask, client: CheckingClient
) -> None:
    policy = make_policy()
    put_state(policy, "c3", "none", "quiet")
    assert "stands-contested" not in client.get(f"/policies/{policy.slug}").text
    put_state(policy, "c3", "contested", "objections", objections=2)
    assert "stands-contested" in client.get(f"/policies/{policy.slug}").text


def test_the_margin_is_not_printed() -> None:
    print_sheet = (config.ROOT / "app/static/css/print.css").read_text()
    hidden = print_sheet[: print_sheet.index("{ display: none !important; }")]
    assert ".clause-tools" in hidden
