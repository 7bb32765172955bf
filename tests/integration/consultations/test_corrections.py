"""Corrections: in public with both wordings, with their own closing time, and wrong calls taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.consultations.models import ConsultationCall, Correction
from app.consultations.queries.calls import find_call, list_rounds
from app.consultations.queries.corrections import find_taken_back, list_corrections, list_notices
from app.consultations.queries.sources import consulted_number, list_changes
from app.consultations.services.calling import change_call
from app.consultations.services.correcting import Correcting, correct
from app.consultations.services.taking_back import take_back
from app.database import committing, db
from app.errors import Conflict, NotAllowed, RuleBroken
from app.ledger.models import EventRecord
from app.policies.models import Policy, Revision
from app.policies.phases import Phase
from app.policies.queries.course import closes_at, open_longer
from app.policies.services.moving import move_due, set_phase
from app.policies.services.saving import Edit
from app.policies.versions import get_version
from app.suggestions.models import Contribution
from app.suggestions.queries.owed import count_owed
from app.suggestions.rules import ArticleChanged, CommentsClosed
from app.suggestions.services.rebasing import rebase_policy
from app.suggestions.services.sending import Wanted, send
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.consultations import make_call, wanted_call
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import make_suggestion
from tests.checking_client import CheckingClient

DAY = timedelta(days=1)
PATH = "/policies/parking/correct"


@pytest.fixture
def owner(app: Flask, noon: object) -> Actor:
    return make_actor(Role.OFFICER, department_id=make_department().id)


@pytest.fixture
def called(owner: Actor) -> Policy:
    """Open for comment for forty days; articles 1 to 3 stand in the clauses of ``article``."""
    policy = make_policy(owner, slug="parking", department="Department of Streets")
    return make_call(policy, owner)


def article(policy: Policy, label: str) -> str:
    outline = get_version(policy.id, 1).outline
    return next(clause.id for clause in outline if clause.label == label)


def words(policy: Policy, ident: str, number: int | None = None) -> str:
    clause = get_version(policy.id, number or policy.head_number).clause(ident)
    assert clause is not None
    return clause.text.strip()


def put_right(
    policy: Policy, owner: Actor, *, editorial: bool, old: str = "三日", new: str = "两日"
) -> Correction:
    ident = article(policy, "第二条")
    text = words(policy, ident).replace(old, new)
    edit = Edit(base=policy.head_number, text=text, summary="天数写错了。", clause=ident)
    row = correct("parking", Correcting(edit, is_editorial=editorial), actor=owner)
    db.session.commit()
    return row


def sending(policy: Policy, ident: str, **more: object) -> Wanted:
    base = int(str(more.pop("base", policy.head_number)))
    text = words(policy, ident, base)
    return Wanted(base=base, text=text, reason="没有地方停。", clause=ident, **more)  # type: ignore[arg-type]


def test_a_slip_is_put_right_and_the_closing_time_stands(called: Policy, owner: Actor) -> None:
    before = called.closes_at
    row = put_right(called, owner, editorial=True)
    assert (called.closes_at, called.usual_closes_at) == (before, None)
    assert (row.number, row.closes_at, row.phase) == (2, None, Phase.CONSULTATION)
    kind = db.session.scalar(select(Revision.kind).where(Revision.number == 2))
    assert kind == "correct"
    assert "两日" in words(called, article(called, "第二条"))
    told = db.session.scalars(select(EventRecord.kind).order_by(EventRecord.id)).all()
    assert told[-2:] == ["RevisionSaved", "TextCorrected"]


def test_the_frozen_text_of_the_call_stays_the_opened_one(called: Policy, owner: Actor) -> None:
    put_right(called, owner, editorial=False)
    change_call("parking", wanted_call(closes_at=clock.now() + 50 * DAY), actor=owner)
    db.session.commit()
    call = find_call(called.id)
    assert call is not None
    assert call.revision == 1
    assert consulted_number(called) == 2
    assert not list_changes(called)


def test_a_correction_of_substance_runs_the_full_time_again_for_its_article_only(
    called: Policy, owner: Actor
) -> None:
    start, usual = clock.now(), called.closes_at
    second, first = article(called, "第二条"), article(called, "第一条")
    with clock.frozen(start + 30 * DAY):
        row = put_right(called, owner, editorial=False)
    assert row.clauses == second
    assert row.closes_at == start + 70 * DAY
    assert (called.usual_closes_at, called.closes_at) == (usual, start + 70 * DAY)
    assert closes_at(called, first) == closes_at(called, None) == usual
    assert closes_at(called, second) == start + 70 * DAY
    resident = make_actor()
    with clock.frozen(start + 39 * DAY):
        send("parking", sending(called, first), actor=resident)
        db.session.commit()
        assert open_longer(called) == frozenset()
    with clock.frozen(start + 40.5 * DAY):
        assert called.phase_now == Phase.CONSULTATION
        assert open_longer(called) == {second}
        for wanted in (
            sending(called, first),
            Wanted(base=called.head_number, text="", reason="整个草案都不行。"),
        ):
            with pytest.raises(CommentsClosed) as caught:
                send("parking", wanted, actor=resident)
            assert caught.value.closed_at == usual
            db.session.rollback()
        send("parking", sending(called, second), actor=resident)
        begun = sending(called, first, begun_at=start + 39 * DAY + 23.5 * timedelta(hours=1))
        send("parking", begun, actor=resident)
        db.session.commit()
    with clock.frozen(start + 70 * DAY):
        assert called.phase_now == Phase.RESPONSE
        assert move_due() == 1
        with pytest.raises(CommentsClosed):
            send("parking", sending(called, second), actor=resident)
        db.session.rollback()
    rows = db.session.scalars(select(Contribution).order_by(Contribution.number)).all()
    assert [(row.clause, row.is_late, row.round) for row in rows] == [
        (first, False, 1), (second, False, 1), (first, True, 1),
    ]  # fmt: skip


def test_putting_the_closing_off_keeps_the_longer_time_of_a_corrected_article(
    called: Policy, owner: Actor
) -> None:
    start = clock.now()
    with clock.frozen(start + 30 * DAY):
        put_right(called, owner, editorial=False)
        change_call("parking", wanted_call(closes_at=start + 60 * DAY), actor=owner)
        db.session.commit()
    second = article(called, "第二条")
    assert (called.usual_closes_at, called.closes_at) == (start + 60 * DAY, start + 70 * DAY)
    assert closes_at(called, second) == start + 70 * DAY
    with clock.frozen(start + 31 * DAY):
        change_call("parking", wanted_call(closes_at=start + 90 * DAY), actor=owner)
        db.session.commit()
    assert called.closes_at == closes_at(called, second) == start + 90 * DAY


def test_pages_close_each_article_at_its_own_second(
    client: CheckingClient, called: Policy, owner: Actor
) -> None:
    start, second = clock.now(), article(called, "第二条")
    with clock.frozen(start + 30 * DAY):
        put_right(called, owner, editorial=False)
    offers = {}
    for days in (39, 41, 71):
        with clock.frozen(start + days * DAY):
            offers[days] = [
                f"suggest?clause={ident}" in client.get(f"/policies/parking/clauses/{ident}").text
                for ident in (article(called, "第一条"), second)
            ]
            page = client.get("/policies/parking").text
            offers[days].append(f"suggest?clause={second}" in page)
    assert offers == {39: [True] * 3, 41: [False, True, True], 71: [False] * 3}


def test_who_was_writing_compares_before_sending(called: Policy, owner: Actor) -> None:
    second = article(called, "第二条")
    wanted = sending(called, second)
    put_right(called, owner, editorial=False)
    with pytest.raises(ArticleChanged):
        send("parking", wanted, actor=make_actor())


def test_everybody_reads_both_wordings_and_the_reason(
    client: CheckingClient, called: Policy, owner: Actor
) -> None:
    put_right(called, owner, editorial=False)
    for path in ("", "/consultation", "/corrections"):
        page = client.get(f"/policies/parking{path}").text
        assert "天数写错了。" in page, path
        assert "<del>三</del>" in page, path
        assert "<ins>两</ins>" in page, path
        assert "/policies/parking/revisions/1" in page, path


def test_a_private_past_shows_no_correction(owner: Actor, called: Policy) -> None:
    put_right(called, owner, editorial=True)
    with committing():
        called.public_from, called.publish_history = 2, False
    assert not list_corrections(called, VISITOR)
    assert len(list_corrections(called, owner)) == 1


def test_two_corrections_of_one_article_at_once_conflict_and_of_two_do_not(
    called: Policy, owner: Actor
) -> None:
    base, second, first = 1, article(called, "第二条"), article(called, "第一条")
    mine = words(called, second).replace("二十四", "四十八")
    other = words(called, first) + "为了安全。"
    put_right(called, owner, editorial=True)
    edit = Edit(base=base, text=mine, summary="改正。", clause=second)
    with pytest.raises(Conflict):
        correct("parking", Correcting(edit, is_editorial=True), actor=owner)
    db.session.rollback()
    whole = Edit(base=base, text=TEXT.replace("二十四", "四十八"), summary="改正。")
    with pytest.raises(Conflict):
        correct("parking", Correcting(whole, is_editorial=True), actor=owner)
    db.session.rollback()
    edit = Edit(base=base, text=other, summary="改正。", clause=first)
    assert correct("parking", Correcting(edit, is_editorial=True), actor=owner).number == 3
    db.session.commit()
    assert "两日" in words(called, second)


@pytest.mark.parametrize("phase", [Phase.DRAFTING, Phase.RESPONSE, Phase.DECISION])
def test_a_text_that_is_written_or_decided_on_is_not_corrected(owner: Actor, phase: Phase) -> None:
    policy = make_policy(owner, slug="parking")
    for step in ("consultation", "response", "decision"):
        if policy.phase != phase:
            set_phase("parking", step, actor=owner)
    db.session.commit()
    with pytest.raises(RuleBroken, match="not corrected in this phase"):
        put_right(policy, owner, editorial=True)


@pytest.mark.parametrize("last", ["published", "in_force"])
def test_after_publication_the_uncorrected_text_stays_linked(
    client: CheckingClient, owner: Actor, last: str
) -> None:
    policy = make_policy(owner, slug="parking")
    for step in ("consultation", "response", "decision", "published", "in_force"):
        set_phase("parking", step, actor=owner)
        if step == last:
            break
    db.session.commit()
    row = put_right(policy, owner, editorial=False)
    assert (row.phase, row.closes_at, policy.closes_at) == (last, None, None)
    page = client.get("/policies/parking").text
    assert "The uncorrected text: version 1" in page
    assert "三日" in client.get("/policies/parking/revisions/1").text
    assert [view.correction.number for view in list_notices(policy, VISITOR)] == [2]


def test_nothing_is_published_without_a_change_or_a_reason(called: Policy, owner: Actor) -> None:
    with pytest.raises(RuleBroken, match="reads so already"):
        put_right(called, owner, editorial=True, new="三日")
    db.session.rollback()
    edit = Edit(base=1, text=TEXT.replace("三日", "两日"), summary=" ")
    with pytest.raises(RuleBroken) as caught:
        correct("parking", Correcting(edit, is_editorial=True), actor=owner)
    assert caught.value.field == "summary"


@pytest.mark.parametrize("role", [Role.OFFICER, Role.RESIDENT, Role.VOLUNTEER])
def test_only_the_officer_who_owns_the_draft_corrects_and_takes_back(
    called: Policy, owner: Actor, role: Role
) -> None:
    other = make_actor(role, department_id=owner.department_id)
    with pytest.raises(NotAllowed):
        put_right(called, other, editorial=True)
    with pytest.raises(NotAllowed):
        take_back("parking", "No.", actor=other)


def test_the_form_asks_which_kind_it_is_and_keeps_the_words(
    client: CheckingClient, called: Policy, owner: Actor
) -> None:
    sign_in(client, owner)
    second = article(called, "第二条")
    page = client.get(f"{PATH}?clause={second}").text
    assert "共享自行车连续停放超过三日" in page
    fields = {"base": "1", "clause": second, "edit_token": "one", "summary": "天数写错了。",
              "text": words(called, second).replace("三日", "两日")}  # fmt: skip
    refused = client.post_form(f"{PATH}?clause={second}", fields)
    assert refused.status_code == 422
    assert "两日" in refused.text
    assert called.head_number == 1
    done = client.post_form(PATH, fields | {"matter": "substance"}, form=f"{PATH}?clause={second}")
    assert done.location == "/policies/parking/corrections"
    assert "天数写错了。" in client.get(done.location).text
    again = client.post_form(PATH, fields | {"matter": "substance"}, form=f"{PATH}?clause={second}")
    assert again.status_code == 409
    assert "两日" in again.text


def test_a_call_on_the_wrong_text_is_taken_back_and_what_was_sent_goes_on(
    client: CheckingClient, called: Policy, owner: Actor
) -> None:
    second = article(called, "第二条")
    one = make_suggestion(called, second, words(called, second).replace("三日", "一日"))
    take_back("parking", "附件放错了，公开的是旧稿。", actor=owner)
    db.session.commit()
    assert (called.phase_now, called.closes_at) == (Phase.DRAFTING, None)
    call = find_call(called.id)
    assert call is not None
    assert (call.ended_early, call.closed_at) == ("附件放错了，公开的是旧稿。", clock.now())
    for path in ("", "/consultation"):
        assert "附件放错了，公开的是旧稿。" in client.get(f"/policies/parking{path}").text
    save_text("parking", TEXT.replace("第三条 本", "第三条 这本"), actor=owner, base=1)
    rebase_policy(called.id)
    db.session.commit()
    with clock.frozen(clock.now() + 2 * DAY):
        make_call(called, owner)
        assert find_taken_back(called) is None
        assert [each.round for each in list_rounds(called.id)] == [1, 2]
        row = db.session.get_one(Contribution, one.id)
        assert (row.number, row.is_owed, row.state, row.fit) == (1, True, "open", "fits")
        assert count_owed(called.id).missing == 1
        assert "附件放错了" not in client.get("/policies/parking").text


def test_a_wrong_text_is_taken_back_while_the_worker_is_away(called: Policy, owner: Actor) -> None:
    opened = db.session.get_one(ConsultationCall, (called.id, 1)).opened_at
    with committing():
        called.phase, called.opens_at = Phase.DRAFTING, opened  # as if nothing was written down yet
    assert called.phase_now == Phase.CONSULTATION
    take_back("parking", "旧稿。", actor=owner)
    db.session.commit()
    assert (called.phase, called.phase_now, called.opens_at) == ("drafting", "drafting", None)


def test_comments_that_are_not_open_are_not_taken_back(owner: Actor) -> None:
    make_policy(owner, slug="parking")
    with pytest.raises(RuleBroken, match="nothing to take back"):
        take_back("parking", "旧稿。", actor=owner)


def test_taking_back_asks_for_a_reason_and_to_be_sure(
    client: CheckingClient, called: Policy, owner: Actor
) -> None:
    sign_in(client, owner)
    path = "/policies/parking/consultation/take-back"
    assert client.post_form(path, {"reason": "旧稿。"}).status_code == 422
    assert client.post_form(path, {"sure": "y"}).status_code == 422
    assert called.phase_now == Phase.CONSULTATION
    assert client.post_form(path, {"reason": "旧稿。", "sure": "y"}).status_code == 303
    assert called.phase_now == Phase.DRAFTING


def test_pages_name_the_closing_that_comes_next(
    client: CheckingClient, called: Policy, owner: Actor
) -> None:
    start = clock.now()
    with clock.frozen(start + 30 * DAY):
        put_right(called, owner, editorial=False)
    for days, closes in ((31, "11 April 2026, 12:00"), (41, "11 May 2026, 12:00")):
        with clock.frozen(start + days * DAY):
            for path in ("/policies/parking", "/"):
                assert closes in client.get(path).text, (days, path)
