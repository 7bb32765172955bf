"""The search page: helpful with nothing, with something, and whatever is typed into it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event

from app.database import db
from tests.builders.accounts import make_department
from tests.builders.policies import make_policy
from tests.builders.search import ask, drain
from tests.checking_client import CheckingClient

ENGLISH = "# Street vending\n\nArticle 1 Vendors & cooks may sell <b>food</b> at night.\n"


@pytest.fixture
def _policies(app: Flask) -> None:
    make_department("城市管理局")
    make_policy(slug="parking", department="城市管理局", summary="")
    make_policy(slug="vending", title="Street vending", language="en", text=ENGLISH, summary="")
    drain()


def page(client: CheckingClient, **arguments: str) -> str:
    answer = client.get("/search", query_string=arguments)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.usefixtures("_policies")
def test_an_empty_question_says_what_can_be_searched(client: CheckingClient) -> None:
    assert "You can search the text of drafts and rules" in page(client)
    assert "places found" not in page(client, q="   ")


@pytest.mark.usefixtures("_policies")
def test_hits_are_marked_linked_and_say_their_language(client: CheckingClient) -> None:
    html = page(client, q="移走")
    assert '<a href="/policies/parking#c-c3">' in html
    assert "<mark>移走</mark>" in html
    assert '<p lang="zh-Hans">' in html
    assert "1 place found" in html


@pytest.mark.usefixtures("_policies")
def test_words_are_shown_as_words_never_as_markup(client: CheckingClient) -> None:
    html = page(client, q="cooks")
    assert "&lt;b&gt;food&lt;/b&gt;" in html
    assert "<b>food" not in html


@pytest.mark.usefixtures("_policies")
def test_facets_are_links_with_counts_that_can_be_taken_back(client: CheckingClient) -> None:
    html = page(client, q="第一条")
    assert "department=" not in html  # the one hit leaves nothing to choose
    make_policy(slug="other", summary="")
    drain()
    html = page(client, q="第一条")
    assert "城市管理局 (1)" in html
    narrowed = page(client, q="第一条", department="城市管理局")
    assert 'aria-current="true"' in narrowed
    assert 'type="hidden" name="department" value="城市管理局"' in narrowed
    assert "1 place found" in narrowed


@pytest.mark.usefixtures("_policies")
def test_no_hit_says_what_to_try(client: CheckingClient) -> None:
    assert "Nothing holds all of these words." in page(client, q="xylophone")
    assert "Search everywhere" in page(client, q="移走", language="en")
    assert "To the first page" in page(client, q="移走", page="7")
    assert '<a href="/search?q=cooks">cooks</a>' in page(client, q="coks")


@pytest.mark.usefixtures("_policies")
@pytest.mark.parametrize(
    "arguments",
    [
        {"q": "*" * 5_000},
        {"q": "w* " * 300},
        {"q": "NOT " * 300 + "x"},
        {"q": "停" * 10_000},
        {"q": '"' * 999 + "（" * 400},
        {"q": "-a -停 -"},
        {"q": "\ufeff\u202e\u200b"},
        {"q": "\ud800".encode("utf-8", "replace").decode()},
        {"q": "停放", "page": "-1"},
        {"q": "停放", "page": "99999999999999999999"},
        {"q": "停放", "page": "１"},
        {"q": "停放", "phase": "' OR 1=1", "kind": "x" * 900, "language": "tlh", "in": "users"},
        {"q": "停放", "department": "\u0001" * 500},
        {"q[]": "停放", "page[]": "1"},
    ],
)
def test_whatever_is_typed_is_answered(client: CheckingClient, arguments: dict[str, str]) -> None:
    assert "<h1" in page(client, **arguments)


@pytest.mark.usefixtures("_policies")
def test_nul_is_an_absent_page_and_bytes_that_are_no_text_are_answered(
    client: CheckingClient,
) -> None:
    assert client.get("/search?q=%00").status_code == 404
    assert client.get("/search?q=%ff%fe&page=%ff").status_code == 200
    assert client.get("/search?q=a&q=b").status_code == 200


@pytest.mark.usefixtures("_policies")
def test_a_long_question_is_cut_and_says_so(client: CheckingClient) -> None:
    assert "Only the first 200 characters" in page(client, q="停放 " * 100)
    assert "Only the first 200 characters" not in page(client, q="停放")


def test_ten_hits_cost_hardly_more_reads_than_one(app: Flask) -> None:
    make_policy(title="Only one", summary="")
    for number in range(12):
        make_policy(slug=f"p{number}", title="Many", summary="")
    drain()
    assert ask("many").total == 12  # opens the index, fills the shelf of texts
    reads = [count_reads(lambda q=q: ask(q)) for q in ("only", "many -only")]
    assert reads[1] <= reads[0] + 10  # one look at each text


def count_reads(act: Callable[[], object]) -> int:
    reads = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: reads.append(given[2]))
    act()
    return len(reads)
