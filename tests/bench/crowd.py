"""What a lively site is measured on, built in a process of its own: a thread of 5,000 comments, a
policy with 2,000 threads, a policy that 10,000 people follow (``build``); and what is measured
inside a process: the notices of all who follow (``notices``), the count of a save (``count``).
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import func, insert, select, update

from app import clock, create_app
from app.access.actor import Confirmation, Role
from app.accounts import limits
from app.accounts.limits import Counted
from app.accounts.models import Person
from app.accounts.services import throttling
from app.database import committing, db, take_kept
from app.discussions.models import Comment
from app.discussions.services.posting import reply
from app.ledger import sealing
from app.notifications.models import Notice, Watch
from app.notifications.rules import Told
from app.notifications.services import announcing
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries import find_policy_id
from app.worker import Worker
from tests.bench import texts
from tests.bench.dataset import browser_of, new_policy, without_waiting
from tests.bench.load import percentile
from tests.builders.accounts import make_actor
from tests.builders.discussions import make_thread

TALKED, MANY, FOLLOWED, QUIET = "talked-over", "many-threads", "followed", "not-followed"
COMMENTS, THREADS, FOLLOWERS = 5_000, 2_000, 10_000
ARTICLES, WRITERS, COUNTED = 30, 200, 2_000


def build(scale: float) -> None:
    """Fill the instance of the environment and print what a client must know."""
    app = create_app()
    with app.app_context():
        upgrade()
        without_waiting()
        officer = make_actor(Role.OFFICER, public_id="crowd", name="C", name_skeleton=None)
        writers = [
            make_actor(public_id=f"w{n}", name=f"W{n}", name_skeleton=None, email=f"w{n}@example.org")
            for n in range(max(2, round(WRITERS * scale)))
        ]  # fmt: skip
        policies = {
            slug: new_policy(slug, "zh-Hans", texts.law("zh-Hans", 5600, 1), officer)
            for slug in (TALKED, MANY, FOLLOWED, QUIET)
        }
        thread = make_thread(policies[TALKED], writers[0], "What do you think?", clause="c2")
        for number in range(round(COMMENTS * scale)):
            with committing():
                reply(thread.id, _words(number), actor=writers[number % len(writers)])
        for number in range(round(THREADS * scale)):
            policy = db.session.get_one(Policy, policies[MANY].id)
            writer = writers[number % len(writers)]
            make_thread(policy, writer, _words(number), clause=f"c{2 + number % 8}")
        _follow(policies[FOLLOWED].id, round(FOLLOWERS * scale))
        while sealing.seal():
            pass
        Worker(app.config["SETTINGS"].instance_dir).drain()
        comments = db.session.scalars(select(Comment.id).where(Comment.thread_id == thread.id))
        known: dict[str, Any] = {"thread": thread.id, "comments": comments.all()}
        db.session.rollback()
        db.session.execute(db.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
    known["people"] = [browser_of(app, person, FOLLOWED) for person in (officer, writers[0])]
    app.extensions["gongyi_renderer"].close()
    print(json.dumps(known))


def _words(number: int) -> str:
    return f"Point {number}: three days are too long where wheelchairs pass, at gate {number % 97}."


def _follow(policy_id: int, people: int) -> None:
    since = clock.now() - timedelta(days=30)
    base = {"role": Role.RESIDENT, "confirmation": Confirmation.CONTACT, "created_at": since}
    rows = [
        base | {"public_id": f"f{n}", "name": f"F{n}", "email": f"f{n}@example.org"}
        for n in range(people)
    ]
    with committing():
        db.session.execute(insert(Person), rows)
        ids = db.session.scalars(select(Person.id).where(Person.public_id.like("f%"))).all()
        place = {"policy_id": policy_id, "clause": "", "thread_id": 0, "since": since}
        db.session.execute(insert(Watch), [{"person_id": one} | place for one in ids])


def notices() -> None:
    """Everybody hears that comments close in two days, as the worker's duty tells them."""
    app = create_app()
    with app.app_context():
        policy_id = find_policy_id(FOLLOWED)
        with committing():
            closing = {"phase": Phase.CONSULTATION, "closes_at": clock.now() + timedelta(days=2)}
            db.session.execute(update(Policy).where(Policy.id == policy_id).values(**closing))
        begun = time.monotonic()
        told = announcing.remind_of_closing()
        took = time.monotonic() - begun
        of_it = select(func.count(Notice.id)).where(Notice.kind == Told.DEADLINE)
        written = db.session.scalar(of_it)
    app.extensions["gongyi_renderer"].close()
    print(json.dumps({"told": told, "written": written, "seconds": took}))


def count() -> None:
    """What it costs a save to be counted against its limit, inside the save's own transaction."""
    app = create_app()
    with app.app_context():
        person = db.session.scalars(select(Person).where(Person.public_id == "crowd")).one()
        actor = person.actor(clock.now())
        saves = limits.ACTS[Counted.SAVE]
        object.__setattr__(saves, "times", (10**9,) * len(saves.times))
        took = []
        for _turn in range(COUNTED):
            with committing():
                db.session.connection()
                begun = time.perf_counter()
                throttling.count(Counted.SAVE, actor)
                took.append((time.perf_counter() - begun) * 1000)
                take_kept()
    app.extensions["gongyi_renderer"].close()
    print(json.dumps({"p50": percentile(took, 0.5), "p95": percentile(took, 0.95)}))


if __name__ == "__main__":
    {"build": lambda: build(float(sys.argv[2])), "notices": notices, "count": count}[sys.argv[1]]()
