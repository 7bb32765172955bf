"""What the pages never say: that people agree who were not asked, or a number without its people."""

from __future__ import annotations

import re

import pytest

import config
from app.web.catalogs import sentences

ENGLISH = re.compile(r"consensus|unanimous|everybody agrees|all agree|public approv", re.IGNORECASE)
CHINESE = re.compile("共识|一致同意|一致通过|全体赞成|公众赞成|满意度")
SCORE = re.compile(
    r"consensus index|consensus score|agreement score|共识指数|共识度", re.IGNORECASE
)
DENIES = {
    "None of these: enough people have read it and nothing is open. It is not a decision, and it "
    "does not mean that all agree.",
}


def said() -> list[tuple[str, str]]:
    """Each sentence of the catalogs in English with its Chinese."""
    found = []
    for _name, message in sentences():
        english = (message.id,) if isinstance(message.id, str) else message.id
        chinese = (message.string,) if isinstance(message.string, str) else message.string
        found.append((" ".join(english), " ".join(chinese)))
    return found


def test_the_catalogs_are_read() -> None:
    assert ("Disputed", "有争议") in said()
    assert len(said()) > 1000


def test_no_sentence_claims_that_people_agree() -> None:
    assert [pair for pair in said() if ENGLISH.search(pair[0]) and pair[0] not in DENIES] == []
    assert [pair for pair in said() if CHINESE.search(pair[1])] == []


def test_no_template_claims_it_past_the_catalogs() -> None:
    """Addresses and names of files may hold the word; what people read between tags may not."""
    found = []
    for path in sorted((config.ROOT / "templates").rglob("*.html")):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", path.read_text(), flags=re.S)
        if ENGLISH.search(text) or CHINESE.search(text):
            found.append(path.name)
    assert found == []


@pytest.mark.parametrize("language", [0, 1])
def test_nowhere_is_a_score_of_all(language: int) -> None:
    assert [pair for pair in said() if SCORE.search(pair[language])] == []


def test_a_status_has_a_sign_of_its_own_shape_and_not_only_a_colour() -> None:
    sheet = (config.ROOT / "app/static/css/standing.css").read_text()
    shapes = {
        code: re.search(rf"^\.sign-{code}[ ,][^{{]*\{{([^}}]*)\}}", sheet, re.M)
        for code in ("contested", "moving", "discussed", "unseen", "none")
    }
    drawn = {code: found[1] for code, found in shapes.items() if found}
    assert set(drawn) == set(shapes)
    assert len(set(drawn.values())) == len(drawn)
    assert all("color:" not in shape for shape in drawn.values())
