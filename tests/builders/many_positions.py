"""Positions of many made-up people at once, with their counters as ``services.taking`` keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import case, delete, func, insert, select

from app import clock
from app.access.actor import Confirmation, Role
from app.accounts.models import Person
from app.consensus.models import Position, PositionCount
from app.database import committing, db

CHOICES = {1: "agree", 0: "pass", -1: "disagree"}
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
