"""Removed for good: proposed by one, confirmed by another, and then nowhere to be found."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask, current_app
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app import clock
from app.access.actor import Actor, Role
from app.accounts.addresses import Address
from app.accounts.models import Person
from app.accounts.services.outbox import send_later
from app.database import committing, db
from app.discussions.models import Comment
from app.discussions.queries import get_comment
from app.discussions.services.editing import edit_comment
from app.errors import NotAllowed, RuleBroken
from app.ledger.chain import Head
from app.ledger.models import EventRecord
from app.ledger.queries import verify
from app.ledger.services import salted_hash
from app.moderation.models import Appeal, Flag, ModerationAction, ModerationCase, Removal
from app.moderation.rules import Kind
from app.moderation.services import Decision, act
from app.moderation.services.removing import Proposal, Verdict, decide_removal, propose_removal
from app.policies.models import Draft, Policy, Revision, RevisionCredit
from app.policies.versions import get_version
from app.suggestions.models import Contribution, KeptWords, PaperRecord
from app.suggestions.services.entering import enter
from app.suggestions.services.keeping import keep_words
from app.suggestions.services.keeping_scans import keep_scan
from app.suggestions.services.sending import Wanted
from app.suggestions.services.storing_paper import PaperWords
from tests.builders.accounts import make_actor, make_department
from tests.builders.consultations import make_call
from tests.builders.discussions import make_reply, make_thread
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.removals import files_with, hide_words, propose, remove, tables_with
from tests.builders.search import drain, found
from tests.builders.suggestions import make_suggestion
from tests.checking_client import CheckingClient

RARE = "quillwort戊戌"
PNG = b"\x89PNG\r\n\x1a\n" + RARE.encode()
SAID = f"My neighbour {RARE} lives at number 4."


@dataclass(frozen=True, slots=True)
class Planted:
    kind: Kind
    id: int
    policy: Policy
    said: str = SAID


@pytest.fixture
def office(app: Flask, noon: datetime) -> Actor:
    department = make_department("街道办").id
    return make_actor(Role.OFFICER, department_id=department, speaks_for="街道办")


@pytest.fixture
def policy(office: Actor) -> Policy:
    return make_call(make_policy(office, title="Bikes", slug="bikes"), office)


def _opening(policy: Policy, office: Actor) -> Planted:
    author = make_actor()
    view = make_thread(policy, author, SAID, title=f"About {RARE}")
    with committing():
        edit_comment(view.first.id, f"{SAID} Really.", actor=author)
    return Planted(Kind.COMMENT, view.first.id, policy)


def _reply(policy: Policy, office: Actor) -> Planted:
    return Planted(Kind.COMMENT, make_reply(make_thread(policy), body=SAID).id, policy)


def _suggestion(policy: Policy, office: Actor) -> Planted:
    author = make_actor()
    clause = get_version(policy.id, 1).outline[1]
    one = make_suggestion(policy, clause.id, f"第一条 {SAID}", author, reason=f"Because of {RARE}.")
    wanted = Wanted(base=1, text=f"第一条 {SAID}", reason=f"Because of {RARE}.", clause=clause.id)
    with committing():
        keep_words(policy.slug, wanted, actor=author)
    return Planted(Kind.SUGGESTION, one.id, policy, f"You wrote: 第一条 {SAID}")


def _letter(policy: Policy, office: Actor) -> Planted:
    words = PaperWords(
        channel="letter",
        received_on=clock.now().date(),
        text=SAID,
        name=f"Ms {RARE}",
        shows_name=True,
        place=RARE,
        scan=keep_scan(PNG),
    )
    number = enter(policy.slug, words, actor=office).number
    db.session.commit()
    query = select(Contribution.id).where(Contribution.number == number)
    return Planted(Kind.SUGGESTION, db.session.scalars(query).one(), policy)


def _summary(policy: Policy, office: Actor) -> Planted:
    draft = make_policy(office, title="Trees", slug="trees", mode="open")
    save_text("trees", f"{TEXT}\n第四条 新增。\n", actor=make_actor(), base=1, summary=SAID)
    query = select(Revision.id).where(Revision.policy_id == draft.id, Revision.number == 2)
    return Planted(Kind.SUMMARY, db.session.scalars(query).one(), draft)


def _name(policy: Policy, office: Actor) -> Planted:
    person = make_actor(name=f"Ms {RARE}", name_skeleton="ms quillwort")
    return Planted(Kind.NAME, person.person_id, policy, f"Ms {RARE}")


PLANTS: list[Callable[[Policy, Actor], Planted]] = [
    _opening,
    _reply,
    _suggestion,
    _letter,
    _summary,
    _name,
]


@pytest.fixture(params=PLANTS, ids=lambda plant: plant.__name__.strip("_"))
def planted(request: pytest.FixtureRequest, policy: Policy, office: Actor) -> Planted:
    """Words of one kind that hold a rare one, indexed, reported, and queued in a letter."""
    thing: Planted = request.param(policy, office)
    with committing():
        case = ModerationCase(
            kind=thing.kind, object_id=thing.id, rule="personal_data", opened_at=clock.now()
        )
        db.session.add(case)
        db.session.flush()
        db.session.add(Flag(case_id=case.id, rule="personal_data", words=SAID, at=clock.now()))
    drain()
    with committing():
        send_later(Address("mail", "a@example.org"), "answered", locale="en", reason=thing.said)
    assert tables_with(RARE)
    return thing


def test_what_was_removed_is_in_no_table_and_in_no_file(planted: Planted) -> None:
    ident = remove(planted.kind, planted.id).id
    assert tables_with(RARE) == []
    assert files_with(RARE)  # what was freed in the database, at least, until it is swept
    instance = current_app.config["SETTINGS"].instance_dir
    for name in ("mail/1.eml", "sms/1.txt", f"papers/{'a' * 40}.html", "uploads/1-1-0.xlsx"):
        (instance / name).parent.mkdir(exist_ok=True)
        (instance / name).write_text(SAID)
    drain()
    assert db.session.get_one(Removal, ident).swept_at is not None
    assert tables_with(RARE) == []
    assert files_with(RARE) == []
    # The server of all tests may hold freed rows of the names that an earlier one gave to people;
    # only the tables that a removal touches are written anew.
    touched = {"person"} if planted.kind is Kind.NAME else set()
    assert [name for name in files_with("quillwort") if name != "person" or name in touched] == []
    assert isinstance(verify(), Head)


def test_the_hash_of_all_wordings_stays_with_ground_reason_and_place(
    policy: Policy, office: Actor
) -> None:
    thing = _opening(policy, office)
    row = remove(thing.kind, thing.id)
    title, now, before = f"About {RARE}", f"{SAID} Really.", SAID
    assert row.text_hash == salted_hash(row.salt, "\x1f".join((title, now, before)))
    assert (row.ground, row.kind, row.object_id) == ("personal_data", "comment", thing.id)
    event = db.session.scalars(
        select(EventRecord).where(EventRecord.kind == "RemovalDecided")
    ).one()
    assert event.is_public
    assert row.text_hash in event.payload


def test_the_salts_die_with_the_words(planted: Planted) -> None:
    """Else the hashes in the ledger could be guessed by whoever has the database."""
    tables = {Kind.COMMENT: Comment, Kind.SUGGESTION: Contribution, Kind.SUMMARY: Revision}
    if planted.kind not in tables:
        remove(planted.kind, planted.id)
        return
    table = tables[planted.kind]
    name = "summary_salt" if planted.kind is Kind.SUMMARY else "salt"
    query = select(getattr(table, name)).where(table.id == planted.id)
    before = db.session.scalar(query)
    remove(planted.kind, planted.id)
    assert db.session.scalar(query) != before


def test_a_marker_says_when_and_why_it_was_removed(policy: Policy, client: CheckingClient) -> None:
    author = make_actor()
    remove(Kind.COMMENT, make_thread(policy, author, SAID).first.id)
    clause = get_version(policy.id, 1).outline[1].id
    one = make_suggestion(policy, clause, f"第一条 {SAID}", author)
    remove(Kind.SUGGESTION, one.id)
    for address in ("/threads/1", f"/policies/bikes/suggestions/{one.number}"):
        page = re.sub(r"<[^>]+>", "", client.get(address).text)
        assert "Removed for good on 2 March 2026 because of personal data." in page
        assert "Copies that were downloaded before are out of our reach." in page


def test_only_what_is_hidden_is_proposed_and_only_once(policy: Policy) -> None:
    ident = make_thread(policy, body=SAID).first.id
    volunteer = make_actor(Role.VOLUNTEER)
    wanted = Proposal("personal_data", "Names a neighbour")
    with pytest.raises(RuleBroken, match="hide it first"):
        propose_removal(Kind.COMMENT, ident, wanted, actor=volunteer)
    propose(Kind.COMMENT, ident, volunteer)
    with pytest.raises(RuleBroken, match="proposed already"):
        propose_removal(Kind.COMMENT, ident, wanted, actor=volunteer)


@pytest.mark.parametrize(
    ("ground", "reason", "field"), [("insult", "Rude", "ground"), ("court_order", " ", "reason")]
)
def test_a_proposal_names_its_ground_and_its_reason(
    policy: Policy, ground: str, reason: str, field: str
) -> None:
    ident = make_thread(policy, body=SAID).first.id
    hide_words(Kind.COMMENT, ident)
    volunteer, wanted = make_actor(Role.VOLUNTEER), Proposal(ground, reason)
    with pytest.raises(RuleBroken) as refusal:
        propose_removal(Kind.COMMENT, ident, wanted, actor=volunteer)
    assert refusal.value.field == field


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_only_volunteers_propose(policy: Policy, role: Role) -> None:
    ident = make_thread(policy, body=SAID).first.id
    hide_words(Kind.COMMENT, ident)
    wanted = Proposal("personal_data", "Names a neighbour")
    with pytest.raises(NotAllowed):
        propose_removal(Kind.COMMENT, ident, wanted, actor=make_actor(role))


def test_nobody_proposes_to_remove_their_own_words(policy: Policy) -> None:
    author = make_actor(Role.VOLUNTEER)
    ident = make_thread(policy, author, SAID).first.id
    hide_words(Kind.COMMENT, ident)
    with pytest.raises(NotAllowed):
        propose_removal(Kind.COMMENT, ident, Proposal("court_order", "Mine"), actor=author)


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.VOLUNTEER, Role.OFFICER, Role.ADMINISTRATOR])
def test_only_a_supervisor_confirms(policy: Policy, role: Role) -> None:
    row = propose(Kind.COMMENT, make_thread(policy, body=SAID).first.id)
    with pytest.raises(NotAllowed):
        decide_removal(row.id, Verdict("confirm"), actor=make_actor(role))
    assert "comment" in tables_with(RARE)


def test_a_supervisor_does_not_confirm_what_they_proposed_before(policy: Policy) -> None:
    volunteer = make_actor(Role.VOLUNTEER)
    row = propose(Kind.COMMENT, make_thread(policy, body=SAID).first.id, volunteer)
    with committing():
        db.session.get_one(Person, volunteer.id).role = Role.SUPERVISOR
    same = db.session.get_one(Person, volunteer.id).actor(clock.now())
    with pytest.raises(NotAllowed):
        decide_removal(row.id, Verdict("confirm"), actor=same)


def test_a_refusal_needs_a_reason_and_leaves_the_words_hidden(policy: Policy) -> None:
    ident = make_thread(policy, body=SAID).first.id
    row, supervisor = propose(Kind.COMMENT, ident), make_actor(Role.SUPERVISOR)
    with pytest.raises(RuleBroken, match="why you refuse"):
        decide_removal(row.id, Verdict("refuse"), actor=supervisor)
    with committing():
        decide_removal(row.id, Verdict("refuse", "It names nobody"), actor=supervisor)
    assert db.session.get_one(Comment, ident).body == SAID
    assert get_comment(ident, supervisor).marker is not None
    event = db.session.scalars(
        select(EventRecord).where(EventRecord.kind == "RemovalDecided")
    ).one()
    assert not event.is_public


def test_what_is_shown_again_meanwhile_is_not_removed(policy: Policy) -> None:
    ident = make_thread(policy, body=SAID).first.id
    row = propose(Kind.COMMENT, ident)
    with committing():
        shown = Decision("show", "personal_data", "A mistake")
        act(Kind.COMMENT, ident, shown, actor=make_actor(Role.VOLUNTEER))
    with pytest.raises(RuleBroken, match="shows these words again"):
        decide_removal(row.id, Verdict("confirm"), actor=make_actor(Role.SUPERVISOR))
    assert db.session.get_one(Comment, ident).body == SAID


def test_a_proposal_is_decided_once(policy: Policy) -> None:
    row = remove(Kind.COMMENT, make_thread(policy, body=SAID).first.id)
    with pytest.raises(RuleBroken, match="decided already"):
        decide_removal(row.id, Verdict("refuse", "Late"), actor=make_actor(Role.SUPERVISOR))


def test_nothing_that_was_removed_is_shown_again(planted: Planted) -> None:
    remove(planted.kind, planted.id)
    decision = Decision("show", "personal_data", "A mistake")
    with pytest.raises(RuleBroken, match="removed for good"):
        act(planted.kind, planted.id, decision, actor=make_actor(Role.VOLUNTEER))


def test_words_of_a_suggestion_that_a_version_took_in_stay_the_policys(
    policy: Policy, office: Actor
) -> None:
    draft = make_policy(office, title="Trees", slug="trees", mode="reviewed")
    version = get_version(draft.id, 1)
    taken = "第一条 为了规范停放和通行，制定本办法。"
    one = make_suggestion(draft, version.outline[1].id, f"{taken}{SAID}")
    save_text("trees", TEXT.replace("停放，", "停放和通行，"), actor=office, base=1)
    with committing():
        db.session.add(
            RevisionCredit(
                policy_id=draft.id,
                number=2,
                suggestion=one.number,
                person_id=one.author_id,
                role="resident",
                inserted=f'["和通行", "{SAID}"]',
            )
        )
    remove(Kind.SUGGESTION, one.id)
    credit = db.session.scalars(select(RevisionCredit)).one()
    assert credit.inserted == '["和通行"]'
    assert "停放和通行" in get_version(draft.id, 2).text


def test_the_same_table_does_not_bring_removed_words_back(policy: Policy, office: Actor) -> None:
    thing = _letter(policy, office)
    with committing():
        record = db.session.get_one(PaperRecord, thing.id)
        record.import_key = f"{policy.id}:sender:words"
    remove(thing.kind, thing.id)
    record = db.session.get_one(PaperRecord, thing.id)
    assert record.import_key == f"{policy.id}:sender:erased"


def test_what_the_author_keeps_elsewhere_stays(policy: Policy) -> None:
    author = make_actor()
    with committing():
        wanted = Wanted(base=1, text=TEXT, reason="Something else altogether", token="another")
        keep_words(policy.slug, wanted, actor=author)
        db.session.add(
            Draft(
                policy_id=policy.id,
                person_id=author.person_id,
                clause="",
                base=1,
                text=TEXT,
                kept_at=clock.now(),
            )
        )
    remove(Kind.COMMENT, make_thread(policy, author, SAID).first.id)
    assert db.session.scalars(select(KeptWords.reason)).all() == ["Something else altogether"]
    assert db.session.scalars(select(Draft.text)).all() == [TEXT]


def test_what_readers_and_the_author_said_about_it_goes_too(policy: Policy) -> None:
    author = make_actor()
    ident = make_thread(policy, author, SAID).first.id
    row = propose(Kind.COMMENT, ident)
    with committing():
        action = db.session.scalars(select(ModerationAction)).one()
        db.session.add(
            Appeal(action_id=action.id, by_id=author.id, words=SAID, salt=b"s", at=clock.now())
        )
    with committing():
        decide_removal(row.id, Verdict("confirm"), actor=make_actor(Role.SUPERVISOR))
    assert db.session.scalars(select(Appeal.words)).all() == [""]


def test_search_finds_what_stands_beside_a_removed_text(policy: Policy) -> None:
    thread = make_thread(policy, body="A marzipan kerb.")
    ident = make_reply(thread, body=SAID).id
    drain()
    assert found(RARE)
    remove(Kind.COMMENT, ident)
    drain()
    assert found(RARE) == []
    assert found("marzipan") == [f"/threads/{thread.id}#comment-{thread.first.id}"]


def test_a_sweep_is_put_off_while_a_paper_is_being_made(policy: Policy) -> None:
    papers = current_app.config["SETTINGS"].instance_dir / "papers"
    papers.mkdir(exist_ok=True)
    ident = remove(Kind.COMMENT, make_thread(policy, body=SAID).first.id).id
    (papers / "beside.part").write_text(SAID)
    drain()
    assert db.session.get_one(Removal, ident).swept_at is None
    (papers / "beside.part").unlink()
    drain()
    assert db.session.get_one(Removal, ident).swept_at is not None


@pytest.mark.parametrize(
    "change",
    [
        "summary = 'other'",
        "summary = ''",
        "summary = '', summary_salt = '1234567890123456'",
        "summary_salt = summary_salt",
        "number = 9",
    ],
)
def test_nothing_else_of_a_version_can_be_changed(policy: Policy, change: str) -> None:
    with pytest.raises(DatabaseError, match="permanent"), committing():
        db.session.execute(text(f"UPDATE revision SET {change} WHERE number = 1"))
