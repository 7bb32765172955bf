"""What a person may ask: the address bar of the search page as a question; odd values are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from app.policies.phases import Phase
from app.policies.rules import KINDS, LANGUAGES
from app.search.grammar import MAX_CHARS
from app.search.port import DocumentType, Query

PAGE_SIZE = 10
LAST_PAGE = 100
TYPES: tuple[str, ...] = get_args(DocumentType)


def question_of(arguments: Mapping[str, str], page: int = 1) -> Query:
    """The question in ``q phase kind language department in``, cut where the grammar would cut."""

    def one_of(name: str, allowed: tuple[str, ...]) -> str:
        value = arguments.get(name, "")
        return value if value in allowed else ""

    return Query(
        q=readable(arguments.get("q", ""))[:MAX_CHARS],
        phase=one_of("phase", tuple(Phase)),
        kind=one_of("kind", KINDS),
        language=one_of("language", LANGUAGES),
        department=readable(arguments.get("department", ""))[:120],
        in_=one_of("in", TYPES),
        page=min(max(page, 1), LAST_PAGE),
        size=PAGE_SIZE,
    )


def readable(typed: str) -> str:
    """On one line and without control characters, which a page could not show again."""
    kept = (char if char.isprintable() else " " if char.isspace() else "" for char in typed)
    return "".join(kept).strip()
