"""A text from Word is looked at, then goes on to the form of a draft."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.access.actor import Actor, Role
from app.database import db
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries import get_policy
from app.policies.services.moving import set_phase
from app.policies.versions import get_version
from app.text.clauses import cut
from app.text.word_numbering import han
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import make_policy
from tests.builders.word_files import paragraph, raw_word_file, word_file
from tests.checking_client import CheckingClient

LAW = ["停放管理办法", "第一章 总则", "第一条 为了规范停放。", "第二条 本办法自公布之日起施行。"]
HERE = "/policies/from-word"


@pytest.fixture
def officer(app: Flask) -> Actor:
    return make_actor(Role.OFFICER)


def sent(client: CheckingClient, path: str, data: bytes = b"", **fields: str) -> TestResponse:
    form: dict[str, Any] = dict(fields)
    if data:
        form["file"] = (BytesIO(data), "draft.docx")
    return client.post_form(path, form)


def fields_of(page: str) -> dict[str, str]:
    """What the form that goes on holds, hidden fields and the text."""
    main = page.partition("<main")[2]
    found = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', main))
    text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", main, re.DOTALL)
    assert text is not None
    return {name: unescape(value) for name, value in (*found.items(), ("text", text[1]))}


def test_a_file_is_looked_at_and_becomes_a_private_draft(
    client: CheckingClient, officer: Actor
) -> None:
    sign_in(client, officer)
    page = sent(client, HERE, word_file(LAW)).text
    assert "2 articles · 2 headings" in page
    assert "Nothing is saved yet, and nothing is public." in page
    assert "第一章 总则" in page
    assert "第一条 – 第二条" in page
    new = client.post("/policies/new", data={**fields_of(page), "step": "fill"})
    assert new.status_code == 200
    assert 'value="停放管理办法"' in new.text
    assert re.search(r'value="private" checked', new.text)
    assert db.session.scalar(select(func.count(Policy.id))) == 0
    done = client.post_form("/policies/new", fields_of(page))
    assert done.status_code == 303
    db.session.rollback()
    policy = db.session.scalars(select(Policy)).one()
    assert not policy.is_public
    assert [one.label for one in get_version(policy.id, 1).outline][-2:] == ["第一条", "第二条"]


def test_a_pasted_text_is_looked_at_the_same_way(client: CheckingClient, officer: Actor) -> None:
    sign_in(client, officer)
    pasted = sent(client, HERE, text="\r\n".join(LAW)).text
    assert fields_of(pasted)["text"] == fields_of(sent(client, HERE, word_file(LAW)).text)["text"]


def test_what_was_not_understood_is_named(client: CheckingClient, officer: Actor) -> None:
    sign_in(client, officer)
    body = paragraph("第一条 甲") + paragraph("第三条 乙") + "<w:p><w:r><w:drawing/></w:r></w:p>"
    page = sent(client, HERE, raw_word_file(body)).text
    assert "Pictures and drawings, left out: 1." in page
    assert "After 第一条 comes 第三条." in page


def test_a_text_without_articles_says_so(client: CheckingClient, officer: Actor) -> None:
    sign_in(client, officer)
    assert "No article was found." in sent(client, HERE, text="办法\n说明文字。").text


@pytest.mark.parametrize(
    ("data", "text", "said"),
    [
        (b"", "", "Please choose a Word file, or paste the text."),
        (b"%PDF-1.7", "", "This is a PDF."),
        (b"PK\x03\x04 broken", "", "The file is damaged"),
        (raw_word_file("", {"word/vbaProject.bin": b"x"}), "", "The file holds macros."),
        (b"", "第一条 e" + "\u0301" * 40, "accents on one letter"),
    ],
)
def test_what_cannot_be_read_is_refused_on_the_page(
    client: CheckingClient, officer: Actor, data: bytes, text: str, said: str
) -> None:
    sign_in(client, officer)
    answer = sent(client, HERE, data, text=text)
    assert answer.status_code == 422
    assert said in answer.text
    assert "<h1>A draft from Word</h1>" in answer.text


def test_a_law_of_1300_articles_goes_all_the_way(client: CheckingClient, officer: Actor) -> None:
    sign_in(client, officer)
    client.strict = False
    lines = ["民事办法"]
    for number in range(1, 1301):
        lines += [f"第{han(number)}条 第{number}处停放，按照规定办理。", f"（一）甲{number}；"]
    page = sent(client, HERE, word_file(lines)).text
    assert "1300 articles" in page
    form = fields_of(page)
    client.post("/policies/new", data={**form, "step": "fill"})
    assert client.post_form("/policies/new", form).status_code == 303
    db.session.rollback()
    policy = db.session.scalars(select(Policy)).one()
    stored = get_version(policy.id, 1).outline
    assert [one.hash for one in stored] == [one.hash for one in cut(form["text"])]


def test_only_officers_begin_a_draft_from_word(client: CheckingClient, app: Flask) -> None:
    assert client.get(HERE).status_code == 303
    sign_in(client, make_actor(Role.RESIDENT))
    assert client.get(HERE).status_code == 403
    assert client.post(HERE, data={"text": "第一条 甲"}).status_code == 403


def test_the_text_of_a_draft_is_replaced_like_any_edit(
    client: CheckingClient, officer: Actor
) -> None:
    policy = make_policy(officer, slug="bicycles", is_public=False)
    sign_in(client, officer)
    assert 'href="/policies/bicycles/from-word"' in client.get("/policies/bicycles/edit").text
    page = sent(client, "/policies/bicycles/from-word", word_file(LAW)).text
    form = fields_of(page)
    edit = client.post_form(
        "/policies/bicycles/edit", {**form, "step": "edit"}, form="/policies/bicycles/edit"
    )
    assert edit.status_code == 200
    assert "第一章 总则" in edit.text
    assert 'value="Text taken over from Word"' in edit.text
    assert get_policy("bicycles", officer).head_number == 1
    saved = client.post_form("/policies/bicycles/edit", {**form, "step": "save"})
    assert saved.status_code == 303
    db.session.rollback()
    head = get_version(policy.id, 2)
    assert head.text == form["text"]


def test_a_text_that_is_not_being_written_is_not_replaced(
    client: CheckingClient, officer: Actor
) -> None:
    make_policy(officer, slug="bicycles")
    set_phase("bicycles", Phase.CONSULTATION, actor=officer)
    db.session.commit()
    sign_in(client, officer)
    assert client.get("/policies/bicycles/from-word").status_code == 422
    sign_in(client, make_actor(Role.OFFICER))
    assert client.get("/policies/bicycles/from-word").status_code == 403


def test_no_policy_takes_the_address(client: CheckingClient, officer: Actor) -> None:
    policy = make_policy(officer, title="From word", language="en")
    assert policy.slug != "from-word"
