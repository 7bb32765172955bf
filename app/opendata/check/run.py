"""The whole check, policy by policy: exit 0 when every number is right, 1 with the first wrong ones."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from .agreement import check_agreement
from .clauses import check_measures
from .figures import check_figures
from .files import Policy, check_manifest, policies
from .history import History
from .lives import check_changes, check_lives, read_lives
from .report import Report
from .status import check_statuses
from .talk import check_threads
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
    if "missing files" in report.wrong:
        return report
    report.same("manifest", "measures_version", manifest["measures_version"], VERSION)
    variants = json.loads((folder / "variants.json").read_text("utf-8"))
    for policy in policies(folder, report):
        try:
            _check_policy(policy, variants, manifest["time_zone"], report)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            report.fail("unreadable", f"{policy.slug}: {error!r}")
    report.taken += TAKEN
    return report


def _check_policy(policy: Policy, variants: Mapping[str, str], zone: str, report: Report) -> None:
    history = History(policy, variants, zone)
    lives = read_lives(history)
    check_texts(history, report)
    check_lives(history, lives, report)
    check_changes(history, lives, report)
    check_measures(history, report)
    check_statuses(policy, report)
    check_agreement(history, report)
    check_threads(policy, report)
    check_figures(history, lives, report)


if __name__ == "__main__":
    told = check(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    sys.stdout.write(told.told())
    sys.exit(1 if told.wrong else 0)
