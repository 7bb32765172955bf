"""The pages on which volunteers help along, and what everybody sees of it, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.database import committing, db
from app.discussions.models import Comment, Thread
from app.discussions.queries import ThreadView, get_comment, get_thread, list_comments
from app.discussions.services.joining import join
from app.discussions.services.moving import move_comment, move_thread
from app.discussions.services.prompting import prompt
from app.discussions.services.settling import mark_answered
from app.discussions.services.summarising import summarise
from app.policies.models import Policy
from app.policies.services.moving import set_phase
from app.suggestions.services.withdrawing import withdraw
from tests.builders.accounts import make_actor, sign_in
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_suggestion
from tests.checking_client import CheckingClient

CLAUSE, OTHER = "c3", "c4"  # 第二条 and 第三条 of the builders' text
LANGUAGES = ("en", "zh")


def text_of(client: CheckingClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


@pytest.fixture
def volunteer(client: CheckingClient) -> Actor:
    actor = make_actor(Role.VOLUNTEER)
    sign_in(client, actor)
    return actor


def threads(policy: Policy) -> tuple[ThreadView, ThreadView]:
    older = make_thread(policy, body="On removing", clause=CLAUSE, title="Removing")
    return older, make_thread(policy, body="On the start", clause=OTHER, title="The start")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_sees_what_volunteers_did(client: CheckingClient, language: str) -> None:
    policy, helper, asker = make_policy(), make_actor(Role.VOLUNTEER), make_actor()
    target, source = threads(policy)
    comment = make_reply(source, body="Removing takes too long.")
    double = make_thread(policy, asker, body="Why?", kind="question")
    summarise(target.id, "Three days or two.", actor=helper)
    prompt(source.first.id, "reason", actor=helper)
    move_comment(comment.id, target.id, actor=helper)
    move_thread(source.id, "", actor=helper)
    mark_answered(double.id, is_answered=True, actor=asker)
    join(double.id, target.id, actor=helper)
    db.session.commit()
    client.set_cookie("lang", language)
    for reader in (None, make_actor(), helper):
        if reader is not None:
            sign_in(client, reader)
        page = text_of(client, f"/threads/{target.id}")
        assert "Three days or two." in page
        assert helper.name in page
        assert "Removing takes too long." in page
        assert f'href="/threads/{double.id}"' in page
        assert f'href="/threads/{source.id}"' in page
        page = text_of(client, f"/threads/{source.id}")
        assert f'href="/comments/{comment.id}"' in page
        assert f'href="/comments/{source.first.id}"' in page
        assert f"/clauses/{OTHER}" in page
        page = text_of(client, f"/threads/{double.id}")
        assert f'href="/threads/{target.id}"' in page
        assert 'name="body"' not in page


def test_one_press_sends_a_prompt_and_leads_to_it(client: CheckingClient, volunteer: Actor) -> None:
    thread = make_thread(make_policy())
    path = f"/threads/{thread.id}"
    page = text_of(client, path)
    assert "Ask for a reason" in page
    assert "Thank for the first comment" in page
    form = {"comment": thread.first.id, "prompt": "reason"}
    answer = client.post_form(f"{path}/prompt", form, form=path)
    assert answer.status_code == 303
    assert "Could you say why?" in text_of(client, answer.location)
    twice = client.post_form(f"{path}/prompt", form, form=path)
    assert twice.location == answer.location
    with clock.frozen(clock.now() + timedelta(hours=1)):
        again = client.post_form(f"{path}/prompt", form, form=path)
    assert again.status_code == 422
    assert "within the last day" in again.get_data(as_text=True)


@pytest.mark.parametrize("comment", ["", "x", "-1", "٣", "9" * 30, "999"])
def test_a_prompt_about_no_comment_is_no_fault(
    client: CheckingClient, volunteer: Actor, comment: str
) -> None:
    path = f"/threads/{make_thread(make_policy()).id}"
    form = {"comment": comment, "prompt": "reason"}
    assert client.post_form(f"{path}/prompt", form, form=path).status_code == 404


def test_a_comment_that_was_moved_meanwhile_is_not_prompted_by_an_old_page(
    client: CheckingClient, volunteer: Actor
) -> None:
    target, source = threads(make_policy())
    comment = make_reply(source)
    path = f"/threads/{source.id}"
    token = client.get_token(path)
    move_comment(comment.id, target.id, actor=volunteer)
    db.session.commit()
    form = {"csrf_token": token, "comment": comment.id, "prompt": "reason"}
    assert client.post(f"{path}/prompt", data=form).status_code == 422
    assert len(list_comments(target.id, VISITOR)[0]) == 2


@pytest.mark.parametrize("role", [None, Role.RESIDENT, Role.OFFICER, Role.SUPERVISOR])
def test_others_are_offered_nothing_and_refused(client: CheckingClient, role: Role | None) -> None:
    thread, other = threads(make_policy())
    comment = make_reply(thread)
    if role is not None:
        sign_in(client, make_actor(role))
    page = text_of(client, f"/threads/{thread.id}")
    assert "Help along" not in page
    forms = {
        f"/threads/{thread.id}/prompt": {"comment": comment.id, "prompt": "reason"},
        f"/threads/{thread.id}/summary": {"body": "All said."},
        f"/threads/{thread.id}/join": {"target": other.id},
        f"/comments/{comment.id}/move": {"target": other.id},
        f"/threads/{thread.id}/answered": {},
    }
    token = client.get_token(f"/threads/{thread.id}") if role is not Role.SUPERVISOR else ""
    for path, form in forms.items():
        data = {"csrf_token": token, **form}
        assert client.post(path, data=data).status_code in ((400, 403) if not token else (403,))
        assert f'href="{path}"' not in page


def test_a_summary_is_written_changed_and_taken_away(
    client: CheckingClient, volunteer: Actor
) -> None:
    thread = make_thread(make_policy())
    path, here = f"/threads/{thread.id}/summary", f"/threads/{thread.id}"
    assert client.post_form(path, {"body": "Two days are asked for."}).location == here
    page = text_of(client, here)
    assert "Summary by a volunteer" in page
    assert "It is not an answer of the department." in page
    assert "Two days are asked for." in text_of(client, path)
    client.post_form(path, {"body": "Two or three days."})
    page = text_of(client, here)
    assert "Two or three days." in page
    assert "Two days are asked for." not in page
    client.post_form(path, {"body": "", "step": "remove"})
    assert "Summary by a volunteer" not in text_of(client, here)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "what the discussion comes down to"),
        ("字" * 1001, "1001 characters; at most 1000"),
        ("not\u202erequired", "changes the direction of reading"),
        ("keep\x00this", "NUL cannot be stored"),
    ],
)
def test_a_refused_summary_comes_back(
    client: CheckingClient, volunteer: Actor, words: str, sentence: str
) -> None:
    thread = make_thread(make_policy())
    answer = client.post_form(f"/threads/{thread.id}/summary", {"body": words})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert words.replace("\x00", "")[:500] in page


@pytest.mark.parametrize("path", ["threads/{thread}/summary", "threads/{thread}/join"])
def test_a_stale_form_comes_back_with_the_words(
    client: CheckingClient, volunteer: Actor, path: str
) -> None:
    thread = make_thread(make_policy())
    form = {"csrf_token": "old", "body": "Long thought about.", "address": "/threads/77"}
    answer = client.post("/" + path.format(thread=thread.id), data=form)
    assert answer.status_code == 400
    kept = "Long thought about." if "summary" in path else "/threads/77"
    assert kept in answer.get_data(as_text=True)


def test_a_thread_is_moved_to_its_article_and_back(
    client: CheckingClient, volunteer: Actor
) -> None:
    thread = make_thread(make_policy(), clause=CLAUSE)
    path, here = f"/comments/{thread.first.id}/move", f"/threads/{thread.id}"
    assert "第三条" in text_of(client, path)
    assert client.post_form(path, {"clause": OTHER}).location == here
    page = text_of(client, here)
    assert "It began on 第二条" in page
    assert get_thread(thread.id, VISITOR)[1].clause == OTHER
    assert "Move it back: 第二条" in text_of(client, path)
    client.post_form(path, {"clause": OTHER, "step": "back"})
    assert get_thread(thread.id, VISITOR)[1].clause == CLAUSE
    refused = client.post_form(path, {"clause": "c99"})
    assert refused.status_code == 422
    assert "There is no such article" in refused.get_data(as_text=True)


@pytest.mark.parametrize("way", ["chosen", "number", "path", "address"])
def test_a_reply_is_moved_to_a_thread_that_is_chosen_or_named(
    client: CheckingClient, volunteer: Actor, way: str
) -> None:
    target, source = threads(make_policy())
    comment = make_reply(source, body="Removing takes too long.")
    path = f"/comments/{comment.id}/move"
    assert "第二条 · Removing · 0 replies" in text_of(client, path)
    address = {
        "number": str(target.id),
        "path": f" /threads/{target.id}#reply",
        "address": f"http://localhost/threads/{target.id}?page=3#comment-9",
    }
    form = {"target": str(target.id)}
    if way != "chosen":
        form = {"target": "other", "address": address[way]}
    answer = client.post_form(path, form)
    assert answer.location == f"/threads/{target.id}#comment-{comment.id}"
    page = text_of(client, answer.location)
    assert "A volunteer moved this here on" in page
    assert client.get(f"/comments/{comment.id}").location == answer.location
    back = client.post_form(path, {"step": "back"})
    assert back.location == f"/threads/{source.id}#comment-{comment.id}"


def test_a_reply_becomes_a_discussion_and_a_reply_again(
    client: CheckingClient, volunteer: Actor
) -> None:
    _target, source = threads(make_policy())
    comment = make_reply(source, body="Something else.")
    path = f"/comments/{comment.id}/move"
    client.post_form(path, {"target": "new", "clause": CLAUSE})
    moved = get_comment(comment.id, VISITOR)
    assert moved.thread_id != source.id
    assert "Put it back where it was a reply" in text_of(client, path)
    client.post_form(path, {"step": "return"})
    assert get_comment(comment.id, VISITOR).thread_id == source.id


@pytest.mark.parametrize("address", ["", "x", "/policies/1", "threads/", "-1", "9" * 30, "999"])
@pytest.mark.parametrize("way", ["move", "join"])
def test_an_address_of_no_discussion_is_refused_beside_its_field(
    client: CheckingClient, volunteer: Actor, way: str, address: str
) -> None:
    _target, source = threads(make_policy())
    comment = make_reply(source)
    path = f"/comments/{comment.id}/move" if way == "move" else f"/threads/{source.id}/join"
    answer = client.post_form(path, {"target": "other", "address": address})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "There is no such discussion on this draft." in page
    assert f'value="{address}"' in page


def test_threads_are_joined_and_parted(client: CheckingClient, volunteer: Actor) -> None:
    policy = make_policy()
    target, double = threads(policy)
    path = f"/threads/{double.id}/join"
    client.post_form(path, {"target": str(target.id)})
    assert "Removing" in text_of(client, f"/threads/{double.id}")
    assert f'id="thread-{double.id}"' not in text_of(client, f"/policies/{policy.slug}/discussion")
    refused = client.post(
        f"/threads/{double.id}",
        data={"csrf_token": client.get_token(f"/threads/{target.id}"), "body": "Here, too?"},
    )
    assert refused.status_code == 422
    assert "Here, too?" in refused.get_data(as_text=True)
    client.post_form(path, {"step": "part"})
    assert f'id="thread-{double.id}"' in text_of(client, f"/policies/{policy.slug}/discussion")


@pytest.mark.parametrize("whose", ["own", "officer's"])
def test_the_forms_of_moving_are_refused_for_own_and_officers_words(
    client: CheckingClient, volunteer: Actor, whose: str
) -> None:
    author = volunteer if whose == "own" else make_actor(Role.OFFICER)
    thread = make_thread(make_policy(), author)
    for path in (f"/comments/{thread.first.id}/move", f"/threads/{thread.id}/join"):
        assert client.get(path).status_code == 403
        assert f'href="{path}"' not in text_of(client, f"/threads/{thread.id}")


def test_the_asker_marks_the_question_and_takes_it_back(client: CheckingClient) -> None:
    policy, asker = make_policy(), make_actor()
    thread = make_thread(policy, asker, kind="question", body="Why three?")
    sign_in(client, asker)
    path, listed = f"/threads/{thread.id}", f"/policies/{policy.slug}/discussion"
    assert "Why three?" in text_of(client, f"{listed}?questions=open")
    client.post_form(f"{path}/answered", form=path)
    for page in (path, listed):
        assert "The person who asked says: answered" in text_of(client, page)
    only = text_of(client, f"{listed}?questions=open")
    assert "Why three?" not in only
    assert "No question waits for an answer." in only
    client.post_form(f"{path}/answered", {"step": "undo"}, form=path)
    assert "Why three?" in text_of(client, f"{listed}?questions=open")


@pytest.mark.parametrize("odd", ["x", "OPEN", "", "open&questions=x"])
def test_an_odd_filter_of_questions_is_no_fault(client: CheckingClient, odd: str) -> None:
    policy = make_policy()
    make_thread(policy)
    assert client.get(f"/policies/{policy.slug}/discussion?questions={odd}").status_code == 200


def test_pages_of_open_questions_stay_with_the_filter(client: CheckingClient) -> None:
    policy = make_policy()
    for number in range(51):
        make_thread(policy, body=f"Question {number}?", kind="question")
    page = text_of(client, f"/policies/{policy.slug}/discussion?questions=open")
    assert "questions=open&amp;page=" in page


@pytest.mark.parametrize("state", ["hidden", "locked", "taken back"])
def test_no_form_stands_where_nobody_replies_and_refused_words_come_back(
    client: CheckingClient, state: str
) -> None:
    policy, author = make_policy(), make_actor()
    thread = make_thread(policy, author)
    make_reply(thread)
    sign_in(client, make_actor())
    path = f"/threads/{thread.id}"
    token = client.get_token(path)
    if state == "hidden":
        hide(thread.first)
    elif state == "locked":
        with committing():
            db.session.get_one(Thread, thread.id).locked_at = clock.now()
    else:
        withdraw(policy.slug, 1, actor=author)
        db.session.commit()
    answer = client.post(path, data={"csrf_token": token, "body": "May I still?"})
    assert answer.status_code == 422
    assert "May I still?" in answer.get_data(as_text=True)
    assert 'name="body"' not in text_of(client, path)


def test_no_reply_slips_under_a_suggestion_that_was_taken_back(client: CheckingClient) -> None:
    policy, author = make_policy(mode="reviewed"), make_actor()
    suggestion = make_suggestion(policy, CLAUSE, "第二条 两日。", author)
    sign_in(client, make_actor())
    first = client.post_form(
        f"/policies/{policy.slug}/suggestions/{suggestion.number}/reply", {"body": "Why two?"}
    )
    path = first.location.split("#")[0]
    token = client.get_token(path)
    withdraw(policy.slug, suggestion.number, actor=author)
    db.session.commit()
    answer = client.post(path, data={"csrf_token": token, "body": "By the side door"})
    assert answer.status_code == 422
    assert "By the side door" in answer.get_data(as_text=True)


def test_hidden_words_leave_through_no_page_of_moving(
    client: CheckingClient, volunteer: Actor
) -> None:
    target, source = threads(make_policy())
    comment = make_reply(source, body="A needle among the words")
    hide(comment)
    hide(make_thread(make_policy(title="Another"), body="A second needle").first)
    pages = [f"/comments/{comment.id}/move", f"/threads/{target.id}/join"]
    move_comment(comment.id, target.id, actor=volunteer)
    db.session.commit()
    pages += [f"/comments/{comment.id}/move", f"/threads/{target.id}", f"/threads/{source.id}"]
    for page in pages:
        assert "needle" not in text_of(client, page)


def test_words_that_wait_are_found_by_no_trace_or_permalink(client: CheckingClient) -> None:
    target, source = threads(make_policy())
    comment = make_reply(source, body="Not before eight")
    move_comment(comment.id, target.id, actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    with committing():
        row = db.session.get_one(Comment, comment.id)
        row.held_until = clock.now() + timedelta(hours=8)
    assert f"/comments/{comment.id}" not in text_of(client, f"/threads/{source.id}")
    assert client.get(f"/comments/{comment.id}").status_code == 404


def test_in_a_closed_phase_a_volunteer_only_sums_up(
    client: CheckingClient, volunteer: Actor
) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    thread, other = threads(policy)
    for phase in ("consultation", "response", "decision"):
        set_phase(policy.slug, phase, actor=officer)
        db.session.commit()
    page = text_of(client, f"/threads/{thread.id}")
    assert "Help along" not in page
    assert (
        client.post_form(f"/threads/{thread.id}/summary", {"body": "All said."}).status_code == 303
    )
    path = f"/threads/{thread.id}/join"
    assert client.post_form(path, {"target": str(other.id)}).status_code == 422
