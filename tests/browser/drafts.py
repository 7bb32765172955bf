"""Short drafts of our own making: what happens to them disturbs nobody else."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import APIRequestContext

from app.consultations.rules import Card, WantedCall
from tests.browser.sending import path_of, send
from tests.browser.site import Site

_COUNT = itertools.count(1)


@dataclass(frozen=True)
class Draft:
    """Articles 1 to 3 are the clauses c1 to c3."""

    title: str
    language: str
    articles: tuple[str, str, str]
    question: str
    short: str  # why comments are open for a short time


STALLS = {
    "zh": Draft(
        title="示例区早餐车摆放办法",
        language="zh-Hans",
        articles=(
            "第一条 早餐车应当停在划定的位置。",
            "第二条 早餐车应当在早上九点以前收摊。有集市的日子除外。收摊时把桌椅、炉具和遮阳伞全部带走，不得占用盲道。",
            "第三条 收摊后应当把地面打扫干净。",
        ),
        question="早餐车几点收摊合适？",
        short="摆放点下个月就要划线。（示例）",
    ),
    "en": Draft(
        title="Rules for breakfast carts",
        language="en",
        articles=(
            "Article 1. A cart shall stand in its marked place.",
            "Article 2. A cart shall leave by nine in the morning. On market days it may stay. "
            "It takes along all tables, stoves "
            "and parasols; the paving for blind people stays free.",
            "Article 3. The ground shall be swept when the cart leaves.",
        ),
        question="When should the carts leave?",
        short="The places are marked next month. (Demonstration)",
    ),
}


def begin(officer: APIRequestContext, draft: Draft) -> str:
    """A public draft to which residents' changes are suggestions; answers its path."""
    begun = send(
        # The same title twice within a minute would be one draft.
        officer, "/policies/new", title=f"{draft.title} {next(_COUNT)}", language=draft.language, kind="policy",
        text="\n\n".join(draft.articles), visibility="public", mode="reviewed",
    )  # fmt: skip
    return path_of(begun.url)


def open_for_comment(site: Site, policy: str, draft: Draft) -> None:
    """Ask about the second article for a week."""
    call = WantedCall(
        question=draft.question,
        closes_at=datetime.now(UTC) + timedelta(days=7),
        cards=(Card("c2", draft.question),),
        short_reason=draft.short,
        answer_days=30,
    )
    site.open_comments(policy.rpartition("/")[2], call)


def rewrite(officer: APIRequestContext, policy: str, base: int, clause: str, text: str) -> None:
    """Save other words for one article of version ``base``."""
    send(
        officer, f"{policy}/edit?clause={clause}", base=str(base), text=text, clause=clause,
        step="save", edit_token=f"rewrite-{clause}-{base}"[:40], summary=".",
    )  # fmt: skip
