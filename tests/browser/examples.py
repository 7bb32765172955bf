"""What the pages need to have something to show: talk, hidden words, a private draft."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import APIRequestContext, APIResponse

from tests.browser.visitors import OFFICER, RESIDENT, VOLUNTEER, Visitors

LAW = {"zh": "zh-bicycle-parking", "en": "night-noise"}
PRACTICE = {"zh": "zh-practice", "en": "en-practice"}
HISTORY = "zh-bicycle-parking"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
WORDS = (
    "送孩子上学的时候，人行道常常被车堵住，轮椅过不去。\n希望把“妨碍行人通行的”也写进去。",
    "这是一句骂人的话。",
    "我同意楼上说的，也请考虑夜里的照明。",
)


@dataclass(frozen=True)
class Examples:
    """Addresses of what has been made."""

    thread: str
    own_comment: str  # path of the form that changes it
    earlier: str
    hideable: str
    private: str


def make_examples(visitors: Visitors) -> Examples:
    """A thread with an answer, changed words and a hidden comment, and a private draft."""
    resident = visitors.come(RESIDENT).context.request
    volunteer = visitors.come(VOLUNTEER).context.request
    officer = visitors.come(OFFICER).context.request
    talk = f"/policies/{HISTORY}/discussion?clause=c9"
    opened = send(resident, talk, clause="c9", kind="objection", title="人行道", body=WORDS[0])
    thread = _path(opened.url)
    send(resident, thread, body=WORDS[1])
    send(volunteer, thread, body=WORDS[2])
    first, insult, _reply = re.findall(r'id="comment-(\d+)"', officer.get(thread).text())
    changed = f"{thread}/comments/{first}/edit"
    send(resident, changed, body=WORDS[0].replace("常常", "天天"))
    desk = f"/moderation/comments/{insult}"
    send(volunteer, desk, action="hide", rule="insult", reason="骂人的话")
    private = send(
        officer, "/policies/new", title="示例区夜市管理办法（草稿）", language="zh-Hans",
        kind="policy", text="第一条 夜市十点收摊。\n\n第二条 收摊后把地面扫干净。",
        visibility="private", mode="group",
    )  # fmt: skip
    return Examples(
        thread=thread,
        own_comment=changed,
        earlier=f"{thread}/comments/{first}/earlier",
        hideable=f"/moderation/comments/{first}",
        private=_path(private.url),
    )


def send(person: APIRequestContext, path: str, **fields: str) -> APIResponse:
    """Fill in the form at ``path`` and send it; the page it leads to."""
    page = person.get(path)
    token = _TOKEN.search(page.text())
    assert token, f"no form at {path} ({page.status})"
    answer = person.post(path, form={"csrf_token": token.group(1), **fields})
    assert answer.ok, f"{path} answers {answer.status}"
    return answer


def _path(url: str) -> str:
    return re.sub(r"^https?://[^/]+|[?#].*$", "", url)
