"""One queue for all that was reported, and a case is one volunteer's at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from app import clock
from app.access.actor import Actor, Role
from app.database import committing, db
from app.errors import Conflict, NotAllowed, NotFound
from app.moderation.models import ModerationCase
from app.moderation.queries.appeals import list_open_appeals
from app.moderation.queries.queue import (
    Case,
    QueueFilters,
    count_cases,
    find_next,
    get_case,
    list_cases,
)
from app.moderation.queries.supervision import count_waiting, list_late_cases
from app.moderation.rules import Kind
from app.moderation.services.claiming import claim, give_back
from app.moderation.services.reviewing import ask_review, decide_appeal
from app.policies.models import Revision
from app.policies.services.seating import NewSeat, name_seat
from app.suggestions.services.withdrawing import withdraw
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.at_once import at_once, browser
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.moderation import decide_on, make_report
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import make_suggestion
from tests.checking_client import CheckingClient


def ids(cases: list[Case] | tuple[Case, ...]) -> list[int]:
    return [case.id for case in cases]


def queue(actor: Actor, **filters: str) -> list[Case]:
    return list(list_cases(actor, QueueFilters(**filters))[0])


def test_urgent_reports_come_first_then_the_oldest(app: Flask) -> None:
    thread, volunteer = make_thread(make_policy()), make_actor(Role.VOLUNTEER)
    rules = ("insult", "off_topic", "danger", "insult", "danger")
    for rule in rules:
        make_report(Kind.COMMENT, make_reply(thread).id, rule)
    assert ids(queue(volunteer)) == [3, 5, 1, 2, 4]
    seen, key = [], None
    for _page in range(3):
        cases, key = list_cases(volunteer, after=key, size=2)
        seen += ids(list(cases))
    assert (seen, key) == ([3, 5, 1, 2, 4], None)
    assert count_cases(volunteer) == (5, 2)


def test_the_queue_holds_every_kind_with_its_words_and_what_was_reported(app: Flask) -> None:
    policy, writer = make_policy(mode="open"), make_actor()
    one = make_suggestion(policy, "c3", "Within two days.", reason="Because of wheelchairs")
    save_text(policy.slug, TEXT.replace("三日", "两日"), actor=writer, base=1, summary="Rude line")
    revision = db.session.scalars(select(Revision.id).where(Revision.number == 2)).one()
    comment = make_thread(policy, body="Rude words").first
    make_report(Kind.SUGGESTION, one.id)
    make_report(Kind.SUMMARY, revision, "off_topic")
    make_report(Kind.NAME, writer.person_id, "advertising")
    make_report(Kind.COMMENT, comment.id)
    make_report(Kind.COMMENT, comment.id)
    make_report(Kind.COMMENT, comment.id, "unlawful")
    volunteer = make_actor(Role.VOLUNTEER)
    found = {case.kind: case for case in queue(volunteer)}
    assert {kind: case.words for kind, case in found.items()} == {
        "suggestion": "Within two days.\nBecause of wheelchairs",
        "summary": "Rude line",
        "name": writer.name,
        "comment": "Rude words",
    }
    assert found[Kind.COMMENT].reports == (("insult", 2), ("unlawful", 1))
    assert found[Kind.COMMENT].reporters == 3
    assert ids(queue(volunteer, kind="name")) == [3]
    assert ids(queue(volunteer, rule="off_topic")) == [2]
    assert ids(queue(volunteer, policy=policy.slug)) == [1, 2, 4]
    assert ids(queue(volunteer, policy="another")) == []


def test_words_that_left_view_are_not_in_the_queue_but_their_case_is(app: Flask) -> None:
    comment = make_thread(make_policy(), body="Mr Li of number 3").first
    make_report(Kind.COMMENT, comment.id, "personal_data")
    (case,) = queue(make_actor(Role.VOLUNTEER))
    assert (case.words, case.is_aside, case.is_hidden) == ("", True, True)


def test_the_number_of_selects_does_not_depend_on_the_cases(app: Flask) -> None:
    volunteer, policy = make_actor(Role.VOLUNTEER), make_policy(mode="open")
    selects: list[str] = []

    def count(size: int) -> int:
        for _one in range(size):
            make_report(Kind.COMMENT, make_thread(make_policy()).first.id)
            make_report(Kind.SUGGESTION, make_suggestion(policy, "c3", "Two days.").id)
        selects.clear()
        list_cases(volunteer)
        return len(selects)

    note: Callable[..., None] = lambda *args: selects.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert count(1) == count(4)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_what_its_author_took_back_is_no_case_and_closes_itself(app: Flask) -> None:
    policy, author = make_policy(mode="open"), make_actor()
    volunteer = make_actor(Role.VOLUNTEER)
    one = make_suggestion(policy, "c3", "Two days.", author)
    case = make_report(Kind.SUGGESTION, one.id)
    withdraw(policy.slug, one.number, actor=author)
    db.session.commit()
    assert queue(volunteer) == []
    assert count_cases(volunteer) == (0, 0)
    assert count_waiting(volunteer).cases == 0
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert list_late_cases(make_actor(Role.SUPERVISOR)) == []
    assert get_case(case.id, volunteer).is_gone
    assert claim(case.id, actor=volunteer) is False
    db.session.commit()
    closed = db.session.get_one(ModerationCase, case.id)
    assert (closed.closed_at is not None, closed.closed_by_id) == (True, None)


def test_what_a_volunteer_could_not_read_is_in_nobodys_queue_but_the_insiders(app: Flask) -> None:
    department = make_department()
    officer = make_actor(Role.OFFICER, department_id=department.id)
    inside = make_actor(Role.VOLUNTEER, department_id=department.id)
    resident = make_actor(department_id=department.id)
    private = make_policy(officer, is_public=False)
    comment = make_thread(private, resident).first
    case = make_report(Kind.COMMENT, comment.id, actor=inside)
    outside = make_actor(Role.VOLUNTEER)
    assert (ids(queue(inside)), ids(queue(outside))) == ([case.id], [])
    assert count_cases(outside) == (0, 0)
    with pytest.raises(NotFound):
        get_case(case.id, outside)
    with pytest.raises(NotFound):
        claim(case.id, actor=outside)


def test_a_case_is_one_volunteers_until_given_back_or_for_half_an_hour(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_actor(Role.VOLUNTEER), make_actor(Role.VOLUNTEER)
    case = make_report(Kind.COMMENT, make_thread(make_policy()).first.id)
    assert claim(case.id, actor=first)
    db.session.commit()
    assert ids(queue(first, who="mine")) == [case.id]
    assert (queue(second, who="mine"), queue(second, who="free")) == ([], [])
    assert queue(second)[0].claimed_by == first.name
    with pytest.raises(Conflict, match="looking at this"):
        claim(case.id, actor=second)
    db.session.rollback()
    give_back(case.id, actor=second)  # not theirs: nothing happens
    give_back(case.id, actor=first)
    db.session.commit()
    assert claim(case.id, actor=second)
    db.session.commit()
    later = clock.now() + timedelta(minutes=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert ids(queue(first, who="free")) == [case.id]
    assert claim(case.id, actor=first)
    assert get_case(case.id, second).claimed_by == first.name


def test_of_two_volunteers_at_once_one_has_the_case(app: Flask) -> None:
    case = make_report(Kind.COMMENT, make_thread(make_policy()).first.id)
    path = f"/moderation/{case.id}"
    browsers = [browser(app, make_actor(Role.VOLUNTEER)) for _one in range(2)]
    tokens = [one.get_token(path) for one in browsers]
    sendings = [
        lambda one=one, token=token: one.post(f"{path}/claim", data={"csrf_token": token})
        for one, token in zip(browsers, tokens, strict=True)
    ]
    assert at_once(app, *sendings) == [303, 409]


def test_nobody_takes_their_own_matter_nor_words_of_an_office(app: Flask) -> None:
    policy, volunteer = make_policy(), make_actor(Role.VOLUNTEER)
    own = make_report(Kind.COMMENT, make_thread(policy, volunteer, body="Mine").first.id)
    office = make_thread(policy, make_actor(Role.OFFICER), body="From the office").first
    official = make_report(Kind.COMMENT, office.id)
    for case in (own, official):
        with pytest.raises(NotAllowed):
            claim(case.id, actor=volunteer)
        db.session.rollback()
    assert find_next(volunteer) is None
    assert find_next(make_actor(Role.VOLUNTEER)) == own.id


def test_the_next_case_is_the_first_that_one_may_decide_on(app: Flask) -> None:
    thread, other = make_thread(make_policy()), make_actor(Role.VOLUNTEER)
    volunteer = make_actor(Role.VOLUNTEER)
    cases = [make_report(Kind.COMMENT, make_reply(thread, body=f"{n}").id) for n in range(3)]
    claim(cases[0].id, actor=other)
    db.session.commit()
    assert find_next(volunteer) == cases[1].id
    decide_on(cases[1], "none", volunteer)
    assert find_next(volunteer) == cases[2].id
    assert find_next(other) == cases[0].id


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.OFFICER, Role.ADMINISTRATOR, None])
def test_only_those_who_keep_order_see_the_queue(client: CheckingClient, role: Role | None) -> None:
    case = make_report(Kind.COMMENT, make_thread(make_policy()).first.id)
    if role:
        sign_in(client, make_actor(role))
    for path in ("/moderation", f"/moderation/{case.id}", "/moderation/selection?item=comment:1"):
        assert client.get(path).status_code == (403 if role else 303), path


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.SUPERVISOR])
def test_the_queue_reads_well_and_its_filters_lead_on(
    client: CheckingClient, language: str, role: Role
) -> None:
    thread = make_thread(make_policy())
    for rule in ("insult", "danger", "personal_data"):
        make_report(Kind.COMMENT, make_reply(thread, body=f"About {rule}").id, rule)
    sign_in(client, make_actor(role))
    client.set_cookie("lang", language)
    page = client.get("/moderation").get_data(as_text=True)
    assert [page.index(f'id="case-{n}"') for n in (2, 1, 3)] == sorted(
        page.index(f'id="case-{n}"') for n in (1, 2, 3)
    )
    assert "About insult" in page
    assert "About personal_data" not in page
    assert ("checkbox" in page) == (role is Role.VOLUNTEER)
    assert 'id="case-2"' not in client.get("/moderation?rule=insult").get_data(as_text=True)
    for query in ("who=mine", "who=free", "kind=name", "page=u2", "page=x", "rule=[]", "all=1"):
        assert client.get(f"/moderation?{query}").status_code == 200


def test_hidden_words_leave_the_queue_page_and_the_case_page(client: CheckingClient) -> None:
    comment = make_thread(make_policy(), body="Zyzzogeton").first
    case = make_report(Kind.COMMENT, comment.id)
    sign_in(client, make_actor(Role.VOLUNTEER))
    paths = ["/moderation", f"/moderation/{case.id}"]
    assert all("Zyzzogeton" in client.get(path).get_data(as_text=True) for path in paths)
    hide(comment)
    assert all("Zyzzogeton" not in client.get(path).get_data(as_text=True) for path in paths)


def test_who_writes_a_draft_decides_nothing_about_what_is_said_of_it(
    client: CheckingClient,
) -> None:
    owner, author, first = make_actor(Role.OFFICER), make_actor(), make_actor(Role.VOLUNTEER)
    policy, writer = make_policy(owner), make_actor(Role.VOLUNTEER)
    with committing():
        name_seat(policy.slug, NewSeat("drafter", writer.public_id), actor=owner)
    criticism = make_thread(policy, author, body="This draft forgets the night buses.")
    case = make_report(Kind.COMMENT, criticism.first.id, "off_topic")
    with pytest.raises(NotAllowed):
        claim(case.id, actor=writer)
    db.session.rollback()
    assert (find_next(writer), find_next(first)) == (None, case.id)
    sign_in(client, writer)
    for page in ("/moderation", f"/moderation/{case.id}"):
        assert "Your own matter: somebody else decides" in client.get(page).get_data(as_text=True)
    done = decide_on(case, "hide", first)
    assert done is not None
    with committing():
        appeal = ask_review(done.id, "It is about the draft.", actor=author)
    assert [one.is_own for one in list_open_appeals(writer)[0]] == [True]
    with pytest.raises(NotAllowed):
        decide_appeal(appeal.id, "upheld", "It is off topic", actor=writer)
