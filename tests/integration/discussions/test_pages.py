"""The pages of discussions, as visitors, residents and officers get them in both languages."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import event

from app.access.actor import Actor, Confirmation, Role
from app.database import db
from app.discussions.queries import list_comments
from app.policies.models import Policy
from app.policies.services.creating import rename
from app.policies.services.moving import set_phase
from app.policies.services.publishing import make_private
from tests.builders.accounts import make_actor, sign_in
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.policies import TEXT, make_policy, save_text
from tests.checking_client import CheckingClient

CLAUSE = "c3"  # 第二条 of the builders' text
LANGUAGES = ("en", "zh")


def speak(client: CheckingClient, language: str) -> None:
    client.set_cookie("lang", language)


def text_of(client: CheckingClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_renders_for_visitor_and_author(client: CheckingClient, language: str) -> None:
    policy, author = make_policy(), make_actor()
    thread = make_thread(policy, author, clause=CLAUSE, kind="objection", title="Too long")
    make_reply(thread)
    speak(client, language)
    base = f"/policies/{policy.slug}/discussion"
    paths = [base, f"{base}?clause={CLAUSE}", f"/threads/{thread.id}"]
    comment = f"/threads/{thread.id}/comments/{thread.first.id}"
    for path in [*paths, f"{comment}/earlier"]:
        page = text_of(client, path)
        assert "csrf_token" not in page
        assert "Three days are too long." in page
    sign_in(client, author)
    for path in [*paths, f"{comment}/edit"]:
        assert "csrf_token" in text_of(client, path)
    assert f"{comment}/edit" in text_of(client, f"/threads/{thread.id}")
    assert f'href="/threads/{thread.id}"' in text_of(client, base)


def test_a_visitor_is_led_to_sign_in_and_back(client: CheckingClient) -> None:
    policy = make_policy()
    page = text_of(client, f"/policies/{policy.slug}/discussion?clause={CLAUSE}")
    assert re.search(r'href="/account/sign-in\?next=[^"]*discussion', page)


def test_the_clause_page_shows_its_threads(client: CheckingClient) -> None:
    policy = make_policy()
    make_thread(policy, body="Said of the second article", clause=CLAUSE)
    make_thread(policy, body="Said of the whole draft")
    page = text_of(client, f"/policies/{policy.slug}/clauses/{CLAUSE}")
    assert "Said of the second article" in page
    assert "Said of the whole draft" not in page


def test_a_resident_comments_on_a_clause_through_the_form(client: CheckingClient) -> None:
    policy = make_policy()
    sign_in(client, make_actor())
    path = f"/policies/{policy.slug}/discussion?clause={CLAUSE}"
    answer = client.post_form(
        path, {"body": "Two days would do.", "kind": "question", "title": "", "clause": CLAUSE}
    )
    assert answer.status_code == 303
    page = text_of(client, answer.location)
    assert "Two days would do." in page
    assert "共享自行车连续停放超过三日无人使用的" in page, "the quote of the clause"
    assert "Received. Thank you." in page
    assert "1 comment" in text_of(client, f"/policies/{policy.slug}")


def test_a_visitors_page_is_new_after_every_change(app: Flask, client: CheckingClient) -> None:
    policy = make_policy()
    discussion = f"/policies/{policy.slug}/discussion"
    assert "No comment so far." in text_of(client, discussion)
    thread = make_thread(policy)
    assert "0 replies" in text_of(client, discussion)
    path = f"/threads/{thread.id}"
    assert "I see it too." not in text_of(client, path)
    make_reply(thread)
    assert "I see it too." in text_of(client, path)
    assert "1 reply" in text_of(client, discussion)


def test_sending_a_form_twice_makes_one_comment_and_leads_to_it(client: CheckingClient) -> None:
    policy = make_policy()
    sign_in(client, make_actor())
    form = {"body": "Once is enough.", "kind": "comment"}
    path = f"/policies/{policy.slug}/discussion"
    first, second = client.post_form(path, form), client.post_form(path, form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    reply = {"body": "And once more."}
    locations = {client.post_form(first.location, reply).location for _ in range(2)}
    assert len(locations) == 1
    thread_id = int(first.location.rsplit("/", 1)[1])
    comments, _next = list_comments(thread_id, make_actor())
    assert [comment.body for comment in comments] == ["Once is enough.", "And once more."]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "Please write something"),
        ("keep\x00this", "the character NUL cannot be stored"),
        ("keep\u202ethis", "changes the direction of reading"),
        ("keep\u200bthis", "cannot be seen"),
        ("keep this " * 100_000, "at most 20000 are possible"),
    ],
)
def test_refused_words_come_back_with_the_reason(
    client: CheckingClient, body: str, sentence: str
) -> None:
    policy, actor = make_policy(), make_actor()
    thread = make_thread(policy)
    sign_in(client, actor)
    comment = make_reply(thread, actor)
    for path in (
        f"/policies/{policy.slug}/discussion",
        f"/threads/{thread.id}",
        f"/threads/{thread.id}/comments/{comment.id}/edit",
    ):
        answer = client.post_form(path, {"body": body})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422, path
        assert sentence in page
        assert body.replace("\x00", "")[:1000] in page


def test_a_stale_form_gives_the_words_back_and_can_be_sent_again(client: CheckingClient) -> None:
    policy = make_policy()
    sign_in(client, make_actor())
    path = f"/policies/{policy.slug}/discussion"
    answer = client.post(path, data={"csrf_token": "old", "body": "Long thought about."})
    assert answer.status_code == 400
    assert "Long thought about." in answer.get_data(as_text=True)
    assert client.post_form(path, {"body": "Long thought about."}).status_code == 303


def test_a_clause_that_went_meanwhile_gives_the_words_back_for_the_whole_draft(
    client: CheckingClient,
) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    sign_in(client, make_actor())
    path = f"/policies/{policy.slug}/discussion"
    token = client.get_token(f"{path}?clause={CLAUSE}")
    without = TEXT.replace(
        "第二条 共享自行车连续停放超过三日无人使用的，运营企业应当在二十四小时内移走。\n\n", ""
    )
    save_text(policy.slug, without, actor=officer, base=1)
    form = {"csrf_token": token, "body": "Two days.", "clause": CLAUSE}
    answer = client.post(f"{path}?clause={CLAUSE}", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "This article is no longer in the text." in page
    assert "Two days." in page
    assert 'name="clause" value=""' in page
    assert client.post(path, data={**form, "clause": ""}).status_code == 303


def test_a_closed_phase_refuses_words_and_gives_them_back(client: CheckingClient) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    sign_in(client, make_actor())
    path = f"/policies/{policy.slug}/discussion"
    token = client.get_token(path)
    for phase in ("consultation", "response", "decision"):
        set_phase(policy.slug, phase, actor=officer)
        db.session.commit()
    answer = client.post(path, data={"csrf_token": token, "body": "Too late?"})
    assert answer.status_code == 422
    assert "This page is closed for comment." in answer.get_data(as_text=True)
    assert "Too late?" in answer.get_data(as_text=True)
    assert "csrf_token" not in text_of(client, path).split('id="new"')[1]


def test_a_draft_made_private_meanwhile_gives_the_words_back(client: CheckingClient) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    sign_in(client, make_actor())
    path = f"/policies/{policy.slug}/discussion"
    token = client.get_token(path)
    make_private(policy.slug, actor=officer)
    db.session.commit()
    answer = client.post(path, data={"csrf_token": token, "body": "Said too late"})
    assert answer.status_code == 404
    assert "Said too late" in answer.get_data(as_text=True)


def test_a_thread_without_title_is_called_by_its_author(client: CheckingClient) -> None:
    policy = make_policy()
    thread = make_thread(policy, make_actor(name="Resident 0815"), kind="question")
    for path in (f"/policies/{policy.slug}/discussion", f"/threads/{thread.id}"):
        assert "Question by Resident 0815" in text_of(client, path)
    hide(thread.first)
    assert "by Resident 0815" not in text_of(client, f"/threads/{thread.id}")


def test_a_visitor_who_posts_gets_403_with_the_words(client: CheckingClient) -> None:
    policy = make_policy()
    sign_in(client, make_actor())
    token = client.get_token(f"/policies/{policy.slug}/discussion")
    with client.session_transaction() as session:
        session.pop("_user_id")
    answer = client.post(
        f"/policies/{policy.slug}/discussion", data={"csrf_token": token, "body": "Signed out"}
    )
    assert answer.status_code == 403
    assert "Signed out" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "path",
    [
        "/policies/{slug}/discussion?clause=c99",
        "/policies/{slug}/discussion?clause=%00",
        "/policies/{slug}/discussion?clause=" + "c" * 5000,
        "/policies/none/discussion",
        "/threads/999",
        "/threads/99999999999999999999",
        "/threads/{thread}/comments/999/earlier",
        "/threads/{thread}/comments/99999999999999999999/earlier",
        "/threads/{thread}/comments/{elsewhere}/earlier",
    ],
)
def test_what_does_not_exist_is_absent_and_never_a_fault(client: CheckingClient, path: str) -> None:
    policy = make_policy()
    thread, other = make_thread(policy), make_thread(policy)
    values = {"slug": policy.slug, "thread": thread.id, "elsewhere": other.first.id}
    assert client.get(path.format(**values)).status_code == 404


@pytest.mark.parametrize("query", ["page=x", "page=-1", "page=9e9", "page[]=1", "page=" + "9" * 40])
def test_odd_query_parameters_are_no_fault(client: CheckingClient, query: str) -> None:
    policy = make_policy()
    thread = make_thread(policy)
    assert client.get(f"/policies/{policy.slug}/discussion?{query}").status_code == 200
    assert client.get(f"/threads/{thread.id}?{query}").status_code == 200


def test_a_renamed_policy_keeps_its_discussion_address(client: CheckingClient) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    old = policy.slug
    rename(old, title="新名", new_slug="new-name", actor=officer)
    db.session.commit()
    answer = client.get(f"/policies/{old}/discussion?clause={CLAUSE}")
    assert answer.status_code == 301
    assert answer.location.endswith(f"/policies/new-name/discussion?clause={CLAUSE}")


def test_own_words_are_changed_and_the_earlier_ones_stay_readable(client: CheckingClient) -> None:
    author = make_actor()
    thread = make_thread(make_policy(), author, body="First wording")
    path = f"/threads/{thread.id}/comments/{thread.first.id}"
    sign_in(client, author)
    assert client.post_form(f"{path}/edit", {"body": "Second wording"}).status_code == 303
    page = text_of(client, f"/threads/{thread.id}")
    assert "Second wording" in page
    assert "First wording" not in page
    assert "Changed by its writer" in page
    assert "First wording" in text_of(client, f"{path}/earlier")


def test_others_words_cannot_be_changed(client: CheckingClient) -> None:
    thread = make_thread(make_policy())
    sign_in(client, make_actor())
    path = f"/threads/{thread.id}/comments/{thread.first.id}/edit"
    assert client.get(path).status_code == 403
    token = client.get_token(f"/threads/{thread.id}")
    assert client.post(path, data={"csrf_token": token, "body": "Mine now"}).status_code == 403


def test_only_the_person_who_objected_closes_the_objection(client: CheckingClient) -> None:
    author = make_actor()
    thread = make_thread(make_policy(), author, kind="objection", clause=CLAUSE)
    path = f"/threads/{thread.id}"
    sign_in(client, make_actor())
    refused = client.post(f"{path}/close", data={"csrf_token": client.get_token(path)})
    assert refused.status_code == 403
    sign_in(client, author)
    assert client.post_form(f"{path}/close", form=path).status_code == 303
    page = text_of(client, path)
    assert "Closed by the person who objected" in page
    again = client.post(path, data={"csrf_token": client.get_token(path), "body": "One more"})
    assert again.status_code == 422
    assert "One more" in again.get_data(as_text=True)


def unconfirmed() -> Actor:
    return make_actor(confirmation=Confirmation.NONE)


def test_words_of_an_unconfirmed_person_are_shown_to_their_author_alone(
    client: CheckingClient,
) -> None:
    policy, author = make_policy(), unconfirmed()
    thread = make_thread(policy, author, body="Not yet confirmed", clause=CLAUSE)
    discussion, path = f"/policies/{policy.slug}/discussion", f"/threads/{thread.id}"
    sign_in(client, author)
    sentence = "Others see this once you have confirmed your address."
    for page in (text_of(client, discussion), text_of(client, path)):
        assert "Not yet confirmed" in page
        assert sentence in page
    for reader in (Role.RESIDENT, Role.VOLUNTEER, Role.OFFICER, Role.ADMINISTRATOR):
        sign_in(client, make_actor(reader))
        assert "Not yet confirmed" not in text_of(client, discussion)
        assert client.get(path).status_code == 404
        assert "1 comment" not in text_of(client, f"/policies/{policy.slug}")


def count_selects(client: CheckingClient, path: str) -> int:
    statements: list[str] = []

    def listen(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        text_of(client, path)
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    return sum(statement.lstrip().startswith("SELECT") for statement in statements)


def filled(policy: Policy, threads: int) -> int:
    for number in range(threads):
        thread = make_thread(policy, body=f"Thread {number}", clause=CLAUSE)
        for reply in range(threads):
            make_reply(thread, body=f"Reply {reply}")
    return thread.id


def test_the_number_of_selects_does_not_grow_with_the_list(client: CheckingClient) -> None:
    small, large = make_policy(title="Small"), make_policy(title="Large")
    threads = filled(small, 1), filled(large, 4)
    sign_in(client, make_actor(Role.VOLUNTEER))
    for pattern in (
        "/policies/{0.slug}/discussion",
        "/policies/{0.slug}/clauses/c3",
        "/threads/{1}",
    ):
        first, second = (
            count_selects(client, pattern.format(policy, thread))
            for policy, thread in zip((small, large), threads, strict=True)
        )
        assert first == second, pattern


def test_long_threads_and_lists_come_in_pages(client: CheckingClient) -> None:
    policy = make_policy()
    thread = make_thread(policy, body="The oldest")
    for number in range(51):
        make_reply(thread, body=f"Reply number {number}.")
    for number in range(50):
        make_thread(policy, body=f"Thread number {number}.")
    first = text_of(client, f"/policies/{policy.slug}/discussion")
    assert "The oldest" not in first
    assert "The oldest" in text_of(client, link(first, "Older"))
    page = text_of(client, f"/threads/{thread.id}")
    assert "Reply number 48." in page
    assert "Reply number 49." not in page
    later = text_of(client, link(page, "Later replies"))
    assert "Reply number 49." in later
    assert "Reply number 48." not in later


def link(page: str, words: str) -> str:
    found = re.search(rf'href="([^"]+)">{words}', page)
    assert found, words
    return found[1].replace("&amp;", "&")


def test_a_reply_leads_to_its_own_page_of_a_long_thread(client: CheckingClient) -> None:
    thread = make_thread(make_policy())
    for number in range(50):
        make_reply(thread, body=f"Reply number {number}.")
    sign_in(client, make_actor())
    answer = client.post_form(f"/threads/{thread.id}", {"body": "The very last one"})
    assert "The very last one" in text_of(client, answer.location)
