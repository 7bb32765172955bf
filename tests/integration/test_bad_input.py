"""Bad input: each gets a sentence, the right status and the words back, and changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor, Role
from app.accounts.models import Department, Person
from app.consultations.models import Annex, DepartmentOpinion, Meeting
from app.database import committing, db
from app.moderation.models import Inspection, ModerationAction
from app.policies.models import Draft, Policy, Revision
from app.policies.services import moving, publishing, saving
from app.policies.services.creating import rename
from tests.builders.accounts import make_actor, make_person, sign_in
from tests.builders.discussions import make_thread
from tests.builders.policies import make_policy, save_text
from tests.builders.whole_site import Place, addresses, all_rows
from tests.checking_client import CheckingClient, check_page, token_of

TEXT = "# Rules\n\nArticle 1\n\nThe quillwort stays.\n\nArticle 2\n\nThis applies at once.\n"
CHANGED = TEXT.replace("stays", "goes")
FILLED = {
    "text": "Mine.", "summary": "mine", "base": "1", "body": "Mine.", "kind": "comment",
    "title": "Mine", "slug": "mine", "address": "p000001", "mode": "open", "language": "en",
    "phase": "consultation", "sure": "y", "when": "now", "action": "hide", "rule": "insult",
    "reason": "Mine", "plain": "Mine", "department": "Mine", "remove": "p000001",
    "name": "Mine", "locale": "en", "email": "me@example.org", "password": "not my password",
    "code": "123456", "visibility": "public",
}  # fmt: skip


@pytest.fixture
def owner(client: CheckingClient) -> Actor:
    """An officer with a draft at ``rules`` that everybody sees, signed in."""
    officer = make_actor(Role.OFFICER)
    make_policy(officer, slug="rules", title="Rules", language="en", text=TEXT)
    sign_in(client, officer)
    return officer


def _put_papers(owner: Actor) -> int:
    """A meeting, another department's opinion and an annex, all of the number that is answered."""
    now, policy = clock.now(), db.session.scalars(select(Policy)).one()
    of, by = {"id": 1, "policy_id": policy.id}, owner.person_id
    with committing():
        db.session.add_all(
            [
                Meeting(**of, kind="hearing", place="Hall", starts_at=now, announced_at=now),
                DepartmentOpinion(**of, department="Roads", asked_on=now.date(), due_on=now.date()),
                Annex(**of, kind="paper", title="A", text="A", by_id=by, saved_at=now),
            ]
        )
    return 1


def _put_order(owner: Actor, comment_id: int) -> None:
    """What a volunteer did to words of the owner, and a supervisor's note to the office."""
    now, policy = clock.now(), db.session.scalars(select(Policy)).one()
    volunteer = make_actor(Role.VOLUNTEER)
    of = {"id": 1, "policy_id": policy.id, "salt": bytes(16), "at": now}
    with committing():
        db.session.add_all(
            [
                ModerationAction(
                    **of, action="hide", kind="comment", object_id=comment_id,
                    person_id=owner.person_id, rule="insult", reason="A reason.",
                    by_id=volunteer.person_id, by_role=Role.VOLUNTEER,
                ),
                Inspection(**of, about="policy", words="A note.", by_id=volunteer.person_id),
            ]
        )  # fmt: skip


@pytest.mark.parametrize("token", [None, "", "foreign", "of somebody else"])
def test_no_form_is_taken_without_its_token(
    app: Flask, client: CheckingClient, owner: Actor, token: str | None
) -> None:
    thread = make_thread(db.session.scalars(select(Policy)).one(), owner, kind="objection")
    _put_order(owner, thread.first.id)
    place = Place("rules", "c2", _put_papers(owner), "1...1", thread.id, thread.first.id, 1)
    if token == "of somebody else":
        other = app.test_client()
        sign_in(other, make_actor())
        token = token_of(other.get("/settings").get_data(as_text=True))
    sent = FILLED if token is None else {**FILLED, "csrf_token": token}
    before = all_rows()
    for path in addresses(app, place, method="POST"):
        about = {"kind": "comment", "id": thread.first.id} if path == "/flags" else {}
        status = client.post(path, data={**sent, **about}).status_code
        # A closed door answers before the token is asked for; no code was sent to this browser.
        # Mail programs end letters without having seen a page: there the address is the secret.
        is_other = path == "/account/code" or path.startswith("/unsubscribe/")
        assert status in (400, 403) or is_other, (path, status)
    assert all_rows() == before
    assert client.get("/settings").status_code == 200


def test_signing_out_ends_the_session_everywhere_it_was_copied(
    app: Flask, client: CheckingClient
) -> None:
    person = make_person()
    sign_in(client, person)
    thief = app.test_client()
    cookie = client.get_cookie("gongyi")
    assert cookie is not None
    thief.set_cookie("gongyi", cookie.value)
    assert thief.get("/settings").status_code == 200
    client.post_form("/account/sign-out", form="/settings")
    assert thief.get("/settings").status_code == 303
    assert client.get("/settings").status_code == 303


def test_a_suspended_person_can_do_nothing_from_the_next_click_on(
    client: CheckingClient, owner: Actor
) -> None:
    token = client.get_token("/policies/rules/edit")
    with committing():
        person = db.session.get_one(Person, owner.id)
        person.suspended_until = clock.now() + timedelta(days=1)
    before = all_rows()
    sent = {"csrf_token": token, "text": CHANGED, "base": "1", "summary": "s"}
    answer = client.post("/policies/rules/edit", data=sent)
    assert answer.status_code == 403
    assert "goes" in answer.get_data(as_text=True)
    assert all_rows() == before


def test_signing_in_starts_a_new_session(client: CheckingClient) -> None:
    person = make_person(password_hash=None)
    client.get("/account/sign-in")
    planted = client.get_cookie("gongyi")
    assert planted is not None
    sign_in(client, person)
    client.set_cookie("gongyi", planted.value)
    assert client.get("/settings").status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example",
        "\\\\evil.example", "javascript:alert(1)", "/ /evil.example", "//evil.example/%2f..",
        "https:evil.example", "/\u2028/evil.example", "http:///evil.example", "/%09/evil",
    ],
)  # fmt: skip
def test_the_way_back_after_signing_in_never_leaves_the_site(
    app: Flask, client: CheckingClient, target: str
) -> None:
    from app.accounts.passwords import hash_password

    make_person(email="a@example.org", password_hash=hash_password("four good words here"))
    sent = {"email": "a@example.org", "password": "four good words here", "next": target}
    answer = client.post_form("/account/sign-in", sent)
    assert answer.status_code == 303
    location = answer.location or ""
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\", "/\t"))
    assert "evil" not in location or location.startswith(("/%", "/evil"))


@pytest.mark.parametrize(
    "path",
    ["//evil.example/?lang=zh", "/\\evil.example?size=2", "///evil.example/%2f..?lang=en"],
)
def test_choosing_a_language_never_leaves_the_site(client: CheckingClient, path: str) -> None:
    location = client.get(path).location or ""
    assert not location.startswith(("//", "/\\", "http://evil"))


def test_line_ends_never_reach_a_header(client: CheckingClient, owner: Actor) -> None:
    for path in (
        "/?lang=zh&x=%0d%0aSet-Cookie:a=b",
        "/policies/rules%0d%0aX-Evil:1",
        "/account/sign-in?next=/%0d%0aX-Evil:1",
        "/policies/rules/compare?from=1%0d%0aX-Evil:1",
    ):
        answer = client.get(path)
        assert answer.status_code < 500, path
        assert "X-Evil" not in answer.headers, path
        assert "a=b" not in str(answer.headers.getlist("Set-Cookie")), path
    sent = {"title": "Fine\r\nX-Evil: 1", "slug": "fine\r\nx"}
    answer = client.post_form("/policies/rules/rename", sent, form="/policies/rules/settings")
    assert answer.status_code == 422
    assert "X-Evil" not in answer.headers


def test_a_person_is_taken_off_a_draft_by_its_form_only(
    client: CheckingClient, owner: Actor
) -> None:
    person = make_person()
    form = "/policies/rules/people"
    named = client.post_form("/policies/rules/people", {"address": person.email}, form=form)
    assert named.status_code == 303
    sent = {"remove": person.public_id, "csrf_token": "foreign"}
    assert client.post("/policies/rules/people", data=sent).status_code == 400
    assert person.name in client.get(form).get_data(as_text=True)
    sent = {"remove": person.public_id}
    assert client.post_form("/policies/rules/people", sent, form=form).status_code == 303
    assert person.name not in client.get(form).get_data(as_text=True)


def test_drafts_are_kept_only_for_articles_that_are(client: CheckingClient, owner: Actor) -> None:
    for clause, base in (("c" * 500, "1"), ("c99", "1"), ("", "77"), ("", "0"), ("", "-1")):
        sent = {"text": "x", "base": base, "clause": clause}
        for path in ("draft", "edit"):
            answer = client.post_form(f"/policies/rules/{path}", sent, form="/policies/rules/edit")
            assert answer.status_code == 422, (clause, base, path)
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_blank_departments_do_not_come_into_being(client: CheckingClient, owner: Actor) -> None:
    sent = {"mode": "group", "department": "   ", "plain_summary": ""}
    assert client.post_form("/policies/rules/settings", sent).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Department)) == 0


def test_two_people_may_send_the_same_form_token(app: Flask, client: CheckingClient) -> None:
    make_policy(slug="open", language="en", text=TEXT, mode="open")
    for number, word in enumerate(("Third", "Fourth"), start=1):
        sign_in(client, make_actor())
        text = f"{TEXT}\nArticle {number + 2}\n\n{word}.\n"
        sent = {"text": text, "base": str(number), "edit_token": "same", "summary": word}
        assert client.post_form("/policies/open/edit", sent).status_code == 303
    assert db.session.scalar(select(func.max(Revision.number))) == 3


MEANWHILE = {
    "made private": lambda owner: publishing.make_private("rules", actor=owner),
    "stopped": lambda owner: moving.set_phase("rules", "withdrawn", actor=owner),
    "renamed": lambda owner: rename("rules", title="Renamed", new_slug="renamed", actor=owner),
    "closed": lambda owner: moving.set_phase("rules", "consultation", actor=owner),
}


@pytest.mark.parametrize(
    ("happened", "status"),
    [("made private", 404), ("stopped", 422), ("renamed", 303), ("closed", 422)],
)
def test_what_happens_while_a_save_waits_for_its_turn_is_heeded(
    app: Flask,
    client: CheckingClient,
    monkeypatch: pytest.MonkeyPatch,
    happened: str,
    status: int,
) -> None:
    owner = make_actor(Role.OFFICER)
    make_policy(owner, slug="rules", title="Rules", language="en", text=TEXT, mode="open")
    sign_in(client, make_actor())
    token = client.get_token("/policies/rules/edit")
    entered, is_first = saving.writing, [True]

    def late() -> None:
        if is_first.pop() if is_first else False:
            MEANWHILE[happened](owner)
            db.session.commit()
        entered()

    monkeypatch.setattr(saving, "writing", late)
    sent = {"csrf_token": token, "text": CHANGED, "base": "1", "summary": "mine"}
    answer = client.post("/policies/rules/edit", data=sent)
    assert answer.status_code == status
    if status != 303:
        assert "goes" in answer.get_data(as_text=True)
    number = db.session.scalar(select(func.max(Revision.number)))
    assert number == (2 if status == 303 else 1)


def test_the_words_of_an_article_that_vanished_come_back(
    client: CheckingClient, owner: Actor
) -> None:
    token = client.get_token("/policies/rules/edit?clause=c2")
    save_text(
        "rules", TEXT.replace("Article 1\n\nThe quillwort stays.\n\n", ""), actor=owner, base=1
    )
    sent = {"csrf_token": token, "text": "Article 1\n\nMy words.", "base": "1", "clause": "c2"}
    answer = client.post("/policies/rules/edit", data=sent)
    assert answer.status_code == 409
    assert "My words." in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=a", b"--a\r\nbroken"),
        ("application/json", b'{"text": 1, "base": [], "clause": {}}'),
        ("application/json", b"not json"),
        ("text/plain", b"text=1"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"text=%ff%fe&base=%00"),
        (
            "multipart/form-data; boundary=a",
            b'--a\r\nContent-Disposition: form-data; name="text"; filename="f"\r\n\r\nx\r\n--a--',
        ),
        (
            "multipart/form-data; boundary=a",
            b'--a\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n' * 1001 + b"--a--\r\n",
        ),
    ],
)
def test_no_form_fails_over_the_way_it_is_sent(
    app: Flask, client: CheckingClient, owner: Actor, kind: str, body: bytes
) -> None:
    before = all_rows()
    for path in addresses(app, Place("rules", "c2"), method="POST"):
        answer = client.post(path, data=body, content_type=kind)
        assert 300 <= answer.status_code < 500, path
        if answer.status_code >= 400:
            check_page(answer.get_data(as_text=True))
    assert all_rows() == before
