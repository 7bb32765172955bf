"""One entry of what happened, as a reader may see it now, and bursts of versions as one entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic

from sqlalchemy import select

from app.access.actor import Actor
from app.database import db
from app.messages import N_, Message
from app.notifications.models import Happening
from app.notifications.rules import BURST, Kind
from app.notifications.sentences import RULES
from app.policies.models import Policy
from app.policies.queries import seen_by
from app.policies.seats import Byline
from app.policies.versions import get_version
from app.suggestions.queries.views import ChangeView, runs_of
from app.text.as_read import as_read
from app.text.diff import word_diff
from app.text.excerpt import Stretch, shortened, stretches
from app.text.labels import spoken

_SECONDS = 0.05  # of comparing one clause
_CLAUSES = 12  # compared in one entry; its link shows the others
_CHARACTERS = 600  # of one clause


@dataclass(frozen=True, slots=True)
class Place:
    """The policy that something is about."""

    id: int
    slug: str
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in one clause; see ``text.excerpt`` for stretches."""

    label: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class News:
    """One entry. ``id`` is that of the latest happening in it, ``path`` an address within this site.

    ``by`` is whose words or work it is, None where the site speaks. ``words`` are people's words in
    the language ``language``, ``labels`` the articles it is about as they are called now, ``notes``
    further sentences. Versions ``first`` to ``last`` since ``since`` may be one entry; ``before`` is
    the version that they are compared with (0: the reader may not see it). ``ref`` is that of the
    happening, of a burst the first one. ``clauses``, ``offered`` and ``author`` are what
    ``changes_of`` and ``as_one`` read.
    """

    id: int
    kind: str
    ref: int
    place: Place
    at: datetime
    since: datetime
    sentence: Message
    path: str
    by: Byline | None = None
    words: str = ""
    language: str = ""
    notes: tuple[Message, ...] = ()
    labels: tuple[str, ...] = ()
    is_minor: bool = False
    before: int = 0
    first: int = 0
    last: int = 0
    clauses: tuple[str, ...] = ()
    offered: tuple[ChangeView, ...] = ()
    author: str = ""


class Known:
    """The policies of some happenings that ``actor`` sees, and what their clauses are called."""

    def __init__(self, rows: Iterable[Happening], actor: Actor) -> None:
        self.actor = actor
        query = select(Policy).where(Policy.id.in_({row.policy_id for row in rows}), seen_by(actor))
        self.policies: Mapping[int, Policy] = {one.id: one for one in db.session.scalars(query)}
        self._names: dict[int, dict[str, str]] = {}

    def labels(self, row: Happening) -> tuple[str, ...]:
        """What the clauses of ``row`` are called now, in the order of the text."""
        ids = frozenset(row.clauses.split())
        if not ids:
            return ()
        names = self._names.get(row.policy_id)
        if names is None:
            head = get_version(row.policy_id, self.policies[row.policy_id].head_number)
            names = {one.id: spoken(one.label) for one in head.outline if one.label}
            self._names[row.policy_id] = names
        return tuple(dict.fromkeys(name for ident, name in names.items() if ident in ids))

    def news(self, row: Happening, sentence: Message, path: str) -> News:
        """An entry for ``row``; ``path`` goes on from the address of its policy unless it begins
        with a slash."""
        policy = self.policies[row.policy_id]
        return News(
            id=row.id,
            kind=row.kind,
            ref=row.ref,
            place=Place(policy.id, policy.slug, policy.title, policy.language),
            at=row.at,
            since=row.at,
            sentence=sentence,
            path=path if path.startswith("/") else path_of(policy.slug, path),
            labels=self.labels(row),
            is_minor=row.is_minor,
            clauses=tuple(row.clauses.split()),
            author=row.by_public_id,
        )


def path_of(slug: str, path: str) -> str:
    """An address of a policy's page within this site."""
    return f"/policies/{slug}/{path}".rstrip("/")


def hidden_note(rule: str | None) -> tuple[Message, ...]:
    """What stands in the place of words that were hidden under ``rule``; nothing without one."""
    if rule is None:
        return ()
    said = Message(RULES.get(rule, rule))
    return (Message(N_("These words were hidden since: %(rule)s"), {"rule": said}),)


def as_one(news: Sequence[News]) -> list[News]:
    """The same, newest first, with each burst joined: versions of one person on one policy that
    follow each other within ten minutes."""
    found: list[News] = []
    latest: dict[int, int] = {}  # policy → where its last versions stand in ``found``
    for one in news:
        if one.kind == Kind.REVISION:
            at = latest.get(one.place.id)
            if at is not None and _is_burst(found[at], one):
                found[at] = _joined(found[at], one)
                continue
            latest[one.place.id] = len(found)
        found.append(one)
    return found


def _is_burst(newer: News, older: News) -> bool:
    is_next = older.last == newer.first - 1 and older.before > 0  # the first one stands alone
    return is_next and older.author == newer.author != "" and newer.since - older.at <= BURST


def _joined(newer: News, older: News) -> News:
    reasons = dict.fromkeys(words for words in (older.words, newer.words) if words)
    sentence = Message(
        N_("Versions %(first)s to %(last)s"), {"first": older.first, "last": newer.last}
    )
    path = path_of(newer.place.slug, f"compare/{older.before}...{newer.last}")
    return replace(
        newer,
        ref=older.ref,
        since=older.since,
        sentence=sentence,
        path=path,
        words=" · ".join(reasons),
        labels=tuple(dict.fromkeys((*older.labels, *newer.labels))),
        is_minor=newer.is_minor and older.is_minor,
        before=older.before,
        first=older.first,
        clauses=tuple(dict.fromkeys((*older.clauses, *newer.clauses))),
    )


def changes_of(news: News, until: float | None = None) -> tuple[Change, ...]:
    """The words that changed, or that are offered instead, in as many clauses as an entry holds;
    beyond ``until`` (of ``time.monotonic``) wordings are shown replaced whole."""
    if news.offered:
        return tuple(
            Change(one.label, shortened(stretches(runs_of(one)), _CHARACTERS))
            for one in news.offered[:_CLAUSES]
        )
    if not news.before:
        return ()
    old, new = (get_version(news.place.id, number) for number in (news.before, news.last))
    found = []
    for ident in news.clauses[:_CLAUSES]:
        before, after = old.clause(ident), new.clause(ident)
        words = [as_read(one.text).strip() if one else "" for one in (before, after)]
        named = after or before
        if named is not None and words[0] != words[1]:
            left = _SECONDS if until is None else min(_SECONDS, until - monotonic())
            runs = word_diff(words[0], words[1], left).runs
            found.append(Change(spoken(named.label), shortened(stretches(runs), _CHARACTERS)))
    return tuple(found)
