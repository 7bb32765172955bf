"""The index kept by whoosh in a folder.

The only file that imports whoosh. whoosh stores, commits and keeps segments; cutting, packing,
matching and counting are ours. No text is stored; the folder stays private, it holds pickles.
"""

import os
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from whoosh import columns, fields
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.filetables import HashReader, HashWriter
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC, FileIndex

from app.search.answering import answer
from app.search.entry import Entry, entry
from app.search.generations import Generations
from app.search.port import (
    Answer,
    Document,
    IndexDamaged,
    Query,
    SearchIndex,
    any_failure_is_damage,
)
from app.search.postings import Item, TermPool
from app.search.segment_view import SegmentView, TermTable

_DOCUMENTS_IN_BATCH = 250
_SEGMENTS_IN_TIER = 8
_TRIES = 5
_TRY_AGAIN = 0.02  # seconds
_HASH_BY_CRC = 1
Merged = Callable[[list[Any]], list[Any]]  # of the segments there are, those to join
_COLUMNS = {
    "key": columns.VarBytesColumn(),
    "day": columns.NumericColumn("i"),
    "length": columns.NumericColumn("H"),
}


class Storage(FileStorage):
    """A folder whose small files are read whole: whoosh leaves a broken one open, and a file cut
    short while it is mapped into memory would kill the process.
    """

    def open_file(self, name: str, **_: Any) -> StructFile:
        """What whoosh calls to read its table of contents and its columns."""
        return StructFile(BytesIO(self.path(name).read_bytes()), name=name)

    def path(self, name: str) -> Path:
        return Path(self.folder) / name


class Terms:
    """Writes the terms of a new segment into one hash file, as whoosh's writer asks it to."""

    def __init__(self, storage: Storage, segment: Any) -> None:
        self._path = storage.path(segment.make_filename(Codec.TERMS_EXT))
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
        self._segment.checksum = _checksum(self._path)
        self.is_closed = True


class Codec(W3Codec):
    """whoosh's own codec, but for the terms: those are packed by `postings.py`."""

    length_stats = False

    def field_writer(self, storage: Storage, segment: Any) -> Terms:
        """What whoosh calls to write a segment's terms."""
        return Terms(storage, segment)


class MarkedSchema(fields.Schema):
    """A schema that carries the watermark: whoosh writes schema and segments in one rename."""

    watermark = 0


class WhooshIndex(SearchIndex):
    """A `SearchIndex` in a private folder; one object may serve all threads of a process."""

    def __init__(self, folder: Path) -> None:
        self._generations = Generations(folder)
        self._lock = threading.RLock()
        self._index: Any = None  # the FileIndex of the generation in use
        self._views: dict[str, SegmentView] = {}
        self._folder: Path | None = None
        self._process = os.getpid()
        self._generation = -1
        self._watermark = 0

    def __del__(self) -> None:
        self._forget()

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
            folder = self._generations.living()
            # A forked process shares its file positions with its parent: open everything anew.
            if folder != self._folder or os.getpid() != self._process:
                self._forget()
                self._process = os.getpid()
                self._index = FileIndex(Storage(str(folder)))
                self._folder = folder
            generation = self._index.latest_generation()
            if generation != self._generation:
                self._open()

    def write(self, documents: Iterable[Document], deleted: Iterable[str], watermark: int) -> None:
        """See `SearchIndex.write`; raises OSError when the disk is full, the index stays whole."""
        self._write(documents, deleted, watermark, _crowded)

    def purge(self, keys: Iterable[str]) -> None:
        """See `SearchIndex.purge`: a deleted document lies in its segment until that is joined."""
        self._write((), keys, self.watermark(), lambda all_: [s for s in all_ if s.deleted_count()])

    def _write(
        self, documents: Iterable[Document], deleted: Iterable[str], watermark: int, merged: Merged
    ) -> None:
        fresh = {document.key: entry(document) for document in documents}
        with self._lock, self._generations.writing():
            self.refresh()
            doomed = {
                name: [doc for key in {*fresh, *deleted} if (doc := view.place(key)) is not None]
                for name, view in self._views.items()
            }
            with any_failure_is_damage():
                _commit(self._index, fresh.values(), doomed, watermark, merged)

    def rebuild(self, documents: Iterable[Document], watermark: int) -> None:
        """See `SearchIndex.rebuild`; in batches, so that memory stays bounded."""
        with self._generations.writing(), self._generations.successor() as folder:
            schema = {name: fields.COLUMN(column) for name, column in _COLUMNS.items()}
            index = FileIndex.create(Storage(str(folder)), MarkedSchema(**schema))
            remaining = iter(documents)
            while batch := list(islice(remaining, _DOCUMENTS_IN_BATCH)):
                _commit(index, map(entry, batch), {}, watermark, lambda _: [])
            _commit(index, (), {}, watermark, list)

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
        self._folder = None
        self._generation = -1


def _commit(
    index: FileIndex,
    entries: Iterable[Entry],
    doomed: Mapping[str, Iterable[int]],
    watermark: int,
    merged: Merged,
) -> None:
    """Delete, add, join the segments that `merged` picks, and make all of it visible at once."""
    with ExitStack() as opened:
        writer = index.writer(codec=Codec(), compound=False, _lk=False)
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


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    return checksum


def _opened(storage: Storage, segment: Any) -> SegmentView:
    path = storage.path(segment.make_filename(Codec.TERMS_EXT))
    if _checksum(path) != segment.checksum:
        raise IndexDamaged(f"the terms of {segment.segment_id()} are not as they were written")
    per_document = segment.codec().per_document_reader(storage, segment)
    keys, days, lengths = (
        [column[doc] for doc in range(segment.doc_count_all())]
        for column in (per_document.column_reader(*item) for item in _COLUMNS.items())
    )
    table = HashReader(StructFile(path.open("rb")), path.stat().st_size)
    terms = TermTable(table.get, table.items, table.close)
    return SegmentView(terms, [key.decode() for key in keys], days, lengths)
