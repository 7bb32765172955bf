"""Who follows by mail alone hears of a deadline and of the final text at once, and once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from flask import Flask

import config
from app import clock
from app.access.actor import Actor, Role
from app.database import committing, db
from app.notifications.services import telling_followers
from app.notifications.services.alerting import tell_at_once
from app.notifications.services.announcing import announce_final, remind_of_closing
from app.notifications.services.letters import follower_token, stop_letters
from app.policies.models import Policy
from app.policies.services.publishing import make_private
from tests.builders.accounts import make_actor
from tests.builders.consultations import make_call
from tests.builders.letters import (
    address_of,
    make_follower,
    make_mail_follower,
    post,
    waiting,
    words,
)
from tests.builders.notifications import announce_decision, deliver
from tests.builders.policies import make_policy

XU = "xu@example.org"
FINAL = "The decision is announced, with the final text"


@pytest.fixture
def owner(app: Flask) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def policy(owner: Actor, noon: datetime) -> Policy:
    return make_policy(owner, mode="reviewed")


@contextmanager
def before_closing(policy: Policy, owner: Actor) -> Iterator[None]:
    """Comments are open and close in two days."""
    make_call(policy, owner)
    assert policy.closes_at is not None
    with clock.frozen(policy.closes_at - timedelta(days=2)):
        yield


def said(settings: config.Settings) -> list[tuple[str, str]]:
    """Of every letter that leaves now, the address, and the subject with the text."""
    return sorted((str(one["To"]), f"{one['Subject']}\n{words(one)[0]}") for one in post(settings))


def test_the_deadline_is_told_once_in_the_followers_language(
    policy: Policy, owner: Actor, settings: config.Settings
) -> None:
    make_mail_follower(policy, XU)
    make_mail_follower(policy, "zhu@example.org", locale="zh_Hans_CN")
    assert remind_of_closing() == 0, "it is not soon"
    with before_closing(policy, owner):
        assert remind_of_closing() == 2
        (xu, english), (zhu, chinese) = said(settings)
        assert (xu, zhu) == (XU, "zhu@example.org")
        assert "Comments close on" in english
        assert policy.title in english
        assert f"http://localhost/policies/{policy.slug}/consultation" in english
        assert "截止" in chinese
        assert "Comments close on" not in chinese
        assert remind_of_closing() == 0
        assert said(settings) == []


def test_the_final_text_is_told_once(
    policy: Policy, owner: Actor, settings: config.Settings
) -> None:
    make_mail_follower(policy, XU)
    other = make_policy(owner, slug="other")
    make_mail_follower(other, "zhu@example.org")
    announce_decision(policy, owner)
    deliver()
    ((to, letter),) = said(settings)
    assert to == XU
    assert FINAL in letter
    assert f"http://localhost/policies/{policy.slug}/decision" in letter
    assert announce_final(policy.id, clock.now()) == 0
    deliver()
    assert said(settings) == []


def test_who_follows_two_articles_gets_one_letter(
    policy: Policy, owner: Actor, settings: config.Settings
) -> None:
    for clause in ("", "c2", "c3"):
        make_mail_follower(policy, XU, clause)
    with before_closing(policy, owner):
        assert remind_of_closing() == 1
        assert [to for to, _letter in said(settings)] == [XU]
        assert remind_of_closing() == 0


def test_who_has_an_account_with_this_address_gets_one_letter(
    policy: Policy, owner: Actor, settings: config.Settings
) -> None:
    person = make_follower(policy)
    make_mail_follower(policy, address_of(person))
    with before_closing(policy, owner):
        assert remind_of_closing() == 1
        with clock.frozen(clock.now() + timedelta(hours=1)):
            assert (tell_at_once(), remind_of_closing()) == (1, 0)
        assert [to for to, _letter in said(settings)] == [address_of(person)]


def test_who_came_when_it_was_soon_already_saw_the_date_on_the_page(
    policy: Policy, owner: Actor, settings: config.Settings
) -> None:
    with before_closing(policy, owner):
        make_mail_follower(policy, XU)
        assert remind_of_closing() == 0
        assert said(settings) == []


@pytest.mark.parametrize("was_queued", [False, True])
def test_who_left_hears_no_more(
    policy: Policy, owner: Actor, settings: config.Settings, was_queued: bool
) -> None:
    follower = make_mail_follower(policy, XU)
    with before_closing(policy, owner):
        if was_queued:
            assert remind_of_closing() == 1
        stop_letters(follower_token(follower), origin="test")
        db.session.commit()
        assert remind_of_closing() == 0
        assert said(settings) == []


def test_of_a_draft_that_became_private_nothing_is_said(
    policy: Policy, owner: Actor, settings: config.Settings
) -> None:
    make_mail_follower(policy, XU)
    announce_decision(policy, owner)
    deliver()
    assert waiting() == 1
    with committing():
        make_private(policy.slug, actor=owner)
    assert said(settings) == []


def test_a_worker_that_dies_in_between_tells_the_rest_and_nobody_twice(
    policy: Policy, owner: Actor, settings: config.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [f"x{number}@example.org" for number in range(5)]
    for address in addresses:
        make_mail_follower(policy, address)
    monkeypatch.setattr(telling_followers, "PORTION", 2)
    real, calls = telling_followers.send_later, 0

    def dies(*args: object, **values: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise OSError("the power went")
        real(*args, **values)  # type: ignore[arg-type]

    with before_closing(policy, owner):
        monkeypatch.setattr(telling_followers, "send_later", dies)
        with pytest.raises(OSError, match="power"):
            remind_of_closing()
        monkeypatch.setattr(telling_followers, "send_later", real)
        assert remind_of_closing() == 3
        assert [to for to, _letter in said(settings)] == addresses
