"""Measures in service: kept by the worker as revisions arrive, caught up, rebuilt, counted anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

import config
from app import clock
from app.access.actor import Actor, Role
from app.consensus.models import ClauseLife, MeasuredPolicy, RevisionChange
from app.consensus.queries.lives import find_excluded, find_life, list_lives
from app.consensus.rules.figures import MEASURES_VERSION
from app.consensus.services import measuring, rebuilding
from app.database import committing, db
from app.moderation.rules import Kind
from app.moderation.services import Decision, act
from app.policies.models import Policy, PolicyMember, Revision
from app.worker import Worker
from tests.builders.accounts import make_actor
from tests.builders.policies import TEXT, make_policy, plan_publication, save_text

TEN, NINE = TEXT, TEXT.replace("三日", "两日")
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


class Draft(NamedTuple):
    """What a test keeps of a policy while the worker lets go of the session."""

    id: int
    slug: str


def draft(owner: Actor, **overrides: Any) -> Draft:
    policy = make_policy(owner, mode="open", **overrides)
    return Draft(policy.id, policy.slug)


def contested(owner: Actor, *, is_public: bool = True) -> tuple[Draft, Actor]:
    """Four versions, by the owner and another officer in turn: 三日, 两日, 三日, 两日."""
    other = make_actor(Role.OFFICER)
    policy = draft(owner, is_public=is_public)
    with committing():  # who writes on a private draft was named by its owner
        db.session.add(
            PolicyMember(
                policy_id=policy.id, person_id=other.person_id, named_by_id=owner.person_id,
                named_at=NOON,
            )
        )  # fmt: skip
    for base, (text, actor) in enumerate([(NINE, other), (TEN, owner), (NINE, other)], start=1):
        save_text(policy.slug, text, actor=actor, base=base)
    return policy, other


def changes(policy_id: int) -> list[tuple[int, str, int, int, str, str]]:
    """Number, clause, in, out, kind and whose actions were undone, in order."""
    rows = db.session.scalars(
        select(RevisionChange)
        .where(RevisionChange.policy_id == policy_id)
        .order_by(RevisionChange.number, RevisionChange.clause)
    )
    return [(r.number, r.clause, r.inserted, r.deleted, r.kind, r.undone) for r in rows]


def histories(policy_id: int) -> dict[str, object]:
    """What is known of every token of every clause."""
    return {
        clause: (life.words, life.moments, [*life.states()])
        for clause, life in list_lives(policy_id).items()
    }


def done(policy_id: int) -> tuple[int, int]:
    row = db.session.get_one(MeasuredPolicy, policy_id)
    db.session.refresh(row)
    return row.number, row.version


def work(settings: config.Settings) -> None:
    Worker(settings.instance_dir).drain()


def test_each_revision_says_what_it_changed_and_whose_actions_it_took_back(
    app: Flask, settings: config.Settings
) -> None:
    owner = make_actor(Role.OFFICER)
    policy, other = contested(owner)
    work(settings)
    assert changes(policy.id)[-3:] == [
        (2, "c3", 1, 1, "normative", ""),
        (3, "c3", 1, 1, "normative", str(other.person_id)),
        (4, "c3", 1, 1, "normative", str(owner.person_id)),
    ]
    assert done(policy.id) == (4, MEASURES_VERSION)


def test_only_the_clauses_that_changed_are_written_anew(
    app: Flask, settings: config.Settings
) -> None:
    policy, _other = contested(make_actor(Role.OFFICER))
    work(settings)
    rows = db.session.execute(select(ClauseLife.clause, ClauseLife.number).order_by("clause")).all()
    # All four were caught up at once; then one more save touches one clause alone.
    save_text(policy.slug, TEN, actor=make_actor(Role.OFFICER), base=4)
    work(settings)
    after = db.session.execute(select(ClauseLife.clause, ClauseLife.number).order_by("clause"))
    assert dict(rows) | {"c3": 5} == dict(after.all())
    assert len(rows) == 4


def test_measuring_twice_is_measuring_once_and_what_is_missing_before_is_caught_up(
    app: Flask,
) -> None:
    policy, _other = contested(make_actor(Role.OFFICER))
    measuring.measure([(policy.id, 4)])
    db.session.commit()
    once = changes(policy.id), histories(policy.id)
    assert {row[0] for row in once[0]} == {1, 2, 3, 4}
    measuring.measure([(policy.id, 2), (policy.id, 4), (policy.id, 3)])
    db.session.commit()
    assert (changes(policy.id), histories(policy.id)) == once


def test_what_another_process_measured_meanwhile_is_not_counted_twice(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, _other = contested(make_actor(Role.OFFICER))
    measuring.measure([(policy.id, 2)])
    db.session.commit()
    enter = measuring.writing

    def overtaken() -> None:
        monkeypatch.undo()
        measuring.measure([(policy.id, 3)])
        db.session.commit()
        enter()

    monkeypatch.setattr(measuring, "writing", overtaken)
    measuring.measure([(policy.id, 4)])
    db.session.commit()
    assert [row[0] for row in changes(policy.id)] == [1, 1, 1, 1, 2, 3, 4]
    life = find_life(policy.id, "c3")
    assert life is not None
    assert [step.number for step in life.steps] == [1, 2, 3, 4]


def test_the_order_is_that_of_the_numbers_when_a_clock_goes_back(
    app: Flask, settings: config.Settings
) -> None:
    owner = make_actor(Role.OFFICER)
    with clock.frozen(NOON):
        slug = make_policy(owner).slug
    with clock.frozen(NOON - timedelta(days=3)):
        save_text(slug, NINE, actor=owner, base=1)
    with clock.frozen(NOON - timedelta(days=9)):
        save_text(slug, TEN, actor=owner, base=2)
    work(settings)
    policy_id = db.session.scalars(select(Policy.id)).one()
    life = find_life(policy_id, "c3")
    assert life is not None
    assert [step.number for step in life.steps] == [1, 2, 3]
    assert find_life(policy_id, "c99") is None


def decide(policy_id: int, number: int, kind: str) -> None:
    """A volunteer says that a revision is vandalism, or that it is not."""
    revision = db.session.scalars(
        select(Revision.id).where(Revision.policy_id == policy_id, Revision.number == number)
    ).one()
    decision = Decision(kind, "vandalism", "Emptied on purpose")
    act(Kind.REVISION, revision, decision, actor=make_actor(Role.VOLUNTEER))
    db.session.commit()


def test_vandalism_and_what_mended_it_undo_nobody_marked_later_or_mended_later(
    app: Flask, settings: config.Settings
) -> None:
    owner, resident = make_actor(Role.OFFICER), make_actor()
    policy = draft(owner)
    for base, (text, actor) in enumerate([(NINE, resident), (TEN, owner)], start=1):
        save_text(policy.slug, text, actor=actor, base=base)
    work(settings)
    assert changes(policy.id)[-1][5] == str(resident.person_id)
    decide(policy.id, 2, "mark")
    work(settings)
    assert find_excluded(policy.id) == {2, 3}
    assert {row[5] for row in changes(policy.id)} == {""}
    save_text(policy.slug, NINE, actor=resident, base=3)
    work(settings)
    # The resident's words come a second time, but the first time does not count.
    assert changes(policy.id)[-1][5] == ""
    decide(policy.id, 4, "mark")
    save_text(policy.slug, TEN, actor=owner, base=4)
    work(settings)
    assert find_excluded(policy.id) == {2, 3, 4, 5}
    assert changes(policy.id)[-1][5] == ""
    decide(policy.id, 2, "unmark")
    decide(policy.id, 4, "unmark")
    work(settings)
    undone = [row[5] for row in changes(policy.id)][-3:]
    people = (resident, owner, resident)
    assert undone == [str(person.person_id) for person in people]


def test_before_the_publication_nobody_undid_anybody_that_the_public_may_know_of(
    app: Flask, settings: config.Settings
) -> None:
    owner = make_actor(Role.OFFICER)
    policy, other = contested(owner, is_public=False)
    work(settings)
    assert [row[5] for row in changes(policy.id)][-2:] == [
        str(other.person_id), str(owner.person_id)
    ]  # fmt: skip
    plan_publication(policy.slug, at=None, with_history=False, actor=owner)
    db.session.commit()
    work(settings)
    assert {row[5] for row in changes(policy.id)} == {""}
    # What was taken out in private comes back: to the public these are new words.
    save_text(policy.slug, TEN, actor=owner, base=4)
    save_text(policy.slug, NINE, actor=other, base=5)
    save_text(policy.slug, TEN, actor=owner, base=6)
    work(settings)
    assert [row[5] for row in changes(policy.id)][-3:] == [
        "",
        str(owner.person_id),
        str(other.person_id),
    ]


def test_a_bulk_import_that_rewrites_everything_is_counted_whole(
    app: Flask, settings: config.Settings
) -> None:
    owner = make_actor(Role.OFFICER)
    policy = draft(owner, text="甲乙 " * 2100 + "\n")
    save_text(policy.slug, "丙丁 " * 2100 + "\n", actor=owner, base=1)
    work(settings)
    rows = db.session.scalars(select(RevisionChange).order_by(RevisionChange.number)).all()
    last = [row for row in rows if row.number == 2]
    assert sum(row.inserted for row in last) == sum(row.deleted for row in last) == 4200


def test_a_policy_with_no_words_is_measured_too(app: Flask, settings: config.Settings) -> None:
    owner = make_actor(Role.OFFICER)
    slug = make_policy(owner).slug
    save_text(slug, "# 停放办法\n", actor=owner, base=1)
    work(settings)
    policy_id = db.session.scalars(select(Policy.id)).one()
    lives = list_lives(policy_id)
    assert [len(lives[clause].now.ids) for clause in sorted(lives)] == [4, 0, 0, 0]


def test_what_was_lost_is_rebuilt_the_same(app: Flask, settings: config.Settings) -> None:
    policy, other = contested(make_actor(Role.OFFICER))
    for base, text in enumerate([TEXT + "\n第四条 另行规定。\n", TEXT], start=4):
        save_text(policy.slug, text, actor=other, base=base)
        work(settings)
    measured = changes(policy.id), histories(policy.id)
    with committing():
        db.session.execute(delete(ClauseLife))
        db.session.execute(delete(RevisionChange).where(RevisionChange.number > 2))
    assert rebuilding.rebuild() == 6
    assert (changes(policy.id), histories(policy.id)) == measured
    assert done(policy.id) == (6, MEASURES_VERSION)


@pytest.mark.parametrize("was_measured", [True, False])
def test_a_rebuild_that_was_interrupted_goes_on_where_it_stopped(
    was_measured: bool, app: Flask, settings: config.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = make_actor(Role.OFFICER)
    ids = [make_policy(owner, title=f"停放办法{name}").id for name in "甲乙丙"]
    if was_measured:
        work(settings)
    measure = measuring.measure

    def until_the_second(revisions: list[tuple[int, int]]) -> None:
        if revisions[0][0] == ids[1]:
            raise KeyboardInterrupt
        measure(revisions)

    monkeypatch.setattr(measuring, "measure", until_the_second)
    with pytest.raises(KeyboardInterrupt):
        rebuilding.rebuild()
    db.session.rollback()
    monkeypatch.undo()
    assert [done(policy_id)[1] for policy_id in ids] == [MEASURES_VERSION, 0, 0]
    assert rebuilding.rebuild() == 2
    assert rebuilding.rebuild() == 3


def test_policies_of_earlier_definitions_are_measured_anew_by_the_worker(
    app: Flask, settings: config.Settings
) -> None:
    policy, _other = contested(make_actor(Role.OFFICER))
    work(settings)
    measured = changes(policy.id)
    with committing():
        db.session.execute(update(MeasuredPolicy).values(version=MEASURES_VERSION + 1))
        db.session.execute(delete(RevisionChange))
    rebuilding.rebuild_due()
    assert changes(policy.id) == measured
    with committing():
        db.session.execute(delete(RevisionChange))
        db.session.execute(delete(MeasuredPolicy))
    rebuilding.rebuild_due()
    assert changes(policy.id) == measured


def test_a_save_in_a_policy_of_earlier_definitions_measures_all_of_it(
    app: Flask, settings: config.Settings
) -> None:
    policy, other = contested(make_actor(Role.OFFICER))
    work(settings)
    with committing():
        db.session.execute(update(MeasuredPolicy).values(version=0))
        db.session.execute(delete(RevisionChange))
    save_text(policy.slug, TEN, actor=other, base=4)
    work(settings)
    assert {row[0] for row in changes(policy.id)} == {1, 2, 3, 4, 5}
