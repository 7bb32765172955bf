"""What stands in a digest about one policy: few entries, as visitors see it when it is read.

A letter cannot be taken back, so it holds the text of the policy and what the office says, and of
people's words only how many there are and where.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from app.access.actor import VISITOR
from app.accounts.models import Person
from app.database import db
from app.messages import N_, Message
from app.notifications.models import Happening
from app.notifications.queries.happened import list_news
from app.notifications.queries.news import Change, News, changes_of, path_of
from app.notifications.rules import MILESTONES, Kind
from app.notifications.sentences import DECISIONS
from app.suggestions.models import Answer, Contribution

MOST_ENTRIES = 30  # of one policy; the others are on its page
MOST_ANSWERS = 5  # more than that are one entry
_TEXT = frozenset({Kind.REVISION, Kind.CORRECTION})
_TALK = frozenset({Kind.CONTRIBUTION, Kind.COMMENT, Kind.THREAD, Kind.SUMMARY})
_LEFT_OUT = frozenset({Kind.MODERATION})  # it has its own public record


@dataclass(frozen=True, slots=True)
class Follow:
    """What somebody follows of a policy, of which they heard up to the happening ``after``."""

    policy_id: int
    clause: str
    thread_id: int
    since: datetime
    after: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.clause and not self.thread_id


@dataclass(frozen=True, slots=True)
class Trace:
    """So much of a happening as says whether somebody follows it."""

    id: int
    kind: str
    clauses: frozenset[str]
    thread_id: int
    at: datetime

    def concerns(self, follow: Follow) -> bool:
        """Whether it is news for ``follow``; of the steps of a draft hears who follows a part."""
        if self.id <= follow.after or self.at < follow.since:
            return False
        is_part = follow.clause in self.clauses or self.thread_id == follow.thread_id != 0
        return follow.is_whole or is_part or self.kind in MILESTONES


@dataclass(frozen=True, slots=True)
class Talk:
    """How much was said at one place."""

    suggestions: int = 0
    comments: int = 0
    replies: int = 0
    summaries: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; ``newest`` is the id of its latest happening. Either ``talk`` says how much was
    said at ``labels`` (none: the whole draft), or ``answers`` how many were given, or ``sentence`` what
    happened.

    ``more`` clauses changed besides ``changes``. ``authors`` are those whose doing it is alone,
    ``owner`` is whose words were answered, ``is_final`` the decision: who was told of these at once
    does not read of them again.
    """

    newest: int
    path: str
    sentence: Message | None = None
    labels: tuple[str, ...] = ()
    talk: Talk | None = None
    answers: int = 0
    words: str = ""
    changes: tuple[Change, ...] = ()
    more: int = 0
    authors: frozenset[str] = frozenset()
    owner: str = ""
    is_final: bool = False


def list_traces(policy_id: int, since: datetime, upto: int) -> list[Trace]:
    """The happenings on a policy that a digest may tell of; minor edits never are."""
    query = select(
        Happening.id, Happening.kind, Happening.clauses, Happening.thread_id, Happening.at
    ).where(
        Happening.policy_id == policy_id,
        Happening.id <= upto,
        Happening.at >= since,
        Happening.is_minor.is_(False),
        Happening.kind.not_in(_LEFT_OUT),
    )
    return [
        Trace(ident, kind, frozenset(clauses.split()), thread_id, at)
        for ident, kind, clauses, thread_id, at in db.session.execute(query.order_by(Happening.id))
    ]


def list_entries(ids: Collection[int], clauses: frozenset[str] | None) -> list[Entry]:
    """The entries on one policy, newest first; ``clauses`` are those whose changes are of interest
    (None: all of them). What is private, hidden or taken back now is absent."""
    rows = db.session.scalars(select(Happening).where(Happening.id.in_(ids))).all()
    news = [one for one in list_news(rows, VISITOR) if not _is_hidden(one)]
    entries = [
        *_of_text([one for one in news if one.kind in _TEXT], clauses),
        *_of_talk([one for one in news if one.kind in _TALK]),
        *_of_answers([one for one in news if one.kind == Kind.ANSWER], rows),
        *(_said(one) for one in news if one.kind not in {*_TEXT, *_TALK, Kind.ANSWER}),
    ]
    return sorted(entries, key=lambda entry: entry.newest, reverse=True)


def _is_hidden(one: News) -> bool:
    """What people said carries a note in the place of hidden words, and only then."""
    return one.kind in _TALK and bool(one.notes)


def _of_text(news: Sequence[News], clauses: frozenset[str] | None) -> Iterator[Entry]:
    """Versions that follow each other without a gap are one entry, whoever saved them."""
    comparable = [one for one in map(_with_before, news) if one.before]
    for one, authors in _joined(sorted(comparable, key=lambda one: one.first)):
        wanted = tuple(name for name in one.clauses if clauses is None or name in clauses)
        changes = changes_of(replace(one, clauses=wanted))
        if changes:
            left = len(wanted) - len(changes)
            yield Entry(one.id, one.path, one.sentence, changes=changes, more=left, authors=authors)


def _with_before(one: News) -> News:
    """The first version that everybody may read is compared with nothing, the others of its burst
    are compared with it."""
    return replace(one, before=one.before or (one.first if one.last > one.first else 0))


def _joined(news: Iterable[News]) -> Iterator[tuple[News, frozenset[str]]]:
    run: list[News] = []
    for one in news:
        if run and run[-1].last != one.first - 1:
            yield _as_one(run)
            run = []
        run.append(one)
    if run:
        yield _as_one(run)


def _as_one(run: Sequence[News]) -> tuple[News, frozenset[str]]:
    first, last = run[0], run[-1]
    authors = frozenset(one.author for one in run)
    if len(run) == 1:
        return last, authors
    sentence = Message(
        N_("Versions %(first)s to %(last)s"), {"first": first.first, "last": last.last}
    )
    path = path_of(last.place.slug, f"compare/{first.before}...{last.last}")
    clauses = tuple(dict.fromkeys(name for one in run for name in one.clauses))
    newest = max(one.id for one in run)
    whole = replace(
        last, id=newest, before=first.before, first=first.first, sentence=sentence, clauses=clauses
    )
    return replace(whole, path=path), authors


def _of_talk(news: Sequence[News]) -> Iterator[Entry]:
    """How much was said about each article, or about the whole draft."""
    places: dict[tuple[str, ...], list[News]] = {}
    for one in news:
        places.setdefault(one.clauses, []).append(one)
    for clauses, some in places.items():
        place = some[0].place
        where = f"suggestions?clause={clauses[0]}" if len(clauses) == 1 else "suggestions"
        suggestions = sum(bool(one.offered) for one in some)
        opened = sum(one.kind in (Kind.CONTRIBUTION, Kind.THREAD) for one in some)
        yield Entry(
            newest=max(one.id for one in some),
            path=some[0].path if len(some) == 1 else path_of(place.slug, where),
            labels=some[0].labels,
            talk=Talk(
                suggestions=suggestions,
                comments=opened - suggestions,
                replies=sum(one.kind == Kind.COMMENT for one in some),
                summaries=sum(one.kind == Kind.SUMMARY for one in some),
            ),
            authors=frozenset(one.author for one in some),
        )


def _of_answers(news: Sequence[News], rows: Sequence[Happening]) -> Iterator[Entry]:
    if len(news) > MOST_ANSWERS:
        path = path_of(news[0].place.slug, "answers")
        yield Entry(max(one.id for one in news), path, answers=len(news))
        return
    refs = {row.id: row.ref for row in rows}
    query = (
        select(Answer.id, Person.public_id)
        .join(Contribution, Contribution.id == Answer.contribution_id)
        .join(Person, Person.id == Contribution.author_id)
        .where(Answer.id.in_({refs[one.id] for one in news}))
    )
    owners = {row.id: row.public_id for row in db.session.execute(query)}
    for one in news:
        yield replace(_said(one), owner=owners.get(refs[one.id], ""))


def _said(one: News) -> Entry:
    """What the office says, in its own words."""
    is_final = one.kind == Kind.DECISION and one.sentence.text == DECISIONS["adopt"]
    return Entry(one.id, one.path, one.sentence, words=one.words, is_final=is_final)
