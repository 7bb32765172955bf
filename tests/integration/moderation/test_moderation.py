"""Hiding and bringing back: who may, what it leaves, and that hidden words are nowhere."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access.actor import VISITOR, Actor, Role
from app.database import db
from app.discussions import queries as discussions
from app.discussions.queries import ThreadView
from app.discussions.services.editing import edit_comment
from app.errors import NotAllowed, NotFound, RuleBroken
from app.ledger.models import EventRecord
from app.ledger.services import salted_hash
from app.moderation.models import ModerationAction
from app.moderation.queries.log import list_actions
from app.moderation.services import Decision
from app.policies.models import Policy, Revision
from app.suggestions.queries.listing import count_by_clause
from app.visibility import Hidden
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.moderation import act_on_comment, act_on_summary
from tests.builders.policies import TEXT, make_policy, save_text
from tests.checking_client import CheckingClient

CLAUSE = "c3"
RARE = "Zyzzogeton"  # no other word on any page
READERS = (Role.RESIDENT, Role.VOLUNTEER, Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR)
HIDE = Decision("hide", "insult", "Calls a neighbour names")
SHOW = Decision("show", "insult", "It was a quotation")


def planted() -> tuple[Policy, ThreadView, Actor]:
    """A thread whose title, words, earlier words and one reply hold the rare word."""
    policy, author = make_policy(), make_actor()
    thread = make_thread(policy, author, body=f"{RARE} first", title=f"{RARE} title", clause=CLAUSE)
    edit_comment(thread.first.id, f"{RARE} second", actor=author)
    db.session.commit()
    make_reply(thread, author, body=f"{RARE} reply")
    return policy, thread, author


def pages_of(policy: Policy, thread: ThreadView) -> list[str]:
    comments = f"/threads/{thread.id}/comments"
    discussion = f"/policies/{policy.slug}/discussion"
    return [
        f"/policies/{policy.slug}",
        f"/policies/{policy.slug}/clauses/{CLAUSE}",
        discussion,
        f"{discussion}?clause={CLAUSE}",
        f"/threads/{thread.id}",
        "/moderation/log",
        *(
            f"{comments}/{comment}/{page}"
            for comment in (thread.first.id, thread.first.id + 1)
            for page in ("earlier", "edit")
        ),
        *(f"/moderation/comments/{thread.first.id + n}" for n in (0, 1)),
    ]


def test_the_rare_word_is_found_before_it_is_hidden(client: CheckingClient) -> None:
    """Keeps the next test honest: the places it looks at do show words."""
    policy, thread, author = planted()
    sign_in(client, author)
    showing = [p for p in pages_of(policy, thread) if RARE in client.get(p).get_data(as_text=True)]
    sign_in(client, make_actor(Role.VOLUNTEER))
    showing += [p for p in pages_of(policy, thread) if RARE in client.get(p).get_data(as_text=True)]
    silent = {f"/policies/{policy.slug}", "/moderation/log"}
    assert set(pages_of(policy, thread)) - set(showing) == silent


@pytest.mark.parametrize("reader", [None, "author", *READERS])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_hidden_words_are_on_no_page_for_nobody(
    client: CheckingClient, reader: Role | str | None, language: str
) -> None:
    policy, thread, author = planted()
    for page in pages_of(policy, thread):
        client.get(page)  # visitors' pages are kept; the kept ones must go too
    comments, _next = discussions.list_comments(thread.id, author)
    for comment in comments:
        hide(comment)
    if reader is not None:
        sign_in(client, author if reader == "author" else make_actor(Role(reader)))
    client.set_cookie("lang", language)
    for page in pages_of(policy, thread):
        answer = client.get(page)
        assert RARE not in answer.get_data(as_text=True), page
        assert answer.status_code in (200, 303, 403, 404), page
    marker = "Names a neighbour"
    assert marker in client.get(f"/threads/{thread.id}").get_data(as_text=True)


def test_hidden_words_leave_every_query(app: Flask) -> None:
    policy, thread, author = planted()
    for comment in discussions.list_comments(thread.id, author)[0]:
        hide(comment)
    readers = [VISITOR, author, *(make_actor(role) for role in READERS)]
    for reader in readers:
        threads, _next = discussions.list_threads(policy, reader)
        comments, _next = discussions.list_comments(thread.id, reader)
        found = discussions.get_thread(thread.id, reader)[1]
        everything = [*threads, *comments, found]
        assert RARE not in json.dumps([asdict(row) for row in everything], default=str)
        assert [row.replies for row in threads] == [0]
        assert all(not discussions.list_earlier(comment) for comment in comments)
        ids = [comment.id for comment in comments]
        assert len(ids) == 2
        assert discussions.find_comments(ids, reader) == {}
    rows = discussions.list_comments_for_search(0, 10)
    assert RARE not in json.dumps([asdict(row) for row in rows], default=str)
    assert [(row.is_hidden, row.is_public) for row in rows] == [(True, False)] * 2
    assert count_by_clause(policy.id, None) == {}


def test_hidden_words_come_back_with_their_history(app: Flask) -> None:
    policy, thread, author = planted()
    hide(thread.first)
    act_on_comment(thread.first.id, SHOW, actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    view = discussions.get_thread(thread.id, VISITOR)[1]
    assert (view.title, view.first.body) == (f"{RARE} title", f"{RARE} second")
    assert [words for words, _at in discussions.list_earlier(view.first)] == [f"{RARE} first"]
    assert count_by_clause(policy.id, None) == {CLAUSE: 1}
    assert db.session.scalar(select(func.count(Hidden.id))) == 0
    assert [row.action for row in list_actions(VISITOR)[0]] == ["show", "hide"]


def test_a_volunteer_hides_and_shows_through_the_pages(client: CheckingClient) -> None:
    policy = make_policy()
    thread = make_thread(policy, body="Rude words")
    sign_in(client, make_actor(Role.VOLUNTEER))
    path = f"/moderation/comments/{thread.first.id}"
    assert path in client.get(f"/threads/{thread.id}").get_data(as_text=True)
    form = {"action": "hide", "rule": "insult", "reason": "Calls a neighbour names"}
    assert client.post_form(path, form).status_code == 303
    page = client.get(f"/threads/{thread.id}").get_data(as_text=True)
    assert "Rude words" not in page
    assert 'Hidden under "No insults"' in page
    assert "Calls a neighbour names" in page
    assert client.post_form(path, {**form, "action": "show"}).status_code == 303
    assert "Rude words" in client.get(f"/threads/{thread.id}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"rule": ""}, "Please choose the rule that applies."),
        ({"rule": "dislike"}, "Please choose the rule that applies."),
        ({"reason": " "}, "Please give a reason; everybody can read it."),
        ({"reason": "not\u202eallowed"}, "changes the direction of reading"),
        ({"reason": "nul\x00"}, "the character NUL cannot be stored"),
    ],
)
def test_nothing_is_hidden_without_a_rule_and_a_reason(
    client: CheckingClient, missing: dict[str, str], sentence: str
) -> None:
    thread = make_thread(make_policy())
    sign_in(client, make_actor(Role.VOLUNTEER))
    form = {"action": "hide", "rule": "insult", "reason": "Calls a neighbour names", **missing}
    answer = client.post_form(f"/moderation/comments/{thread.first.id}", form)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert db.session.scalar(select(func.count(ModerationAction.id))) == 0


def test_volunteers_only_and_not_in_their_own_matters_nor_on_officers_words(app: Flask) -> None:
    policy, volunteer = make_policy(), make_actor(Role.VOLUNTEER)
    plain = make_thread(policy).first
    own = make_thread(policy, volunteer, body="Own words").first
    official = make_thread(policy, make_actor(Role.OFFICER), body="From the office").first
    for comment in (own, official):
        with pytest.raises(NotAllowed):
            act_on_comment(comment.id, HIDE, actor=volunteer)
        db.session.rollback()
    for role in (Role.RESIDENT, Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            act_on_comment(plain.id, HIDE, actor=make_actor(role))
        db.session.rollback()
    with pytest.raises(NotFound):
        act_on_comment(999, HIDE, actor=volunteer)
    db.session.rollback()
    assert act_on_comment(plain.id, HIDE, actor=volunteer).by_role == "volunteer"


def test_hiding_twice_is_refused_and_leaves_one_line_in_the_log(app: Flask) -> None:
    comment = make_thread(make_policy()).first
    hide(comment)
    with pytest.raises(RuleBroken):
        hide(comment)
    db.session.rollback()
    assert len(list_actions(VISITOR)[0]) == 1


def test_hidden_words_cannot_be_changed_meanwhile(app: Flask) -> None:
    author = make_actor()
    comment = make_thread(make_policy(), author).first
    hide(comment)
    with pytest.raises(RuleBroken):
        edit_comment(comment.id, "Something else", actor=author)


def test_the_ledger_tells_of_every_act_without_the_words(app: Flask) -> None:
    comment = make_thread(make_policy(), body=f"{RARE} words").first
    done = hide(comment)
    act_on_comment(comment.id, SHOW, actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    kinds = ("CommentHidden", "CommentShown")
    query = select(EventRecord).where(EventRecord.kind.in_(kinds)).order_by(EventRecord.id)
    rows = db.session.scalars(query).all()
    hidden = json.loads(rows[0].payload)
    assert [row.kind for row in rows] == list(kinds)
    assert hidden["comment"] == comment.id
    assert (hidden["rule"], hidden["role"]) == ("personal_data", "volunteer")
    assert hidden["reason"] == salted_hash(done.salt, done.reason)
    assert not any(word in row.payload for row in rows for word in (RARE, "neighbour"))


def revision_of(policy: Policy, number: int) -> Revision:
    query = select(Revision).where(Revision.policy_id == policy.id, Revision.number == number)
    return db.session.scalars(query).one()


def test_the_reason_line_of_a_version_is_hidden_and_its_text_stays(
    client: CheckingClient,
) -> None:
    writer = make_actor()
    policy = make_policy(mode="open")
    save_text(policy.slug, TEXT.replace("三日", "两日"), actor=writer, base=1, summary=RARE)
    revision = revision_of(policy, 2)
    history = f"/policies/{policy.slug}/history"
    pages = [history, f"/policies/{policy.slug}/revisions/2", "/recent", "/moderation/log"]
    assert RARE in client.get(history).get_data(as_text=True)
    sign_in(client, make_actor(Role.VOLUNTEER))
    form = {"action": "hide", "rule": "insult", "reason": "Calls the office names"}
    path = f"/moderation/summaries/{revision.id}"
    assert RARE in client.get(path).get_data(as_text=True)
    assert client.post_form(path, form).status_code == 303
    for page in [*pages, path]:
        assert RARE not in client.get(page).get_data(as_text=True), page
    assert "两日" in client.get(f"/policies/{policy.slug}/revisions/2").get_data(as_text=True)
    assert "Calls the office names" in client.get("/moderation/log").get_data(as_text=True)
    with client.session_transaction() as session:
        session.clear()
    for page in pages:
        assert RARE not in client.get(page).get_data(as_text=True), page


def test_the_reason_line_of_an_officer_stays(app: Flask) -> None:
    revision = revision_of(make_policy(), 1)
    with pytest.raises(NotAllowed):
        act_on_summary(revision.id, HIDE, actor=make_actor(Role.VOLUNTEER))


def test_the_log_leaves_private_policies_to_their_people(client: CheckingClient) -> None:
    department = make_department()
    officer = make_actor(Role.OFFICER, department_id=department.id)
    volunteer = make_actor(Role.VOLUNTEER, department_id=department.id)
    resident = make_actor(department_id=department.id)
    policy = make_policy(officer, is_public=False, title="非公开草案")
    hide(make_thread(policy, resident).first, volunteer)
    assert [row.place.slug for row in list_actions(officer)[0]] == [policy.slug]
    for outsider in (VISITOR, make_actor(), make_actor(Role.VOLUNTEER)):
        assert list_actions(outsider) == ([], None)
    assert "非公开草案" not in client.get("/moderation/log").get_data(as_text=True)


def test_the_log_comes_in_pages_newest_first(client: CheckingClient) -> None:
    policy, volunteer = make_policy(), make_actor(Role.VOLUNTEER)
    for number in range(3):
        hide(make_thread(policy, body=f"Number {number}").first, volunteer)
    first, key = list_actions(VISITOR, size=2)
    rest, end = list_actions(VISITOR, key=key, size=2)
    assert [row.id for row in [*first, *rest]] == [3, 2, 1]
    assert end is None
    for language in ("en", "zh"):
        client.set_cookie("lang", language)
        page = client.get("/moderation/log?page=2").get_data(as_text=True)
        assert 'id="action-1"' in page
        assert 'id="action-2"' not in page


@pytest.mark.parametrize("path", ["comments/999", "comments/" + "9" * 30, "summaries/" + "9" * 30])
def test_what_does_not_exist_is_absent_and_never_a_fault(client: CheckingClient, path: str) -> None:
    sign_in(client, make_actor(Role.VOLUNTEER))
    assert client.get(f"/moderation/{path}").status_code == 404


@pytest.mark.parametrize("path", ["/moderation/comments/1", "/moderation/summaries/1"])
def test_residents_find_no_form_to_hide_others_words(client: CheckingClient, path: str) -> None:
    make_thread(make_policy())
    assert client.get(path).status_code == 303
    sign_in(client, make_actor())
    assert client.get(path).status_code == 403
