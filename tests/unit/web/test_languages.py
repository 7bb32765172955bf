"""Sentences on one line stand apart as their language writes it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from app.web.languages import blank
from tests.browser.words import gaps


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask(__name__)
    Babel(app)
    return app


@pytest.mark.parametrize(
    ("locale", "line"),
    [
        ("zh_Hans_CN", "已经保存。可以关闭本页。"),
        ("en", "It is saved. You may close the page."),
        ("en_GB", "It is saved. You may close the page."),
    ],
)
def test_a_blank_stands_between_english_sentences_and_none_between_chinese(
    app: Flask, locale: str, line: str
) -> None:
    mark = "。" if locale.startswith("zh") else "."
    sentences = [f"{words}{mark}" for words in line.split(mark) if words]
    with app.test_request_context(), force_locale(locale):
        assert blank().join(words.strip() for words in sentences) == line


def test_where_nobody_reads_the_sentences_stay_apart(app: Flask) -> None:
    assert blank() == " "


def test_a_blank_is_found_after_a_sentence_of_ours_and_left_alone_in_what_people_write() -> None:
    ours = "只统计在这里参与的人。没有表态的人，不算作赞成。"
    assert gaps(f"{ours} 这些说法怎么得出") == [ours]
    assert gaps(f"{ours}这些说法怎么得出\n{ours} \n为什么") == []
    assert gaps("门口请留出轮椅通道。 晚上请不要按喇叭。") == []
