"""One decision on a selection of words: each is done whole or not at all, and what became of each
is told."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import writing
from app.errors import Conflict, NotAllowed, NotFound, RuleBroken
from app.messages import N_
from app.moderation.rules import (
    HIDEABLE,
    ON_WORDS,
    SELECTION_LIMIT,
    Kind,
    checked_action,
    checked_reason,
    checked_rule,
)
from app.moderation.services.acting import Decision, Link, act
from app.moderation.services.cases import ensure_not_taken
from app.moderation.services.objects import find_words, is_left

_ITEM = re.compile(r"(?P<kind>[a-z]+):(?P<id>[0-9]{1,9})(:(?P<seen>[0-9a-f]{8}))?")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a selection, such as ``comment:12`` or ``comment:12:5f3a91c0``; ``seen`` is the
    stamp of the words when they were chosen, "" where the list did not say."""

    kind: Kind
    id: int
    seen: str = ""

    @property
    def key(self) -> tuple[Kind, int]:
        """What it is, whatever its words are."""
        return self.kind, self.id

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}:{self.seen}".rstrip(":")


class Became(StrEnum):
    """What became of one item."""

    DONE = "done"
    GONE = "gone"
    CHANGED = "changed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item."""

    item: Item
    became: Became


def read_items(codes: Sequence[str]) -> list[Item]:
    """The items that ``str`` wrote, each once; odd ones are none. RuleBroken for too many, or when
    nothing is chosen."""
    found = {item.key: item for item in map(_read, codes) if item is not None}
    items = list(found.values())
    if len(items) > SELECTION_LIMIT:
        raise RuleBroken(
            N_("At most %(limit)s at once, please. You chose %(size)s."),
            field="items",
            limit=SELECTION_LIMIT,
            size=len(items),
        )
    if not items:
        raise RuleBroken(N_("Please choose at least one."), field="items")
    return items


def decide_all(items: Sequence[Item], decision: Decision, *, actor: Actor) -> list[Outcome]:
    """Hide, show or leave all of them, under one rule and for one reason.

    What was changed, decided by others or taken back meanwhile stays as it is. RuleBroken with its
    field when the decision is incomplete: then nothing is done.
    """
    ensure(actor, Act.KEEP_ORDER)
    if checked_action(decision.action) not in ON_WORDS:
        raise RuleBroken(N_("Please choose what to do."), field="action")
    checked_rule(decision.rule)
    checked_reason(decision.reason)
    writing()
    link = Link(batch=secrets.token_hex(8))
    return [Outcome(item, _decide(item, decision, link, actor)) for item in items]


def _decide(item: Item, decision: Decision, link: Link, actor: Actor) -> Became:
    try:
        words = find_words(item.kind, item.id, actor)
        if not is_left(words):
            return Became.GONE
        if item.seen not in ("", words.stamp):
            return Became.CHANGED
        ensure_not_taken(item.kind, item.id, actor)
        act(item.kind, item.id, decision, actor=actor, link=link)
    except NotFound:
        return Became.GONE
    except NotAllowed:
        return Became.REFUSED
    except (Conflict, RuleBroken):
        return Became.CHANGED
    return Became.DONE


def _read(code: str) -> Item | None:
    found = _ITEM.fullmatch(code)
    if found is None or found["kind"] not in HIDEABLE:
        return None
    return Item(Kind(found["kind"]), int(found["id"]), found["seen"] or "")
