"""The site that ``standing`` measures, each part in a process of its own: saves that are followed
by the worker (``saves``) and the same that are not (``unmeasured``), many histories (``site``),
and what the worker counts (``figures``).

The histories are a few, each made of real articles by two people who edit, restore and change
numbers; the other policies are copies of them, row by row, because only their measures are timed.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import func, insert, select

from app import create_app
from app.access.actor import Actor, Role
from app.consensus.services import evaluating_daily, figuring
from app.database import committing, db
from app.ledger import delivery, sealing
from app.policies.models import Policy
from app.policies.services.saving import Edit, restore, save_edit
from app.reactions import REACTIONS
from app.text.tokens import tokens
from app.worker import Worker
from tests.bench import texts
from tests.bench.dataset import new_policy, without_waiting
from tests.bench.load import percentile
from tests.builders.accounts import make_actor

DISTINCT = 10  # histories that are made; the others are copies
SIZES = {"en": 2900, "zh-Hans": 3750}  # tokens of a page
BEFORE = ("policies.attribute", "search.index")  # they unpack the new version first
MEASURED = ("consensus.measure_revisions", "consensus.evaluate")


def saves(language: str, count: int, *, is_measured: bool = True) -> dict[str, Any]:
    """CPU of the two reactions for each of ``count`` saves, with their writes and their cursors;
    without ``is_measured`` the same saves, and nobody measures them."""
    people = _people(language)
    slug = f"page-{language.lower()}"
    first = page(language, SIZES[language], 7)
    new_policy(slug, language, first, people[0])
    measured = MEASURED if is_measured else ()
    _follow((*BEFORE, *measured))
    cpu: list[float] = []
    took: list[float] = []
    parts: dict[str, list[float]] = {name: [] for name in measured}
    for _ in _edits(slug, first, people, count, took):
        _follow(BEFORE)
        for name in measured:
            parts[name].append(_follow((name,)))
        cpu.append(sum(of_part[-1] for of_part in parts.values()))
    halves = {name.split(".")[1]: percentile(of_part, 0.5) for name, of_part in parts.items()}
    return {"cpu_ms": cpu, "save_ms": took, "tokens": len(tokens(first)), "parts": halves}


def _follow(names: tuple[str, ...]) -> float:
    """Milliseconds of CPU that these reactions take to meet what is new: from when the handler is
    called to the end of the commit. Sealing and looking for events are not among it."""
    while sealing.seal():
        pass
    called = time.process_time()

    def watched(handler: delivery.Handler) -> delivery.Handler:
        def handle(events: list[delivery.SealedEvent]) -> None:
            nonlocal called
            called = time.process_time()
            handler(events)

        return handle

    delivery.deliver(
        [
            replace(reaction, handler=watched(reaction.handler))
            for reaction in REACTIONS
            if reaction.name in names
        ]
    )
    return (time.process_time() - called) * 1000


def page(language: str, size: int, seed: int) -> str:
    """A law of real articles with about ``size`` tokens."""
    length = size
    while len(tokens(text := texts.law(language, length, seed))) < size:
        length += size // 10
    return text


def _edits(
    slug: str, text: str, people: list[Actor], count: int, took: list[float]
) -> Iterator[None]:
    """Saves by two people in turn: words put in and taken out, numbers changed, each seventh a
    return to the version before the last; ``took`` gets the milliseconds of each."""
    chance = random.Random(slug)
    for number in range(2, count + 2):
        actor = people[number % 2]
        begun = time.perf_counter()
        if number % 7 == 0:
            restore(slug, number - 2, actor=actor, summary="back")
        else:
            text = changed(text, number, chance)
            save_edit(slug, Edit(base=number - 1, text=text, summary="an edit"), actor=actor)
        db.session.commit()
        took.append((time.perf_counter() - begun) * 1000)
        yield


def changed(text: str, number: int, chance: random.Random) -> str:
    """``text`` with one article changed as people do: a part moved out, a note put in."""
    parts = texts.edited(text, number).rstrip("\n").split("\n\n")
    place = chance.randrange(1, len(parts))
    head, _, words = parts[place].partition(" ")
    cut = chance.randrange(len(words)) if words else 0
    length = chance.randrange(1, 30)
    if len(words) > 200 and number % 3 == 0:
        words = words[:cut] + words[cut + length :]
    elif number % 3 == 1:
        words = f"{words[:cut]} {chance.randrange(100)} {words[cut:]}"
    parts[place] = f"{head} {words}"
    return "\n\n".join(parts) + "\n"


def site(policies: int, revisions: int) -> dict[str, Any]:
    """A few histories made by the services and met by the worker, and copies of them."""
    people = _people("site")
    distinct = min(policies, DISTINCT)
    for number in range(distinct):
        language = texts.LANGUAGES[number % 2]
        text, slug = page(language, SIZES[language], number), f"history-{number}"
        new_policy(slug, language, text, people[0])
        for _ in _edits(slug, text, people, revisions - 1, []):
            pass
    _drain()
    with committing():
        ids = db.session.scalars(select(Policy.id).order_by(Policy.id)).all()
        for number in range(distinct, policies):
            _copy(ids[number % distinct], f"copy-{number}")
    return {}


def _copy(policy_id: int, slug: str) -> None:
    """One more policy with the same revisions, row by row; nobody has measured it."""
    policies, revisions = (db.metadata.tables[name] for name in ("policy", "revision"))
    policy = select(policies).where(policies.c.id == policy_id)
    row = dict(db.session.execute(policy).mappings().one()) | {"slug": slug}
    del row["id"]
    made = db.session.scalar(insert(policies).values(row).returning(policies.c.id))
    for found in db.session.execute(
        select(revisions).where(revisions.c.policy_id == policy_id)
    ).mappings():
        row = dict(found) | {"policy_id": made}
        del row["id"]
        db.session.execute(insert(revisions), row)


def figures(count: int) -> dict[str, Any]:
    """What the worker counts by itself, done beforehand: daily evaluations, and the figures of
    ``count`` policies, timed; answers their addresses."""
    _drain()
    is_left = True
    while is_left:
        with committing():
            is_left = bool(evaluating_daily.evaluate_due())
    rows = db.session.execute(select(Policy.id, Policy.slug).order_by(func.random()).limit(count))
    cpu, slugs = [], []
    for policy_id, slug in rows.all():
        begun = time.process_time()
        figuring.figure(policy_id)
        cpu.append((time.process_time() - begun) * 1000)
        slugs.append(slug)
    return {"cpu_ms": percentile(cpu, 0.5), "slugs": slugs}


def _drain() -> None:
    while sealing.seal():
        pass
    Worker(current_app.config["SETTINGS"].instance_dir).drain()


def _people(name: str) -> list[Actor]:
    return [
        make_actor(
            Role.OFFICER, public_id=f"{name[:2]}{n}", name=f"Editor {n}", name_skeleton=None,
            email=f"{name}{n}@example.org",
        )
        for n in range(2)
    ]  # fmt: skip


def _child(what: str, arguments: list[str]) -> None:
    app = create_app()
    with app.app_context():
        upgrade()
        without_waiting()
        done = {
            "saves": lambda: saves(arguments[0], int(arguments[1])),
            "unmeasured": lambda: saves(arguments[0], int(arguments[1]), is_measured=False),
            "site": lambda: site(int(arguments[0]), int(arguments[1])),
            "figures": lambda: figures(int(arguments[0])),
        }[what]()
        db.session.remove()
    app.extensions["gongyi_renderer"].close()
    print(json.dumps(done))


if __name__ == "__main__":
    _child(sys.argv[1], sys.argv[2:])
