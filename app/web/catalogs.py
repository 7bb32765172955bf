"""The Chinese catalog: one ``.po`` per domain, joined into the one ``.mo`` that gettext reads.

English is the source language. Two files may hold the same sentence, but not with two meanings.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).resolve().parent.parent / "translations"
LOCALE = "zh_Hans_CN"


def sentences(folder: Path = FOLDER) -> Iterator[tuple[str, Message]]:
    """Each translated sentence of each ``.po`` file with the file's name, file by file."""
    for path in sorted((folder / LOCALE).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=LOCALE):
                if message.id and message.string:
                    yield path.name, message


def joined(folder: Path = FOLDER) -> Catalog:
    """All files as one catalog; of two translations of one sentence the first file's stays."""
    whole = Catalog(locale=LOCALE)
    for _name, message in sentences(folder):
        if message.id not in whole:
            whole.add(message.id, message.string, flags=message.flags)
    return whole


def contradictions(folder: Path = FOLDER) -> list[str]:
    """The sentences that two files translate differently, each with the later file's name."""
    whole = joined(folder)
    return [
        f"{name}: {message.id!r}"
        for name, message in sentences(folder)
        if (first := whole.get(message.id)) is None or first.string != message.string
    ]


def compile_if_stale(folder: Path = FOLDER) -> None:
    """Write the ``.mo`` when a ``.po`` is newer; two processes at once do no harm."""
    target = folder / LOCALE / "LC_MESSAGES" / "messages.mo"
    sources = [path.stat().st_mtime_ns for path in (folder / LOCALE).glob("*.po")]
    newest = max(sources, default=0)
    if target.exists() and target.stat().st_mtime_ns >= newest:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(f".{os.getpid()}")
    with half.open("wb") as file:
        write_mo(file, joined(folder))
    # The time of the newest source, so that a change made while this wrote is seen next time.
    os.utime(half, ns=(newest, newest))
    half.replace(target)
