"""What the named styles of a Word file say about a paragraph: heading, title, contents, list."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import etree

from app.text.word_numbering import value
from app.text.word_package import W

_HEADING = re.compile(r"(?:heading|标题) ?([1-9])")
_MOST_PARENTS = 12


@dataclass(frozen=True, slots=True)
class Style:
    """``level`` 1 to 9 for a heading, ``number`` and ``depth`` of its automatic list ("" for none),
    ``is_contents`` for a line of a table of contents."""

    level: int = 0
    number: str = ""
    depth: str = ""
    is_title: bool = False
    is_contents: bool = False


def styles_of(root: etree._Element | None) -> dict[str, Style]:
    """The paragraph styles of ``word/styles.xml`` by id, with what they inherit."""
    if root is None:
        return {}
    elements = {
        style.get(f"{W}styleId", ""): style
        for style in root.iterfind(f"{W}style")
        if style.get(f"{W}type") == "paragraph"
    }
    return {ident: _inherited(ident, elements) for ident in elements}


def _inherited(ident: str, elements: dict[str, etree._Element]) -> Style:
    """The nearest of the style and its parents that says each thing."""
    found = Style()
    for _ in range(_MOST_PARENTS):
        element = elements.get(ident)
        if element is None:
            break
        own = _own(element)
        found = replace(
            found,
            level=found.level or own.level,
            number=found.number or own.number,
            depth=found.depth or own.depth,
            is_title=found.is_title or own.is_title,
            is_contents=found.is_contents or own.is_contents,
        )
        ident = value(element, "basedOn")
    return found


def _own(element: etree._Element) -> Style:
    name = value(element, "name").lower()
    properties = element.find(f"{W}pPr")
    outline = value(properties, "outlineLvl")
    heading = _HEADING.fullmatch(name)
    level = int(outline) + 1 if outline.isdecimal() and int(outline) < 9 else 0
    listed = properties.find(f"{W}numPr") if properties is not None else None
    return Style(
        level=int(heading[1]) if heading else level,
        number=value(listed, "numId"),
        depth=value(listed, "ilvl"),
        is_title=name in ("title", "标题"),
        is_contents=name.startswith(("toc ", "目录")),
    )
