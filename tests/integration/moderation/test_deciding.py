"""A decision on a case: on the words, their thread, the draft's talk or the person; once."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import VISITOR, Role
from app.accounts.models import Person
from app.database import db, writing
from app.discussions.models import Slowdown, Thread
from app.discussions.queries import get_comment
from app.discussions.services.editing import edit_comment
from app.discussions.services.withdrawing import withdraw_words
from app.errors import Conflict, NotAllowed, RuleBroken
from app.ledger.models import EventRecord
from app.moderation.models import ModerationAction, ModerationCase
from app.moderation.queries.history import count_past, list_past, list_undoable
from app.moderation.queries.queue import get_case
from app.moderation.rules import Kind
from app.moderation.services import Decision
from app.moderation.services.claiming import claim
from app.moderation.services.deciding import decide
from app.moderation.services.undoing import undo
from app.suggestions.services.replying import reply
from app.visibility import Hidden
from tests.builders.accounts import make_actor, sign_in
from tests.builders.at_once import at_once, browser
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.moderation import WHY, decide_on, make_report
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_suggestion
from tests.checking_client import CheckingClient


def reported(**more: str) -> ModerationCase:
    return make_report(Kind.COMMENT, make_thread(make_policy(), **more).first.id)


def form_of(case: ModerationCase, **changed: str) -> dict[str, str]:
    seen = get_case(case.id, make_actor(Role.VOLUNTEER)).stamp
    return {"seen": seen, "action": "hide", "rule": "insult", "reason": WHY, **changed}


def test_each_decision_reaches_what_it_is_about_and_closes_the_case(app: Flask) -> None:
    thread = make_thread(make_policy())
    author = thread.first.author_id
    aims = (
        ("hide", None, Kind.COMMENT, None),
        ("none", None, Kind.COMMENT, None),
        ("lock", None, Kind.THREAD, thread.id),
        ("slow", 1, Kind.POLICY, thread.policy_id),
        ("remind", None, Kind.PERSON, author),
        ("suspend", 3, Kind.PERSON, author),
    )
    writer = db.session.get_one(Person, author).actor(clock.now())
    comments = [make_reply(thread, writer, aim[0]) for aim in aims]
    for comment, (action, days, kind, aim) in zip(comments, aims, strict=True):
        case = make_report(Kind.COMMENT, comment.id)
        done = decide_on(case, action, days=days)
        assert done is not None
        assert (done.kind, done.object_id) == (kind, aim or comment.id)
        assert (done.case_id, case.closed_by_id) == (case.id, done.by_id)
    assert db.session.get_one(Thread, thread.id).locked_at is not None
    assert db.session.scalar(select(func.count(Slowdown.id))) == 1
    assert db.session.get_one(Person, author).actor(clock.now()).is_suspended


def test_replies_to_a_suggestion_are_stopped_where_there_are_any(app: Flask) -> None:
    policy = make_policy(mode="open")
    one = make_suggestion(policy, "c3", "Two days.")
    case = make_report(Kind.SUGGESTION, one.id)
    with pytest.raises(RuleBroken, match="cannot be done here"):
        decide_on(case, "lock")
    db.session.rollback()
    reply(policy.slug, one.number, "Nonsense", actor=make_actor())
    db.session.commit()
    done = decide_on(case, "lock")
    assert done is not None
    assert db.session.get_one(Thread, done.object_id).locked_at == done.at


def test_a_name_has_no_thread_and_no_draft_to_slow_down(app: Flask) -> None:
    case = make_report(Kind.NAME, make_actor().person_id)
    for action in ("lock", "slow"):
        with pytest.raises(RuleBroken, match="cannot be done here"):
            decide_on(case, action)
        db.session.rollback()
    assert decide_on(case, "hide") is not None


def test_words_that_were_changed_while_somebody_looked_are_read_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    author, volunteer = make_actor(), make_actor(Role.VOLUNTEER)
    comment = make_thread(make_policy(), author).first
    case = make_report(Kind.COMMENT, comment.id)
    seen = get_case(case.id, volunteer).stamp
    later = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    edit_comment(comment.id, "Friendlier words", actor=author)
    db.session.commit()
    with pytest.raises(Conflict, match="read them again"):
        decide(case.id, Decision("hide", "insult", WHY), seen=seen, actor=volunteer)
    db.session.rollback()
    assert get_comment(comment.id, VISITOR).marker is None
    assert decide_on(case, "none", volunteer) is not None


def test_another_volunteers_case_and_a_decided_one_are_left_alone(app: Flask) -> None:
    case, first, second = reported(), make_actor(Role.VOLUNTEER), make_actor(Role.VOLUNTEER)
    claim(case.id, actor=first)
    db.session.commit()
    with pytest.raises(Conflict, match="looking at this"):
        decide_on(case, "none", second)
    db.session.rollback()
    decide_on(case, "hide", first)
    with pytest.raises(Conflict, match="has decided"):
        decide_on(case, "remind", second)
    db.session.rollback()
    assert decide_on(case, "remind", first) is not None  # more of the same volunteer


def test_what_vanished_closes_its_case_and_nothing_is_done(app: Flask) -> None:
    author, volunteer = make_actor(), make_actor(Role.VOLUNTEER)
    comment = make_thread(make_policy(), author).first
    case = make_report(Kind.COMMENT, comment.id)
    seen = get_case(case.id, volunteer).stamp
    writing()
    withdraw_words(comment.thread_id, clock.now(), actor=author)
    db.session.commit()
    done = decide(case.id, Decision("hide", "insult", WHY), seen=seen, actor=volunteer)
    db.session.commit()
    assert done is None
    assert db.session.get_one(ModerationCase, case.id).closed_at is not None
    assert db.session.scalar(select(func.count(ModerationAction.id))) == 0


def test_own_matters_and_officers_words_are_not_decided_on(app: Flask) -> None:
    policy, volunteer = make_policy(), make_actor(Role.VOLUNTEER)
    own = make_report(Kind.COMMENT, make_thread(policy, volunteer, body="Mine").first.id)
    office = make_thread(policy, make_actor(Role.OFFICER), body="From the office").first
    official = make_report(Kind.COMMENT, office.id)
    for case in (own, official):
        for action in ("hide", "none", "lock", "slow", "remind"):
            with pytest.raises(NotAllowed):
                decide_on(case, action, volunteer)
            db.session.rollback()
    for role in (Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.RESIDENT):
        with pytest.raises(NotAllowed):
            decide_on(reported(), "hide", make_actor(role))
        db.session.rollback()


def test_an_officer_who_reports_criticism_of_the_own_draft_is_seen_to_be_one(
    client: CheckingClient,
) -> None:
    officer = make_actor(Role.OFFICER)
    comment = make_thread(make_policy(officer), body="This draft is a disgrace").first
    case = make_report(Kind.COMMENT, comment.id, "insult", "About us", actor=officer)
    for role in (Role.VOLUNTEER, Role.SUPERVISOR):
        sign_in(client, make_actor(role))
        page = client.get(f"/moderation/{case.id}").get_data(as_text=True)
        assert "An officer" in page
        assert "About us" in page
        assert officer.name not in page.split("<main", 1)[1]


def test_of_two_who_hide_at_once_one_has_decided(app: Flask) -> None:
    case = reported()
    path = f"/moderation/{case.id}"
    form = form_of(case)
    browsers = [browser(app, make_actor(Role.VOLUNTEER)) for _one in range(2)]
    tokens = [one.get_token(path) for one in browsers]
    sendings = [
        lambda one=one, token=token: one.post(path, data={**form, "csrf_token": token})
        for one, token in zip(browsers, tokens, strict=True)
    ]
    assert at_once(app, *sendings) == [303, 409]
    assert db.session.scalar(select(func.count(ModerationAction.id))) == 1
    assert db.session.scalar(select(func.count(Hidden.id))) == 1


def test_a_volunteer_goes_from_case_to_case(client: CheckingClient) -> None:
    thread = make_thread(make_policy())
    cases = [make_report(Kind.COMMENT, make_reply(thread, body=f"{n}").id) for n in range(2)]
    sign_in(client, make_actor(Role.VOLUNTEER))
    forms = [form_of(case, action="suspend:3") for case in cases]
    answer = client.post_form(f"/moderation/{cases[0].id}", forms[0])
    assert answer.headers["Location"] == f"/moderation/{cases[1].id}"
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert re.search(r"/moderation/log/\d+/undo", page)
    forms[1]["action"] = "slow:10"
    answer = client.post_form(f"/moderation/{cases[1].id}", forms[1])
    assert answer.headers["Location"] == "/moderation"
    assert db.session.scalars(select(ModerationAction.action)).all() == ["suspend", "slow"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", ["comment", "aside", "suggestion", "name", "hidden", "office"])
def test_the_page_of_a_case_reads_well(client: CheckingClient, language: str, kind: str) -> None:
    policy = make_policy(mode="open")
    author = make_actor(Role.OFFICER if kind == "office" else Role.RESIDENT)
    comment = make_thread(policy, author, body="Rude words").first
    rule = "personal_data" if kind == "aside" else "danger"
    if kind == "suggestion":
        one = make_suggestion(policy, "c3", "Two days.")
        case = make_report(Kind.SUGGESTION, one.id, rule, "Look here")
    elif kind == "name":
        case = make_report(Kind.NAME, author.person_id, rule, "Look here")
    else:
        case = make_report(Kind.COMMENT, comment.id, rule, "Look here")
    if kind == "hidden":
        hide(comment)
    client.set_cookie("lang", language)
    for role in (Role.VOLUNTEER, Role.SUPERVISOR):
        sign_in(client, make_actor(role))
        answer = client.get(f"/moderation/{case.id}")
        assert answer.status_code == 200
        page = answer.get_data(as_text=True)
        assert "Look here" in page
        assert ("110 · 119 · 120" in page) == (kind not in ("aside", "hidden"))
        decides = role is Role.VOLUNTEER and kind not in ("office", "hidden")
        assert ('name="reason"' in page) == decides
        assert ('value="none"' in page) == (decides and kind != "aside")
        assert ('value="show"' in page) == (decides and kind == "aside")
        assert ("moderation/words" in page) == (kind in ("aside", "hidden"))


@pytest.mark.parametrize(
    ("changed", "status", "sentence"),
    [
        ({"rule": ""}, 422, "Please choose the rule that applies."),
        ({"reason": " "}, 422, "Please give a reason; everybody can read it."),
        ({"action": ""}, 422, "Please choose what to do."),
        ({"action": "delete"}, 422, "Please choose what to do."),
        ({"action": "suspend:30"}, 422, "Please choose for how long."),
        ({"action": "slow:x"}, 422, "Please choose how slow."),
        ({"seen": "00000000"}, 409, "Please read them again."),
    ],
)
def test_a_decision_that_cannot_be_done_comes_back_with_its_words(
    client: CheckingClient, changed: dict[str, str], status: int, sentence: str
) -> None:
    case = reported()
    sign_in(client, make_actor(Role.VOLUNTEER))
    answer = client.post_form(f"/moderation/{case.id}", form_of(case, **changed))
    assert answer.status_code == status
    page = answer.get_data(as_text=True)
    assert sentence in page
    assert changed.get("reason", WHY) in page
    assert db.session.scalar(select(func.count(ModerationAction.id))) == 0


def test_one_may_take_back_what_one_did_for_ten_minutes(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, volunteer = reported(), make_actor(Role.VOLUNTEER)
    done = decide_on(case, "hide", volunteer)
    assert done is not None
    assert [one.id for one in list_undoable(volunteer)] == [done.id]
    with pytest.raises(NotAllowed, match="who did this"):
        undo(done.id, actor=make_actor(Role.VOLUNTEER))
    db.session.rollback()
    back = undo(done.id, actor=volunteer)
    db.session.commit()
    assert (back.action, back.is_mistake, back.reverses_id) == ("show", True, done.id)
    assert list_undoable(volunteer) == []
    assert get_case(case.id, volunteer).is_mine
    payload = db.session.scalars(
        select(EventRecord.payload).where(EventRecord.kind == "ActionReversed")
    ).one()
    assert json.loads(payload)["is_mistake"] is True
    again = decide_on(case, "suspend", volunteer, days=1)
    assert again is not None
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert list_undoable(volunteer) == []
    with pytest.raises(RuleBroken, match="within 10 minutes"):
        undo(again.id, actor=volunteer)


def test_a_mistake_is_undone_with_one_press_and_the_log_says_so(client: CheckingClient) -> None:
    case, volunteer = reported(), make_actor(Role.VOLUNTEER)
    done = decide_on(case, "hide", volunteer)
    assert done is not None
    sign_in(client, volunteer)
    path = f"/moderation/log/{done.id}/undo"
    assert path in client.get("/moderation").get_data(as_text=True)
    answer = client.post_form(path, form="/moderation")
    assert answer.headers["Location"] == f"/moderation/{case.id}"
    assert client.post_form(path, form="/moderation").status_code == 422
    client.set_cookie("lang", "zh")
    log = client.get("/moderation/log").get_data(as_text=True)
    assert "Taken back at once" not in log
    assert "处理有误" in log


def test_the_history_of_a_person_says_what_was_done_and_no_more(client: CheckingClient) -> None:
    author, volunteer = make_actor(), make_actor(Role.VOLUNTEER)
    policy = make_policy()
    for number in range(3):
        case = make_report(Kind.COMMENT, make_thread(policy, author, body=f"{number}").first.id)
        done = decide_on(case, ("hide", "none", "hide")[number], volunteer)
    assert done is not None
    undo(done.id, actor=volunteer)
    db.session.commit()
    rows, _next = list_past(author.person_id, volunteer)
    assert [(row.action, row.verdict.was_mistake) for row in rows] == [
        ("hide", True),
        ("hide", False),
    ]
    assert count_past(author.person_id, volunteer) == (2, 1)
    first, key = list_past(author.person_id, volunteer, size=1)
    rest, end = list_past(author.person_id, volunteer, before=key, size=1)
    assert ([row.id for row in [*first, *rest]], end) == ([row.id for row in rows], None)
    path = f"/moderation/people/{author.public_id}"
    assert client.get(path).status_code == 303
    sign_in(client, make_actor())
    assert client.get(path).status_code == 403
    person = db.session.get_one(Person, author.id)
    for role in (Role.VOLUNTEER, Role.SUPERVISOR):
        sign_in(client, make_actor(role))
        page = client.get(path).get_data(as_text=True)
        assert WHY in page
        assert str(person.email) not in page
    assert client.get("/moderation/people/nobody").status_code == 404


def test_hidden_words_are_read_by_a_deliberate_act_that_is_noted(client: CheckingClient) -> None:
    author = make_actor()
    comment = make_thread(make_policy(), author, body="Zyzzogeton", title="A title").first
    path, form = "/moderation/words", {"kind": "comment", "id": str(comment.id)}
    case = make_report(Kind.COMMENT, comment.id)
    hide(comment)
    for role in (Role.VOLUNTEER, Role.SUPERVISOR):
        sign_in(client, make_actor(role))
        answer = client.post_form(path, form, form=f"/moderation/{case.id}")
        page = answer.get_data(as_text=True)
        assert "Zyzzogeton" in page
        assert "A title" in page
        assert "no-store" in answer.headers["Cache-Control"]
        assert client.get(path).status_code == 405
    query = select(EventRecord.is_public).where(EventRecord.kind == "HiddenWordsRead")
    assert db.session.scalars(query).all() == [False, False]
    for actor in (author, make_actor(Role.OFFICER)):
        sign_in(client, actor)
        assert client.post_form(path, form, form="/account").status_code == 403
    sign_in(client, make_actor(Role.VOLUNTEER))
    other = make_thread(make_policy()).first
    shown = client.post_form(path, {"kind": "comment", "id": str(other.id)}, form="/moderation")
    assert shown.status_code == 404
