"""The page More figures: every section says what it knows, and what it does not."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask

import config
from app import clock
from app.access.actor import Actor, Confirmation, Role
from app.accounts.services.leaving import Leaving, leave
from app.consensus.queries.statements import list_wordings
from app.consensus.services import figuring
from app.database import db
from app.policies.models import Policy
from app.worker import Worker
from tests.builders.accounts import make_actor
from tests.builders.many_positions import make_people, place_positions
from tests.builders.policies import TEXT, make_policy, save_text
from tests.checking_client import CheckingClient
from tests.conftest import NOON

SECTIONS = ("changes", "shaped", "agreement", "talk", "people", "data")


@pytest.fixture
def officer(app: Flask) -> Actor:
    return make_actor(Role.OFFICER)


class Draft(NamedTuple):
    """What a test keeps of a policy while the worker lets go of the session."""

    id: int
    slug: str


def draft(owner: Actor, **values: Any) -> Draft:
    policy = make_policy(owner, **values)
    return Draft(policy.id, policy.slug)


def counted(settings: config.Settings, policy: Draft) -> None:
    """Everything that the worker does, and the figures of today."""
    Worker(settings.instance_dir).drain()
    figuring.figure(policy.id)


def page_of(client: CheckingClient, slug: str) -> str:
    return client.get(f"/policies/{slug}/consensus/more").text


def words_of(page: str) -> str:
    """The page without its marks, blanks as one."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_everything_renders_before_anything_is_counted(
    officer: Actor, client: CheckingClient
) -> None:
    policy = draft(officer)
    page = page_of(client, policy.slug)
    for section in SECTIONS:
        assert f'id="{section}"' in page
    assert "The figures are being counted" in page
    assert page.count("Not counted yet.") == 3


@pytest.mark.parametrize("text", ["", "只有一句话。\n"])
def test_a_policy_of_one_version_says_what_is_not_known(
    officer: Actor, client: CheckingClient, settings: config.Settings, text: str
) -> None:
    policy = draft(officer, text=text)
    counted(settings, policy)
    page = words_of(page_of(client, policy.slug))
    assert "Too little has changed so far" in page
    assert "Nobody has said yet whether they agree" in page
    assert "Fewer than 5 people took part so far." in page
    assert ("The text has no words yet." in page) == (text == "")


def test_one_author_is_told_to_have_written_all_of_it(
    officer: Actor, client: CheckingClient, settings: config.Settings
) -> None:
    policy = draft(officer)
    counted(settings, policy)
    page = words_of(page_of(client, policy.slug))
    assert "Officers all" in page
    assert "1 person wrote half of the current text." in page
    assert "Too few to say: shares are told from 30 words of 5 people on" not in page  # of today


def test_a_person_who_left_is_not_named(
    officer: Actor, client: CheckingClient, settings: config.Settings
) -> None:
    resident = make_actor(name="Li Si", name_skeleton="li si")
    policy = draft(officer, mode="open")
    save_text(policy.slug, TEXT.replace("起施行", "零时起施行"), actor=resident, base=1)
    counted(settings, policy)
    assert "Li Si" in page_of(client, policy.slug)
    leave(Leaving(name="Li Si"), actor=resident, duties=lambda _: ())
    db.session.commit()
    page = page_of(client, policy.slug)
    assert "Li Si" not in page
    assert "A former resident" in page


def test_roles_are_compared_with_intervals_and_a_word(
    officer: Actor, client: CheckingClient, settings: config.Settings
) -> None:
    policy = draft(officer)
    counted(settings, policy)
    wordings = list_wordings(db.session.get_one(Policy, policy.id))
    many, few = make_people(40, prefix="res"), make_people(14, prefix="off")
    place_positions(
        policy.id, wordings,
        [(person, "c-c2", 1 if place < 8 else -1) for place, person in enumerate(many)]
        + [(person, "c-c3", 1) for person in many[:3]],
    )  # fmt: skip
    place_positions(
        policy.id, wordings, [(person, "c-c2", 1) for person in few],
        role=Role.OFFICER, confirmation=Confirmation.MOBILE,
    )  # fmt: skip
    page = page_of(client, policy.slug)
    words = words_of(page)
    assert "This is not a vote. It shows the drafters where to look; reasons count." in words
    assert "Residents and officers differ" in words
    # Wilson 95 % of 14 of 14 is 78 to 100 %, of 8 of 40 it is 10 to 35 %: outward to fives.
    assert "14 of 14 agree (range: 75% to 100%)" in words
    assert "8 of 40 agree (range: 10% to 35%)" in words
    assert 'x="75" y="3" width="25"' in page
    assert "Too few people to say" in words  # of the other article
    assert "3 of 3" not in words
    assert words.index("Residents and officers differ") < words.index("Too few people to say")


def test_positions_on_earlier_words_and_of_bodies_stand_apart(
    officer: Actor, client: CheckingClient, settings: config.Settings
) -> None:
    policy = draft(officer)
    counted(settings, policy)
    wordings = list_wordings(db.session.get_one(Policy, policy.id))
    people = make_people(30, prefix="res")
    place_positions(policy.id, wordings, [(person, "c-c2", 1) for person in people[:12]])
    place_positions(policy.id, {"c-c2": "0" * 16}, [(one, "c-c2", -1) for one in people[12:20]])
    place_positions(policy.id, wordings, [(one, "c-c2", 1) for one in people[20:22]], is_body=True)
    words = words_of(page_of(client, policy.slug))
    assert "12 of 12 agree" in words
    assert "Apart: on earlier wording : 0 of 8 agree" in words.replace("wording:", "wording :")
    assert "Apart: businesses and organisations" in words
    assert "2 of 2" not in words


def test_pictures_have_their_numbers_as_a_table(
    officer: Actor, client: CheckingClient, settings: config.Settings
) -> None:
    with clock.frozen(NOON):
        policy = draft(officer)
    with clock.frozen(NOON + timedelta(days=1)):
        save_text(policy.slug, TEXT.replace("三日", "两日"), actor=officer, base=1)
    with clock.frozen(NOON + timedelta(days=15)):
        save_text(policy.slug, TEXT.replace("三日", "五日"), actor=officer, base=2)
        counted(settings, policy)
        page = page_of(client, policy.slug)
    assert page.count("The same as a table") == 2
    assert f"/policies/{policy.slug}/compare/2...3" in page
    assert "Times without an edit are left out of the table." in page
    assert 'class="bar-up"' in page  # 三 to 两 is a number, so it binds


def test_the_page_is_there_in_chinese_and_never_for_a_private_draft(
    officer: Actor, client: CheckingClient, settings: config.Settings
) -> None:
    policy = draft(officer)
    hidden = draft(officer, title="Not yet", is_public=False)
    counted(settings, policy)
    client.get("/help?lang=zh")
    page = page_of(client, policy.slug)
    for words in ("更多数据", "文本出自谁手", "这不是投票", "自己核对"):
        assert words in page
    for path in ("more", "data.csv", "data.json"):
        assert client.get(f"/policies/{hidden.slug}/consensus/{path}").status_code == 404


def test_the_numbers_can_be_taken_away_and_checked(
    officer: Actor, client: CheckingClient, settings: config.Settings
) -> None:
    policy = draft(officer, language="en", text="# =SUM(A1)\n\nWords below.\n\n# Two\n\nMore.\n")
    slug = policy.slug
    counted(settings, policy)
    page = page_of(client, slug)
    for name in ("data.csv", "data.json"):
        answer = client.get(f"/policies/{slug}/consensus/{name}")
        checksum = hashlib.sha256(answer.data)
        assert checksum.hexdigest() in page
        told = base64.b64encode(checksum.digest()).decode()
        assert answer.headers["Repr-Digest"] == f"sha-256=:{told}:"
        assert "attachment" in answer.headers["Content-Disposition"]
    written = client.get(f"/policies/{slug}/consensus/data.csv").data.decode()
    rows = list(csv.DictReader(io.StringIO(written, newline="")))
    assert [row["label"] for row in rows] == ["'=SUM(A1)", "Two"]
    assert [row["status"] for row in rows] == ["moving", "moving"]
    data = json.loads(client.get(f"/policies/{slug}/consensus/data.json").data)
    assert data["measures_version"] == 1
    assert set(data["figures"]) == {
        "heartbeat", "shaped", "fate", "half_life", "talk", "people",
    }  # fmt: skip
    # Who wrote a short text stands on the page alone, where a name can be erased.
    assert "people" not in data["figures"]["shaped"]["data"]["whole"]


def test_what_nobody_can_attribute_is_said_to_be_so(
    officer: Actor,
    client: CheckingClient,
    settings: config.Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    policy = draft(officer)
    shaped = {
        "whole": {"tokens": 90, "roles": {"bulk": [60, 65], "earlier": [35, 40]}},
        "clauses": [{"clause": "c2", "tokens": 60, "is_bulk": True}],
        "gone": {},
    }
    monkeypatch.setattr(figuring, "FIGURES", {"shaped": lambda _policy: shaped})
    counted(settings, policy)
    words = words_of(page_of(client, policy.slug))
    assert "Not attributed: changed too much at once to say whose each word is" in words
    assert "A large change, not followed word by word 60% to 65%" in words
    assert "Before the draft was made public 35% to 40%" in words
