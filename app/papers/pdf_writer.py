"""Documents as PDF by weasyprint, which is imported in the child process that makes papers only.

It takes 2 seconds and 60 MB to import, and needs libraries that a server may lack: ask
``missing_packages`` first, which only tries to open them.
"""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from app.papers.html_writer import sheet

# Library → the Debian package that brings it.
_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
_FONTS = "fonts-noto-cjk"


def write(html: str, path: Path) -> None:
    """Print ``html`` to ``path`` as tagged PDF, the fonts it needs embedded.

    Nothing is fetched: the style is handed over, and a paper has no pictures.
    """
    import weasyprint

    weasyprint.HTML(string=html, url_fetcher=_refuse).write_pdf(
        path,
        stylesheets=[weasyprint.CSS(string=sheet(), url_fetcher=_refuse)],
        pdf_variant="pdf/ua-1",
    )


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
