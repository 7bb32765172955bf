"""Load on addresses: requests per second over 8 connections, by wrk, or by processes of our own."""

from __future__ import annotations

import json
import multiprocessing
import re
import shutil
import statistics
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.client import Browser

CONNECTIONS = 8
GENERATOR = "wrk" if shutil.which("wrk") else "own client, 2 processes"


@dataclass(frozen=True, slots=True)
class Load:
    """What one round gave; ``errors`` counts answers other than 2xx and 3xx."""

    per_second: float
    errors: int


def hammer(port: int, paths: Sequence[str], seconds: float, cookie: str = "") -> Load:
    """Ask for ``paths`` in turn over 8 kept connections for ``seconds``."""
    if GENERATOR == "wrk":
        return _wrk(port, paths, seconds, cookie)
    return _own(port, paths, seconds, cookie)


def _wrk(port: int, paths: Sequence[str], seconds: float, cookie: str) -> Load:
    with TemporaryDirectory() as folder:
        script = Path(folder) / "paths.lua"
        script.write_text(_lua(paths, cookie))
        command = [
            "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--timeout", "20s",
            "-s", str(script), f"http://127.0.0.1:{port}",
        ]  # fmt: skip
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=seconds + 30
        )
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout)
    late = re.search(r"Socket errors: .*", done.stdout)
    if rate is None:
        raise RuntimeError(f"wrk gave no figure: {done.stdout}")
    broken = sum(int(n) for n in re.findall(r"\d+", late.group(0))) if late else 0
    return Load(float(rate.group(1)), (int(bad.group(1)) if bad else 0) + broken)


def _lua(paths: Sequence[str], cookie: str) -> str:
    quoted = ",".join(json.dumps(path) for path in paths)
    headers = f'["Accept-Language"]="en",["Cookie"]={json.dumps(cookie)}'
    return (
        f"local paths={{{quoted}}}\nlocal headers={{{headers}}}\nlocal at=0\n"
        "request=function() at=at%#paths+1 return wrk.format('GET',paths[at],headers) end\n"
    )


def _own(port: int, paths: Sequence[str], seconds: float, cookie: str) -> Load:
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()
    half = CONNECTIONS // 2
    workers = [
        context.Process(target=_half, args=(port, paths[n:] or paths, seconds, cookie, half, results))
        for n in range(2)
    ]  # fmt: skip
    for worker in workers:
        worker.start()
    counts = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    return Load(sum(count for count, _ in counts) / seconds, sum(bad for _, bad in counts))


def _half(
    port: int, paths: Sequence[str], seconds: float, cookie: str, connections: int,
    results: multiprocessing.SimpleQueue[tuple[int, int]],
) -> None:  # fmt: skip
    counted: list[tuple[int, int]] = []

    def one(offset: int) -> None:
        browser, done, bad = Browser(port, cookie), 0, 0
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            answer = browser.get(paths[(offset + done * connections) % len(paths)])
            done += 1
            bad += answer.status >= 400
        browser.close()
        counted.append((done, bad))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put((sum(done for done, _ in counted), sum(bad for _, bad in counted)))


def milliseconds(port: int, paths: Sequence[str], cookie: str = "") -> list[float]:
    """How long each of ``paths`` took when asked for alone; raises on an answer other than 200."""
    browser = Browser(port, cookie)
    took = []
    for path in paths:
        begun = time.perf_counter()
        answer = browser.get(path)
        took.append((time.perf_counter() - begun) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"GET {path} answered {answer.status}")
    browser.close()
    return took


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of ``values`` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """The middle of ``values``."""
    return statistics.median(values)
