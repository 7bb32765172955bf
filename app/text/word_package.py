"""A .docx as it comes through the door: a zip of XML parts, opened within limits or refused.

Nobody knows who made the file. Only the parts that are asked for are unpacked, each within its
limit, and no part may bring a document type with entities of its own.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import IO

from lxml import etree

from app.errors import RuleBroken
from app.messages import N_

MOST_BYTES = 16 * 1024 * 1024
MOST_UNPACKED, MOST_RATIO, RATIO_FROM = 200 * 1024 * 1024, 200, 8 * 1024 * 1024
MOST_ENTRIES = 5_000
MOST_BODY, MOST_PART = 48 * 1024 * 1024, 8 * 1024 * 1024  # unpacked bytes of one part
MOST_ELEMENTS, MOST_IN_BLOCK, MOST_BLOCKS = 1_000_000, 300_000, 60_000
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Documents by strict ISO 29500 use another namespace for the same words.
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_MAIN = "word/document.xml"

_TOO_LARGE = N_("The file is too large: at most %(most)s MB are possible.")
_BOMB = N_("Unpacked, the file would be far too large. Please save the text in a new document.")
_DAMAGED = N_("The file is damaged and cannot be read. Please open it in Word and save it again.")
_OLD = N_(
    "This is an old .doc file, or one that is locked with a password. Please save it in Word as"
    " .docx, without a password."
)
_PDF = N_("This is a PDF. Please choose the Word file it was made from.")
_OTHER = N_("This is not a Word file (.docx).")
_MACROS = N_("The file holds macros. Please save it in Word as .docx, without macros.")
_ENTITIES = N_("The file holds instructions that a text does not need, and is not read.")
_STRICT_FORM = N_(
    "The file is in Word's strict form. Please save it in Word as .docx in the usual form."
)
# What the libraries raise for bytes that somebody changed on the way.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    etree.XMLSyntaxError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
_BEGINNINGS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD),
    (b"%PDF", _PDF),
)


def _refused(why: str, **values: int) -> RuleBroken:
    return RuleBroken(why, field="file", **values)


class Package:
    """The parts of an opened file; raises RuleBroken (``file``) with what to do about it."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MOST_BYTES:
            raise _refused(_TOO_LARGE, most=MOST_BYTES // 2**20)
        for beginning, why in _BEGINNINGS:
            if data.startswith(beginning):
                raise _refused(why)
        if not data.startswith(b"PK"):
            raise _refused(_OTHER)
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except _BROKEN:
            raise _refused(_DAMAGED) from None
        self._sizes = {info.filename: info.file_size for info in self._zip.infolist()}
        self._ensure_sound(len(data))

    def _ensure_sound(self, packed: int) -> None:
        infos = self._zip.infolist()
        unpacked = sum(info.file_size for info in infos)
        is_bomb = unpacked > RATIO_FROM and unpacked > packed * MOST_RATIO
        if len(infos) > MOST_ENTRIES or unpacked > MOST_UNPACKED or is_bomb:
            raise _refused(_BOMB)
        if any(info.flag_bits & 1 for info in infos):
            raise _refused(_OLD)
        if any(name.lower().endswith("vbaproject.bin") for name in self._sizes):
            raise _refused(_MACROS)
        if _MAIN not in self._sizes:
            raise _refused(_OTHER)
        if b"macroEnabled" in self._bytes("[Content_Types].xml"):
            raise _refused(_MACROS)

    @property
    def names(self) -> list[str]:
        """The names of all parts."""
        return list(self._sizes)

    def root(self, name: str) -> etree._Element | None:
        """A small part as a tree; None where the file has none."""
        if name not in self._sizes:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            root = etree.fromstring(self._bytes(name), parser)
        except _BROKEN:
            raise _refused(_DAMAGED) from None
        _ensure_no_entities(root)
        return root

    def blocks(self) -> Iterator[etree._Element]:
        """The paragraphs and tables of the body in turn; each is emptied behind the reader."""
        if self._sizes[_MAIN] > MOST_BODY:
            raise _refused(_BOMB)
        try:
            with self._zip.open(_MAIN) as stream:
                yield from _blocks(stream)
        except _BROKEN:
            raise _refused(_DAMAGED) from None

    def _bytes(self, name: str) -> bytes:
        if self._sizes.get(name, 0) > MOST_PART:
            raise _refused(_BOMB)
        try:
            return self._zip.read(name)
        except KeyError:
            raise _refused(_OTHER) from None
        except _BROKEN:
            raise _refused(_DAMAGED) from None


def _blocks(stream: IO[bytes]) -> Iterator[etree._Element]:
    body: etree._Element | None = None
    elements = in_block = blocks = 0
    events = etree.iterparse(
        stream,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    for event, element in events:
        if event == "start":
            if elements == 0:
                _ensure_no_entities(element)
            elements, in_block = elements + 1, in_block + 1
            if elements > MOST_ELEMENTS or in_block > MOST_IN_BLOCK:
                raise _refused(_BOMB)
            if body is None and element.tag == f"{W}body":
                body = element
        elif body is not None and element.getparent() is body:
            blocks += 1
            if blocks > MOST_BLOCKS:
                raise _refused(_BOMB)
            yield element
            in_block = 0
            element.clear()
            while element.getprevious() is not None:  # the parser has read on; what follows stays
                del body[0]


def _ensure_no_entities(root: etree._Element) -> None:
    if root.getroottree().docinfo.doctype:
        raise _refused(_ENTITIES)
    if root.tag.startswith("{" + _STRICT.decode()):
        raise _refused(_STRICT_FORM)
