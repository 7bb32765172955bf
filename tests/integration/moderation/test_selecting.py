"""One decision on many things: each whole or not at all, and every one is accounted for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.database import db
from app.discussions.queries import CommentView, get_comment
from app.discussions.services.editing import edit_comment
from app.errors import NotAllowed, RuleBroken
from app.moderation.models import ModerationAction, ModerationCase
from app.moderation.queries.excerpts import list_excerpts
from app.moderation.queries.queue import list_cases
from app.moderation.rules import SELECTION_LIMIT, Kind
from app.moderation.services import Decision
from app.moderation.services.claiming import claim
from app.moderation.services.selecting import Item, decide_all, read_items
from app.policies.models import Revision
from app.suggestions.services.withdrawing import withdraw
from tests.builders.accounts import make_actor, sign_in
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.moderation import WHY, make_report
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import make_suggestion
from tests.checking_client import CheckingClient


def decide(items: list[Item], action: str = "hide", actor: Actor | None = None) -> list[str]:
    actor = actor or make_actor(Role.VOLUNTEER)
    outcomes = decide_all(items, Decision(action, "insult", WHY), actor=actor)
    db.session.commit()
    return [str(one.became) for one in outcomes]


def reported(count: int) -> tuple[list[CommentView], list[Item]]:
    """Replies that were reported, and the items as the queue writes them."""
    thread = make_thread(make_policy())
    comments = [make_reply(thread, body=f"Rude {number}") for number in range(count)]
    for comment in comments:
        make_report(Kind.COMMENT, comment.id)
    cases, _next = list_cases(make_actor(Role.VOLUNTEER), size=count)
    return comments, [Item(case.kind, case.object_id, case.stamp) for case in cases]


def is_hidden(comment: CommentView) -> bool:
    return get_comment(comment.id, VISITOR).marker is not None


def test_a_selection_is_hidden_with_one_rule_and_one_reason(app: Flask) -> None:
    comments, items = reported(3)
    assert decide(items) == ["done"] * 3
    assert all(is_hidden(comment) for comment in comments)
    rows = db.session.scalars(select(ModerationAction)).all()
    assert {(row.rule, row.reason) for row in rows} == {("insult", WHY)}
    assert len({row.batch for row in rows}) == 1
    assert rows[0].batch != ""
    assert list_cases(make_actor(Role.VOLUNTEER)) == ([], None)
    assert decide(items, "show") == ["done"] * 3
    assert not any(is_hidden(comment) for comment in comments)


def test_what_changed_meanwhile_is_left_and_the_rest_is_done(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, author = make_policy(mode="open"), make_actor()
    volunteer, other = make_actor(Role.VOLUNTEER), make_actor(Role.VOLUNTEER)
    thread = make_thread(policy, author, body="Rude")
    own = make_reply(thread, volunteer, body="My own")
    official = make_reply(thread, make_actor(Role.OFFICER), body="From the office")
    hidden, taken, plain = (make_reply(thread, body=text) for text in ("One", "Two", "Three"))
    suggestion = make_suggestion(policy, "c3", "Two days.", author)
    for comment in (thread.first, own, hidden, taken, plain):
        make_report(Kind.COMMENT, comment.id)
    make_report(Kind.COMMENT, official.id)
    make_report(Kind.SUGGESTION, suggestion.id)
    cases, _next = list_cases(volunteer)
    items = [Item(case.kind, case.object_id, case.stamp) for case in cases]
    later = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    edit_comment(thread.first.id, "Friendly", actor=author)
    db.session.commit()
    hide(hidden, other)
    case = select(ModerationCase.id).where(ModerationCase.object_id == taken.id)
    claim(db.session.scalars(case).one(), actor=other)
    withdraw(policy.slug, suggestion.number, actor=author)
    db.session.commit()
    assert decide(items, actor=volunteer) == [
        "changed",  # edited
        "refused",  # the volunteer's own
        "changed",  # hidden by another
        "changed",  # another looks at it
        "done",
        "refused",  # an officer's
        "gone",  # taken back
    ]
    assert [is_hidden(one) for one in (thread.first, own, official, taken, plain)] == [
        False, False, False, False, True,
    ]  # fmt: skip


def test_nothing_may_be_decided_on_many_and_closes_their_cases(app: Flask) -> None:
    comments, items = reported(2)
    assert decide(items, "none") == ["done", "done"]
    assert not any(is_hidden(comment) for comment in comments)
    unreported = make_thread(make_policy()).first
    assert decide([Item(Kind.COMMENT, unreported.id)], "none") == ["changed"]


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        (Decision("remind", "insult", WHY), "action"),
        (Decision("", "insult", WHY), "action"),
        (Decision("hide", "", WHY), "rule"),
        (Decision("hide", "insult", ""), "reason"),
    ],
)
def test_an_incomplete_decision_is_done_to_none(app: Flask, decision: Decision, field: str) -> None:
    _comments, items = reported(1)
    with pytest.raises(RuleBroken) as caught:
        decide_all(items, decision, actor=make_actor(Role.VOLUNTEER))
    assert caught.value.field == field
    db.session.rollback()
    assert db.session.scalar(select(func.count(ModerationAction.id))) == 0


def test_only_volunteers_decide_on_selections(app: Flask) -> None:
    _comments, items = reported(1)
    for role in (Role.RESIDENT, Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            decide(items, actor=make_actor(role))
        db.session.rollback()


def test_a_selection_has_one_to_a_hundred_things_each_once(app: Flask) -> None:
    codes = [f"comment:{number}" for number in range(1, SELECTION_LIMIT + 1)]
    assert len(read_items([*codes, "comment:1:0123abcd"])) == SELECTION_LIMIT
    with pytest.raises(RuleBroken, match="at once"):
        read_items([*codes, "comment:999"])
    for odd in ([], ["thread:1"], ["comment:x"], ["comment:1:no"], ["comment:" + "9" * 30], [""]):
        with pytest.raises(RuleBroken, match="at least one"):
            read_items(odd)
    assert str(read_items(["name:7"])[0]) == "name:7"
    assert str(read_items(["name:7:0123abcd"])[0]) == "name:7:0123abcd"


def test_excerpts_of_all_kinds_come_in_few_selects_and_without_hidden_words(app: Flask) -> None:
    policy, writer = make_policy(mode="open"), make_actor()
    one = make_suggestion(policy, "c3", "Two days.", reason="Wheelchairs")
    save_text(policy.slug, TEXT.replace("三日", "两日"), actor=writer, base=1, summary="A line")
    revision = db.session.scalars(select(Revision.id).where(Revision.number == 2)).one()
    thread = make_thread(policy, body="Said")
    hidden = make_reply(thread, body="Gone from view")
    hide(hidden)
    keys = [
        (Kind.SUGGESTION, one.id),
        (Kind.SUMMARY, revision),
        (Kind.COMMENT, thread.first.id),
        (Kind.COMMENT, hidden.id),
        (Kind.NAME, writer.person_id),
        (Kind.COMMENT, 999),
    ]
    statements: list[str] = []

    def note(*args: object) -> None:
        statements.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        found = list_excerpts(keys, make_actor(Role.VOLUNTEER))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert [found[key].words if key in found else None for key in keys] == [
        "Two days.\nWheelchairs", "A line", "Said", "", writer.name, None,
    ]  # fmt: skip
    assert found[Kind.COMMENT, hidden.id].is_hidden
    reads = [text for text in statements if text.startswith("SELECT")]
    assert len(reads) <= 6


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_selection_goes_through_the_pages(client: CheckingClient, language: str) -> None:
    comments, items = reported(3)
    client.set_cookie("lang", language)
    sign_in(client, make_actor(Role.VOLUNTEER))
    query = "&".join(f"item={item}" for item in items)
    path = f"/moderation/selection?{query}"
    assert "Rude 2" in client.get(path).get_data(as_text=True)
    form = {"item": [str(item) for item in items], "action": "hide", "rule": "insult"}
    answer = client.post_form("/moderation/selection", form, form=path)
    assert answer.status_code == 422
    assert not any(is_hidden(comment) for comment in comments)
    hide(comments[1])
    answer = client.post_form("/moderation/selection", {**form, "reason": WHY}, form=path)
    assert answer.status_code == 200
    assert all(is_hidden(comment) for comment in comments)
    form["action"] = "show"
    answer = client.post_form("/moderation/selection", {**form, "reason": WHY}, form=path)
    assert answer.status_code == 303
    assert not any(is_hidden(comment) for comment in comments)
    many = "&".join(f"item=comment:{number}" for number in range(1, 102))
    assert client.get("/moderation/selection").headers["Location"] == "/moderation"
    for odd in ("item=x", many):
        assert client.get(f"/moderation/selection?{odd}").status_code == 422
