"""The index kept by whoosh in a folder: `current` names the living generation beside it.

The only file that imports whoosh. whoosh stores, commits and keeps segments; cutting, packing,
matching and counting are ours. No text is stored; the folder stays private, it holds pickles.
"""

import fcntl
import shutil
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

from whoosh import columns, fields
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.filetables import HashReader, HashWriter
from whoosh.index import TOC, FileIndex

from app.search.answering import answer
from app.search.entry import Entry, entry
from app.search.port import (
    Answer,
    Document,
    IndexBusy,
    IndexDamaged,
    Query,
    any_failure_is_damage,
)
from app.search.postings import Item, TermPool
from app.search.segment_view import SegmentView, TermTable

_LIMIT_MB = 32
_DOCUMENTS_IN_BATCH = 250
_SEGMENTS_IN_TIER = 8
_TRIES = 5
_TRY_AGAIN = 0.02  # seconds
_POINTER = "current"
_HASH_BY_CRC = 1
_COLUMNS = {
    "key": columns.VarBytesColumn(),
    "day": columns.NumericColumn("i"),
    "length": columns.NumericColumn("H"),
}


class Terms:
    """Writes the terms of a new segment into one hash file, as whoosh's writer asks it to."""

    def __init__(self, storage: FileStorage, segment: Any) -> None:
        self._storage = storage
        self._segment = segment
        self._table = HashWriter(
            segment.create_file(storage, Codec.TERMS_EXT), hashtype=_HASH_BY_CRC
        )
        self.is_closed = False

    def add_postings(self, schema: Any, lengths: Any, items: Iterable[Item]) -> None:
        """Write all terms, in order (the name and the arguments are whoosh's)."""
        self._table.add_all(items)

    def close(self) -> None:
        """Finish the file; its checksum travels with the segment in whoosh's table of contents."""
        self._table.close()
        self._segment.checksum = _checksum(self._storage, self._segment)
        self.is_closed = True


class Codec(W3Codec):  # type: ignore[misc]
    """whoosh's own codec, but for the terms: those are packed by `postings.py`."""

    length_stats = False

    def field_writer(self, storage: FileStorage, segment: Any) -> Terms:
        """What whoosh calls to write a segment's terms."""
        return Terms(storage, segment)


class MarkedSchema(fields.Schema):  # type: ignore[misc]
    """A schema that carries the watermark: whoosh writes schema and segments in one rename."""

    watermark = 0


class WhooshIndex:
    """A `SearchIndex` in a private folder; one object may serve all threads of a process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._index: Any = None  # the FileIndex of the generation in use
        self._views: dict[str, SegmentView] = {}
        self._name = ""
        self._generation = -1
        self._watermark = 0

    def search(self, query: Query) -> Answer:
        """See `SearchIndex.search`."""
        with self._lock:
            try:
                self.refresh()
                with any_failure_is_damage():
                    return answer(query, list(self._views.values()))
            except IndexDamaged:
                self._forget()
                raise

    def watermark(self) -> int:
        """See `SearchIndex.watermark`."""
        with self._lock:
            self.refresh()
            return self._watermark

    def is_damaged(self) -> bool:
        """Opens everything anew and checks its checksums."""
        with self._lock:
            self._forget()
            try:
                self.refresh()
            except IndexDamaged:
                return True
            return False

    def refresh(self) -> None:
        """See `SearchIndex.refresh`; segments that are already open stay open."""
        with self._lock, any_failure_is_damage():
            name = (self._folder / _POINTER).read_text()
            if name != self._name:
                self._forget()
                self._index = FileIndex(_storage(self._folder / name))
                self._name = name
            generation = self._index.latest_generation()
            if generation != self._generation:
                self._open()

    def write(self, documents: Iterable[Document], deleted: Iterable[str], watermark: int) -> None:
        """See `SearchIndex.write`; raises OSError when the disk is full, the index stays whole."""
        fresh = {document.key: entry(document) for document in documents}
        with self._lock, self._writing():
            self.refresh()
            doomed = {
                name: [doc for key in {*fresh, *deleted} if (doc := view.place(key)) is not None]
                for name, view in self._views.items()
            }
            with any_failure_is_damage():
                _commit(self._index, fresh.values(), doomed, watermark, _crowded)

    def rebuild(self, documents: Iterable[Document], watermark: int) -> None:
        """See `SearchIndex.rebuild`; in batches, so that memory stays bounded."""
        with self._writing():
            name = f"generation-{time.time_ns()}"
            folder = self._folder / name
            folder.mkdir(mode=0o700)
            try:
                schema = {name: fields.COLUMN(column) for name, column in _COLUMNS.items()}
                index = FileIndex.create(_storage(folder), MarkedSchema(**schema))
                remaining = iter(documents)
                while batch := list(islice(remaining, _DOCUMENTS_IN_BATCH)):
                    _commit(index, map(entry, batch), {}, watermark, lambda _: [])
                _commit(index, (), {}, watermark, list)
                self._point_to(name)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise

    def _open(self) -> None:
        for _ in range(_TRIES):
            try:
                toc = TOC.read(self._index.storage, self._index.indexname)
                views = {segment.segment_id(): self._view(segment) for segment in toc.segments}
                break
            except FileNotFoundError:  # a commit took it away between the two looks
                time.sleep(_TRY_AGAIN)
        else:
            raise IndexDamaged("a file of the index is missing")
        for gone in self._views.keys() - views.keys():
            self._views[gone].terms.close()
        self._views = views
        self._watermark = int(toc.schema.watermark)
        self._generation = toc.generation

    def _view(self, segment: Any) -> SegmentView:
        view = self._views.get(segment.segment_id()) or _opened(self._index.storage, segment)
        view.hide(segment.deleted_docs())
        return view

    def _forget(self) -> None:
        for view in self._views.values():
            view.terms.close()
        self._views = {}
        self._name = ""
        self._generation = -1

    def _point_to(self, name: str) -> None:
        """Swap the generation; readers keep the files that they have open."""
        beside = self._folder / f"{_POINTER}.new"
        beside.write_text(name)
        beside.replace(self._folder / _POINTER)
        for folder in self._folder.glob("generation-*"):
            if folder.name != name:
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Be the one writer, in this process and among all."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(self._folder / "write.lock", "a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as reason:
                raise IndexBusy("another process writes the index") from reason
            yield


def _commit(
    index: FileIndex,
    entries: Iterable[Entry],
    doomed: Mapping[str, Iterable[int]],
    watermark: int,
    merged: Callable[[list[Any]], list[Any]],
) -> None:
    """Delete, add, join the segments that `merged` picks, and make all of it visible at once."""
    with ExitStack() as opened:
        writer = index.writer(limitmb=_LIMIT_MB, codec=Codec(), compound=False)
        pool = writer.pool = TermPool()

        def merge(_: Any, segments: list[Any]) -> list[Any]:
            picked = merged(segments)
            for segment in picked:
                view = _opened(index.storage, segment)
                opened.callback(view.terms.close)
                pool.join(view.terms.items(), list(_moved(writer, view, segment)))
            return [s for s in segments if s not in picked and s.doc_count()]

        try:
            for segment in writer.segments:
                for doc in doomed.get(segment.segment_id(), ()):
                    segment.delete_document(doc)
            for new in entries:
                for field, terms in new.terms.items():
                    pool.add(writer.docnum, field, terms)
                writer.add_document(key=new.key.encode(), day=new.day, length=new.length)
            writer.schema.watermark = watermark
            writer.commit(mergetype=merge)
        except BaseException:
            with suppress(Exception):
                writer.cancel()
            raise


def _moved(writer: Any, view: SegmentView, segment: Any) -> Iterator[int | None]:
    """Copy the columns of what still lives; the new number of each document."""
    for doc in range(view.size):
        if segment.is_deleted(doc):
            yield None
            continue
        yield writer.docnum
        columns_of = {"day": view.days[doc], "length": view.lengths[doc]}
        writer.add_document(key=view.keys[doc].encode(), **columns_of)


def _crowded(segments: list[Any]) -> list[Any]:
    """Segments to join: eight of like size, so that each document is rewritten seldom and few
    segments stay; and each with more dead than living documents.
    """
    tiers: dict[int, list[Any]] = {}
    for segment in segments:
        if segment.doc_count():
            tiers.setdefault(segment.doc_count().bit_length() // 3, []).append(segment)
    full = [tier for tier in tiers.values() if len(tier) >= _SEGMENTS_IN_TIER]
    stale = [s for s in segments if 0 < s.doc_count() < s.deleted_count()]
    return list(dict.fromkeys([segment for tier in full for segment in tier] + stale))


def _storage(folder: Path) -> FileStorage:
    # Not mapped into memory: a file cut short under a map kills the process with SIGBUS.
    return FileStorage(str(folder), supports_mmap=False)


def _checksum(storage: FileStorage, segment: Any) -> int:
    checksum = 0
    with closing(segment.open_file(storage, Codec.TERMS_EXT)) as file:
        while block := file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    return checksum


def _opened(storage: FileStorage, segment: Any) -> SegmentView:
    if _checksum(storage, segment) != segment.checksum:
        raise IndexDamaged(f"the terms of {segment.segment_id()} are not as they were written")
    with closing(segment.codec().per_document_reader(storage, segment)) as per_document:
        keys, days, lengths = (
            [column[doc] for doc in range(segment.doc_count_all())]
            for column in (per_document.column_reader(*item) for item in _COLUMNS.items())
        )
    table = HashReader.open(storage, segment.make_filename(Codec.TERMS_EXT))
    terms = TermTable(table.get, table.items, table.close)
    return SegmentView(terms, [key.decode() for key in keys], days, lengths)
