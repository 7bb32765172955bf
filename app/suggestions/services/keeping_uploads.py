"""A table that was uploaded waits an hour for its officer to look at it and say yes."""

from __future__ import annotations

import os
import re
import secrets
import time
from pathlib import Path

from app.access.actor import Actor
from app.accounts.services import setup
from app.errors import RuleBroken
from app.messages import N_

KEPT_SECONDS = 3600
_TOKEN = re.compile(r"[0-9a-f]{32}")


def keep_upload(policy_id: int, content: bytes, *, actor: Actor) -> str:
    """Keep a file for ``actor``; answers the token under which they find it again."""
    _forget_old()
    folder = _folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    token = secrets.token_hex(16)
    path = folder / _name(policy_id, token, actor)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return token


def find_upload(policy_id: int, token: str, *, actor: Actor) -> Path:
    """The file that ``actor`` left here within the hour; RuleBroken (file) when there is none."""
    path = _folder() / _name(policy_id, token, actor)
    if not _TOKEN.fullmatch(token) or not path.is_file() or _is_old(path):
        raise RuleBroken(
            N_("The table is no longer kept. Please choose the file once more."), field="file"
        )
    return path


def drop_upload(policy_id: int, token: str, *, actor: Actor) -> None:
    """Let go of a file that has done its work."""
    if _TOKEN.fullmatch(token):
        (_folder() / _name(policy_id, token, actor)).unlink(missing_ok=True)


def drop_uploads() -> None:
    """Let go of all of them: a text that they may hold was removed for good."""
    for path in _folder().glob("*.xlsx"):
        path.unlink(missing_ok=True)


def _name(policy_id: int, token: str, actor: Actor) -> str:
    return f"{policy_id}-{actor.person_id}-{token}.xlsx"


def _forget_old() -> None:
    for path in _folder().glob("*.xlsx"):
        if _is_old(path):
            path.unlink(missing_ok=True)


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > KEPT_SECONDS


def _folder() -> Path:
    return setup.settings().instance_dir / "uploads"
