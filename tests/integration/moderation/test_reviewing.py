"""Asking for a review, once and in time, and deciding it by somebody else than the first."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.accounts.limits import Counted
from app.accounts.models import Person
from app.database import committing, db
from app.discussions.models import Comment
from app.discussions.queries import get_comment
from app.errors import Conflict, NotAllowed, NotFound, RuleBroken, TooMany
from app.ledger.models import EventRecord
from app.ledger.services import salted_hash
from app.moderation.models import Appeal, ModerationAction
from app.moderation.queries.appeals import list_decided_appeals, list_open_appeals
from app.moderation.queries.log import list_actions
from app.moderation.queries.log_rows import LogFilters
from app.moderation.rules import Kind
from app.moderation.services import Decision, Link, reverse
from app.moderation.services.reviewing import ask_review, decide_appeal
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.at_once import at_once, browser
from tests.builders.discussions import make_reply, make_thread
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_contribution
from tests.builders.throttles import narrow
from tests.checking_client import CheckingClient
from tests.integration.moderation.decided_matters import (
    RARE,
    appeal_by,
    counted,
    decide,
    decide_case,
    report,
)
from tests.integration.suggestions.own_words import unlock

WORDS = "It was a quotation"
ONE_OF_THEM = "A review is decided by somebody else in the role of the first"


@pytest.fixture
def first(app: Flask, noon: datetime) -> Actor:
    """The volunteer who decides first."""
    return make_actor(Role.VOLUNTEER)


@pytest.fixture
def author(app: Flask) -> Actor:
    return make_actor()


def hidden_by(first: Actor, author: Actor) -> ModerationAction:
    thread = make_thread(make_policy(), author, body=f"{RARE} words")
    return decide(Kind.COMMENT, thread.first.id, actor=first)


def review_of(done: ModerationAction) -> str:
    return f"/moderation/log/{done.id}/review"


def events(kind: str) -> list[EventRecord]:
    query = select(EventRecord).where(EventRecord.kind == kind).order_by(EventRecord.id)
    return list(db.session.scalars(query))


# Asking


def test_the_author_asks_and_the_record_says_so(
    client: CheckingClient, first: Actor, author: Actor
) -> None:
    done = hidden_by(first, author)
    sign_in(client, author)
    path = review_of(done)
    page = client.get(path).get_data(as_text=True)
    assert "Names a neighbour" in page
    assert RARE not in page
    assert "You can ask until <time" in page
    assert "1 April 2026" in page
    assert client.post_form(path, {"words": WORDS}).status_code == 303
    page = client.get(path).get_data(as_text=True)
    assert WORDS in page
    assert "<textarea" not in page
    client.get("/account/sign-out")
    assert "A review was asked for on" in client.get("/moderation/log").get_data(as_text=True)
    (event,) = events("AppealAsked")
    appeal = db.session.scalars(select(Appeal)).one()
    payload = json.loads(event.payload)
    assert payload["words"] == salted_hash(appeal.salt, WORDS)
    assert event.is_public


def test_words_of_an_appeal_are_for_those_who_decide(
    client: CheckingClient, first: Actor, author: Actor
) -> None:
    done = hidden_by(first, author)
    appeal_by(author, done, "Only for the volunteers")
    for path in ("/moderation/log", "/moderation/log.atom"):
        assert "Only for the volunteers" not in client.get(path).get_data(as_text=True)
    reader = make_actor()
    sign_in(client, reader)
    assert client.get(review_of(done)).status_code == 403
    assert client.get("/moderation/appeals/1").status_code == 403


def test_somebody_who_is_suspended_asks_for_a_review_of_that(
    client: CheckingClient, first: Actor, author: Actor
) -> None:
    done = decide(Kind.PERSON, author.person_id, "suspend", first, days=3)
    sign_in(client, author)
    assert client.post_form(review_of(done), {"words": WORDS}).status_code == 303
    (event,) = events("AppealAsked")
    assert not event.is_public  # nobody learns who was suspended


def test_who_holds_the_look_up_code_asks_without_an_account(
    client: CheckingClient, first: Actor
) -> None:
    policy = make_policy(mode="reviewed")
    one = make_contribution(policy, reason="A reason", clause="c3", text="Other words")
    done = decide(Kind.SUGGESTION, one.id, actor=first)
    assert client.post(review_of(done), data={"words": WORDS}).status_code in (400, 403)
    unlock(client, one)
    assert client.post_form(review_of(done), {"words": WORDS}).status_code == 303
    appeal = db.session.scalars(select(Appeal)).one()
    assert (appeal.by_id, appeal.words) == (None, WORDS)


def test_a_code_opens_the_review_of_a_comment_sent_with_it_and_of_nothing_else(
    client: CheckingClient, first: Actor
) -> None:
    policy = make_policy(mode="reviewed")
    one, other = make_contribution(policy), make_contribution(policy)
    db.session.refresh(one)
    comment = opening_comment_of(one.thread_id)
    done = decide(Kind.COMMENT, comment, actor=first)
    unlock(client, other)
    assert client.get(review_of(done)).status_code == 403
    unlock(client, one)
    assert client.get(review_of(done)).status_code == 200


def opening_comment_of(thread_id: int | None) -> int:
    query = select(func.min(Comment.id)).where(Comment.thread_id == thread_id)
    found = db.session.scalar(query)
    assert found is not None
    return found


@pytest.mark.parametrize("action", ["none", "hide"])
def test_a_reader_whose_report_led_to_it_asks_and_stays_unknown(
    client: CheckingClient, first: Actor, author: Actor, action: str
) -> None:
    thread, reader = make_thread(make_policy(), author), make_actor()
    case = report(thread.first, reader)
    done = decide_case(thread.first, case, action, first)
    sign_in(client, make_actor())
    assert client.get(review_of(done)).status_code == 403
    sign_in(client, reader)
    assert client.post_form(review_of(done), {"words": WORDS}).status_code == 303
    (event,) = events("AppealAsked")
    assert not event.is_public


def test_a_review_is_asked_for_once(client: CheckingClient, first: Actor, author: Actor) -> None:
    reader, thread = make_actor(), make_thread(make_policy(), author)
    case = report(thread.first, reader)
    done = decide_case(thread.first, case, "hide", first)
    sign_in(client, reader)
    token = client.get_token(review_of(done))
    appeal_by(author, done)
    answer = client.post(review_of(done), data={"csrf_token": token, "words": "Me, too"})
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "A review of this was asked for already" in page
    assert "A review was asked for on" in page
    assert WORDS not in page  # the other's words are not the reader's
    assert db.session.scalar(select(func.count(Appeal.id))) == 1


def test_two_who_ask_at_once_make_one_review(app: Flask, first: Actor, author: Actor) -> None:
    reader, thread = make_actor(), make_thread(make_policy(), author)
    case = report(thread.first, reader)
    done = decide_case(thread.first, case, "hide", first)
    path = review_of(done)
    ways: list[Callable[[], object]] = []
    for person in (author, reader):
        one = browser(app, person)
        data = {"csrf_token": one.get_token(path), "words": WORDS}
        ways.append(lambda one=one, data=data: one.post(path, data=data))  # type: ignore[misc]
    assert at_once(app, *ways) == [303, 409]  # type: ignore[arg-type]
    assert db.session.scalar(select(func.count(Appeal.id))) == 1


@pytest.mark.parametrize("words", ["", "  ", "说" * 2001])
def test_a_sentence_is_needed_and_comes_back(
    client: CheckingClient, first: Actor, author: Actor, words: str
) -> None:
    done = hidden_by(first, author)
    sign_in(client, author)
    answer = client.post_form(review_of(done), {"words": words})
    assert answer.status_code == 422
    assert words.strip() in answer.get_data(as_text=True)


def test_a_stale_form_is_sent_once_more_with_its_words(
    client: CheckingClient, first: Actor, author: Actor
) -> None:
    done = hidden_by(first, author)
    sign_in(client, author)
    answer = client.post(review_of(done), data={"csrf_token": "old", "words": WORDS})
    assert answer.status_code == 400
    assert WORDS in answer.get_data(as_text=True)


def test_after_thirty_days_nobody_asks_any_more(
    client: CheckingClient, first: Actor, author: Actor
) -> None:
    done = hidden_by(first, author)
    with clock.frozen(clock.now() + timedelta(days=30, seconds=1)):
        with pytest.raises(RuleBroken, match="within"):
            ask_review(done.id, WORDS, actor=author)
        sign_in(client, author)
        page = client.get(review_of(done)).get_data(as_text=True)
    assert "within 30 days" in page
    assert "<textarea" not in page


def test_what_was_taken_back_is_not_reviewed(first: Actor, author: Actor) -> None:
    done = hidden_by(first, author)
    undo = Decision("", "insult", "Wrong one")
    back = reverse(done.id, undo, actor=first, link=Link(is_mistake=True))
    db.session.commit()
    for action in (done, back):
        with pytest.raises(RuleBroken):
            ask_review(action.id, WORDS, actor=author)


def test_what_is_only_set_aside_waits_for_a_volunteer_first(first: Actor, author: Actor) -> None:
    thread = make_thread(make_policy(), author)
    case = report(thread.first, make_actor(), "personal_data")
    aside = db.session.scalars(select(ModerationAction)).one()
    with pytest.raises(RuleBroken, match="yet to look"):
        ask_review(aside.id, WORDS, actor=author)
    done = decide_case(thread.first, case, "hide", first)
    assert appeal_by(author, done).id


def test_asking_is_throttled(monkeypatch: pytest.MonkeyPatch, first: Actor, author: Actor) -> None:
    narrow(monkeypatch, Counted.APPEAL, 2)
    policy = make_policy()
    actions = [
        decide(Kind.COMMENT, make_thread(policy, author, body=f"No. {n}").first.id, actor=first)
        for n in range(3)
    ]
    for done in actions[:2]:
        appeal_by(author, done)
    with pytest.raises(TooMany):
        ask_review(actions[2].id, WORDS, actor=author)


@pytest.mark.parametrize("ident", [999, 2**31])
def test_a_review_of_nothing_is_absent(client: CheckingClient, author: Actor, ident: int) -> None:
    sign_in(client, author)
    assert client.get(f"/moderation/log/{ident}/review").status_code == 404


def test_an_author_who_no_longer_sees_the_draft_still_asks(
    client: CheckingClient, first: Actor
) -> None:
    department = make_department()
    officer = make_actor(Role.OFFICER, department_id=department.id)
    inside = make_actor(Role.VOLUNTEER, department_id=department.id)
    resident = make_actor(department_id=department.id)
    policy = make_policy(officer, is_public=False, title="非公开草案")
    done = decide(Kind.COMMENT, make_thread(policy, resident).first.id, actor=inside)
    with committing():
        db.session.get_one(Person, resident.person_id).department_id = None
    sign_in(client, resident)
    page = client.get(review_of(done))
    assert page.status_code == 200
    assert "非公开草案" not in page.get_data(as_text=True)
    sign_in(client, make_actor())
    assert client.get(review_of(done)).status_code == 404


# Deciding


def test_another_volunteer_takes_it_back_and_the_record_shows_both(
    client: CheckingClient, first: Actor, author: Actor
) -> None:
    done = hidden_by(first, author)
    appeal = appeal_by(author, done)
    second = make_actor(Role.VOLUNTEER)
    sign_in(client, second)
    path = f"/moderation/appeals/{appeal.id}"
    page = client.get(path).get_data(as_text=True)
    assert WORDS in page
    assert RARE not in page
    assert 'action="/moderation/words"' in page
    data = {"outcome": "overturned", "reason": "It quotes the draft"}
    assert client.post_form(path, data).status_code == 303
    assert get_comment(done.object_id, VISITOR).body == f"{RARE} words"
    db.session.refresh(appeal)
    reversal = db.session.get_one(ModerationAction, appeal.reversal_id)
    assert (reversal.action, reversal.reverses_id) == ("show", done.id)
    assert (appeal.decided_by_id, appeal.decided_role) == (second.id, "volunteer")
    rows = list_actions(VISITOR, LogFilters(state="overturned"))[0]
    assert [row.id for row in rows] == [done.id]
    page = client.get("/moderation/log").get_data(as_text=True)
    assert "it was wrong and was taken back" in page
    assert page.count("It quotes the draft") == 2  # in the review, and as the reason of the new act
    (event,) = events("AppealDecided")
    payload = json.loads(event.payload)
    assert (payload["outcome"], payload["reversal"]) == ("overturned", reversal.id)
    assert payload["reason"] == salted_hash(appeal.salt, "It quotes the draft")


def test_a_decision_that_stands_changes_nothing_but_the_record(
    client: CheckingClient, first: Actor, author: Actor
) -> None:
    done = hidden_by(first, author)
    appeal = appeal_by(author, done)
    decide_appeal(appeal.id, "upheld", "It names a person", actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    assert get_comment(done.object_id, VISITOR).body == ""
    assert appeal.reversal_id is None
    assert "it stands" in client.get("/moderation/log").get_data(as_text=True)
    sign_in(client, author)
    page = client.get(review_of(done)).get_data(as_text=True)
    assert "It names a person" in page
    assert "<textarea" not in page


@pytest.mark.parametrize(
    ("role", "who"),
    [(Role.VOLUNTEER, "first"), (Role.RESIDENT, "author"), (Role.RESIDENT, "another"),
     (Role.OFFICER, "another"), (Role.SUPERVISOR, "another"), (Role.VOLUNTEER, "flagger")],
)  # fmt: skip
def test_nobody_concerned_and_nobody_of_another_role_decides(
    client: CheckingClient, first: Actor, author: Actor, role: Role, who: str
) -> None:
    thread = make_thread(make_policy(), author)
    another = make_actor(role)
    case = report(thread.first, another if who == "flagger" else make_actor())
    done = decide_case(thread.first, case, "hide", first)
    appeal = appeal_by(author, done)
    person = {"first": first, "author": author}.get(who, another)
    with pytest.raises(NotAllowed, match=ONE_OF_THEM):
        decide_appeal(appeal.id, "upheld", "Because", actor=person)
    db.session.rollback()
    sign_in(client, person)
    path = f"/moderation/appeals/{appeal.id}"
    answer = client.post(
        path, data={"csrf_token": client.get_token("/"), "outcome": "upheld", "reason": "x"}
    )
    assert answer.status_code in (400, 403)
    if role in (Role.VOLUNTEER, Role.SUPERVISOR):
        page = client.get(path).get_data(as_text=True)
        assert 'name="outcome"' not in page
        assert "/moderation/words" not in page


def test_one_asks_who_is_a_volunteer_and_does_not_decide_it(first: Actor) -> None:
    asker = make_actor(Role.VOLUNTEER)
    done = decide(Kind.COMMENT, make_thread(make_policy(), asker).first.id, actor=first)
    appeal = appeal_by(asker, done)
    with pytest.raises(NotAllowed, match=ONE_OF_THEM):
        decide_appeal(appeal.id, "overturned", "I like it", actor=asker)


@pytest.mark.parametrize(("outcome", "reason"), [("upheld", ""), ("", "Because"), ("x", "Because")])
def test_outcome_and_reason_are_needed(
    client: CheckingClient, first: Actor, author: Actor, outcome: str, reason: str
) -> None:
    appeal = appeal_by(author, hidden_by(first, author))
    sign_in(client, make_actor(Role.VOLUNTEER))
    path = f"/moderation/appeals/{appeal.id}"
    answer = client.post_form(path, {"outcome": outcome, "reason": reason})
    assert answer.status_code == 422
    assert reason in answer.get_data(as_text=True)
    db.session.refresh(appeal)
    assert appeal.decided_at is None


def test_two_who_decide_at_once_make_one_decision(app: Flask, first: Actor, author: Actor) -> None:
    appeal = appeal_by(author, hidden_by(first, author))
    path = f"/moderation/appeals/{appeal.id}"
    ways: list[Callable[[], object]] = []
    for outcome in ("upheld", "overturned"):
        one = browser(app, make_actor(Role.VOLUNTEER))
        data = {"csrf_token": one.get_token(path), "outcome": outcome, "reason": "Seen"}
        ways.append(lambda one=one, data=data: one.post(path, data=data))  # type: ignore[misc]
    assert at_once(app, *ways) == [303, 409]  # type: ignore[arg-type]
    db.session.rollback()
    decided = db.session.get_one(Appeal, appeal.id)
    shows = select(func.count(ModerationAction.id)).where(ModerationAction.action == "show")
    assert db.session.scalar(shows) == (1 if decided.outcome == "overturned" else 0)


def test_a_review_is_decided_once(first: Actor, author: Actor) -> None:
    appeal = appeal_by(author, hidden_by(first, author))
    decide_appeal(appeal.id, "upheld", "Seen", actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    with pytest.raises(Conflict):
        decide_appeal(appeal.id, "overturned", "Seen", actor=make_actor(Role.VOLUNTEER))


def test_what_a_review_led_to_is_not_reviewed_again(first: Actor, author: Actor) -> None:
    reader, thread = make_actor(), make_thread(make_policy(), author)
    done = decide_case(thread.first, report(thread.first, reader), "hide", first)
    appeal = appeal_by(author, done)
    decide_appeal(appeal.id, "overturned", "Seen", actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    with pytest.raises(RuleBroken, match="itself the outcome"):
        ask_review(appeal.reversal_id or 0, WORDS, actor=reader)


def test_doing_nothing_is_overturned_by_hiding(first: Actor, author: Actor) -> None:
    reader, thread = make_actor(), make_thread(make_policy(), author, body="Rude words")
    done = decide_case(thread.first, report(thread.first, reader), "none", first)
    appeal = appeal_by(reader, done, "It is an insult")
    decide_appeal(appeal.id, "overturned", "It is one", actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    assert get_comment(thread.first.id, VISITOR).body == ""
    reversal = db.session.get_one(ModerationAction, appeal.reversal_id)
    assert (reversal.action, reversal.reverses_id, reversal.rule) == ("hide", done.id, "insult")


@pytest.mark.parametrize(
    ("action", "more", "undone"), [("suspend", {"days": 3}, "end_suspend"), ("remind", {}, None)]
)
def test_a_suspension_ends_and_a_reminder_is_only_said_to_be_wrong(
    first: Actor, author: Actor, action: str, more: dict[str, int], undone: str | None
) -> None:
    done = decide(Kind.PERSON, author.person_id, action, first, **more)
    person = db.session.get_one(Person, author.person_id)
    appeal = appeal_by(person.actor(clock.now()), done)
    decide_appeal(appeal.id, "overturned", "Mild words", actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    found = db.session.get(ModerationAction, appeal.reversal_id) if appeal.reversal_id else None
    assert (found.action if found else None) == undone
    db.session.refresh(person)
    assert not person.actor(clock.now()).is_suspended


def test_what_ended_by_itself_is_overturned_in_the_record_alone(
    first: Actor, author: Actor
) -> None:
    done = decide(Kind.PERSON, author.person_id, "suspend", first, days=1)
    with clock.frozen(clock.now() + timedelta(days=2)):
        appeal = appeal_by(author, done)
        decide_appeal(appeal.id, "overturned", "Mild words", actor=make_actor(Role.VOLUNTEER))
        db.session.commit()
    assert (appeal.outcome, appeal.reversal_id) == ("overturned", None)


def test_a_review_about_a_private_draft_is_for_those_who_see_it(
    client: CheckingClient, first: Actor
) -> None:
    department = make_department()
    officer = make_actor(Role.OFFICER, department_id=department.id)
    inside = make_actor(Role.VOLUNTEER, department_id=department.id)
    resident = make_actor(department_id=department.id)
    policy = make_policy(officer, is_public=False, title="非公开草案")
    appeal = appeal_by(
        resident, decide(Kind.COMMENT, make_thread(policy, resident).first.id, actor=inside)
    )
    assert list_open_appeals(first)[0] == []
    with pytest.raises(NotFound):
        decide_appeal(appeal.id, "upheld", "Seen", actor=first)
    sign_in(client, first)
    assert client.get(f"/moderation/appeals/{appeal.id}").status_code == 404
    assert not any(event.is_public for event in events("AppealAsked"))


def test_the_list_shows_the_oldest_first_with_its_age_and_whose_matter_it_is(
    client: CheckingClient, first: Actor, author: Actor
) -> None:
    policy = make_policy()
    mine = decide(Kind.COMMENT, make_thread(policy, author, body="A").first.id, actor=first)
    second = make_actor(Role.VOLUNTEER)
    other = decide(Kind.COMMENT, make_thread(policy, author, body="B").first.id, actor=second)
    appeal_by(author, mine)
    with clock.frozen(clock.now() + timedelta(days=3)):
        appeal_by(author, other)
        rows, end = list_open_appeals(first)
        assert ([row.days for row in rows], [row.is_own for row in rows]) == ([3, 0], [True, False])
        assert end is None
        sign_in(client, first)
        page = client.get("/moderation/appeals").get_data(as_text=True)
        assert page.index("waits for 3 days") < page.index("asked for today")
        assert page.count("Your own matter") == 1
        decide_appeal(rows[0].id, "upheld", "Seen", actor=second)
        db.session.commit()
        assert [row.outcome for row in list_decided_appeals(first)] == ["upheld"]
        assert "Decided lately" in client.get("/moderation/appeals").get_data(as_text=True)


def test_the_list_comes_in_pages_at_a_fixed_cost(
    client: CheckingClient, first: Actor, author: Actor
) -> None:
    thread = make_thread(make_policy(), author)
    sign_in(client, first)
    costs = []
    for _round in range(2):
        for _number in range(3):
            writer = make_actor()
            reply = make_reply(thread, writer)
            appeal_by(writer, decide(Kind.COMMENT, reply.id, actor=make_actor(Role.VOLUNTEER)))
        client.get("/moderation/appeals")
        with counted() as seen:
            client.get("/moderation/appeals")
        costs.append(len(seen))
    assert costs[0] == costs[1]
    rows, key = list_open_appeals(first, size=4)
    rest, end = list_open_appeals(first, after=key, size=4)
    assert [row.id for row in [*rows, *rest]] == [1, 2, 3, 4, 5, 6]
    assert end is None


@pytest.mark.parametrize("role", [None, Role.RESIDENT, Role.OFFICER, Role.ADMINISTRATOR])
def test_reviews_are_no_business_of_others(
    client: CheckingClient, app: Flask, role: Role | None
) -> None:
    if role is not None:
        sign_in(client, make_actor(role))
    assert client.get("/moderation/appeals").status_code == (303 if role is None else 403)


def test_the_pages_read_in_chinese(client: CheckingClient, first: Actor, author: Actor) -> None:
    done = hidden_by(first, author)
    appeal_by(author, done)
    client.set_cookie("lang", "zh")
    sign_in(client, author)
    assert "复查" in client.get(review_of(done)).get_data(as_text=True)
    sign_in(client, make_actor(Role.VOLUNTEER))
    for path in ("/moderation/appeals", "/moderation/appeals/1"):
        page = client.get(path).get_data(as_text=True)
        assert "复查" in page
        assert "Reviews" not in page
