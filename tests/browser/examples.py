"""What the pages need to have something to show: talk, hidden words, a private draft."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import APIRequestContext

from tests.browser.contributions import SCRIPTS, Sent, people_say
from tests.browser.drafts import STALLS, begin, open_for_comment
from tests.browser.fairness_examples import Fair, make_fair
from tests.browser.office_examples import Office, make_office
from tests.browser.sending import path_of, send
from tests.browser.site import Site
from tests.browser.standing_examples import Stand, make_standing
from tests.browser.visitors import OFFICER, RESIDENT, VOLUNTEER, Visitors

LAW = {"zh": "zh-night-noise", "en": "night-noise"}
CALLED = {"zh": "zh-bicycle-parking", "en": "street-trees"}  # open for comment
PRACTICE = {"zh": "zh-practice", "en": "en-practice"}
HISTORY = "zh-bicycle-parking"
COMPARED = {
    "zh": f"/policies/{HISTORY}/compare/9...12",
    "en": "/policies/night-noise/compare/1...2",
}
_ENGLISH_CHANGES = (
    ("for at least 15 minutes", "for at least 20 minutes"),
    ("within three working days", "within two working days"),
    ("may make remarks, which shall", "may make remarks in speech or in writing, which must"),
    ("vacuum cleaner may be used until 23:00", "vacuum cleaner may be used until 22:30"),
    (
        "for up to two hours a day. Neighbours",
        "for up to two hours a day, on Sundays from 10:00 on. Neighbours",
    ),
)
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
    closed: dict[str, str]  # by language, drafts on which comments have closed
    sent: dict[str, Sent]  # by language
    office: dict[str, Office]  # by language
    fair: dict[str, Fair]  # by language
    stand: dict[str, Stand]  # by language


def make_examples(visitors: Visitors) -> Examples:
    """A thread with an answer, changed words and a hidden comment; a change of the English law;
    a private draft; two whose comments have closed; contributions and answers to the laws."""
    resident = visitors.come(RESIDENT).context.request
    volunteer = visitors.come(VOLUNTEER).context.request
    officer = visitors.come(OFFICER).context.request
    talk = f"/policies/{HISTORY}/discussion?clause=c27"
    opened = send(resident, talk, clause="c27", kind="objection", title="人行道", body=WORDS[0])
    thread = path_of(opened.url)
    send(resident, thread, body=WORDS[1])
    send(volunteer, thread, body=WORDS[2])
    first, insult, _reply = re.findall(r'id="comment-(\d+)"', officer.get(thread).text())
    changed = f"{thread}/comments/{first}/edit"
    send(resident, changed, body=WORDS[0].replace("常常", "天天"))
    desk = f"/moderation/comments/{insult}"
    send(volunteer, desk, action="hide", rule="insult", reason="骂人的话")
    _change_the_english_law(officer)
    for law in LAW.values():
        visitors.site.make_ready(law)
    private = send(
        officer, "/policies/new", title="示例区夜市管理办法（草稿）", language="zh-Hans",
        kind="policy", text="第一条 夜市十点收摊。\n\n第二条 收摊后把地面扫干净。",
        visibility="private", mode="group",
    )  # fmt: skip
    sent = {
        language: people_say(f"/policies/{LAW[language]}", script, resident, volunteer, officer)
        for language, script in SCRIPTS.items()
    }
    return Examples(
        thread=thread,
        own_comment=changed,
        earlier=f"{thread}/comments/{first}/earlier",
        hideable=f"/moderation/comments/{first}",
        private=path_of(private.url),
        closed={language: _closed(visitors.site, officer, language) for language in STALLS},
        sent=sent,
        office=make_office(visitors.site),
        fair=make_fair(visitors.site),
        stand=make_standing(visitors.site, HISTORY),
    )


def _closed(site: Site, officer: APIRequestContext, language: str) -> str:
    policy = begin(officer, STALLS[language])
    open_for_comment(site, policy, STALLS[language])
    site.close_comments(policy.rpartition("/")[2], datetime.now(UTC) - timedelta(hours=1))
    return policy


def _change_the_english_law(officer: APIRequestContext) -> None:
    path = f"/policies/{LAW['en']}"
    text = officer.get(f"{path}/revisions/1/raw").text()
    for old, new in _ENGLISH_CHANGES:
        assert old in text
        text = text.replace(old, new, 1)
    send(
        officer, f"{path}/edit", base="1", text=text, step="save", edit_token="english-change",
        summary="Measure longer, answer sooner, keep Sunday mornings quiet.",
    )  # fmt: skip
