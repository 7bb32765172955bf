"""Keyset paging: a page begins after a key, so page 500 costs what page 1 costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

Row = TypeVar("Row")
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page and the key after which the next begins (None on the last)."""

    rows: Sequence[Row]
    next_key: int | None = None


def number_argument(name: str, default: int | None = None, *, most: int = 2**31 - 1) -> int | None:
    """A whole positive number from the query string; anything odd is the default, never a 500."""
    raw = request.args.get(name, "")
    if not raw.isascii() or not raw.isdecimal() or len(raw) > 10:
        return default
    return min(int(raw), most)
