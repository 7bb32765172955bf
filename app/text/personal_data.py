"""Telephone and identity numbers that somebody wrote into a text about to be public.

A hint for the writer, who may press on: a number missed is a pity, a law citation, an amount
or a date taken for a telephone is a nuisance each time. E-mail addresses are left alone, they
are seldom written by mistake; so are service numbers (12345, 400-…), which belong to nobody.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["phone", "identity"]

# One character for one, so that offsets hold: full-width forms, and figures written in Han.
_PLAIN = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | {0x3000: " ", ord("〇"): "0"}
    | {ord(han): str(figure) for figure, han in enumerate("零一二三四五六七八九")}
)
# What people put between the groups of a number, the invisible included; never a line's end.
_GAP = r"[ \t\u00a0\u2000-\u200d\u202f\u2060\ufeff\-\u2010-\u2015\u2212~·•・.,、。/_*()]{0,3}"
# Not inside a longer number, nor behind a decimal point (that of a list, "1.", is none).
_START = r"(?<!\d)(?<!0\.)(?<!\d\d\.)"
_FREE = "400|800|888|877|866|855|844|833"
# Each looks ahead only, so that a number is also found where another reading failed before it.
# Group 1 is what is shown as found, group 2 the figures by which a number is known again.
_PHONES = {
    "mobile": rf"{_START}(?=((?:(?:\+|00)?86{_GAP})?(1{_GAP}[3-9](?:{_GAP}\d){{9}}))(?!\d))",
    "landline": rf"{_START}(?=((0(?:10|2\d|[3-9]\d\d){_GAP}[2-9]\d{{2,3}}{_GAP}\d{{4}}))(?!\d))",
    "american": rf"{_START}(?!{_FREE})(?=(([2-9]\d\d\)?[ .-]{{1,2}}\d{{3}}[ .-]\d{{4}}))(?!\d))",
    "abroad": rf"(?<![\dA-Za-z])(?=(\+([1-9](?:{_GAP}\d){{8,14}}))(?!\d))",
    "local": rf"{_START}(?=(([2-9]\d{{2,3}}{_GAP}\d{{4}}))(?!\d))",
}
_PHONE_PATTERNS = {form: re.compile(pattern) for form, pattern in _PHONES.items()}
_IDENTITY = re.compile(
    rf"(?<![\dA-Za-z])(?=([1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx]|[1-9]\d{{14}})(?![\dA-Za-z]))"
)
_AMOUNT = re.compile(
    r" ?(?:[元圆万亿%‰]|[美欧日港]元|人民币|(?i:yuan|rmb|dollars?|euros?|million)\b)"
)
# Seven or eight figures alone may be anything; these words just before say what they are.
_CUE = re.compile(
    r"(?:电话|電話|座机|座機|手机|手機|联系方式|号码|號碼|传真|傳真"
    r"|\b(?i:tel|telephone|phone|mobile|call|ring|fax)\b)"
    r"(?:号码|號碼|是|为|我|(?i:me|us|is|at|on|no|number)\b|[ :.,(])*$"
)
_CUE_LENGTH = 30
# The first two figures: provinces, and 81 to 83 for who comes from Hong Kong, Macau and Taiwan.
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


@dataclass(frozen=True, slots=True)
class Found:
    """A number at ``text[start:end]``; ``masked`` shows enough of it to be recognised."""

    kind: Kind
    masked: str
    start: int
    end: int


class _Number(NamedTuple):
    start: int
    end: int
    kind: Kind
    figures: str


def find_personal(text: str, known: str = "") -> tuple[Found, ...]:
    """The numbers in a text, in order, none twice at one place.

    What stands in ``known`` (the wording of the article) is public already and not reported.
    Time grows with the length of both, whatever they hold.
    """
    public = _written_in(known) if known else frozenset()
    return tuple(
        Found(number.kind, _masked(number), number.start, number.end)
        for number in _numbers(text)
        if number.figures not in public
    )


def _written_in(known: str) -> frozenset[str]:
    whole = re.findall(r"\d+", known.translate(_PLAIN))
    return frozenset(whole).union(number.figures for number in _numbers(known))


def _numbers(text: str) -> Iterator[_Number]:
    """The numbers of a text; of two that overlap the one that begins first, then the longer."""
    plain = text.translate(_PLAIN)
    found = sorted([*_identities(plain), *_phones(plain)], key=lambda it: (it.start, -it.end))
    end = 0
    for number in found:
        if number.start >= end:
            end = number.end
            yield number


def _identities(plain: str) -> Iterator[_Number]:
    for match in _IDENTITY.finditer(plain):
        figures = re.sub(r"[^\dXx]", "", match[1]).upper()
        if _is_identity(figures):
            yield _Number(*match.span(1), "identity", figures)


def _is_identity(figures: str) -> bool:
    """Whether province, birthday and, of 18 figures, the check figure are right (GB 11643)."""
    born = figures[6:14] if len(figures) == 18 else f"19{figures[6:12]}"
    try:
        birthday = dt.date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return False
    if not _PROVINCE.match(figures) or birthday.year // 100 not in (18, 19, 20):
        return False
    total = sum(weight * int(figure) for weight, figure in zip(_WEIGHTS, figures, strict=False))
    return len(figures) == 15 or figures[17] == _CHECK[total % 11]


def _phones(plain: str) -> Iterator[_Number]:
    for form, pattern in _PHONE_PATTERNS.items():
        for match in pattern.finditer(plain):
            if not _is_amount(plain, *match.span(1)) and _is_phone(form, match):
                yield _Number(*match.span(1), "phone", re.sub(r"\D", "", match[2]))


def _is_amount(plain: str, start: int, end: int) -> bool:
    return bool(_AMOUNT.match(plain, end)) or any(
        sign in plain[max(0, start - 2) : start] for sign in "¥￥$€£"
    )


def _is_phone(form: str, match: re.Match[str]) -> bool:
    groups = [len(group) for group in re.findall(r"\d+", match[2])]
    if form == "mobile":
        # 138 1234 5678 or figure by figure; 1998-2003, 300 and 13,812,345,678 are no telephones.
        return (groups[0] in (3, 7, 11) and min(groups) > 2) or max(groups) == 1
    if form == "abroad":
        return sum(groups) == 11 or not match[2].startswith("1")
    if form == "local":
        before = match.string[max(0, match.start() - _CUE_LENGTH) : match.start()]
        return bool(_CUE.search(before))
    return True


def _masked(number: _Number) -> str:
    """138****5678; of a short one less stays, of an identity number its province alone."""
    if number.kind == "identity":
        return f"{number.figures[:2]}****{number.figures[-2:]}"
    shown = 4 if len(number.figures) >= 10 else 2
    return f"{number.figures[: shown - 1]}****{number.figures[-shown:]}"
