"""Anybody reports words under a rule; the first report opens a case, personal details leave view."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import VISITOR, Actor, Confirmation, Role
from app.accounts.limits import ACTS, Counted, Standing
from app.accounts.look_alikes import skeleton
from app.accounts.models import Person
from app.accounts.services.naming import is_default_name
from app.database import db
from app.discussions.queries import CommentView, get_comment
from app.discussions.services.editing import edit_comment
from app.errors import NotAllowed, NotFound, RuleBroken, TooMany
from app.ledger.models import EventRecord
from app.moderation.models import Flag, ModerationCase
from app.moderation.rules import Kind
from app.moderation.services import Decision, act
from app.moderation.services.flagging import Flagged, flag
from app.policies.models import Revision
from app.suggestions.models import Contribution
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import make_suggestion
from tests.checking_client import CheckingClient

FAR = replace(VISITOR, origin="far away")


def report(
    kind: Kind, ident: int, rule: str = "insult", said: str = "", actor: Actor | None = None
) -> Flagged:
    done = flag(kind, ident, rule, said, actor=actor or make_actor())
    db.session.commit()
    return done


def words(**more: str) -> CommentView:
    return make_thread(make_policy(), **more).first


def cases() -> list[ModerationCase]:
    return list(db.session.scalars(select(ModerationCase).order_by(ModerationCase.id)))


def marker_of(comment: CommentView) -> str | None:
    marker = get_comment(comment.id, VISITOR).marker
    return marker.by_role if marker else None


def test_reports_of_one_thing_make_one_case(app: Flask) -> None:
    comment = words()
    first = report(Kind.COMMENT, comment.id, "insult", "He means my shop")
    second = report(Kind.COMMENT, comment.id, "off_topic")
    (case,) = cases()
    assert (first.case_id, second.case_id, first.is_new) == (case.id, case.id, True)
    assert (case.rule, case.author_id, case.is_urgent) == ("insult", comment.author_id, False)
    said = db.session.execute(select(Flag.rule, Flag.words).order_by(Flag.id)).all()
    assert [tuple(row) for row in said] == [("insult", "He means my shop"), ("off_topic", "")]
    query = select(EventRecord.is_public).where(EventRecord.kind == "FlagRaised")
    assert db.session.scalars(query).all() == [False, False]


def test_one_person_reports_a_thing_once_and_may_name_another_rule(app: Flask) -> None:
    comment, reader = words(), make_actor()
    report(Kind.COMMENT, comment.id, "insult", "Rude", actor=reader)
    assert not report(Kind.COMMENT, comment.id, "insult", actor=reader).is_new
    assert report(Kind.COMMENT, comment.id, "danger", actor=reader).is_new
    (row,) = db.session.scalars(select(Flag)).all()
    assert (row.rule, row.words) == ("danger", "Rude")
    assert cases()[0].is_urgent


def test_somebody_in_danger_is_urgent_whoever_says_it_and_whenever(app: Flask) -> None:
    comment = words()
    report(Kind.COMMENT, comment.id, "insult")
    report(Kind.COMMENT, comment.id, "danger", actor=FAR)
    assert cases()[0].is_urgent


def test_visitors_report_and_count_once_a_day_for_each_address(app: Flask) -> None:
    comment, near = words(), replace(VISITOR, origin="near")
    assert report(Kind.COMMENT, comment.id, actor=FAR).is_new
    report(Kind.COMMENT, comment.id, actor=near)
    again = report(Kind.COMMENT, comment.id, actor=near)
    assert not again.is_new
    assert db.session.scalars(select(Flag.by_id)).all() == [None, None]


def test_the_number_of_a_comment_leads_to_its_words(app: Flask) -> None:
    comment = words()
    ident = db.session.scalars(select(Contribution.id)).one()
    report(Kind.SUGGESTION, ident)
    assert [(case.kind, case.object_id) for case in cases()] == [("comment", comment.id)]


def test_suggestions_reason_lines_and_names_are_reported_too(app: Flask) -> None:
    policy, writer = make_policy(mode="open"), make_actor()
    one = make_suggestion(policy, "c3", "两日内")
    save_text(policy.slug, TEXT.replace("三日", "两日"), actor=writer, base=1, summary="Rude line")
    revision = db.session.scalars(select(Revision.id).where(Revision.number == 2)).one()
    report(Kind.SUGGESTION, one.id)
    report(Kind.SUMMARY, revision)
    report(Kind.NAME, writer.person_id)
    assert [(case.kind, case.object_id, case.author_id) for case in cases()] == [
        ("suggestion", one.id, one.author_id),
        ("summary", revision, writer.id),
        ("name", writer.id, writer.id),
    ]


@pytest.mark.parametrize("confirmed", [Confirmation.CONTACT, Confirmation.RESIDENT])
def test_personal_details_leave_view_at_the_first_report_of_a_confirmed_person(
    app: Flask, confirmed: Confirmation
) -> None:
    comment = words(body="Mr Li lives at number 3")
    reader = make_actor(confirmation=confirmed)
    assert report(Kind.COMMENT, comment.id, "personal_data", actor=reader).is_aside
    view = get_comment(comment.id, VISITOR)
    assert (view.body, marker_of(comment)) == ("", "site")
    assert cases()[0].closed_at is None
    assert not report(Kind.COMMENT, comment.id, "personal_data", actor=reader).is_new


@pytest.mark.parametrize("reader", ["visitor", "unconfirmed", "another rule"])
def test_words_stay_in_view_for_any_other_report(app: Flask, reader: str) -> None:
    comment = words()
    actor = {
        "visitor": FAR,
        "unconfirmed": make_actor(confirmation=Confirmation.NONE),
        "another rule": make_actor(),
    }[reader]
    rule = "insult" if reader == "another rule" else "personal_data"
    assert not report(Kind.COMMENT, comment.id, rule, actor=actor).is_aside
    assert marker_of(comment) is None


def test_words_that_a_volunteer_has_brought_back_stay_until_they_are_changed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = make_actor()
    comment = make_thread(make_policy(), author, body="Mr Li").first
    report(Kind.COMMENT, comment.id, "personal_data")
    show = Decision("show", "personal_data", "A name in office is no secret")
    act(Kind.COMMENT, comment.id, show, actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    assert not report(Kind.COMMENT, comment.id, "personal_data").is_aside
    later = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    edit_comment(comment.id, "Mr Li of number 3", actor=author)
    db.session.commit()
    assert report(Kind.COMMENT, comment.id, "personal_data").is_aside


def test_nobody_takes_criticism_of_their_own_draft_out_of_view(app: Flask) -> None:
    owner = make_actor(Role.OFFICER, department_id=make_department("Streets").id)
    colleague = make_actor(Role.OFFICER, department_id=owner.department_id)
    comment = make_thread(make_policy(owner), body="This draft was written at a desk.").first
    for officer in (owner, colleague):
        assert not report(Kind.COMMENT, comment.id, "personal_data", actor=officer).is_aside
    assert marker_of(comment) is None
    (case,) = cases()
    assert (case.closed_at, case.for_supervisors) == (None, False), "volunteers decide"
    stranger = make_actor(Role.OFFICER, department_id=make_department("Parks").id)
    assert report(Kind.COMMENT, comment.id, "personal_data", actor=stranger).is_aside


def test_a_name_that_shows_a_number_gives_way_at_once(app: Flask) -> None:
    resident = make_actor(name="Li of 3 Elm Street", name_skeleton=skeleton("Li of 3 Elm Street"))
    assert report(Kind.NAME, resident.person_id, "personal_data").is_aside
    assert is_default_name(db.session.get_one(Person, resident.id).name)
    with pytest.raises(NotFound):
        report(Kind.NAME, resident.person_id)


def test_officers_words_stay_and_their_case_is_the_supervisors(app: Flask) -> None:
    comment = make_thread(make_policy(), make_actor(Role.OFFICER), body="From the office").first
    assert not report(Kind.COMMENT, comment.id, "personal_data").is_aside
    volunteer = make_actor(Role.VOLUNTEER)
    report(Kind.NAME, volunteer.person_id, "personal_data")
    assert [case.for_supervisors for case in cases()] == [True, True]


def test_who_was_answered_does_not_report_the_same_words_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    author, reader = make_actor(), make_actor()
    comment = make_thread(make_policy(), author).first
    report(Kind.COMMENT, comment.id, actor=reader)
    none = Decision("none", "insult", "Sharp, but about the draft")
    act(Kind.COMMENT, comment.id, none, actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    with pytest.raises(RuleBroken, match="looked at"):
        report(Kind.COMMENT, comment.id, actor=reader)
    db.session.rollback()
    later = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    edit_comment(comment.id, "Other words", actor=author)
    db.session.commit()
    assert report(Kind.COMMENT, comment.id, actor=reader).is_new


def test_what_is_hidden_absent_or_no_words_cannot_be_reported(app: Flask) -> None:
    comment = words()
    hide(comment)
    for kind, ident in ((Kind.COMMENT, comment.id), (Kind.COMMENT, 999), (Kind.THREAD, 1)):
        with pytest.raises(NotFound, match="no words here|does not exist"):
            report(kind, ident)
        db.session.rollback()
    assert cases() == []


def test_nobody_reports_what_they_cannot_see_nor_while_suspended(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    private = make_thread(make_policy(officer, is_public=False), officer).first
    with pytest.raises(NotFound):
        report(Kind.COMMENT, private.id)
    db.session.rollback()
    suspended = make_actor(suspended_until=clock.now() + timedelta(days=1))
    with pytest.raises(NotAllowed, match="suspended"):
        report(Kind.COMMENT, words().id, actor=suspended)


def test_a_flood_of_reports_by_one_person_is_stopped_with_a_sentence(app: Flask) -> None:
    thread, reader = make_thread(make_policy()), make_actor()
    most = ACTS[Counted.FLAG].most(Standing.NEW)  # the account was made a moment ago
    for number in range(most):
        report(Kind.COMMENT, make_reply(thread, body=f"Reply {number}").id, actor=reader)
    with pytest.raises(TooMany, match="Please try again"):
        report(Kind.COMMENT, thread.first.id, actor=reader)
    db.session.rollback()
    assert len(cases()) == most


@pytest.mark.parametrize(
    ("rule", "said", "field"),
    [("", "", "rule"), ("dislike", "", "rule"), ("insult", "x" * 501, "words")],
)
def test_a_report_needs_one_of_the_rules_and_few_words(
    app: Flask, rule: str, said: str, field: str
) -> None:
    with pytest.raises(RuleBroken) as caught:
        report(Kind.COMMENT, words().id, rule, said)
    assert caught.value.field == field


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("reader", ["visitor", "resident"])
def test_a_report_goes_through_the_pages(
    client: CheckingClient, language: str, reader: str
) -> None:
    comment = words()
    client.set_cookie("lang", language)
    if reader == "resident":
        sign_in(client, make_actor())
    thread = client.get(f"/threads/{comment.thread_id}").get_data(as_text=True)
    path = f"/flags?kind=comment&amp;id={comment.id}"
    assert path in thread
    form = {"kind": "comment", "id": comment.id, "rule": "danger", "words": "Ring them"}
    answer = client.post_form("/flags", form, form=path.replace("&amp;", "&"))
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "110 · 119 · 120" in page
    assert f"#comment-{comment.id}" in page
    assert cases()[0].is_urgent


def test_a_report_without_a_rule_comes_back_with_its_words(client: CheckingClient) -> None:
    comment = words()
    form = {"kind": "comment", "id": comment.id, "words": "My reasons"}
    path = f"/flags?kind=comment&id={comment.id}"
    answer = client.post_form("/flags", form, form=path)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "My reasons" in page
    assert "Please choose the rule that applies." in page
    assert client.post("/flags", data=form).status_code == 400


@pytest.mark.parametrize(
    "query",
    ["", "kind=comment", "kind=comment&id=x", "kind=thread&id=1", "kind=name&id=nobody",
     "kind=comment&id=" + "9" * 30, "kind=comment&id=²", "kind[]=comment&id=1"],
)  # fmt: skip
def test_odd_addresses_are_absent(client: CheckingClient, query: str) -> None:
    words()
    assert client.get(f"/flags?{query}").status_code == 404
    assert client.get(f"/flags/received?{query}").status_code == 404


def test_the_pages_of_things_lead_to_the_report(client: CheckingClient) -> None:
    policy, writer = make_policy(mode="open"), make_actor()
    one = make_suggestion(policy, "c3", "两日内")
    save_text(policy.slug, TEXT.replace("三日", "两日"), actor=writer, base=1, summary="A line")
    revision = db.session.scalars(select(Revision.id).where(Revision.number == 2)).one()
    pages = {
        f"/policies/{policy.slug}/suggestions/{one.number}": f"kind=suggestion&amp;id={one.id}",
        f"/policies/{policy.slug}/suggestions": f"kind=suggestion&amp;id={one.id}",
        f"/policies/{policy.slug}/revisions/2": f"kind=summary&amp;id={revision}",
        f"/people/{writer.public_id}": f"kind=name&amp;id={writer.public_id}",
    }
    for page, link in pages.items():
        html = client.get(page).get_data(as_text=True)
        assert f"/flags?{link}" in html, page
        assert client.get(f"/flags?{link.replace('&amp;', '&')}").status_code == 200
