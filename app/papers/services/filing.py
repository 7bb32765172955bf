"""Everything for publication and filing: all papers in all formats in one archive."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from flask_babel import gettext

from app.papers import pdf_writer
from app.papers.queries.choosing import list_papers
from app.papers.queries.standing import reader_for
from app.papers.rules import NAMES, Format, Order, Paper, language_of_text
from app.papers.shelf import shelf
from app.policies.models import Policy
from app.policies.queries import get_policy

COLUMNS = ("file", "paper", "format", "bytes", "sha256", "note")
MANIFEST = "manifest.csv"
_BOM = "\ufeff"  # people open the list in a spreadsheet
Maker = Callable[[Order], Path]


def write_archive(order: Order, path: Path, make: Maker) -> None:
    """Each paper that the reader of ``order`` has, and a list with the SHA-256 of each; a format
    that cannot be made here stands in the list with the reason.

    The papers are those that people get one by one, so what was made already is not made again.
    """
    actor = reader_for(order.slug, order.standing)
    policy = get_policy(order.slug, actor)
    listed: list[tuple[str | int, ...]] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for place, part in _parts(order, policy):
            name = f"{place:02d}-{gettext(NAMES[part.paper])}.{part.format}".replace("/", "-")
            if part.format is Format.PDF and (missing := pdf_writer.missing_packages()):
                listed.append((name, part.paper, part.format, "", "", f"needs {' '.join(missing)}"))
                continue
            made = shelf.find(part) or make(part)
            archive.write(made, name)
            size, digest = _measured(made)
            listed.append((name, part.paper, part.format, size, digest, ""))
        archive.writestr(MANIFEST, _manifest(listed))


def _parts(order: Order, policy: Policy) -> Iterator[tuple[int, Order]]:
    """The orders of all files, with the place of their paper in the archive."""
    listed = list_papers(policy, reader_for(order.slug, order.standing))
    papers = [one for one in listed if one.paper is not Paper.EVERYTHING]
    for place, one in enumerate(papers, start=1):
        locale = language_of_text(policy.language) if one.paper is Paper.TEXT else order.locale
        before, after = one.pair or (0, 0)
        for ending in one.formats:
            yield (
                place,
                replace(
                    order,
                    paper=one.paper,
                    format=ending,
                    locale=locale,
                    before=before,
                    after=after,
                    is_alone=ending is Format.HTML,
                ),
            )


def _measured(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest


def _manifest(listed: list[tuple[str | int, ...]]) -> str:
    text = io.StringIO()
    text.write(_BOM)
    csv.writer(text).writerows([COLUMNS, *listed])
    return text.getvalue()
