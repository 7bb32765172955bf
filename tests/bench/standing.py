"""How a draft stands: what the measures of one save cost the worker, a rebuild of everything, and
the page. BENCH_SCALE makes the site smaller (0.02), to try it; such figures count nothing.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.bench import processes
from tests.bench.client import Browser
from tests.bench.load import percentile
from tests.bench.report import Report

POLICIES, REVISIONS = 500, 200
PAGES = {"en": "English page", "zh-Hans": "Chinese page"}
SAVE_P50_MS, SAVE_P99_MS, SAVE_RATIO = 5, 50, 1.05
REBUILD_S, REBUILD_MB, PAGE_MS = 300, 500, 150
LOOKS = 60
_DONE = "SELECT count(*) FROM measured_policy WHERE version > 0"


def measure(folder: Path, report: Report, *, is_quick: bool) -> None:
    """Saves, a rebuild that is killed once and goes on, and the page on a site and a tenth of it."""
    scale = float(os.environ.get("BENCH_SCALE") or (0.02 if is_quick else 1.0))
    policies, revisions = max(10, round(POLICIES * scale)), REVISIONS if scale >= 0.1 else 40
    _measure_saves(folder, report, 20 if is_quick else 200)
    times = {}
    for count in (policies // 10, policies):
        instance = folder / f"standing-{count}"
        instance.mkdir()
        _python(instance, "site", count, revisions)
        if count == policies:
            _measure_rebuild(instance, report, count, revisions)
        else:
            _run(instance, ["flask", "consensus", "rebuild"])
        figures = json.loads(_python(instance, "figures", LOOKS))
        times[count] = _measure_page(instance, figures["slugs"])
        if count == policies:
            report.plain("standing", "figures of one policy, CPU p50", figures["cpu_ms"], "ms")
    large, small = times[policies], times[policies // 10]
    note = f"p50 {percentile(large, 0.5):.1f} ms, {policies * revisions:,} revisions"
    report.at_most(
        "standing", "the page, p95", percentile(large, 0.95), PAGE_MS, unit="ms", note=note
    )
    note = f"p50 {percentile(small, 0.5):.1f} ms at a tenth of it"
    grown = percentile(large, 0.5) / percentile(small, 0.5)
    report.at_most("standing", "the page, p50, as a tenth grows to all", grown, 1.2, note=note)


def _measure_saves(folder: Path, report: Report, saves: int) -> None:
    """What the worker spends on each save; and whether the save itself takes longer beside it: the
    same saves measured and not, each twice in an instance of its own, are compared one by one."""
    for language, name in PAGES.items():
        runs: dict[str, list[dict[str, Any]]] = {"saves": [], "unmeasured": []}
        for turn, what in enumerate(("unmeasured", "saves", "saves", "unmeasured")):
            instance = folder / f"standing-{language}-{turn}"
            instance.mkdir()
            runs[what].append(json.loads(_python(instance, what, language, saves)))
        found = runs["saves"][0]
        parts = ", ".join(f"{part} {ms:.1f} ms" for part, ms in found["parts"].items())
        for share, most in ((0.5, SAVE_P50_MS), (0.99, SAVE_P99_MS)):
            label = f"measures of a save, {name}, CPU p{share * 100:.0f}"
            note = parts if share == 0.5 else f"{found['tokens']:,} tokens, {saves} saves"
            cpu = percentile(found["cpu_ms"], share)
            report.at_most("standing", label, cpu, most, unit="ms", note=note)
        beside, alone = ([run["save_ms"] for run in runs[what]] for what in runs)
        ratios = [
            (one + two) / (three + four)
            for one, two, three, four in zip(*beside, *alone, strict=True)
        ]
        times = [percentile([ms for run in pair for ms in run], 0.5) for pair in (beside, alone)]
        note = f"p50 {times[0]:.1f} ms, unmeasured {times[1]:.1f} ms"
        ratio = percentile(ratios, 0.5)
        report.at_most("standing", f"a save beside them, {name}", ratio, SAVE_RATIO, note=note)


def _measure_rebuild(instance: Path, report: Report, policies: int, revisions: int) -> None:
    """Killed when a tenth is done; then to the end."""
    begun = time.monotonic()
    with _flask(instance, ["consensus", "rebuild"]) as process:
        # Those that were measured before are dropped first.
        _wait(process, lambda: _count_done(instance) == 0)
        _wait(process, lambda: _count_done(instance) >= policies // 10)
        process.kill()
        process.wait()
    done = _count_done(instance)
    with _flask(instance, ["consensus", "rebuild"]) as process:
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        answer = process.stdout.read().decode() if process.stdout else ""
    seconds = time.monotonic() - begun
    if process.returncode:
        raise RuntimeError(f"the rebuild ended with {process.returncode}")
    again = int(answer.split()[0]) - (policies - done) * revisions
    note = f"{seconds / policies / revisions * 1000:.2f} ms each, killed once at {done} policies"
    name = f"rebuild of {policies * revisions:,} revisions"
    report.at_most("standing", name, seconds, REBUILD_S, unit="s", note=note)
    report.at_most("standing", "its memory", used.ru_maxrss / 1024, REBUILD_MB, unit="MB")
    report.at_most("standing", "revisions measured twice after the kill", again, 0)


def _wait(process: subprocess.Popen[bytes], is_reached: Callable[[], bool]) -> None:
    while not is_reached() and process.poll() is None:
        time.sleep(0.02)


def _measure_page(instance: Path, slugs: list[str]) -> list[float]:
    """Milliseconds of the page of one policy after the other, each made anew."""
    took = []
    with processes.wiki(instance) as (web, _worker):
        browsers = [Browser(web.port) for _ in range(4)]  # so that both web processes are warm
        for browser in browsers * 2:
            if browser.get(f"/policies/{slugs[0]}/consensus").status != 200:
                raise RuntimeError("the page of how a draft stands was not answered")
        for place in range(LOOKS):
            _renew(instance)
            begun = time.perf_counter()
            browsers[place % 4].get(f"/policies/{slugs[place % len(slugs)]}/consensus")
            took.append((time.perf_counter() - begun) * 1000)
    return took


def _renew(instance: Path) -> None:
    """Something changed that every page shows."""
    with closing(sqlite3.connect(instance / "gongyi.db", timeout=30)) as connection:
        connection.execute("UPDATE policy SET page_version = page_version + 1")
        connection.commit()


def _count_done(instance: Path) -> int:
    with closing(sqlite3.connect(f"file:{instance / 'gongyi.db'}?mode=ro", uri=True)) as connection:
        return int(connection.execute(_DONE).fetchone()[0])


def _flask(instance: Path, arguments: list[str]) -> subprocess.Popen[bytes]:
    environ = {**os.environ, **processes.environ_of(instance)}
    command = [sys.executable, "-m", "flask", *arguments]
    return subprocess.Popen(command, cwd=processes.ROOT, env=environ, stdout=subprocess.PIPE)


def _python(instance: Path, *arguments: object) -> str:
    return _run(instance, ["tests.bench.standing_site", *map(str, arguments)])


def _run(instance: Path, arguments: list[str]) -> str:
    """What a program of ours prints, in a process of its own; raises when it fails."""
    environ = {**os.environ, **processes.environ_of(instance)}
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(
        command, cwd=processes.ROOT, env=environ, check=True, stdout=subprocess.PIPE, timeout=3000
    )
    return done.stdout.decode()
