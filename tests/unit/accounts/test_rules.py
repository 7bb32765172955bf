"""Passwords, the way back after signing in, and the dummy check."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters

from app.accounts import passwords
from app.accounts.rules import ensure_password, own_path
from app.errors import RuleBroken


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/policies",
        "/policies/x?page=2&q=%E5%81%9C#c-c5",
        "/搜索",
        "/account/continue",
        "/account/continue?kept=3",
    ],
)
def test_paths_of_this_site_are_ways_back(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "policies",
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        "javascript:alert(1)",
        "/account/sign-in?next=/x",
        "/account/continue/../sign-out",
        "/" + "a" * 5000,
        "http:evil.example",
        "//[",
    ],
)
def test_everything_else_leads_to_the_first_page(target: str | None) -> None:
    assert own_path(target) == "/"


@pytest.mark.parametrize("password", ["seven77", "aaaaaaaaaa", "A@Example.org", "x" * 201])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        ensure_password(password, address="a@example.org")
    assert refusal.value.field == "password"


def test_words_make_a_password() -> None:
    words = "停车 灯笼 街道 两天"
    ensure_password(words, address="a@example.org")
    with pytest.raises(RuleBroken):
        ensure_password(words, address=words)  # but not when they are the address


def test_the_hash_of_nobody_costs_as_much_as_every_other() -> None:
    real = passwords._HASHER.hash("x")
    assert isinstance(passwords._HASHER, PasswordHasher)
    assert extract_parameters(passwords.NOBODY) == extract_parameters(real)


def test_a_password_is_the_same_however_its_accents_are_composed() -> None:
    stored = passwords.hash_password("caf\u00e9 lantern")
    assert passwords.is_password("cafe\u0301 lantern", stored)
    assert not passwords.is_password("cafe lantern", stored)
    assert not passwords.is_password("caf\u00e9 lantern", "damaged")
