"""Keep the index in step with the ledger, and answer questions from it."""

from __future__ import annotations

from pathlib import Path

from app.search.port import SearchIndex
from app.search.whoosh_index import WhooshIndex

_kept: dict[str, SearchIndex] = {}


def keep_in(folder: Path) -> None:
    """Say once, at the start, in which folder the index lives."""
    _kept["index"] = WhooshIndex(folder)


def the_index() -> SearchIndex:
    """The one index of this process; its files are opened when it is first asked."""
    return _kept["index"]
