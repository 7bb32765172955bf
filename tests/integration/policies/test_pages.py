"""The pages of a policy through a browser without JavaScript."""

from __future__ import annotations

import pytest
from flask import Flask

from app.access.actor import Role
from app.database import db
from app.policies.models import Policy
from app.policies.queries import find_draft
from app.policies.services.noting import write_note
from app.policies.services.saving import Edit, save_edit
from app.policies.versions import get_version
from app.text.policyfile import Note
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import TEXT, make_policy, save_text
from tests.checking_client import CheckingClient, token_of

PAGES = ["", "/history", "/revisions/1", "/revisions/2", "/compare/1...2", "/clauses/c3",
         "/clauses/c3/history", "/consensus", "/discussion"]  # fmt: skip


def edited_policy() -> tuple[Policy, object]:
    owner = make_actor(Role.OFFICER)
    policy = make_policy(owner)
    save_text(policy.slug, TEXT.replace("三日", "两日"), actor=owner, base=1, summary="shorter")
    return policy, owner


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_reads_every_page_in_both_languages(
    app: Flask, client: CheckingClient, path: str, lang: str
) -> None:
    policy, _owner = edited_policy()
    client.set_cookie("lang", lang)
    answer = client.get(f"/policies/{policy.slug}{path}")
    assert answer.status_code == 200
    assert f'<html lang="{"zh-Hans" if lang == "zh" else "en"}"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_page_is_kept_for_visitors_and_renewed_by_a_save(
    app: Flask, client: CheckingClient
) -> None:
    policy, owner = edited_policy()
    first = client.get(f"/policies/{policy.slug}")
    again = client.get(f"/policies/{policy.slug}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    save_text(policy.slug, TEXT, actor=owner, base=2)  # type: ignore[arg-type]
    renewed = client.get(
        f"/policies/{policy.slug}", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert renewed.status_code == 200
    assert "三日" in renewed.text


def test_an_officer_writes_checks_and_saves(app: Flask, client: CheckingClient) -> None:
    sign_in(client, make_actor(Role.OFFICER))
    form = {
        "title": "Quiet hours", "language": "en", "kind": "policy", "department": "Parks",
        "text": "Article 1. Quiet begins at ten.\n", "summary": "start", "visibility": "private",
    }  # fmt: skip
    answer = client.post_form("/policies/new", form)
    assert (answer.status_code, answer.location) == (303, "/policies/quiet-hours")
    edit = {"text": "Article 1. Quiet begins at eleven.\n", "summary": "later", "base": "1"}
    check = client.post_form("/policies/quiet-hours/edit", {**edit, "step": "preview"})
    assert check.status_code == 200
    assert "<ins>eleven" in check.text
    saved = client.post_form("/policies/quiet-hours/edit", {**edit, "edit_token": "t"})
    assert saved.status_code == 303
    assert "eleven" in client.get("/policies/quiet-hours/revisions/2/raw").text


def test_a_request_without_visibility_stays_public(app: Flask, client: CheckingClient) -> None:
    sign_in(client, make_actor(Role.OFFICER))
    form = {"title": "Open", "language": "en", "kind": "policy", "text": "Words.\n", "summary": ""}
    assert client.post_form("/policies/new", form).status_code == 303
    assert app.test_client().get("/policies/open").status_code == 200


def test_the_page_of_a_new_draft_offers_private(app: Flask, client: CheckingClient) -> None:
    sign_in(client, make_actor(Role.OFFICER))
    page = client.get("/policies/new").text
    assert 'value="private" checked' in page
    assert 'value="public" checked' not in page


def test_a_resident_is_told_why_they_cannot_start_a_draft(
    app: Flask, client: CheckingClient
) -> None:
    sign_in(client, make_actor())
    answer = client.get("/policies/new")
    assert answer.status_code == 403
    assert "Only officers of a department start a new draft." in answer.text


def test_a_visitor_is_sent_to_sign_in_and_back(app: Flask, client: CheckingClient) -> None:
    answer = client.get("/policies/new")
    assert answer.status_code == 303
    assert answer.location == "/account/sign-in?next=/policies/new"


def test_two_wordings_of_one_article_are_shown_side_by_side(
    app: Flask, client: CheckingClient
) -> None:
    policy, owner = edited_policy()
    sign_in(client, owner)  # type: ignore[arg-type]
    mine = TEXT.replace("三日", "五日")
    answer = client.post_form(
        f"/policies/{policy.slug}/edit", {"text": mine, "summary": "five", "base": "1"}
    )
    assert answer.status_code == 409
    assert "两日" in answer.text
    assert "五日" in answer.text
    again = client.post(
        f"/policies/{policy.slug}/edit",
        data={"text": mine, "summary": "five", "base": "2", "csrf_token": token_of(answer.text)},
    )
    assert again.status_code == 303
    assert get_version(policy.id, 3).text == mine


def test_a_refused_save_keeps_the_words_as_a_draft(app: Flask, client: CheckingClient) -> None:
    policy, owner = edited_policy()
    sign_in(client, owner)  # type: ignore[arg-type]
    mine = TEXT.replace("三日", "五日")
    client.post_form(f"/policies/{policy.slug}/edit", {"text": mine, "summary": "x", "base": "1"})
    draft = find_draft(policy.id, owner)  # type: ignore[arg-type]
    assert draft is not None
    assert draft.text == mine
    assert "五日" in client.get(f"/policies/{policy.slug}/edit").text


def test_a_stale_token_gives_the_same_page_a_fresh_token_and_the_words(
    app: Flask, client: CheckingClient
) -> None:
    policy, owner = edited_policy()
    sign_in(client, owner)  # type: ignore[arg-type]
    data = {"text": "第一条 我的话。", "summary": "mine", "base": "2", "csrf_token": "stale"}
    answer = client.post(f"/policies/{policy.slug}/edit", data=data)
    assert answer.status_code == 400
    assert "第一条 我的话。" in answer.text
    assert token_of(answer.text) not in ("", "stale")


def test_the_words_come_back_when_the_session_has_ended(app: Flask, client: CheckingClient) -> None:
    policy, _owner = edited_policy()
    data = {"text": "第一条 我的话。", "summary": "mine", "base": "2"}
    answer = client.post(f"/policies/{policy.slug}/edit", data=data)
    assert answer.status_code == 403
    assert "第一条 我的话。" in answer.text


@pytest.mark.parametrize(
    ("text", "status"),
    [("a\x00b", 422), ("a\u202eb", 422), ("a\u200bb", 422), ("x" * 1_100_000, 413)],
    ids=["nul", "bidi", "zero-width", "too-large"],
)
def test_text_that_cannot_be_taken_is_refused_with_the_place_and_given_back(
    app: Flask, client: CheckingClient, text: str, status: int
) -> None:
    policy, owner = edited_policy()
    sign_in(client, owner)  # type: ignore[arg-type]
    answer = client.post_form(
        f"/policies/{policy.slug}/edit", {"text": text, "summary": "x", "base": "2"}
    )
    assert answer.status_code == status
    assert "field-error" in answer.text
    assert get_version(policy.id, 2).text.startswith("# 停放办法")


@pytest.mark.parametrize("base", ["0", "99", "-1", "abc", "", "99999999999999999999"])
def test_odd_bases_are_refused_and_never_crash(
    app: Flask, client: CheckingClient, base: str
) -> None:
    policy, owner = edited_policy()
    sign_in(client, owner)  # type: ignore[arg-type]
    answer = client.post_form(
        f"/policies/{policy.slug}/edit", {"text": "mine", "summary": "x", "base": base}
    )
    assert answer.status_code == 422
    assert "mine" in answer.text


@pytest.mark.parametrize(
    "path",
    ["/compare/1...x", "/compare/...", "/compare/1", "/compare/1...999", "/revisions/0",
     "/revisions/99999999999", "/clauses/c99", "/clauses/%00", "/history?page=-1",
     "/history?page[]=1", "/history?page=9999999999999999", "/compare?from=x&to=%00"],
)  # fmt: skip
def test_odd_addresses_are_never_a_crash(app: Flask, client: CheckingClient, path: str) -> None:
    policy, _owner = edited_policy()
    assert client.get(f"/policies/{policy.slug}{path}").status_code in (200, 303, 404)


def test_a_gone_clause_keeps_its_page_and_says_so(app: Flask, client: CheckingClient) -> None:
    policy, owner = edited_policy()
    save_edit(policy.slug, Edit(2, "", "out", clause="c3"), actor=owner)  # type: ignore[arg-type]
    db.session.commit()
    answer = client.get(f"/policies/{policy.slug}/clauses/c3")
    assert answer.status_code == 200
    assert "This article is no longer in the draft." in answer.text


def test_a_clause_keeps_its_page_when_the_law_is_renumbered(
    app: Flask, client: CheckingClient
) -> None:
    policy, owner = edited_policy()
    text = get_version(policy.id, 2).text
    renumbered = text.replace("第三条", "第四条").replace("第二条", "第三条")
    renumbered = renumbered.replace("\n第三条", "\n第二条 停放应当有序。\n\n第三条", 1)
    save_text(policy.slug, renumbered, actor=owner, base=2)  # type: ignore[arg-type]
    page = client.get(f"/policies/{policy.slug}/clauses/c3").text
    assert "第三条" in page
    assert "两日" in page


def test_plain_words_are_marked_stale_when_the_article_changed(
    app: Flask, client: CheckingClient
) -> None:
    policy, owner = edited_policy()
    write_note(policy.slug, "c3", Note(plain="停两天就挪走"), actor=owner)  # type: ignore[arg-type]
    db.session.commit()
    path = f"/policies/{policy.slug}/clauses/c3"
    stale = "This summary was written for an earlier wording."
    assert "停两天就挪走" in client.get(path).text
    assert stale not in client.get(path).text
    save_text(policy.slug, TEXT.replace("三日", "九日"), actor=owner, base=2)  # type: ignore[arg-type]
    assert stale in client.get(path).text


def test_going_back_to_a_version_makes_a_new_one(app: Flask, client: CheckingClient) -> None:
    policy, owner = edited_policy()
    sign_in(client, owner)  # type: ignore[arg-type]
    answer = client.post_form(
        f"/policies/{policy.slug}/revisions/1/restore",
        {"summary": "two was wrong"},
        form=f"/policies/{policy.slug}/revisions/1",
    )
    assert answer.status_code == 303
    assert get_version(policy.id, 3).text == get_version(policy.id, 1).text


def test_keeping_a_draft_is_private_and_can_be_gone_on_with(
    app: Flask, client: CheckingClient
) -> None:
    policy, owner = edited_policy()
    sign_in(client, owner)  # type: ignore[arg-type]
    page = f"/policies/{policy.slug}/edit"
    kept = client.post_form(
        f"/policies/{policy.slug}/draft", {"text": "半句话", "summary": "", "base": "2"}, form=page
    )
    assert kept.status_code == 303
    assert "半句话" in client.get(page).text
    assert "半句话" not in app.test_client().get(f"/policies/{policy.slug}").text


def test_the_form_of_a_conflict_takes_nothing_back_that_a_colleague_saved_elsewhere(
    app: Flask, client: CheckingClient
) -> None:
    owner = make_actor(Role.OFFICER)
    policy = make_policy(owner)
    theirs = TEXT.replace("三日", "两日").replace("10月1日", "12月1日")
    save_text(policy.slug, theirs, actor=owner, base=1)
    sign_in(client, owner)
    mine = TEXT.replace("三日", "五日")
    page = client.post_form(
        f"/policies/{policy.slug}/edit", {"text": mine, "summary": "five", "base": "1"}
    )
    assert page.status_code == 409
    offered = page.text.split("<textarea", 1)[1]
    assert "五日" in offered
    assert "12月1日" in offered
