"""Two open calls for comment among the starter drafts, so that a new site shows its main road: who
works on them, the explanation, the questions; and what made-up people say of the drafts, so that the
page of how a draft stands has something to tell.

In demonstration mode only; departments, people, questions and addresses are made up and say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app import clock
from app.access.actor import VISITOR, Actor, Confirmation, Role
from app.accounts.models import Person
from app.accounts.services.appointing import add_person
from app.accounts.services.confirming import confirm
from app.accounts.services.demonstration import DEPARTMENT, find_demo_owner
from app.consensus.services.saying_read import say_read
from app.consensus.services.taking import take_position
from app.consultations.rules import Card, WantedCall
from app.consultations.services.calling import open_consultation
from app.consultations.services.keeping_annexes import Paper, save_annex
from app.database import db, writing
from app.discussions.rules import ThreadKind
from app.discussions.services.posting import NewThread, reply
from app.policies.models import Policy
from app.policies.seats import SeatKind
from app.policies.services.seating import NewSeat, name_seat
from app.policies.versions import get_version
from app.suggestions.services.saying import say

OPEN_FOR = timedelta(days=45)
LATER = datetime.max.replace(tzinfo=UTC)  # put in when the calls are opened

CALLS = {
    "zh-bicycle-parking": WantedCall(
        question="自行车怎么停？请您出主意",
        closes_at=LATER,
        cards=(
            Card("第五条", "没人骑的共享自行车，几天该挪走？草案写的是：三天。"),
            Card("第八条", "盲道和坡道口被车占了，您遇到过吗？怎么写才管用？"),
            Card("第七条", "哪些地方不能停，您家附近还有漏掉的吗？"),
        ),
        address="示例市城市管理局法规科（示例地址，请勿邮寄）",
        how_else="可以到街道办事处或者居委会当面说，由工作人员记下来一并登记。（示例）",
    ),
    "street-trees": WantedCall(
        question="What do you want for the trees in your street?",
        closes_at=LATER,
        cards=(
            Card("Article 21", "Is 21 days enough to learn that a tree is to be felled?"),
            Card("Article 23", "How near should the new trees stand?"),
        ),
        address="Example City, Department of Streets (a made-up address: please do not post)",
        how_else="You can also speak at the counter of the department; staff write it down. "
        "(Demonstration)",
    ),
}

# Who decides and who reviews; bodies without accounts, as a small city would name them.
BODIES = {
    "zh-bicycle-parking": {
        SeatKind.DECISION_MAKER: "示例市人民政府（示例）",
        SeatKind.LEGAL_REVIEWER: "示例市司法局（示例）",
        SeatKind.COMMUNITY: "示例街道居民代表（示例）",
    },
    "street-trees": {
        SeatKind.DECISION_MAKER: "Example City Council (demonstration)",
        SeatKind.LEGAL_REVIEWER: "Example City Legal Office (demonstration)",
    },
}
EXPLANATIONS = {
    "zh-bicycle-parking": Paper(
        "explanation",
        "起草说明（示例）",
        "本说明为演示内容。\n\n"
        "**为什么要定这个办法** 共享自行车和电动自行车乱停，占了盲道和消防通道。\n\n"
        "**主要写了什么** 在哪里可以停、停多久要移走、由谁管。\n\n"
        "**想请大家说什么** 停放时限是不是合适，哪些地方还应当禁止停放。",
    ),
    "street-trees": Paper(
        "explanation",
        "Explanation of the draft (demonstration)",
        "This explanation is made up for the demonstration.\n\n"
        "**Why these rules** Trees are felled before the people in the street hear of it.\n\n"
        "**What the draft says** When residents are told, how long they have, what is planted.\n\n"
        "**What we ask you** Whether the time is enough, and where new trees should stand.",
    ),
}


def open_demo_calls() -> None:
    """Open the calls on the starter drafts, as the demonstration officer; the caller commits."""
    owner_id = find_demo_owner()
    if owner_id is None:
        return
    officer = db.session.get_one(Person, owner_id).actor(clock.now())
    closes_at = clock.now().replace(hour=10, minute=0, second=0, microsecond=0) + OPEN_FOR
    for slug, call in CALLS.items():
        if db.session.scalar(select(Policy.id).where(Policy.slug == slug)) is not None:
            for kind, body in BODIES[slug].items():
                name_seat(slug, NewSeat(kind=kind, body=body), actor=officer)
            save_annex(slug, EXPLANATIONS[slug], actor=officer)
            open_consultation(slug, replace(call, closes_at=closes_at), actor=officer)


# How many made-up people there are of each role, and what they are called.
CROWD = (
    (Role.RESIDENT, 12, "示例居民{n} Demo resident {n}", ""),
    (Role.OFFICER, 5, "示例工作人员{n} Demo officer {n}", DEPARTMENT),
)
KNOWN_FOR = timedelta(days=60)  # a crowd of new accounts would stand out
FEW = 3  # readers of an article, or residents who agree

# By draft: articles that all of them have read, and those that few have.
READ = {
    "zh-bicycle-parking": (("第一条", "第二条"), ("第三条",)),
    "street-trees": (("Article 1", "Article 2"), ("Article 3",)),
    "zh-street-vending": (("第一条", "第二条", "第三条"), ("第四条",)),
    "night-noise": (("Article 1", "Article 2", "Article 3"), ("Article 4",)),
}
# On these articles officers agree, and most residents do not.
ANSWERED = {"zh-bicycle-parking": "第五条", "street-trees": "Article 21"}
# Objections with what another person replies: by draft the article and the words.
OBJECTIONS = {
    "zh-street-vending": (
        "第十条",
        ("夜市开到二十二时太晚了，家里有学生要睡觉，建议二十一时收摊。（示例）", "我家也临街，同意早一点收摊。（示例）"),
        ("夜市二十二时收摊太早，下班晚的人买不到东西，建议不要再提前。（示例）", "摊主也要过日子，请留到二十二时。（示例）"),
    ),
    "night-noise": (
        "Article 14",
        ("Half past nine is too late for children on school nights. (Demonstration)", "The same in our street. (Demonstration)"),
        ("Half past nine is too early in summer, when it is hot until then. (Demonstration)", "Our dancing group would lose its only hour. (Demonstration)"),
    ),
}  # fmt: skip


def answer_demo_drafts() -> None:
    """Let made-up people read, agree, disagree and object; the caller commits."""
    if find_demo_owner() is None:
        return
    writing()
    crowd = _crowd()
    residents = [actor for actor in crowd if actor.role is Role.RESIDENT]
    for slug, (read_by_all, read_by_few) in READ.items():
        _read(slug, read_by_all, crowd)
        _read(slug, read_by_few, residents[:FEW])
    for slug, label in ANSWERED.items():
        _answer(slug, label, crowd)
    for slug, (label, *objections) in OBJECTIONS.items():
        _object(slug, label, objections, residents)


def _read(slug: str, labels: Sequence[str], readers: Sequence[Actor]) -> None:
    articles = _articles(slug)
    for label in labels:
        for actor in readers if label in articles else ():
            say_read(slug, articles[label], actor=actor)


def _answer(slug: str, label: str, crowd: Sequence[Actor]) -> None:
    ident = _articles(slug).get(label)
    for nth, actor in enumerate(crowd if ident else ()):
        agrees = actor.role is not Role.RESIDENT or nth < FEW
        take_position(slug, f"c-{ident}", "agree" if agrees else "disagree", actor=actor)


def _object(
    slug: str, label: str, objections: Sequence[tuple[str, str]], residents: Sequence[Actor]
) -> None:
    ident = _articles(slug).get(label)
    for nth, (words, answer) in enumerate(objections if ident else ()):
        new = NewThread(words, ThreadKind.OBJECTION, clause=ident or "")
        thread = say(slug, new, actor=residents[2 * nth])
        reply(thread.id, answer, actor=residents[2 * nth + 1])


def _crowd() -> list[Actor]:
    """The made-up people, nobody of whom can sign in; residents first."""
    now, found = clock.now(), []
    for role, count, name, department in CROWD:
        for n in range(1, count + 1):
            person = add_person(name.format(n=n), role, department=department)
            person.created_at = now - KNOWN_FOR
            confirm(person, Confirmation.CONTACT, by=VISITOR, by_command=True)
            found.append(person.actor(now))
    return found


def _articles(slug: str) -> dict[str, str]:
    """By label without its title the clause ids of a starter draft; none when the site lacks it."""
    policy = db.session.scalar(select(Policy).where(Policy.slug == slug))
    if policy is None:
        return {}
    head = get_version(policy.id, policy.head_number)
    return {clause.label.partition(".")[0]: clause.id for clause in head.outline if clause.label}
