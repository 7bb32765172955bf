"""Documents as PDF by weasyprint, which is imported in the child process that makes papers only.

It takes 2 seconds and 60 MB to import, and needs libraries that a server may lack: ask
``missing_packages`` first, which only tries to open them.
"""

from __future__ import annotations

import ctypes
import gc
import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from pypdf import PdfWriter

from app.papers import html_writer
from app.papers.blocks import Block, Document, Paragraph, Row, Style, Table

# Library → the Debian package that brings it.
_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
_FONTS = "fonts-noto-cjk"
# weasyprint keeps a document's layout in memory until it is written, 2 KB a character.
PORTION = 90_000  # characters
_ROW = 40  # characters that the borders of a row are worth


def write(document: Document, path: Path) -> None:
    """Print ``document`` to ``path``, the fonts it needs embedded; long ones in portions, each of
    which begins a page.

    One that fits into a portion is tagged for readers of screens (PDF/UA).
    """
    parts: list[Path] = []
    pages = 0
    try:
        for portion in portions(document):
            parts.append(path.with_name(f"{path.stem}-{len(parts)}.part"))
            pages += _print(portion, parts[-1], pages)
            gc.collect()
        if len(parts) == 1:
            parts.pop().replace(path)
        else:
            _join(parts, document, path)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def _print(document: Document, path: Path, pages_before: int) -> int:
    """Print one portion; the number of its pages. Nothing is fetched: the style is handed over,
    and a paper has no pictures."""
    import weasyprint

    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it warns of rules for screens
    sheets = [html_writer.sheet()]
    if pages_before:
        sheets.append(f"@page :first {{ counter-reset: page {pages_before + 1} }}")
    rendered = weasyprint.HTML(
        string="".join(html_writer.pieces(document)), url_fetcher=_refuse
    ).render(
        stylesheets=[weasyprint.CSS(string=sheet, url_fetcher=_refuse) for sheet in sheets],
        pdf_variant="pdf/ua-1",
    )
    rendered.write_pdf(path, pdf_variant="pdf/ua-1")
    return len(rendered.pages)


def _join(parts: list[Path], document: Document, path: Path) -> None:
    with PdfWriter() as joined:
        for part in parts:
            joined.append(part, import_outline=False)
        joined.add_metadata({"/Title": document.title, "/Author": document.author})
        joined.compress_identical_objects()
        joined.write(path)


def portions(document: Document, most: int = PORTION) -> Iterator[Document]:
    """The document cut into several of about ``most`` characters, tables between two rows.

    A heading in the last fifth begins the next one, so that chapters are not torn for nothing.
    """
    waiting: list[Block] = []
    size = 0
    for block, length in _atoms(document.blocks):
        is_heading = isinstance(block, Paragraph) and block.style is Style.HEADING
        if waiting and (size + length > most or (is_heading and size > most * 0.8)):
            yield replace(document, blocks=waiting)
            waiting, size = [], 0
        _add(waiting, block)
        size += length
    yield replace(document, blocks=waiting)


def _atoms(blocks: Iterable[Block]) -> Iterator[tuple[Block, int]]:
    """Paragraphs, and tables of one row, each with its length."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block, len(block.text)
            continue
        yield replace(block, rows=[]), _ROW
        for row in block.rows:
            yield replace(block, rows=[row]), _row_length(row)


def _add(waiting: list[Block], block: Block) -> None:
    """Add a block; a row of the table that stands there already goes on with it."""
    last = waiting[-1] if waiting else None
    if isinstance(block, Table) and isinstance(last, Table) and last.heads == block.heads:
        rows = [*block.rows]
        if rows and isinstance(last.rows, list):
            last.rows.extend(rows)
            return
    waiting.append(block)


def _row_length(row: Row) -> int:
    return _ROW + sum(len(paragraph.text) for cell in row.cells for paragraph in cell)


def _refuse(url: str, *_arguments: Any, **_options: Any) -> NoReturn:
    """Words of people go into a paper; an address in them must not make this server ask it."""
    raise ValueError("a paper fetches nothing")


@cache
def missing_packages() -> tuple[str, ...]:
    """The Debian packages without which no PDF can be made here; () when all are there."""
    missing = [package for library, package in _LIBRARIES.items() if not _opens(library)]
    return (*missing, *(() if _has_chinese_font() else (_FONTS,)))


def _opens(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


class _FontSet(ctypes.Structure):
    """FcFontSet of fontconfig.h."""

    _fields_ = (("count", ctypes.c_int), ("size", ctypes.c_int), ("fonts", ctypes.c_void_p))


def _has_chinese_font() -> bool:
    """Whether fontconfig knows a font with Chinese letters; else a PDF would hold empty boxes."""
    try:
        fontconfig = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        return False
    fontconfig.FcNameParse.restype = ctypes.c_void_p
    fontconfig.FcObjectSetCreate.restype = ctypes.c_void_p
    fontconfig.FcFontList.restype = ctypes.POINTER(_FontSet)
    pattern = ctypes.c_void_p(fontconfig.FcNameParse(b":lang=zh-cn"))
    wanted = ctypes.c_void_p(fontconfig.FcObjectSetCreate())
    found = fontconfig.FcFontList(None, pattern, wanted)
    count = found.contents.count if found else 0
    if found:
        fontconfig.FcFontSetDestroy(found)
    fontconfig.FcObjectSetDestroy(wanted)
    fontconfig.FcPatternDestroy(pattern)
    return bool(count)
