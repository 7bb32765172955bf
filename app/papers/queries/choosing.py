"""Which papers a policy has for a reader, and which two versions its comparison table is about."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select

from app.access.actor import Actor
from app.consultations.models import Annex
from app.consultations.queries.calls import list_rounds
from app.consultations.queries.sources import consulted_number
from app.database import db
from app.papers.queries.naming import numbers_in_force
from app.papers.rules import FORMATS, Format, Paper
from app.policies.models import Policy
from app.policies.queries import first_number
from app.suggestions.models import Contribution


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper and its formats; ``pair`` are the versions that a comparison is about."""

    paper: Paper
    formats: tuple[Format, ...]
    pair: tuple[int, int] | None = None


def list_papers(policy: Policy, actor: Actor) -> list[Listed]:
    """The papers that hold something for this reader, in the order of an archive."""
    pair = choose_pair(policy, actor)
    has_call = bool(list_rounds(policy.id))
    has_words = db.session.scalar(
        select(
            exists().where(
                Contribution.policy_id == policy.id,
                Contribution.is_owed,
                Contribution.held_until.is_(None),
            )
        )
    )
    has_annex = db.session.scalar(select(exists().where(Annex.policy_id == policy.id)))
    wanted = {
        Paper.TEXT: True,
        Paper.EXPLANATION: bool(has_annex),
        Paper.COMPARISON: pair is not None,
        Paper.ANSWERS: bool(has_words),
        Paper.REPORT: has_call,
        Paper.EVERYTHING: True,
    }
    return [
        Listed(paper, FORMATS[paper], pair if paper is Paper.COMPARISON else None)
        for paper in Paper
        if wanted[paper]
    ]


def choose_pair(policy: Policy, actor: Actor) -> tuple[int, int] | None:
    """The two texts that matter most now, among those this reader may read: the text in force and
    the draft that amends it, else the text people were asked about and the text as it is, else the
    first and the last version; None when there is one only."""
    first, head = first_number(policy, actor), policy.head_number
    asked = consulted_number(policy) or first
    for before in (*sorted(numbers_in_force(policy), reverse=True), asked, first):
        if first <= before < head:
            return before, head
    return None
