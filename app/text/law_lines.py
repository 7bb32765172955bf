"""Plain paragraphs, typed in Word or pasted, as law Markdown: 编章节 become headings, 条 articles.

A number that an article carries is believed when a blank follows it, or when it is the next one in
order: "第五条规定的情形" in the middle of a text is a reference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.text.labels import HEADING_LINE, LABEL_LINE, han_number

UNITS = ("编", "分编", "章", "节")
_TRADITIONAL = {"編": "编", "分編": "分编", "節": "节"}
_TITLE_LENGTH = 60
_MOST_MARKS = 6
_NUMBERED = re.compile(
    r"第[ \u3000]?([0-9０-９〇零一二三四五六七八九十百千两兩]{1,12})[ \u3000]?[条條]"
)
_UNIT = re.compile(
    r"第[ \u3000]{0,2}[0-9０-９〇零一二三四五六七八九十百千两兩]{1,12}[ \u3000]{0,2}(分?[编編]|章|[节節])"
)
_DIVISION = re.compile(
    r"(Part|PART|Chapter|CHAPTER) (?:[0-9]{1,4}|[IVXLC]{1,9})(?=[.:–—]|$| [A-Z–—-])[^\n]{0,80}(?<![.;,])$"
)
_BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
# Signs that Markdown would take for marks; a row of underscores is a blank to be filled in.
_SIGNS = re.compile(
    r"[\\`]|\*(?=\S)|(?<=\S)\*|(?<![_])_{1,2}(?![_])|<(?=[A-Za-z/!?])|\[(?=[^\]\n]{0,200}\][(:])"
)
_OPENING = re.compile(r"(?=#|>|\||~~~|[-+=](?:[ \t]|$)|[-=_]{2,}[ \t]*$|:[ \t])")
_SENTENCE_ENDS = tuple("。；：，.;:,、")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of words. ``level`` 1 to 9 where its style makes it a heading, ``is_title``
    where it is the name of the whole, ``is_bullet`` where a sign stands before it.
    ``is_markdown``: the words are Markdown already (a table)."""

    words: str
    level: int = 0
    is_title: bool = False
    is_bullet: bool = False
    is_markdown: bool = False


def from_lines(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a text that was pasted: each line is one."""
    return tuple(Paragraph(line) for line in re.split("[\r\n\u2028\u2029\f\v]+", text))


def law_markdown(paragraphs: Iterable[Paragraph]) -> str:
    """The paragraphs as law Markdown; the first short line before anything else is the title."""
    known = [one for one in map(_cleaned, paragraphs) if one.words]
    units = [unit for unit in UNITS if any(_unit(one) == unit for one in known)]
    return "\n\n".join(_lines(known, units)) + "\n" if known else ""


def title_in(markdown: str) -> str:
    """The name that the text gives itself, "" when it has none."""
    first = markdown.partition("\n")[0]
    return re.sub(r"\\(.)", r"\1", first[2:]) if first.startswith("# ") else ""


def _cleaned(one: Paragraph) -> Paragraph:
    if one.is_markdown:
        return one
    words = _BLANKS.sub(" ", _INVISIBLE.sub("", one.words)).strip()
    return replace(one, words=words)


def _lines(paragraphs: Sequence[Paragraph], units: Sequence[str]) -> Iterator[str]:
    article = 0
    for place, one in enumerate(paragraphs):
        if one.is_markdown:
            yield one.words
            continue
        words, article = _article(one.words, article)
        yield _marks(one, words, is_first=place == 0, units=units) + _escaped(words)


def _marks(one: Paragraph, words: str, *, is_first: bool, units: Sequence[str]) -> str:
    """The signs that make the line what it is, "" for plain words."""
    if one.is_bullet:
        return "- "
    if LABEL_LINE.match(words):
        return ""
    unit = _unit(one)
    if unit:
        return "#" * (2 + units.index(unit)) + " "
    if is_first and (one.is_title or _names_the_whole(words)):
        return "# "
    if one.level and len(words) <= _TITLE_LENGTH * 2:
        return "#" * min(one.level + 1, _MOST_MARKS) + " "
    return ""


def _unit(one: Paragraph) -> str:
    """编, 分编, 章 or 节 of a line that opens one, else ""; a Part is a 编, a Chapter a 章."""
    if one.is_markdown or one.is_bullet:
        return ""
    english = _DIVISION.match(one.words)
    if english is not None:
        return {"p": "编", "c": "章"}[english[1][0].lower()]
    found = _UNIT.match(one.words)
    if found is None:
        return ""
    heading = HEADING_LINE.match(one.words)
    is_heading = heading is not None and heading["unit"] is not None
    # A heading style says so even where a comma in the words would speak against it.
    if not is_heading and not (one.level and len(one.words) <= _TITLE_LENGTH):
        return ""
    return _TRADITIONAL.get(found[1], found[1])


def _names_the_whole(words: str) -> bool:
    return len(words) <= _TITLE_LENGTH and not words.endswith(_SENTENCE_ENDS)


def _article(words: str, last: int) -> tuple[str, int]:
    """The words with a blank behind the article's number, and the number of the latest article."""
    found = _NUMBERED.match(words)
    if found is None:
        return words, last
    number = _number(found[1])
    if LABEL_LINE.match(words):
        return words, number
    if number == last + 1:
        return f"{words[: found.end()]} {words[found.end() :]}", number
    return words, last


def _number(figures: str) -> int:
    plain = unicodedata.normalize("NFKC", figures)
    if plain.isdecimal():
        return int(plain)
    return 0 if any(sign.isdecimal() for sign in plain) else han_number(plain)


def _escaped(words: str) -> str:
    """The words with a backslash before each sign that Markdown would take for a mark."""
    marked = _SIGNS.sub(lambda sign: "".join("\\" + one for one in sign[0]), words)
    return "\\" + marked if _OPENING.match(marked) else marked
