"""The words of one Word paragraph as its reader sees them, and a count of all that is no words."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from app.text.word_numbering import value
from app.text.word_package import W

_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DEPTH = 40  # elements within elements; Word itself nests about ten
_INSIDE = frozenset(
    f"{W}{name}"
    for name in (
        "hyperlink", "smartTag", "sdt", "sdtContent", "customXml", "dir", "bdo", "ins", "moveTo",
        "fldSimple",
    )
)  # fmt: skip
_COUNTED = {
    f"{W}ins": "tracked",
    f"{W}moveTo": "tracked",
    f"{W}del": "tracked",
    f"{W}moveFrom": "tracked",
    f"{W}fldSimple": "fields",
    f"{W}footnoteReference": "footnotes",
    f"{W}endnoteReference": "footnotes",
    f"{W}commentReference": "comments",
    f"{W}sym": "symbols",
    f"{_MATH}oMath": "formulas",
    f"{_MATH}oMathPara": "formulas",
}
_SIGNS = {
    f"{W}tab": " ",
    f"{W}ptab": " ",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
_PICTURES = frozenset({f"{W}drawing", f"{W}pict", f"{W}object", _COMPATIBLE})
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Runs:
    """Reads paragraphs in turn; a field may begin in one and end in another."""

    def __init__(self, remarks: Counter[str]) -> None:
        self._remarks = remarks
        self._fields: list[bool] = []  # open fields, innermost last: is its result reached?

    def words(self, paragraph: etree._Element) -> str:
        """The words between two paragraph marks."""
        return "".join(self._inside(paragraph, 0))

    def _inside(self, element: etree._Element, depth: int) -> list[str]:
        said: list[str] = []
        if depth > _DEPTH:
            return said
        for child in element:
            if child.tag in _COUNTED:
                self._remarks[_COUNTED[child.tag]] += 1
            if child.tag == f"{W}r":
                said.append(self._run(child))
            elif child.tag in _INSIDE:
                said += self._inside(child, depth + 1)
            elif child.tag in _PICTURES:
                self._picture(child)
        return said

    def _run(self, run: etree._Element) -> str:
        words = "".join(map(self._piece, run))
        properties = run.find(f"{W}rPr")
        if properties is None or not words:
            return words
        if _is_on(properties, "vanish"):
            self._remarks["hidden"] += 1
            return ""
        if _is_on(properties, "strike") or _is_on(properties, "dstrike"):
            self._remarks["struck"] += 1
        return self._raised(words, value(properties, "vertAlign"))

    def _raised(self, words: str, align: str) -> str:
        """The 2 of m² keeps its place; other raised words are named, for they may mean something."""
        if align not in ("superscript", "subscript") or not words.strip():
            return words
        if words.strip().isascii() and words.strip().isdecimal():
            return words.translate(_RAISED if align == "superscript" else _LOWERED)
        self._remarks["raised"] += 1
        return words

    def _piece(self, piece: etree._Element) -> str:
        if piece.tag == f"{W}fldChar":
            self._field(piece.get(f"{W}fldCharType", ""))
        elif piece.tag in _PICTURES:
            self._picture(piece)
        elif piece.tag in _COUNTED:
            self._remarks[_COUNTED[piece.tag]] += 1
        elif all(self._fields):
            return self._words(piece)
        return ""

    def _words(self, piece: etree._Element) -> str:
        if piece.tag == f"{W}t":
            return piece.text or ""
        if piece.tag == f"{W}br":
            return "" if piece.get(f"{W}type") in ("page", "column") else "\n"
        return _SIGNS.get(piece.tag, "")

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._remarks["fields"] += 1
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _picture(self, element: etree._Element) -> None:
        has_words = any(True for _box in element.iter(f"{W}txbxContent"))
        self._remarks["boxes" if has_words else "images"] += 1


def _is_on(properties: etree._Element, name: str) -> bool:
    found = properties.find(f"{W}{name}")
    return found is not None and found.get(f"{W}val", "1") not in ("0", "false", "none", "off")
