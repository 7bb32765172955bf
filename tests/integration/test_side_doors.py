"""Side doors: what is private, former or hidden is looked for on every address, as everybody."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import clock
from app.access.actor import Actor, Role
from app.accounts.models import Person
from app.database import committing, db
from app.discussions.models import Comment, Thread
from app.moderation.services import Decision
from app.policies.models import Policy, Revision
from app.policies.services.creating import change_settings, rename
from app.policies.services.noting import write_note
from app.policies.services.publishing import make_private
from app.text.policyfile import Note
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.discussions import hide, make_thread
from tests.builders.moderation import act_on_summary
from tests.builders.policies import make_policy, plan_publication, save_text
from tests.builders.whole_site import ABSENT, Place, addresses, all_rows, drain
from tests.checking_client import CheckingClient

PLANTED = (
    "zyzzogeton",  # title and address
    "quillwort",  # text
    "marzipan",  # reason line
    "Wolpertinger",  # author
    "Umbrella Bureau",  # department
    "xylophagous",  # comment
    "brimborion",  # explanation of a clause
    "flumadiddle",  # plain summary
    "gardyloo",  # former address
)
TEXT = "# Rules\n\nArticle 1\n\nThe quillwort stays.\n\nArticle 2\n\nThis applies at once.\n"
OUTSIDERS = (
    "visitor",
    "resident",
    "volunteer",
    "officer",
    "officer of another department",
    "supervisor",
    "administrator",
    "suspended colleague",
    "colleague no longer named",
)
SENT = {
    "text": "Mine.", "summary": "mine", "base": "1", "body": "Mine.", "kind": "comment",
    "title": "Mine", "slug": "mine", "address": "p000001", "mode": "open", "step": "",
    "phase": "consultation", "sure": "y", "when": "now", "action": "hide", "rule": "insult",
    "reason": "Mine", "plain": "Mine", "department": "Mine", "remove": "p000001",
}  # fmt: skip


def _private_policy() -> tuple[Place, Actor]:
    """A private policy with a rare word in everything that is its own, and its owner."""
    office = make_department("Umbrella Bureau")
    owner = make_actor(Role.OFFICER, name="Wolpertinger", department_id=office.id)
    policy = make_policy(
        owner,
        title="Gardyloo",
        language="en",
        text=TEXT,
        summary="marzipan",
        is_public=False,
        plain_summary="flumadiddle",
    )
    thread = make_thread(policy, owner, "The xylophagous beetle.", clause="c2", title="xylophagous")
    hidden = make_thread(policy, _insider(policy), "An xylophagous insult.")
    hide(hidden.first, make_actor(Role.VOLUNTEER, department_id=office.id))
    write_note(policy.slug, "c2", Note(plain="brimborion", basis="", reason=""), actor=owner)
    db.session.commit()
    rename(policy.slug, title="Zyzzogeton", new_slug="zyzzogeton", actor=owner)
    db.session.commit()
    save_text(
        "zyzzogeton", TEXT.replace("at once", "soon"), actor=owner, base=1, summary="marzipan"
    )
    revision = db.session.scalars(select(Revision).order_by(Revision.id)).first()
    assert revision is not None
    place = Place(
        "zyzzogeton", "c2", 1, "1...2", thread.id, thread.first.id, revision.id, owner.public_id
    )
    drain()
    return place, owner


def _insider(policy: Policy) -> Actor:
    return make_actor(Role.RESIDENT, department_id=policy.department_id)


def _outsider(kind: str) -> Actor | None:
    if kind == "visitor":
        return None
    office = db.session.scalar(select(Policy.department_id))
    if kind == "suspended colleague":
        until = clock.now().replace(year=2999)
        return make_actor(Role.OFFICER, department_id=office, suspended_until=until)
    if kind == "officer of another department":
        return make_actor(Role.OFFICER, department_id=make_department("Another Office").id)
    if kind == "colleague no longer named":
        return make_actor(Role.RESIDENT)
    return make_actor(Role(kind))


def _arrive(app: Flask, kind: str) -> CheckingClient:
    """A browser in which somebody of this kind is signed in."""
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    client.strict = False  # the same pages are looked at elsewhere; here only at their words
    actor = _outsider(kind)
    if actor is not None:
        sign_in(client, actor)
    return client


def _twins(app: Flask, place: Place, *, method: str = "GET") -> list[tuple[str, str]]:
    """Every address that speaks of ``place``, each with its twin that speaks of nothing."""
    having = "slug thread_id comment_id revision_id"
    absent = replace(ABSENT, ident=place.ident, pair=place.pair)
    mine = addresses(app, place, method=method, having=having)
    return list(zip(mine, addresses(app, absent, method=method, having=having), strict=True))


def _words(answer: TestResponse) -> str:
    """What an answer holds, as far as it is words: spreadsheets and archives are not."""
    return answer.get_data().decode(errors="replace")


def _plain(answer: TestResponse, path: str) -> tuple[int, str]:
    """Status and page without what differs by itself: form tokens and the address asked for."""
    page = f"{answer.location}\n{answer.get_data(as_text=True)}"
    page = re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", page)
    for asked in (path, "/".join(path.split("/")[:3])):  # the page, and the draft it is about
        for form in (asked, quote(asked), quote(asked, safe="")):
            page = page.replace(form, "·")
    return answer.status_code, page


def test_a_private_policy_answers_like_an_absent_one(app: Flask) -> None:
    place, _owner = _private_policy()
    pairs = _twins(app, place)
    for kind in OUTSIDERS:
        client = _arrive(app, kind)
        for mine, theirs in pairs:
            found, other = client.get(mine), client.get(theirs)
            assert found.status_code in (303, 403, 404), (kind, mine)
            assert _plain(found, mine) == _plain(other, theirs), (kind, mine)


def test_no_form_tells_a_private_policy_from_an_absent_one_or_changes_it(app: Flask) -> None:
    place, _owner = _private_policy()
    pairs = _twins(app, place, method="POST")
    for kind in OUTSIDERS:
        client = _arrive(app, kind)
        sent = {**SENT, "csrf_token": client.get_token("/account/sign-in")}
        before = all_rows()
        for mine, theirs in pairs:
            found, other = client.post(mine, data=sent), client.post(theirs, data=sent)
            assert found.status_code in (403, 404), (kind, mine)
            assert _plain(found, mine) == _plain(other, theirs), (kind, mine)
        assert all_rows() == before, kind


def test_no_page_holds_a_word_of_a_private_policy(app: Flask) -> None:
    _private_policy()
    make_policy(title="Public", language="en", text="# Public\n\nArticle 1\n\nPublic.\n")
    drain()
    public = Place("public", "c2", 1, "1...1", 999, 999, 999)
    pages = [*addresses(app, public), "/policies/gardyloo", "/?lang=zh", "/policies?page=9"]
    for asked in ("department=Umbrella+Bureau", "language=en", "phase=drafting"):
        pages.append(f"/policies?{asked}")
    for kind in OUTSIDERS:
        client = _arrive(app, kind)
        for path in pages:
            page = _words(client.get(path)).replace("gardyloo", "")
            page = page.replace("department=Umbrella+Bureau", "")
            assert not [word for word in PLANTED if word.lower() in page.lower()], (kind, path)


def test_searching_for_the_words_of_a_private_policy_finds_and_proposes_nothing(app: Flask) -> None:
    _private_policy()
    for kind in ("visitor", "officer of another department", "suspended colleague"):
        client = _arrive(app, kind)
        for word in PLANTED:
            for asked in (word, word[:-1], word[:3] + "x" + word[4:], f"{word}*"):
                page = client.get(f"/search?q={quote(asked)}").get_data(as_text=True)
                rest = re.sub(re.escape(asked), "", page, flags=re.IGNORECASE)
                rest = rest.replace(quote(asked), "")
                assert word.lower() not in rest.lower(), (kind, asked)
                assert "Zyzzogeton" not in rest, (kind, asked)


def test_the_owner_finds_all_of_it(app: Flask, client: CheckingClient) -> None:
    """The words are really there: otherwise the tests above would look for nothing."""
    place, owner = _private_policy()
    sign_in(client, owner)
    assert client.get("/policies/gardyloo").status_code == 301
    paths = addresses(app, place)
    pages = "".join(_words(client.get(path)) for path in paths)
    assert [word for word in PLANTED if word.lower() not in pages.lower()] == ["gardyloo"]


def test_a_draft_of_the_department_leaves_with_the_department(client: CheckingClient) -> None:
    place, owner = _private_policy()
    office = db.session.scalar(select(Person.department_id).where(Person.id == owner.id))
    colleague = make_actor(Role.OFFICER, department_id=office)
    sign_in(client, colleague)
    assert client.get(f"/policies/{place.slug}").status_code == 200
    change_settings(place.slug, mode="group", department="Elsewhere", plain_summary="", actor=owner)
    db.session.commit()
    assert client.get(f"/policies/{place.slug}").status_code == 404
    assert client.get(f"/threads/{place.thread_id}").status_code == 404


def test_a_planned_publication_is_called_off_by_its_button(client: CheckingClient) -> None:
    owner = make_actor(Role.OFFICER)
    make_policy(owner, slug="rules", language="en", text=TEXT, is_public=False)
    at = clock.now().replace(year=clock.now().year + 1)
    plan_publication("rules", at=at, with_history=False, actor=owner)
    db.session.commit()
    sign_in(client, owner)
    page = "/policies/rules/visibility"
    assert client.post_form(page, {"when": "now"}).status_code == 422  # nothing confirmed
    assert client.post_form(page, {"step": "call-off"}).status_code == 303
    assert db.session.scalar(select(Policy.publish_at)) is None


def test_a_policy_made_private_again_leaves_every_kept_page(
    app: Flask, client: CheckingClient
) -> None:
    owner = make_actor(Role.OFFICER)
    policy = make_policy(owner, title="Zyzzogeton", language="en", text=TEXT, summary="marzipan")
    thread = make_thread(policy, body="The xylophagous beetle.")
    place = Place("zyzzogeton", "c2", 1, "1...1", thread.id, thread.first.id, 1, owner.public_id)
    drain()
    reader = app.test_client()
    sign_in(reader, make_actor())
    having = "slug thread_id"
    for path in addresses(app, place, having=having):
        client.get(path), reader.get(path)  # fills every cache
    make_private("zyzzogeton", actor=owner)
    db.session.commit()
    for browser in (client, reader):
        for path in [*addresses(app, place, having=having), "/", "/policies", "/recent"]:
            page = _words(browser.get(path))
            assert "quillwort" not in page, path
            assert "marzipan" not in page, path
            assert "xylophagous" not in page, path
        found = browser.get("/search?q=quillwort").get_data(as_text=True)
        assert "stays" not in found


def _with_former_history(*, later: bool = False) -> tuple[Place, Actor]:
    """Public from its third version on; the words of the first two are nobody else's business."""
    owner = make_actor(Role.OFFICER)
    policy = make_policy(
        owner, title="Rules", slug="rules", language="en", text=TEXT, summary="marzipan",
        is_public=False,
    )  # fmt: skip
    make_thread(policy, owner, "The xylophagous beetle.", clause="c2")
    changed = TEXT.replace("The quillwort stays.", "A new brimborion.")
    save_text("rules", changed, actor=owner, base=1, summary="marzipan again")
    gone = "# Rules\n\nArticle 2\n\nThis applies at once.\n"
    save_text("rules", gone, actor=owner, base=2, summary="ready")
    at = clock.now().replace(year=clock.now().year + 1) if later else None
    plan_publication("rules", at=at, with_history=False, actor=owner)
    db.session.commit()
    if later:
        with committing():
            policy = db.session.scalars(select(Policy)).one()
            policy.publish_at = clock.now()
    drain_unless(later)
    thread = db.session.scalars(select(Thread)).one()
    comment = db.session.scalars(select(Comment)).one()
    return Place("rules", "c2", 1, "1...3", thread.id, comment.id, 1, owner.public_id), owner


def drain_unless(later: bool) -> None:
    """A publication that is due and not recorded yet: the worker is away."""
    if not later:
        drain()


@pytest.mark.parametrize("later", [False, True], ids=["published", "due, the worker away"])
def test_versions_from_before_publication_stay_with_those_who_wrote_them(
    app: Flask, later: bool
) -> None:
    place, _owner = _with_former_history(later=later)
    more = [replace(place, number=2, pair="2...3"), replace(place, pair="3...1", ident="c3")]
    paths = sorted({path for known in (place, *more) for path in addresses(app, known)})
    for kind in ("visitor", "resident", "volunteer", "officer", "administrator"):
        client = _arrive(app, kind)
        for path in paths:
            page = _words(client.get(path))
            for word in ("quillwort", "marzipan", "brimborion", "xylophagous"):
                assert word not in page, (kind, path)
        for closed in ("revisions/1", "revisions/2/raw", "compare/2...3", "compare/3...1"):
            assert client.get(f"/policies/rules/{closed}").status_code == 404, (kind, closed)
        assert client.get("/policies/rules/clauses/c2").status_code == 404
        assert client.get("/policies/rules/revisions/3/raw").status_code == 200
        for word in ("marzipa", "quillwor", "xylophago"):
            page = client.get(f"/search?q={word}").get_data(as_text=True).replace(word, "", 99)
            assert "beetle" not in page, (kind, word)
            assert "again" not in page, (kind, word)


def test_a_suspended_colleague_reads_what_everybody_reads_and_no_more(
    client: CheckingClient,
) -> None:
    place, owner = _with_former_history()
    until = clock.now().replace(year=2999)
    suspended = db.session.get_one(Person, owner.id)
    with committing():
        suspended = db.session.get_one(Person, owner.id)
        suspended.suspended_until = until
    sign_in(client, suspended)
    for path in ("/", "/recent", "/policies/rules/history", "/moderation/log"):
        assert "marzipan" not in _words(client.get(path)), path
    assert client.get(f"/threads/{place.thread_id}").status_code == 404


READERS = ("visitor", "resident", "volunteer", "officer", "supervisor", "administrator")


def _found(app: Flask, place: Place) -> list[tuple[str, str]]:
    """Reader and path of every page that holds the word, before and after the worker has done its
    work; or of a search that leads to where it stood."""
    found = []
    for drained in (False, True):
        if drained:
            drain()
        for kind in READERS:
            client = _arrive(app, kind)
            for path in [*addresses(app, place), "/search?q=wolpertinge", "/search?q=wolpertinger"]:
                page = _words(client.get(path))
                is_search = path.startswith("/search")
                if is_search and ("/threads/" in page or "/revisions/" in page):
                    found.append((kind, path))
                if is_search:
                    page = page.replace(path.partition("=")[2], "")
                if "wolpertinger" in page.lower():
                    found.append((kind, path))
    return found


def test_a_kept_page_offers_each_volunteer_what_is_theirs_to_do(app: Flask) -> None:
    make_policy(slug="rules", language="en", text=TEXT, mode="open")
    author, other = make_actor(Role.VOLUNTEER), make_actor(Role.VOLUNTEER)
    save_text("rules", TEXT.replace("stays", "goes"), actor=author, base=1)
    for actor, may_hide in ((author, False), (other, True), (author, False)):
        client = app.test_client()
        sign_in(client, actor)
        page = client.get("/policies/rules/revisions/2").get_data(as_text=True)
        assert ("/moderation/summaries/" in page) == may_hide


def test_no_kept_page_shows_one_person_to_another(app: Flask) -> None:
    make_policy(slug="rules", language="en", text=TEXT, mode="open")
    people = [make_actor(role) for role in (Role.RESIDENT, Role.RESIDENT, Role.OFFICER)]
    paths = [path for path in addresses(app, Place("rules", "c2")) if "/account/" not in path]
    browsers = []
    for actor in people:
        client = app.test_client()
        sign_in(client, actor)
        browsers.append(client)
    for path in paths:
        pages = [_words(client.get(path)) for client in browsers]
        tokens = [set(re.findall(r'csrf_token"[^>]*value="([^"]+)"', page)) for page in pages]
        assert not tokens[0] & tokens[1], path
        for number, page in enumerate(pages):
            others = [actor.name for actor in people if actor is not people[number]]
            assert not [name for name in others if f">{name}<" in page], path


def test_a_hidden_comment_is_nowhere(app: Flask) -> None:
    policy = make_policy(language="en", text=TEXT, slug="rules")
    thread = make_thread(
        policy, body="What a wolpertinger.", clause="c2", title="wolpertinger", kind="objection"
    )
    drain()
    hide(thread.first)
    place = Place("rules", "c2", 1, "1...1", thread.id, thread.first.id, 1)
    assert _found(app, place) == []


def test_a_hidden_reason_line_is_nowhere(app: Flask) -> None:
    author = make_actor()
    make_policy(language="en", text=TEXT, slug="rules", mode="open")
    save_text("rules", TEXT.replace("stays", "goes"), actor=author, base=1, summary="wolpertinger")
    drain()
    revision = db.session.scalars(select(Revision).where(Revision.number == 2)).one()
    place = Place("rules", "c2", 2, "1...2", 1, 1, revision.id, author.public_id)
    decision = Decision("hide", "insult", "rude")
    act_on_summary(place.revision_id, decision, actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    assert _found(app, place) == []
