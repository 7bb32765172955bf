"""The parts of digests, each made once for all readers who get the same.

A part is what stands about one policy, for one reach, in one language. It is kept under the version
of the policy's pages, so it is made anew as soon as anything of it is hidden or changes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

import config
from app import clock
from app.database import UTCDateTime, db
from app.notifications.letters import as_html, as_text, voice
from app.notifications.queries.digest import (
    MOST_ENTRIES,
    Entry,
    Follow,
    Trace,
    list_entries,
    list_traces,
)
from app.notifications.queries.digest_readers import LOOKS_BACK, Reader
from app.policies.models import Policy
from app.policies.phases import Phase, effective_phase
from app.visibility import is_open_to_all

BUDGET = 8 * 1024 * 1024  # characters that are kept


@dataclass(frozen=True, slots=True)
class Subject:
    """A policy as letters name it."""

    id: int
    page_version: int
    slug: str
    title: str
    language: str
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class Printed:
    """One entry in words, and what says whether a reader heard of it otherwise."""

    entry: Entry
    text: str
    html: str

    def is_news_for(self, reader: Reader) -> bool:
        """Not what they did themselves, and not what they were told at once."""
        entry = self.entry
        is_own = reader.public_id != "" and entry.authors == {reader.public_id}
        is_told = entry.owner != "" and entry.owner == reader.public_id
        return not (is_own or is_told or (entry.is_final and reader.at_once))


@dataclass(frozen=True, slots=True)
class Part:
    """What a digest says about one policy."""

    subject: Subject
    entries: tuple[Printed, ...]

    @property
    def closes_at(self) -> datetime | None:
        """When comments close, unless an entry says so."""
        is_said = any(one.entry.path.endswith("/consultation") for one in self.entries)
        return None if is_said else self.subject.closes_at


class Press:
    """Makes parts and keeps them within BUDGET, the least recently used go first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, tuple[Printed, ...]] = OrderedDict()
        self._size = 0
        self._traces: dict[tuple[int, int], list[Trace]] = {}
        self.made = 0  # how many parts were made, for tests and figures

    def clear(self) -> None:
        """Let go of everything; for tests, whose databases give the same ids again."""
        self._kept.clear()
        self._traces.clear()
        self._size = self.made = 0

    def parts(
        self, reader: Reader, subjects: dict[int, Subject], upto: int, settings: config.Settings
    ) -> list[Part]:
        """The parts of a reader's digest, newest first; none when there is nothing to tell."""
        follows: dict[int, list[Follow]] = {}
        for follow in reader.follows:
            if follow.policy_id in subjects:
                follows.setdefault(follow.policy_id, []).append(follow)
        locale = reader.locale or settings.default_locale
        found = []
        for policy_id, some in follows.items():
            ids = self._news(policy_id, some, reader.told_upto, upto)
            if not ids:
                continue
            scope = _scope(some)
            printed = self._entries(subjects[policy_id], ids, scope, locale, settings)
            kept = tuple(one for one in printed if one.is_news_for(reader))
            if kept:
                found.append(Part(subjects[policy_id], kept))
        return sorted(found, key=lambda part: part.entries[0].entry.newest, reverse=True)

    def _news(
        self, policy_id: int, follows: Sequence[Follow], told_upto: int, upto: int
    ) -> tuple[int, ...]:
        key = (policy_id, upto)
        traces = self._traces.get(key)
        if traces is None:
            if len(self._traces) > 2000:
                self._traces.clear()
            traces = list_traces(policy_id, clock.now() - LOOKS_BACK, upto)
            self._traces[key] = traces
        return tuple(
            trace.id
            for trace in traces
            if trace.id > told_upto and any(trace.concerns(one) for one in follows)
        )

    def _entries(
        self,
        subject: Subject,
        ids: tuple[int, ...],
        scope: frozenset[str] | None,
        locale: str,
        settings: config.Settings,
    ) -> tuple[Printed, ...]:
        key = (subject, ids, scope, locale)
        printed = self._kept.get(key)
        if printed is not None:
            self._kept.move_to_end(key)
            return printed
        entries = list_entries(ids, scope)
        printed = tuple(
            _print(entry, subject, locale, settings) for entry in entries[:MOST_ENTRIES]
        )
        self.made += 1
        self._kept[key] = printed
        self._size += _size(printed)
        while self._size > BUDGET and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._size -= _size(dropped)
        return printed


def _scope(follows: Iterable[Follow]) -> frozenset[str] | None:
    """The clauses whose changes are shown; None: all of them."""
    known = list(follows)
    if any(follow.is_whole for follow in known):
        return None
    return frozenset(follow.clause for follow in known if follow.clause)


def _size(printed: Sequence[Printed]) -> int:
    return 200 + sum(len(one.text) + len(one.html) for one in printed)


def _print(entry: Entry, subject: Subject, locale: str, settings: config.Settings) -> Printed:
    said = voice(locale, settings.site_timezone).said(entry.sentence) if entry.sentence else ""
    values = {
        "entry": entry,
        "said": said,
        "subject": subject,
        "url": f"{settings.site_url}{entry.path}",
    }
    return Printed(entry, as_text("_entry", locale, values), as_html("_entry", locale, values))


def subjects_of(readers: Iterable[Reader]) -> dict[int, Subject]:
    """The policies that somebody of these follows and that everybody may see now, by id."""
    ids = list({follow.policy_id for reader in readers for follow in reader.follows})
    now = clock.now()
    return {
        row.id: Subject(
            row.id,
            row.page_version,
            row.slug,
            row.title,
            row.language,
            row.closes_at if _is_open(row, now) else None,
        )
        for row in db.session.execute(_SUBJECTS, {"ids": ids, "now": now})
    }


def _is_open(row: Any, now: datetime) -> bool:
    phase = effective_phase(row.phase, now, opens_at=row.opens_at, closes_at=row.closes_at)
    return phase == Phase.CONSULTATION


# Asked anew for each letter, and making a SELECT takes longer than running it.
_SUBJECTS = select(
    Policy.id,
    Policy.page_version,
    Policy.slug,
    Policy.title,
    Policy.language,
    Policy.phase,
    Policy.opens_at,
    Policy.closes_at,
).where(
    Policy.id.in_(bindparam("ids", expanding=True)),
    is_open_to_all(Policy, bindparam("now", type_=UTCDateTime())),
)

press = Press()
