"""Following, the page of notices, and the list of what one follows."""

from __future__ import annotations

from flask import Flask

from app.access.actor import Role
from tests.builders.accounts import make_actor, sign_in
from tests.builders.discussions import make_reply, make_thread
from tests.builders.notifications import deliver
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import make_suggestion
from tests.checking_client import CheckingClient


def test_who_follows_a_draft_reads_on_one_page_what_happened(
    app: Flask, client: CheckingClient
) -> None:
    owner, reader = make_actor(Role.OFFICER), make_actor()
    policy = make_policy(owner, mode="reviewed")
    sign_in(client, reader)
    path = f"/policies/{policy.slug}/follow"
    assert client.post_form(path, {"step": "follow"}).status_code == 303
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=owner, base=1, summary="longer")
    thread = make_thread(policy, body="Who counts the days?")
    make_reply(thread, owner, body="The operator does.")
    make_suggestion(policy, "c3", "第二条 七日。", base=2)
    deliver()
    page = client.get("/notices").get_data(as_text=True)
    for words in ("Version 2", "longer", "Who counts the days?", "The operator does."):
        assert words in page
