"""Keep the index in step with the ledger, and answer questions from it."""

from __future__ import annotations

from pathlib import Path

from app.search.port import SearchIndex
from app.search.whoosh_index import WhooshIndex

_place: dict[str, WhooshIndex] = {}


def keep_in(folder: Path) -> None:
    """Say once, at the start, in which folder the index lives."""
    _place["index"] = WhooshIndex(folder)


def the_index() -> SearchIndex:
    """The one index of this process; its files are opened when it is first asked."""
    return _place["index"]
