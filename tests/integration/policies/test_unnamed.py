"""A front-line officer who appears as that: the name is looked for on every page, as everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Role
from app.database import db
from app.discussions.services.editing import edit_comment
from app.errors import RuleBroken
from app.ledger.models import EventRecord
from app.policies.models import Policy, Revision
from app.policies.services import exporting
from app.policies.services.seating import NewSeat, end_seat, name_seat
from app.suggestions.services.adopting import Adoption, adopt
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.discussions import make_reply, make_thread
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import make_contribution, make_suggestion
from tests.builders.whole_site import Place, addresses, drain
from tests.checking_client import CheckingClient

NAME, DISTRICT = "Wolpertinger", "Xicheng squad"
SAID = "Front-line officer, Xicheng squad"
READERS = ("visitor", "resident", "volunteer", "colleague", "supervisor")


@dataclass(frozen=True)
class _Scene:
    place: Place
    owner: Actor
    officer: Actor
    seat: int


@pytest.fixture
def scene(app: Flask) -> _Scene:
    """A policy on which the unnamed officer did all that a person can do in writing."""
    with clock.frozen(clock.now() - timedelta(hours=1)):
        office = make_department("Bureau")
        owner = make_actor(Role.OFFICER, department_id=office.id)
        officer = make_actor(Role.OFFICER, name=NAME, email="wolpertinger@example.org")
        policy = make_policy(owner, slug="bicycles", mode="reviewed")
        new = NewSeat("front_line", officer.public_id, DISTRICT, shows_name=False)
        seat = name_seat("bicycles", new, actor=owner)
        db.session.commit()
        seat_id = seat.id
        save_text("bicycles", TEXT.replace("三日", "二日"), actor=officer, base=1)
        thread = make_thread(policy, officer, "I walk there every day.", clause="c3")
        make_reply(thread, officer, "And at night.")
        edit_comment(thread.first.id, "I walk there every single day.", actor=officer)
        make_contribution(policy, officer, clause="c4", reason="A comment of mine.")
        one = make_suggestion(
            policy, "c3", "第二条 共享自行车停放超过一日的，应当移走。\n", officer
        )
        make_suggestion(policy, "c2", "第一条 为了停放，制定本办法。\n", officer)
        wanted = Adoption(base=2, way="whole", reason="It is true on the street.")
        adopt("bicycles", one.number, wanted, actor=owner)
        db.session.commit()
        ids = {"contribution_id": one.id, "policy_id": policy.id}
        drain()
    revision = db.session.scalars(select(Revision).where(Revision.number == 2)).one()
    place = Place(
        "bicycles", "c3", 3, "1...3", thread.id, thread.first.id, revision.id,
        **ids,
    )  # fmt: skip
    return _Scene(place, owner, officer, seat_id)


def _arrive(app: Flask, kind: str, scene: _Scene) -> CheckingClient:
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    client.strict = False
    if kind == "colleague":
        office = db.session.scalars(select(Policy.department_id)).first()
        sign_in(client, make_actor(Role.OFFICER, department_id=office))
    elif kind != "visitor":
        sign_in(client, make_actor(Role(kind)))
    return client


def _pages(app: Flask, scene: _Scene) -> list[str]:
    own = f"/people/{scene.officer.public_id}"
    numbered = [
        f"/policies/bicycles/{kind}/{number}"
        for kind in ("suggestions", "revisions")
        for number in range(1, 5)
    ]
    asked = [f"/search?q={NAME[:-1]}*", f"/search?q={DISTRICT}", "/search?q=自行车", "/recent"]
    asked += ["/policies/bicycles/suggestions?clause=c3", "/policies/bicycles/clauses/c2"]
    return [path for path in [*addresses(app, scene.place), *numbered, *asked] if path != own]


@pytest.mark.parametrize("kind", READERS)
def test_no_page_of_the_policy_names_the_officer(app: Flask, scene: _Scene, kind: str) -> None:
    client = _arrive(app, kind, scene)
    for path in _pages(app, scene):
        page = client.get(path).get_data().decode(errors="replace")
        assert NAME not in page, (kind, path)
        assert scene.officer.public_id not in page, (kind, path)


def test_the_pages_say_front_line_officer_and_the_district(app: Flask, scene: _Scene) -> None:
    """The words are really there: otherwise the test above would look for nothing."""
    client = _arrive(app, "visitor", scene)
    for path in (
        "/policies/bicycles/revisions/2",
        "/policies/bicycles/history",
        "/policies/bicycles/attribution",
        "/policies/bicycles/people",
        "/policies/bicycles/suggestions",
        "/policies/bicycles/suggestions/1",
        f"/threads/{scene.place.thread_id}",
        f"/threads/{scene.place.thread_id}/comments/{scene.place.comment_id}/earlier",
        "/recent",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert SAID in answer.get_data(as_text=True), path


def test_the_own_page_of_the_officer_does_not_lead_to_the_policy(app: Flask, scene: _Scene) -> None:
    page = _arrive(app, "visitor", scene).get(f"/people/{scene.officer.public_id}")
    assert page.status_code == 200
    assert "bicycles" not in page.get_data(as_text=True)


def test_on_other_policies_the_officer_writes_by_name(app: Flask, scene: _Scene) -> None:
    other = make_policy(slug="trees")
    make_thread(other, scene.officer, "About trees.")
    page = _arrive(app, "visitor", scene).get("/policies/trees/suggestions").get_data(as_text=True)
    assert NAME in page


def test_when_the_seat_ends_the_words_stay_unnamed(app: Flask, scene: _Scene) -> None:
    end_seat("bicycles", scene.seat, actor=scene.owner)
    db.session.commit()
    client = _arrive(app, "visitor", scene)
    for path in ("/policies/bicycles/history", f"/threads/{scene.place.thread_id}"):
        page = client.get(path).get_data().decode(errors="replace")
        assert NAME not in page
        assert SAID in page


def test_only_the_owner_sees_the_name_and_only_on_the_list_of_people(
    app: Flask, scene: _Scene
) -> None:
    client = _arrive(app, "visitor", scene)
    sign_in(client, scene.owner)
    named = [
        path
        for path in _pages(app, scene)
        if NAME in client.get(path).get_data().decode(errors="replace")
    ]
    assert named == ["/policies/bicycles/people"]


def test_the_exported_files_do_not_name_the_officer(scene: _Scene) -> None:
    [policy_id] = exporting.list_exported(["bicycles"], with_private=False)
    files = list(exporting.export_policy(policy_id, with_private=False, plain=False))
    assert len(files) >= 3
    assert [file.path for file in files if NAME in file.content or NAME in str(file.row)] == []


def test_no_event_that_is_exported_names_the_officer(scene: _Scene) -> None:
    rows = db.session.scalars(select(EventRecord)).all()
    about = [row for row in rows if scene.officer.public_id in (row.actor + row.payload)]
    kinds = {row.kind for row in about}
    assert {"RevisionSaved", "CommentPosted", "ContributionSent", "SeatNamed"} <= kinds
    assert [row.kind for row in about if row.is_public] == []
    assert any(row.is_public for row in rows if row not in about)


def test_on_other_policies_the_events_of_the_officer_are_exported(scene: _Scene) -> None:
    make_thread(make_policy(slug="trees"), scene.officer, "About trees.")
    newest = select(EventRecord).where(EventRecord.actor == scene.officer.public_id)
    event = db.session.scalars(newest.order_by(EventRecord.id.desc())).first()
    assert event is not None
    assert event.is_public


def test_an_owner_appears_by_name(scene: _Scene) -> None:
    new = NewSeat("front_line", scene.owner.public_id, DISTRICT, shows_name=False)
    with pytest.raises(RuleBroken, match="appears by name"):
        name_seat("bicycles", new, actor=scene.owner)


def test_the_check_page_says_how_others_will_see_the_officer(app: Flask, scene: _Scene) -> None:
    client = _arrive(app, "visitor", scene)
    sign_in(client, scene.officer)
    sent = {"base": "3", "text": "", "summary": "It is so.", "step": "check"}
    page = client.post_form("/policies/bicycles/suggest", sent).get_data(as_text=True)
    assert SAID in page
    assert NAME not in page.split("<main")[1]
