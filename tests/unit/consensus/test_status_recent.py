"""What was done to a clause lately, by hand: which revisions count and how much they changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.consensus.rules.recent import Touch, course_of, figures_of
from tests.conftest import NOON


def days_ago(days: float) -> datetime:
    return NOON - timedelta(days=days)


def touch(number: int, ago: float, **more: Any) -> Touch:
    values: dict[str, Any] = {
        "person": 1, "role": "resident", "inserted": 2, "deleted": 1, "kind": "substantive",
        "undone": frozenset(), "is_bulk": False,
    }  # fmt: skip
    return Touch(number, days_ago(ago), **(values | more))


def course(touches: list[Touch], **more: Any) -> Any:
    values: dict[str, Any] = {"first": 1, "marked": (), "left_out": (), "now": NOON}
    return course_of(touches, **(values | more))


def test_the_revision_that_brought_the_clause_in_is_no_change_but_ends_its_rest() -> None:
    found = course([touch(1, 5)])
    assert found.changed is not None
    assert found.changed.number == 1
    assert found.lately == ()
    assert found.base is None
    assert figures_of(found, 0, NOON)["gross"] == 0


def test_changes_of_twenty_eight_days_are_counted_from_the_wording_before_them() -> None:
    found = course([touch(1, 60), touch(2, 40), touch(4, 28), touch(7, 6, person=2)])
    assert [one.number for one in found.lately] == [4, 7]
    assert found.base == 3
    figures = figures_of(found, 4, NOON)
    assert (figures["revisions"], figures["people"]) == (2, 2)
    assert (figures["gross"], figures["net"]) == (6, 4)
    assert (figures["week_inserted"], figures["week_deleted"]) == (2, 1)


def test_an_editorial_change_does_not_end_the_rest() -> None:
    found = course([touch(1, 60), touch(2, 30), touch(3, 2, kind="editorial", role="officer")])
    assert found.changed is not None
    assert found.changed.number == 2
    assert [one.role for one in found.proofread] == ["officer"]


def test_vandalism_and_its_repair_count_for_nothing_but_themselves() -> None:
    touches = [
        touch(1, 60),
        touch(2, 20, person=2),
        touch(3, 10, person=3, inserted=0, deleted=40, undone=frozenset({1, 2})),
        touch(4, 9, person=1, inserted=40, deleted=0, undone=frozenset({3})),
    ]
    found = course(touches, marked={3}, left_out={3, 4})
    figures = figures_of(found, 3, NOON)
    assert found.changed is not None
    assert found.changed.number == 2
    assert (figures["revisions"], figures["gross"], figures["undoing"]) == (1, 3, 0)
    assert figures["vandalism"] == 1


def test_what_vandalism_left_in_the_wording_makes_no_more_net_than_was_changed() -> None:
    found = course([touch(1, 60), touch(2, 9)])
    assert figures_of(found, 40, NOON)["net"] == 3


def test_people_who_undo_and_people_who_suffer_it_are_counted_once() -> None:
    touches = [
        touch(1, 60),
        touch(2, 9, person=2, undone=frozenset({1})),
        touch(3, 8, person=1, undone=frozenset({2})),
        touch(4, 7, person=3, undone=frozenset({1, 2})),
        touch(5, 6, person=4),
    ]
    figures = figures_of(course(touches), 0, NOON)
    assert (figures["undoing"], figures["undo_people"]) == (3, 3)


def test_what_was_written_before_the_publication_is_known_to_nobody() -> None:
    touches = [touch(1, 9), touch(2, 8, undone=frozenset({1})), touch(5, 4)]
    found = course(touches, first=4)
    assert [one.number for one in found.lately] == [5]
    assert course(touches[:2], first=4).changed is None
    # The step to the first version that may be read tells what stood before it.
    assert course(touches, first=5).lately == ()


def test_a_clause_of_which_nothing_was_measured_says_nothing() -> None:
    found = course([])
    assert found.changed is None
    assert figures_of(found, 0, NOON) == {
        "revisions": 0, "people": 0, "gross": 0, "net": 0, "undoing": 0, "undo_people": 0,
        "week_inserted": 0, "week_deleted": 0, "vandalism": 0, "is_bulk": False,
    }  # fmt: skip


def test_a_revision_from_the_future_counts_as_one_of_now() -> None:
    """A clock was put back: the numbers still say what came after what."""
    found = course([touch(1, 60), touch(2, -400), touch(3, 1)])
    assert [one.number for one in found.lately] == [2, 3]
    assert found.changed is not None
    assert found.changed.number == 3


def test_a_change_too_large_to_lay_side_by_side_is_told() -> None:
    assert figures_of(course([touch(1, 60), touch(2, 1, is_bulk=True)]), 0, NOON)["is_bulk"]
