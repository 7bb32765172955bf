"""After a removal: nothing on disk holds the words any more. A regular duty of the worker.

Every step can be done twice, so a sweep that was broken off is simply done again. Rendered clauses
are left alone: they hold the text of versions, which stays.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update

from app import clock
from app.accounts.services.setup import settings
from app.database import clear_freed, db, writing
from app.moderation.models import Removal
from app.moderation.rules import Kind
from app.moderation.services.removing import thing_of
from app.moderation.services.removing_words import document_of
from app.papers.shelf import shelf
from app.suggestions.services.keeping_uploads import drop_uploads

MOST_BYTES = 1 << 30  # of a SQLite file that is written anew; it takes as much free space
_ALWAYS = ("flag", "appeal", "outgoing_message", "kept_words", "draft")
_SAID = ("contribution", "contribution_part", "contribution_band", "suggested_change")
TABLES: dict[str, tuple[str, ...]] = {
    Kind.COMMENT: (*_ALWAYS, *_SAID, "comment", "comment_version", "thread"),
    Kind.SUGGESTION: (*_ALWAYS, *_SAID, "revision_credit", "paper_record", "person"),
    Kind.SUMMARY: (*_ALWAYS, "revision"),
    Kind.NAME: (*_ALWAYS, "hidden_name", "person"),
}
Purge = Callable[[Collection[str]], None]

log = logging.getLogger(__name__)


def sweep_removed(purge_index: Purge) -> None:
    """Sweep after all removals that were confirmed and not swept yet.

    ``purge_index`` drops documents of the search index, which stands above this package, by their
    keys and leaves no byte of them. The caller commits.
    """
    found = _unswept()
    keys = [key for key in (document_of(thing_of(row)) for row in found) if key]
    kinds = {row.kind for row in found}
    ids, latest = [row.id for row in found], max((_decided(row) for row in found), default=None)
    db.session.rollback()
    if latest is None:
        return
    purge_index(keys)
    _drop_messages()
    drop_uploads()
    tables = sorted({table for kind in kinds for table in TABLES[kind]})
    if not shelf.clear() or not clear_freed(tables, since=latest, most_bytes=MOST_BYTES):
        log.info("somebody still reads what was removed; the sweep will be done again")
        return
    writing()
    db.session.execute(update(Removal).where(Removal.id.in_(ids)).values(swept_at=clock.now()))


def _unswept() -> Sequence[Removal]:
    query = select(Removal).where(Removal.is_confirmed.is_(True), Removal.swept_at.is_(None))
    return db.session.scalars(query.order_by(Removal.id)).all()


def _decided(row: Removal) -> datetime:
    assert row.decided_at is not None
    return row.decided_at


def _drop_messages() -> None:
    """Where no server is set, mail and text messages lie in files, in encodings of their own."""
    for folder, ending in (("mail", "*.eml"), ("sms", "*.txt")):
        for path in (settings().instance_dir / folder).glob(ending):
            path.unlink(missing_ok=True)
