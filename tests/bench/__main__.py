"""Run the benchmark: build the data, start the servers, measure, print the table, save it.

``--quick`` takes a small data set and short rounds (about a minute); ``--only NAME`` runs one
section; BENCH_KEEP names a folder where built data is kept for the next run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from tests.bench import (
    consultation,
    disk,
    groups,
    journey,
    memory,
    order,
    pages,
    positions,
    processes,
    rebasing,
    saves,
    searches,
    standing,
)
from tests.bench.dataset import QUICK, Shape
from tests.bench.load import GENERATOR
from tests.bench.report import Report
from tests.bench.run import Run

ROOT = Path(__file__).resolve().parent.parent.parent
SECTIONS: dict[str, Callable[[Run], None]] = {
    "pages": pages.measure,
    "compare": pages.measure_first_time,
    "growth": pages.measure_growth,
    "search": searches.measure,
    "saves": saves.measure,
    "memory": memory.measure,
    "rebase": rebasing.measure,
    "journey": journey.measure,
}
# These make data of their own.
APART: dict[str, Callable[..., None]] = {
    "disk": disk.measure,
    "consultation": consultation.measure,
    "order": order.measure,
    "groups": groups.measure,
    "positions": positions.measure,
    "standing": standing.measure,
}


def main() -> int:
    """Measure all sections, or the one that was asked for; 1 when a target was not met."""
    options = _options()
    report = Report(GENERATOR, options.quick)
    report.heading()
    with tempfile.TemporaryDirectory(prefix="gongyi-bench-") as name:
        folder = Path(name)
        if options.only not in APART:
            _serve_and_measure(folder, report, options.quick, options.only)
        for name, measure in APART.items():
            if options.only in ("", name):
                measure(folder, report, is_quick=options.quick)
    path = report.save(ROOT)
    print(f"{report.summary()}. Everything is in {path.name}.")
    return 1 if any(row.met is False for row in report.rows) and not options.quick else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small data, short rounds")
    parser.add_argument("--only", default="", choices=["", *SECTIONS, *APART])
    return parser.parse_args()


def _serve_and_measure(folder: Path, report: Report, is_quick: bool, only: str) -> None:
    shape = QUICK if is_quick else Shape()
    instance = folder / "instance"
    _prepare(shape, instance)
    known = json.loads((instance / "bench.json").read_text())
    with processes.bare_page(folder) as bare, processes.wiki(instance) as (web, worker):
        run = Run(
            report=report, bare=bare, web=web, worker=worker, known=known, instance=instance,
            rounds=1 if is_quick else 3, seconds=1.0 if is_quick else 3.0, is_quick=is_quick,
        )  # fmt: skip
        for name, measure in SECTIONS.items():
            if only in ("", name):
                measure(run)


def _prepare(shape: Shape, instance: Path) -> None:
    """Built data in ``instance``, out of BENCH_KEEP when it is there already."""
    keep = os.environ.get("BENCH_KEEP")
    kept = Path(keep) / f"{shape.policies}-policies-{_schema()}" if keep else None
    if kept is not None and kept.exists():
        shutil.copytree(kept, instance)
        return
    instance.mkdir()
    begun = time.monotonic()
    processes.build(json.dumps(asdict(shape)), instance)
    print(f"data built in {time.monotonic() - begun:.0f} s", file=sys.stderr)
    if kept is not None:
        shutil.copytree(instance, kept)


def _schema() -> str:
    """Names the schema that kept data was built with, so that older data is not taken for it."""
    files = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:8]


if __name__ == "__main__":
    sys.exit(main())
