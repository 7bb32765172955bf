"""What one revision altered, told from what is stored."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.altered import altered, pieces, stored_pieces
from app.text.archive import outline_to_json
from app.text.clauses import outline
from app.text.identity import carry
from app.text.outline import Outline

LAW = "# Law\n\nArticle 1\n\nOne.\n\nArticle 2\n\nTwo.\n\nArticle 3\n\nThree.\n"


def after(text: str) -> Outline:
    return carry(outline(LAW), text, next_id=9).outline


def found(text: str) -> list[tuple[str, str | None, str | None, bool]]:
    changes = altered(pieces(outline(LAW)), pieces(after(text)))
    return [
        (
            one.clause,
            one.before.text.strip() if one.before else None,
            one.after.text.strip() if one.after else None,
            one.is_moved,
        )
        for one in changes
    ]


def test_words_that_changed_are_found_and_no_others() -> None:
    assert found(LAW.replace("Two.", "Too.")) == [
        ("c3", "Article 2\n\nTwo.", "Article 2\n\nToo.", False)
    ]


def test_a_new_number_and_more_blank_lines_are_no_change() -> None:
    assert found(LAW.replace("Article 2", "Article 5").replace("Two.\n", "Two.\n\n\n")) == []


def test_what_came_and_what_went_are_found() -> None:
    text = LAW.replace("Article 1\n\nOne.\n\n", "") + "\nArticle 4\n\nFour dogs bark at night.\n"
    assert found(text) == [
        ("c9", None, "Article 4\n\nFour dogs bark at night.", False),
        ("c2", "Article 1\n\nOne.", None, False),
    ]


def test_an_article_that_stands_elsewhere_is_moved() -> None:
    text = LAW.replace("Article 1\n\nOne.\n\n", "") + "\nArticle 1\n\nOne.\n"
    assert [(clause, moved) for clause, _old, _new, moved in found(text)] == [("c2", True)]


def test_stored_clauses_are_those_of_the_outline(corpus: Path) -> None:
    for file in sorted((corpus / "zh").glob("*.md"))[:5]:
        text = file.read_text()
        known = outline(text)
        assert stored_pieces(text, outline_to_json(known)) == pieces(known)
    assert stored_pieces("", "") == {}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["One.", "Two.", "Three.", "Four."]), max_size=6))
def test_nothing_differs_from_itself_and_what_came_goes_on_the_way_back(words: list[str]) -> None:
    text = "# Law\n\n" + "".join(f"Article {n}\n\n{one}\n\n" for n, one in enumerate(words, 1))
    old, new = pieces(outline(LAW)), pieces(after(text))
    assert altered(new, new) == ()
    there, back = altered(old, new), altered(new, old)
    came = {one.clause for one in there if one.before is None}
    assert came == {one.clause for one in back if one.after is None}
    # Which of two that changed places was moved may be told otherwise on the way back.
    still = {one.clause for one in there if not one.is_moved}
    assert still <= {one.clause for one in back}
