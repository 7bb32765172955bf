"""One written form for each address."""

from __future__ import annotations

import pytest

from app.accounts.addresses import Address, parse_address, parse_email, parse_phone
from app.errors import RuleBroken


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "+8613800138000",
        "0086 138 0013 8000",
        "+86-138-0013-8000",
        "１３８００１３８０００",
    ],
)
def test_chinese_numbers_need_no_country(typed: str) -> None:
    assert parse_phone(typed) == Address("sms", "+8613800138000")


def test_numbers_of_other_countries_are_taken() -> None:
    assert parse_address("+44 7400 123456") == Address("sms", "+447400123456")


@pytest.mark.parametrize("typed", ["", "12345", "01065123456", "110", "abc", "+", "1" * 500, "\0"])
def test_what_is_no_mobile_number_is_refused(typed: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        parse_phone(typed)
    assert refusal.value.field == "phone"


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (" Lin.Mei@Example.ORG ", "lin.mei@example.org"),
        ("lin＠example.org", "lin@example.org"),
        ("lin@例子.cn", "lin@xn--fsqu00a.cn"),
        ("lin@office.local", "lin@office.local"),
    ],
)
def test_an_address_is_written_in_one_way(typed: str, text: str) -> None:
    assert parse_email(typed) == Address("mail", text)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "lin",
        "lin@",
        "@example.org",
        "a b@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "a@b",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        parse_email(typed)
    assert refusal.value.field == "email"


def test_a_masked_address_is_known_only_to_its_owner() -> None:
    assert parse_address("lin.mei@example.org").masked == "l***@example.org"
    assert parse_address("13800138000").masked == "+86138****8000"
