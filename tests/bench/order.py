"""A lively discussion and many followers: long threads read, saves that nobody waits for, notices
and digests of ten thousand people. BENCH_SCALE makes it smaller (0.02), to try it.

The data lies in an instance of its own. Every page is made anew for each look, for between two
readers of a lively draft somebody has said something.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.bench import processes, texts
from tests.bench.client import Browser
from tests.bench.crowd import FOLLOWED, FOLLOWERS, MANY, QUIET, TALKED
from tests.bench.dataset import PAGE_BYTES
from tests.bench.load import percentile
from tests.bench.report import Report
from tests.bench.saves import Draft, Editor

PAGE_MS, SLOWER_MS, NOTICES_S, DIGEST_S, DIGEST_MB, COUNT_MS = 200, 2, 30, 120, 300, 0.3
LOOKS, SAVES = 40, 60


def measure(folder: Path, report: Report, *, is_quick: bool) -> None:
    """Pages, saves, notices, digests; what is no page in a process of its own."""
    scale = float(os.environ.get("BENCH_SCALE") or (0.02 if is_quick else 1.0))
    instance = folder / "order"
    instance.mkdir()
    known = json.loads(_python(instance, "tests.bench.crowd", "build", str(scale)))
    with processes.wiki(instance) as (web, _worker):
        for name, paths, cookie in _pages(known):
            _measure_page(report, name, web, instance, paths, cookie)
        _measure_saves(report, web.port, known["people"][0], SAVES if not is_quick else 12)
    _tell_notices(report, json.loads(_python(instance, "tests.bench.crowd", "notices")), scale)
    counted = json.loads(_python(instance, "tests.bench.crowd", "count", throttles="on"))
    note = f"p95 {counted['p95']:.2f} ms"
    name = "counting a save against its limit, p50"
    report.at_most("order", name, counted["p50"], COUNT_MS, unit="ms", note=note)
    people = str(max(100, round(FOLLOWERS * scale)))
    for shape in ("one", "mixed"):
        _tell_digests(report, json.loads(_python(instance, "tests.bench.digests", shape, people)))


def _pages(known: dict[str, Any]) -> Iterator[tuple[str, list[str], str]]:
    """Names, addresses (each asked for once) and cookies of the pages that are read."""
    thread, comments = f"/threads/{known['thread']}", known["comments"]
    resident = known["people"][1]["cookie"]
    deep = [f"{thread}?page={comments[len(comments) * n // LOOKS]}" for n in range(LOOKS)]
    talk, articles = f"/policies/{MANY}/discussion", [f"c{2 + n % 8}" for n in range(LOOKS)]
    yield "thread of 5,000 comments", [thread] * LOOKS, ""
    yield "the same, signed in", [thread] * LOOKS, resident
    yield "the same, deep in it", deep, resident
    yield "its discussion page", [f"/policies/{TALKED}/discussion"] * LOOKS, resident
    yield "its article", [f"/policies/{TALKED}/clauses/c2"] * LOOKS, resident
    yield "policy with 2,000 threads", [f"/policies/{MANY}"] * LOOKS, ""
    yield "its threads", [talk] * LOOKS, ""
    yield "its threads, signed in", [talk] * LOOKS, resident
    yield "its threads, deep", [f"{talk}?page={n * 40 + 60}" for n in range(LOOKS)], resident
    yield "its threads on one article", [f"{talk}?clause={one}" for one in articles], resident
    yield "what people say there", [f"/policies/{MANY}/suggestions"] * LOOKS, ""
    yield "the articles there", [f"/policies/{MANY}/clauses/{one}" for one in articles], ""
    yield "what is new there, as a feed", [f"/policies/{MANY}/feed.atom"] * LOOKS, ""
    yield "notices and what one follows", ["/notices", "/watching"] * (LOOKS // 2), resident


def _measure_page(
    report: Report, name: str, web: processes.Part, instance: Path, paths: list[str], cookie: str
) -> None:
    """p95 of one kind of page, each look after somebody has said something."""
    browsers = [Browser(web.port, cookie) for _ in range(4)]  # so that both web processes are warm
    statuses = {browser.get(paths[0]).status for browser in browsers * 2}
    if statuses != {200}:
        why = f"GET {paths[0]} answered {sorted(statuses)}"
        report.missing("order", f"{name}, p95", f"≤ {PAGE_MS} ms", why)
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
    report.at_most("order", f"{name}, p95", percentile(took, 0.95), PAGE_MS, unit="ms", note=note)


def _measure_saves(report: Report, port: int, known: dict[str, str], saves: int) -> None:
    """Saves on the followed policy and on its twin that nobody follows, in turn."""
    text = texts.law("zh-Hans", PAGE_BYTES, 1)
    editors: dict[str, Editor] = {}
    drafts = {slug: Draft(slug, text) for slug in (FOLLOWED, QUIET)}
    for turn in range(saves + 5):
        for slug in sorted(drafts, reverse=turn % 2 == 1):
            if turn in (0, 5):  # the first saves find nothing ready
                browser = Browser(port, known["cookie"])
                editors[slug] = Editor(browser, known["csrf_token"])
            editors[slug].save(drafts[slug])
    errors = [status for editor in editors.values() for status in editor.errors]
    report.at_most("order", "saves refused", len(errors), 0)
    took = {slug: percentile(editor.milliseconds, 0.5) for slug, editor in editors.items()}
    note = f"p50 {took[FOLLOWED]:.1f} ms and {took[QUIET]:.1f} ms"
    slower = took[FOLLOWED] - took[QUIET]
    name = "a save with 10,000 followers above one with none"
    report.at_most("order", name, slower, SLOWER_MS, unit="ms", note=note)


def _tell_notices(report: Report, told: dict[str, Any], scale: float) -> None:
    note = f"{told['told']:,} people told"
    name = "notices of a deadline to all of them"
    report.at_most("order", name, told["seconds"], NOTICES_S, unit="s", note=note)
    missing = round(FOLLOWERS * scale) - told["written"]
    report.at_most("order", "people who were not told", missing, 0)


def _tell_digests(report: Report, made: dict[str, Any]) -> None:
    name = {"one": "all follow one policy", "mixed": "each follows one to five of 200"}
    label = f"digests, {name[made['shape']]}"
    took = made["queueing_seconds"] + made["writing_seconds"]
    note = (
        f"{made['people']:,} people, {made['queued']:,} letters of {made['kilobytes_a_letter']} KB, "
        f"CPU {made['queueing_cpu_seconds'] + made['writing_cpu_seconds']:.0f} s"
    )
    report.at_most("order", label, took, DIGEST_S, unit="s", note=note)
    report.at_most("order", f"{label}, not written", made["people"] - made["queued"], 0)
    report.at_most("order", f"{label}, memory", made["megabytes"], DIGEST_MB, unit="MB")


def _python(instance: Path, module: str, *arguments: str, throttles: str = "off") -> str:
    """What a module of ours prints, in a process of its own; raises when it fails."""
    environ = {**os.environ, **processes.environ_of(instance), "THROTTLES": throttles}
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=processes.ROOT, env=environ, check=True, stdout=subprocess.PIPE, timeout=3000,
    )  # fmt: skip
    return done.stdout.decode().splitlines()[-1]
