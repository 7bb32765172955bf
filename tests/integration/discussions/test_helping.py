"""Volunteers help along: prompts, summaries, moved words, joined threads; answered questions."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.database import committing, db
from app.discussions.models import Comment, Thread, ThreadSummary
from app.discussions.queries import (
    CommentView,
    ThreadView,
    get_comment,
    get_thread,
    helping,
    list_comments,
    list_threads,
)
from app.discussions.rules import PROMPTS, Prompt
from app.discussions.services.editing import edit_comment
from app.discussions.services.joining import join, part
from app.discussions.services.moving import move_comment, move_thread, move_to_new_thread
from app.discussions.services.posting import reply
from app.discussions.services.prompting import prompt
from app.discussions.services.settling import close_own_objection, mark_answered
from app.discussions.services.summarising import summarise, take_away
from app.errors import DomainError, NotAllowed, NotFound, RuleBroken, SignInNeeded
from app.ledger.delivery import SealedEvent
from app.ledger.models import EventRecord
from app.ledger.services import salted_hash
from app.policies.models import Policy
from app.suggestions import handlers
from app.suggestions.models import Contribution
from app.suggestions.queries.listing import count_by_clause
from app.suggestions.services.marking_owed import mark_owed
from app.suggestions.services.replying import reply as reply_to_contribution
from tests.builders.accounts import make_actor, make_department
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.policies import TEXT, make_policy, plan_publication, save_text
from tests.builders.suggestions import hide_suggestion, make_suggestion

CLAUSE, OTHER = "c3", "c4"  # 第二条 and 第三条 of the builders' text
FIRST = "c2"


@pytest.fixture
def volunteer(app: Flask) -> Actor:
    return make_actor(Role.VOLUNTEER)


def events_of(kind: str) -> list[dict[str, object]]:
    rows = db.session.scalars(
        select(EventRecord).where(EventRecord.kind == kind).order_by(EventRecord.id)
    )
    return [json.loads(row.payload) for row in rows]


def lock(thread: ThreadView) -> None:
    with committing():
        db.session.get_one(Thread, thread.id).locked_at = clock.now()


def hold(comment: CommentView) -> None:
    with committing():
        db.session.get_one(Comment, comment.id).held_until = clock.now() + timedelta(hours=8)


# Prompts


@pytest.mark.parametrize(
    ("body", "language"), [("Three days are too long.", "en"), ("三天太长了。", "zh-Hans")]
)
@pytest.mark.parametrize("code", list(Prompt))
def test_a_prompt_is_a_reply_in_the_language_of_the_words(
    volunteer: Actor, body: str, language: str, code: Prompt
) -> None:
    thread = make_thread(make_policy(), body=body)
    said = prompt(thread.first.id, code, actor=volunteer)
    db.session.commit()
    assert (said.thread_id, said.body) == (thread.id, PROMPTS[code][language])
    assert (said.author_role, said.prompt, said.about) == ("volunteer", code, thread.first.id)
    assert [event["comment"] for event in events_of("CommentPosted")][-1] == said.id
    assert get_thread(thread.id, VISITOR)[1].replies == 1


def test_the_same_prompt_comes_once_a_day_to_one_person_in_one_thread(
    volunteer: Actor, noon: object
) -> None:
    author, other = make_actor(), make_actor(Role.VOLUNTEER)
    thread = make_thread(make_policy(), author)
    again = make_reply(thread, author, body="And far too dear.")
    somebody = make_reply(thread, body="I do not think so.")
    said = prompt(thread.first.id, "reason", actor=volunteer)
    db.session.commit()
    assert prompt(thread.first.id, "reason", actor=volunteer).id == said.id, "pressed twice"
    for actor in (volunteer, other):
        with pytest.raises(RuleBroken, match="within the last day"):
            prompt(again.id, "reason", actor=actor)
        db.session.rollback()
    prompt(again.id, "example", actor=volunteer)
    db.session.commit()
    # The same words within a minute, but to somebody else: not a form sent twice.
    assert prompt(somebody.id, "reason", actor=volunteer).about == somebody.id
    db.session.commit()
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert prompt(again.id, "reason", actor=other).about == again.id


def test_only_the_first_comment_of_a_resident_is_welcomed(volunteer: Actor) -> None:
    author = make_actor()
    thread = make_thread(make_policy(), author)
    second = make_reply(thread, author)
    officers = make_reply(thread, make_actor(Role.OFFICER), body="We are looking at it.")
    for comment in (second, officers):
        with pytest.raises(RuleBroken, match="not the first comment"):
            prompt(comment.id, "welcome", actor=volunteer)
        db.session.rollback()
    assert prompt(thread.first.id, "welcome", actor=volunteer).prompt == "welcome"


@pytest.mark.parametrize("state", ["hidden", "opening hidden", "locked", "closed", "joined"])
def test_nobody_is_prompted_where_nobody_replies(volunteer: Actor, state: str) -> None:
    policy, author = make_policy(), make_actor()
    thread = make_thread(policy, author, kind="objection")
    comment = make_reply(thread)
    if state == "hidden":
        hide(comment)
    elif state == "opening hidden":
        hide(thread.first)
    elif state == "locked":
        lock(thread)
    elif state == "closed":
        close_own_objection(thread.id, actor=author)
    else:
        join(thread.id, make_thread(policy, body="The same").id, actor=volunteer)
    db.session.commit()
    with pytest.raises(RuleBroken):
        prompt(comment.id, "reason", actor=volunteer)


def test_a_prompt_that_was_reworded_is_no_prompt_any_more(volunteer: Actor) -> None:
    thread = make_thread(make_policy())
    said = prompt(thread.first.id, "reason", actor=volunteer)
    db.session.commit()
    assert edit_comment(said.id, "What do you mean by long?", actor=volunteer).prompt == ""


def test_an_unknown_prompt_is_refused(volunteer: Actor) -> None:
    thread = make_thread(make_policy())
    with pytest.raises(RuleBroken) as caught:
        prompt(thread.first.id, "scold", actor=volunteer)
    assert caught.value.field == "prompt"


# Who may


@pytest.mark.parametrize(
    "role", [Role.VISITOR, Role.RESIDENT, Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR]
)
def test_only_volunteers_help_along(app: Flask, role: Role) -> None:
    policy = make_policy()
    thread, other = make_thread(policy), make_thread(policy, body="The same again")
    comment = make_reply(other)
    actor = VISITOR if role is Role.VISITOR else make_actor(role)
    for attempt in (
        lambda: prompt(comment.id, "reason", actor=actor),
        lambda: summarise(thread.id, "All said.", actor=actor),
        lambda: take_away(thread.id, actor=actor),
        lambda: move_thread(thread.id, CLAUSE, actor=actor),
        lambda: move_comment(comment.id, thread.id, actor=actor),
        lambda: move_to_new_thread(comment.id, CLAUSE, actor=actor),
        lambda: join(other.id, thread.id, actor=actor),
        lambda: part(other.id, actor=actor),
    ):
        with pytest.raises(SignInNeeded if role is Role.VISITOR else NotAllowed):
            attempt()
        db.session.rollback()


@pytest.mark.parametrize("whose", ["own", "officer's"])
def test_volunteers_leave_their_own_and_officers_words_where_they_are(
    volunteer: Actor, whose: str
) -> None:
    policy = make_policy()
    author = volunteer if whose == "own" else make_actor(Role.OFFICER)
    thread, other = make_thread(policy, author), make_thread(policy, body="Somebody else's")
    comment = make_reply(other, author)
    for attempt in (
        lambda: move_thread(thread.id, CLAUSE, actor=volunteer),
        lambda: move_comment(comment.id, thread.id, actor=volunteer),
        lambda: move_to_new_thread(comment.id, CLAUSE, actor=volunteer),
        lambda: join(thread.id, other.id, actor=volunteer),
    ):
        with pytest.raises(NotAllowed):
            attempt()
        db.session.rollback()


def test_volunteers_neither_prompt_nor_sum_up_nor_join_to_themselves(volunteer: Actor) -> None:
    policy = make_policy()
    own, other = make_thread(policy, volunteer), make_thread(policy, body="Somebody else's")
    for attempt in (
        lambda: prompt(own.first.id, "reason", actor=volunteer),
        lambda: summarise(own.id, "I was right.", actor=volunteer),
    ):
        with pytest.raises(NotAllowed):
            attempt()
        db.session.rollback()
    with pytest.raises(RuleBroken, match="another volunteer"):
        join(other.id, own.id, actor=volunteer)


# Summaries


def test_a_summary_is_shown_as_its_volunteers_words_and_replaced_by_the_next(
    volunteer: Actor, noon: object
) -> None:
    thread = make_thread(make_policy())
    assert helping.find_summary(thread) is None
    summarise(thread.id, " Two days are asked for.\r\n", actor=volunteer)
    db.session.commit()
    second = make_actor(Role.VOLUNTEER)
    summarise(thread.id, "两天还是三天，看法不同。", actor=second)
    db.session.commit()
    summary = helping.find_summary(get_thread(thread.id, VISITOR)[1])
    assert summary is not None
    assert (summary.words, summary.language) == ("两天还是三天，看法不同。", "zh-Hans")
    assert (summary.author_name, summary.author_role) == (second.name, "volunteer")
    assert summary.written_at == noon
    rows = db.session.scalars(select(ThreadSummary).order_by(ThreadSummary.id)).all()
    assert [row.removed_at is None for row in rows] == [False, True]
    recorded = [event["words"] for event in events_of("ThreadSummarised")]
    assert recorded == [salted_hash(row.salt, row.words) for row in rows]


def test_a_summary_taken_away_brings_no_earlier_one_back(volunteer: Actor) -> None:
    thread = make_thread(make_policy())
    for words in ("First.", "Second."):
        summarise(thread.id, words, actor=volunteer)
        db.session.commit()
    for _ in range(2):
        take_away(thread.id, actor=make_actor(Role.VOLUNTEER))
        db.session.commit()
    assert helping.find_summary(thread) is None
    assert [event["words"] for event in events_of("ThreadSummarised")][2:] == [""]


def test_the_same_summary_again_changes_nothing(volunteer: Actor) -> None:
    thread = make_thread(make_policy())
    for _ in range(2):
        summarise(thread.id, "All said.", actor=volunteer)
        db.session.commit()
    assert len(events_of("ThreadSummarised")) == 1


def test_a_summary_is_hidden_with_what_opened_its_thread(volunteer: Actor) -> None:
    thread = make_thread(make_policy())
    summarise(thread.id, "It quotes the opening.", actor=volunteer)
    db.session.commit()
    hide(thread.first)
    for reader in (VISITOR, make_actor(), volunteer):
        assert helping.find_summary(get_thread(thread.id, reader)[1]) is None
    with pytest.raises(RuleBroken):
        summarise(thread.id, "Another.", actor=volunteer)
    db.session.rollback()
    take_away(thread.id, actor=volunteer)
    assert db.session.scalars(select(ThreadSummary.removed_at)).one() is not None


def test_a_summary_of_replies_is_hidden_with_the_suggestion(volunteer: Actor) -> None:
    policy = make_policy(mode="reviewed")
    suggestion = make_suggestion(policy, CLAUSE, "第二条 两日。")
    said = reply_to_contribution(policy.slug, suggestion.number, "Why two?", actor=make_actor())
    db.session.commit()
    summarise(said.thread_id, "Two days are discussed.", actor=volunteer)
    db.session.commit()
    assert helping.find_summary(get_thread(said.thread_id, VISITOR)[1]) is not None
    hide_suggestion(suggestion)
    view = get_thread(said.thread_id, VISITOR)[1]
    assert helping.find_summary(view) is None
    with pytest.raises(RuleBroken, match="nobody can reply"):
        reply(said.thread_id, "By the side door", actor=make_actor())


# A thread about another clause


def test_a_moved_thread_is_about_the_other_clause_and_remembers_the_first(
    volunteer: Actor, noon: object
) -> None:
    policy = make_policy()
    thread = make_thread(policy, clause=CLAUSE)
    moved = move_thread(thread.id, OTHER, actor=volunteer)
    db.session.commit()
    assert (moved.clause, moved.label, moved.moved_from) == (OTHER, "第三条", CLAUSE)
    assert (moved.quote, moved.moved_at) == ("本办法自2026年10月1日起施行。", noon)
    assert not moved.has_changed
    move_thread(thread.id, "", actor=volunteer)
    db.session.commit()
    whole = get_thread(thread.id, VISITOR)[1]
    assert (whole.clause, whole.quote, whole.moved_from) == (None, "", CLAUSE)
    back = move_thread(thread.id, CLAUSE, actor=volunteer)
    db.session.commit()
    assert (back.clause, back.quote, back.moved_from) == (CLAUSE, thread.quote, None)
    assert back.moved_at is None
    assert [(event["came_from"], event["clause"]) for event in events_of("ThreadReplaced")] == [
        (CLAUSE, OTHER),
        (OTHER, ""),
        ("", CLAUSE),
    ]


def test_a_thread_on_the_whole_draft_comes_back_to_the_whole_draft(volunteer: Actor) -> None:
    thread = make_thread(make_policy())
    assert move_thread(thread.id, CLAUSE, actor=volunteer).moved_from == ""
    db.session.commit()
    assert move_thread(thread.id, "", actor=volunteer).moved_from is None


def test_moving_a_thread_to_where_it_is_changes_nothing(volunteer: Actor) -> None:
    thread = make_thread(make_policy(), clause=CLAUSE)
    assert move_thread(thread.id, CLAUSE, actor=volunteer).moved_from is None
    assert events_of("ThreadReplaced") == []


def test_a_thread_moves_to_no_clause_that_is_not_there(volunteer: Actor) -> None:
    thread = make_thread(make_policy(), clause=CLAUSE)
    with pytest.raises(RuleBroken) as caught:
        move_thread(thread.id, "c99", actor=volunteer)
    assert caught.value.field == "clause"


def test_a_thread_moves_back_to_a_clause_that_is_gone_meanwhile(volunteer: Actor) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    thread = make_thread(policy, clause=CLAUSE)
    move_thread(thread.id, OTHER, actor=volunteer)
    db.session.commit()
    gone = "\n".join(line for line in TEXT.split("\n") if not line.startswith("第二条"))
    save_text(policy.slug, gone, actor=officer, base=1)
    back = move_thread(thread.id, CLAUSE, actor=volunteer)
    assert (back.clause, back.quote) == (CLAUSE, thread.quote)
    assert db.session.get_one(Thread, thread.id).is_on_earlier_wording


def test_a_clause_younger_than_the_thread_is_not_quoted(volunteer: Actor) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    thread = make_thread(policy, clause=CLAUSE)
    save_text(policy.slug, TEXT + "\n第四条 本办法由市交通部门解释。\n", actor=officer, base=1)
    moved = move_thread(thread.id, "c5", actor=volunteer)
    assert (moved.label, moved.quote, moved.has_changed) == ("第四条", "", False)


def follow() -> None:
    """What the worker does after moves."""
    kinds = ("ThreadReplaced", "CommentMoved")
    rows = db.session.scalars(select(EventRecord).where(EventRecord.kind.in_(kinds)))
    events = [
        SealedEvent(row.id, row.kind, clock.now(), "", json.loads(row.payload), is_public=True)
        for row in rows
    ]
    with committing():
        handlers.follow_moves(events)


def test_the_contribution_follows_its_thread_and_a_numbered_reply_with_it(
    volunteer: Actor,
) -> None:
    policy = make_policy()
    thread = make_thread(policy, clause=CLAUSE)
    answer = make_reply(thread)
    mark_owed(answer.id, actor=volunteer)
    db.session.commit()
    assert count_by_clause(policy.id, None) == {CLAUSE: 2}
    move_thread(thread.id, OTHER, actor=volunteer)
    db.session.commit()
    for _ in range(2):
        follow()
    assert count_by_clause(policy.id, None) == {OTHER: 2}
    assert [event["clause"] for event in events_of("ContributionMoved")] == [OTHER, OTHER]


def test_a_hidden_thread_that_is_moved_stays_hidden(volunteer: Actor) -> None:
    thread = make_thread(make_policy(), clause=CLAUSE, title="A rare title", body="Rare words")
    hide(thread.first)
    moved = move_thread(thread.id, OTHER, actor=volunteer)
    assert (moved.title, moved.first.body) == ("", "")
    assert moved.first.marker is not None


# A reply in another thread


def two_threads(policy: Policy) -> tuple[ThreadView, ThreadView, CommentView]:
    older = make_thread(policy, body="On removing", clause=CLAUSE)
    source = make_thread(policy, body="On the start", clause=OTHER)
    return older, source, make_reply(source, body="Removing takes too long.")


def bodies(thread: ThreadView, actor: Actor = VISITOR) -> list[str]:
    return [comment.body for comment in list_comments(thread.id, actor)[0]]


def test_a_reply_moves_and_leaves_a_trace_at_both_ends(volunteer: Actor, noon: object) -> None:
    target, source, comment = two_threads(make_policy())
    later = make_reply(source, body="So it does.")
    moved = move_comment(comment.id, target.id, actor=volunteer)
    db.session.commit()
    assert bodies(target) == ["On removing", "Removing takes too long."]
    assert bodies(source) == ["On the start", "So it does."]
    assert (moved.thread_id, moved.moved_from, moved.moved_at) == (target.id, source.id, noon)
    traces = helping.list_traces(source.id, VISITOR, after=None, until=None)
    assert [(trace.id, trace.moved_at) for trace in traces] == [(comment.id, noon)]
    assert helping.list_traces(source.id, VISITOR, after=later.id, until=None) == []
    assert helping.list_traces(source.id, VISITOR, after=None, until=source.first.id) == []
    (event,) = events_of("CommentMoved")
    assert (event["came_from"], event["thread"]) == (source.id, target.id)


def test_moving_back_is_undoing(volunteer: Actor) -> None:
    policy = make_policy()
    target, source, comment = two_threads(policy)
    move_comment(comment.id, target.id, actor=volunteer)
    db.session.commit()
    lock(source)  # what was undone may go where nothing else may
    back = move_comment(comment.id, source.id, actor=volunteer)
    db.session.commit()
    assert (back.thread_id, back.moved_from, back.moved_at) == (source.id, None, None)
    assert helping.list_traces(source.id, VISITOR, after=None, until=None) == []
    assert len(events_of("CommentMoved")) == 2


def test_a_reply_moved_twice_remembers_where_it_was_said(volunteer: Actor) -> None:
    policy = make_policy()
    target, source, comment = two_threads(policy)
    third = make_thread(policy, body="Too young")
    with pytest.raises(RuleBroken, match="began after"):
        move_comment(comment.id, third.id, actor=volunteer)
    db.session.rollback()
    move_comment(comment.id, target.id, actor=volunteer)
    db.session.commit()
    moved = move_to_new_thread(comment.id, FIRST, actor=volunteer)
    db.session.commit()
    assert moved.moved_from == source.id
    assert bodies(target) == ["On removing"]


def test_a_hidden_reply_that_is_moved_stays_hidden(volunteer: Actor) -> None:
    target, _source, comment = two_threads(make_policy())
    hide(comment)
    moved = move_comment(comment.id, target.id, actor=volunteer)
    db.session.commit()
    assert moved.body == ""
    for reader in (VISITOR, make_actor(), volunteer):
        assert bodies(target, reader) == ["On removing", ""]
    assert get_thread(target.id, VISITOR)[1].replies == 0


@pytest.mark.parametrize("state", ["locked", "closed", "joined", "hidden", "held", "elsewhere"])
def test_a_reply_moves_to_no_thread_that_takes_none(volunteer: Actor, state: str) -> None:
    policy, author = make_policy(), make_actor()
    target = make_thread(policy, author, body="The target", kind="objection")
    comment = make_reply(make_thread(policy, body="The source"))
    if state == "locked":
        lock(target)
    elif state == "closed":
        close_own_objection(target.id, actor=author)
    elif state == "joined":
        join(target.id, make_thread(policy, body="A third").id, actor=volunteer)
    elif state == "hidden":
        hide(target.first)
    elif state == "held":
        hold(target.first)
    else:
        target = make_thread(make_policy(title="Another"), body="Elsewhere")
    db.session.commit()
    with pytest.raises(RuleBroken):
        move_comment(comment.id, target.id, actor=volunteer)
    db.session.rollback()
    assert get_comment(comment.id, volunteer).moved_from is None


def test_words_that_wait_are_let_out_before_they_are_moved(volunteer: Actor) -> None:
    target, source, comment = two_threads(make_policy())
    hold(comment)
    hold(source.first)
    for attempt in (
        lambda: move_comment(comment.id, target.id, actor=volunteer),
        lambda: move_to_new_thread(comment.id, CLAUSE, actor=volunteer),
        lambda: move_thread(source.id, CLAUSE, actor=volunteer),
    ):
        with pytest.raises(RuleBroken, match="still wait"):
            attempt()
        db.session.rollback()


def test_what_opened_a_thread_is_not_moved_as_a_reply(volunteer: Actor) -> None:
    target, source, _comment = two_threads(make_policy())
    for attempt in (
        lambda: move_comment(source.first.id, target.id, actor=volunteer),
        lambda: move_to_new_thread(source.first.id, CLAUSE, actor=volunteer),
    ):
        with pytest.raises(RuleBroken, match="Move the whole discussion"):
            attempt()
        db.session.rollback()


def test_a_reply_on_another_subject_opens_a_numbered_thread_of_its_own(
    volunteer: Actor,
) -> None:
    policy = make_policy()
    _target, source, comment = two_threads(policy)
    moved = move_to_new_thread(comment.id, CLAUSE, actor=volunteer)
    db.session.commit()
    for _ in range(2):
        follow()
    view = get_thread(moved.thread_id, VISITOR)[1]
    assert (view.first.id, view.clause, view.kind) == (comment.id, CLAUSE, "comment")
    assert view.quote.startswith("共享自行车")
    row = db.session.scalars(
        select(Contribution).where(Contribution.comment_id == comment.id)
    ).one()
    assert (row.thread_id, row.clause, row.is_owed) == (view.id, CLAUSE, True)
    assert (row.author_id, row.sent_at) == (comment.author_id, comment.posted_at)
    assert count_by_clause(policy.id, None)[CLAUSE] == 2
    answer = make_reply(view, body="That is another matter.")
    assert [one.id for one in list_comments(view.id, VISITOR)[0]] == [comment.id, answer.id]
    with pytest.raises(RuleBroken, match="Others have replied"):
        move_comment(comment.id, source.id, actor=volunteer)


def test_a_thread_made_of_a_reply_is_undone_while_nobody_has_replied(volunteer: Actor) -> None:
    _target, source, comment = two_threads(make_policy())
    moved = move_to_new_thread(comment.id, CLAUSE, actor=volunteer)
    db.session.commit()
    follow()
    move_comment(comment.id, source.id, actor=volunteer)
    db.session.commit()
    follow()
    assert bodies(source) == ["On the start", "Removing takes too long."]
    with pytest.raises(NotFound):
        get_thread(moved.thread_id, VISITOR)
    row = db.session.scalars(
        select(Contribution).where(Contribution.comment_id == comment.id)
    ).one()
    assert (row.thread_id, row.clause) == (None, OTHER)


def test_hidden_words_open_no_thread(volunteer: Actor) -> None:
    _target, _source, comment = two_threads(make_policy())
    hide(comment)
    with pytest.raises(RuleBroken, match="Hidden words"):
        move_to_new_thread(comment.id, CLAUSE, actor=volunteer)


def test_a_reply_to_a_suggestion_moves_and_the_next_reply_finds_its_place(
    volunteer: Actor,
) -> None:
    policy = make_policy(mode="reviewed")
    target = make_thread(policy, body="On the whole")
    suggestion = make_suggestion(policy, CLAUSE, "第二条 两日。")
    only = reply_to_contribution(policy.slug, suggestion.number, "Elsewhere!", actor=make_actor())
    db.session.commit()
    with pytest.raises(RuleBroken, match="stay with it"):
        move_thread(only.thread_id, OTHER, actor=volunteer)
    db.session.rollback()
    move_comment(only.id, target.id, actor=volunteer)
    db.session.commit()
    assert bodies(target) == ["On the whole", "Elsewhere!"]
    again = reply_to_contribution(policy.slug, suggestion.number, "Why two?", actor=make_actor())
    db.session.commit()
    assert again.thread_id == only.thread_id
    assert [one.body for one in list_comments(again.thread_id, VISITOR)[0]] == ["Why two?"]


def test_one_reply_that_waits_does_not_keep_the_others_out_of_sight(app: Flask) -> None:
    policy = make_policy(mode="reviewed")
    suggestion = make_suggestion(policy, CLAUSE, "第二条 两日。")
    first, second = (
        reply_to_contribution(policy.slug, suggestion.number, words, actor=make_actor())
        for words in ("I wait.", "I do not.")
    )
    db.session.commit()
    hold(first)
    view = get_thread(second.thread_id, VISITOR)[1]
    assert (view.first.body, view.replies) == ("I do not.", 0)


@pytest.mark.parametrize("direction", ["out", "in"])
def test_words_from_the_private_time_stay_among_insiders(app: Flask, direction: str) -> None:
    department = make_department()
    officer = make_actor(Role.OFFICER, department_id=department.id)
    insider = make_actor(Role.VOLUNTEER, department_id=department.id)
    policy = make_policy(officer, is_public=False)
    with clock.frozen(clock.now() - timedelta(hours=1)):
        early = make_thread(policy, make_actor(Role.RESIDENT, department_id=department.id))
    plan_publication(policy.slug, at=None, with_history=False, actor=officer)
    db.session.commit()
    late = make_thread(policy, body="In public")
    inside, outside = make_reply(early, make_actor(department_id=department.id)), make_reply(late)
    comment, target = (inside, late) if direction == "out" else (outside, early)
    source = early if direction == "out" else late
    attempts = [lambda: join(source.id, target.id, actor=insider)]
    if direction == "in":  # the other way round the order of time forbids it already
        attempts.append(lambda: move_comment(comment.id, target.id, actor=insider))
    for attempt in attempts:
        with pytest.raises(RuleBroken, match="before the draft was public"):
            attempt()
        db.session.rollback()
    if direction == "out":
        moved = move_to_new_thread(inside.id, CLAUSE, actor=insider)
        db.session.commit()
        with pytest.raises(NotFound):
            get_comment(moved.id, VISITOR)


# Joined threads


def test_a_joined_thread_takes_no_replies_and_is_not_listed_apart(volunteer: Actor) -> None:
    policy = make_policy()
    target, double = make_thread(policy, body="Once"), make_thread(policy, body="Twice")
    answer = make_reply(double)
    for _ in range(2):
        join(double.id, target.id, actor=volunteer)
        db.session.commit()
    assert [row.id for row in list_threads(policy, VISITOR)[0]] == [target.id]
    assert get_thread(double.id, VISITOR)[1].joined_into == target.id
    assert [row.id for row in helping.list_joined(target, VISITOR)] == [double.id]
    assert bodies(double) == ["Twice", answer.body]
    with pytest.raises(RuleBroken, match="goes on in another one"):
        reply(double.id, "Here, too?", actor=make_actor())
    db.session.rollback()
    for _ in range(2):
        part(double.id, actor=make_actor(Role.VOLUNTEER))
        db.session.commit()
    reply(double.id, "Here again.", actor=make_actor())
    assert [(e["into"], e["joined"]) for e in events_of("ThreadsJoined")] == [
        (target.id, True),
        (target.id, False),
    ]


def test_threads_join_in_no_circle(volunteer: Actor) -> None:
    policy = make_policy()
    one, two, three = (make_thread(policy, body=words) for words in ("One", "Two", "Three"))
    join(one.id, two.id, actor=volunteer)
    db.session.commit()
    join(two.id, three.id, actor=volunteer)
    db.session.commit()
    for source, target in ((three, one), (three, two), (one, three), (three, three)):
        with pytest.raises(RuleBroken):
            join(source.id, target.id, actor=volunteer)
        db.session.rollback()


@pytest.mark.parametrize("state", ["locked", "hidden", "held", "elsewhere", "replies"])
def test_threads_join_only_what_is_open_on_the_same_draft(volunteer: Actor, state: str) -> None:
    policy = make_policy(mode="reviewed")
    target, double = make_thread(policy, body="Once"), make_thread(policy, body="Twice")
    if state == "locked":
        lock(target)
    elif state == "hidden":
        hide(target.first)
    elif state == "held":
        hold(target.first)
    elif state == "elsewhere":
        target = make_thread(make_policy(title="Another"))
    else:
        number = make_suggestion(policy, CLAUSE, "第二条 两日。").number
        said = reply_to_contribution(policy.slug, number, "Why two?", actor=make_actor())
        target = get_thread(said.thread_id, volunteer)[1]
    db.session.commit()
    with pytest.raises(RuleBroken):
        join(double.id, target.id, actor=volunteer)


# Questions


def test_the_asker_alone_says_that_a_question_is_answered(app: Flask) -> None:
    asker = make_actor()
    thread = make_thread(make_policy(), asker, kind="question")
    for somebody in (make_actor(), make_actor(Role.OFFICER), make_actor(Role.VOLUNTEER)):
        with pytest.raises(NotAllowed):
            mark_answered(thread.id, is_answered=True, actor=somebody)
        db.session.rollback()
    for _ in range(2):
        assert mark_answered(thread.id, is_answered=True, actor=asker).is_answered
        db.session.commit()
    assert not mark_answered(thread.id, is_answered=False, actor=asker).is_answered
    assert [event["answered"] for event in events_of("ThreadAnswered")] == [True, False]


def test_only_a_question_is_answered(app: Flask) -> None:
    asker = make_actor()
    with pytest.raises(RuleBroken):
        mark_answered(make_thread(make_policy(), asker).id, is_answered=True, actor=asker)


def test_open_questions_are_listed_alone(volunteer: Actor) -> None:
    policy, asker = make_policy(), make_actor()
    make_thread(policy, body="No question")
    still_open = make_thread(policy, body="Why?", kind="question", clause=CLAUSE)
    answered = make_thread(policy, asker, body="When?", kind="question")
    double = make_thread(policy, body="Why, please?", kind="question")
    mark_answered(answered.id, is_answered=True, actor=asker)
    db.session.commit()
    join(double.id, still_open.id, actor=volunteer)
    db.session.commit()
    for clause in (None, CLAUSE):
        rows, _key = list_threads(policy, VISITOR, clause=clause, open_questions=True)
        assert [row.id for row in rows] == [still_open.id]


# Replies


def test_nobody_replies_to_hidden_words(app: Flask) -> None:
    thread = make_thread(make_policy())
    make_reply(thread)
    hide(thread.first)
    with pytest.raises(RuleBroken, match="nobody can reply"):
        reply(thread.id, "May I?", actor=make_actor())


def test_every_way_of_replying_obeys_a_stop(volunteer: Actor) -> None:
    policy = make_policy(mode="reviewed")
    suggestion = make_suggestion(policy, CLAUSE, "第二条 两日。")
    said = reply_to_contribution(policy.slug, suggestion.number, "Why two?", actor=make_actor())
    db.session.commit()
    lock(get_thread(said.thread_id, volunteer)[1])
    for attempt in (
        lambda: reply(said.thread_id, "More", actor=make_actor()),
        lambda: reply_to_contribution(policy.slug, suggestion.number, "More", actor=make_actor()),
        lambda: prompt(said.id, "reason", actor=volunteer),
    ):
        with pytest.raises(DomainError, match="stopped replies"):
            attempt()
        db.session.rollback()
