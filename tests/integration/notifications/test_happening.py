"""What followers hear of: one row for each thing that happened, and none of them with words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.consultations.services.correcting import Correcting, correct
from app.database import committing, db
from app.discussions.models import Comment, Hold
from app.moderation.rules import Kind as Thing
from app.moderation.services.acting import Decision, act
from app.moderation.services.letting_out import let_out
from app.notifications import handlers
from app.notifications.models import Happening
from app.notifications.queries.happened import list_news
from app.policies.models import Policy, Revision
from app.policies.services.moving import move_due, set_phase
from app.policies.services.saving import Edit, save_edit
from app.policies.versions import get_version
from tests.builders.accounts import make_actor
from tests.builders.consultations import make_call
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.notifications import deliver, make_decision, sealed
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import make_contribution, make_suggestion


@pytest.fixture
def owner(app: Flask) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def policy(owner: Actor) -> Policy:
    return make_policy(owner, mode="reviewed")


def rows(policy: Policy) -> list[Happening]:
    """What was noted of the policy after its first version, in order."""
    deliver()
    query = select(Happening).where(Happening.policy_id == policy.id)
    found = db.session.scalars(query.order_by(Happening.id)).all()
    return [row for row in found if (row.kind, row.ref) != ("revision", 1)]


def kinds(policy: Policy) -> list[str]:
    return [row.kind for row in rows(policy)]


def article(policy: Policy, label: str) -> str:
    return next(c.id for c in get_version(policy.id, 1).outline if c.label == label)


def test_a_save_is_noted_with_the_articles_it_changed(owner: Actor, policy: Policy) -> None:
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=owner, base=1)
    (one,) = rows(policy)
    assert (one.kind, one.ref, one.is_minor) == ("revision", 2, False)
    assert one.clauses.split() == [article(policy, "第二条")]
    assert one.by_public_id == owner.public_id


def test_articles_that_only_got_another_number_did_not_change(owner: Actor, policy: Policy) -> None:
    longer = TEXT.replace("第三条", "第四条").replace("第二条", "第三条")
    save_text(
        policy.slug,
        longer.replace("第三条 共享", "第二条 新的一条。\n\n第三条 共享"),
        actor=owner,
        base=1,
    )
    (one,) = rows(policy)
    assert article(policy, "第二条") not in one.clauses.split()
    assert len(one.clauses.split()) == 1


def test_what_opens_a_discussion_is_one_thing_and_a_reply_another(policy: Policy) -> None:
    thread = make_thread(policy, clause=article(policy, "第二条"))
    reply = make_reply(thread)
    opened, said = rows(policy)
    assert (opened.kind, opened.ref, opened.thread_id) == ("contribution", 1, thread.id)
    assert (said.kind, said.ref, said.thread_id) == ("comment", reply.id, thread.id)
    assert said.clauses.split() == opened.clauses.split() == [article(policy, "第二条")]


def test_a_suggestion_on_the_whole_text_stands_at_each_article_it_changes(policy: Policy) -> None:
    text = TEXT.replace("三日", "五日").replace("10月1日", "11月1日")
    make_contribution(policy, text=text)
    (one,) = rows(policy)
    assert set(one.clauses.split()) == {article(policy, "第二条"), article(policy, "第三条")}


def test_noting_the_same_events_twice_notes_them_once(owner: Actor, policy: Policy) -> None:
    """A worker that died behind its commit gets the same batch again."""
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=owner, base=1)
    make_reply(make_thread(policy))
    before = [(row.id, row.seq) for row in rows(policy)]
    handlers.note(sealed(handlers.HAPPENINGS))
    db.session.commit()
    assert [(row.id, row.seq) for row in rows(policy)] == before


def test_a_worker_that_dies_before_its_commit_leaves_nothing(owner: Actor, policy: Policy) -> None:
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=owner, base=1)
    deliver("policies.")  # sealed, and not yet noted
    handlers.note(sealed(handlers.HAPPENINGS))
    db.session.rollback()
    assert kinds(policy) == ["revision"]


def waiting(policy: Policy) -> Comment:
    """A reply that waits, because a volunteer holds the discussion."""
    thread = make_thread(policy)
    volunteer = make_actor(Role.VOLUNTEER)
    with committing():
        db.session.add(
            Hold(
                policy_id=policy.id,
                until=clock.now() + timedelta(hours=8),
                by_id=volunteer.person_id,
                by_role=volunteer.role,
                begun_at=clock.now(),
            )
        )
    reply = make_reply(thread)
    return db.session.get_one(Comment, reply.id)


def test_words_that_wait_are_told_of_when_they_are_let_out(policy: Policy) -> None:
    comment = waiting(policy)
    assert kinds(policy) == ["contribution"]
    let_out(
        policy.slug,
        [(Thing.COMMENT, comment.id)],
        seen_at=clock.now(),
        actor=make_actor(Role.VOLUNTEER),
    )
    db.session.commit()
    assert kinds(policy) == ["contribution", "comment"]
    assert rows(policy)[-1].ref == comment.id


def test_words_let_out_before_the_worker_looked_are_told_of_once(policy: Policy) -> None:
    comment = waiting(policy)
    let_out(
        policy.slug,
        [(Thing.COMMENT, comment.id)],
        seen_at=clock.now(),
        actor=make_actor(Role.VOLUNTEER),
    )
    db.session.commit()
    assert kinds(policy) == ["contribution", "comment"]


def test_a_call_for_comment_is_told_as_one_thing(noon: Any, owner: Actor, policy: Policy) -> None:
    make_call(policy, owner)
    assert kinds(policy) == ["call"]


def test_a_correction_tells_of_itself(noon: Any, owner: Actor, policy: Policy) -> None:
    make_call(policy, owner)
    ident = article(policy, "第二条")
    clause = get_version(policy.id, 1).clause(ident)
    assert clause is not None
    edit = Edit(
        base=1, text=clause.text.strip().replace("三日", "两日"), summary="错字", clause=ident
    )
    correct(policy.slug, Correcting(edit, is_editorial=True), actor=owner)
    db.session.commit()
    assert kinds(policy) == ["call", "correction"]


def test_a_decision_is_told_of_when_it_is_announced(noon: Any, owner: Actor) -> None:
    policy = make_policy(owner)
    make_decision(policy, owner)
    assert "decision" not in kinds(policy)
    with committing():
        policy.announced_at = clock.now() + timedelta(minutes=1)
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        move_due()
        db.session.commit()
        told = rows(policy)[-1]
        assert told.kind == "decision"
        assert [str(one.sentence) for one in list_news([told], VISITOR)] == [
            "The decision is announced"
        ]


def test_a_draft_that_goes_back_to_its_writers_is_a_step(noon: Any, owner: Actor) -> None:
    policy = make_policy(owner)
    for phase in ("consultation", "response"):
        set_phase(policy.slug, phase, actor=owner)
    db.session.commit()
    (one,) = list_news(rows(policy), VISITOR)
    assert str(one.sentence) == "Now: The department is answering"


def test_what_a_volunteer_did_is_told_of_with_rule_and_reason(policy: Policy) -> None:
    volunteer = make_actor(Role.VOLUNTEER, name="Vigilant Vera")
    hide(make_reply(make_thread(policy)), volunteer)
    (one,) = [n for n in list_news(rows(policy), VISITOR) if n.kind == "moderation"]
    assert str(one.sentence) == "A comment was hidden"
    assert [str(note) for note in one.notes] == [
        "Rule: No personal details",
        "Reason: Names a neighbour",
        "Decided by: Volunteer",
    ]
    assert "Vera" not in repr(one)


def test_who_follows_an_article_hears_that_a_change_of_it_was_marked(owner: Actor) -> None:
    policy = make_policy(owner, mode="open")
    changed = article(policy, "第二条")
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=make_actor(), base=1)
    marked = db.session.scalars(select(Revision.id).where(Revision.number == 2)).one()
    with committing():
        mark = Decision("mark", "vandalism", "It turns the rule around")
        act(Thing.REVISION, marked, mark, actor=make_actor(Role.VOLUNTEER))
    places = {row.kind: row.clauses.split() for row in rows(policy)}
    assert places["moderation"] == places["revision"] == [changed]


def test_the_tick_of_spelling_only_goes_along(owner: Actor, policy: Policy) -> None:
    dotted = TEXT.replace("制定本办法。", "制定本办法；")
    save_edit(policy.slug, Edit(1, dotted, "标点", is_minor=True), actor=owner)
    db.session.commit()
    save_edit(
        policy.slug, Edit(2, dotted.replace("三日", "五日"), "标点", is_minor=True), actor=owner
    )
    db.session.commit()
    assert [row.is_minor for row in rows(policy)] == [True, False]


def test_saves_from_before_the_tick_are_not_minor(owner: Actor, policy: Policy) -> None:
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=owner, base=1)
    deliver("policies.")
    (event,) = [e for e in sealed(handlers.HAPPENINGS) if e.data.get("number") == 2]
    del event.data["is_minor"]
    handlers.note([event])
    db.session.commit()
    assert [row.is_minor for row in rows(policy)] == [False]


def test_a_suggestion_for_one_article_stands_there(policy: Policy) -> None:
    one = make_suggestion(policy, article(policy, "第二条"), "第二条 停放超过七日的，应当移走。")
    (noted,) = rows(policy)
    assert (noted.kind, noted.ref) == ("contribution", one.number)
    assert noted.clauses.split() == [article(policy, "第二条")]
