"""What stands in the office's examples, in both languages; all of it made up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What stands there in one language; a change is (old words, new words)."""

    language: str
    title: str
    text: str
    question: str
    slip: tuple[str, str]
    suggested: tuple[str, str]
    same: str
    letter: str
    points: tuple[str, str]
    unasked: tuple[str, str]
    reason: str
    paper: str
    place: str
    number: str
    body: str
    district: str


WORDS = {
    "zh": Words(
        language="zh-Hans",
        title="示例区快递车辆停放办法",
        text="第一条 为了方便取件，也让行人好走路，制订本办法。\n\n"
        "第二条 快递车在小区门口停放不得超过20分钟。\n\n"
        "第三条 快递车不得占用盲道和消防通道。\n\n"
        "第四条 违反本办法的，由街道办事处劝导，三日内回访。\n",
        question="快递车在小区门口停多久合适？",
        slip=("制订", "制定"),
        suggested=("20分钟", "30分钟"),
        same="门口的快递车常常把轮椅的路挡住，请留出一条通道。",
        letter="来信说：盲道上天天停车，希望有人管。",
        points=("门口请留出轮椅通道。", "晚上请不要按喇叭。"),
        unasked=("三日内", "两日内"),
        reason="示例：一年来的巡查记录说明需要这样做。",
        paper="## 为什么要做\n\n示例说明：居民和快递员都反映停车不便。\n\n| 时间 | 投诉 |\n|---|---|\n| 上半年 | 示例数 |\n",
        place="示例路1号社区活动室",
        number="示府发〔2026〕1号",
        body="示例区人民政府",
        district="示例街道",
    ),
    "en": Words(
        language="en",
        title="Rules for delivery vans at gates",
        text="Article 1. These rules keep the gates free and parcells coming.\n\n"
        "Article 2. A van may stand at a gate for 20 minutes.\n\n"
        "Article 3. No van stands on the paving for blind people or on a fire lane.\n\n"
        "Article 4. The sub-district office talks to the driver and comes back within 3 days.\n",
        question="How long may a van stand at a gate?",
        slip=("parcells", "parcels"),
        suggested=("20 minutes", "30 minutes"),
        same="Vans at our gate block the way for wheelchairs. Please keep a lane free.",
        letter="The letter says: vans stand on the paving for blind people every day.",
        points=("Keep a lane free at the gate.", "No horns at night, please."),
        unasked=("within 3 days", "within 2 days"),
        reason="Demonstration: the rounds of the past year show that it is needed.",
        paper="## Why\n\nA made-up explanation: residents and drivers asked for it.\n\n"
        "| Months | Complaints |\n|---|---|\n| January to June | made up |\n",
        place="Demonstration Road 1, community room",
        number="Demonstration No. 1 of 2026",
        body="Government of the demonstration district",
        district="Demonstration Street",
    ),
}
