"""What the page says of opinion groups, and that no page of figures tells what one person thinks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import delete, select

import config
from app import clock
from app.access.actor import Role
from app.accounts.models import Person
from app.consensus.models import Position
from app.consensus.queries.figures import list_figures
from app.consensus.services.grouping import group
from app.database import committing, db
from app.policies.models import Policy
from app.worker import Worker
from tests.builders.accounts import make_actor, sign_in
from tests.builders.many_positions import ARTICLES, CHOICES, make_divided_policy, place_positions
from tests.builders.policies import make_policy, save_text
from tests.checking_client import CheckingClient
from tests.conftest import NOON

NOT_A_VOTE = "This is not a vote. It shows the drafters where to look; reasons count."


@pytest.fixture
def policy(app: Flask) -> Iterator[Policy]:
    with clock.frozen(NOON):
        yield make_divided_policy()


def section(client: CheckingClient, policy: Policy, locale: str = "en") -> str:
    client.get("/", query_string={"lang": locale})
    page = client.get(f"/policies/{policy.slug}/consensus/more")
    found = re.search(r'<section id="groups".*?</section>', page.text, re.DOTALL)
    assert found is not None
    words = re.sub(r"<[^>]+>", " ", found[0])
    return re.sub(r"\s+", " ", words)


def test_the_page_tells_sizes_common_ground_and_differences(
    policy: Policy, client: CheckingClient
) -> None:
    group(policy.id)
    said = section(client, policy)
    assert NOT_A_VOTE in said
    sizes = [int(number) for number in re.findall(r"Group [AB] : (\d+) people", said)]
    assert sum(sizes) == 100
    assert min(sizes) >= 38
    shared, apart = said.split("What sets the groups apart")
    assert "What most people of every group say" in shared
    assert "每" not in shared
    assert "Group A" in apart
    assert "None of them has a confirmed mobile number or residence." in said


def test_every_share_stands_in_steps_of_five_with_its_people(
    policy: Policy, client: CheckingClient
) -> None:
    group(policy.id)
    said = section(client, policy)
    shares = re.findall(r"(\d+)% of (\d+)", said)
    assert len(shares) >= 12
    assert all(int(share) % 5 == 0 and int(people) >= 5 for share, people in shares)
    assert not re.search(r"\d\.\d+%", said)


def test_without_stable_groups_the_page_says_so_and_why(app: Flask, client: CheckingClient) -> None:
    policy = make_divided_policy(apart=0.5)
    group(policy.id)
    said = section(client, policy)
    assert "No stable groups." in said
    assert "Group A" not in said
    assert NOT_A_VOTE in said


def test_before_enough_people_answered_the_page_says_from_how_many_on(
    app: Flask, client: CheckingClient
) -> None:
    policy = make_policy(text=ARTICLES)
    assert "once 50 people have each answered about 7 articles" in section(client, policy)


def test_in_chinese_there_are_no_english_words(policy: Policy, client: CheckingClient) -> None:
    group(policy.id)
    said = section(client, policy, "zh")
    assert "看法相近的人群" in said
    assert "这不是投票" in said
    assert not re.search("[B-Zb-z]{2,}", said)


def test_nothing_calls_it_a_consensus_of_people_who_were_not_asked(
    policy: Policy, client: CheckingClient
) -> None:
    group(policy.id)
    assert "onsensus" not in section(client, policy)
    assert "共识" not in section(client, policy, "zh")


def test_an_article_that_is_gone_stands_in_no_list(policy: Policy, client: CheckingClient) -> None:
    group(policy.id)
    name = find_data(policy, "apart")[0]["statement"]
    number = int(name.removeprefix("c-c")) - 1  # the heading is c1
    lines = ARTICLES.split("\n\n")
    gone = lines.pop(number)
    assert gone.split(" ")[0] in section(client, policy)
    save_text(policy.slug, "\n\n".join(lines), actor=make_actor(Role.OFFICER), base=1)
    assert gone.split(" ")[0] + " " not in section(client, policy)


def find_data(policy: Policy, key: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = list_figures(policy.id)["groups"].data[key]
    return found


def addresses(slug: str) -> list[str]:
    base = f"/policies/{slug}"
    flow = [f"{base}/consensus/flow?colour={one}" for one in ("role", "age", "person")]
    return [
        "/consensus", f"{base}/consensus", f"{base}/consensus/more", f"{base}/consensus/c5",
        f"{base}/consensus/data.csv", f"{base}/consensus/data.json",
        f"{base}/clauses/c5/history", f"{base}/positions/c-c5", *flow,
    ]  # fmt: skip


def pages(client: CheckingClient, slug: str) -> dict[str, str]:
    """Every page and file of figures, without what differs from one answer to the next."""
    found = {}
    for address in addresses(slug):
        answer = client.get(address)
        assert answer.status_code == 200, address
        found[address] = re.sub(r'name="csrf_token"[^>]*', "", answer.text)
    return found


def work(policy_id: int, settings: config.Settings) -> None:
    """The groups, and all that the worker does: it measures, and then there are figures to make."""
    group(policy_id)
    db.session.remove()
    for _ in range(2):
        Worker(settings.instance_dir).drain()


@pytest.mark.parametrize("role", [None, Role.RESIDENT, Role.OFFICER])
def test_who_only_took_positions_is_named_on_no_page_of_figures(
    role: Role | None, policy: Policy, client: CheckingClient, settings: config.Settings
) -> None:
    slug = policy.slug
    save_text(slug, ARTICLES + "\n第十三条 完。\n", actor=make_actor(Role.OFFICER), base=1)
    work(policy.id, settings)
    if role is not None:
        sign_in(client, make_actor(role))
    people = select(Person.name, Person.public_id).where(Person.public_id.startswith("many"))
    names = {word for row in db.session.execute(people) for word in row}
    assert len(names) == 200
    found = pages(client, slug)
    for address, page in found.items():
        assert not names & set(re.findall(r"many\d+|Many many \d+", page)), address
    assert "<svg" in found[f"/policies/{slug}/consensus/flow?colour=person"]


def test_whose_position_is_whose_changes_no_page(
    policy: Policy, client: CheckingClient, settings: config.Settings
) -> None:
    """An author who is named on the pages and somebody who thinks otherwise change places."""
    slug, policy_id = policy.slug, policy.id
    people = select(Person).where(Person.public_id.in_(("many0", "many99"))).order_by(Person.id)
    author, other = (person.actor(NOON) for person in db.session.scalars(people))
    with clock.frozen(NOON):
        text = ARTICLES.replace("第四项", "第四项新")
        save_text(slug, text, actor=author, base=1)
        work(policy_id, settings)
        before, figures = pages(client, slug), stored(policy_id)
        assert any(author.name in page for page in before.values())
        swap(policy_id, author.person_id, other.person_id)
        work(policy_id, settings)
        assert stored(policy_id) == figures
        assert pages(client, slug) == before


def swap(policy_id: int, one: int, other: int) -> None:
    """Each of two people takes the positions of the other."""
    rows = db.session.scalars(select(Position).where(Position.person_id.in_((one, other)))).all()
    assert {row.person_id for row in rows} == {one, other}
    numbers = {word: number for number, word in CHOICES.items()}
    stances = [(one + other - row.person_id, row.statement, numbers[row.choice]) for row in rows]
    wordings = {row.statement: row.wording for row in rows}
    with committing():
        db.session.execute(delete(Position).where(Position.person_id.in_((one, other))))
    place_positions(policy_id, wordings, stances)


def stored(policy_id: int) -> dict[str, str]:
    """The figures as they lie in the database."""
    db.session.rollback()
    found = {
        name: json.dumps(figure.data, sort_keys=True)
        for name, figure in list_figures(policy_id).items()
    }
    assert "groups" in found
    return found
