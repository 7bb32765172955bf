"""What may pass as spelling or punctuation, and what hides a change of the law behind it."""

from __future__ import annotations

import pytest

from app.text.identity import carry
from app.text.minor import may_be_minor

TEXT = """第一条 为了规范停放,制定本办法。

第二条 车辆停放超过三日的，运营企业应当移走。

The operator shall remove the bicycle within three days.
"""


def minor(after: str) -> bool:
    old = carry((), TEXT, next_id=1).outline
    return may_be_minor(old, carry(old, after, next_id=len(old) + 1).outline)


@pytest.mark.parametrize(
    ("old", "new"),
    [("停放,制定", "停放，制定"), ("bicycle", "bicycles"), ("移走。", "移走；")],
)
def test_spelling_and_punctuation_are_minor(old: str, new: str) -> None:
    assert minor(TEXT.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("三日", "五日"),
        ("应当移走", "可以移走"),
        ("shall", "may"),
        ("three days", "ten days"),
        ("第二条", "第三条"),
    ],
)
def test_numbers_and_words_like_must_are_never_minor(old: str, new: str) -> None:
    assert not minor(TEXT.replace(old, new))


def test_an_article_that_comes_or_goes_is_never_minor() -> None:
    assert not minor(TEXT + "\n第三条 本办法自公布之日起施行。\n")
    assert not minor(TEXT.replace("第一条 为了规范停放,制定本办法。\n\n", ""))


def test_articles_that_change_places_are_never_minor() -> None:
    first, second, *rest = TEXT.split("\n\n")
    assert not minor("\n\n".join([second, first, *rest]))
