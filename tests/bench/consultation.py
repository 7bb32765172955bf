"""A consultation of the size of the Civil Code draft: brought in, followed by the worker, read,
and written into tables. BENCH_SCALE makes it smaller (0.05), to try it; such figures count nothing.

The data lies in an instance of its own. Every page is made anew for each reader here, for between
two readers of a busy draft somebody has said something.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.bench import letters, processes
from tests.bench.client import Browser
from tests.bench.following import LOOKS, SLUG
from tests.bench.load import percentile
from tests.bench.report import Report

BASE = f"/policies/{SLUG}"
IMPORT_S, GROUP_S, FOLLOW_S, PAGE_MS, TABLES_S, TABLES_MB = 600, 300, 900, 300, 120, 500
MEGABYTE = 1024 * 1024
ANSWERED = 0.7  # of all contributions; a tenth has drafts besides
TABLES = ("answers.csv", "answers.docx", "answers.html", "answers.pdf")
WORDS = (
    "登记机关",
    "赔偿",
    "建议",
    "监护",
    "高空抛物",
    "十五日内",
    "物业",
    "时效",
    "第12条",
    "老年人",
)


def measure(folder: Path, report: Report, *, is_quick: bool) -> None:
    """Import, reactions, pages, tables; each part in a process of its own."""
    scale = float(os.environ.get("BENCH_SCALE") or (0.05 if is_quick else 1.0))
    instance = folder / "consultation"
    instance.mkdir()
    _python(instance, "build", str(scale))
    path = instance / "letters.csv"
    rows = letters.write(path, scale)
    begun = time.monotonic()
    _run(instance, ["flask", "contributions", "import", str(path), "--policy", SLUG])
    took = time.monotonic() - begun
    note = f"{rows:,} rows, {took / rows * 1000:.2f} ms a row"
    report.at_most("consultation", "import: rows and events", took, IMPORT_S, unit="s", note=note)
    followed = json.loads(_python(instance, "follow", str(scale)))
    _tell_reactions(report, followed)
    _python(instance, "answer", str(ANSWERED))
    with processes.wiki(instance) as (web, worker):
        for name, paths, cookie in _pages(followed):
            _measure_page(report, name, web, instance, paths, cookie)
        _measure_tables(report, web.port, worker, str(followed["officer"]))


def _tell_reactions(report: Report, followed: dict[str, Any]) -> None:
    took: dict[str, float] = followed["took"]
    grouping = took.pop("suggestions.group_similar")
    report.at_most("consultation", "groups", grouping, GROUP_S, unit="s")
    others = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in took.items() if seconds >= 1)
    report.at_most(
        "consultation",
        "sealed, indexed, notices",
        sum(took.values()),
        FOLLOW_S,
        unit="s",
        note=others,
    )
    report.plain("consultation", "CPU of all that", followed["cpu"], "s")
    report.plain("consultation", "memory of the worker, at most", followed["megabytes"], "MB")
    campaigns, strangers = followed["together"], followed["strangers"]  # shares, 0 to 1
    report.at_least("consultation", "campaigns of which 99 of 100 are one group", campaigns, 1.0)
    # By chance two of tens of thousands say the same; the lists they are made of are short.
    report.at_most("consultation", "letters of their own that are in a group", strangers, 0.001)


def _pages(known: dict[str, Any]) -> Iterator[tuple[str, list[str], str]]:
    """Names, addresses (each asked for once) and cookies of the pages that are read."""
    busy, last = known["clauses"][0], known["last"]
    deep = [last * part // LOOKS for part in range(1, LOOKS + 1)]
    said, here = f"{BASE}/suggestions", f"{BASE}/suggestions?clause={busy}"
    many = [f"{BASE}/suggestions?group={number}" for number in known["groups"]]
    officer, author = known["officer"], known["author"]
    yield "home", ["/"] * LOOKS, ""
    yield "home of an officer", ["/"] * LOOKS, officer
    yield "policy", [BASE] * LOOKS, ""
    yield "policy, officer", [BASE] * LOOKS, officer
    yield "one clause", [f"{BASE}/clauses/{clause}" for clause in known["clauses"]], ""
    yield "what people say", [said] * LOOKS, ""
    yield "what people say, deep", [f"{said}?page={number}" for number in deep], ""
    yield "the largest groups first", [f"{said}?sort=similar"] * LOOKS, ""
    yield "of one kind", [f"{said}?kind=question"] * LOOKS, ""
    yield "without an answer", [f"{said}?state=open"] * LOOKS, officer
    yield "busiest clause", [here] * LOOKS, ""
    yield "busiest clause, deep", [f"{here}&page=0-{number}" for number in deep], ""
    yield "one group", many, ""
    yield "one contribution", [f"{said}/{number}" for number in deep], ""
    yield "discussion", [f"{BASE}/discussion"] * LOOKS, ""
    yield "course", [f"{BASE}/course"] * LOOKS, ""
    yield "consensus", [f"{BASE}/consensus"] * LOOKS, ""
    yield "mine", ["/mine"] * LOOKS, author
    yield "search", [f"/search?q={quote(word)}" for word in WORDS], ""
    yield "search within comments", [f"/search?in=comment&q={quote(word)}" for word in WORDS], ""
    yield "desk of answers", [f"{BASE}/answers/work"] * LOOKS, officer
    yield "desk at one", [f"{BASE}/answers/work?number={number}" for number in deep], officer
    yield "answers", [f"{BASE}/answers"] * LOOKS, ""
    yield "publication of the answers", [f"{BASE}/answers/publish"] * LOOKS, officer
    yield "phase", [f"{BASE}/phase"] * LOOKS, officer


def _measure_page(
    report: Report, name: str, web: processes.Part, instance: Path, paths: list[str], cookie: str
) -> None:
    """p95 of one kind of page, each look after somebody has said something."""
    browsers = [Browser(web.port, cookie) for _ in range(4)]  # so that both web processes are warm
    statuses = {browser.get(paths[0]).status for browser in browsers * 2}
    if statuses != {200}:
        why = f"GET {paths[0]} answered {sorted(statuses)}"
        report.missing("consultation", f"{name}, p95", f"≤ {PAGE_MS} ms", why)
        return
    took, size, cpu = [], 0, web.cpu_seconds()
    with closing(sqlite3.connect(instance / "gongyi.db", timeout=10)) as connection:
        for place, path in enumerate(paths):
            connection.execute("UPDATE policy SET page_version = page_version + 1")
            connection.commit()
            begun = time.perf_counter()
            answer = browsers[place % len(browsers)].get(path)
            took.append((time.perf_counter() - begun) * 1000)
            size = max(size, len(answer.body))
    cpu = (web.cpu_seconds() - cpu) / len(paths) * 1000
    note = f"p50 {percentile(took, 0.5):.0f} ms, CPU {cpu:.0f} ms, {size / 1024:.0f} KB"
    p95 = percentile(took, 0.95)
    report.at_most("consultation", f"{name}, p95", p95, PAGE_MS, unit="ms", note=note)


def _measure_tables(report: Report, port: int, worker: processes.Part, cookie: str) -> None:
    """From asking until the file is there, and the most that worker and child held meanwhile."""
    browser = Browser(port, cookie)
    with _watched(worker) as most:
        for name in TABLES:
            begun = time.monotonic()
            while (answer := browser.get(f"{BASE}/papers/{name}")).status == 202:
                if time.monotonic() - begun > TABLES_S + 10:
                    break
                time.sleep(0.2)
            took = time.monotonic() - begun
            label = f"table {name}"
            if answer.status != 200:
                why = f"answered {answer.status} after {took:.0f} s"
                report.missing("consultation", label, f"≤ {TABLES_S} s", why)
                continue
            note = f"{len(answer.body) / MEGABYTE:.1f} MB"
            report.at_most("consultation", label, took, TABLES_S, unit="s", note=note)
    memory = most[0] / MEGABYTE
    report.at_most("consultation", "memory of worker and child", memory, TABLES_MB, unit="MB")


@contextmanager
def _watched(worker: processes.Part) -> Iterator[list[int]]:
    """The most bytes (shared ones by share) that the worker and its children hold meanwhile."""
    most, is_over = [0], threading.Event()

    def watch() -> None:
        while not is_over.wait(0.2):
            most[0] = max(most[0], worker.pss_of_family())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        is_over.set()
        watcher.join()


def _python(instance: Path, *arguments: str) -> str:
    return _run(instance, ["tests.bench.following", *arguments])


def _run(instance: Path, arguments: list[str]) -> str:
    """What a program of ours prints, in a process of its own; raises when it fails."""
    environ = {**os.environ, **processes.environ_of(instance)}
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(
        command, cwd=processes.ROOT, env=environ, check=True, stdout=subprocess.PIPE, timeout=3000
    )
    return done.stdout.decode()
