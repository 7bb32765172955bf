"""Memory of web server and worker together, a minute after a load on pages of every kind."""

from __future__ import annotations

import time

from tests.bench.load import hammer
from tests.bench.run import Run
from tests.bench.searches import queries

MEGABYTE = 1024 * 1024
MOST = 300  # MB


def measure(run: Run) -> None:
    """Proportional set size (shared pages by share) of the web server and the worker."""
    policies = run.known["shape"]["policies"]
    views = [f"/policies/{slug}" for slug in run.known["slugs"]]
    long = run.history("long")["slug"]
    compared = [f"/policies/{long}/compare/{n}...{n + 1}" for n in range(1, 80)]
    for paths in (views, [f"/policies/{long}/history", *compared], queries("zh-Hans", policies)):
        hammer(run.web.port, paths, run.seconds)
        hammer(run.web.port, paths, run.seconds, run.cookie())
    time.sleep(5 if run.is_quick else 60)
    web, worker = run.web.pss() / MEGABYTE, run.worker.pss() / MEGABYTE
    note = f"web {web:.0f} MB in {len(run.web.pids())} processes, worker {worker:.0f} MB"
    run.report.at_most(
        "memory", "web + worker, idle after the load", web + worker, MOST, unit="MB", note=note
    )
