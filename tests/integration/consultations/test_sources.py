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
from app.access.actor import Actor, Role
from app.consultations.models import ChangeSource, ConsultationCall, Correction
from app.consultations.queries.sources import (
    SourceKind,
    consulted_number,
    list_changes,
    unsourced,
)
from app.consultations.rules import Card
from app.database import committing, db, writing
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries import get_policy
from app.policies.services.adopting import Adopted, Credit, save_adopted
from app.policies.services.moving import set_phase
from app.policies.services.writing_revisions import lock_head
from app.policies.versions import get_version
from app.suggestions.models import Answer, AnswerDraft, Contribution
from tests.builders.accounts import make_actor
from tests.builders.consultations import make_call
from tests.builders.policies import make_policy, save_text
from tests.builders.suggestions import make_contribution

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
