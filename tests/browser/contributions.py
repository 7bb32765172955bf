"""What people have sent about one draft, so that every page of a contribution has something to say."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import APIRequestContext

from tests.browser.sending import adopt, send, suggest


@dataclass(frozen=True)
class Sent:
    """Addresses of what has been sent; ``place`` is the clause that most of it is about."""

    place: str
    own: str  # an open suggestion of the resident, of which there is another much the same
    similar: str
    comment: str
    explained: str  # a question with its answer
    inserting: str
    removing: str
    whole: str
    hidden: str
    desk: str  # where it is shown again
    answered: str  # partly adopted
    adopted: str  # the clause that this changed
    misfit: str  # the text moved on since
    taken_back: str


@dataclass(frozen=True)
class Script:
    """What they write. A change is (old words, new words)."""

    place: str
    change: tuple[str, str]
    reason: str
    much_the_same: str
    comment: str
    question: str
    objection: str
    new_article: str
    why_new: str
    out: str
    why_out: str
    elsewhere: tuple[str, str]
    insult: str
    insult_rule: str
    adopted_place: str
    adopted: tuple[tuple[str, str], ...]
    why_adopted: str
    answer: str
    explanation: str
    rewritten_place: str
    mine: tuple[str, str]
    theirs: tuple[str, str]
    regret: str


SCRIPTS = {
    "zh": Script(
        place="c6",
        change=("先劝后罚、社会共治", "先劝后罚、信息公开、社会共治"),
        reason="投诉以后不知道有没有人管，能查到结果，大家才愿意先商量。",
        much_the_same="投诉以后不知道有没有人管，能查到结果，大家才愿意先商量！",
        comment="我们小区去年投诉过八次，每次都要重新讲一遍经过。",
        question="监测设备坏了由谁来修？",
        objection="先劝后罚会拖很久，半夜的电钻等不起。",
        new_article="各区人民政府应当每年公布一次夜间噪声地图。",
        why_new="租房子以前想先看看哪里安静。",
        out="c22",
        why_out="井盖已经有别的规定管，两处写得不一样反而说不清。",
        elsewhere=("每三年评估一次", "每一年评估一次"),
        insult="写这条的人真笨。",
        insult_rule="骂人的话",
        adopted_place="c12",
        adopted=(("施工前二十四小时", "施工前四十八小时"), ("联系电话", "联系电话和投诉电话")),
        why_adopted="头天晚上才看到公告，老人来不及去亲戚家住。",
        answer="采纳提前四十八小时公告的建议；投诉电话全市统一，公告上不必重复，所以是部分采纳。",
        explanation="监测设备由市生态环境局负责维修，费用已经列入预算。",
        rewritten_place="c13",
        mine=("不得鸣笛指挥车辆", "不得鸣笛、喊话指挥车辆"),
        theirs=("不得鸣笛指挥车辆", "不得用喇叭指挥车辆"),
        regret="我看错了，这一条没有问题。",
    ),
    "en": Script(
        place="c7",
        change=("at least one day before", "at least three days before"),
        reason="One day is too short for people on shifts to swap them.",
        much_the_same="One day is too short for people on shifts to swap them!",
        comment="Our house had eight parties last year, and notice made the difference.",
        question="Who answers the telephone when the number given is switched off?",
        objection="Notice before a party helps nobody who must get up at four.",
        new_article="The Department shall publish a map of night noise every year.",
        why_new="Before renting a flat I would like to see where it is quiet.",
        out="c21",
        why_out="Alarms are dealt with in the building rules, and the two differ.",
        elsewhere=("for at least 20 minutes", "for at least 10 minutes"),
        insult="Whoever wrote this is a fool.",
        insult_rule="An insult.",
        adopted_place="c18",
        adopted=(("closed at 23:00", "closed at 22:30"), ("Sunday", "Monday")),
        why_adopted="People below the terrace start work at five.",
        answer="We take over 22:30; Sundays stay as they are, so the suggestion is partly adopted.",
        explanation="The office keeps a person on duty, who calls back within ten minutes.",
        rewritten_place="c16",
        mine=("Work that cannot wait", "Urgent work that cannot wait"),
        theirs=("Work that cannot wait", "Repairs that cannot wait"),
        regret="I misread this; the article is fine.",
    ),
}


def people_say(
    policy: str, script: Script, resident: APIRequestContext, volunteer: APIRequestContext,
    officer: APIRequestContext,
) -> Sent:  # fmt: skip
    """Let them send it all about the draft at the path ``policy``, and the officer answer some."""
    here = f"clause={script.place}"
    own = suggest(resident, policy, here, script.change, reason=script.reason)
    similar = suggest(volunteer, policy, here, script.change, reason=script.much_the_same)
    comment = suggest(resident, policy, here, reason=script.comment)
    question = suggest(volunteer, policy, here, reason=script.question, kind="question")
    suggest(volunteer, policy, here, reason=script.objection, kind="objection")
    gap = f"after={script.place}"
    inserting = suggest(resident, policy, gap, ("", script.new_article), reason=script.why_new)
    out = (f"clause={script.out}", ("", ""))
    removing = suggest(volunteer, policy, *out, reason=script.why_out)
    whole = suggest(volunteer, policy, "", script.change, script.elsewhere, reason=script.reason)
    hidden = suggest(resident, policy, here, (script.change[0], script.insult), reason="……")
    desk = _hide(volunteer, hidden, script.insult_rule)
    place = f"clause={script.adopted_place}"
    answered = suggest(resident, policy, place, *script.adopted, reason=script.why_adopted)
    adopt(officer, answered, part=0, reason=script.answer)
    send(officer, f"{question}/answer", outcome="explained", reason=script.explanation, step="save")
    return Sent(
        place=script.place,
        own=own,
        similar=similar,
        comment=comment,
        explained=question,
        inserting=inserting,
        removing=removing,
        whole=whole,
        hidden=hidden,
        desk=desk,
        answered=answered,
        adopted=script.adopted_place,
        misfit=_overtaken(policy, script, resident, volunteer, officer),
        taken_back=_taken_back(policy, script, resident),
    )


def _hide(volunteer: APIRequestContext, receipt: str, reason: str) -> str:
    """By way of the link under its card in the list, which leads to the desk."""
    policy, number = receipt.split("/suggestions/")
    cards = volunteer.get(f"{policy}/suggestions").text()
    link = re.search(rf'id="no-{number}".*?href="(/moderation/suggestions/\d+)"', cards, re.DOTALL)
    assert link, f"no way to hide {receipt}"
    send(volunteer, link.group(1), action="hide", rule="insult", reason=reason)
    return link.group(1)


def _overtaken(
    policy: str, script: Script, resident: APIRequestContext, volunteer: APIRequestContext,
    officer: APIRequestContext,
) -> str:  # fmt: skip
    place = f"clause={script.rewritten_place}"
    misfit = suggest(resident, policy, place, script.mine, reason=script.reason)
    old, new = script.theirs
    rival = suggest(volunteer, policy, place, (old, new), reason=script.answer)
    adopt(officer, rival, reason=script.answer)
    return misfit


def _taken_back(policy: str, script: Script, resident: APIRequestContext) -> str:
    sent = suggest(resident, policy, f"clause={script.place}", reason=script.regret)
    send(resident, f"{sent}/withdraw")
    return sent
