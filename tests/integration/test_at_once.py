"""Two people, or two clicks, at one moment: one effect each, every word kept, never a fault."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.access.actor import Actor, Role
from app.accounts.models import Department, Person
from app.consultations.models import OfficeAct
from app.database import committing, db
from app.discussions.models import Comment, Thread
from app.moderation.models import ModerationAction
from app.policies.models import Policy, PolicyMember, Revision
from app.policies.services.publishing import make_private
from app.policies.versions import get_version
from tests.builders.accounts import make_actor, make_person
from tests.builders.at_once import Sending
from tests.builders.at_once import at_once as _at_once
from tests.builders.at_once import browser as _browser
from tests.builders.discussions import make_thread
from tests.builders.policies import make_policy
from tests.checking_client import CheckingClient

TEXT = "# Rules\n\nArticle 1\n\nThe quillwort stays.\n\nArticle 2\n\nThis applies at once.\n"


def _count(model: type, *conditions: object) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


@pytest.fixture
def owner(app: Flask) -> Actor:
    """An officer with a private draft at ``rules``."""
    officer = make_actor(Role.OFFICER)
    make_policy(officer, slug="rules", title="Rules", language="en", text=TEXT, is_public=False)
    return officer


TWICE = {
    "save": ("edit", {"text": TEXT + "\nMore.\n", "base": "1", "summary": "s", "edit_token": "t"}),
    "save without token": ("edit", {"text": TEXT + "\nMore.\n", "base": "1", "summary": "s"}),
    "keep a draft": ("draft", {"text": "Mine.", "base": "1"}),
    "go back": ("revisions/1/restore", {"summary": "back"}),
    "rename": ("rename", {"title": "Other", "slug": "other"}),
    "settings": ("settings", {"mode": "open", "department": "Parks", "plain_summary": "x"}),
    "name a person": ("people", {"address": "named@example.org"}),
    "explain": ("clauses/c2/note", {"plain": "x", "basis": "", "reason": ""}),
    "make public": ("visibility", {"alone_reason": "There is no other.", "sure": "y"}),
    "move on": ("phase", {"phase": "consultation"}),
    "comment": ("discussion", {"body": "Words.", "kind": "comment"}),
}


@pytest.mark.parametrize("form", TWICE)
def test_a_form_sent_twice_at_one_moment_has_one_effect(
    app: Flask, owner: Actor, form: str
) -> None:
    make_person(email="named@example.org")
    path, fields = TWICE[form]
    browsers = [_browser(app, owner), _browser(app, owner)]
    tokens = [browser.get_token("/policies/rules/settings") for browser in browsers]

    def sending(number: int) -> Sending:
        sent = {**fields, "csrf_token": tokens[number]}
        return lambda: browsers[number].post(f"/policies/rules/{path}", data=sent)

    statuses = _at_once(app, sending(0), sending(1))
    assert statuses[0] == 303
    assert statuses[1] in (303, 409, 422) or (form == "rename" and statuses[1] == 404), statuses
    assert _count(Revision) == (2 if form.startswith("save") else 1)
    assert _count(Thread) == _count(Comment) == (1 if form == "comment" else 0)
    assert _count(PolicyMember) == (1 if form == "name a person" else 0)
    assert _count(Department) == (1 if form == "settings" else 0)


def test_a_reply_and_a_hiding_sent_twice_at_one_moment_have_one_effect(app: Flask) -> None:
    thread = make_thread(make_policy(slug="rules", language="en", text=TEXT))
    author, volunteer = make_actor(), make_actor(Role.VOLUNTEER)
    replying = _twice(app, author, f"/threads/{thread.id}", {"body": "Words."})
    assert _at_once(app, *replying) == [303, 303]
    assert _count(Comment) == 2
    decision = {"action": "hide", "rule": "insult", "reason": "rude"}
    path = f"/moderation/comments/{thread.first.id}"
    assert _at_once(app, *_twice(app, volunteer, path, decision)) == [303, 422]
    assert _count(ModerationAction) == 1


def _twice(app: Flask, actor: Actor, path: str, fields: dict[str, str]) -> list[Sending]:
    sendings = []
    for _ in range(2):
        browser = _browser(app, actor)
        sent = {**fields, "csrf_token": browser.get_token(path)}
        sendings.append(lambda b=browser, s=sent: b.post(path, data=s))
    return sendings


def test_a_new_draft_sent_twice_at_one_moment_is_one_draft(app: Flask) -> None:
    new = {
        "title": "Bicycle parking", "language": "en", "kind": "policy", "text": TEXT,
        "summary": "first", "visibility": "private",
    }  # fmt: skip
    sendings = _twice(app, make_actor(Role.OFFICER), "/policies/new", new)
    assert _at_once(app, *sendings) == [303, 303]
    assert _count(Policy) == 1


def test_two_officers_who_choose_one_title_get_two_addresses(app: Flask) -> None:
    new = {
        "title": "Bicycle parking", "language": "en", "kind": "policy", "text": TEXT,
        "summary": "first", "visibility": "private", "department": "Parks",
    }  # fmt: skip
    sendings = [_twice(app, make_actor(Role.OFFICER), "/policies/new", new)[0] for _ in range(3)]
    assert _at_once(app, *sendings) == [303, 303, 303]
    slugs = db.session.scalars(select(Policy.slug).order_by(Policy.slug)).all()
    assert slugs == ["bicycle-parking", "bicycle-parking-2", "bicycle-parking-3"]
    assert _count(Department) == 1


def test_of_two_officers_who_want_one_address_one_gets_it(app: Flask) -> None:
    sendings = []
    for slug in ("first", "second"):
        officer = make_actor(Role.OFFICER)
        make_policy(officer, slug=slug, language="en", text=TEXT)
        browser = _browser(app, officer)
        token = browser.get_token(f"/policies/{slug}/settings")
        sent = {"title": "Mine", "slug": "wanted", "csrf_token": token}
        path = f"/policies/{slug}/rename"
        sendings.append(lambda b=browser, p=path, s=sent: b.post(p, data=s))
    assert _at_once(app, *sendings) == [303, 422]
    assert _count(Policy, Policy.slug == "wanted") == 1


def test_two_accounts_for_one_address_are_one(app: Flask) -> None:
    browsers = [app.test_client(), app.test_client()]
    sendings = []
    for browser in browsers:
        assert isinstance(browser, CheckingClient)
        sent = {"email": "new@example.org", "csrf_token": browser.get_token("/account/register")}
        sendings.append(lambda b=browser, s=sent: b.post("/account/register", data=s))
    statuses = _at_once(app, *sendings)
    assert statuses[0] == 303
    assert statuses[1] in (303, 409, 422)
    assert _count(Person) == 1


def test_edits_of_different_articles_at_one_moment_are_all_kept(app: Flask) -> None:
    text = "# Rules\n\n" + "".join(f"Article {n}\n\nThing {n} stays.\n\n" for n in range(1, 7))
    make_policy(slug="rules", language="en", text=text, mode="open")
    sendings = []
    for number in range(1, 7):
        browser = _browser(app, make_actor())
        sent = {
            "csrf_token": browser.get_token("/policies/rules/edit"),
            "text": text.replace(f"Thing {number} stays", f"Thing {number} goes"),
            "base": "1",
            "summary": f"thing {number}",
            "edit_token": f"t{number}",
        }
        sendings.append(lambda b=browser, s=sent: b.post("/policies/rules/edit", data=s))
    assert _at_once(app, *sendings) == [303] * 6
    assert _count(Revision) == 7
    db.session.rollback()
    assert get_version(1, 7).text.count("goes") == 6


@pytest.mark.parametrize("happened", ["private", "renamed", "moved on"])
def test_saving_while_the_owner_decides_is_saved_or_given_back(app: Flask, happened: str) -> None:
    owner = make_actor(Role.OFFICER)
    make_policy(owner, slug="rules", title="Rules", language="en", text=TEXT, mode="open")
    deciding = _browser(app, owner)
    token = deciding.get_token("/policies/rules/settings")
    decisions = {
        "private": ("visibility", {"step": "private"}),
        "renamed": ("rename", {"title": "Rules", "slug": "elsewhere"}),
        "moved on": ("phase", {"phase": "consultation"}),
    }
    path, fields = decisions[happened]
    saving, commenting = _browser(app, make_actor()), _browser(app, make_actor())
    edit = {
        "csrf_token": saving.get_token("/policies/rules/edit"),
        "text": TEXT.replace("stays", "goes"), "base": "1", "summary": "s", "edit_token": "t",
    }  # fmt: skip
    comment = {
        "csrf_token": commenting.get_token("/policies/rules/discussion"),
        "body": "Words.", "kind": "comment",
    }  # fmt: skip
    decide = {**fields, "csrf_token": token}
    answers: dict[str, TestResponse] = {}

    def post(name: str, browser: CheckingClient, page: str, data: dict[str, str]) -> Sending:
        def send() -> TestResponse:
            answers[name] = browser.post(f"/policies/rules/{page}", data=data)
            return answers[name]

        return send

    _at_once(
        app,
        post("decide", deciding, path, decide),
        post("save", saving, "edit", edit),
        post("comment", commenting, "discussion", comment),
    )
    assert answers["decide"].status_code == 303
    for name, words in (("save", "goes"), ("comment", "Words.")):
        answer = answers[name]
        assert answer.status_code in (303, 404, 422), name
        assert answer.status_code == 303 or words in answer.get_data(as_text=True), name
    assert _count(Revision) == (2 if answers["save"].status_code == 303 else 1)
    assert _count(Thread) == (1 if answers["comment"].status_code == 303 else 0)


def test_publishing_and_making_private_at_one_moment_leave_one_of_both(
    app: Flask, owner: Actor
) -> None:
    make_publicly = {"alone_reason": "There is no other.", "sure": "y"}
    publish = _twice_at(app, owner, make_publicly)
    private = _twice_at(app, owner, {"step": "private"})
    statuses = _at_once(app, publish[0], private[0], publish[1])
    assert set(statuses) <= {303, 409, 422}
    db.session.rollback()
    policy = db.session.scalars(select(Policy)).one()
    planned = _count(OfficeAct, OfficeAct.state == "agreed")
    assert planned == (policy.publish_at is not None)
    with committing():
        pass
    make_private("rules", actor=owner)
    db.session.commit()
    assert app.test_client().get("/policies/rules").status_code == 404


def _twice_at(app: Flask, actor: Actor, fields: dict[str, str]) -> list[Sending]:
    sendings = []
    for _ in range(2):
        browser = _browser(app, actor)
        sent = {**fields, "csrf_token": browser.get_token("/policies/rules/settings")}
        sendings.append(lambda b=browser, s=sent: b.post("/policies/rules/visibility", data=s))
    return sendings
