"""What every section of the benchmark gets: the servers, the data, and how long to measure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.load import hammer, median, milliseconds
from tests.bench.processes import Server
from tests.bench.report import Report

WARM_CONNECTIONS = 4


@dataclass(slots=True)
class Run:
    """One run. ``known`` is what the builder left about its data (``bench.json``)."""

    report: Report
    bare: Server
    web: Server
    worker: Server
    known: dict[str, Any]
    instance: Path
    rounds: int
    seconds: float
    is_quick: bool

    def cookie(self, person: int = 0) -> str:
        """The cookie header of a signed-in browser."""
        return str(self.known["people"][person]["cookie"])

    def history(self, name: str) -> dict[str, Any]:
        """Slug and number of revisions of one of the long histories."""
        found: dict[str, Any] = self.known["histories"][name]
        return found

    def warm(self, paths: list[str], cookie: str) -> None:
        """Ask for each path on several connections, so that every web process has met it."""
        for _ in range(WARM_CONNECTIONS):
            milliseconds(self.web.port, paths, cookie)
        hammer(self.web.port, paths, 1.0, cookie)

    def ratio(self, name: str, paths: list[str], cookie: str = "") -> tuple[float, int]:
        """Requests per second on ``paths`` as a share of the bare page's, and errors.

        The bare page is measured anew beside each round, so that a machine that is busy with
        something else slows both.
        """
        self.warm(paths[: 30 if self.is_quick else 100], cookie)
        shares, errors, rates = [], 0, []
        for _ in range(self.rounds):
            bare = hammer(self.bare.port, ["/"], self.seconds)
            load = hammer(self.web.port, paths, self.seconds, cookie)
            shares.append(load.per_second / bare.per_second)
            rates.append((round(load.per_second), round(bare.per_second)))
            errors += load.errors
        self.report.details[name] = {"requests_per_second, bare": rates, "errors": errors}
        return median(shares), errors
