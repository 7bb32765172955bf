"""Word's automatic numbers as the words that a reader sees: 第一条, （二）, 3.1, or not understood."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree

from app.text.word_package import W

LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_HAN = "零一二三四五六七八九"
_CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_HAN_FORMATS = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "ideographDigital",
    }
)
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
          (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    words: str = "%1."
    is_plain: bool = False  # all numbers in it in Latin figures


@dataclass(slots=True)
class Numbering:
    """The lists of one document and how far each has counted."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)  # number id → list id
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    _restarted: set[tuple[str, int]] = field(default_factory=set)

    def next_label(self, number_id: str, level: int) -> str | None:
        """The label of the next paragraph of this list: "" for a bullet, None where its kind is not
        understood."""
        ident = self.lists.get(number_id, "")
        levels = self.levels.get(ident)
        if levels is None or level not in levels:
            return None
        counts = self._counts[ident]
        self._count(counts, ident, number_id, level)
        if levels[level].form == "bullet":
            return ""
        return _label(levels, counts, level)

    def _count(self, counts: dict[int, int], ident: str, number_id: str, level: int) -> None:
        override = (number_id, level)
        if override in self.starts and override not in self._restarted:
            self._restarted.add(override)
            counts[level] = self.starts[override]
        elif level in counts:
            counts[level] += 1
        else:
            counts[level] = self.levels[ident][level].start
        for deeper in range(level + 1, LEVELS):
            counts.pop(deeper, None)


def numbering_of(root: etree._Element | None) -> Numbering:
    """The lists that ``word/numbering.xml`` describes; none without it."""
    found = Numbering()
    if root is None:
        return found
    for abstract in root.iterfind(f"{W}abstractNum"):
        ident = abstract.get(f"{W}abstractNumId", "")
        found.levels[ident] = dict(map(_level, abstract.iterfind(f"{W}lvl")))
    for number in root.iterfind(f"{W}num"):
        ident = number.get(f"{W}numId", "")
        found.lists[ident] = value(number, "abstractNumId")
        for override in number.iterfind(f"{W}lvlOverride"):
            start = value(override, "startOverride")
            if start.isdecimal():
                found.starts[ident, _whole(override.get(f"{W}ilvl", ""), 0)] = _whole(start, 1)
    return found


def value(element: etree._Element | None, name: str) -> str:
    """The ``w:val`` of a child, "" without one."""
    child = element.find(f"{W}{name}") if element is not None else None
    return "" if child is None else str(child.get(f"{W}val", ""))


def _level(element: etree._Element) -> tuple[int, _Level]:
    level = _Level(
        start=_whole(value(element, "start"), 1),
        form=value(element, "numFmt") or "decimal",
        words=value(element, "lvlText"),
        is_plain=element.find(f"{W}isLgl") is not None,
    )
    return _whole(element.get(f"{W}ilvl", ""), 0), level


def _whole(figures: str, otherwise: int) -> int:
    return int(figures) if figures.isdecimal() and len(figures) < 6 else otherwise


def _label(levels: dict[int, _Level], counts: dict[int, int], level: int) -> str | None:
    """The level's words with the numbers in their places; None when one cannot be written."""
    label = levels[level].words
    for place in dict.fromkeys(_PLACE.findall(label)):
        at = int(place) - 1
        if at not in levels:
            return None
        form = "decimal" if levels[level].is_plain else levels[at].form
        written = written_as(form, counts.get(at, levels[at].start))
        if written is None:
            return None
        label = label.replace(f"%{place}", written)
    return label.strip() or None


def written_as(form: str, number: int) -> str | None:
    """``number`` in one of Word's number formats, None in one that is not understood."""
    if form in _HAN_FORMATS:
        return han(number)
    if form in ("upperRoman", "lowerRoman"):
        return _cased(form, _roman(number))
    if form in ("upperLetter", "lowerLetter"):
        return _cased(form, chr(65 + (number - 1) % 26) * ((number - 1) // 26 + 1))
    if form.startswith("decimalEnclosedCircle"):
        return _CIRCLES[number - 1] if 1 <= number <= len(_CIRCLES) else None
    plain = {"decimal": f"{number}", "decimalZero": f"{number:02}"}
    plain["decimalFullWidth"] = "".join(chr(0xFF10 + int(figure)) for figure in f"{number}")
    return plain.get(form)


def han(number: int) -> str:
    """1 to 9999 as a law counts: 十一, 一百零五, 一千二百六十; Latin figures beyond."""
    if not 0 < number < 10_000:
        return str(number)
    said, gap = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        figure = number // unit % 10
        if figure:
            said += ("零" if gap and said else "") + _HAN[figure] + sign
        gap = not figure
    return said.removeprefix("一") if 10 <= number < 20 else said


def _cased(form: str, letters: str) -> str:
    return letters if form.startswith("upper") else letters.lower()


def _roman(number: int) -> str:
    said = ""
    for worth, sign in _ROMAN:
        said += sign * (number // worth)
        number %= worth
    return said
