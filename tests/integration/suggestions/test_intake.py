"""Letters, calls and statements that the office enters: they count like what was sent here."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.accounts.services import setup
from app.database import committing, db
from app.errors import NotAllowed, RuleBroken
from app.policies.models import Policy
from app.policies.versions import get_version
from app.suggestions.models import Contribution, PaperRecord
from app.suggestions.queries.for_search import list_suggestions_for_search
from app.suggestions.queries.listing import Filters, count_by_clause, list_entries
from app.suggestions.queries.shown import get_contribution
from app.suggestions.rules import Outcome
from app.suggestions.services import answering
from app.suggestions.services.answering import NewAnswer
from app.suggestions.services.codes import lookup_code
from app.suggestions.services.entering import enter
from app.suggestions.services.replying import reply
from app.suggestions.services.storing_paper import PaperWords
from app.suggestions.services.withdrawing import erase_withdrawn, withdraw
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.consultations import make_call
from tests.builders.policies import make_policy
from tests.builders.suggestions import hide_suggestion
from tests.checking_client import CheckingClient

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
WORDS = "三日太长，轮椅过不去。"


@pytest.fixture
def office(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.OFFICER, department_id=make_department("街道办").id, speaks_for="街道办")


@pytest.fixture
def policy(office: Actor) -> Policy:
    return make_call(make_policy(office, title="Bikes", slug="bikes"), office)


def clause_of(policy: Policy, label: str = "第二条") -> str:
    return next(c.id for c in get_version(policy.id, 1).outline if c.label == label)


def enter_letter(policy: Policy, office: Actor, **overrides: Any) -> Contribution:
    values: dict[str, Any] = {
        "channel": "letter",
        "received_on": clock.now().date(),
        "text": WORDS,
        "name": "张伟",
        **overrides,
    }
    done = enter(policy.slug, PaperWords(**values), actor=office)
    db.session.commit()
    query = select(Contribution).where(Contribution.number == done.number)
    return db.session.scalars(query.order_by(Contribution.id.desc())).first()  # type: ignore[return-value]


def form(client: CheckingClient, **overrides: Any) -> dict[str, Any]:
    page = client.get("/policies/bikes/intake").text
    hidden = dict(re.findall(r'name="(csrf_token|edit_token)"[^>]*value="([^"]+)"', page))
    return {
        **hidden,
        "channel": "letter",
        "received_on": clock.now().date().isoformat(),
        "kind": "comment",
        "text": WORDS,
        "name": "张伟",
        **overrides,
    }


def test_an_officer_enters_a_letter_and_is_told_its_number_and_code(
    client: CheckingClient, policy: Policy, office: Actor
) -> None:
    sign_in(client, office)
    answer = client.post("/policies/bikes/intake", data=form(client, clause=clause_of(policy)))
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert lookup_code(policy.id, 1) in page
    assert WORDS in page
    view = get_contribution("bikes", 1, VISITOR)
    assert (view.words, view.clause, view.is_owed) == (WORDS, clause_of(policy), True)


def test_the_same_form_sent_twice_is_one_letter(
    client: CheckingClient, policy: Policy, office: Actor
) -> None:
    sign_in(client, office)
    data = form(client)
    first, second = (client.post("/policies/bikes/intake", data=data) for _ in range(2))
    assert first.location == second.location
    assert len(db.session.scalars(select(Contribution)).all()) == 1


def test_everybody_reads_how_it_came_and_nobody_the_name_that_is_withheld(
    client: CheckingClient, policy: Policy, office: Actor
) -> None:
    enter_letter(policy, office)
    enter_letter(policy, office, name="李静", shows_name=True, channel="call")
    page = client.get("/policies/bikes/suggestions").text
    assert "张伟" not in page
    assert "李静" in page
    plain = re.sub("<[^>]+>", "", page)
    assert "Received by letter on 2 March 2026, entered by 街道办" in plain
    assert "Received by telephone" in page
    assert "张伟" not in client.get("/policies/bikes/suggestions/1").text


def test_only_officers_of_the_department_enter_and_read_the_names(
    client: CheckingClient, policy: Policy, office: Actor
) -> None:
    enter_letter(policy, office)
    for stranger in (make_actor(Role.OFFICER), make_actor(Role.VOLUNTEER), make_actor()):
        with pytest.raises(NotAllowed):
            enter_letter(policy, stranger)
        sign_in(client, stranger)
        for path in ("intake", "suggestions/1/slip", "suggestions/1/scan"):
            assert client.get(f"/policies/bikes/{path}").status_code == 403


def test_other_words_for_an_article_are_a_suggestion(policy: Policy, office: Actor) -> None:
    words = "本办法自2026年12月1日起施行。"
    enter_letter(policy, office, kind="suggestion", clause=clause_of(policy, "第三条"), text=words)
    view = get_contribution("bikes", 1, VISITOR)
    assert view.is_suggestion
    assert [(one.kind, one.after) for one in view.changes] == [("reword", f"第三条 {words}")]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("channel", {"channel": "pigeon"}),
        ("kind", {"kind": "praise"}),
        ("body", {"text": " "}),
        ("clause", {"clause": "c99"}),
        ("clause", {"kind": "suggestion"}),
        ("name", {"name": "", "shows_name": True}),
        ("received_on", {"received_on": datetime(2026, 3, 3).date()}),  # noqa: DTZ001 - a day
    ],
)
def test_what_cannot_be_entered_is_refused_beside_its_field(
    policy: Policy, office: Actor, field: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        enter_letter(policy, office, **wrong)
    assert refusal.value.field == field


def test_a_refused_form_keeps_the_words(
    client: CheckingClient, policy: Policy, office: Actor
) -> None:
    sign_in(client, office)
    answer = client.post("/policies/bikes/intake", data=form(client, channel=""))
    assert answer.status_code == 422
    assert WORDS in answer.text
    assert "Please choose how it came." in answer.text


def test_a_letter_received_before_closing_is_in_time_whenever_it_is_entered(
    policy: Policy, office: Actor
) -> None:
    closed = policy.closes_at
    assert closed is not None
    with clock.frozen(closed + timedelta(days=5)):
        for days in (0, 1):
            enter_letter(policy, office, received_on=(closed + timedelta(days=days)).date())
    rows = db.session.scalars(select(Contribution).order_by(Contribution.number))
    assert [(one.is_late, one.is_owed, one.round) for one in rows] == [
        (False, True, 1),
        (True, False, 1),
    ]


def test_a_scan_is_kept_for_the_office_and_given_out_as_a_download(
    client: CheckingClient, policy: Policy, office: Actor
) -> None:
    sign_in(client, office)
    data = form(client, scan=(io.BytesIO(PNG), "evil.html"))
    answer = client.post("/policies/bikes/intake", data=data, content_type="multipart/form-data")
    assert answer.status_code == 303
    record = db.session.scalars(select(PaperRecord)).one()
    assert re.fullmatch(r"[0-9a-f]{32}\.png", record.scan)
    given = client.get("/policies/bikes/suggestions/1/scan")
    assert given.data == PNG
    assert given.headers["Content-Disposition"] == "attachment; filename=bikes-1.png"
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert given.headers["Cache-Control"] == "private, no-store"
    given.close()


@pytest.mark.parametrize("content", [b"<html>", PNG + b"0" * (8 * 1024 * 1024)])
def test_what_is_no_scan_or_too_large_is_refused_and_not_kept(
    policy: Policy, office: Actor, content: bytes
) -> None:
    words = PaperWords(channel="letter", received_on=clock.now().date(), text=WORDS)
    with pytest.raises(RuleBroken) as refusal:
        enter("bikes", words, actor=office, scan=content)
    assert refusal.value.field == "scan"
    assert db.session.scalars(select(Contribution)).all() == []
    assert list((setup.settings().instance_dir / "scans").glob("*")) == []


def test_the_slip_and_the_printed_answer_go_back_to_the_sender(
    client: CheckingClient, office: Actor
) -> None:
    policy = make_policy(office, title="Bikes", slug="bikes", mode="reviewed")
    enter_letter(policy, office)
    sign_in(client, office)
    slip = client.get("/policies/bikes/suggestions/1/slip").text
    assert lookup_code(policy.id, 1) in slip
    assert "张伟" in slip
    assert client.get("/policies/bikes/suggestions/1/printed-answer").status_code == 404
    wanted = NewAnswer(Outcome.EXPLAINED, "The kerb is lowered there in spring.")
    answering.answer("bikes", 1, wanted, actor=office)
    db.session.commit()
    page = client.get("/policies/bikes/suggestions/1/printed-answer").text
    assert "The kerb is lowered there in spring." in page
    assert WORDS in page


def test_people_reply_to_a_letter_as_they_do_to_a_suggestion(
    client: CheckingClient, policy: Policy, office: Actor
) -> None:
    enter_letter(policy, office)
    assert "/policies/bikes/suggestions/1/reply" in client.get("/policies/bikes/suggestions").text
    assert client.get("/policies/bikes/suggestions/1/reply").status_code == 200
    comment = reply("bikes", 1, "I agree.", actor=make_actor())
    db.session.commit()
    page = client.get(f"/threads/{comment.thread_id}").text
    assert WORDS in page
    assert "I agree." in page
    entries, _ = list_entries(policy, VISITOR, Filters())
    assert entries[0].replies == {1: 1}


def test_a_letter_is_counted_found_and_hidden_like_any_other_words(
    policy: Policy, office: Actor
) -> None:
    clause = clause_of(policy)
    one = enter_letter(policy, office, clause=clause)
    assert count_by_clause(policy.id, None) == {clause: 1}
    assert [found.words for found in list_suggestions_for_search(policy.id)] == [WORDS]
    hide_suggestion(one)
    assert get_contribution("bikes", 1, VISITOR).words == ""
    assert list_suggestions_for_search(policy.id) == []


def test_a_volunteer_is_offered_to_hide_a_letter(
    client: CheckingClient, policy: Policy, office: Actor
) -> None:
    one = enter_letter(policy, office)
    sign_in(client, make_actor(Role.VOLUNTEER))
    address = f"/moderation/suggestions/{one.id}"
    assert address in client.get("/policies/bikes/suggestions").text
    assert "Hide this comment" in client.get(address).text


def test_a_hidden_letter_leaves_the_list_of_entries_and_its_scan_is_away(
    client: CheckingClient, policy: Policy, office: Actor
) -> None:
    words = PaperWords(channel="letter", received_on=clock.now().date(), text=WORDS, name="张伟")
    enter("bikes", words, actor=office, scan=PNG)
    db.session.commit()
    sign_in(client, office)
    scan = "/policies/bikes/suggestions/1/scan"
    assert WORDS[:20] in client.get("/policies/bikes/intake").text
    assert client.get(scan).status_code == 200
    hide_suggestion(db.session.scalars(select(Contribution)).one())
    page = client.get("/policies/bikes/intake").text
    assert WORDS[:20] not in page
    assert scan not in page
    assert client.get(scan).status_code == 404


def test_whoever_holds_the_code_takes_a_letter_back_and_its_scan_goes_with_it(
    policy: Policy, office: Actor
) -> None:
    words = PaperWords(channel="letter", received_on=clock.now().date(), text=WORDS, name="张伟")
    enter("bikes", words, actor=office, scan=PNG)
    db.session.commit()
    one = db.session.scalars(select(Contribution)).one()
    withdraw("bikes", 1, actor=one.author.actor(clock.now()))
    db.session.commit()
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        erase_withdrawn()
        db.session.commit()
    record = db.session.scalars(select(PaperRecord)).one()
    assert (record.name, record.scan) == ("", "")
    assert list((setup.settings().instance_dir / "scans").glob("*")) == []


def test_nothing_is_entered_once_the_draft_is_with_the_decision_maker(
    client: CheckingClient, policy: Policy, office: Actor
) -> None:
    with committing():
        db.session.get_one(Policy, policy.id).phase = "legality_review"
    with pytest.raises(RuleBroken, match="Letters and calls are entered"):
        enter_letter(policy, office)
    sign_in(client, office)
    assert 'name="channel"' not in client.get("/policies/bikes/intake").text
