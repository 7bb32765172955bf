"""Contributions of a large consultation, invented: few clauses and few people have most of them.

Some belong to campaigns, letters from one template with small edits, the others say something of
their own. All words come from the lists below and from one seed; nobody ever wrote them.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from tests.bench import texts

PEOPLE, CONTRIBUTIONS, ARTICLES = 13_718, 114_574, 1300  # as many as the Civil Code draft had
COLUMNS = ("number", "date", "channel", "author", "role", "clause", "kind", "text", "reason")
CAMPAIGNS = 40
IN_CAMPAIGNS = 0.3  # of all contributions
DUPLICATES = 0.94  # of a campaign; the others write their own words
FIRST_DAY = date(2026, 8, 1)
DAYS = 60
CHANNELS = ("letter", "hotline", "email", "website", "visit", "call")
KINDS = (("comment", 48), ("suggestion", 35), ("objection", 9), ("question", 8))
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹"
GIVEN = "安邦晨冬恩芳刚浩佳可岚明宁平琪荣珊婷伟雯晓妍一泽云子博川德帆"
WHO = (
    "我是退休教师", "我在社区做志愿者", "我开一家小店", "我是两个孩子的母亲", "我在律师事务所工作",
    "我是外卖骑手", "我家在老旧小区", "我是村民小组长", "我在工厂上班", "我是医院护士",
    "我是业主委员会成员", "我照顾生病的父亲", "我做房屋中介", "我是大学生", "我是残疾人家属",
    "我在银行做信贷", "我经营养殖场", "我是网约车司机", "我在法院旁听过很多案子", "我是出租房东",
)  # fmt: skip
WHAT = (
    "举证责任", "通知期限", "登记机关", "违约赔偿", "共有部分的费用", "未成年人的监护", "遗产管理",
    "电子合同", "隐私信息", "居住权", "抵押顺序", "高空抛物", "婚前财产", "收养条件", "租金押金",
    "相邻采光", "医疗告知", "饲养动物", "网络侵权", "土地经营", "保证人的责任", "定金数额", "维修资金",
    "时效起算", "格式条款", "精神损害", "环境修复", "无因管理", "家务补偿", "探望孩子",
)  # fmt: skip
MISSING = (
    "没有写清由谁负责", "写得太笼统", "和前面一条说法不一致", "对普通人太难办到", "缺少时间限制",
    "没有考虑农村的情况", "会让老实人吃亏", "没有规定例外", "程序绕得太远", "标准各地不一样",
    "对弱的一方保护不够", "容易被拿来拖延", "没有说不服怎么办", "费用落到了谁头上不清楚",
    "用词一般人看不懂", "罚得太轻", "罚得太重", "漏掉了网上的情形",
)  # fmt: skip
SEEN = (
    "去年邻居为这件事打了两年官司", "我们单位碰到过三回", "窗口让我来回跑了五趟", "物业一直推给开发商",
    "对方一句不知情就不赔", "孩子上学因此耽误", "老人签了字才发现不对", "平台说要等总部答复",
    "村里因为这个闹过矛盾", "调解员也说没有依据", "证据在对方手里根本拿不到", "最后只好自己垫钱",
    "同样的事邻市办得很快", "通知寄到了旧地址", "合同里一行小字就把责任免了",
)  # fmt: skip
WISH = (
    "建议写明由登记的一方举证", "希望改成十五日内书面答复", "请增加一款说明例外", "应当由主管部门公布范本",
    "最好区分城市和农村", "请写清逾期不办的后果", "建议删去后半句", "希望列出具体情形", "请把可以改为应当",
    "建议允许网上办理", "应当给当事人三十日补正", "请规定费用上限", "建议先调解再起诉",
    "希望对老年人另作规定", "请明确从知道之日起算", "建议赔偿不低于实际损失",
)  # fmt: skip
CLOSING = ("谢谢。", "请认真考虑。", "以上意见供参考。", "", "", "盼复。", "说得不对请指正。")


@dataclass(frozen=True, slots=True)
class Letter:
    """One row of the file of contributions; ``campaign`` (None: of their own) is not in it."""

    number: int
    day: date
    channel: str
    author: str
    article: int
    kind: str
    text: str
    reason: str
    campaign: int | None

    def row(self) -> tuple[str, ...]:
        """The columns of the file."""
        return (
            str(self.number), self.day.isoformat(), self.channel, self.author, "resident",
            f"第{self.article}条", self.kind, self.text, self.reason,
        )  # fmt: skip


def law(articles: int) -> tuple[str, ...]:
    """Title and articles, without the blank lines between them."""
    chance = random.Random("large consultation")
    numbers = range(1, articles + 1)
    found = [texts.article("zh-Hans", n, texts.paragraph("zh-Hans", chance)) for n in numbers]
    return ("# 民事综合法（测试草案）", *found)


def letters(scale: float = 1.0) -> Iterator[Letter]:
    """All contributions, in the order in which they came."""
    chance = random.Random("letters")
    count, articles = round(CONTRIBUTIONS * scale), max(20, round(ARTICLES * scale))
    slices = law(articles)
    people = _names(max(50, round(PEOPLE * scale)), chance)
    popular = list(range(1, articles + 1))
    chance.shuffle(popular)
    clause_weights, people_weights = _tail(articles, 1.1), _tail(len(people), 0.8)
    campaigns = [_Campaign(place, popular, slices, chance) for place in range(CAMPAIGNS)]
    campaign_weights = _tail(CAMPAIGNS, 1.0)
    for number in range(1, count + 1):
        author = chance.choices(people, cum_weights=people_weights)[0]
        day = FIRST_DAY + timedelta(days=number * DAYS // count)
        if chance.random() < IN_CAMPAIGNS:
            campaign = chance.choices(campaigns, cum_weights=campaign_weights)[0]
            article, kind, text, reason, name = campaign.letter(author, chance)
        else:
            article = chance.choices(popular, cum_weights=clause_weights)[0]
            kind = chance.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0]
            text, reason, name = *_own(kind, slices[article], chance), None
        channel = chance.choice(CHANNELS)
        yield Letter(number, day, channel, author, article, kind, text, reason, name)


def write(path: Path, scale: float = 1.0) -> int:
    """The file that ``flask contributions import`` reads; answers the number of its rows."""
    rows = [letter.row() for letter in letters(scale)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return len(rows)


class _Campaign:
    """A template on one of the most spoken of clauses."""

    def __init__(
        self, place: int, popular: Sequence[int], slices: Sequence[str], chance: random.Random
    ) -> None:
        self._place = place
        self._article = popular[place % min(25, len(popular))]
        self._slice = slices[self._article]
        self._kind = chance.choice(("comment", "comment", "suggestion", "objection"))
        self._words = "，".join(words for _ in range(4) for words in _sentence(chance)) + "。"
        self._text = _changed(self._slice, chance) if self._kind == "suggestion" else ""

    def letter(self, author: str, chance: random.Random) -> tuple[int, str, str, str, int | None]:
        """Article, kind, text, reason and campaign; who writes own words is not counted to it."""
        if chance.random() >= DUPLICATES:
            return self._article, self._kind, *_own(self._kind, self._slice, chance), None
        words = f"我是{author}，住在{chance.choice(SURNAMES)}家巷{chance.randint(1, 300)}号。{self._words}"
        if chance.random() < 0.2:
            words += chance.choice(SEEN) + "。"
        if self._kind == "suggestion":
            return self._article, self._kind, self._text, words, self._place
        return self._article, self._kind, words, "", self._place


def _own(kind: str, before: str, chance: random.Random) -> tuple[str, str]:
    """Text and reason that somebody thought of alone."""
    parts = [chance.choice(WHO)] if chance.random() < 0.6 else []
    parts += [words for _ in range(chance.randint(1, 3)) for words in _sentence(chance)]
    words = "，".join(parts) + "。" + chance.choice(CLOSING)
    return (_changed(before, chance), words) if kind == "suggestion" else (words, "")


def _sentence(chance: random.Random) -> tuple[str, ...]:
    about = f"关于{chance.choice(WHAT)}和{chance.choice(WHAT)}，这一条{chance.choice(MISSING)}"
    seen = f"{chance.randint(2, 28)}年前{chance.choice(SEEN)}"
    return tuple(chance.sample((about, seen, chance.choice(WISH)), 3))


def _changed(before: str, chance: random.Random) -> str:
    """The words of an article with one thing put in."""
    place = before.rfind("。") if before.endswith("。") else len(before)
    return f"{before[:place]}，但是{chance.choice(WHAT)}另有规定、未满{chance.randint(2, 60)}日的除外。"


def _names(count: int, chance: random.Random) -> list[str]:
    """Different names; those that would be equal get another character."""
    found: dict[str, None] = {}
    while len(found) < count:
        length = 2 if len(found) < count // 2 else 3
        found[chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=length))] = None
    return list(found)


def _tail(count: int, power: float) -> list[float]:
    """Added-up weights by rank (Zipf)."""
    return list(accumulate(1 / rank**power for rank in range(1, count + 1)))
