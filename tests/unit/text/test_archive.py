"""Stored texts come back byte for byte, checked, and small."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text import archive
from app.text.clauses import outline

TEXT = "# 办法\n\n第一条 甲。\n\n第二条 乙。\n"


@settings(max_examples=60)
@given(st.text(max_size=400), st.none() | st.text(min_size=1, max_size=400))
def test_what_was_packed_is_unpacked(text: str, known: str | None) -> None:
    assert archive.unpack(archive.pack(text, known), known) == text


def test_a_small_change_against_its_keyframe_costs_a_few_bytes() -> None:
    law = "".join(f"第{n}条 运营企业应当在{n}小时内移走第{n * 7}号车辆。\n\n" for n in range(200))
    changed = law.replace("第77条 运营", "第77条 停车场经营")
    assert len(archive.pack(changed, law)) < 100
    assert len(archive.pack(changed, None)) > 500


@pytest.mark.parametrize(
    ("number", "keyframe"), [(1, 1), (2, 1), (50, 1), (51, 51), (52, 51), (101, 101)]
)
def test_every_fiftieth_revision_is_a_keyframe(number: int, keyframe: int) -> None:
    assert archive.keyframe_of(number) == keyframe


def test_an_outline_comes_back_whole_with_its_splits_and_joins() -> None:
    first, second, *rest = outline(TEXT)
    whole = (first, replace(second, split_from="c9", merged_from=("c7", "c8")), *rest)
    assert archive.outline_from_json(archive.outline_to_json(whole), TEXT) == whole


def test_a_text_with_another_hash_is_refused() -> None:
    with pytest.raises(archive.ArchiveDamaged):
        archive.check(TEXT + " ", archive.text_hash(TEXT))
