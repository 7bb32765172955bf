"""What the first line of an article or heading looks like: its label, its number, its words.

``第五条``, ``第 5 條 之 1``, ``§ 50-2601``, ``Sec. 3-31.``, ``Article IV.``; chapters 编 章 节.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

BLANK = r"[ \t\u00a0\u3000]"
_DIGIT = "[0-9０-９〇零一二三四五六七八九十百千两兩]"
_HAN_NUMBER = rf"{BLANK}{{0,3}}{_DIGIT}{{1,12}}{BLANK}{{0,3}}"
# 第五条（停放时限） carries a caption; 第五条（三）… is a reference to an item, and no label.
_CAPTION_OPENS = rf"[（(【〔](?!{_DIGIT}{{1,3}}[)）】〕])"
_HAN_LABEL = rf"第{_HAN_NUMBER}[条條](?:{BLANK}{{0,3}}之{BLANK}{{0,3}}{_DIGIT}{{1,6}}){{0,3}}"
_LATIN_PART = r"(?:[0-9]{1,9}[A-Za-z]{0,2}|[A-Z]{1,2})"
_LATIN_NUMBER = rf"(?:[0-9]{{1,9}}[A-Za-z]{{0,2}}|[IVXLC]{{1,9}})(?:[-–—:.]{_LATIN_PART}){{0,6}}"
_LATIN_WORD = (
    rf"(?:§§?{BLANK}{{0,3}}|(?:Sec|SEC|Art|ART)\.{BLANK}{{0,3}}"
    rf"|(?:Section|SECTION|Article|ARTICLE){BLANK}{{1,3}})"
)
# "Section 5 of the Act applies" opens a sentence: a reference, not a label.
_SENTENCE = rf"{BLANK}+(?:of|and|or|to|through)\b"

LABEL_LINE = re.compile(
    rf"^(?:{BLANK}*(?P<han_marks>\#{{1,6}}{BLANK}*)?(?P<bold>\*\*|__)?"
    rf"(?P<han>{_HAN_LABEL})(?(bold)(?P=bold))(?={BLANK}|[.。．]|{_CAPTION_OPENS}|$)"
    rf"|\ {{0,3}}(?P<marks>\#{{1,6}}{BLANK}*)?(?P<strong>\*\*|__)?"
    rf"(?P<latin>{_LATIN_WORD}{_LATIN_NUMBER}(?:\.|(?={BLANK}|[。．*_]|$)))"
    rf"(?(strong)(?P=strong))(?(marks)|(?!{_SENTENCE})))"
    rf"[.。．]?{BLANK}*",
    re.MULTILINE,
)
HEADING_LINE = re.compile(
    rf"^(?:\ {{0,3}}(?P<marks>\#{{1,6}})(?!\#)"
    rf"|{BLANK}*(?=第{_HAN_NUMBER}(?P<unit>分?[编編]|章|[节節])"
    rf"(?:{BLANK}+[^\n。；;]{{0,80}}|[^\n，。；：、,;:]{{0,30}})$))"
    rf"{BLANK}*(?P<words>[^\n]*)",
    re.MULTILINE,
)
ITEM_LINE = re.compile(
    rf"{BLANK}*(?:[-*+>]{BLANK}|[（(]?(?:{_DIGIT}{{1,4}}|[A-Za-z]{{1,4}})[)）.、．])"
)

_HEADING_NUMBER = re.compile(
    rf"(?:第{_HAN_NUMBER}(?:分?[编編]|章|[节節部])"
    rf"|(?i:Subchapter|Chapter|Division|Subtitle|Title|Subpart|Part|Annex|Schedule)"
    rf"{BLANK}+(?:[0-9]+[A-Za-z]{{0,2}}|[IVXLC]+)\b[.:]?"
    rf"|[0-9]{{1,4}}(?:\.[0-9]{{1,4}})+\.?(?={BLANK}|$)|[0-9]{{1,4}}[.)、．]"
    rf"|[（(]{_DIGIT}{{1,4}}[)）]|{_DIGIT}{{1,4}}、){BLANK}*"
)
_CAPTION = re.compile(
    r"(?:（([^（）\n]{1,80})）|\(([^()\n]{1,80})\)|【([^【】\n]{1,80})】|〔([^〔〕\n]{1,80})〕)"
)
# Looking back keeps a long run of blanks from being tried at each of its characters.
_CLOSING_MARKS = re.compile(r"(?<![ \t])[ \t]+#+[ \t]*$|(?<![ \t\u3000])[ \t\u3000]+$")
_SENTENCE_ENDS = ("。", "；", "：", ";", ":", "，", ",")
_UNDERLINE = re.compile(r"\n {0,3}(?:=+|-{2,})[ \t]*(?=\n|$)")


@dataclass(frozen=True, slots=True)
class Parts:
    """A slice taken apart: what it is called, its caption, and its own words."""

    label: str
    title: str
    body: str


def article_number(line_match: re.Match[str]) -> str:
    """The label of a matched label line as its readers see it."""
    return line_match["han"] or line_match["latin"]


def heading_words(words: str) -> str:
    """The words of a heading line, without closing ``#`` and outer blanks."""
    return _CLOSING_MARKS.sub("", words).strip()


def article_parts(text: str) -> Parts:
    """Label, caption and words of an article's slice; a slice without label is all body."""
    found = LABEL_LINE.match(text, first_word_line(text))
    if found is None:
        return Parts("", "", text.strip())
    rest = text[found.end() :]
    caption = _CAPTION.match(rest)
    # 第五条（删除） has no caption: the brackets are all it says.
    if caption is not None and rest[caption.end() :].strip():
        words = caption[caption.lastindex or 0].strip()
        return Parts(article_number(found), words, rest[caption.end() :].strip())
    plain = _underlined(rest)
    line, _, below = plain.partition("\n")
    words = heading_words(line)
    is_heading = found["marks"] or found["han_marks"] or plain != rest
    if is_heading or _stands_alone(words, below):
        return Parts(article_number(found), words, below.strip())
    return Parts(article_number(found), "", rest.strip())


def heading_parts(text: str) -> Parts:
    """Words of a heading, its title without number, and what stands below it."""
    start = first_word_line(text)
    found = HEADING_LINE.match(text, start)
    line, _, below = _underlined(text[start:]).partition("\n")
    words = heading_words(line if found is None else found["words"])
    number = _HEADING_NUMBER.match(words)
    return Parts(words, words[number.end() :] if number else words, below.strip())


def own_number_end(text: str) -> int:
    """How many code points at the start of a slice are its own label, with marks and blanks."""
    start = first_word_line(text)
    found = LABEL_LINE.match(text, start)
    return found.end() if found else 0


def first_word_line(text: str) -> int:
    """Offset of the first line that holds more than blanks; 0 when there is none."""
    word = re.search(r"\S", text)
    return text.rfind("\n", 0, word.start()) + 1 if word else 0


def _underlined(rest: str) -> str:
    """``rest`` without the underline of a setext heading below its first line."""
    return _UNDERLINE.sub("", rest, count=1) if _UNDERLINE.match(rest, rest.find("\n")) else rest


def _stands_alone(words: str, below: str) -> bool:
    """A short line of its own with a blank line below, as captions are set without ``#``."""
    alone = below.startswith("\n") and bool(below.strip())
    return alone and 0 < len(words) <= 60 and not words.endswith(_SENTENCE_ENDS)


_UNITS = {"十": 10, "百": 100, "千": 1000}
_FIGURES = {**{c: i for i, c in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2, "兩": 2}
_HAN_DIGITS = re.compile("[〇零一二三四五六七八九十百千两兩]+")
_SECTION_KEY = re.compile(r"(?:§§?|sec\.|section)\s*(?=[0-9ivxlc])")
_ARTICLE_KEY = re.compile(r"(?:art\.|article)\s*(?=[0-9ivxlc])")
_SAME_SIGN = str.maketrans({"條": "条", "編": "编", "節": "节", "–": "-", "—": "-"})


def spoken(label: str) -> str:
    """A label as it stands within a sentence: "Article 5." without its dot."""
    return label.rstrip(".:：")


def label_key(label: str) -> str:
    """A label made equal for look-up: 第五条 = 第 5 條 = 第5条, Sec. 3-31. = Section 3-31 = § 3-31."""
    folded = unicodedata.normalize("NFKC", label).casefold().translate(_SAME_SIGN).strip()
    if folded.startswith("第"):
        folded = _HAN_DIGITS.sub(lambda run: str(han_number(run[0])), folded)
        return "".join(folded.split())
    folded = _ARTICLE_KEY.sub("art. ", _SECTION_KEY.sub("§ ", folded, count=1), count=1)
    return " ".join(folded.split()).rstrip(".")


def han_number(figures: str) -> int:
    """一百零五 → 105, 二〇二六 → 2026. Only figures and 十百千 are expected."""
    if not any(c in _UNITS for c in figures):
        return int("".join(str(_FIGURES[c]) for c in figures))
    total, pending = 0, 0
    for sign in figures:
        if sign in _UNITS:
            total += (pending or 1) * _UNITS[sign]
            pending = 0
        else:
            pending = _FIGURES[sign]
    return total + pending
