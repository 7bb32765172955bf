"""What is open on a clause, by hand: objections, questions, suggestions and readers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.consensus.rules.open_matters import (
    Reader,
    Said,
    Sent,
    count_objections,
    count_readers,
    count_suggestions,
    count_waiting,
)
from tests.conftest import NOON


def days_ago(days: float) -> datetime:
    return NOON - timedelta(days=days)


def said(thread: int, person: int, ago: float = 1, **more: Any) -> Said:
    values: dict[str, Any] = {
        "kind": "objection", "joined_into": None, "is_settled": False, "role": "resident",
        "opens": True,
    }  # fmt: skip
    return Said(thread=thread, person=person, at=days_ago(ago), **(values | more))


def reply(thread: int, person: int, **more: Any) -> Said:
    return said(thread, person, **({"opens": False} | more))


def sent(ident: int, person: int, ago: float = 1, **more: Any) -> Sent:
    values: dict[str, Any] = {
        "kind": "suggestion", "role": "resident", "group": ident, "is_open": True,
        "is_owed": True, "thread": None,
    }  # fmt: skip
    return Sent(id=ident, person=person, at=days_ago(ago), **(values | more))


def test_an_objection_counts_once_two_people_share_it_or_a_week_has_passed() -> None:
    assert count_objections([said(1, 1)], NOON) == 0
    assert count_objections([said(1, 1), reply(1, 1)], NOON) == 0
    assert count_objections([said(1, 1), reply(1, 2)], NOON) == 1
    assert count_objections([said(1, 1, ago=7)], NOON) == 0
    assert count_objections([said(1, 1, ago=7.01)], NOON) == 1


def test_an_objection_that_is_settled_or_out_of_sight_does_not_count() -> None:
    assert count_objections([said(1, 1, is_settled=True), reply(1, 2)], NOON) == 0
    # Its first words were hidden or taken back, so only the replies can be read.
    assert count_objections([reply(1, 2), reply(1, 3)], NOON) == 0
    assert count_objections([said(1, 1, kind="comment"), reply(1, 2, kind="comment")], NOON) == 0


def test_joined_objections_are_one_of_all_their_people() -> None:
    joined = [said(1, 1, joined_into=2), said(2, 2, joined_into=3), said(3, 3)]
    assert count_objections(joined, NOON) == 1
    assert count_objections(joined[2:], NOON) == 0
    around = [said(1, 1, joined_into=2), said(2, 2, joined_into=1)]
    assert count_objections(around, NOON) == 0


def test_a_question_is_open_until_an_officer_replied_or_the_asker_is_content() -> None:
    def questions(*comments: Said, about: tuple[Sent, ...] = ()) -> tuple[int, int]:
        found = count_waiting(comments, about, NOON, 15)
        return found["questions"], found["overdue"]

    asked = said(1, 1, ago=16, kind="question")
    assert questions(asked) == (1, 1)
    assert questions(said(1, 1, ago=14, kind="question")) == (1, 0)
    assert questions(asked, reply(1, 2, kind="question")) == (1, 1)
    assert questions(asked, reply(1, 3, kind="question", role="officer")) == (0, 0)
    assert questions(said(1, 1, ago=16, kind="question", is_settled=True)) == (0, 0)
    assert questions(asked, about=(sent(1, 1, kind="question", thread=1),)) == (1, 1)
    assert questions(asked, about=(sent(1, 1, kind="question", thread=1, is_open=False),)) == (0, 0)


def test_a_question_on_paper_waits_like_any_other() -> None:
    found = count_waiting([], [sent(1, 1, ago=20, kind="question")], NOON, 15)
    assert found == {"questions": 1, "overdue": 1, "waiting": 1}


def test_what_waits_is_counted_once() -> None:
    asked = said(1, 1, kind="question")
    numbered = sent(1, 1, kind="question", thread=1)
    assert count_waiting([asked], [numbered], NOON, 15)["waiting"] == 1
    late = sent(1, 1, kind="question", thread=1, is_owed=False)
    assert count_waiting([asked], [late], NOON, 15)["waiting"] == 1
    assert count_waiting([], [sent(2, 1, is_owed=False)], NOON, 15)["waiting"] == 0
    assert count_waiting([], [sent(2, 1, is_open=False)], NOON, 15)["waiting"] == 0


def test_letters_that_are_much_the_same_are_one_suggestion_of_many_people() -> None:
    letters = [sent(ident, person=ident, group=1) for ident in (1, 2, 3)]
    found = count_suggestions(
        [*letters, sent(4, 1), sent(5, 9, is_open=False), sent(6, 8, kind="comment")]
    )
    assert found == {"suggestions": 2, "suggesters": 3}


def test_a_reader_counts_once_in_the_role_of_the_latest_act() -> None:
    readers = [
        Reader(1, "volunteer", days_ago(1)),
        Reader(1, "resident", days_ago(3)),
        Reader(2, "resident", days_ago(2)),
        Reader(2, "resident", days_ago(1)),
    ]
    assert count_readers(readers) == {"volunteer": 1, "resident": 1}
