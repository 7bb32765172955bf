"""Positions of many made-up people at once, with their counters as ``services.taking`` keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from sqlalchemy import case, delete, func, insert, select

from app import clock
from app.access.actor import Confirmation, Role
from app.accounts.models import Person
from app.consensus.models import Position, PositionCount
from app.consensus.queries.statements import list_wordings
from app.database import committing, db
from app.policies.models import Policy
from tests.builders.opinions import draw
from tests.builders.policies import make_policy

CHOICES = {1: "agree", 0: "pass", -1: "disagree"}
NUMBERS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
ARTICLES = "# 停放办法\n\n" + "\n\n".join(
    f"第{number}条 骑行人应当遵守第{number}项规定。" for number in NUMBERS
) + "\n"  # fmt: skip
_KIND = ("policy_id", "statement", "wording", "role", "confirmation", "is_body")


def make_people(
    count: int, *, prefix: str = "many", confirmation: Confirmation = Confirmation.CONTACT
) -> list[int]:
    """Ids of new people, in order."""
    with committing():
        db.session.execute(
            insert(Person),
            [
                {
                    "public_id": f"{prefix}{number}",
                    "name": f"Many {prefix} {number}",
                    "role": Role.RESIDENT,
                    "confirmation": confirmation,
                    "created_at": clock.now(),
                }
                for number in range(count)
            ],
        )
    ids = db.session.scalars(
        select(Person.id).where(Person.public_id.startswith(prefix)).order_by(Person.id)
    )
    return list(ids)


def place_positions(
    policy_id: int,
    wordings: Mapping[str, str],
    stances: Iterable[tuple[int, str, int]],
    *,
    role: Role = Role.RESIDENT,
    confirmation: Confirmation = Confirmation.CONTACT,
    is_body: bool = False,
) -> None:
    """(person, statement, 1 agree, 0 pass or -1 disagree) each, on the wording given; commits."""
    same = {
        "policy_id": policy_id,
        "role": role,
        "confirmation": confirmation,
        "is_body": is_body,
        "number": 1,
        "salt": b"0123456789abcdef",
        "taken_at": clock.now(),
    }
    rows = [
        {
            **same,
            "person_id": int(person),
            "statement": statement,
            "wording": wordings[statement],
            "choice": CHOICES[int(choice)],
        }
        for person, statement, choice in stances
    ]
    with committing():
        if rows:
            db.session.execute(insert(Position), rows)
        count_anew(policy_id)


def make_divided_policy(*, apart: float = 0.95) -> Policy:
    """A draft of twelve articles on which sixty and forty people think otherwise with likelihood
    ``apart``; most of both agree with the last one (by name). The people are many0, many1 …"""
    policy = make_policy(text=ARTICLES, mode="open")
    wordings, people = list_wordings(policy), make_people(100)
    names = sorted(wordings)
    agreeing = np.full((2, len(names)), [[apart], [1 - apart]])
    agreeing[:, -1] = 0.95
    drawn = draw(np.repeat([0, 1], [60, 40]), agreeing, taken=11, seed=1)
    stances = ((people[p], names[s], c) for p, s, c in zip(*drawn, strict=True))
    place_positions(policy.id, wordings, stances)
    return policy


def count_anew(policy_id: int) -> None:
    """The counters of a policy from its positions."""
    db.session.execute(delete(PositionCount).where(PositionCount.policy_id == policy_id))
    kind = [getattr(Position, name) for name in _KIND]
    sums = [
        func.sum(case((Position.choice == choice, 1), else_=0))
        for choice in ("agree", "disagree", "pass")
    ]
    query = select(*kind, *sums).where(Position.policy_id == policy_id).group_by(*kind)
    columns = [*_KIND, "agree", "disagree", "unsure"]
    db.session.execute(insert(PositionCount).from_select(columns, query))
