"""The Chinese catalog: one ``.po`` per domain, merged into the one ``.mo`` that gettext reads.

English is the source language. Two files may hold the same sentence, but not with two meanings.
"""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).resolve().parent.parent / "translations"
LOCALE = "zh_Hans_CN"


class CatalogConflict(ValueError):
    """One sentence has two translations; the message names it and the files."""


def merged(folder: Path = FOLDER) -> Catalog:
    """All ``.po`` files of the folder as one catalog; raises CatalogConflict."""
    whole = Catalog(locale=LOCALE)
    origin: dict[object, str] = {}
    for path in sorted((folder / LOCALE).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=LOCALE):
                if not message.id:
                    continue
                known = whole.get(message.id)
                if known is not None and known.string != message.string:
                    raise CatalogConflict(f"{path.name} and {origin[message.id]}: {message.id!r}")
                whole.add(message.id, message.string, flags=message.flags)
                origin[message.id] = path.name
    return whole


def compile_if_stale(folder: Path = FOLDER) -> None:
    """Write the ``.mo`` when a ``.po`` is newer; two processes at once do no harm."""
    target = folder / LOCALE / "LC_MESSAGES" / "messages.mo"
    sources = [path.stat().st_mtime for path in (folder / LOCALE).glob("*.po")]
    if target.exists() and target.stat().st_mtime >= max(sources, default=0):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(f".{os.getpid()}")
    with half.open("wb") as file:
        write_mo(file, merged(folder))
    half.replace(target)
