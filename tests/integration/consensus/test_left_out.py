"""What not everybody may read changes no figure: hidden, taken back, unconfirmed, from before the
publication, or on a draft that is not public."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.access.actor import Actor, Confirmation, Role
from app.consensus.services.taking import take_position
from app.database import committing, db
from app.policies.models import Policy
from app.suggestions.services.withdrawing import withdraw
from tests.builders.accounts import make_actor
from tests.builders.discussions import hide, make_thread
from tests.builders.policies import TEXT, make_policy, plan_publication, save_text
from tests.builders.suggestions import hide_suggestion, make_contribution, make_suggestion
from tests.builders.whole_site import count_figures, drain
from tests.checking_client import CheckingClient

PAGES = (
    "consensus", "consensus/c3", "consensus/more", "consensus/flow", "consensus/data.csv",
    "consensus/data.json", "positions/c-c3", "clauses/c3/history",
)  # fmt: skip
OTHER = "第二条 共享自行车连续停放超过两日无人使用的，运营企业应当在二十四小时内移走。"


def _policy() -> Policy:
    return db.session.scalars(select(Policy).where(Policy.slug == "rules")).one()


def _told(client: CheckingClient) -> dict[str, str]:
    """What a visitor is told on every page of figures once all is counted."""
    for _turn in range(2):  # the second finds that today's evaluation is due, or done
        drain()
    count_figures()
    found = {}
    for page in (*(f"/policies/rules/{page}" for page in PAGES), "/consensus"):
        answer = client.get(page)
        assert answer.status_code == 200, page
        # That volunteers hid something is said beside the figures; it is in none of them.
        acts = r'<section aria-labelledby="acts-title">.*?</section>'
        found[page] = re.sub(r"\s+", " ", re.sub(acts, "", answer.text, flags=re.DOTALL))
    return found


@pytest.fixture
def owner(app: Flask, noon: datetime) -> Actor:
    """The officer of a draft on which something was said by everybody's leave."""
    owner = make_actor(Role.OFFICER)
    policy = make_policy(owner, slug="rules", mode="open")
    make_suggestion(policy, "c3", OTHER)
    make_thread(policy, clause="c3", kind="question")
    return owner


def _hidden(policy: Policy) -> None:
    hide(make_thread(policy, clause="c3", kind="objection").first)
    hide(make_thread(policy, clause="c3", kind="question").first)
    hide_suggestion(make_suggestion(policy, "c3", OTHER.replace("两", "九")))


def _taken_back(policy: Policy) -> None:
    for author in (make_actor(), make_actor()):
        one = make_suggestion(policy, "c3", OTHER.replace("两", "九"), author)
        with committing():
            withdraw("rules", one.number, actor=author)


def _unconfirmed(policy: Policy) -> None:
    author = make_actor(confirmation=Confirmation.NONE)
    make_thread(policy, author, clause="c3", kind="objection")
    make_contribution(policy, author)
    make_suggestion(policy, "c3", OTHER.replace("两", "九"), author)


def _elsewhere(policy: Policy) -> None:
    """The same on a draft that is not public."""
    owner = make_actor(Role.OFFICER)
    secret = make_policy(owner, slug="secret", title="Secret", is_public=False, mode="open")
    make_thread(secret, owner, clause="c3", kind="objection")
    save_text("secret", TEXT.replace("三日", "九日"), actor=owner, base=1)
    with committing():
        take_position("secret", "c-c3", "agree", actor=owner)


@pytest.mark.parametrize("say", [_hidden, _taken_back, _unconfirmed, _elsewhere])
def test_what_not_everybody_reads_changes_no_figure(
    owner: Actor, client: CheckingClient, say: Callable[[Policy], None]
) -> None:
    before = _told(client)
    say(_policy())
    after = _told(client)
    assert {page for page in before if after[page] != before[page]} == set()


def test_what_everybody_reads_changes_them(owner: Actor, client: CheckingClient) -> None:
    """Otherwise the test above would look at nothing."""
    before = _told(client)
    make_thread(_policy(), clause="c3", kind="objection")
    make_suggestion(_policy(), "c3", OTHER.replace("两", "九"))
    save_text("rules", TEXT.replace("三日", "九日"), actor=owner, base=1)
    after = _told(client)
    # How many articles stand how is as before.
    assert {page for page in before if after[page] == before[page]} == {"/consensus"}


def test_a_private_draft_has_no_page_of_figures_for_others(
    owner: Actor, client: CheckingClient
) -> None:
    _elsewhere(_policy())
    drain()
    count_figures()
    for page in PAGES:
        assert client.get(f"/policies/secret/{page}").status_code == 404, page
    assert "Secret" not in client.get("/consensus").text


def test_from_before_the_publication_nothing_is_counted(
    app: Flask, noon: datetime, client: CheckingClient
) -> None:
    """A draft whose first versions stayed private is told of as one that begins with what became
    public."""
    owner, other = make_actor(Role.OFFICER), make_actor(Role.OFFICER)
    make_policy(owner, slug="rules", mode="open", is_public=False)
    rare = TEXT.replace("三日", "雪泥鸿爪")
    for base, text in enumerate((rare, TEXT, rare, TEXT), start=1):
        save_text("rules", text, actor=owner, base=base)
    plan_publication("rules", at=None, with_history=False, actor=owner)
    db.session.commit()
    save_text("rules", TEXT.replace("移走", "运走"), actor=other, base=5)
    told = _told(client)
    for page, words in told.items():
        assert "雪" not in words, page
        assert "/revisions/3" not in words, page
    assert '"gross": 2' in re.sub(r'":(?=\d)', '": ', told["/policies/rules/consensus/data.json"])
