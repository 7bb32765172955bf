"""The index kept by whoosh in a folder: `current` names the living generation beside it.

The only file that imports whoosh. whoosh stores, merges and commits; matching and counting are
ours (`answering.py`). No text is stored, and the folder must stay private: whoosh reads pickles.
"""

import errno
import fcntl
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader

from app.search.answering import answer
from app.search.entry import entry
from app.search.port import Answer, Document, IndexBusy, IndexDamaged, Query
from app.search.segment_view import SegmentView

_LIMIT_MB = 32
_POSTINGS_IN_BLOCK = 1024
_SEGMENTS_IN_TIER = 8
_TRIES = 5
_TRY_AGAIN = 0.02  # seconds

_POINTER = "current"

_KEYS = columns.VarBytesColumn()
_DAYS = columns.NumericColumn("i")
_LENGTHS = columns.NumericColumn("H")


class Bag(fields.FieldType):  # type: ignore[misc]
    """A field that takes its terms ready-made, as a mapping from term to weight."""

    def __init__(self) -> None:
        super().__init__(format=formats.Existence(), analyzer=None)

    def index(self, value: Mapping[str, int], **_: Any) -> Iterator[tuple[bytes, int, int, bytes]]:
        """What whoosh asks of a field: (term, frequency, weight, payload) for each term."""
        for term, weight in value.items():
            yield term.encode(), weight, weight, b""


class Codec(W3Codec):  # type: ignore[misc]
    """whoosh's own codec without statistics that nobody reads, and with larger blocks."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=_POSTINGS_IN_BLOCK)


class MarkedSchema(fields.Schema):  # type: ignore[misc]
    """A schema that carries the watermark: whoosh writes schema and segments in one rename."""

    watermark = 0


def _schema() -> MarkedSchema:
    bags = {name: Bag() for name in ("words", "grams", "tags", "policy")}
    return MarkedSchema(
        key=fields.COLUMN(_KEYS),
        day=fields.COLUMN(_DAYS),
        length=fields.COLUMN(_LENGTHS),
        **bags,
    )


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

    # Reading

    def search(self, query: Query) -> Answer:
        """See `SearchIndex.search`."""
        with self._lock:
            try:
                self.refresh()
                with _damage():
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
        """Opens everything anew and looks something up, as a search would."""
        with self._lock:
            self._forget()
            try:
                self.search(Query("的 the"))
            except IndexDamaged:
                return True
            return False

    def refresh(self) -> None:
        """See `SearchIndex.refresh`; segments that are already open stay open."""
        with self._lock, _damage():
            name = (self._folder / _POINTER).read_text()
            if name != self._name:
                self._forget()
                self._index = FileIndex(_storage(self._folder / name))
                self._name = name
            generation = self._index.latest_generation()
            if generation != self._generation:
                self._open(generation)

    def _open(self, generation: int) -> None:
        for _ in range(_TRIES):
            try:
                toc = TOC.read(self._index.storage, self._index.indexname)
                views = {
                    segment.segment_id(): self._view(toc.schema, segment)
                    for segment in toc.segments
                }
                break
            except FileNotFoundError:  # a commit took it away between the two looks
                time.sleep(_TRY_AGAIN)
        else:
            raise IndexDamaged("a file of the index is missing")
        for gone in self._views.keys() - views.keys():
            self._views[gone].close()
        self._views = views
        self._watermark = int(toc.schema.watermark)
        self._generation = toc.generation

    def _view(self, schema: MarkedSchema, segment: Any) -> SegmentView:
        view = self._views.get(segment.segment_id()) or _opened(
            self._index.storage, schema, segment
        )
        view.hide(segment.deleted_docs())
        return view

    def _forget(self) -> None:
        for view in self._views.values():
            view.close()
        self._views = {}
        self._name = ""
        self._generation = -1

    # Writing

    def write(self, documents: Iterable[Document], deleted: Iterable[str], watermark: int) -> None:
        """See `SearchIndex.write`; raises OSError when the disk is full, the index stays whole."""
        fresh = {document.key: entry(document) for document in documents}
        with self._lock, self._writing():
            self.refresh()
            with _damage(), self._writer(self._index, watermark) as writer:
                self._delete(writer, {*fresh, *deleted})
                for values in fresh.values():
                    writer.add_document(**values)

    def rebuild(self, documents: Iterable[Document], watermark: int) -> None:
        """See `SearchIndex.rebuild`."""
        with self._writing():
            name = f"generation-{time.time_ns()}"
            folder = self._folder / name
            folder.mkdir(mode=0o700)
            try:
                index = FileIndex.create(_storage(folder), _schema())
                with self._writer(index, watermark) as writer:
                    for document in documents:
                        writer.add_document(**entry(document))
                self._point_to(name)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self._sweep(name)

    def _point_to(self, name: str) -> None:
        beside = self._folder / f"{_POINTER}.new"
        beside.write_text(name)
        beside.replace(self._folder / _POINTER)

    def _sweep(self, name: str) -> None:
        for folder in self._folder.glob("generation-*"):
            if folder.name != name:
                shutil.rmtree(folder, ignore_errors=True)

    def _delete(self, writer: Any, keys: set[str]) -> None:
        base = 0
        for segment in writer.segments:
            view = self._views[segment.segment_id()]
            for key in keys:
                place = view.place(key)
                if place is not None:
                    writer.delete_document(base + place)
            base += segment.doc_count_all()

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

    @contextmanager
    def _writer(self, index: FileIndex, watermark: int) -> Iterator[Any]:
        writer = index.writer(limitmb=_LIMIT_MB, codec=Codec(), compound=False)
        try:
            yield writer
            writer.schema.watermark = watermark
            writer.commit(mergetype=_merge)
        except BaseException:
            with suppress(Exception):
                writer.cancel()
            raise


def _merge(writer: Any, segments: list[Any]) -> list[Any]:
    """Join segments of like size once eight of them stand, so that each document is rewritten
    seldom and few segments stay; one with more dead than living documents is cleaned.
    """
    tiers: dict[int, list[Any]] = {}
    for segment in segments:
        if segment.doc_count():
            tiers.setdefault(segment.doc_count().bit_length() // 3, []).append(segment)
    kept = []
    for members in tiers.values():
        is_full = len(members) >= _SEGMENTS_IN_TIER
        for segment in members:
            if is_full or segment.deleted_count() > segment.doc_count():
                with closing(SegmentReader(writer.storage, writer.schema, segment)) as reader:
                    writer.add_reader(reader)
            else:
                kept.append(segment)
    return kept


def _storage(folder: Path) -> FileStorage:
    # Not mapped into memory: a file cut short under a map kills the process with SIGBUS.
    return FileStorage(str(folder), supports_mmap=False)


def _opened(storage: FileStorage, schema: MarkedSchema, segment: Any) -> SegmentView:
    codec = segment.codec()
    with closing(codec.per_document_reader(storage, segment)) as per_document:
        count = segment.doc_count_all()
        keys, days, lengths = (
            [reader[doc] for doc in range(count)]
            for reader in (
                per_document.column_reader(name, schema[name].column_type)
                for name in ("key", "day", "length")
            )
        )
    formats_of = {name: field.format for name, field in schema.items() if field.indexed}
    terms = codec.terms_reader(storage, segment)
    return SegmentView(terms, formats_of, [key.decode() for key in keys], days, lengths)


@contextmanager
def _damage() -> Iterator[None]:
    """Any failure to read is damage: whoosh answers it with at least four kinds of exception."""
    try:
        yield
    except (IndexDamaged, IndexBusy):
        raise
    except Exception as reason:
        if isinstance(reason, OSError) and reason.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise IndexDamaged(f"the search index cannot be read: {reason!r}") from reason
