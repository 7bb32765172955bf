"""What somebody does with what they sent, as the tests of receipts, changing and mine need it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from app.database import db
from app.ledger.models import EventRecord
from app.policies.models import Policy
from app.suggestions.models import Contribution
from tests.checking_client import CheckingClient

CLAUSE = "c3"  # 第二条 of the builders' text
SECOND = "第二条 共享自行车连续停放超过三日无人使用的，运营企业应当在二十四小时内移走。"
BETTER = "第二条 共享自行车连续停放超过两日无人使用的，运营企业应当在二十四小时内移走。"
OTHER = "第二条 共享自行车妨碍行人通行的，运营企业应当立即移走。"
REASON = "Three days are too long where wheelchairs pass."  # of the builders


def address(policy: Policy, number: int = 1, act: str = "") -> str:
    return f"/policies/{policy.slug}/suggestions/{number}{act and '/' + act}"


def text_of(client: CheckingClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def unlock(client: CheckingClient, *contributions: Contribution) -> None:
    """Let the browser be one in which the look-up codes of these were shown."""
    with client.session_transaction() as session:
        session["receipts"] = [one.id for one in contributions]


def again(one: Contribution) -> Contribution:
    """The row as it is stored now."""
    db.session.rollback()
    return db.session.get_one(Contribution, one.id, populate_existing=True)


def events_of(kind: str) -> list[dict[str, Any]]:
    rows = db.session.scalars(select(EventRecord).where(EventRecord.kind == kind))
    return [json.loads(row.payload) for row in rows.all()]


def tables_with(words: str) -> set[str]:
    """The tables in which ``words`` stand anywhere."""
    db.session.rollback()
    found = set()
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(table.select()):
            if any(isinstance(value, str) and words in value for value in row):
                found.add(table.name)
    return found
