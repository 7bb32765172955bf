"""What stands in the place of hidden words, to everybody and to the one who wrote them."""

from __future__ import annotations

import pytest

from app.access.actor import Actor, Role
from app.discussions.queries import CommentView
from app.moderation.rules import Kind
from tests.builders.accounts import make_actor, sign_in
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.moderation import make_report
from tests.builders.policies import make_policy
from tests.builders.suggestions import hide_suggestion, make_suggestion
from tests.checking_client import CheckingClient


def written() -> tuple[Actor, CommentView]:
    author = make_actor()
    return author, make_reply(make_thread(make_policy()), author, body="My words")


def page_of(client: CheckingClient, comment: CommentView) -> str:
    return client.get(f"/threads/{comment.thread_id}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Out of view since"), ("zh", "暂不显示，等待志愿者查看")],
)
def test_words_that_the_site_set_aside_wait_for_a_volunteer(
    client: CheckingClient, language: str, sentence: str
) -> None:
    author, comment = written()
    make_report(Kind.COMMENT, comment.id, "personal_data")
    client.set_cookie("lang", language)
    for reader in (None, author, make_actor(Role.VOLUNTEER)):
        if reader:
            sign_in(client, reader)
        page = page_of(client, comment)
        assert sentence in page
        assert "My words" not in page
        assert "/review" not in page  # nobody has decided anything yet
        assert "A reader reported" not in page


def test_only_the_one_who_wrote_it_is_led_to_a_review(client: CheckingClient) -> None:
    author, comment = written()
    done = hide(comment)
    link = f"/moderation/log/{done.id}/review"
    assert link not in page_of(client, comment)
    sign_in(client, make_actor())
    assert link not in page_of(client, comment)
    sign_in(client, author)
    assert link in page_of(client, comment)


def test_the_list_of_own_words_says_what_was_hidden_and_where_to_disagree(
    client: CheckingClient,
) -> None:
    policy, author = make_policy(mode="open"), make_actor()
    hidden, aside = (make_suggestion(policy, "c3", text, author) for text in ("One.", "Two."))
    hide_suggestion(hidden)
    make_report(Kind.SUGGESTION, aside.id, "personal_data")
    sign_in(client, author)
    page = client.get("/mine").get_data(as_text=True)
    assert f"Your comment {hidden.number} was hidden under" in page
    assert "Names a neighbour" in page
    assert page.count("/review") == 1
    assert f"Your comment {aside.number} is out of view until a volunteer has looked" in page


def test_hidden_words_can_be_asked_for_on_the_page_that_brings_them_back(
    client: CheckingClient,
) -> None:
    _author, comment = written()
    hide(comment)
    sign_in(client, make_actor(Role.VOLUNTEER))
    form = {"kind": "comment", "id": str(comment.id)}
    path = f"/moderation/comments/{comment.id}"
    assert "My words" not in client.get(path).get_data(as_text=True)
    answer = client.post_form("/moderation/words", form, form=path)
    assert "My words" in answer.get_data(as_text=True)
