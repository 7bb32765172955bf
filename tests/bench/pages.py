"""Pages that are read: a policy, its history, two versions compared, and how they grow."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from tests.bench.load import median, milliseconds
from tests.bench.run import Run

FIRST_TIME_SMALL_MS = 30
FIRST_TIME_LARGE_MS = 1000
GROWTH = 1.2


def measure(run: Run) -> None:
    """The ratios of the pages that are read most."""
    slugs = run.known["slugs"][:100]
    views = [f"/policies/{slug}" for slug in slugs]
    long = run.history("long")
    history = [f"/policies/{long['slug']}/history"]
    last = long["revisions"]
    pairs = [f"/policies/{long['slug']}/compare/{last - n - 1}...{last}" for n in range(20)]
    for name, paths, cookie, target in (
        ("anonymous policy page", views, "", 0.5),
        ("signed-in policy page", views, run.cookie(), 0.2),
        ("history of 1,000 revisions", history, "", 0.15),
        ("history, signed in", history, run.cookie(), None),
        ("compare, seen before", pairs, "", 0.15),
        ("compare, signed in", pairs, run.cookie(), None),
    ):
        share, errors = run.ratio(name, paths, cookie)
        note = f"{errors} errors" if errors else ""
        if target is None:
            run.report.plain("pages", name, share, note=note)
        elif errors:
            run.report.missing("pages", name, f"≥ {target}", note)
        else:
            run.report.at_least("pages", name, share, target)


def measure_first_time(run: Run) -> None:
    """Comparisons that nobody has asked for yet, one at a time."""
    for name, history, target in (
        ("first time, 10 KB", run.history("small_text"), FIRST_TIME_SMALL_MS),
        ("first time, 500 KB", run.history("large_text"), FIRST_TIME_LARGE_MS),
    ):
        numbers = range(1, history["revisions"] + 1)
        slug = history["slug"]
        took = milliseconds(
            run.web.port, [f"/policies/{slug}/compare/{a}...{b}" for a, b in combinations(numbers, 2)]
        )  # fmt: skip
        note = f"median of {len(took)} pairs, slowest {max(took):.0f} ms"
        run.report.at_most("compare", name, median(took), target, unit="ms", note=note)


def measure_growth(run: Run) -> None:
    """CPU of history and comparison on the longest history as a multiple of that on the short one.

    Every request is a first look (``look=`` makes its address new), so none comes out of a cache.
    """
    short, longest = run.history("short"), run.history("longest")
    for name in ("history", "compare"):
        small, large = [], []
        for turn in range(run.rounds + 1):
            count = 30 if run.is_quick else 150
            small.append(_cpu_ms(run, _paths(name, short, turn)[:count]))
            large.append(_cpu_ms(run, _paths(name, longest, turn)[:count]))
        low, high = median(small[1:]), median(large[1:])  # the first round warms
        note = (
            f"{low:.1f} ms at {short['revisions']} revisions, "
            f"{high:.1f} ms at {longest['revisions']}"
        )
        run.report.at_most("growth", f"CPU of {name}", high / low, GROWTH, unit="×", note=note)


def _paths(name: str, history: dict[str, Any], turn: int) -> list[str]:
    slug, last = history["slug"], history["revisions"]
    page = "history" if name == "history" else f"compare/{last - 1}...{last}"
    return [f"/policies/{slug}/{page}?look={turn}-{n}" for n in range(150)]


def _cpu_ms(run: Run, paths: list[str]) -> float:
    before = run.web.cpu_seconds()
    milliseconds(run.web.port, paths)
    return (run.web.cpu_seconds() - before) / len(paths) * 1000
