"""Memory of web server and worker together, a minute after the load."""

from __future__ import annotations

import time

from tests.bench.run import Run

MEGABYTE = 1024 * 1024
MOST = 300  # MB


def measure(run: Run) -> None:
    """Proportional set size (shared pages by share) of everything that ``make run`` keeps up."""
    time.sleep(5 if run.is_quick else 60)
    web, worker = run.web.pss() / MEGABYTE, run.worker.pss() / MEGABYTE
    note = f"web {web:.0f} MB in {len(run.web.pids())} processes, worker {worker:.0f} MB"
    run.report.at_most("memory", "web + worker, idle after the load", web + worker, MOST,
                       unit="MB", note=note)  # fmt: skip
