"""Numbers, dates and modal words that a change touches: what a large tidy-up hides best.

A reader of law looks first for how much, by when, and whether one must, may or must not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from app.text.diff3 import matching

HAN_NUMERALS = "零〇一二三四五六七八九十百千万亿两兩萬億"
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = (
    rf"[0-9０-９]{{4}}年[0-9０-９]{{1,2}}月(?:[0-9０-９]{{1,2}}日)?"
    rf"|[{HAN_NUMERALS}]{{4}}年[{HAN_NUMERALS}]{{1,2}}月(?:[{HAN_NUMERALS}]{{1,3}}日)?"
    rf"|\b{_MONTH}\s[0-9]{{1,2}}(?:,\s?[0-9]{{4}})?\b|\b[0-9]{{1,2}}\s{_MONTH}(?:\s[0-9]{{4}})?\b"
)
_FIGURES = r"[0-9０-９]+(?:[.,:/–-][0-9０-９]+)*(?:(?:st|nd|rd|th)\b|[%％‰]|[百千万萬亿億])?"
_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    "|hundred|thousand|million|billion"
)
_HAN_UNIT = (
    "个?工作日|个?自然日|个?月|个?小时|个?百分点|周年|平方米|立方米|公里|公斤|千克|分钟|分贝|分之|美元"
    "|[元角圆日天周年月时秒米吨倍人名户次件辆处条條款项項目章节節编編岁歲号號级級层層台張张份]"
)
_UNIT = (
    r"(?:(?:business|working|calendar|consecutive)\s)?(?:percent|per\s?cent|dollars?|cents?"
    r"|minutes?|hours?|days?|weeks?|months?|years?|feet|foot|inch(?:es)?|yards?|miles?"
    r"|met(?:re|er)s?|kilomet(?:re|er)s?|square|cubic|tons?|pounds?|decibels?|persons?|members?"
    rf"|times|votes?)\b|{_HAN_UNIT}"
)
_NUMBER = re.compile(
    rf"(?P<date>{_DATE})"
    rf"|(?P<value>第?{_FIGURES}|第?百分之[{HAN_NUMERALS}]+|第?[{HAN_NUMERALS}]{{2,}}|第?[{HAN_NUMERALS}](?={_HAN_UNIT})"
    rf"|\b(?i:{_WORDS})(?:[- ](?:and\s)?(?i:{_WORDS}))*\b)"
    rf"(?:[ \t-]?(?P<unit>{_UNIT}))?"
)
_MODAL = re.compile(
    r"不应当|不應當|不得|不应|不應|不可以?|不必|不需要?|无须|無須|无需|無需|禁止|严禁|嚴禁"
    r"|应当|應當|应该|應該|必须|必須|可以|有权|有權|鼓励|鼓勵"
    r"|(?<![相适適反供对對响響效感])[应應](?![用急对對变變邀聘收付])|[须須](?![知臾])"
    r"|(?<![取获獲所使记記求值难難觉覺])得(?![到出分益失标標票主知])"
    r"|\b(?i:shall|must|may|should|will|can|need)(?i:\s+not)?\b(?!\s[0-9])|\b(?i:cannot)\b"
    r"|\b(?i:(?:not\s+)?(?:prohibited|required|permitted|entitled|allowed))\b"
)


class Altered(NamedTuple):
    """What stood before and after; "" where it came or went."""

    before: str
    after: str


class _Number(NamedTuple):
    """A number as it stands: ``30``, and ``days`` behind it."""

    value: str
    unit: str
    with_unit: str

    @property
    def key(self) -> tuple[str, str]:
        return _folded(self.value), _folded(self.unit)


def changed_numbers(before: str, after: str) -> list[Altered]:
    """Numbers, dates and cited articles that differ, in order; with the unit where that differs."""
    old, new = list(_numbers(before)), list(_numbers(after))
    differing = _differing([number.key for number in old], [number.key for number in new])
    return [
        _altered(None if i is None else old[i], None if j is None else new[j]) for i, j in differing
    ]


def changed_modals(before: str, after: str) -> list[Altered]:
    """Modal words that differ, casefolded, in order: 应当 → 可以, shall → may."""
    old, new = (
        [" ".join(word.casefold().split()) for word in _MODAL.findall(text)]
        for text in (before, after)
    )
    return [
        Altered("" if i is None else old[i], "" if j is None else new[j])
        for i, j in _differing(old, new)
    ]


def _numbers(text: str) -> Iterator[_Number]:
    for found in _NUMBER.finditer(text):
        yield _Number(found["date"] or found["value"], found["unit"] or "", found[0])


def _altered(old: _Number | None, new: _Number | None) -> Altered:
    pair = (old, new)
    same_unit = len({_folded(number.unit) for number in pair if number}) == 1
    shown = [
        ""
        if number is None
        # An order number is read with what it numbers: 第五条.
        else number.value
        if same_unit and not number.value.startswith("第")
        else number.with_unit
        for number in pair
    ]
    return Altered(*shown)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _differing(
    old: Sequence[Hashable], new: Sequence[Hashable]
) -> Iterator[tuple[int | None, int | None]]:
    """Index pairs of what stands at one place in both and differs; None where a side has less."""
    i = j = 0
    for next_i, next_j in [*matching(old, new), (len(old), len(new))]:
        yield from zip_longest(range(i, next_i), range(j, next_j))
        i, j = next_i + 1, next_j + 1
