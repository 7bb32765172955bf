"""What surrounds the import of a large consultation, each in a process of its own: the draft that
it is about (``build``), what the worker does afterwards (``follow``), and answers (``answer``).
"""

from __future__ import annotations

import json
import sys
import time
from resource import RUSAGE_SELF, getrusage
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, insert, select, update

from app import clock, create_app
from app.access.actor import Role
from app.accounts.models import Person
from app.database import committing, db
from app.ledger import delivery, sealing
from app.policies.models import Policy
from app.policies.queries import find_policy_id
from app.reactions import REACTIONS
from app.suggestions.models import Answer, AnswerDraft, Contribution
from app.suggestions.rules import Outcome, State
from app.worker import Worker
from tests.bench import letters
from tests.bench.dataset import new_policy
from tests.builders.accounts import make_actor, make_department, sign_in

SLUG = "civil"
LOOKS = 40  # at each kind of page


def build(scale: float) -> None:
    """The draft, its officer, and a worker that has nothing left to do."""
    app = create_app()
    with app.app_context():
        upgrade()
        department = make_department().id
        officer = make_actor(
            Role.OFFICER, public_id="desk", name="D", name_skeleton=None, department_id=department
        )
        text = "\n\n".join(letters.law(max(20, round(letters.ARTICLES * scale)))) + "\n"
        new_policy(SLUG, "zh-Hans", text, officer)
        while sealing.seal():
            pass
        Worker(app.config["SETTINGS"].instance_dir).drain()
    app.extensions["gongyi_renderer"].close()


def follow(scale: float) -> None:
    """What the worker does after the import, one reaction after the other, timed; prints JSON."""
    app = create_app()
    with app.app_context():
        begun, cpu = time.monotonic(), time.process_time()
        while sealing.seal():
            pass
        took = {"sealing": time.monotonic() - begun}
        for reaction in REACTIONS:
            begun = time.monotonic()
            while delivery.deliver((reaction,)):
                pass
            took[reaction.name] = time.monotonic() - begun
        if delivery.list_troubles(REACTIONS):
            raise RuntimeError(str(delivery.list_troubles(REACTIONS)))
        cpu = time.process_time() - cpu
        megabytes = getrusage(RUSAGE_SELF).ru_maxrss / 1024
        found: dict[str, Any] = (
            {"took": took, "cpu": cpu, "megabytes": megabytes} | _grouped(scale) | _busiest()
        )
        people = [found.pop("desk"), found.pop("author")]
        db.session.remove()
    # Outside the context above, in which both browsers would be one.
    found["officer"], found["author"] = (_cookie(app, ident) for ident in people)
    app.extensions["gongyi_renderer"].close()
    print(json.dumps(found))


def answer(share: float) -> None:
    """Published answers to the first ``share`` of the contributions and drafts to a tenth more,
    written straight into the tables."""
    app = create_app()
    with app.app_context(), committing():
        policy = select(Policy).where(Policy.slug == SLUG)
        held = {"by_id": db.session.scalars(policy).one().owner_id, "by_role": Role.OFFICER}
        ids = db.session.scalars(select(Contribution.id).order_by(Contribution.number)).all()
        answered = ids[: round(len(ids) * share)]
        drafted = ids[len(answered) : round(len(ids) * (share + 0.1))]
        reason = "条文中已经写明由登记机关负责，这里不再重复；请看修改前后对照表。"
        said = held | {
            "outcome": Outcome.ALREADY_COVERED,
            "reason": reason,
            "reference": "民事综合法第3条",
        }
        now = clock.now()
        published = said | {"salt": bytes(16), "answered_at": now}
        db.session.execute(insert(Answer), [published | {"contribution_id": n} for n in answered])
        draft = said | {"policy_id": db.session.scalars(policy).one().id, "saved_at": now}
        db.session.execute(insert(AnswerDraft), [draft | {"contribution_id": n} for n in drafted])
        is_answered = Contribution.id.in_(select(Answer.contribution_id))
        db.session.execute(update(Contribution).where(is_answered).values(state=State.ANSWERED))
    app.extensions["gongyi_renderer"].close()


def _grouped(scale: float) -> dict[str, Any]:
    """Of the campaigns with a hundred letters or more the share that lies in one group (all but
    one of a hundred letters), and the share of the letters of their own that lies in a group."""
    rows = db.session.execute(select(Contribution.number, Contribution.group_id)).all()
    groups: dict[int, int | None] = {row[0]: row[1] for row in rows}
    campaigns: dict[int, list[int | None]] = {}
    strangers: list[bool] = []
    for number, letter in enumerate(letters.letters(scale), start=1):
        if letter.campaign is None:
            strangers.append(groups[number] is not None)
        else:
            campaigns.setdefault(letter.campaign, []).append(groups[number])
    large = [names for names in campaigns.values() if len(names) >= 100]
    whole = [max(names.count(name) for name in set(names) - {None}) for names in large]
    kept = sum(most >= 0.99 * len(names) for most, names in zip(whole, large, strict=True))
    together = kept / len(large) if large else 1.0
    return {"together": together, "strangers": sum(strangers) / len(strangers)}


def _busiest() -> dict[str, Any]:
    """What is asked for on the pages: clauses, groups and a person with many contributions."""
    policy = Contribution.policy_id == find_policy_id(SLUG)
    most = func.count().desc()

    def first(column: Any, limit: int) -> list[Any]:
        query = select(column).where(policy, column.is_not(None)).group_by(column)
        return list(db.session.scalars(query.order_by(most).limit(limit)))

    ids = first(Contribution.group_id, LOOKS)
    numbers = select(Contribution.number).where(Contribution.id.in_(ids))
    return {
        "clauses": first(Contribution.clause, LOOKS),
        "groups": list(db.session.scalars(numbers)),
        "last": db.session.scalar(select(func.max(Contribution.number)).where(policy)),
        "author": first(Contribution.author_id, 1)[0],
        "desk": db.session.scalar(select(Person.id).where(Person.public_id == "desk")),
    }


def _cookie(app: Flask, person_id: int) -> str:
    """The cookie header of a browser in which the person is signed in."""
    client = app.test_client()
    with app.app_context():
        sign_in(client, db.session.get_one(Person, person_id))
    cookie = client.get_cookie("gongyi")
    if cookie is None:
        raise RuntimeError("nobody was signed in")
    return f"gongyi={cookie.value}; lang=en"


if __name__ == "__main__":
    {"build": build, "follow": follow, "answer": answer}[sys.argv[1]](float(sys.argv[2]))
