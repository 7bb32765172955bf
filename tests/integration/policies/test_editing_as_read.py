"""Editing in words as read: no mark to be typed, none lost, and raw Markdown for programs."""

from __future__ import annotations

import html
import re

import html5lib
import pytest
from flask import Flask

from app.access.actor import Actor, Role
from app.policies.models import Policy
from app.policies.queries import find_draft
from app.policies.versions import get_version
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import make_policy, save_text
from tests.checking_client import CheckingClient

LAW = """# 停放办法

## 第一章 总则

### 第一条 目的

为了规范停放，制定本办法。

### 第二条 时限

停放不超过三日，逾期移走。
"""
LAW_AS_READ = LAW.replace("### ", "").replace("## ", "").replace("# ", "")


def law_of(client: CheckingClient) -> tuple[Policy, Actor, str]:
    """A law with marks, its signed-in owner, and the address of its edit form."""
    owner = make_actor(Role.OFFICER)
    policy = make_policy(owner, text=LAW)
    sign_in(client, owner)
    return policy, owner, f"/policies/{policy.slug}/edit"


def form_of(page: str) -> dict[str, str]:
    """The fields of the edit form on a page, as a browser would send them."""
    root = html5lib.parse(page, namespaceHTMLElements=False)
    form = next(f for f in root.iter("form") if any(e.get("name") == "base" for e in f.iter()))
    fields = {e.get("name"): e.get("value") or "" for e in form.iter("input") if e.get("name")}
    area = next(form.iter("textarea"))
    return {**fields, "text": "".join(area.itertext()).removeprefix("\n")}


def test_the_form_shows_words_as_read_and_saving_them_keeps_the_marks(
    app: Flask, client: CheckingClient
) -> None:
    policy, _owner, address = law_of(client)
    form = form_of(client.get(address).text)
    assert (form["text"], form["marks"]) == (LAW_AS_READ, "hidden")
    words = form["text"].replace("三日", "两日").replace("时限", "停放时限")
    words += "\n第三条 施行\n\n自公布之日起施行。\n"
    # A browser sends CRLF, whatever it was given.
    form["text"] = words.replace("\n", "\r\n")
    assert client.post(address, data=form).status_code == 303
    assert get_version(policy.id, 2).text == (
        LAW.replace("三日", "两日").replace("时限", "停放时限")
        + "\n### 第三条 施行\n\n自公布之日起施行。\n"
    )


def test_words_sent_back_unchanged_make_no_version(app: Flask, client: CheckingClient) -> None:
    _policy, _owner, address = law_of(client)
    answer = client.post(address, data=form_of(client.get(address).text))
    assert "Nothing was different" in client.get(answer.location).text


def test_one_clause_is_shown_as_read_and_keeps_its_mark(app: Flask, client: CheckingClient) -> None:
    policy, _owner, address = law_of(client)
    clause = next(c for c in get_version(policy.id, 1).outline if c.label == "第二条")
    form = form_of(client.get(f"{address}?clause={clause.id}").text)
    assert form["text"] == "第二条 时限\n\n停放不超过三日，逾期移走。"
    form["text"] = "第二条 停放时限\n\n停放不超过两日，逾期移走。"
    assert client.post(address, data=form).status_code == 303
    saved = get_version(policy.id, 2)
    assert saved.text == LAW.replace("三日", "两日").replace("时限", "停放时限")
    assert [c.id for c in saved.outline] == [c.id for c in get_version(policy.id, 1).outline]


def test_a_request_without_the_field_is_markdown_to_the_letter(
    app: Flask, client: CheckingClient
) -> None:
    policy, _owner, address = law_of(client)
    edit = {"text": LAW_AS_READ, "summary": "no marks", "base": "1", "edit_token": "t"}
    assert client.post_form(address, edit).status_code == 303
    assert get_version(policy.id, 2).text == LAW_AS_READ


def test_marks_are_shown_to_those_who_ask_and_no_word_is_lost_on_the_way(
    app: Flask, client: CheckingClient
) -> None:
    policy, _owner, address = law_of(client)
    asked = form_of(client.get(f"{address}?marks=shown").text)
    assert (asked["text"], asked["marks"]) == (LAW, "")
    form = form_of(client.get(address).text)
    form["text"] = form["text"].replace("三日", "五日")
    shown = form_of(client.post(address, data={**form, "step": "marks"}).text)
    assert (shown["text"], shown["marks"]) == (LAW.replace("三日", "五日"), "")
    hidden = form_of(client.post(address, data={**shown, "step": "marks"}).text)
    assert (hidden["text"], hidden["marks"]) == (form["text"], "hidden")
    assert get_version(policy.id, 1).text == LAW


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "Show formatting marks"), ("zh", "显示格式符号")]
)
def test_the_button_for_marks_speaks_both_languages(
    app: Flask, client: CheckingClient, lang: str, words: str
) -> None:
    _policy, _owner, address = law_of(client)
    client.set_cookie("lang", lang)
    assert words in client.get(address).text


def test_the_preview_and_the_way_back_carry_the_words_as_typed(
    app: Flask, client: CheckingClient
) -> None:
    policy, _owner, address = law_of(client)
    form = form_of(client.get(address).text)
    form["text"] = form["text"].replace("三日", "五日")
    checked = client.post(address, data={**form, "step": "preview"})
    assert "<ins>五" in checked.text
    sent = form_of(checked.text)
    assert (sent["text"], sent["marks"]) == (form["text"], "hidden")
    back = form_of(client.post(address, data={**sent, "step": "edit"}).text)
    assert (back["text"], back["marks"]) == (form["text"], "hidden")
    assert client.post(address, data={**sent, "step": "save"}).status_code == 303
    assert get_version(policy.id, 2).text == LAW.replace("三日", "五日")


def test_a_kept_draft_is_stored_with_marks_and_comes_back_as_it_was_typed(
    app: Flask, client: CheckingClient
) -> None:
    policy, owner, address = law_of(client)
    form = form_of(client.get(address).text)
    form["text"] = form["text"].replace("三日", "五日") + "\n#### 附件\n"
    assert client.post(f"/policies/{policy.slug}/draft", data=form).status_code == 303
    draft = find_draft(policy.id, owner, "")
    assert draft is not None
    assert draft.text == LAW.replace("三日", "五日") + "\n#### 附件\n"
    again = form_of(client.get(address).text)
    assert (again["text"], again["marks"]) == (form["text"], "hidden")


def test_a_draft_whose_marks_were_taken_away_is_shown_with_marks(
    app: Flask, client: CheckingClient
) -> None:
    policy, _owner, address = law_of(client)
    form = form_of(client.get(f"{address}?marks=shown").text)
    form["text"] = LAW.replace("### 第一条", "第一条")
    client.post(f"/policies/{policy.slug}/draft", data=form)
    again = form_of(client.get(address).text)
    assert (again["text"], again["marks"]) == (form["text"], "")


def test_a_conflict_is_shown_in_words_as_read_and_saves_with_marks(
    app: Flask, client: CheckingClient
) -> None:
    policy, owner, address = law_of(client)
    form = form_of(client.get(address).text)
    save_text(policy.slug, LAW.replace("三日", "七日"), actor=owner, base=1)
    form["text"] = form["text"].replace("三日", "五日")
    answer = client.post(address, data=form)
    assert answer.status_code == 409
    panels = re.findall(r'<div class="panel-words"[^>]*>(.*?)</div>', answer.text, re.DOTALL)
    assert [html.unescape(words).split("\n")[0] for words in panels] == ["第二条 时限"] * 3
    again = form_of(answer.text)
    assert (again["text"], again["marks"], again["base"]) == (form["text"], "hidden", "2")
    assert client.post(address, data=again).status_code == 303
    assert get_version(policy.id, 3).text == LAW.replace("三日", "五日")


def test_a_joined_text_to_be_confirmed_is_shown_as_read(app: Flask, client: CheckingClient) -> None:
    policy, owner, address = law_of(client)
    article = "### 第三条 施行\n\n自公布之日起施行。\n"
    form = form_of(client.get(address).text)
    save_text(policy.slug, LAW + "\n" + article, actor=owner, base=1)
    form["text"] = form["text"].replace(
        "第一条 目的", "第三条 依据\n\n依法制定本办法。\n\n第一条 目的"
    )
    answer = client.post(address, data=form)
    assert answer.status_code == 409
    again = form_of(answer.text)
    assert again["marks"] == "hidden"
    assert "#" not in again["text"]
    assert client.post(address, data={**again, "step": "save"}).status_code == 303
    assert "### 第三条 依据\n" in get_version(policy.id, 3).text


def test_a_refused_summary_gives_the_words_back_as_typed(
    app: Flask, client: CheckingClient
) -> None:
    _policy, _owner, address = law_of(client)
    form = form_of(client.get(address).text)
    answer = client.post(address, data={**form, "summary": "x" * 501})
    assert answer.status_code == 422
    again = form_of(answer.text)
    assert (again["text"], again["marks"]) == (LAW_AS_READ, "hidden")


@pytest.mark.parametrize("base", ["0", "9", "99999999999", "x", ""])
def test_an_impossible_base_gives_a_sentence_and_the_words(
    app: Flask, client: CheckingClient, base: str
) -> None:
    _policy, _owner, address = law_of(client)
    form = form_of(client.get(address).text)
    answer = client.post(address, data={**form, "base": base, "step": "marks"})
    assert answer.status_code in (200, 422)
    assert form_of(answer.text)["text"] == LAW_AS_READ


def test_a_draft_typed_without_any_mark_has_its_articles_and_chapters(
    app: Flask, client: CheckingClient
) -> None:
    sign_in(client, make_actor(Role.OFFICER))
    form = {"title": "停放办法", "language": "zh-Hans", "kind": "policy", "text": LAW_AS_READ}
    answer = client.post_form("/policies/new", form)
    assert answer.status_code == 303
    page = client.get(f"{answer.location}/edit?clause=c4")
    assert form_of(page.text)["text"] == "第二条 时限\n\n停放不超过三日，逾期移走。"
