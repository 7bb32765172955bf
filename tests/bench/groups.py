"""Opinion groups of a large draft: seconds and memory, from the rows of the database to the figure.

The people and their answers are drawn by a fixed chance, in three camps; the data lies in an
instance of its own, and what is measured runs in a process of its own, as the worker's child does.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from flask_migrate import upgrade

import config
from app import create_app
from app.access.actor import Role
from app.consensus.opinion import stability
from app.consensus.opinion.positions import arrange
from app.consensus.opinion.statements import count
from app.consensus.queries.figures import find_figure
from app.consensus.queries.opinions import read_stances
from app.consensus.queries.statements import list_wordings
from app.consensus.services.grouping import NAME, group
from app.database import committing, db
from app.policies.models import Policy
from tests.bench.dataset import new_policy, without_waiting
from tests.bench.processes import ROOT, environ_of
from tests.bench.report import Report
from tests.builders.accounts import make_actor
from tests.builders.many_positions import CHOICES, count_anew, make_people
from tests.builders.opinions import draw

# People, statements, positions; the most seconds and megabytes.
LARGE, SMALL, QUICK = (10_000, 500, 808_000), (1_000, 200, 51_000), (300, 40, 6_000)
LARGE_S, SMALL_S, MEMORY_MB = 5, 1, 400
CAMPS = (0.4, 0.35, 0.25)
_INSERT = """
    INSERT INTO position (policy_id, statement, person_id, role, confirmation, is_body, choice,
                          salt, wording, number, taken_at)
    VALUES (?, ?, ?, 'resident', 'contact', 0, ?, x'00', ?, 1, '2026-03-02 04:00:00')
"""


def measure(folder: Path, report: Report, *, is_quick: bool) -> None:
    """Groups of a large and of a middling draft, then both with the gate that runs beside them."""
    sizes = ((QUICK, SMALL_S),) if is_quick else ((LARGE, LARGE_S), (SMALL, SMALL_S))
    for (people, statements, positions), most in sizes:
        instance = folder / f"groups-{people}"
        instance.mkdir()
        shape = [str(number) for number in (people, statements, positions)]
        _python(instance, "build", *shape)
        found = json.loads(_python(instance, "find", *shape))
        name = f"{people:,} people × {statements}"
        note = (
            f"{found['positions']:,} positions, {found['reading']:.1f} s of it to read them, "
            f"CPU {found['cpu']:.1f} s"
        )
        report.at_most("groups", name, found["seconds"], most, unit="s", note=note)
        note = f"likeness {found['likeness']}, groups of {found['sizes']}"
        report.plain("groups", f"{name}, with 20 samples and written", found["whole"], "s", note)
        report.at_most("groups", f"{name}, memory", found["megabytes"], MEMORY_MB, unit="MB")


def _python(instance: Path, *arguments: str) -> str:
    environ = {**os.environ, **environ_of(instance), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.groups", *arguments],
        cwd=ROOT, env=environ, check=True, stdout=subprocess.PIPE, timeout=900,
    )  # fmt: skip
    return (done.stdout.decode().splitlines() or [""])[-1]


def build(people: int, statements: int, positions: int) -> None:
    """A draft with so many articles, and people who took a position on some of them."""
    app = create_app()
    with app.app_context():
        upgrade()
        without_waiting()
        articles = (f"Article {n}. Rule number {n} holds.\n" for n in range(1, statements + 1))
        text = "# Many rules\n\n" + "\n".join(articles)
        policy = new_policy("many-rules", "en", text, make_actor(Role.OFFICER))
        wordings, ids = list_wordings(policy), make_people(people)
        policy_id = policy.id
        db.session.remove()
        chance = np.random.default_rng(1)
        camp = chance.choice(len(CAMPS), people, p=CAMPS)
        agreeing = chance.uniform(0.1, 0.9, (len(CAMPS), statements))
        drawn = draw(camp, agreeing, taken=positions / people, seed=2)
        path = app.config["SETTINGS"].instance_dir / "gongyi.db"
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.executemany(_INSERT, _rows(policy_id, wordings, ids, drawn))
        with committing():
            count_anew(policy_id)
    app.extensions["gongyi_renderer"].close()


def _rows(
    policy_id: int, wordings: dict[str, str], ids: list[int], drawn: tuple[Any, Any, Any]
) -> Iterator[tuple[object, ...]]:
    names = sorted(wordings)
    for person, statement, choice in zip(*(part.tolist() for part in drawn), strict=True):
        name = names[statement]
        yield policy_id, name, ids[person], CHOICES[choice], wordings[name]


def find() -> dict[str, Any]:
    """Once without the gate, from the rows to the counts of each group, then as the worker does it."""
    app = create_app(config.read())
    with app.app_context():
        policy = db.session.get_one(Policy, 1)
        begun, cpu = time.perf_counter(), time.process_time()
        stances = read_stances(policy)
        reading = time.perf_counter() - begun
        positions = arrange(
            stances.person, stances.statement, stances.choice, stances.is_confirmed,
            statements=len(stances.statements), least=stability.LEAST_POSITIONS,
        )  # fmt: skip
        count(positions, stability.groups_of(positions, stability.SEED))
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
        number = len(positions)
        del stances, positions
        begun = time.perf_counter()
        group(policy.id)
        whole = time.perf_counter() - begun
        figure = find_figure(policy.id, NAME)
    app.extensions["gongyi_renderer"].close()
    if figure is None:
        raise RuntimeError("the groups could not be found")
    return {
        "seconds": seconds,
        "cpu": cpu,
        "reading": reading,
        "whole": whole,
        "positions": number,
        "likeness": figure.data["likeness"],
        "sizes": [one["people"] for one in figure.data.get("groups", [])],
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(*map(int, sys.argv[2:]))
    else:
        print(json.dumps(find()))
