"""Orders: what can be asked for, and when two askings are for one file."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from app.errors import NotFound
from app.papers.rules import (
    FORMATS,
    Format,
    Order,
    Paper,
    Standing,
    checked,
    numbers_of,
    order_from_json,
)

ORDER = Order(
    slug="bicycles",
    paper=Paper.COMPARISON,
    format=Format.PDF,
    locale="en",
    standing=Standing.PUBLIC,
    stamp="1.7.3.response",
    before=1,
    after=3,
)


def test_an_order_comes_back_from_its_marker() -> None:
    assert order_from_json(json.dumps(asdict(ORDER))) == ORDER


@pytest.mark.parametrize(
    "change",
    [
        {"slug": "cars"},
        {"paper": Paper.TEXT},
        {"format": Format.DOCX},
        {"locale": "zh_Hans_CN"},
        {"standing": Standing.OFFICE},
        {"stamp": "1.8.3.response"},
        {"before": 2},
        {"after": 4},
    ],
)
def test_whatever_differs_is_another_file(change: dict[str, object]) -> None:
    assert replace(ORDER, **change).key != ORDER.key  # type: ignore[arg-type]


def test_every_paper_has_a_format_and_tables_have_csv() -> None:
    assert set(FORMATS) == set(Paper)
    assert {paper for paper, formats in FORMATS.items() if Format.CSV in formats} == {
        Paper.COMPARISON,
        Paper.ANSWERS,
    }


@pytest.mark.parametrize(
    ("paper", "ending"),
    [("secret", "pdf"), ("text", "exe"), ("text", "csv"), ("everything", "pdf"), ("", "")],
)
def test_what_there_is_not_is_not_found(paper: str, ending: str) -> None:
    with pytest.raises(NotFound):
        checked(paper, ending)


@pytest.mark.parametrize(
    "pair", ["", "1", "1...", "...2", "1..2", "a...b", "1...²", "1...1234567890"]
)
def test_a_pair_is_two_numbers(pair: str) -> None:
    with pytest.raises(NotFound):
        numbers_of(pair)


def test_a_pair_is_read() -> None:
    assert numbers_of("3...17") == (3, 17)
