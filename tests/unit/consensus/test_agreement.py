"""Agreement by role: intervals and verdicts against values worked out by hand."""

from __future__ import annotations

from math import isclose

import pytest

from app.consensus.rules.agreement import (
    Tally,
    Verdict,
    gap_interval,
    is_defined,
    role_informed,
    smoothed,
    verdict,
    wilson,
)


def _near(found: float, wanted: float) -> bool:
    return isclose(found, wanted, abs_tol=5e-4)


@pytest.mark.parametrize(
    ("agree", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),  # z²/(n + z²)
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (15, 148, 0.0624, 0.1605),  # Newcombe 1998, table I, method 3: 0.0624 to 0.1605
        (81, 263, 0.2553, 0.3662),  # the same table
    ],
)
def test_wilson_gives_the_intervals_of_the_literature(
    agree: int, n: int, low: float, high: float
) -> None:
    found = wilson(Tally(agree, n - agree))
    assert _near(found[0], low)
    assert _near(found[1], high)


def test_not_sure_counts_as_taking_part() -> None:
    assert wilson(Tally(5, 2, 3)) == wilson(Tally(5, 5))
    assert smoothed(Tally(3, 1, 4)) == 0.4


def test_the_gap_has_the_interval_of_newcombe() -> None:
    """56/70 less 48/80: 0.2, from 0.0524 to 0.3339 (Newcombe 1998 II, table II, method 10)."""
    low, high = gap_interval(Tally(56, 14), Tally(48, 32))
    assert _near(low, 0.0524)
    assert _near(high, 0.3339)


def test_a_gap_is_measured_from_the_officers() -> None:
    low, high = gap_interval(Tally(14, 0), Tally(0, 40))
    assert low > 0.5
    assert high <= 1.0 + 1e-9


@pytest.mark.parametrize(("role", "least"), [("resident", 10), ("volunteer", 5), ("officer", 5)])
def test_a_share_is_told_from_enough_people_on(role: str, least: int) -> None:
    assert not is_defined(role, Tally(least - 1))
    assert is_defined(role, Tally(least))


def test_people_of_other_roles_are_never_a_side() -> None:
    assert not is_defined("other", Tally(1000))


@pytest.mark.parametrize(
    ("officers", "residents", "wanted"),
    [
        (Tally(9, 5), Tally(142, 268), Verdict.DIVERGED),  # 64 % and 35 %
        (Tally(13, 1), Tally(351, 69), Verdict.AGREE),
        (Tally(1, 13), Tally(60, 351), Verdict.DISAGREE),
        (Tally(7, 7), Tally(205, 205), Verdict.UNCLEAR),
        (Tally(4), Tally(400, 10), Verdict.INSUFFICIENT),
        (Tally(14), Tally(9), Verdict.INSUFFICIENT),
        (Tally(5), Tally(5, 5), Verdict.UNCLEAR),  # half a share apart, but of so few people
    ],
)
def test_the_verdict_says_what_the_numbers_bear(
    officers: Tally, residents: Tally, wanted: Verdict
) -> None:
    assert verdict({"officer": officers, "resident": residents}) == wanted


def test_a_gap_of_exactly_the_threshold_is_one() -> None:
    """70 % less 50 % is a little below 0.2 in floating point."""
    tallies = {"officer": Tally(700, 300), "resident": Tally(500, 500)}
    assert verdict(tallies, gap=20) == Verdict.DIVERGED
    assert verdict(tallies, gap=21) == Verdict.UNCLEAR


def test_nobody_is_not_a_verdict() -> None:
    assert verdict({}) == Verdict.INSUFFICIENT


def test_what_one_camp_likes_ranks_below_what_both_can_live_with() -> None:
    """The larger camp are residents, the smaller one officers."""
    loved_by_many = {"resident": Tally(900, 100), "officer": Tally(10, 90)}
    fair_to_both = {"resident": Tally(600, 400), "officer": Tally(60, 40)}
    one, other = role_informed(loved_by_many), role_informed(fair_to_both)
    assert one is not None
    assert other is not None
    assert one < other
    assert _near(one, (901 / 1002 * 11 / 102) ** 0.5)
    everybody = sum(tally.agree for tally in loved_by_many.values())
    assert everybody > sum(tally.agree for tally in fair_to_both.values())


def test_one_role_alone_informs_nothing() -> None:
    assert role_informed({"resident": Tally(50), "officer": Tally(4), "other": Tally(90)}) is None
