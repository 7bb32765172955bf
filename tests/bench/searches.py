"""Searching with many different words, so that no cache of answers is measured."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from urllib.parse import quote

from tests.bench import processes, texts
from tests.bench.client import Browser
from tests.bench.dataset import PAGE_BYTES, QUICK, Shape
from tests.bench.load import milliseconds, percentile
from tests.bench.run import Run

WORDS = 2500
P95_MS = 80
TARGETS = {"en": ("English", 0.06), "zh-Hans": ("Chinese", 0.03)}


def measure(run: Run) -> None:
    """Ratios at the size of the data set, then p95 with twice as many policies."""
    policies = run.known["shape"]["policies"]
    asked = {language: queries(language, policies) for language in TARGETS}
    if b'href="/policies/' not in Browser(run.web.port).get(asked["en"][0]).body:
        for name, target in TARGETS.values():
            run.report.missing("search", name, f"≥ {target}", "the search page finds nothing")
        return
    for language, (name, target) in TARGETS.items():
        share, errors = run.ratio(f"search {name}", asked[language])
        note = f"{len(asked[language])} different queries" + (f", {errors} errors" * bool(errors))
        run.report.at_least("search", name, share, target, note=note)
    _at_twice_the_size(run, asked)


def queries(language: str, policies: int) -> list[str]:
    """Addresses of searches for words that the policies really hold, alone and in pairs."""
    numbers = range(texts.LANGUAGES.index(language), policies, 2)
    held = (texts.law(language, PAGE_BYTES, number) for number in numbers)
    words = texts.words_of(language, held, WORDS)
    joint = " " if language == "en" else ""
    pairs = [a + joint + b for a, b in zip(words[::2], words[1::2], strict=False)]
    return [f"/search?q={quote(one)}" for one in [*words, *pairs]]


def _at_twice_the_size(run: Run, asked: dict[str, list[str]]) -> None:
    policies = 2 * run.known["shape"]["policies"]
    instance = run.instance.parent / "twice"
    shape = replace(QUICK if run.is_quick else Shape(), policies=policies)
    _grow(run.instance, instance, shape, start=policies // 2)
    with processes.wiki(instance) as (web, _worker):
        for language, (name, _target) in TARGETS.items():
            chosen = asked[language][: 60 if run.is_quick else 300]
            milliseconds(web.port, chosen[:20])
            took = milliseconds(web.port, chosen[20:])
            run.report.at_most(
                "search", f"p95 at {policies:,} policies, {name}", percentile(took, 0.95), P95_MS,
                unit="ms", note=f"p50 {percentile(took, 0.5):.0f} ms over {len(took)} queries",
            )  # fmt: skip


def _grow(source: Path, instance: Path, shape: Shape, start: int) -> None:
    shutil.copytree(source, instance, ignore=shutil.ignore_patterns("*.lock", "*.log"))
    processes.build(json.dumps(asdict(shape)), instance, start)
