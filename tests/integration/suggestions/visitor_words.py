"""What a visitor does before anybody knows them: write, give a number, type the code."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Person
from app.database import db
from app.policies.models import Policy
from app.suggestions.models import Contribution, KeptWords
from tests.builders.accounts import last_message
from tests.checking_client import CheckingClient

NEW = "共享自行车停放超过三日，或者妨碍轮椅通行的，运营企业应当在二十四小时内移走。"
REASON = "Wheelchairs cannot pass."
PHONE, NUMBER = "138 0013 8000", "+8613800138000"
WHO, CODE, RECEIPTS = "/account/continue", "/account/continue/code", "/receipts"


def write(client: CheckingClient, policy: Policy, clause: str = "c3", **more: Any) -> None:
    """Send the form of one clause as a visitor: it is kept, and the next page asks who it is."""
    here = f"/policies/{policy.slug}/suggest"
    values: dict[str, Any] = {
        "base": policy.head_number,
        "clause": clause,
        "text": NEW,
        "summary": REASON,
        "edit_token": secrets.token_urlsafe(18),
        **more,
    }
    answer = client.post_form(here, values, form=f"{here}?clause={clause}&fresh=1")
    assert (answer.status_code, answer.location) == (303, WHO), answer.get_data(as_text=True)


def ask(client: CheckingClient, phone: str = PHONE, **more: Any) -> None:
    """Give a mobile number, to which a code goes."""
    answer = client.post_form(WHO, {"phone": phone, **more})
    assert (answer.status_code, answer.location) == (303, CODE), answer.get_data(as_text=True)


def the_code(address: str = NUMBER) -> str:
    return last_message(address)["code"]


def wrong(code: str) -> str:
    return "111111" if code != "111111" else "222222"


@contextmanager
def answer_lost(client: CheckingClient) -> Iterator[None]:
    """What is sent in here arrives, but its answer does not: the browser keeps its old cookies."""
    assert client._cookies is not None
    before = dict(client._cookies)
    yield
    client._cookies.clear()
    client._cookies.update(before)


def count(table: type[Contribution | KeptWords | Person]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def receipt(policy: Policy, number: int = 1) -> str:
    return f"/policies/{policy.slug}/suggestions/{number}"
