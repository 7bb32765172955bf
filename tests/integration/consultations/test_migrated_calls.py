"""A call for comment of before there were rounds becomes round one, with what was sent in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, insert, text

from tests.builders.old_site import OldSite

OPENED = datetime(2026, 11, 1, tzinfo=UTC).replace(tzinfo=None)
DAY = timedelta(days=1)


@pytest.fixture
def site(tmp_path: Path) -> OldSite:
    """A database as it was before rounds: one call with one question, three things sent."""
    site = OldSite(tmp_path, "0011")
    _fill(site.engine)
    return site


def _fill(engine: Engine) -> None:
    tables = MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:

        def put(table: str, **values: Any) -> None:
            blank = {
                column.name: "" if column.type.python_type is str else column.type.python_type()
                for column in tables.tables[table].columns
                if not column.nullable and column.type.python_type is not datetime
            }
            connection.execute(insert(tables.tables[table]).values(blank | values))

        put("person", id=1, public_id="p1", role="resident", created_at=OPENED)
        put("policy", id=1, slug="bikes", head_number=4, created_at=OPENED, updated_at=OPENED)
        put("consultation_call", policy_id=1, question="Where?", opened_at=OPENED, answer_days=60)
        put("call_clause", policy_id=1, position=0, clause="c2", question="How long?")
        for number, days, is_late in ((1, -3, False), (2, 3, False), (3, 40, True)):
            sent = OPENED + days * DAY
            values = {"number": number, "is_late": is_late, "begun_at": sent, "sent_at": sent}
            put("contribution", id=number, policy_id=1, author_id=1, **values)
            put("suggested_change", contribution_id=number, position=0, kind="reword")


def test_the_call_is_round_one_on_the_text_of_now_and_keeps_its_question(site: OldSite) -> None:
    site.upgrade()
    calls = site.rows("SELECT round, revision, question FROM consultation_call")
    assert calls == [(1, 4, "Where?")]
    assert site.rows("SELECT round, clause FROM call_clause") == [(1, "c2")]
    assert site.rows("SELECT round FROM policy") == [(1,)]


def test_what_was_sent_in_it_is_of_round_one_and_only_what_was_late_is_not_owed(
    site: OldSite,
) -> None:
    site.upgrade()
    sent = site.rows("SELECT number, round, is_owed FROM contribution ORDER BY number")
    assert sent == [(1, 0, 1), (2, 1, 1), (3, 1, 0)]


def test_nothing_that_refers_to_what_was_sent_is_lost_or_left_hanging(site: OldSite) -> None:
    site.upgrade()
    assert site.rows("SELECT contribution_id FROM suggested_change") == [(1,), (2,), (3,)]
    assert site.rows("PRAGMA foreign_key_check") == []


def test_going_back_keeps_the_latest_round(site: OldSite) -> None:
    site.upgrade()
    with site.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO consultation_call SELECT policy_id, 2, 'Again?', opened_at, NULL, 4,"
                " answer_days, 0, '', '', '', '', '', '' FROM consultation_call"
            )
        )
        connection.execute(text("INSERT INTO call_clause VALUES (1, 2, 0, 'c3', 'How far?')"))
    site.downgrade("0011")
    assert site.rows("SELECT question FROM consultation_call") == [("Again?",)]
    assert site.rows("SELECT clause, question FROM call_clause") == [("c3", "How far?")]
