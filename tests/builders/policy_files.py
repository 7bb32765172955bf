"""Policy files and folders of histories for tests, written to disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.access.actor import VISITOR
from app.database import committing
from app.policies.models import Policy
from app.policies.queries import get_policy
from app.policies.services.importing import Choices, Outcome, import_source
from app.policies.services.reading_sources import read_source

LAW = """# Rules on Benches

Article 1

A bench stands in the shade.

Article 2

A bench is repaired within ten days.
"""


def write_file(path: Path, content: str) -> Path:
    """A file with exactly these characters, its folders made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode())
    return path


def write_history(folder: Path, contents: Sequence[str]) -> Path:
    """``01_2026-01-01.md``, ``02_2026-01-02.md`` … with these contents."""
    for number, content in enumerate(contents, start=1):
        write_file(folder / f"{number:02d}_2026-01-{number:02d}.md", content)
    return folder


def bring_in(path: Path, choices: Choices | None = None) -> Outcome:
    """Import one file or folder and commit."""
    with committing():
        return import_source(read_source(path), choices or Choices())


def imported(path: Path, choices: Choices | None = None) -> Policy:
    """The policy that ``path`` became."""
    return get_policy(bring_in(path, choices).slug, VISITOR)
