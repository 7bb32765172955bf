"""Opening, anchoring, changing and closing; what the ledger and other domains get to know."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import VISITOR, Actor, Confirmation, Role
from app.accounts.models import Person
from app.accounts.services.confirming import confirm
from app.database import committing, db
from app.discussions import handlers
from app.discussions.models import Comment, CommentVersion, Thread
from app.discussions.queries import (
    find_comment_for_search,
    find_comments,
    get_comment,
    get_thread,
    list_comments,
    list_comments_for_search,
    list_threads,
)
from app.discussions.services.editing import edit_comment
from app.discussions.services.posting import NewThread, open_thread, reply
from app.discussions.services.settling import close_own_objection
from app.errors import NotAllowed, NotFound, RuleBroken, SignInNeeded, TooMany
from app.ledger.delivery import SealedEvent
from app.ledger.models import EventRecord
from app.ledger.services import salted_hash
from app.policies.models import Policy
from app.policies.queries import get_policy, private_until
from app.suggestions.queries.listing import count_by_clause
from tests.builders.accounts import make_actor, make_department, make_person
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.policies import TEXT, make_policy, plan_publication, save_text

CLAUSE = "c3"  # 第二条 of the builders' text
SECOND = "第二条 共享自行车连续停放超过三日无人使用的，运营企业应当在二十四小时内移走。\n\n"


def events_of(kind: str) -> list[dict[str, object]]:
    rows = db.session.scalars(select(EventRecord).where(EventRecord.kind == kind))
    return [json.loads(row.payload) for row in rows]


def saved(policy: Policy) -> list[SealedEvent]:
    data = {"policy": policy.id, "number": policy.head_number}
    return [SealedEvent(1, "RevisionSaved", clock.now(), "", data, is_public=True)] * 2


def version_of(policy_id: int) -> int:
    return db.session.scalar(select(Policy.page_version).where(Policy.id == policy_id)) or 0


def test_a_thread_is_anchored_to_the_clause_and_its_words(app: Flask) -> None:
    policy = make_policy()
    thread = make_thread(policy, clause=CLAUSE, kind="question", title="Why three?")
    stored = db.session.get_one(Thread, thread.id)
    assert (thread.label, thread.clause, thread.opened_on) == ("第二条", CLAUSE, 1)
    assert thread.quote == SECOND.removeprefix("第二条 ").strip()
    assert len(stored.quote_hash) == 64
    assert (thread.title, thread.first.body) == ("Why three?", "Three days are too long.")
    assert not thread.has_changed


def test_texts_enter_the_ledger_as_salted_hashes_only(app: Flask) -> None:
    author = make_actor()
    thread = make_thread(make_policy(), author, title="A rare title", body="A rare body")
    edit_comment(thread.first.id, "Another rare body", actor=author)
    db.session.commit()
    payloads = " ".join(db.session.scalars(select(EventRecord.payload)))
    assert "rare" not in payloads
    comment = db.session.get_one(Comment, thread.first.id)
    earlier = db.session.scalars(select(CommentVersion)).one()
    (opened,), (posted,) = events_of("ThreadOpened"), events_of("CommentPosted")
    (edited,) = events_of("CommentEdited")
    assert opened["title"] == salted_hash(earlier.salt, "A rare title")
    assert posted["body"] == salted_hash(earlier.salt, "A rare body")
    assert edited["body"] == salted_hash(comment.salt, "Another rare body")
    assert comment.salt != earlier.salt


def test_every_change_renews_the_pages_of_the_policy(app: Flask) -> None:
    author, policy = make_actor(), make_policy()
    versions = [version_of(policy.id)]
    thread = make_thread(policy, author, kind="objection")
    versions.append(version_of(policy.id))
    comment = make_reply(thread, author)
    versions.append(version_of(policy.id))
    edit_comment(comment.id, "Other words", actor=author)
    versions.append(version_of(policy.id))
    close_own_objection(thread.id, actor=author)
    versions.append(version_of(policy.id))
    assert versions == sorted(set(versions))


def test_unchanged_words_make_no_earlier_version(app: Flask) -> None:
    author = make_actor()
    thread = make_thread(make_policy(), author, body="Same words")
    edit_comment(thread.first.id, " Same words\n", actor=author)
    assert db.session.scalar(select(func.count(CommentVersion.id))) == 0
    assert get_comment(thread.first.id, author).edited_at is None


def test_the_same_words_count_again_after_a_minute(app: Flask, noon: object) -> None:
    policy, author = make_policy(), make_actor()
    first = make_thread(policy, author)
    with clock.frozen(clock.now() + timedelta(seconds=59)):
        assert make_thread(policy, author).id == first.id
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        assert make_thread(policy, author).id != first.id


def test_the_same_words_of_two_people_are_two_comments(app: Flask) -> None:
    thread = make_thread(make_policy())
    assert make_reply(thread).id != make_reply(thread).id


def test_eight_sendings_of_one_form_at_once_make_one_thread(app: Flask) -> None:
    slug, author = make_policy().slug, make_actor()
    db.session.remove()
    found: list[int] = []

    def send() -> None:
        with app.app_context():
            found.append(open_thread(slug, NewThread("At once"), actor=author).id)
            db.session.commit()

    senders = [threading.Thread(target=send) for _ in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert db.session.scalar(select(func.count(Comment.id))) == 1


def test_too_many_words_in_a_while_are_refused_for_a_while(app: Flask, noon: object) -> None:
    thread = make_thread(make_policy())
    author = make_actor(created_at=clock.now() - timedelta(days=2))
    for number in range(30):
        make_reply(thread, author, body=f"Number {number}")
    with pytest.raises(TooMany):
        reply(thread.id, "One too many", actor=author)
    db.session.rollback()
    make_reply(thread, make_actor(), body="Somebody else may")
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        make_reply(thread, author, body="Later again")


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_some_roles_read_but_do_not_take_part(app: Flask, role: Role) -> None:
    policy = make_policy()
    with pytest.raises(NotAllowed):
        open_thread(policy.slug, NewThread("Words"), actor=make_actor(role))
    with pytest.raises(SignInNeeded):
        open_thread(policy.slug, NewThread("Words"), actor=VISITOR)


def test_only_objections_are_closed_and_closing_twice_is_closing_once(app: Flask) -> None:
    policy, author = make_policy(), make_actor()
    question = make_thread(policy, author, kind="question")
    with pytest.raises(RuleBroken):
        close_own_objection(question.id, actor=author)
    db.session.rollback()
    objection = make_thread(policy, author, body="No", kind="objection")
    for _ in range(2):
        assert close_own_objection(objection.id, actor=author).is_closed
        db.session.commit()
    assert len(events_of("ThreadClosed")) == 1


def test_threads_are_counted_per_clause_but_for_hidden_and_waiting_ones(app: Flask) -> None:
    policy, author = make_policy(), make_actor()
    make_thread(policy, body="whole draft")
    make_thread(policy, body="one", clause=CLAUSE)
    make_thread(policy, body="two", clause=CLAUSE)
    make_thread(policy, body="third article", clause="c4")
    closed = make_thread(policy, author, body="closed", clause=CLAUSE, kind="objection")
    close_own_objection(closed.id, actor=author)
    hide(make_thread(policy, body="hidden", clause=CLAUSE).first)
    make_thread(policy, make_actor(confirmation=Confirmation.NONE), clause=CLAUSE)
    assert count_by_clause(policy.id, None) == {CLAUSE: 3, "c4": 1}
    assert count_by_clause(policy.id, clock.now()) == {}


def test_a_thread_moves_to_earlier_wording_and_back_with_its_clause(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    thread, other = make_thread(policy, clause=CLAUSE), make_thread(policy, clause="c4")
    whole = make_thread(policy, body="whole draft")
    save_text(policy.slug, TEXT.replace(SECOND, ""), actor=officer, base=1)
    before = version_of(policy.id)
    for _ in range(2):
        with committing():
            handlers.reanchor(saved(policy))
    assert version_of(policy.id) == before + 1
    marks = {row.id: row.is_on_earlier_wording for row in db.session.scalars(select(Thread))}
    assert marks == {thread.id: True, other.id: False, whole.id: False}
    view = get_thread(thread.id, VISITOR)[1]
    assert view.is_on_earlier_wording
    assert (view.clause, view.label) == (CLAUSE, "")
    save_text(policy.slug, TEXT, actor=officer, base=2)
    with committing():
        handlers.reanchor(saved(policy))
    db.session.expire_all()
    assert not db.session.get_one(Thread, thread.id).is_on_earlier_wording
    assert [event["is_on_earlier_wording"] for event in events_of("ThreadMoved")] == [True, False]


def test_a_rewritten_clause_keeps_its_threads_and_says_that_it_changed(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    thread = make_thread(policy, clause=CLAUSE)
    save_text(policy.slug, TEXT.replace("三日", "两日"), actor=officer, base=1)
    with committing():
        handlers.reanchor(saved(policy))
    view = get_thread(thread.id, VISITOR)[1]
    assert view.has_changed
    assert not view.is_on_earlier_wording
    assert "三日" in view.quote


def test_a_thread_never_passes_to_the_sentence_that_took_its_number(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    thread = make_thread(policy, clause=CLAUSE)
    text = TEXT.replace(SECOND, "").replace("第三条", "第二条")
    save_text(policy.slug, text, actor=officer, base=1)
    view = get_thread(thread.id, VISITOR)[1]
    assert view.is_on_earlier_wording
    assert list_threads(get_policy(policy.slug, VISITOR), VISITOR, clause="c4") == ([], None)


def private_policy(owner: Actor) -> Policy:
    return make_policy(owner, is_public=False)


def test_the_talk_of_a_private_draft_is_absent_for_outsiders(app: Flask) -> None:
    department = make_department()
    officer = make_actor(Role.OFFICER, department_id=department.id)
    colleague = make_actor(Role.OFFICER, department_id=department.id)
    policy = private_policy(officer)
    thread = make_thread(policy, officer, body="Among ourselves")
    assert get_thread(thread.id, colleague)[1].first.body == "Among ourselves"
    for outsider in (VISITOR, make_actor(), make_actor(Role.OFFICER), make_actor(Role.VOLUNTEER)):
        with pytest.raises(NotFound):
            get_thread(thread.id, outsider)
        with pytest.raises(NotFound):
            get_comment(thread.first.id, outsider)
        with pytest.raises(NotFound):
            reply(thread.id, "May I?", actor=outsider)
        assert list_comments(thread.id, outsider) == ([], None)
        assert find_comments([thread.first.id], outsider) == {}
    assert not any(row.is_public for row in list_comments_for_search(0, 10))
    kinds = ("ThreadOpened", "CommentPosted")
    flags = select(EventRecord.is_public).where(EventRecord.kind.in_(kinds))
    assert set(db.session.scalars(flags)) == {False}


@pytest.mark.parametrize("with_history", [False, True])
def test_talk_from_the_private_time_becomes_public_only_with_the_history(
    app: Flask, with_history: bool
) -> None:
    officer = make_actor(Role.OFFICER)
    policy = private_policy(officer)
    with clock.frozen(clock.now() - timedelta(hours=1)):
        early = make_thread(policy, officer, body="Before", clause=CLAUSE)
    plan_publication(policy.slug, at=None, with_history=with_history, actor=officer)
    db.session.commit()
    late = make_thread(policy, officer, body="After", clause=CLAUSE)
    shown = {early.id, late.id} if with_history else {late.id}
    found = get_policy(policy.slug, VISITOR)
    for outsider in (VISITOR, make_actor()):
        rows, _next = list_threads(found, outsider)
        assert {row.id for row in rows} == shown
        since = private_until(found, outsider)
        assert count_by_clause(policy.id, since) == {CLAUSE: len(shown)}
    assert {row.id for row in list_threads(found, officer)[0]} == {early.id, late.id}
    public = {row.thread_id for row in list_comments_for_search(0, 10) if row.is_public}
    assert public == shown


def test_words_appear_for_all_once_their_author_is_confirmed(app: Flask) -> None:
    policy = make_policy()
    person = make_person(confirmation=Confirmation.NONE)
    author = person.actor(clock.now())
    thread = make_thread(policy, author, clause=CLAUSE)
    other = make_thread(policy, body="Somebody else's")
    answer = make_reply(other, author, body="Unconfirmed reply")
    with pytest.raises(NotFound):
        get_thread(thread.id, VISITOR)
    assert [c.body for c in list_comments(other.id, VISITOR)[0]] == ["Somebody else's"]
    assert get_thread(other.id, VISITOR)[1].replies == 0
    assert not find_comment_for_search(answer.id).is_public  # type: ignore[union-attr]
    before = version_of(policy.id)
    with committing():
        confirm(db.session.get_one(Person, person.id), Confirmation.CONTACT, by=VISITOR)
    data = {"person": author.public_id}
    event = SealedEvent(1, "PersonConfirmed", clock.now(), "", data, is_public=True)
    with committing():
        handlers.show_words([event])
    assert version_of(policy.id) == before + 1
    assert get_thread(thread.id, VISITOR)[1].first.body == "Three days are too long."
    assert get_thread(other.id, VISITOR)[1].replies == 1
    assert find_comment_for_search(answer.id).is_public  # type: ignore[union-attr]


def test_the_index_gets_the_comments_of_one_policy_in_pages(app: Flask) -> None:
    policy = make_policy()
    thread = make_thread(policy, title="A title", clause=CLAUSE)
    answer = make_reply(thread)
    make_thread(make_policy(), body="elsewhere")
    first = list_comments_for_search(0, 1, policy_id=policy.id)
    rest = list_comments_for_search(first[0].id, 10, policy_id=policy.id)
    assert [(row.id, row.title, row.clause) for row in [*first, *rest]] == [
        (thread.first.id, "A title", CLAUSE),
        (answer.id, "", CLAUSE),
    ]
    assert [row.body for row in rest] == ["I see it too."]
    assert find_comment_for_search(999) is None
