"""Which changes after a consultation say where they come from, and which nobody asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.consultations.models import ChangeSource, ConsultationCall, Correction
from app.consultations.queries.source_guard import guard_sources
from app.consultations.queries.sources import (
    SourceKind,
    consulted_number,
    list_changes,
    unsourced,
)
from app.consultations.rules import Card
from app.consultations.services.sourcing import Source, name_source, name_source_of_revision
from app.database import committing, db, writing
from app.errors import NotAllowed, NotFound, RuleBroken, SignInNeeded
from app.ledger.models import EventRecord
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries import get_policy
from app.policies.services.adopting import Adopted, Credit, save_adopted
from app.policies.services.moving import set_phase
from app.policies.services.writing_revisions import lock_head
from app.policies.versions import get_version
from app.suggestions.models import Answer, AnswerDraft, Contribution
from tests.builders.accounts import make_actor, sign_in
from tests.builders.consultations import make_call
from tests.builders.policies import make_policy, save_text
from tests.builders.suggestions import make_contribution
from tests.checking_client import CheckingClient

DAY = timedelta(days=1)
TEXT = """# Bicycle parking

Article 1

Bicycles stand in racks.

Article 2

A bicycle left for 3 days is removed. The owner is told.

Article 3

Whoever repairs a bicycle in the street keeps the pavement free.

Article 4

This applies at once.
"""
CARDS = (Card("Article 2", "After how many days?"),)


@pytest.fixture
def owner(app: Flask, noon: object) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def policy(owner: Actor) -> Iterator[Policy]:
    """A draft in response: people were asked about version 1, and one of them wrote No. 1."""
    policy = make_policy(owner, slug="bicycles", language="en", text=TEXT)
    policy = make_call(policy, owner, cards=CARDS)
    make_contribution(policy, reason="Two days are enough where wheelchairs pass.")
    with clock.frozen(clock.now() + 41 * DAY):
        yield get_policy("bicycles", owner)


def save(owner: Actor, *replaced: tuple[str, str]) -> int:
    """Replace words in the head of the draft and save; answers the new number."""
    policy = get_policy("bicycles", owner)
    text = _text(policy, *replaced)
    return save_text("bicycles", text, actor=owner, base=policy.head_number)


def adopt(owner: Actor, number: int, *replaced: tuple[str, str]) -> int:
    """The same, drawing on contribution ``number``."""
    writing()
    policy = lock_head(get_policy("bicycles", owner).id)
    one = db.session.scalars(select(Contribution).where(Contribution.number == number)).one()
    credit = Credit(number, one.author_id, one.author_role)
    words = Adopted(_text(policy, *replaced), {}, "as suggested", (credit,))
    saved = save_adopted(policy, words, actor=owner)
    db.session.commit()
    return saved.number


def _text(policy: Policy, *replaced: tuple[str, str]) -> str:
    text = get_version(policy.id, policy.head_number).text
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    return text


def ident(policy: Policy, label: str) -> str:
    outline = get_version(policy.id, policy.head_number).outline
    return next(clause.id for clause in outline if clause.label == label)


def add(row: Any) -> None:
    with committing():
        db.session.add(row)


def in_brief(policy: Policy) -> list[tuple[str, int, str]]:
    return [(one.label, one.number, one.kind) for one in list_changes(policy)]


def test_a_text_that_is_as_it_was_asked_about_needs_no_source(policy: Policy) -> None:
    assert consulted_number(policy) == 1
    assert list_changes(policy) == ()


def test_a_policy_that_nobody_was_asked_about_has_no_changes_to_source(owner: Actor) -> None:
    policy = make_policy(owner, slug="bicycles", language="en", text=TEXT)
    save(owner, ("3 days", "2 days"))
    assert consulted_number(policy) is None
    assert list_changes(policy) == ()


def test_a_digit_changed_after_the_consultation_is_named(policy: Policy, owner: Actor) -> None:
    save(owner, ("3 days", "2 days"))
    (change,) = unsourced(policy)
    assert (change.label, change.number, change.is_sourced) == ("Article 2", 2, False)
    assert [run for run in change.runs if run[0] != "="] == [("-", "3"), ("+", "2")]


def test_words_adopted_from_a_contribution_have_their_source(policy: Policy, owner: Actor) -> None:
    adopt(owner, 1, ("3 days", "2 days"))
    (change,) = list_changes(policy)
    assert (change.kind, change.numbers) == (SourceKind.CONTRIBUTION, (1,))
    assert unsourced(policy) == ()


def test_a_digit_beside_adopted_words_is_still_unsourced(policy: Policy, owner: Actor) -> None:
    adopt(owner, 1, ("The owner is told.", "The owner is called."))
    save(owner, ("3 days", "2 days"))
    assert in_brief(policy) == [("Article 2", 2, "contribution"), ("Article 2", 3, "")]


def test_a_clause_that_was_changed_back_needs_none(policy: Policy, owner: Actor) -> None:
    save(owner, ("3 days", "2 days"), ("at once", "from May"))
    save(owner, ("2 days", "3 days"))
    assert in_brief(policy) == [("Article 4", 2, "")]


def test_new_deleted_and_moved_clauses_need_a_source(policy: Policy, owner: Actor) -> None:
    first = "Article 1\n\nBicycles stand in racks.\n\n"
    last = "Article 4\n\nThis applies at once.\n"
    save(owner, (last, last + "\nArticle 5\n\nMopeds are no bicycles, whatever drives them.\n"))
    third = "Article 3\n\nWhoever repairs a bicycle in the street keeps the pavement free.\n\n"
    save(owner, (third, ""))
    save(owner, (first, ""), (last, last + "\n" + first.rstrip("\n") + "\n"))
    found = {(one.label, one.number): one for one in list_changes(policy)}
    assert found["Article 5", 2].before == ""
    assert found["Article 3", 3].after == ""
    assert found["Article 1", 4].is_moved
    assert len(found) == 3


def test_a_new_number_alone_needs_no_source(policy: Policy, owner: Actor) -> None:
    new = "Article 3\n\nScooters stand in racks as well, and so do tricycles.\n\n"
    adopt(owner, 1, ("Article 4", "Article 5"), ("Article 3\n", new + "Article 4\n"))
    assert [label for label, _number, _kind in in_brief(policy)] == ["Article 3"]


@pytest.mark.parametrize("outcome", ["adopted", "partly_adopted"])
def test_an_answer_that_names_the_clause_is_its_source(
    policy: Policy, owner: Actor, outcome: str
) -> None:
    number = save(owner, ("3 days", "2 days"), ("at once", "from May"))
    add(_answer(Answer, policy, owner, number, outcome, answered_at=clock.now()))
    assert in_brief(policy) == [("Article 2", 2, "contribution"), ("Article 4", 2, "")]


def test_an_answer_that_adopts_nothing_is_no_source(policy: Policy, owner: Actor) -> None:
    number = save(owner, ("3 days", "2 days"))
    add(_answer(Answer, policy, owner, number, "not_adopted", answered_at=clock.now()))
    assert [one.numbers for one in unsourced(policy)] == [()]


def test_an_answer_that_is_not_published_counts_for_the_office_only(
    policy: Policy, owner: Actor
) -> None:
    number = save(owner, ("3 days", "2 days"))
    draft = _answer(AnswerDraft, policy, owner, number, "adopted", saved_at=clock.now())
    draft.policy_id = policy.id
    add(draft)
    assert unsourced(policy) == ()
    assert [one.numbers for one in list_changes(policy, with_drafts=False)] == [()]


def _answer(
    table: Any, policy: Policy, owner: Actor, number: int, outcome: str, **values: Any
) -> Any:
    one = db.session.scalars(select(Contribution)).one()
    if table is Answer:
        values["salt"] = b"0" * 16
    return table(
        contribution_id=one.id,
        outcome=outcome,
        reason="Two days are enough.",
        clauses=ident(policy, "Article 2"),
        revision=number,
        by_id=owner.person_id,
        by_role="officer",
        **values,
    )


def test_what_was_corrected_while_people_commented_was_asked_about(
    policy: Policy, owner: Actor
) -> None:
    number = save(owner, ("3 days", "2 days"))
    add(
        Correction(
            policy_id=policy.id,
            number=number,
            phase=Phase.CONSULTATION,
            clauses=ident(policy, "Article 2"),
            is_editorial=False,
            reason="A wrong figure.",
            by_id=owner.person_id,
            at=clock.now(),
        )
    )
    assert consulted_number(policy) == number
    save(owner, ("at once", "from May"))
    assert in_brief(policy) == [("Article 4", 3, "")]


def test_a_second_round_asks_about_the_text_as_it_is_then(policy: Policy, owner: Actor) -> None:
    save(owner, ("3 days", "2 days"))
    set_phase("bicycles", Phase.DRAFTING, actor=owner)
    db.session.commit()
    make_call(policy, owner, cards=CARDS)
    assert list_changes(get_policy("bicycles", owner)) == ()


def test_a_round_that_was_taken_back_asked_about_nothing(policy: Policy, owner: Actor) -> None:
    save(owner, ("3 days", "2 days"))
    add(
        ConsultationCall(
            policy_id=policy.id,
            round=2,
            question="Again?",
            opened_at=clock.now(),
            revision=2,
            ended_early="The wrong text was opened.",
        )
    )
    assert consulted_number(policy) == 1
    assert len(unsourced(policy)) == 1


def test_a_long_history_of_a_long_law_is_read_in_time(app: Flask, owner: Actor) -> None:
    """1,300 clauses and 60 versions; the first reader unpacks them, the second finds them read."""
    articles = [
        f"Article {n}\n\nWhoever parks in place {n} pays {n} yuan an hour and shows a ticket.\n\n"
        for n in range(1, 1301)
    ]
    policy = make_policy(owner, slug="bicycles", language="en", text="".join(articles))
    make_call(policy, owner, cards=CARDS)
    with clock.frozen(clock.now() + 41 * DAY):
        for n in range(1, 61):
            save(owner, (f"place {n * 20} pays", f"field {n * 20} pays"))
        policy = get_policy("bicycles", owner)
        started = time.perf_counter()
        assert len(list_changes(policy)) == 60
        first = time.perf_counter() - started
        assert len(unsourced(policy)) == 60
        assert first < 3, f"{first:.2f} s"
        assert time.perf_counter() - started - first < 0.5


def test_a_row_says_where_a_change_comes_from(policy: Policy, owner: Actor) -> None:
    number = save(owner, ("3 days", "2 days"))
    add(
        ChangeSource(
            policy_id=policy.id,
            number=number,
            clause=ident(policy, "Article 2"),
            kind=SourceKind.OWN,
            reason="The depot is full after two days.",
            by_id=owner.person_id,
            at=clock.now(),
        )
    )
    (change,) = list_changes(policy)
    assert (change.kind, change.reason) == (SourceKind.OWN, "The depot is full after two days.")


OWN = Source("own", reason="The depot is full after two days.")


def named(policy: Policy, places: list[tuple[int, str]], source: Source, actor: Actor) -> None:
    name_source(policy.slug, places, source, actor=actor)
    db.session.commit()


def test_the_gate_names_article_before_and_after(policy: Policy, owner: Actor) -> None:
    save(owner, ("3 days", "2 days"))
    (message,) = guard_sources(policy)
    assert str(message) == "Article 2: “3 days” became “2 days” in version 2, and nothing says why."


def test_the_gate_names_a_figure_in_chinese_with_what_it_counts(owner: Actor) -> None:
    policy = make_policy(owner, slug="bicycles")
    make_call(policy, owner)
    with clock.frozen(clock.now() + 41 * DAY):
        save(owner, ("超过三日", "超过二日"))
        (message,) = guard_sources(get_policy("bicycles", owner))
        assert "第二条: “三日” became “二日” in version 2" in str(message)


@pytest.mark.parametrize(
    ("replaced", "said"),
    [
        (("The owner is told.", ""), "Article 2: “The owner is told.” was left out in version 2"),
        (("in racks.", "in racks. Chains are free."), "Article 1: “Chains are free.” was added"),
        (("Article 3\n\nWhoever", "Whoever"), "Article 3 was taken out in version 2"),
    ],
)
def test_the_gate_says_what_came_and_what_went(
    policy: Policy, owner: Actor, replaced: tuple[str, str], said: str
) -> None:
    save(owner, replaced)
    assert any(said in str(message) for message in guard_sources(policy))


def test_the_gate_names_five_and_counts_the_rest(owner: Actor) -> None:
    text = "".join(f"Article {n}\n\nPlace {n} costs {n} yuan.\n\n" for n in range(1, 9))
    policy = make_policy(owner, slug="bicycles", language="en", text=text)
    make_call(policy, owner, cards=CARDS)
    with clock.frozen(clock.now() + 41 * DAY):
        save(owner, ("yuan", "dollars"))
        messages = [str(message) for message in guard_sources(get_policy("bicycles", owner))]
    assert len(messages) == 6
    assert messages[-1] == "Changes that nothing explains besides these: 3."


def test_a_named_source_opens_the_gate_and_is_recorded(policy: Policy, owner: Actor) -> None:
    number = save(owner, ("3 days", "2 days"))
    before = policy.page_version
    named(policy, [(number, ident(policy, "Article 2"))], OWN, owner)
    assert guard_sources(policy) == []
    (change,) = list_changes(policy)
    assert (change.kind, change.reason) == ("own", OWN.reason)
    kinds = list(db.session.scalars(select(EventRecord.kind).order_by(EventRecord.id)))
    assert kinds[-1] == "ChangeSourced"
    assert get_policy("bicycles", owner).page_version > before


def test_numbers_are_read_as_people_write_them(policy: Policy, owner: Actor) -> None:
    number = save(owner, ("3 days", "2 days"))
    place = (number, ident(policy, "Article 2"))
    named(policy, [place], Source("contribution", "第１号、1"), owner)
    assert list_changes(policy)[0].numbers == (1,)


@pytest.mark.parametrize(
    ("source", "field"),
    [
        (Source(""), "source_kind"),
        (Source("correction"), "source_kind"),
        (Source("contribution"), "source_numbers"),
        (Source("contribution", "7"), "source_numbers"),
        (Source("contribution", " ".join(map(str, range(1, 40)))), "source_numbers"),
        (Source("own"), "source_reason"),
        (Source("own", reason="经研究，不予采纳。"), "source_reason"),
    ],
)
def test_a_source_that_says_nothing_is_refused(
    policy: Policy, owner: Actor, source: Source, field: str
) -> None:
    number = save(owner, ("3 days", "2 days"))
    with pytest.raises(RuleBroken) as refusal:
        name_source("bicycles", [(number, ident(policy, "Article 2"))], source, actor=owner)
    assert refusal.value.field == field
    db.session.rollback()
    assert len(unsourced(policy)) == 1


def test_a_change_that_is_none_gets_no_source(policy: Policy, owner: Actor) -> None:
    save(owner, ("3 days", "2 days"))
    for places in ([], [(1, ident(policy, "Article 2"))], [(2, ident(policy, "Article 1"))]):
        with pytest.raises(RuleBroken):
            name_source("bicycles", places, OWN, actor=owner)


def test_all_that_a_version_changed_gets_its_source_at_once(policy: Policy, owner: Actor) -> None:
    number = save(owner, ("3 days", "2 days"), ("at once", "from May"))
    assert name_source_of_revision("bicycles", number, OWN, actor=owner) == 2
    assert unsourced(policy) == ()


def test_only_officers_of_the_draft_name_sources_and_only_before_the_decision(
    policy: Policy, owner: Actor
) -> None:
    number = save(owner, ("3 days", "2 days"))
    places = [(number, ident(policy, "Article 2"))]
    for role, refusal in ((Role.RESIDENT, NotAllowed), (Role.OFFICER, NotAllowed)):
        with pytest.raises(refusal):
            name_source("bicycles", places, OWN, actor=make_actor(role))
    with pytest.raises(SignInNeeded):
        name_source("bicycles", places, OWN, actor=VISITOR)
    set_phase("bicycles", Phase.DECISION, actor=owner)
    db.session.commit()
    with pytest.raises(RuleBroken, match="before the decision"):
        name_source("bicycles", places, OWN, actor=owner)


def test_the_public_page_lists_the_departments_own_changes_first(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    adopt(owner, 1, ("3 days", "2 days"))
    number = save(owner, ("at once", "from May"))
    named(policy, [(number, ident(policy, "Article 4"))], OWN, owner)
    page = client.get("/policies/bicycles/sources").text
    assert "<h1>Changes nobody asked for in the consultation</h1>" in page
    own, comments = page.index("own changes (1)"), page.index("From comments on this draft (1)")
    assert (
        own
        < page.index(OWN.reason)
        < comments
        < page.index('href="/policies/bicycles/suggestions/1"')
    )
    assert "<form" not in page.partition("<main")[2]


def test_the_page_keeps_drafts_of_answers_to_the_office(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    number = save(owner, ("3 days", "2 days"))
    draft = _answer(AnswerDraft, policy, owner, number, "adopted", saved_at=clock.now())
    draft.policy_id = policy.id
    add(draft)
    assert "No. 1" not in client.get("/policies/bicycles/sources").text
    sign_in(client, owner)
    assert "No. 1" in client.get("/policies/bicycles/sources").text


def test_an_officer_ticks_changes_and_says_where_they_come_from(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    number = save(owner, ("3 days", "2 days"), ("at once", "from May"))
    sign_in(client, owner)
    page = client.get("/policies/bicycles/sources")
    assert "Nothing says yet why (2)" in page.text
    keys = [f"{number}.{ident(policy, label)}" for label in ("Article 2", "Article 4")]
    form = {"changes": keys, "source_kind": "own"}
    here = "/policies/bicycles/sources"
    wrong = client.post_form(here, {**form, "source_reason": "ok"})
    assert wrong.status_code == 422
    assert wrong.text.count(" checked") == 3
    done = client.post_form(here, {**form, "source_reason": OWN.reason})
    assert done.status_code == 303
    db.session.rollback()
    assert unsourced(policy) == ()
    again = client.get(f"/policies/bicycles/sources?again={keys[0]}").text
    assert "Nothing says yet why (1)" in again


def test_nobody_else_sends_the_form(client: CheckingClient, policy: Policy, owner: Actor) -> None:
    save(owner, ("3 days", "2 days"))
    assert client.post("/policies/bicycles/sources", data={}).status_code == 403
    sign_in(client, make_actor())
    page = client.get("/policies/bicycles/sources").text
    assert "<form" not in page.partition("<main")[2]
    assert client.post("/policies/bicycles/sources", data={}).status_code == 403


def test_a_private_draft_has_no_page_of_sources(client: CheckingClient, owner: Actor) -> None:
    make_policy(owner, slug="hidden", is_public=False)
    assert client.get("/policies/hidden/sources").status_code == 404
    with pytest.raises(NotFound):
        name_source("hidden", [(1, "c1")], OWN, actor=make_actor(Role.OFFICER))


def edited(client: CheckingClient, **fields: str) -> int:
    """The whole text with 2 days for 3, sent with the edit form; answers the status."""
    data = {
        "base": "1",
        "text": TEXT.replace("3 days", "2 days"),
        "summary": "shorter",
        "edit_token": "once",
        "step": "save",
        **fields,
    }
    return client.post_form("/policies/bicycles/edit", data).status_code


def test_an_edit_may_say_at_once_where_it_comes_from(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    sign_in(client, owner)
    assert edited(client, source_kind="contribution", source_numbers="1") == 303
    db.session.rollback()
    (change,) = list_changes(get_policy("bicycles", owner))
    assert (change.number, change.kind, change.numbers) == (2, "contribution", (1,))


def test_an_edit_is_saved_without_a_source_too(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    sign_in(client, owner)
    assert edited(client) == 303
    db.session.rollback()
    assert len(unsourced(get_policy("bicycles", owner))) == 1


def test_an_edit_with_a_source_that_says_nothing_is_not_saved(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    sign_in(client, owner)
    assert edited(client, source_kind="own", source_reason="") == 422
    db.session.rollback()
    assert get_policy("bicycles", owner).head_number == 1


def test_the_source_goes_along_to_the_page_of_checking(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    sign_in(client, owner)
    data = {"base": "1", "text": TEXT.replace("3", "2"), "step": "preview", "source_kind": "own"}
    page = client.post_form("/policies/bicycles/edit", {**data, "source_reason": OWN.reason})
    assert f'name="source_reason" value="{OWN.reason}"' in page.text


def test_while_the_draft_is_written_nobody_is_asked_for_a_source(
    client: CheckingClient, owner: Actor
) -> None:
    make_policy(owner, slug="bicycles", language="en", text=TEXT)
    sign_in(client, owner)
    assert "source_kind" not in client.get("/policies/bicycles/edit").text
