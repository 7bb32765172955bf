"""Real histories: every token of every version is accounted for, and rebuilding changes nothing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.access.actor import VISITOR
from app.consensus.models import RevisionChange
from app.consensus.queries.lives import list_lives
from app.consensus.rules.changes import Change
from app.consensus.rules.following import follow
from app.consensus.rules.life import GONE, Life, State
from app.consensus.services import measuring, rebuilding
from app.database import db
from app.policies.queries import get_policy
from app.text.attribution import words_of
from app.text.front_matter import split_front_matter
from app.text.identity import carry
from app.text.outline import Outline
from app.text.tokens import lcs_length
from tests.builders.policy_files import bring_in

pytestmark = pytest.mark.corpus
SERIES = (
    "en-dc-50-26",
    "en-open-source-policy",
    "zh-pair-legislation-law",
    "zh-road-transport",
    "zht-noise-control",
)


def versions(folder: Path) -> list[Outline]:
    """The outlines of a history, clauses carried from each version to the next."""
    outlines: list[Outline] = []
    next_id = 1
    for path in sorted(folder.glob("*.md")):
        before = outlines[-1] if outlines else ()
        carried = carry(
            before, split_front_matter(path.read_text(encoding="utf-8"))[1], next_id=next_id
        )
        next_id = carried.next_id
        outlines.append(carried.outline)
    return outlines


@pytest.mark.parametrize("series", SERIES)
def test_lives_replay_each_version_and_keep_a_longest_common_subsequence(
    corpus: Path, series: str
) -> None:
    lives: dict[str, Life] = {}
    before: Outline = ()
    made: dict[tuple[int, str], Change] = {}
    for number, outline in enumerate(versions(corpus / "histories" / series), start=1):
        changes = follow(lives, before, outline, number)
        made |= {(number, clause): change for clause, change in changes.items()}
        standing = {clause.id: words_of(clause) for clause in outline}
        for clause, life in lives.items():
            assert life.tokens(life.now.ids) == standing.get(clause, [])
        before = outline
    for clause, life in lives.items():
        states = [State(0, GONE, (), ()), *life.states()]
        for was, now in pairwise(states):
            change = made.pop((now.number, clause))
            old, new = life.tokens(was.ids), life.tokens(now.ids)
            kept = lcs_length(old, new)
            assert len(set(was.ids) & set(now.ids)) == kept
            assert change[:2] == (len(new) - kept, len(old) - kept)
            assert len(now.origins) == len(now.ids)
    assert made == {}


@pytest.mark.parametrize("series", ["en-open-source-policy", "zh-road-transport"])
def test_measured_one_by_one_is_what_a_rebuild_gives(app: Flask, corpus: Path, series: str) -> None:
    bring_in(corpus / "histories" / series)
    policy = get_policy(series, VISITOR)
    for number in range(1, policy.head_number + 1):
        measuring.measure([(policy.id, number)])
        db.session.commit()
    one_by_one = stored(policy.id)
    assert rebuilding.rebuild() == policy.head_number
    assert stored(policy.id) == one_by_one


def stored(policy_id: int) -> tuple[object, object]:
    columns = RevisionChange.__table__.columns
    rows = db.session.execute(select(*columns).order_by("number", "clause")).all()
    lives = {
        clause: (life.words, life.moments, [*life.states()])
        for clause, life in list_lives(policy_id).items()
    }
    return rows, lives
