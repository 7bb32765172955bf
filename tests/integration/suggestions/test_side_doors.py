"""Side doors of suggestions: what somebody may not read is looked for on every address."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import clock
from app.access.actor import Actor, Confirmation, Role
from app.database import committing, db
from app.policies.models import Policy
from app.suggestions.models import Contribution
from app.suggestions.rules import SECOND_THOUGHTS
from app.suggestions.services.replying import reply
from app.suggestions.services.withdrawing import withdraw
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.policies import make_policy, plan_publication, save_text
from tests.builders.suggestions import hide_suggestion, make_suggestion
from tests.builders.whole_site import Place, addresses, drain
from tests.checking_client import CheckingClient

TEXT = "# Rules\n\nArticle 1\n\nBicycles stand here.\n\nArticle 2\n\nThis applies at once.\n"
WORDS, REASON = "zyzzogeton", "quillwort"
NEW = f"Article 1\n\nBicycles and the {WORDS} stand here."
READERS = ("visitor", "resident", "volunteer", "officer", "administrator")


@dataclass(frozen=True, slots=True)
class Planted:
    """A draft with a suggestion whose words and reason hold a rare word each."""

    place: Place
    owner: Actor
    author: Actor

    @property
    def slug(self) -> str:
        return self.place.slug

    def suggestion(self) -> Contribution:
        return db.session.get_one(Contribution, self.place.contribution_id)


def plant(*, is_public: bool = True, confirmation: Confirmation = Confirmation.CONTACT) -> Planted:
    office = make_department("Bicycle Office")
    owner = make_actor(Role.OFFICER, department_id=office.id)
    policy = make_policy(
        owner, slug="rules", title="Rules", language="en", text=TEXT, mode="reviewed",
        is_public=is_public,
    )  # fmt: skip
    office_id = None if is_public else office.id
    author = make_actor(confirmation=confirmation, department_id=office_id)
    one = make_suggestion(policy, "c2", NEW, author, reason=f"Because of the {REASON}.")
    place = Place(
        "rules", "c2", 1, "1...1", public_id=author.public_id,
        contribution_id=one.id, policy_id=policy.id,
    )  # fmt: skip
    return Planted(place, owner, author)


def paths_of(app: Flask, place: Place) -> list[str]:
    """Every address that speaks of the draft, the suggestion or its people, and every list."""
    listing = f"/policies/{place.slug}/suggestions"
    asked = ("clause=c2", "kind=suggestion", "sort=similar", "group=1", "state=open", "page=2")
    searches = [f"/search?q={word}" for word in (WORDS, WORDS[:6], REASON, REASON[:6])]
    form = f"/policies/{place.slug}/suggest?clause=c2"
    everywhere = ["/", "/mine", "/receipts", "/recent", "/moderation/log"]
    about = addresses(app, place, having="slug number contribution_id public_id thread_id")
    return [*about, *(f"{listing}?{one}" for one in asked), *searches, form, *everywhere]


def arrive(app: Flask, actor: Actor | None) -> CheckingClient:
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    client.strict = False  # looked at elsewhere; here only the words count
    if actor is not None:
        sign_in(client, actor)
    return client


def reader(kind: str) -> Actor | None:
    return None if kind == "visitor" else make_actor(Role(kind))


def words_of(answer: TestResponse) -> str:
    """All that can be read in an answer; a spreadsheet is unpacked."""
    content = answer.get_data()
    answer.close()
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return "\n".join(package.read(name).decode() for name in package.namelist())


def hits(client: CheckingClient, app: Flask, place: Place) -> list[tuple[str, str]]:
    """(address, rare word) wherever one is shown; what was asked for does not count."""
    found = []
    for path in paths_of(app, place):
        answer = client.get(path)
        assert answer.status_code < 500, path
        page = f"{answer.location}\n{words_of(answer)}".lower()
        asked = path.partition("?q=")[2]
        page = page.replace(f'value="{asked}"', "") if asked else page
        if asked in (WORDS, REASON):
            page = page.replace(asked, "") if "/suggestions/" not in page else page
        found += [(path, word) for word in (WORDS, REASON) if word in page]
    return found


def hide_it(planted: Planted) -> None:
    hide_suggestion(planted.suggestion())


def take_it_back(planted: Planted) -> None:
    withdraw(planted.slug, 1, actor=planted.author)
    db.session.commit()


def take_it_back_late(planted: Planted) -> None:
    with clock.frozen(clock.now() + 2 * SECOND_THOUGHTS):
        take_it_back(planted)


def test_the_rare_words_are_there_for_whoever_may_read_them(app: Flask) -> None:
    """Keeps the tests below honest: the same addresses show the words when nothing forbids it."""
    planted = plant()
    drain()
    found = hits(arrive(app, None), app, planted.place)
    for path in (
        f"/policies/{planted.slug}/suggestions",
        f"/policies/{planted.slug}/suggestions?clause=c2",
        f"/policies/{planted.slug}/suggestions/1",
        f"/policies/{planted.slug}/suggestions/1/reply",
        f"/policies/{planted.slug}/clauses/c2",
    ):
        assert {(path, WORDS), (path, REASON)} <= set(found), path
    assert {(f"/search?q={word}", word) for word in (WORDS, REASON)} <= set(found)
    moderating = hits(arrive(app, make_actor(Role.VOLUNTEER)), app, planted.place)
    assert (f"/moderation/suggestions/{planted.place.contribution_id}", WORDS) in moderating


@pytest.mark.parametrize("act", [hide_it, take_it_back, take_it_back_late])
def test_hidden_and_withdrawn_words_are_nowhere_for_nobody(
    app: Flask, act: Callable[[Planted], None]
) -> None:
    planted = plant()
    reply(planted.slug, 1, "I see it too.", actor=make_actor())
    db.session.commit()
    drain()
    visitor, author = arrive(app, None), arrive(app, planted.author)
    for client in (visitor, author):
        assert hits(client, app, planted.place) != []  # and fills the caches
    act(planted)
    assert hits(visitor, app, planted.place) == []
    drain()
    others = [arrive(app, make_actor(Role(kind))) for kind in READERS[1:]]
    for client in (visitor, author, *others):
        assert hits(client, app, planted.place) == []
    # Hidden words are owed a private answer: the office reads them at its desk and nowhere else.
    desk = f"/policies/{planted.slug}/answers/work"
    found = {path for path, _word in hits(arrive(app, planted.owner), app, planted.place)}
    assert found <= ({desk, f"{desk}.xlsx"} if act is hide_it else set())


def test_a_suggestion_on_a_private_draft_exists_for_its_people_only(app: Flask) -> None:
    planted = plant(is_public=False)
    drain()
    for kind in READERS:
        client = arrive(app, reader(kind))
        assert hits(client, app, planted.place) == [], kind
    assert hits(arrive(app, planted.owner), app, planted.place) != []


def test_words_of_the_unconfirmed_wait_for_all_but_the_officers_of_the_draft(app: Flask) -> None:
    planted = plant(confirmation=Confirmation.NONE)
    drain()
    for kind in READERS:
        client = arrive(app, reader(kind))
        assert hits(client, app, planted.place) == [], kind
    for insider in (planted.author, planted.owner):
        assert hits(arrive(app, insider), app, planted.place) != []


@pytest.mark.parametrize("with_history", [False, True])
def test_what_was_sent_while_the_draft_was_private_stays_so(app: Flask, with_history: bool) -> None:
    planted = plant(is_public=False)
    reply(planted.slug, 1, f"More {REASON}.", actor=planted.owner)
    db.session.commit()
    save_text(planted.slug, TEXT.replace("at once", "soon"), actor=planted.owner, base=1)
    plan_publication(planted.slug, at=None, with_history=with_history, actor=planted.owner)
    db.session.commit()
    drain()
    for kind in READERS:
        found = hits(arrive(app, reader(kind)), app, planted.place)
        assert bool(found) is with_history, (kind, found)
    assert hits(arrive(app, planted.owner), app, planted.place) != []


def test_a_hidden_suggestion_still_says_that_it_is_hidden_and_why(app: Flask) -> None:
    planted = plant()
    hide_it(planted)
    page = f"/policies/{planted.slug}/suggestions"
    for path in (page, f"{page}/1", f"/policies/{planted.slug}/clauses/c2"):
        for actor in (None, planted.author):
            shown = arrive(app, actor).get(path).get_data(as_text=True)
            assert "Names a neighbour" in shown, path


def test_a_draft_made_private_takes_its_suggestions_along(app: Flask) -> None:
    planted = plant()
    client = arrive(app, None)
    assert hits(client, app, planted.place) != []
    with committing():
        policy = db.session.get_one(Policy, planted.place.policy_id)
        policy.is_public, policy.published_at = False, None
        policy.page_version += 1
    assert hits(client, app, planted.place) == []
