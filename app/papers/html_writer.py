"""Documents as HTML: a page of its own without anything of the site's around it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from flask import current_app

import config
from app.papers.blocks import Document
from app.web.assets import LASTING

_SHEET = config.ROOT / "app" / "static" / "css" / "paper.css"
_CHUNK = 200  # pieces of the template between two writes


def write(document: Document, path: Path, *, is_alone: bool = False) -> None:
    """Write ``document`` to ``path``; ``is_alone``: to be kept as a file, with its style inside."""
    link = f'<link rel="stylesheet" href="{LASTING}/css/paper.css">'
    head = f"<style>\n{sheet()}</style>" if is_alone else link
    with path.open("w", encoding="utf-8") as file:
        for piece in pieces(document, head):
            file.write(piece)


def pieces(document: Document, head: str = "") -> Iterator[str]:
    """The page in pieces, ``head`` in its head; its blocks are read once."""
    stream = current_app.jinja_env.get_template("papers/paper.html").stream(paper=document)
    stream.enable_buffering(_CHUNK)
    place: str | None = "<!--style-->"
    for piece in stream:
        if place and place in piece:
            piece, place = piece.replace(place, head, 1), None
        yield piece


@cache
def sheet() -> str:
    """The style sheet of all papers."""
    return _SHEET.read_text(encoding="utf-8")
