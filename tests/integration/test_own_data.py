"""Taking one's data along: everything that is one's own, nothing of others, nothing hidden."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from app import clock
from app.access.actor import Actor, Role
from app.database import committing, db
from app.discussions.models import Comment
from app.discussions.services.editing import edit_comment
from app.errors import TooMany
from app.home.services.packing import pack_own_data
from app.moderation.models import Flag, ModerationCase
from app.notifications.models import Notice, Watch
from app.policies.models import Draft, Policy
from app.suggestions.services.answering import NewAnswer, answer
from app.suggestions.services.keeping import keep_words
from app.suggestions.services.sending import Wanted
from tests.builders.accounts import make_actor, make_person, sign_in
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import hide_suggestion, make_suggestion
from tests.checking_client import CheckingClient


@pytest.fixture
def officer(app: Flask) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def policy(officer: Actor) -> Policy:
    return make_policy(officer, slug="bikes", mode="reviewed")


@pytest.fixture
def author(app: Flask) -> Actor:
    return make_actor(name="Lin Mei", email="lin@example.org")


def packed(actor: Actor) -> zipfile.ZipFile:
    file = io.BytesIO()
    pack_own_data(file, actor=actor)
    db.session.rollback()
    return zipfile.ZipFile(file)


def rows(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(archive.read(f"{name}.json"))
    table = list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode())))
    assert len(table) == len(found)
    return found


def test_every_table_holds_ones_own_rows(policy: Policy, author: Actor, officer: Actor) -> None:
    one = make_suggestion(policy, "c2", "第一条 其他的话。", author, reason="A quincunx.")
    thread = make_thread(policy, author, "A marzipan kerb.")
    make_reply(thread, officer, "Somebody else's words.")
    wrote = make_policy(make_actor(Role.OFFICER), slug="open", mode="open")
    save_text("open", f"{TEXT}\n第四条 新增。\n", actor=author, base=1, summary="a new article")
    now = clock.now()
    with committing():
        edit_comment(thread.first.id, "A marzipan kerb, 2 cm high.", actor=author)
        said = NewAnswer("explained", "Two hours are the fire brigade's rule.", "", (), None)
        answer(policy.slug, one.number, said, actor=officer)
        keep_words(policy.slug, Wanted(1, TEXT, "For later", token="t"), actor=author)
        mine = {"policy_id": policy.id, "person_id": author.person_id}
        db.session.add(Draft(**mine, clause="", base=1, text=TEXT, kept_at=now))
        db.session.add(Watch(**mine, since=now))
        db.session.add(Notice(**mine, kind="answered", once="answered:1", at=now))
        case = ModerationCase(kind="comment", object_id=1, rule="insult", opened_at=now)
        db.session.add(case)
        db.session.flush()
        db.session.add(Flag(case_id=case.id, rule="insult", words="Rude", by_id=author.id, at=now))
    archive = packed(author)
    assert rows(archive, "account")[0]["email"] == "lin@example.org"
    sent = rows(archive, "contributions")
    assert [row["words"] for row in sent] == ["A quincunx.", "A marzipan kerb, 2 cm high."]
    assert sent[0]["changes"] == "第一条 其他的话。"
    assert [row["reason"] for row in rows(archive, "answers")] == [said.reason]
    assert [row["words"] for row in rows(archive, "comments")] == ["A marzipan kerb, 2 cm high."]
    assert [row["words"] for row in rows(archive, "earlier_comments")] == ["A marzipan kerb."]
    assert [row["summary"] for row in rows(archive, "versions")] == ["a new article"]
    assert [row["reason"] for row in rows(archive, "kept_words")] == ["For later"]
    assert [row["text"] for row in rows(archive, "drafts")] == [TEXT]
    assert [row["policy"] for row in rows(archive, "follows")] == ["bikes"]
    assert [row["kind"] for row in rows(archive, "notices")] == ["answered"]
    assert [row["words"] for row in rows(archive, "flags")] == ["Rude"]
    assert wrote.slug == "open"


def test_hidden_words_are_left_out_with_rule_and_reason(policy: Policy, author: Actor) -> None:
    hide(make_thread(policy, author, "A marzipan kerb.").first)
    hide_suggestion(make_suggestion(policy, "c2", "第一条 quincunx。", author, reason="brimborion"))
    archive = packed(author)
    everything = "".join(archive.read(name).decode() for name in archive.namelist())
    for word in ("marzipan", "quincunx", "brimborion"):
        assert word not in everything
    for name in ("contributions", "comments"):
        for row in rows(archive, name):
            assert (row["hidden_rule"], row["words"]) == ("personal_data", "")
            assert row["hidden_reason"] == "Names a neighbour"


def test_cells_that_a_spreadsheet_would_run_are_words(policy: Policy, author: Actor) -> None:
    make_thread(policy, author, "=HYPERLINK(1)")
    archive = packed(author)
    assert ",'=HYPERLINK(1)," in archive.read("comments.csv").decode()
    assert rows(archive, "comments")[0]["words"] == "=HYPERLINK(1)"


def test_ten_thousand_comments_are_packed_in_portions(policy: Policy, author: Actor) -> None:
    thread = make_thread(policy, author)
    with committing():
        one = {
            "thread_id": thread.id, "author_id": author.person_id, "author_role": "resident",
            "body": "The kerb is high. " * 10, "salt": b"s", "posted_at": clock.now(),
        }  # fmt: skip
        db.session.execute(insert(Comment), [one] * 10_000)
    assert len(rows(packed(author), "comments")) == 10_001


def test_the_page_says_what_is_in_it_and_hands_it_over(client: CheckingClient) -> None:
    sign_in(client, make_person(public_id="p77"))
    assert "Download the archive" in client.get("/settings/data").text
    answer = client.post_form("/settings/data")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == "attachment; filename=p77.zip"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None


def test_a_suspended_person_takes_their_data_too(client: CheckingClient) -> None:
    sign_in(client, make_person(suspended_until=clock.now().replace(year=2100)))
    assert client.post_form("/settings/data").status_code == 200


def test_a_visitor_is_asked_to_sign_in(client: CheckingClient) -> None:
    assert client.get("/settings/data").status_code == 303


def test_packing_again_and_again_is_refused(app: Flask, author: Actor) -> None:
    for _ in range(6):
        packed(author)
    with pytest.raises(TooMany):
        packed(author)
