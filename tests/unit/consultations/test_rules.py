"""What a call must hold and how long it is open; pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.consultations.rules import (
    Card,
    WantedCall,
    answers_due_at,
    checked,
    days_left,
    ensure_closing,
    ensure_no_less,
    named_clause,
    names_of,
)
from app.errors import RuleBroken
from app.text.canonical import TextRefused
from app.text.identity import carry
from app.text.outline import Outline

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def taken_in(text: str) -> Outline:
    """The outline of a policy's first version."""
    return carry((), text, next_id=1).outline


LAW = taken_in("# 办法\n\n第一条 为了规范停放。\n\n第二条 三日内移走。\n\n第三条 施行。\n")
ORDINANCE = taken_in("# Rules\n\n## Sec. 3-31. Dogs\n\nOn a lead.\n\n## Sec. 3-32. Cats\n\nFree.\n")


def call(**overrides: Any) -> WantedCall:
    values: dict[str, Any] = {
        "question": "自行车怎么停？",
        "closes_at": NOW + 40 * DAY,
        "cards": (Card("第二条", "几天该挪走？"),),
    }
    values.update(overrides)
    return WantedCall(**values)


def refusal(**overrides: Any) -> str | None:
    """The field that a call with these values is refused for."""
    with pytest.raises((RuleBroken, TextRefused)) as caught:
        checked(call(**overrides), LAW)
    field: str | None = caught.value.field
    return field


@pytest.mark.parametrize("name", ["第二条", " 第2条 ", "2", "二", "第 ２ 条"])
def test_an_article_is_named_by_its_number_however_it_is_typed(name: str) -> None:
    clause = named_clause(LAW, name)
    assert clause is not None
    assert clause.label == "第二条"


@pytest.mark.parametrize("name", ["3-31", "Sec. 3-31.", "§ 3-31"])
def test_a_section_is_named_by_its_number_however_it_is_typed(name: str) -> None:
    clause = named_clause(ORDINANCE, name)
    assert clause is not None
    assert "Dogs" in clause.text


@pytest.mark.parametrize("name", ["", "第九条", "%s", "c999", "办法"])
def test_what_is_not_in_the_text_is_no_article(name: str) -> None:
    assert named_clause(LAW, name) is None


def test_every_clause_has_a_name_that_finds_it_again() -> None:
    twice = "# 办法\n\n第一条 甲。\n\n第二条 乙。\n\n附件一\n\n第一条 丙。\n"
    outlined = taken_in(twice)
    names = names_of(outlined)
    assert len(set(names.values())) == len(names)
    for ident, name in names.items():
        found = named_clause(outlined, name)
        assert found is not None
        assert found.id == ident


def test_a_call_is_stored_with_clause_ids_and_without_outer_blanks() -> None:
    stored = checked(call(question=" 怎么停？ ", address=" 南门\n"), LAW)
    second = named_clause(LAW, "第二条")
    assert second is not None
    assert stored.cards == (Card(second.id, "几天该挪走？"),)
    assert (stored.question, stored.address) == ("怎么停？", "南门")


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ({"question": "  "}, "question"),
        ({"question": "x" * 201}, "question"),
        ({"question": "两\n行"}, "question"),
        ({"question": "隐\u202e藏"}, "question"),
        ({"cards": ()}, "clause_1"),
        ({"cards": tuple(Card("第一条", "?") for _ in range(6))}, "clause_1"),
        ({"cards": (Card("第九条", "有吗？"),)}, "clause_1"),
        ({"cards": (Card("第一条", "好吗？"), Card("1", "好吗？"))}, "clause_2"),
        ({"cards": (Card("第一条", "好吗？"), Card("第二条", " "))}, "question_2"),
        ({"cards": (Card("第一条", "x" * 201),)}, "question_1"),
        ({"answer_days": 0}, "answer_days"),
        ({"answer_days": 366}, "answer_days"),
        ({"address": "x" * 201}, "address"),
        ({"meetings": "x" * 2001}, "meetings"),
        ({"how_else": "\x00"}, "how_else"),
        ({"short_reason": "x" * 501}, "short_reason"),
    ],
)
def test_a_wrong_call_is_refused_beside_its_field(overrides: dict[str, Any], field: str) -> None:
    assert refusal(**overrides) == field


@pytest.mark.parametrize(
    ("closes_at", "reason", "field"),
    [
        (NOW, "", "closes_at"),
        (NOW - DAY, "urgent", "closes_at"),
        (NOW + 367 * DAY, "", "closes_at"),
        (NOW + 29 * DAY, "", "short_reason"),
    ],
)
def test_a_closing_time_is_to_come_within_a_year_and_short_only_with_a_reason(
    closes_at: datetime, reason: str, field: str
) -> None:
    with pytest.raises(RuleBroken) as caught:
        ensure_closing(closes_at, NOW, NOW, reason)
    assert caught.value.field == field


def test_thirty_days_need_no_reason_and_fewer_may_have_one() -> None:
    ensure_closing(NOW + 30 * DAY, NOW, NOW, "")
    ensure_closing(NOW + DAY, NOW, NOW, "The flood season begins.")
    with pytest.raises(RuleBroken):
        ensure_closing(NOW + 30 * DAY - timedelta(seconds=1), NOW, NOW, "")


def test_what_was_promised_is_not_taken_back() -> None:
    ensure_no_less(call(answer_days=59), NOW + 40 * DAY, 60)
    for less, field in (
        (call(closes_at=NOW + 39 * DAY), "closes_at"),
        (call(answer_days=61), "answer_days"),
    ):
        with pytest.raises(RuleBroken) as caught:
            ensure_no_less(less, NOW + 40 * DAY, 60)
        assert caught.value.field == field


def test_days_are_counted_by_the_calendar() -> None:
    assert days_left(date(2026, 3, 31), date(2026, 3, 2)) == 29
    assert answers_due_at(NOW, 60) == datetime(2026, 5, 1, 4, 0, tzinfo=UTC)
