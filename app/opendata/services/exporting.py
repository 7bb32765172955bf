"""Write the package of open data: one file for each kind of row, and a manifest of all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from app import clock
from app.consensus.rules.figures import MEASURES_VERSION
from app.opendata.queries import lives, said, stances, texts
from app.opendata.queries import published as numbers
from app.opendata.queries.texts import Published, list_published
from app.opendata.services.writing import Written, write_rows

Rows = Callable[[Published], Iterator[dict[str, Any]]]
FILES: dict[str, Rows] = {
    "policies.jsonl": texts.policy_rows,
    "revisions.jsonl": texts.revision_rows,
    "clause_versions.jsonl": texts.clause_version_rows,
    "suggestions.jsonl": said.suggestion_rows,
    "threads.jsonl": said.thread_rows,
    "positions.csv": stances.position_rows,
    "reads.csv": stances.read_rows,
    "thresholds.csv": stances.threshold_rows,
    "statuses.csv": stances.status_rows,
    "tokens.jsonl": lives.token_rows,
    "alignments.jsonl": lives.alignment_rows,
    "changes.jsonl": numbers.change_rows,
    "measures.jsonl": numbers.measure_rows,
    "agreement.jsonl": numbers.agreement_rows,
    "figures.jsonl": numbers.figure_rows,
}


def export(folder: Path, secret: str) -> Sequence[Written]:
    """Write every file into ``folder``, which may be there already; what was written.

    ``secret`` is the key of the pseudonyms: the same one gives the same pseudonyms again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    published = list_published(secret)
    written = [
        write_rows(folder, name, chain.from_iterable(map(rows, published)))
        for name, rows in FILES.items()
    ]
    manifest = {
        "measures_version": MEASURES_VERSION,
        "exported_at": clock.now().isoformat(timespec="seconds"),
        "files": {file.name: {"rows": file.rows, "sha256": file.sha256} for file in written},
    }
    words = json.dumps(manifest, indent=1, ensure_ascii=False)
    (folder / "manifest.json").write_text(words + "\n", encoding="utf-8")
    return written
