"""One position, from the press of the button to the figures that hold it, on a large draft: with the
throttle, the counters, the event and the write to the disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from flask_migrate import upgrade

import config
from app import clock, create_app
from app.access.actor import Role
from app.accounts.models import Person
from app.consensus.queries.positions import find_stance, verdicts
from app.consensus.queries.statements import list_wordings
from app.consensus.services.taking import take_position
from app.database import committing, db
from app.policies.models import Policy
from tests.bench.dataset import new_policy, without_waiting
from tests.bench.load import percentile
from tests.bench.processes import ROOT, environ_of
from tests.bench.report import Report
from tests.builders.accounts import make_actor
from tests.builders.many_positions import make_people, place_positions

# People, articles, presses of the button; and how many milliseconds one may take.
LARGE, QUICK = (2_000, 500, 600), (200, 50, 60)
MOST_MS = 20
CHOICES = ("agree", "disagree", "pass", "none")


def measure(folder: Path, report: Report, *, is_quick: bool) -> None:
    """Answers of many people on all articles, then one press after the other."""
    people, articles, presses = QUICK if is_quick else LARGE
    instance = folder / "positions"
    instance.mkdir()
    shape = [str(number) for number in (people, articles, presses)]
    _python(instance, "build", *shape)
    took = json.loads(_python(instance, "press", *shape))
    name = "one position to updated agreement"
    note = f"p50 {percentile(took, 0.5):.1f} ms, {people * articles // 5:,} positions beside it"
    report.at_most(
        "positions", f"{name}, p95", percentile(took, 0.95), MOST_MS, unit="ms", note=note
    )


def _python(instance: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.positions", *arguments],
        cwd=ROOT, env={**os.environ, **environ_of(instance)}, check=True,
        stdout=subprocess.PIPE, timeout=900,
    )  # fmt: skip
    return (done.stdout.decode().splitlines() or [""])[-1]


def build(people: int, articles: int, _presses: int) -> None:
    """A draft of so many articles; each person has answered on every fifth."""
    app = create_app()
    with app.app_context():
        upgrade()
        without_waiting()
        lines = (f"Article {n}. Rule number {n} holds.\n" for n in range(1, articles + 1))
        text = "# Many rules\n\n" + "\n".join(lines)
        policy = new_policy("many-rules", "en", text, make_actor(Role.OFFICER))
        wordings, ids = list_wordings(policy), make_people(people)
        names = sorted(wordings)
        stances = (
            (person, name, (person + place) % 3 - 1)
            for person in ids
            for place, name in enumerate(names)
            if (person + place) % 5 == 0
        )
        place_positions(policy.id, wordings, stances)
    app.extensions["gongyi_renderer"].close()


def press(_people: int, _articles: int, presses: int) -> list[float]:
    """Milliseconds of each press, to the verdict and the counts by role that hold it."""
    app = create_app(config.read())
    took = []
    with app.app_context():
        policy = db.session.get_one(Policy, 1)
        slug, policy_id, wordings = policy.slug, policy.id, list_wordings(policy)
        names = sorted(wordings)
        ids = [row.id for row in db.session.query(Person).order_by(Person.id)]
        for turn in range(presses):
            actor = db.session.get_one(Person, ids[turn * 7 % len(ids)]).actor(clock.now())
            name = names[turn * 13 % len(names)]
            db.session.remove()
            begun = time.perf_counter()
            with committing():
                take_position(slug, name, CHOICES[turn % 4], actor=actor)
            stance = find_stance(policy_id, name, wordings[name])
            verdicts(policy_id, {name: wordings[name]})
            took.append(1000 * (time.perf_counter() - begun))
            if not stance.people.n:
                raise RuntimeError("the answers of many people are gone")
    app.extensions["gongyi_renderer"].close()
    return took


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[2:]]
    if sys.argv[1] == "build":
        build(*numbers)
    else:
        print(json.dumps(press(*numbers)))
