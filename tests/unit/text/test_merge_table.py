"""The merge table: one line a case, in Chinese and English; what two people may do to one text."""

import pytest

from app.text.merge import Conflicts, Merged, merge_texts

FIGURES = ["", *"一二三四五六七八九十"]


def law(*articles: str) -> str:
    """第一条 … with the numbers given in order; an article that brings its own number keeps it."""
    blocks = [
        article if article.startswith(("第", "#")) else f"第{FIGURES[n]}条 {article}"
        for n, article in enumerate(articles, start=1)
    ]
    return "\n\n".join(blocks) + "\n"


def act(*sections: str) -> str:
    """§ 1 … in the same way."""
    blocks = [s if s.startswith(("§", "#")) else f"§ {n} {s}" for n, s in enumerate(sections, 1)]
    return "\n\n".join(blocks) + "\n"


FEE = "停车费每小时二百元。逾期加收一成。不得拒绝缴纳。票据应当公示。"
DOG = "养犬人应当登记。遛犬应当牵绳。犬只不得进入学校。"
BIN = "垃圾应当分类投放。投放时间由街道公布。"
NOISE = "夜间不得施工。抢险除外。"
B = law(FEE, DOG, BIN, NOISE)

PARK = "Parking costs 200 yuan. Late payment costs more. Nobody may refuse payment. Receipts are shown."
LEASH = "Dogs shall be leashed. Owners shall register. Schools are closed to dogs."
WASTE = "Waste shall be sorted. The street office sets the hours."
E = act(PARK, LEASH, WASTE)

ONE = [
    "## 第一章 总则",
    "第一条 为了规范停车。",
    "第二条 本办法适用于本市。",
    "第三条 公安机关负责管理。",
]
TWO = ["## 第二章 停车", "第四条 车辆应当入位。", "第五条 停车应当缴费。"]
THREE = [
    "## 第三章 罚则",
    "第六条 违反规定的罚款五百元。",
    "第七条 情节严重的加倍处罚。",
    "第八条 处罚应当公示。",
]
CHAPTERS = law("# 办法", *ONE, *TWO, *THREE)
LIST = "第一条 下列物品不得投放：\n（一）废旧电池；\n（二）过期药品；\n（三）废弃灯管；\n（四）油漆桶。\n"
PARAS = "第一条 车辆应当入位。\n\n前款规定不适用于救护车。\n\n具体办法由街道制定。\n"
TABLE = "第一条 收费如下：\n\n| 类别 | 费用 |\n| --- | --- |\n| 小型车 | 10。20 |\n| 中型车 | 20。30 |\n| 大型车 | 30。40 |\n\n第二条 其他。\n"
FENCE = "第一条 样式如下：\n\n```\n甲。乙。\n丙。丁。\n戊。己。\n```\n\n第二条 其他。\n"
BLOCKS = "城市公园应当免费开放，节假日除外。\n\n街道应当保持整洁，树木应当定期修剪。\n\n居民可以提出意见，主管部门应当答复。\n"
HEADINGS = "# Policy\n\nWhat this is about.\n\n## Scope\n\nIt covers all parks. It covers streets.\n\n## Duties\n\nEveryone keeps order. Nobody litters.\n"


def moved(text: str, block: str, after: str) -> str:
    """The paragraph that contains ``block`` put behind the one that contains ``after``."""
    blocks = text.strip("\n").split("\n\n")
    one = next(b for b in blocks if block in b)
    blocks.remove(one)
    place = next(i for i, b in enumerate(blocks) if after in b) + 1 if after else 0
    return "\n\n".join([*blocks[:place], one, *blocks[place:]]) + "\n"


def sub(text: str, *pairs: str) -> str:
    """Replace pair by pair; every old text must be there."""
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text
        text = text.replace(old, new, 1)
    return text


def without(text: str, block: str) -> str:
    blocks = text.strip("\n").split("\n\n")
    kept = [b for b in blocks if block not in b]
    assert len(kept) < len(blocks)
    return "\n\n".join(kept) + "\n" if kept else ""


def added(text: str, new: str, after: str) -> str:
    """A new paragraph behind the one that contains ``after``."""
    blocks = text.strip("\n").split("\n\n")
    place = next(i for i, b in enumerate(blocks) if after in b) + 1 if after else 0
    return "\n\n".join([*blocks[:place], new, *blocks[place:]]) + "\n"


NEW, OTHER = "第十条 街道应当设立意见箱。", "第十条 本办法自公布之日施行，旧办法废止。"
RENUMBERED = sub(B, "第四条", "第五条", "第三条", "第四条", "第二条", "第三条")
REWRITTEN = "第二条 本市公园全年开放，任何单位收取门票须报财政局核准并向社会说明理由。"

# name, base, mine, theirs, expected: a text, or the kinds of the conflicts
CASES = [
    ("nothing changed", B, B, B, B),
    ("only mine changed", B, sub(B, "二百", "三百"), B, sub(B, "二百", "三百")),
    ("only theirs changed", B, B, sub(B, "二百", "三百"), sub(B, "二百", "三百")),
    ("both made the same change", B, sub(B, "二百", "三百"), sub(B, "二百", "三百"), sub(B, "二百", "三百")),
    ("different articles", B, sub(B, "二百", "三百"), sub(B, "牵绳", "系绳"), sub(B, "二百", "三百", "牵绳", "系绳")),
    ("neighbouring articles", B, sub(B, "公示", "公开"), sub(B, "登记", "备案"), sub(B, "公示", "公开", "登记", "备案")),
    ("one article, sentences apart", B, sub(B, "二百", "三百"), sub(B, "不得拒绝", "禁止拒绝"), sub(B, "二百", "三百", "不得拒绝", "禁止拒绝")),
    ("one article, first and last sentence", B, sub(B, "二百", "三百"), sub(B, "票据", "收据"), sub(B, "二百", "三百", "票据", "收据")),
    ("one article, touching sentences", B, sub(B, "二百", "三百"), sub(B, "一成", "两成"), ["text"]),
    ("one article, the same sentence", B, sub(B, "二百", "三百"), sub(B, "每小时", "每半小时"), ["text"]),
    ("the measured trap: 200, 300, 250", B, sub(B, "二百", "三百"), sub(B, "二百", "二百五十"), ["text"]),
    ("two articles, one conflict", B, sub(B, "二百", "三百", "牵绳", "系绳"), sub(B, "二百", "四百"), ["text"]),
    ("two articles, two conflicts", B, sub(B, "二百", "三百", "牵绳", "系绳"), sub(B, "二百", "四百", "牵绳", "抱着"), ["text", "text"]),
    ("same change and another apart", B, sub(B, "二百", "三百", "票据", "收据"), sub(B, "二百", "三百"), sub(B, "二百", "三百", "票据", "收据")),
    ("mine appends a sentence, theirs changes the first", B, sub(B, "票据应当公示。", "票据应当公示。收据留存。"), sub(B, "二百", "三百"), sub(B, "票据应当公示。", "票据应当公示。收据留存。", "二百", "三百")),
    ("mine appends a sentence, theirs changes the last", B, sub(B, "票据应当公示。", "票据应当公示。收据留存。"), sub(B, "票据", "收据"), ["text"]),
    ("both append different sentences", B, sub(B, "公示。", "公示。收据留存。"), sub(B, "公示。", "公示。违者罚款。"), ["text"]),
    ("both append the same sentence", B, sub(B, "公示。", "公示。收据留存。"), sub(B, "公示。", "公示。收据留存。"), sub(B, "公示。", "公示。收据留存。")),
    ("sentences inserted at different places", B, sub(B, "二百元。", "二百元。节日免费。"), sub(B, "缴纳。", "缴纳。现金亦可。"), sub(B, "二百元。", "二百元。节日免费。", "缴纳。", "缴纳。现金亦可。")),
    ("sentence inserted beside a changed one", B, sub(B, "二百元。", "二百元。节日免费。"), sub(B, "一成", "两成"), ["text"]),
    ("a long deletion does not swallow an insertion", B, sub(B, "逾期加收一成。不得拒绝缴纳。票据应当公示。", ""), sub(B, "缴纳。", "缴纳。现金亦可。"), ["text"]),
    ("sentence deleted, another changed apart", B, sub(B, "停车费每小时二百元。", ""), sub(B, "票据", "收据"), sub(B, "停车费每小时二百元。", "", "票据", "收据")),
    ("sentence deleted by mine, changed by theirs", B, sub(B, "不得拒绝缴纳。", ""), sub(B, "不得拒绝", "禁止拒绝"), ["text"]),
    ("same sentence deleted by both", B, sub(B, "不得拒绝缴纳。", ""), sub(B, "不得拒绝缴纳。", ""), sub(B, "不得拒绝缴纳。", "")),
    ("overlapping deletions", B, sub(B, "逾期加收一成。不得拒绝缴纳。", ""), sub(B, "不得拒绝缴纳。票据应当公示。", ""), ["text"]),
    ("article deleted, another changed", B, without(B, "养犬"), sub(B, "二百", "三百"), sub(without(B, "养犬"), "二百", "三百")),
    ("article deleted by mine, changed by theirs", B, without(B, "养犬"), sub(B, "牵绳", "系绳"), ["delete"]),
    ("article changed by mine, deleted by theirs", B, sub(B, "牵绳", "系绳"), without(B, "养犬"), ["delete"]),
    ("same article deleted by both", B, without(B, "养犬"), without(B, "养犬"), without(B, "养犬")),
    ("different articles deleted", B, without(B, "养犬"), without(B, "垃圾"), without(without(B, "养犬"), "垃圾")),
    ("all deleted by mine, nothing by theirs", B, "", B, ""),
    ("all deleted by mine, one changed by theirs", B, "", sub(B, "牵绳", "系绳"), ["delete"]),
    ("last article deleted, another changed", B, without(B, "夜间"), sub(B, "二百", "三百"), sub(without(B, "夜间"), "二百", "三百")),
    ("last article deleted, article added at the start", B, without(B, "夜间"), added(B, NEW, ""), added(without(B, "夜间"), NEW, "")),
    ("last deleted by mine, last but one by theirs", B, without(B, "夜间"), without(B, "垃圾"), without(without(B, "夜间"), "垃圾")),
    ("article added, another changed", B, added(B, NEW, "养犬"), sub(B, "二百", "三百"), sub(added(B, NEW, "养犬"), "二百", "三百")),
    ("article added behind one that theirs changed", B, added(B, NEW, "养犬"), sub(B, "牵绳", "系绳"), sub(added(B, NEW, "养犬"), "牵绳", "系绳")),
    ("article added at the end, last one changed", B, added(B, NEW, "夜间"), sub(B, "抢险", "救灾"), sub(added(B, NEW, "夜间"), "抢险", "救灾")),
    ("articles added at different places", B, added(B, NEW, "停车"), added(B, OTHER, "垃圾"), added(added(B, NEW, "停车"), OTHER, "垃圾")),
    ("one added at the start, one at the end", B, added(B, NEW, ""), added(B, OTHER, "夜间"), added(added(B, NEW, ""), OTHER, "夜间")),
    ("different articles added at one place", B, added(B, NEW, "养犬"), added(B, OTHER, "养犬"), ["insert"]),
    ("different articles added at the end", B, added(B, NEW, "夜间"), added(B, OTHER, "夜间"), ["insert"]),
    ("different articles added at the start", B, added(B, NEW, ""), added(B, OTHER, ""), ["insert"]),
    ("the same article added by both", B, added(B, NEW, "养犬"), added(B, NEW, "养犬"), added(B, NEW, "养犬")),
    ("the same article added, and one more change", B, sub(added(B, NEW, "养犬"), "二百", "三百"), added(B, NEW, "养犬"), sub(added(B, NEW, "养犬"), "二百", "三百")),
    ("article added beside one that theirs deleted", B, added(B, NEW, "养犬"), without(B, "养犬"), without(added(B, NEW, "养犬"), "养犬")),
    ("two articles added, one deleted elsewhere", B, added(added(B, OTHER, "停车"), NEW, "停车"), without(B, "夜间"), without(added(added(B, OTHER, "停车"), NEW, "停车"), "夜间")),
    ("text written from nothing by one", "", B, "", B),
    ("text written from nothing by both", "", law(FEE), law(DOG), ["insert"]),
    ("renumbered by mine, words changed by theirs", B, RENUMBERED, sub(B, "牵绳", "系绳"), sub(RENUMBERED, "牵绳", "系绳")),
    ("renumbered by mine, first sentence changed by theirs", B, RENUMBERED, sub(B, "养犬人应当登记", "养犬人应当备案"), sub(RENUMBERED, "养犬人应当登记", "养犬人应当备案")),
    ("renumbered the same by both", B, RENUMBERED, RENUMBERED, RENUMBERED),
    ("renumbered differently", B, sub(B, "第四条", "第五条"), sub(B, "第四条", "第六条"), ["text"]),
    ("renumbered by mine, deleted by theirs", B, sub(B, "第四条", "第五条"), without(B, "夜间"), ["delete"]),
    ("inserted with renumbering, another changed", B, added(RENUMBERED, "第二条 新增的规定在此说明。", "停车"), sub(B, "抢险", "救灾"), sub(added(RENUMBERED, "第二条 新增的规定在此说明。", "停车"), "抢险", "救灾")),
    ("moved by mine, words changed by theirs", B, moved(B, "养犬", "夜间"), sub(B, "牵绳", "系绳"), sub(moved(B, "养犬", "夜间"), "牵绳", "系绳")),
    ("moved to the start, last one changed", B, moved(B, "夜间", ""), sub(B, "抢险", "救灾"), sub(moved(B, "夜间", ""), "抢险", "救灾")),
    ("moved by mine, another changed", B, moved(B, "养犬", "夜间"), sub(B, "二百", "三百"), sub(moved(B, "养犬", "夜间"), "二百", "三百")),
    ("moved by both to the same place", B, moved(B, "停车", "垃圾"), moved(B, "停车", "垃圾"), moved(B, "停车", "垃圾")),
    ("moved by both to different places", B, moved(B, "停车", "养犬"), moved(B, "停车", "夜间"), ["order"]),
    ("moved and changed by mine, nothing by theirs", B, sub(moved(B, "停车", "夜间"), "二百", "三百"), B, sub(moved(B, "停车", "夜间"), "二百", "三百")),
    ("moved and changed by mine, changed apart by theirs", B, sub(moved(B, "停车", "夜间"), "二百", "三百"), sub(B, "票据", "收据"), sub(moved(B, "停车", "夜间"), "二百", "三百", "票据", "收据")),
    ("moved and changed by mine, same sentence changed", B, sub(moved(B, "停车", "夜间"), "二百", "三百"), sub(B, "二百", "四百"), ["text"]),
    ("moved by mine, deleted by theirs", B, moved(B, "养犬", "夜间"), without(B, "养犬"), without(B, "养犬")),
    ("article added where theirs moved one to", B, added(B, NEW, "夜间"), moved(B, "停车", "夜间"), ["order"]),
    ("rewritten by mine, nothing by theirs", B, sub(B, "第二条 " + DOG, REWRITTEN), B, sub(B, "第二条 " + DOG, REWRITTEN)),
    ("rewritten by mine, edited by theirs", B, sub(B, "第二条 " + DOG, REWRITTEN), sub(B, "牵绳", "系绳"), ["text"]),
    ("rewritten by mine, deleted by theirs", B, sub(B, "第二条 " + DOG, REWRITTEN), without(B, "养犬"), ["delete"]),
    ("rewritten by mine, article added behind by theirs", B, sub(B, "第二条 " + DOG, REWRITTEN), added(B, NEW, "养犬"), sub(added(B, NEW, "养犬"), "第二条 " + DOG, REWRITTEN)),
    ("split by mine, nothing by theirs", B, sub(B, "不得拒绝缴纳。", "\n\n第一条之一 不得拒绝缴纳。"), B, sub(B, "不得拒绝缴纳。", "\n\n第一条之一 不得拒绝缴纳。")),
    ("split by mine, the part that went changed by theirs", B, sub(B, "不得拒绝缴纳。", "\n\n第一条之一 不得拒绝缴纳。"), sub(B, "不得拒绝", "禁止拒绝"), ["text"]),
    ("joined by mine, the part that went changed by theirs", B, without(sub(B, "公示。", "公示。" + DOG), "第二条"), sub(B, "牵绳", "系绳"), ["delete"]),
    ("chapter moved to different places", CHAPTERS, law("# 办法", *TWO, *ONE, *THREE), law("# 办法", *ONE, *THREE, *TWO), ["order"] * 3),
    ("chapter moved to one place by both", CHAPTERS, law("# 办法", *TWO, *ONE, *THREE), law("# 办法", *TWO, *ONE, *THREE), law("# 办法", *TWO, *ONE, *THREE)),
    ("chapter moved by mine, its words changed by theirs", CHAPTERS, law("# 办法", *TWO, *ONE, *THREE), sub(CHAPTERS, "入位", "停在车位"), sub(law("# 办法", *TWO, *ONE, *THREE), "入位", "停在车位")),
    ("chapter renamed by mine, renumbered by theirs", CHAPTERS, sub(CHAPTERS, "章 停车", "章 停放"), sub(CHAPTERS, "第二章", "第三章"), sub(CHAPTERS, "章 停车", "章 停放", "第二章", "第三章")),
    ("chapter renamed differently", CHAPTERS, sub(CHAPTERS, "罚则", "处罚"), sub(CHAPTERS, "罚则", "法律责任"), ["text"]),
    ("chapter deleted by mine, its article changed by theirs", CHAPTERS, without(without(without(CHAPTERS, "第二章"), "入位"), "缴费"), sub(CHAPTERS, "入位", "停在车位"), ["delete"]),
    ("heading deleted, article below changed", CHAPTERS, without(CHAPTERS, "第二章"), sub(CHAPTERS, "入位", "停在车位"), sub(without(CHAPTERS, "第二章"), "入位", "停在车位")),
    ("items apart", LIST, sub(LIST, "电池", "蓄电池"), sub(LIST, "灯管", "灯泡"), sub(LIST, "电池", "蓄电池", "灯管", "灯泡")),
    ("neighbouring items touch", LIST, sub(LIST, "电池", "蓄电池"), sub(LIST, "药品", "食品"), ["text"]),
    ("item added at the end, first one changed", LIST, sub(LIST, "油漆桶。", "油漆桶；\n（五）温度计。"), sub(LIST, "电池", "蓄电池"), sub(LIST, "油漆桶。", "油漆桶；\n（五）温度计。", "电池", "蓄电池")),
    ("different items added at one place", LIST, sub(LIST, "药品；\n", "药品；\n（二之一）农药；\n"), sub(LIST, "药品；\n", "药品；\n（二之一）油墨；\n"), ["text"]),
    ("neighbouring paragraphs of one article", PARAS, sub(PARAS, "入位", "停好"), sub(PARAS, "救护车", "消防车"), sub(PARAS, "入位", "停好", "救护车", "消防车")),
    ("paragraph added, another changed", PARAS, sub(PARAS, "制定。\n", "制定。\n\n市政府另有规定的除外。\n"), sub(PARAS, "入位", "停好"), sub(PARAS, "制定。\n", "制定。\n\n市政府另有规定的除外。\n", "入位", "停好")),
    ("label deleted with its paragraph, next but one changed", PARAS, without(PARAS, "入位"), sub(PARAS, "街道", "区"), ["delete"]),
    ("table rows apart", TABLE, sub(TABLE, "10", "15"), sub(TABLE, "40", "45"), sub(TABLE, "10", "15", "40", "45")),
    ("one table row, sentences apart", TABLE, sub(TABLE, "小型车 | 10。20", "微型车 | 10。20"), sub(TABLE, "10。20", "10。25"), ["text"]),
    ("neighbouring table rows touch", TABLE, sub(TABLE, "| 10", "| 15"), sub(TABLE, "| 20", "| 25"), ["text"]),
    ("fenced lines apart", FENCE, sub(FENCE, "甲", "子"), sub(FENCE, "己", "丑"), sub(FENCE, "甲", "子", "己", "丑")),
    ("one fenced line", FENCE, sub(FENCE, "甲", "子"), sub(FENCE, "乙", "丑"), ["text"]),
    ("blocks without labels", BLOCKS, sub(BLOCKS, "节假日", "周一"), sub(BLOCKS, "整洁", "清洁"), sub(BLOCKS, "节假日", "周一", "整洁", "清洁")),
    ("same block, same sentence", BLOCKS, sub(BLOCKS, "节假日", "周一"), sub(BLOCKS, "免费", "收费"), ["text"]),
    ("block added, another changed", BLOCKS, added(BLOCKS, "养犬应当登记，费用由区财政承担。", "街道"), sub(BLOCKS, "答复", "公开答复"), sub(added(BLOCKS, "养犬应当登记，费用由区财政承担。", "街道"), "答复", "公开答复")),
    ("sections under headings", HEADINGS, sub(HEADINGS, "all parks", "most parks"), sub(HEADINGS, "litters", "smokes"), sub(HEADINGS, "all parks", "most parks", "litters", "smokes")),
    ("heading renamed, text below changed", HEADINGS, sub(HEADINGS, "## Duties", "## What to do"), sub(HEADINGS, "Nobody litters", "Nobody smokes"), sub(HEADINGS, "## Duties", "## What to do", "Nobody litters", "Nobody smokes")),
    ("heading level changed, text below changed", HEADINGS, sub(HEADINGS, "## Duties", "### Duties"), sub(HEADINGS, "Nobody litters", "Nobody smokes"), sub(HEADINGS, "## Duties", "### Duties", "Nobody litters", "Nobody smokes")),
    ("English, sentences apart", E, sub(E, "200", "300"), sub(E, "Nobody", "No one"), sub(E, "200", "300", "Nobody", "No one")),
    ("English, touching sentences", E, sub(E, "200", "300"), sub(E, "Late", "Delayed"), ["text"]),
    ("English, same sentence", E, sub(E, "200", "300"), sub(E, "200", "250"), ["text"]),
    ("English, section added, another changed", E, added(E, "§ 9 Quiet hours begin at ten.", "Dogs"), sub(E, "sorted", "separated"), sub(added(E, "§ 9 Quiet hours begin at ten.", "Dogs"), "sorted", "separated")),
    ("English, deleted against changed", E, without(E, "Dogs"), sub(E, "leashed", "held"), ["delete"]),
    ("English, figures with points are one sentence", act("Pay 1.5 yuan at gate 2.3 today."), act("Pay 1.6 yuan at gate 2.3 today."), act("Pay 1.5 yuan at gate 2.4 today."), ["text"]),
    ("semicolons end units", law("甲应当登记；乙应当备案；丙应当公示。"), law("甲应当备案；乙应当备案；丙应当公示。"), law("甲应当登记；乙应当备案；丙应当公开。"), law("甲应当备案；乙应当备案；丙应当公开。")),
    ("a closing quote stays with its sentence", law("标牌写明“禁止停车。”不得遮挡标牌。设置在路口。"), law("标牌写明“严禁停车。”不得遮挡标牌。设置在路口。"), law("标牌写明“禁止停车。”不得遮挡标牌。设置在入口。"), law("标牌写明“严禁停车。”不得遮挡标牌。设置在入口。")),
    ("blank lines added by mine, words by theirs", B, B.replace("\n\n第三条", "\n\n\n第三条"), sub(B, "牵绳", "系绳"), sub(B, "牵绳", "系绳").replace("\n\n第三条", "\n\n\n第三条")),
    ("different counts of blank lines are no conflict", B, sub(B, "二百", "三百").replace("\n\n第三条", "\n\n\n第三条"), sub(B, "夜间", "晚间").replace("\n\n第三条", "\n\n\n\n第三条"), sub(B, "二百", "三百", "夜间", "晚间").replace("\n\n第三条", "\n\n\n\n第三条")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_case_of_the_merge_table(base, mine, theirs, expected):
    for merged in (merge_texts(base, mine, theirs), merge_texts(base, theirs, mine)):
        if isinstance(merged, Merged):
            assert merged.text == expected
        else:
            assert isinstance(merged, Conflicts)
            assert [conflict.kind.value for conflict in merged.conflicts] == expected


def test_the_table_has_about_a_hundred_cases_with_different_names():
    assert len({case[0] for case in CASES}) == len(CASES) >= 100
