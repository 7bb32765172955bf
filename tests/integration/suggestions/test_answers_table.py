"""The table of answers: every number once, and nothing that a reader may not read."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from app.access.actor import VISITOR, Actor, Confirmation, Role
from app.database import committing, db
from app.discussions.queries import list_comments
from app.policies.models import Policy
from app.policies.services.moving import set_phase
from app.suggestions.models import Contribution
from app.suggestions.queries import answers_table
from app.suggestions.queries.answer_rows import AnswerRow
from app.suggestions.queries.answers_table import Narrowed, iter_rows, list_numbers, totals
from app.suggestions.services.answering import NewAnswer
from app.suggestions.services.drafting_answers import save_draft
from app.suggestions.services.publishing_answers import publish_due
from app.suggestions.services.splitting import split
from app.suggestions.services.withdrawing import withdraw
from tests.builders.accounts import make_actor, make_department
from tests.builders.discussions import hide
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_contribution, make_suggestion
from tests.checking_client import CheckingClient

REASON = "The depot needs three days to find the owner."
SECRET = "My neighbour Wang blocks the gate."
OTHER = "Racks at the north gate are planned for May."


@pytest.fixture
def officer(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.OFFICER, department_id=make_department("Department of Streets").id)


@pytest.fixture
def policy(officer: Actor, noon: datetime) -> Policy:
    """1 not adopted, 2 in two points, 3 taken back, 4 hidden and answered, 5 late, 6 waiting,
    7 from a person without confirmed address, answered, 8 from the office, 9 a draft."""
    policy = make_policy(officer, mode="reviewed", slug="bicycles", language="en")
    author = make_actor()
    make_suggestion(policy, "c3", "第二条 停满一天就挪走。")
    for _ in range(5):
        make_contribution(policy, author, reason=f"{SECRET if _ == 2 else OTHER} {_}")
    make_contribution(policy, make_actor(email=None, confirmation=Confirmation.NONE))
    make_contribution(policy, officer)
    make_contribution(policy, reason="One more")
    with committing():
        withdraw("bicycles", 3, actor=author)
        set_phase("bicycles", "consultation", actor=officer)
        rows = {row.number: row for row in db.session.query(Contribution)}
        rows[5].is_late, rows[5].is_owed = True, False
    thread = rows[4].thread_id
    assert thread is not None
    hide(list_comments(thread, officer)[0][0])
    with committing():
        split("bicycles", 2, ["The racks.", "The depot."], actor=officer)
        for number, part in ((1, 0), (2, 1), (2, 2), (4, 0), (7, 0)):
            wanted = NewAnswer("not_adopted" if number == 1 else "explained", REASON)
            save_draft("bicycles", number, wanted, actor=officer, part=part)
        db.session.get_one(Policy, policy.id).answers_at = noon
    publish_due()
    with committing():
        save_draft("bicycles", 9, NewAnswer("noted", OTHER), actor=officer)
    return db.session.get_one(Policy, policy.id)


def _rows(policy: Policy, actor: Actor, **how: bool) -> dict[tuple[int, int], AnswerRow]:
    return {(row.number, row.part): row for row in iter_rows(policy, actor, **how)}


def test_totals_count_every_number_once(policy: Policy) -> None:
    found = totals(policy.id)
    assert found.by_outcome == {"not_adopted": 1, "explained": 1}
    assert (found.in_points, found.waiting, found.not_owed) == (1, 2, 1)
    assert (found.withdrawn, found.replaced, found.hidden, found.late) == (1, 0, 1, 1)
    assert found.all == 9


def test_each_way_that_totals_count_lists_as_many_numbers(policy: Policy) -> None:
    found = totals(policy.id)
    counts = {**found.by_outcome, "in_points": 1, "waiting": 2, "not_owed": 1, "withdrawn": 1}
    for became, count in {**counts, "hidden": 1, "late": 1, "noted": 0}.items():
        numbers = list_numbers(policy.id, Narrowed(became=became), after=0, size=50)
        assert len(numbers) == count, became


def test_rows_are_read_in_portions_and_miss_no_number(
    policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = list(iter_rows(policy, VISITOR))
    monkeypatch.setattr(answers_table, "PORTION", 2)
    assert list(iter_rows(policy, VISITOR)) == whole
    assert {row.number for row in whole} == set(range(1, 10))


def test_a_visitor_reads_what_is_published_and_shown(policy: Policy) -> None:
    rows = _rows(policy, VISITOR)
    assert (rows[1, 0].outcome, rows[1, 0].reason) == ("not_adopted", REASON)
    assert [rows[2, part].words for part in (1, 2)] == ["The racks.", "The depot."]
    assert (rows[3, 0].state, rows[3, 0].words) == ("withdrawn", "")
    assert (rows[4, 0].state, rows[4, 0].words, rows[4, 0].reason) == ("hidden", "", "")
    assert (rows[7, 0].state, rows[7, 0].words, rows[7, 0].reason) == ("unseen", "", "")
    assert (rows[9, 0].outcome, rows[9, 0].reason) == ("", "")


def test_the_office_reads_drafts_besides_and_no_hidden_words(
    policy: Policy, officer: Actor
) -> None:
    rows = _rows(policy, officer, with_drafts=True)
    assert (rows[4, 0].state, rows[4, 0].words) == ("hidden", "")
    assert (rows[9, 0].reason, rows[9, 0].is_draft) == (OTHER, True)


def test_the_page_shows_totals_and_neither_drafts_nor_hidden_words(
    policy: Policy, client: CheckingClient
) -> None:
    client.get("/?lang=en")
    words = client.get("/policies/bicycles/answers").get_data(as_text=True)
    assert "9 comments in all" in words
    assert "2-1 · Explained" in words
    assert SECRET not in words
    assert REASON in words
    late = client.get("/policies/bicycles/answers?became=late").get_data(as_text=True)
    assert 'id="answer-row-5"' in late
    assert 'id="answer-row-1"' not in late
    only = client.get("/policies/bicycles/answers?clause=c3").get_data(as_text=True)
    assert 'id="answer-row-1"' in only
    assert 'id="answer-row-2"' not in only


@pytest.mark.parametrize("path", ["answers", "suggestions", "suggestions/9", "discussion"])
def test_no_public_page_shows_a_draft_of_an_answer(
    policy: Policy, client: CheckingClient, path: str
) -> None:
    words = client.get(f"/policies/bicycles/{path}").get_data(as_text=True)
    assert "One more" in words
    assert f"{OTHER}</p>" not in words
