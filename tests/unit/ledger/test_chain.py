"""The hash chain: every way to change the record is found, at the first record that suffers."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ledger import chain
from app.ledger.chain import BEGINNING, BadRecord, Head, Record

NOON = datetime(2026, 3, 2, 4, 0, 0, 250, tzinfo=UTC)


def event(number: int, *, is_public: bool = True) -> dict[str, object]:
    return chain.describe(
        kind="Noted",
        at=NOON,
        actor="p1",
        data={"number": number},
        nonce=bytes([number]) * 16,
        is_public=is_public,
    )


def records(count: int) -> list[Record]:
    previous, made = BEGINNING, []
    for seq in range(1, count + 1):
        leaf = chain.leaf_of(event(seq))
        previous = chain.link(previous, leaf)
        made.append(Record(seq, event(seq), leaf, previous))
    return made


def first_bad(made: list[Record]) -> int:
    verdict = chain.verify(made)
    assert isinstance(verdict, BadRecord)
    return verdict.seq


def test_a_leaf_is_the_hash_of_a_zero_byte_and_the_canonical_json() -> None:
    canonical = (
        '{"actor":"p1","at":"2026-03-02T04:00:00.000250Z","data":{"a":"条","b":1},"is_public":true,'
        '"kind":"Noted","nonce":"' + "07" * 16 + '"}'
    )
    described = chain.describe(
        kind="Noted",
        at=NOON,
        actor="p1",
        data={"b": 1, "a": "条"},
        nonce=b"\x07" * 16,
        is_public=True,
    )
    assert chain.leaf_of(described) == hashlib.sha256(b"\x00" + canonical.encode()).digest()


def test_the_same_moment_in_another_zone_gives_the_same_leaf() -> None:
    beijing = NOON.astimezone(timezone(timedelta(hours=8)))
    made = [
        chain.describe(kind="K", at=at, actor="", data={}, nonce=b"", is_public=True)
        for at in (NOON, beijing)
    ]
    assert made[0] == made[1]


def test_a_hash_is_over_the_hash_before_and_the_leaf() -> None:
    assert (
        chain.link(b"\x01" * 32, b"\x02" * 32)
        == hashlib.sha256(b"\x01" * 32 + b"\x02" * 32).digest()
    )


def test_an_empty_chain_holds_and_ends_at_its_beginning() -> None:
    assert chain.verify([]) == Head(0, bytes(32))


def test_an_untouched_chain_holds() -> None:
    made = records(5)
    assert chain.verify(made) == Head(5, made[4].hash)


def test_a_chain_is_followed_from_an_older_head() -> None:
    made = records(5)
    assert chain.verify(made[3:], after=Head(3, made[2].hash)) == Head(5, made[4].hash)


def test_a_rewritten_history_does_not_follow_from_an_older_head() -> None:
    made = records(5)
    verdict = chain.verify(made[3:], after=Head(3, b"\x01" * 32))
    assert isinstance(verdict, BadRecord)
    assert verdict.seq == 4


def test_a_changed_event_is_found() -> None:
    made = records(5)
    made[2] = replace(made[2], event=event(9))
    assert first_bad(made) == 3


def test_a_changed_event_with_a_leaf_to_match_is_found() -> None:
    made = records(5)
    made[2] = replace(made[2], event=event(9), leaf=chain.leaf_of(event(9)))
    assert first_bad(made) == 3


def test_a_changed_event_with_leaf_and_hash_to_match_is_found_at_the_next_record() -> None:
    made = records(5)
    leaf = chain.leaf_of(event(9))
    made[2] = Record(3, event(9), leaf, chain.link(made[1].hash, leaf))
    assert first_bad(made) == 4


def test_a_dropped_record_is_found() -> None:
    made = records(5)
    del made[2]
    assert first_bad(made) == 3


def test_two_records_in_each_others_place_are_found() -> None:
    made = records(5)
    made[1], made[2] = replace(made[2], seq=2), replace(made[1], seq=3)
    assert first_bad(made) == 2


def test_a_record_put_in_is_found() -> None:
    made = records(5)
    leaf = chain.leaf_of(event(9))
    strange = Record(3, event(9), leaf, chain.link(made[1].hash, leaf))
    later = [replace(one, seq=one.seq + 1) for one in made[2:]]
    assert first_bad([*made[:2], strange, *later]) == 4


def test_a_number_that_json_cannot_carry_is_a_bad_record_not_a_crash() -> None:
    made = records(3)
    made[1] = replace(made[1], event={"number": 2**60})
    assert first_bad(made) == 2


def test_a_withheld_event_shows_nothing_but_its_place_and_its_leaf() -> None:
    secret = event(7, is_public=False)
    leaf = chain.leaf_of(secret)
    shown = chain.published(Record(1, secret, leaf, chain.link(BEGINNING, leaf)))
    assert shown == Record(1, None, leaf, chain.link(BEGINNING, leaf))


def test_a_public_event_is_shown_whole() -> None:
    (made,) = records(1)
    assert chain.published(made) is made


def test_a_chain_with_withheld_events_holds_for_a_stranger() -> None:
    made = [replace(one, event=None) if one.seq % 2 else one for one in records(6)]
    assert chain.verify(made) == Head(6, made[5].hash)


@pytest.mark.parametrize("part", ["leaf", "hash"])
@settings(max_examples=40)
@given(place=st.integers(0, 7), byte=st.integers(0, 31), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found_where_it_is(part: str, place: int, byte: int, bit: int) -> None:
    made = records(8)
    flipped = bytearray(getattr(made[place], part))
    flipped[byte] ^= 1 << bit
    made[place] = replace(made[place], **{part: bytes(flipped)})
    assert first_bad(made) == place + 1
