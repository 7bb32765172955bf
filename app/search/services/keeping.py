"""Write to the index: what an event named, or all of it beside the old one. For the worker and
commands; nothing here writes to the database.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from app.database import db
from app.ledger.queries import get_head
from app.search import queries
from app.search.port import Document, IndexBusy, IndexDamaged
from app.search.services import the_index

log = logging.getLogger(__name__)

POLICIES_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Subjects:
    """What must be looked at again: ``policies`` with all that hangs on them, the ``texts`` of
    others, single ``reasons`` and ``suggestions`` (policy, number), ``comments``, and ``people`` by
    public id."""

    policies: frozenset[int] = frozenset()
    texts: frozenset[int] = frozenset()
    reasons: frozenset[tuple[int, int]] = frozenset()
    comments: frozenset[int] = frozenset()
    suggestions: frozenset[tuple[int, int]] = frozenset()
    people: frozenset[str] = frozenset()


def watermark() -> int | None:
    """The event up to which the index is complete; None when it has to be built anew."""
    try:
        return the_index().watermark()
    except IndexDamaged:
        return None


def update(subjects: Subjects, reached: int) -> None:
    """Bring the subjects up to date, all in one write; an index that cannot be read is rebuilt."""
    if subjects.people:
        theirs = queries.list_comments_of_people(subjects.people)
        offered = queries.list_suggestions_of_people(subjects.people)
        subjects = replace(
            subjects,
            comments=subjects.comments.union(theirs),
            suggestions=subjects.suggestions.union(offered),
        )
    documents = {document.key: document for document in _documents(subjects)}
    gone = _keys(subjects) - documents.keys()
    db.session.rollback()  # writing takes a while and must not hold the database's past open
    try:
        the_index().write(documents.values(), gone, reached)
    except IndexDamaged:
        rebuild()


def rebuild(told: Callable[[int, int], None] = lambda _done, _all: None) -> int:
    """Write the whole index anew beside the old one; answers the number of documents.

    Saving and searching go on meanwhile. ``told`` hears of policies done and of all. Raises
    ``IndexBusy`` when another process writes.
    """
    reached = get_head().seq
    ids = list(queries.list_policy_ids())
    count = 0

    def documents() -> Iterator[Document]:
        nonlocal count
        for done, policy_id in enumerate(ids):
            if done % POLICIES_AT_ONCE == 0:
                db.session.rollback()
                told(done, len(ids))
            for document in queries.list_whole_policy(policy_id):
                count += 1
                yield document
        db.session.rollback()
        told(len(ids), len(ids))

    db.session.rollback()
    the_index().rebuild(documents(), reached)
    return count


def purge(keys: Iterable[str]) -> None:
    """Drop the documents, and what of earlier ones still lies in the files; raises ``IndexBusy``."""
    try:
        the_index().purge(keys)
    except IndexDamaged:
        rebuild()


def ensure_whole(kinds: Iterable[str]) -> None:
    """Build the index anew when it is missing, damaged, or of another past than the database."""
    if not the_index().is_damaged() and not queries.is_out_of_step(
        the_index().watermark(), frozenset(kinds)
    ):
        return
    try:
        count = rebuild()
    except IndexBusy:
        log.info("another process is building the search index")
        return
    if count:
        log.warning("the search index was missing, damaged or of another past: built it anew")


def _documents(subjects: Subjects) -> Iterator[Document]:
    yield from queries.list_policies(sorted(subjects.texts - subjects.policies))
    for policy_id in sorted(subjects.policies):
        yield from queries.list_whole_policy(policy_id)
    for policy_id, wanted in _by_policy(subjects.reasons, subjects.policies):
        yield from queries.list_revisions(policy_id, wanted)
    for policy_id, wanted in _by_policy(subjects.suggestions, subjects.policies):
        yield from queries.list_suggestions(policy_id, wanted)
    yield from queries.list_comments(sorted(subjects.comments))


def _by_policy(
    named: Iterable[tuple[int, int]], done: frozenset[int]
) -> Iterator[tuple[int, set[int]]]:
    """Numbers by policy, without the policies that are written as a whole."""
    numbers: dict[int, set[int]] = {}
    for policy_id, number in named:
        if policy_id not in done:
            numbers.setdefault(policy_id, set()).add(number)
    yield from sorted(numbers.items())


def _keys(subjects: Subjects) -> set[str]:
    """Every document that the subjects name; those that no longer exist must go."""
    return {
        *(f"policy:{policy_id}" for policy_id in subjects.policies | subjects.texts),
        *(f"revision:{policy_id}:{number}" for policy_id, number in subjects.reasons),
        *(f"comment:{comment_id}" for comment_id in subjects.comments),
        *(f"suggestion:{policy_id}:{number}" for policy_id, number in subjects.suggestions),
    }
