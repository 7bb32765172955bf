"""Real laws and policies: nothing becomes code, no word and no number is lost."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest

from app.text.clauses import outline
from app.text.definitions import Definitions
from app.text.render import render_slice

pytestmark = pytest.mark.corpus

NO_WORDS = re.compile(
    r"^ {0,3}\[[^\]]+\]:.*$"  # a link target
    r"|(?<=\])\((?:[^()]|\([^()]*\))*\)|(?<=\]) ?\[[^\]]*\]"  # where a link leads
    r"|</?(?:a|sup|hr)\b[^>]*>"
    r"|^ *\d+\. ",  # numbers of lists: the browser writes them
    re.MULTILINE,
)


def documents(corpus: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(corpus.rglob("*.md")):
        if path.name != "README.md":
            yield str(path.relative_to(corpus)), path.read_text()


def rendered(text: str) -> str:
    definitions = Definitions.of(text)
    return "\n".join(
        render_slice(clause.text, definitions.used_by(clause.text), clause.id)
        for clause in outline(text)
    )


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text))


def missing_words(source: str, root) -> Counter[str]:
    shown = words(" ".join(root.itertext()))
    return words(html.unescape(NO_WORDS.sub(" ", source))) - shown


def numbers_shown(root) -> list[int]:
    numbers = []
    for ordered in root.iter("ol"):
        count = int(ordered.get("start", "1"))
        for item in ordered:
            count = int(item.get("value", str(count)))
            numbers.append(count)
            count += 1
    return numbers


def test_every_document_renders_whole_without_code_and_with_unique_ids(corpus):
    seen = 0
    for name, source in documents(corpus):
        page = rendered(source)
        root = html5lib.parseFragment(page, treebuilder="etree", namespaceHTMLElements=False)
        assert "<pre" not in page, name
        assert "<h1" not in page, name
        assert not missing_words(source, root), name
        ids = [element.get("id") for element in root.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), name
        seen += 1
    assert seen > 0


def test_ordinances_show_the_numbers_their_lists_were_written_with(corpus):
    counted = 0
    for path in sorted((corpus / "en").glob("en-somerville-*.md")):
        source = path.read_text()
        root = html5lib.parseFragment(
            rendered(source), treebuilder="etree", namespaceHTMLElements=False
        )
        written = [int(n) for n in re.findall(r"^ {0,3}(\d+)\. ", source, re.MULTILINE)]
        assert numbers_shown(root) == written, path.name
        counted += len(written)
    assert counted > 300
