"""What a kind of page is: who sees it, where it is, and what leads to it beyond an address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.visitors import VISITOR

Way = Callable[[Page], None]


@dataclass(frozen=True)
class Kind:
    """A kind of page. ``path`` may hold {law} {called} {practice} {history}, names of Examples and
    of the reader's ``Sent`` and ``Office``."""

    name: str
    path: str
    role: str = VISITOR
    status: int = 200
    way: Way | None = None
