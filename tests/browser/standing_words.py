"""The words of the drafts whose standing is shown, in both languages; all of it made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What stands there in one language; pairs are (old, new) words of ``text``."""

    language: str
    titles: Mapping[str, str]  # by the name of the draft
    text: str
    change: tuple[str, str]  # in article 2
    damage: tuple[str, str]  # in article 4
    other: tuple[str, str]  # in articles 3 and 4
    summary: str
    marked: str
    reason: str
    objections: tuple[str, str]
    person: str


WORDS = {
    "zh": Words(
        language="zh-Hans",
        titles={
            "varied": "示例区楼道堆物管理办法",
            "calm": "示例区晾晒场地管理办法",
            "unread": "示例区储物间管理办法（空白）",
            "disputed": "示例区电动自行车充电管理办法",
            "asked": "示例区宠物犬活动场地管理办法",
            "journey": "示例区社区花园管理办法",
        },
        text="# 管理办法\n\n"
        "第一条 为了让大家住得安心，制定本办法。\n\n"
        "第二条 公共场地每天开放到晚上九点。\n\n"
        "第三条 使用场地的人应当在离开前把地面打扫干净。\n\n"
        "第四条 物业公司应当每月检查一次场地的照明。\n\n"
        "第五条 有人损坏设施的，应当照价赔偿。\n\n"
        "第六条 居民委员会每季度公布一次检查结果。\n\n"
        "第七条 本办法自公布之日起施行。\n",
        change=("九点", "十点"),
        damage=("物业公司应当每月检查一次场地的照明。", "哈哈哈。"),
        other=("应当", "必须"),
        summary="按楼组会上的意见改",
        marked="把整条改成了没有意义的字",
        reason="写得硬一些，才有人照着做。",
        objections=("九点太晚，孩子要睡觉。", "夏天九点天还热，老人出不来。"),
        person="示例 楼组居民",
    ),
    "en": Words(
        language="en",
        titles={
            "varied": "Rules for things left on stairs",
            "calm": "Rules for drying laundry outside",
            "unread": "Rules for storage rooms (empty)",
            "disputed": "Rules for charging electric bicycles",
            "asked": "Rules for the dog run",
            "journey": "Rules for the community garden",
        },
        text="# Rules\n\n"
        "Article 1. These rules let everybody live here without worry.\n\n"
        "Article 2. The common ground is open until nine in the evening.\n\n"
        "Article 3. Whoever uses the ground shall sweep it before leaving.\n\n"
        "Article 4. The caretaker shall look after the lamps every month.\n\n"
        "Article 5. Whoever breaks something shall pay for it.\n\n"
        "Article 6. The residents' committee publishes every quarter what it found.\n\n"
        "Article 7. These rules apply from the day they are published.\n",
        change=("until nine", "until ten"),
        damage=("The caretaker shall look after the lamps every month.", "Ha ha ha."),
        other=("shall", "must"),
        summary="As the house meeting wished",
        marked="Replaced a whole article by nonsense",
        reason="Firmer words are kept more often.",
        objections=("Nine is too late, children sleep.", "In summer it is still hot at nine."),
        person="Demo householder",
    ),
}
