"""Two open calls for comment among the starter drafts, so that a new site shows its main road: who
works on them, the explanation, the questions.

In demonstration mode only; departments, questions and addresses are made up and say so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app import clock
from app.accounts.models import Person
from app.accounts.services.demonstration import find_demo_owner
from app.consultations.rules import Card, WantedCall
from app.consultations.services.calling import open_consultation
from app.consultations.services.keeping_annexes import Paper, save_annex
from app.database import db
from app.policies.models import Policy
from app.policies.seats import SeatKind
from app.policies.services.seating import NewSeat, name_seat

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
