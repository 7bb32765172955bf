"""Write the package of open data: one file for each kind of row, a manifest of all, and the script
that counts every number again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from app import clock
from app.accounts.services import setup
from app.consensus.rules.figures import MEASURES_VERSION
from app.database import db
from app.opendata.queries import lives, said, stances, texts
from app.opendata.queries import published as numbers
from app.opendata.queries.texts import Published, list_published
from app.opendata.services.writing import Written, write_object, write_rows
from app.text.variants import simplified

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
    "attribution.jsonl": lives.attribution_rows,
    "changes.jsonl": numbers.change_rows,
    "measures.jsonl": numbers.measure_rows,
    "agreement.jsonl": numbers.agreement_rows,
    "figures.jsonl": numbers.figure_rows,
}
VARIANTS = "variants.json"
_CHECK = Path(__file__).resolve().parent.parent / "check"
_HAN = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))


def export(folder: Path, secret: str) -> Sequence[Written]:
    """Write every file into ``folder``, which may be there already; what was written.

    ``secret`` is the key of the pseudonyms: the same one gives the same pseudonyms again. All rows
    are of one moment, whatever happens meanwhile.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _stand_still()
    published = list_published(secret)
    written = [write_object(folder, VARIANTS, _variants())]
    written += [
        write_rows(folder, name, chain.from_iterable(map(rows, published)))
        for name, rows in FILES.items()
    ]
    manifest = {
        "measures_version": MEASURES_VERSION,
        "exported_at": clock.now().isoformat(),
        "time_zone": setup.settings().site_timezone,
        "files": {file.name: {"rows": file.rows, "sha256": file.sha256} for file in written},
    }
    write_object(folder, "manifest.json", manifest)
    add_check(folder)
    db.session.rollback()
    return written


def _stand_still() -> None:
    """Begin one transaction that sees the database as it is now until it ends."""
    db.session.rollback()
    is_sqlite = db.engine.dialect.name == "sqlite"  # which knows nothing else
    options = {} if is_sqlite else {"isolation_level": "REPEATABLE READ"}
    db.session.connection(execution_options=options)


def _variants() -> dict[str, str]:
    """Every Han character that counts as its simplified form."""
    characters = chain.from_iterable(range(first, last + 1) for first, last in _HAN)
    pairs = ((char, simplified(char)) for char in map(chr, characters))
    return {char: simple for char, simple in pairs if simple != char}


def add_check(folder: Path) -> None:
    """Put the script into ``folder`` that counts again what is written there; it needs nothing but
    Python."""
    (folder / "check").mkdir(exist_ok=True)
    for module in sorted(_CHECK.glob("*.py")):
        shutil.copyfile(module, folder / "check" / module.name)
    shutil.copyfile(_CHECK / "start.py", folder / "check.py")
