"""The table of limits: by standing, the strictest first, and the same in the document."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import config
from app.access.actor import VISITOR, Actor, Confirmation, Role
from app.accounts.limits import (
    ACTS,
    TRIES,
    Counted,
    Standing,
    Tried,
    is_new,
    limit_of,
    limits_of,
    lines,
    standings,
)

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
RESIDENT = Actor(
    id=7,
    role=Role.RESIDENT,
    confirmation=Confirmation.CONTACT,
    origin="street",
    joined_at=NOW - timedelta(days=40),
)
FRESH = replace(RESIDENT, joined_at=NOW - timedelta(hours=23))
UNKNOWN = replace(RESIDENT, confirmation=Confirmation.NONE)


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (VISITOR, {Standing.VISITOR}),
        (RESIDENT, {Standing.RESIDENT}),
        (FRESH, {Standing.RESIDENT, Standing.NEW}),
        (UNKNOWN, {Standing.RESIDENT, Standing.UNCONFIRMED}),
        (
            replace(FRESH, confirmation=Confirmation.NONE),
            {Standing.RESIDENT, Standing.UNCONFIRMED, Standing.NEW},
        ),
        (replace(FRESH, role=Role.OFFICER), {Standing.OFFICER}),
        (replace(FRESH, role=Role.VOLUNTEER), {Standing.VOLUNTEER}),
        (replace(FRESH, role=Role.SUPERVISOR), {Standing.VOLUNTEER}),
        (replace(FRESH, role=Role.ADMINISTRATOR), {Standing.VOLUNTEER}),
    ],
)
def test_what_is_known_of_somebody_gives_their_standings(
    actor: Actor, expected: set[Standing]
) -> None:
    assert set(standings(actor, NOW)) == expected


def test_an_account_is_new_for_a_day() -> None:
    joined = NOW - timedelta(hours=24)
    assert is_new(replace(RESIDENT, joined_at=joined + timedelta(seconds=1)), NOW)
    assert not is_new(replace(RESIDENT, joined_at=joined), NOW)


@pytest.mark.parametrize("what", list(Counted))
def test_of_two_standings_the_stricter_one_counts(what: Counted) -> None:
    row = ACTS[what]
    both = replace(FRESH, confirmation=Confirmation.NONE)
    strictest = min(row.most(s) for s in (Standing.RESIDENT, Standing.NEW, Standing.UNCONFIRMED))
    assert limits_of(what, both, NOW)[0].times == strictest
    assert limits_of(what, FRESH, NOW)[0].times == min(
        row.most(Standing.RESIDENT), row.most(Standing.NEW)
    )


@pytest.mark.parametrize("what", list(Counted))
def test_nobody_new_or_unconfirmed_may_do_more_than_a_resident(what: Counted) -> None:
    row = ACTS[what]
    for standing in (Standing.NEW, Standing.UNCONFIRMED):
        assert 0 < row.most(standing) <= row.most(Standing.RESIDENT)


def test_a_resident_counts_for_themselves_and_for_their_address() -> None:
    own, together = limits_of(Counted.WORDS, RESIDENT, NOW)
    assert (own.kind, own.key, own.times, own.seconds) == ("words", "7", 30, 600)
    assert (together.kind, together.key) == ("words_from", "street")
    assert together.times > own.times


def test_a_save_counts_once_so_that_it_stays_fast() -> None:
    assert len(limits_of(Counted.SAVE, RESIDENT, NOW)) == 1


def test_an_office_behind_one_address_is_not_slowed_down() -> None:
    for role in (Role.OFFICER, Role.VOLUNTEER):
        (own,) = limits_of(Counted.WORDS, replace(RESIDENT, role=role), NOW)
        assert own.key == "7"
    assert ACTS[Counted.WORDS].most(Standing.OFFICER) >= 200


def test_a_visitor_counts_by_their_address() -> None:
    (own,) = limits_of(Counted.FLAG, replace(VISITOR, origin="street"), NOW)
    assert own.key == "street"


def test_a_visitor_who_does_what_only_people_do_is_a_mistake_in_the_code() -> None:
    with pytest.raises(RuntimeError):
        limits_of(Counted.SAVE, replace(VISITOR, origin="street"), NOW)


def test_a_new_person_who_becomes_an_ordinary_one_keeps_the_count() -> None:
    before, after = limits_of(Counted.WORDS, FRESH, NOW), limits_of(Counted.WORDS, RESIDENT, NOW)
    assert before[0].row_key == after[0].row_key
    assert before[0].times < after[0].times


def test_the_table_of_the_counter_holds_no_address() -> None:
    limit = limit_of(Tried.SEND_TO, "somebody@example.org")
    assert "somebody" not in limit.row_key
    assert len(limit.row_key) <= 80
    assert limit.row_key != limit_of(Tried.SEND_HERE, "somebody@example.org").row_key


def test_every_kind_has_a_row() -> None:
    assert set(ACTS) == set(Counted)
    assert set(TRIES) == set(Tried)
    assert all(len(row.times) == len(Standing) for row in ACTS.values())


def test_no_limit_stands_beside_the_table() -> None:
    made = re.compile(r"(?<![\w.])Limit\(")
    users = [
        path.name for path in (config.ROOT / "app").rglob("*.py") if made.search(path.read_text())
    ]
    assert users == ["limits.py"]


def test_the_document_on_security_holds_both_tables() -> None:
    document = (config.ROOT / "docs" / "security.md").read_text()
    assert "\n".join(lines()) in document, "run: flask docs limits, and put it there"
