"""From how many on something counts: defaults, choices and their ranges."""

from __future__ import annotations

import pytest

from app.consensus.rules.thresholds import RANGES, Thresholds, ensure_in_range
from app.errors import RuleBroken


def test_every_number_has_a_range_with_its_default_inside() -> None:
    usual = Thresholds().to_dict()
    assert list(usual) == list(RANGES)
    for name, value in usual.items():
        least, most = RANGES[name]
        assert least <= value <= most


@pytest.mark.parametrize("name", RANGES)
def test_a_number_beside_its_range_is_refused_at_its_field(name: str) -> None:
    least, most = RANGES[name]
    ensure_in_range(name, least)
    ensure_in_range(name, most)
    for value in (least - 1, most + 1):
        with pytest.raises(RuleBroken) as broken:
            ensure_in_range(name, value)
        assert broken.value.field == name


def test_a_number_that_nobody_knows_is_refused_and_an_old_one_is_passed_over() -> None:
    with pytest.raises(RuleBroken):
        ensure_in_range("patience", 3)
    assert Thresholds.of({"patience": 3, "readers": 20}) == Thresholds(readers=20)
