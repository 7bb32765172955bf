"""Whatever happens to a draft, and whatever happens to the worker meanwhile: what was kept up event
by event is what counting everything anew gives."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

import config
from app import clock
from app.access.actor import Actor, Role
from app.consensus.models import (
    ClauseLife,
    ClauseState,
    MeasuredPolicy,
    PositionCount,
    RevisionChange,
    StatusRun,
)
from app.consensus.queries.lives import list_lives
from app.consensus.queries.statements import list_wordings
from app.consensus.services import evaluating
from app.consensus.services.evaluating import evaluate
from app.consensus.services.rebuilding import rebuild
from app.consensus.services.saying_read import say_read
from app.consensus.services.taking import take_position
from app.consensus.services.writing_states import Standing, write
from app.database import committing, db
from app.errors import DomainError
from app.ledger import delivery, sealing
from app.ledger.delivery import Reaction
from app.moderation.rules import Kind
from app.moderation.services import Decision, act
from app.policies.models import Policy, Revision
from app.policies.services.saving import restore
from app.policies.versions import get_version
from app.reactions import REACTIONS
from app.suggestions.models import Contribution
from app.suggestions.services.withdrawing import withdraw
from app.worker import Worker
from tests.builders.accounts import make_actor
from tests.builders.discussions import make_thread
from tests.builders.many_positions import count_anew
from tests.builders.policies import make_policy, save_text
from tests.builders.suggestions import hide_suggestion, make_suggestion
from tests.builders.whole_site import count_figures, drain
from tests.checking_client import CheckingClient
from tests.conftest import NOON

TEXT = "# 办法\n\n" + "\n\n".join(
    f"第{n}条 共享自行车停放不得超过{m}日，违反的由企业移走。"
    for n, m in zip("一二三四", "三四五六", strict=True)
)
STEPS, DAYS = 60, 6
NUMBERS = "三四五六七八"
PEOPLE = (Role.OFFICER, Role.RESIDENT, Role.RESIDENT, Role.RESIDENT, Role.VOLUNTEER)
CHANGES = 5 + 4  # rows of a draft of a title and four articles that changed four times
PASSING = ("shown", "waiting_since")  # what was shown before nobody can know any more
_TIMES = {"evaluated_at"}


def rows(model: type[Any], *left_out: str) -> list[tuple[object, ...]]:
    """Every row of a table, in order, without the columns that only say when."""
    db.session.rollback()
    columns = [c for c in model.__table__.columns if c.name not in _TIMES.union(left_out)]
    return sorted(map(tuple, db.session.execute(select(*columns))), key=repr)


def everything(*left_out: str) -> dict[str, object]:
    """All that is kept up event by event, the lives of clauses unpacked."""
    lives = {
        (policy_id, clause): (life.words, life.moments, [*life.states()])
        for policy_id in db.session.scalars(select(Policy.id).order_by(Policy.id)).all()
        for clause, life in list_lives(policy_id).items()
    }
    return {
        "changes": rows(RevisionChange),
        "states": rows(ClauseState, *left_out),
        "counters": [row for row in rows(PositionCount) if any(row[-3:])],
        "lives": lives,
    }


def drop_all() -> None:
    """Nothing has been counted yet."""
    with committing():
        for model in (RevisionChange, ClauseLife, ClauseState, MeasuredPolicy, StatusRun):
            db.session.execute(delete(model))


class Course:
    """One draft to which anything may happen; what the rules forbid does not."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.people = [make_actor(role) for role in PEOPLE]
        self.keeper = make_actor(Role.VOLUNTEER)
        policy = make_policy(self.people[0], slug="rules", text=TEXT, mode="open")
        self.id, self.done = policy.id, set[str]()
        self.doings: tuple[Callable[[Actor], object], ...] = (
            self.save, self.save, self.save, self.restore, self.restore, self.mark, self.suggest, self.take_back,
            self.hide, self.object, self.read, self.read, self.answer, self.answer,
        )  # fmt: skip

    @property
    def policy(self) -> Policy:
        return db.session.get_one(Policy, self.id, populate_existing=True)

    def step(self) -> None:
        doing, actor = self.chance.choice(self.doings), self.chance.choice(self.people)
        with suppress(DomainError):
            doing(actor)
            db.session.commit()
            self.done.add(doing.__name__)
        db.session.rollback()

    def save(self, actor: Actor) -> None:
        """Other numbers in one article; now and then one leaves, or all change places."""
        head = self.policy.head_number
        title, *articles = get_version(self.id, head).text.strip().split("\n\n")
        place = self.chance.randrange(len(articles))
        what = self.chance.random()
        if what < 0.7:
            old, new = self.chance.choice(NUMBERS), self.chance.choice(NUMBERS)
            articles[place] = articles[place].replace(f"{old}日", f"{new}日")
        elif what < 0.8 and len(articles) > 2:
            del articles[place]
        elif what < 0.9:
            articles.insert(
                place, f"第{self.chance.choice('七八九')}条 企业每{new_word(self.chance)}公布。"
            )
        else:
            self.chance.shuffle(articles)
        save_text("rules", "\n\n".join([title, *articles]), actor=actor, base=head)

    def restore(self, actor: Actor) -> None:
        number = self.chance.randint(1, self.policy.head_number)
        restore("rules", number, actor=actor, summary="back")

    def mark(self, actor: Actor) -> None:
        number = self.chance.randint(2, max(2, self.policy.head_number))
        query = select(Revision.id).where(Revision.policy_id == self.id, Revision.number == number)
        revision = db.session.scalars(query).first()
        what = self.chance.choice(("mark", "unmark"))
        if revision is not None:
            decision = Decision(what, "vandalism", "To and fro for fun")
            act(Kind.REVISION, revision, decision, actor=self.keeper)

    def suggest(self, actor: Actor) -> None:
        clause = self.clause()
        found = get_version(self.id, self.policy.head_number).clause(clause)
        assert found is not None
        number = self.chance.choice(NUMBERS)
        text = found.text.replace("日，", f"{number}日，") + f"另有规定{number}。"
        make_suggestion(self.policy, clause, text, actor)

    def take_back(self, actor: Actor) -> None:
        query = select(Contribution.number).where(Contribution.author_id == actor.person_id)
        number = db.session.scalars(query.order_by(Contribution.id.desc())).first()
        if number is not None:
            withdraw("rules", number, actor=actor)

    def hide(self, actor: Actor) -> None:
        one = db.session.scalars(select(Contribution).order_by(Contribution.id)).first()
        if one is not None:
            hide_suggestion(one, self.keeper)

    def object(self, actor: Actor) -> None:
        body = f"这一条不合适：{self.chance.random()}"
        make_thread(self.policy, actor, body, clause=self.clause(), kind="objection")

    def read(self, actor: Actor) -> None:
        say_read("rules", self.clause(), actor=actor, is_read=self.chance.random() < 0.8)

    def answer(self, actor: Actor) -> None:
        statement = self.chance.choice(sorted(list_wordings(self.policy)))
        choice = self.chance.choice(("agree", "agree", "disagree", "pass", "none"))
        take_position("rules", statement, choice, actor=actor)

    def clause(self) -> str:
        names = sorted(list_wordings(self.policy))
        return self.chance.choice([name[2:] for name in names if name.startswith("c-")])


def new_word(chance: random.Random) -> str:
    return chance.choice(("月", "季", "年")) + chance.choice("一二三四五六七八九")


@pytest.mark.parametrize("seed", [1, 2])
def test_counted_event_by_event_is_counted_anew(
    app: Flask, client: CheckingClient, seed: int
) -> None:
    with clock.frozen(NOON):
        course = Course(seed)
    for day in range(DAYS):
        # On the third day the clock is put back by forty days, and then it is right again.
        now = NOON + timedelta(days=day if day != 2 else -40)
        with clock.frozen(now):
            for _ in range(STEPS // DAYS):
                course.step()
            drain()
            assert client.get("/policies/rules/consensus").status_code == 200
            assert "-4" not in client.get("/policies/rules/consensus").text.partition("<main")[2]
    with clock.frozen(NOON + timedelta(days=DAYS)):
        drain()
        with committing():
            evaluate([course.id])
        kept, lasting = everything(), everything(*PASSING)
        assert kept["counters"]
        assert course.done >= {"save", "restore", "mark", "suggest", "object", "read", "answer"}
        rebuild()
        assert everything() == kept, "in service"
        drop_all()
        rebuild()
        with committing():
            count_anew(course.id)
        assert everything(*PASSING) == lasting, "from nothing"
        drain()
        count_figures()
        for path in ("", "/more", "/flow", "/c3", "/data.json"):
            answer = client.get(f"/policies/rules/consensus{path}")
            assert answer.status_code in (200, 302), path


def contested(slug: str) -> int:
    """The id of a draft on which an officer and a resident undid each other."""
    owner, other = make_actor(Role.OFFICER), make_actor()
    policy = make_policy(owner, slug=slug, text=TEXT, mode="open")
    for base in range(1, 5):
        actor, days = (other, "九日") if base % 2 else (owner, "三日")
        save_text(slug, TEXT.replace("三日", days), actor=actor, base=base)
    return policy.id


def reaction(name: str) -> list[Reaction]:
    return [one for one in REACTIONS if one.name == name]


def measure_alone() -> None:
    """The worker gets as far as the measures and dies."""
    sealing.seal()
    delivery.deliver(reaction("consensus.measure_revisions"))


def test_a_worker_that_died_between_measuring_and_evaluating_goes_on(
    app: Flask, noon: datetime
) -> None:
    policy_id = contested("rules")
    measure_alone()
    measured = rows(RevisionChange)
    assert len(measured) == CHANGES
    assert rows(ClauseState) == []
    drain()
    assert rows(RevisionChange) == measured
    row = db.session.get_one(ClauseState, (policy_id, "c2"))
    assert (row.shown, row.reason) == ("contested", "undoing")


def test_a_worker_that_dies_while_it_writes_leaves_nothing_half_written(
    app: Flask, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = contested("rules"), contested("others")
    measure_alone()

    def dies(standing: Standing) -> None:
        write(standing)
        if standing.policy_id == second:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(evaluating, "write", dies)
        with pytest.raises(KeyboardInterrupt):
            delivery.deliver(reaction("consensus.evaluate"))
    assert rows(ClauseState) == []
    drain()
    query = select(ClauseState.policy_id, ClauseState.shown).where(ClauseState.clause == "c2")
    assert sorted(map(tuple, db.session.execute(query))) == [
        (first, "contested"),
        (second, "contested"),
    ]


def test_two_workers_take_turns_and_count_nothing_twice(
    app: Flask, noon: datetime, settings: config.Settings
) -> None:
    workers = [Worker(settings.instance_dir, REACTIONS) for _ in range(2)]
    contested("rules")
    workers[0].step()
    contested("others")
    while workers[0].step() + workers[1].step():
        pass
    kept = everything()
    assert len(rows(RevisionChange)) == 2 * CHANGES
    drop_all()
    rebuild()
    assert everything() == kept


KILLED = """
import os, signal
import config
from app import create_app
from app.consensus.services import rebuilding

measure, done = rebuilding._measure, []

def killed(policy_id, head):
    if len(done) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(policy_id)
    return measure(policy_id, head)

rebuilding._measure = killed
with create_app(config.read(os.environ)).app_context():
    rebuilding.rebuild()
"""


def test_a_rebuild_that_is_killed_and_run_again_ends_as_one_that_was_not(
    app: Flask, settings: config.Settings
) -> None:
    ids = [contested(f"rules-{number}") for number in range(4)]
    drain()
    kept = everything()
    environ = {
        **os.environ, "APP_ENV": "test", "DATABASE_URL": settings.database_url,
        "INSTANCE_DIR": str(settings.instance_dir), "SECRET_KEY": "a key for tests",
        "SITE_URL": "http://localhost",
    }  # fmt: skip
    killed = subprocess.run(
        [sys.executable, "-c", KILLED], cwd=config.ROOT, env=environ, timeout=60, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    db.session.rollback()
    waiting = select(MeasuredPolicy.policy_id).where(MeasuredPolicy.version == 0)
    assert set(db.session.scalars(waiting)) == set(ids[2:])
    assert rebuild() == 2 * 5, "those that it had not reached"
    assert everything() == kept
