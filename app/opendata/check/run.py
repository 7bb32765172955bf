"""The whole check, policy by policy."""

from __future__ import annotations

import json
from pathlib import Path

from .agreement import check_agreement
from .clauses import check_measures
from .figures import check_figures
from .files import check_manifest, policies
from .history import History
from .lives import check_changes, check_lives, read_lives
from .report import Report
from .status import check_statuses
from .texts import check_texts

VERSION = 1  # of the definitions that are counted by here
TAKEN = (
    "who read a clause (reads.csv): reading is told by number alone",
    "which clause is which, which tokens come back and whose words are whose by the lenient "
    "attribution (the stored mapping; how much is kept and who took back whose is counted)",
    "the words of a heading without its number, and the map of Han variants",
    "whether answers of a call for comment are owed, and that accounts are under review",
    "the sizes and the statements of opinion groups",
)


def check(folder: Path) -> Report:
    """Count every number of the export in ``folder`` again."""
    report = Report()
    manifest = check_manifest(folder, report)
    if "manifest" in report.wrong and "missing" in report.wrong["manifest"]:
        return report
    report.same("manifest", "measures_version", manifest["measures_version"], VERSION)
    variants = json.loads((folder / "variants.json").read_text("utf-8"))
    for policy in policies(folder, report):
        history = History(policy, variants, manifest["time_zone"])
        lives = read_lives(history)
        check_texts(history, report)
        check_lives(history, lives, report)
        check_changes(history, lives, report)
        check_measures(history, report)
        check_statuses(policy, report)
        check_agreement(history, report)
        check_figures(history, lives, report)
    report.taken += TAKEN
    return report
