"""What people say on the drafts where order is kept, in both languages; all of it made up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What stands there in one language."""

    language: str
    titles: tuple[str, str]  # of the draft under discussion, and of the one that is held
    text: str
    change: tuple[str, str]
    talk: tuple[str, str, str]  # title, opening words, a reply without a reason
    stray: str  # a reply that belongs to another article
    same: tuple[str, str]  # the same matter again
    insult: str
    danger: str
    details: str
    advert: str
    mild: str  # strong words that insult nobody
    office: str
    summary: str  # of a version
    comes_to: str
    said: str  # by who reports
    reason: str
    disagrees: str
    upheld: str
    note: str
    reply: str
    next_one: str
    name: str
    waits: tuple[str, str, str]


WORDS = {
    "zh": Words(
        language="zh-Hans",
        titles=("示例区广场舞场地管理办法", "示例区流动厨余回收办法"),
        text="第一条 为了让跳舞的人有地方，也让附近居民好休息，制定本办法。\n\n"
        "第二条 广场舞活动应当在每晚九点前结束。\n\n"
        "第三条 音响声音应当不影响附近居民谈话。\n\n"
        "第四条 街道办事处每季度公布投诉办理情况。\n",
        change=("九点", "九点半"),
        talk=("几点结束合适", "夏天天黑得晚，九点结束是不是太早？", "我反对。"),
        stray="音响朝着楼房放，声音最大，这一点要写清楚。",
        same=("结束时间", "冬天可以早些，夏天九点半行不行？"),
        insult="提意见的人都没长脑子。",
        danger="再这样下去，我今晚就去楼下和他们拼了。",
        details="领舞的老李住示例小区三号楼二单元，天天去他家门口说。",
        advert="便宜音响，加好友面谈。",
        mild="这样写等于没写，起草的人来现场听过吗？",
        office="本局认为九点结束是合适的。",
        summary="按个别人的无理要求改",
        comes_to="问的是几点结束。大家同意冬天九点；夏天有人要九点半，住一楼的居民不同意。音响朝向还没有定。",
        said="骂到人了，请看一下。",
        reason="骂的是人，没有说事",
        disagrees="我说的是条文没有调查过，没有骂人。",
        upheld="说的是人，不是条文，维持原来的处理。",
        note="这条意见等了三天才有人看，请说明原因。",
        reply="那几天值班人手不够，已经排了新的班次。",
        next_one="示例：零点前后来了一批卖音响的，已按广告隐藏。",
        name="示例 领舞队长",
        waits=(
            "小区门口的回收桶晚上太吵。",
            "回收车能不能早上七点以后来？",
            "便宜垃圾桶，加好友。",
        ),
    ),
    "en": Words(
        language="en",
        titles=("Rules for dancing on the square", "Rules for collecting kitchen waste"),
        text="Article 1. These rules give dancers a place and neighbours their sleep.\n\n"
        "Article 2. Dancing ends at nine each evening.\n\n"
        "Article 3. Neighbours can talk at home while the music plays.\n\n"
        "Article 4. The office publishes every quarter what became of complaints.\n",
        change=("at nine", "at half past nine"),
        talk=("When should it end?", "It is light until late in summer. Is nine too early?", "No."),
        stray="It is loudest when the loudspeaker faces a house. That belongs into the rules.",
        same=("The end of it", "Earlier in winter, half past nine in summer?"),
        insult="Whoever comments here has no brain.",
        danger="One more evening like this and I shall go down with a stick.",
        details="Their leader lives at Demonstration Court, house 3, door 2. Go and tell him there.",
        advert="Cheap loudspeakers, write to me.",
        mild="This is as good as nothing. Did whoever wrote it ever come and listen?",
        office="The department considers nine o'clock right.",
        summary="Changed because some people never stop asking",
        comes_to="The question is when to end. Nine o'clock in winter is agreed; for summer some want "
        "half past nine, and people on the ground floor do not.",
        said="This is about a person. Please look at it.",
        reason="It speaks of people and not of the matter",
        disagrees="I said that nobody had looked into it. I insulted nobody.",
        upheld="It is about a person and not about the article, so it stays hidden.",
        note="This waited for three days. Please say why.",
        reply="Too few of us were on duty; there is a new plan now.",
        next_one="Demonstration: sellers of loudspeakers came at midnight; hidden as advertising.",
        name="Demo leader of dancers",
        waits=(
            "The bins at our gate are loud at night.",
            "Could the van come after seven?",
            "Cheap bins, write to me.",
        ),
    ),
}
