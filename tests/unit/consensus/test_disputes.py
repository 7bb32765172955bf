"""Disputes: which wordings a place was changed between, how long each stood, who took back whom."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.consensus.rules.disputes import OTHER, Dispute, find_dispute, quote
from app.consensus.rules.life import Life
from tests.unit.consensus.test_life import life_of
from tests.unit.consensus.test_undo import ANNA, BERT, CARO, START, by, hourly

HOUR = 3600
WAR = life_of("ends at ten", "ends at nine", "ends at ten", "ends at nine", "ends at ten")
WARRIORS = by(ANNA, BERT, ANNA, BERT, ANNA)


def dispute(
    life: Life,
    authors: dict[int, int],
    *,
    since: datetime | None = None,
    excluded: tuple[int, ...] = (),
    first: int = 1,
) -> Dispute | None:
    """As of one hour after the last change."""
    times = {number: at for number, at in hourly(life).items() if number >= first}
    counted = {n: who for n, who in authors.items() if n >= first and n not in excluded}
    until = max(times.values()) + timedelta(hours=1)
    return find_dispute(life, times, counted, until, since=since, excluded=excluded)


def turns(found: Dispute | None) -> list[tuple[int, int, tuple[int, ...]]]:
    assert found is not None
    return [(turn.number, turn.reading, turn.back) for turn in found.turns]


def test_nobody_disputes_what_was_changed_once() -> None:
    assert dispute(life_of("ends at ten", "ends at nine"), by(ANNA, BERT)) is None


def test_changing_ones_own_mind_is_no_dispute() -> None:
    assert dispute(WAR, dict.fromkeys(range(1, 6), ANNA)) is None


def test_two_wordings_in_turn_are_two_readings_and_each_step_says_what_it_took_back() -> None:
    assert turns(dispute(WAR, WARRIORS)) == [
        (1, 0, ()), (2, 1, ()), (3, 0, (2,)), (4, 1, (3,)), (5, 0, (4,)),
    ]  # fmt: skip


def test_a_reading_has_stood_as_long_as_all_its_times_together() -> None:
    found = dispute(WAR, WARRIORS)
    assert found is not None
    assert [(one.seconds, one.stands) for one in found.readings] == [
        (3 * HOUR, True), (2 * HOUR, False),
    ]  # fmt: skip
    assert [(one.number, one.spots) for one in found.readings] == [(5, ((2, 3),)), (4, ((2, 3),))]


def test_a_change_elsewhere_in_the_clause_is_no_other_reading() -> None:
    life = life_of(
        "ends at ten sharp", "ends at nine sharp", "ends at ten sharp",
        "it always ends at ten sharp", "it always ends at nine sharp",
    )  # fmt: skip
    found = dispute(life, by(ANNA, BERT, ANNA, CARO, BERT))
    assert turns(found) == [(1, 0, ()), (2, 1, ()), (3, 0, (2,)), (5, 1, (3,))]
    assert found is not None
    assert found.readings[1].spots == ((4, 5),)  # where it stands now


def test_what_was_written_before_the_dispute_began_is_left_out() -> None:
    life = life_of("ends", "ends at", "ends at ten", "ends at nine", "ends at ten")
    assert turns(dispute(life, by(CARO, CARO, ANNA, BERT, ANNA))) == [
        (3, 0, ()), (4, 1, ()), (5, 0, (4,)),
    ]  # fmt: skip


def test_only_what_was_taken_back_lately_is_a_dispute_of_these_days() -> None:
    assert dispute(WAR, WARRIORS, since=START + timedelta(hours=6)) is None
    late = dispute(WAR, WARRIORS, since=START + timedelta(hours=5))
    assert turns(late) == [(3, 0, ()), (4, 1, ()), (5, 0, (4,))]


def test_vandalism_and_its_mending_are_no_turns() -> None:
    life = life_of(
        "ends at ten", "ends at nine", "ends at ten", "rubbish", "ends at ten", "ends at nine"
    )
    found = dispute(life, by(ANNA, BERT, ANNA, CARO, BERT, BERT), excluded=(4, 5))
    assert turns(found) == [(1, 0, ()), (2, 1, ()), (3, 0, (2,)), (6, 1, (3,))]


def test_a_clause_that_was_emptied_and_brought_back_was_absent_between() -> None:
    found = dispute(life_of("ends at ten", "", "ends at ten"), by(ANNA, BERT, ANNA))
    assert turns(found) == [(1, 0, ()), (2, 1, ()), (3, 0, (2,))]
    assert found is not None
    assert [one.spots for one in found.readings] == [((0, 3),), ()]


def test_the_rarest_of_many_wordings_have_no_line_of_their_own() -> None:
    words = ("ten", "nine", "ten", "noon", "six", "ten", "nine", "two")
    life = life_of(*(f"ends at {word}" for word in words))
    people = by(*(ANNA if word == "ten" else BERT for word in words))
    found = dispute(life, people)
    assert found is not None
    assert found.others == 2
    assert [turn.reading for turn in found.turns] == [0, 1, 0, OTHER, OTHER, 0, 1, 2]
    assert [one.stands for one in found.readings] == [False, False, True]


def test_of_a_long_dispute_the_latest_turns_are_told() -> None:
    life = life_of(*(f"ends at {'ten' if n % 2 else 'nine'}" for n in range(31)))
    found = dispute(life, by(*(ANNA if n % 2 else BERT for n in range(31))))
    assert found is not None
    assert (len(found.turns), found.earlier, found.turns[-1].number) == (24, 7, 31)


def test_a_dispute_begins_with_the_first_version_that_may_be_read() -> None:
    found = dispute(WAR, WARRIORS, first=2)
    assert turns(found)[0] == (2, 0, ())
    unchanged_since = life_of("ends at ten", "ends at nine", "ends at ten", "ends at nine")
    times = {number: START + timedelta(hours=number) for number in range(2, 6)}
    late = find_dispute(unchanged_since, times, {3: ANNA, 4: BERT}, START + timedelta(hours=6))
    assert turns(late)[0] == (2, 0, ())


def test_a_quote_marks_the_spot_with_a_few_words_around() -> None:
    assert quote("The market ends at ten sharp.", [(4, 5)]) == [
        ("=", "The market ends at "), ("*", "ten"), ("=", " sharp."),
    ]  # fmt: skip
    assert quote("共享自行车连续停放超过三日无人使用的，应当移走。", [(11, 12)]) == [
        ("…", ""), ("=", "行车连续停放超过"), ("*", "三"), ("=", "日无人使用的，应"), ("…", ""),
    ]  # fmt: skip


def test_a_spot_without_words_is_quoted_as_an_empty_one() -> None:
    assert quote("It ends.", [(1, 1)]) == [("=", "It "), ("*", ""), ("=", "ends.")]
    assert quote("", [(0, 0)]) == [("*", "")]


def test_two_near_spots_share_the_words_between_them() -> None:
    assert quote("a b c d", [(0, 1), (2, 3)]) == [
        ("*", "a"), ("=", " b "), ("*", "c"), ("=", " d"),
    ]  # fmt: skip


def test_a_long_spot_and_the_rest_of_a_long_clause_are_cut() -> None:
    runs = quote(" ".join(f"w{n}" for n in range(100)), [(20, 80)])
    assert [sign for sign, _ in runs] == ["…", "=", "*", "…", "=", "…"]
    assert runs[1][1].split() == [f"w{n}" for n in range(12, 20)]
    assert runs[2][1].split() == [f"w{n}" for n in range(20, 60)]
    assert runs[4][1].split() == [f"w{n}" for n in range(80, 88)]
