"""When this happens, these follow: the one table of reactions to events, and of regular duties.

A handler is called in the worker with a list of its unread sealed events; see ``ledger.delivery``
for what it may do. A duty is called without arguments; what it leaves uncommitted is committed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.ledger.delivery import Reaction


@dataclass(frozen=True, slots=True)
class Duty:
    """Work that time brings, not an event: done every so many seconds, late rather than twice."""

    name: str
    every_seconds: float
    function: Callable[[], None]


REACTIONS: tuple[Reaction, ...] = ()

DUTIES: tuple[Duty, ...] = ()
