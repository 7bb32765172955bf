"""What laws need of Markdown: numbers as written, indented paragraphs, article labels, no images.

An extension of Python-Markdown, used by ``app.text.render`` alone.
"""

from __future__ import annotations

import re
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.extensions.sane_lists import SaneOListProcessor, SaneUListProcessor
from markdown.inlinepatterns import SubstituteTagInlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from app.text.labels import LABEL_LINE, article_number

MAX_INDENT = 4

_NUMERAL = "0-9０-９一二三四五六七八九十百千零〇两"
_ITEM = rf"(?:[（(][{_NUMERAL}a-zA-Z]{{1,6}}[）)]|[{_NUMERAL}]{{1,4}}、|[-*+•]\s|\d{{1,3}}[.．]\s)"
# A line end is a blank in English. Between Han lines, and before an item, the writer meant it.
_MEANT_LINE_END = rf"(?<=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef])[ ]*\n|\n[ ]*(?={_ITEM})"


class LawMarkdown(Extension):
    """Registers the parts below."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name Markdown calls)
        """Replace indented code and lists; add line ends, labels and what follows inline parsing."""
        blocks = md.parser.blockprocessors
        blocks.deregister("code")
        blocks.register(IndentedParagraphs(md.parser), "indented", 80)
        blocks.register(NumberedList(md.parser), "olist", 40)
        blocks.register(SaneUListProcessor(md.parser), "ulist", 30)
        line_end = SubstituteTagInlineProcessor(_MEANT_LINE_END, "br")
        md.inlinePatterns.register(line_end, "meant_line_end", 99)
        md.treeprocessors.register(LawShape(md), "law_shape", 30)
        md.treeprocessors.register(NotesAndImages(md), "notes_and_images", 5)


class IndentedParagraphs(BlockProcessor):
    """Four blanks make a sub-paragraph of a law, never code."""

    def test(self, parent: Element, block: str) -> bool:
        """Take what begins with four blanks and belongs to no list."""
        return block.startswith("    ")

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Make one paragraph of each run of lines with one depth (four blanks a level)."""
        lines = blocks.pop(0).split("\n")
        for depth, group in groupby(lines, key=_depth):
            paragraph = SubElement(parent, "p")
            paragraph.text = "\n".join(line.strip() for line in group)
            if depth:
                paragraph.set("class", f"indent-{depth}")


def _depth(line: str) -> int:
    return min(MAX_INDENT, (len(line) - len(line.lstrip(" "))) // 4)


class NumberedList(SaneOListProcessor):
    """Remembers the number each item was written with: a repealed item 3 leaves 1, 2, 4."""

    _NUMBERED = re.compile(r" {0,3}(\d+)\. ")

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Read the list, then write the numbers on its newest items."""
        matches = (self._NUMBERED.match(line) for line in blocks[0].split("\n"))
        numbers = [str(_number(match[1])) for match in matches if match]
        super().run(parent, blocks)
        items = parent if parent.tag in {"ol", "ul"} else parent[-1]
        for item, number in zip(items[len(items) - len(numbers) :], numbers, strict=False):
            item.set("value", number)


def _number(written: str) -> int:
    return int(written[:9])  # nobody counts further, and int() refuses thousands of digits


class LawShape(Treeprocessor):
    """Before inline parsing: headings below the page's own, the label, numbers where they jump."""

    def run(self, root: Element) -> None:
        """Change ``root`` in place."""
        for element in root.iter():
            if re.fullmatch("h[1-5]", element.tag):
                element.tag = f"h{int(element.tag[1]) + 1}"
            elif element.tag == "ol":
                _keep_jumps(element)
        if len(root) and root[0].tag in {"p", "h2", "h3", "h4", "h5", "h6"}:
            _wrap_label(root[0])


def _keep_jumps(ordered: Element) -> None:
    """Drop the numbers that a browser counts itself; "1. 1. 1." is the lazy way to write 1, 2, 3."""
    is_lazy = len({item.get("value") for item in ordered}) == 1
    expected = _number(ordered.get("start", "1"))
    for item in ordered:
        number = _number(item.get("value", str(expected)))
        if is_lazy or number == expected:
            item.attrib.pop("value", None)
        expected = number + 1


def _wrap_label(first: Element) -> None:
    text = first.text or ""
    if match := LABEL_LINE.match(text):
        label = Element("strong", {"class": "label"})
        label.text = AtomicString(article_number(match))
        bold = match["bold"] or match["strong"] or ""
        label.tail = text[match.end("han" if match["han"] else "latin") :].removeprefix(bold)
        first.text = ""
        first.insert(0, label)


class NotesAndImages(Treeprocessor):
    """After inline parsing: images become links, notes keep their numbers, dead back-links go.

    A page makes no request to other servers, so no reader is counted by one.
    """

    def run(self, root: Element) -> None:
        """Change ``root`` in place."""
        references = {f"#{element.get('id')}" for element in root.iter("sup")}
        for parent in list(root.iter()):
            for element in list(parent):
                kind = element.get("class")
                if element.tag == "img":
                    _link_instead(element)
                elif kind == "footnote-ref":
                    _number_as_written(element)
                elif kind == "footnote-backref" and element.get("href") not in references:
                    parent.remove(element)
            key = (parent.get("id") or "").removeprefix("fn:")
            if parent.tag == "li" and key.isdigit():
                parent.set("value", key)


def _link_instead(image: Element) -> None:
    source, words = image.get("src", ""), image.get("alt", "")
    title = image.get("title")
    image.tag = "a"
    image.attrib.clear()
    image.text = words or source
    image.attrib.update({"class": "image", "href": source})
    if title:
        image.set("title", title)


def _number_as_written(reference: Element) -> None:
    key = reference.get("href", "").removeprefix("#fn:")
    if key.isdigit():
        reference.text = key
