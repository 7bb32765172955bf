"""The worker's sign of life: a file whose time says when it last did its rounds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

NAME = "worker.beat"


def beat(instance_dir: Path) -> None:
    """Say that the worker is alive and did what it could."""
    (instance_dir / NAME).touch()


def find_last_beat(instance_dir: Path) -> datetime | None:
    """When the worker last said so, in UTC; None when none ever ran here."""
    try:
        seconds = (instance_dir / NAME).stat().st_mtime
    except FileNotFoundError:
        return None
    return datetime.fromtimestamp(seconds, UTC)
