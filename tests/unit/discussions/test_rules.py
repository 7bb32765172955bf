"""What a thread and a comment may be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.access.actor import Confirmation
from app.discussions import rules
from app.errors import RuleBroken
from app.text.clauses import outline


@pytest.fixture
def _contact_afterwards() -> Iterator[None]:
    yield
    rules.set_needed_confirmation("contact")


@pytest.mark.parametrize(
    "body",
    ["", " \n\t ", "a\x00b", "not\u202erequired", "zero\u200bwidth", "half \ud800", "字" * 20_001],
)
def test_words_that_cannot_stay_are_refused_at_the_field(body: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        rules.checked_body(body)
    assert caught.value.field == "body"
    assert str(caught.value.message).endswith((".", ")."))


def test_a_megabyte_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(RuleBroken) as caught:
        rules.checked_body("\u202e" * 1_000_000)
    assert caught.value.message.values == {"size": 1_000_000, "limit": 20_000}


def test_the_longest_words_stay() -> None:
    assert len(rules.checked_body("字" * 20_000 + "\r\n")) == 20_000


def test_line_ends_become_one_kind_and_outer_blanks_go() -> None:
    assert rules.checked_body("\r\n one\r\ntwo\r\n\r\n") == "one\ntwo"


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_stored_words_are_stored_the_same_again(body: str) -> None:
    try:
        words = rules.checked_body(body)
    except RuleBroken:
        return
    assert rules.checked_body(words) == words


def test_a_title_may_be_empty_but_not_two_lines() -> None:
    assert rules.checked_title("  ") == ""
    with pytest.raises(RuleBroken) as caught:
        rules.checked_title("one\ntwo")
    assert caught.value.field == "title"


def test_an_unknown_kind_is_refused() -> None:
    assert rules.checked_kind("question") is rules.ThreadKind.QUESTION
    with pytest.raises(RuleBroken):
        rules.checked_kind("petition")


@pytest.mark.parametrize("odd", ["", "c", "c1\x00", "d1", "c-1", "c1 ", "c١", "c" + "9" * 12])
def test_what_an_address_bar_may_hold_is_no_clause_id(odd: str) -> None:
    assert not rules.is_clause_id(odd)


def test_a_clause_id_is_one() -> None:
    assert rules.is_clause_id("c12")


def test_a_quote_reads_as_the_article_reads() -> None:
    text = "# 办法\n\n第一条 为了**规范**停放，\n制定本办法。\n"
    clause = outline(text)[-1]
    assert rules.quote_of(clause) == "为了规范停放， 制定本办法。"


def test_a_long_quote_ends_with_a_sign_that_it_goes_on() -> None:
    clause = outline("第一条 " + "停放" * 300 + "。\n")[-1]
    quote = rules.quote_of(clause)
    assert len(quote) == 200
    assert quote == "停放" * 99 + "停" + "…"


@pytest.mark.usefixtures("_contact_afterwards")
@pytest.mark.parametrize(
    ("writing", "lowest"),
    [
        ("anyone", Confirmation.NONE),
        ("contact", Confirmation.CONTACT),
        ("mobile", Confirmation.MOBILE),
    ],
)
def test_the_setting_says_from_which_confirmation_on_words_are_shown(
    writing: str, lowest: Confirmation
) -> None:
    rules.set_needed_confirmation(writing)
    shown = {level for level in Confirmation if rules.is_shown_to_others(level)}
    assert shown == set(rules.enough_confirmation())
    assert min(shown, key=lambda level: level.rank) is lowest


def test_a_screen_reader_takes_the_voice_of_the_script() -> None:
    assert rules.language_of("三天 too long") == "zh-Hans"
    assert rules.language_of("too long") == "en"


@pytest.mark.parametrize("code", list(rules.Prompt))
@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_every_prompt_can_be_said_in_both_languages(code: rules.Prompt, language: str) -> None:
    words = rules.PROMPTS[code][language]
    assert rules.checked_body(words) == words
    assert rules.language_of(words) == language


def test_an_unknown_prompt_is_refused() -> None:
    assert rules.checked_prompt("reason") is rules.Prompt.REASON
    with pytest.raises(RuleBroken):
        rules.checked_prompt("scold")


def test_a_summary_is_short_and_stored_like_all_words() -> None:
    assert rules.checked_summary(" 一\r\n二 \n") == "一\n二"
    assert len(rules.checked_summary("字" * 1000)) == 1000
    for words in ("", " \n", "字" * 1001, "a\x00b", "\u202e" * 1_000_000):
        with pytest.raises(RuleBroken) as caught:
            rules.checked_summary(words)
        assert caught.value.field == "body"


@pytest.mark.parametrize(
    "address",
    ["17", " 17 ", "/threads/17", "threads/17#reply", "https://example.org/threads/17?page=9#c-1"],
)
def test_a_thread_is_named_by_its_number_or_address(address: str) -> None:
    assert rules.thread_in(address) == 17


@pytest.mark.parametrize(
    "odd",
    ["", "x", "-17", "1 7", "/threads/", "/policies/17", "٣", "9" * 10, "/threads/17x", "17/x y"],
)
def test_what_names_no_thread_is_none(odd: str) -> None:
    assert rules.thread_in(odd) is None
