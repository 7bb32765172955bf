"""Scans of letters: kept beside the database under names that nobody can guess, for the office only."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from app.accounts.services import setup
from app.errors import NotFound, RuleBroken
from app.messages import N_

MOST_BYTES = 8 * 1024 * 1024
# What a file is, its first octets say; what its name says, anybody can write.
_BEGINNINGS = ((b"%PDF-", "pdf"), (b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"))
MEDIA_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
_NAME = re.compile(r"[0-9a-f]{32}\.(?:pdf|jpg|png)")


def checked_scan(content: bytes) -> str:
    """The ending that fits the content; RuleBroken (scan) for what is none or too large."""
    if len(content) > MOST_BYTES:
        raise RuleBroken(
            N_("The scan is too large: at most %(limit)s megabytes are possible."),
            field="scan",
            limit=MOST_BYTES // 1024**2,
        )
    for beginning, ending in _BEGINNINGS:
        if content.startswith(beginning):
            return ending
    raise RuleBroken(N_("A scan is a PDF, JPEG or PNG file."), field="scan")


def keep_scan(content: bytes) -> str:
    """Write a scan that may be kept; answers the name under which it lies."""
    name = f"{secrets.token_hex(16)}.{checked_scan(content)}"
    folder = _folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return name


def drop_scan(name: str) -> None:
    """Take a scan away; one that is gone already is no mistake."""
    if _NAME.fullmatch(name):
        (_folder() / name).unlink(missing_ok=True)


def find_scan(name: str) -> Path:
    """Where the scan lies; NotFound when there is none."""
    path = _folder() / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFound(N_("There is no scan of this."))
    return path


def _folder() -> Path:
    return setup.settings().instance_dir / "scans"
