"""Law-like texts of a wanted size: made of CORPUS_DIR when it is there, else of invented sentences.

Everything follows from one seed, so that two runs measure the same data.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CORPUS = Path(os.environ.get("CORPUS_DIR") or ROOT / ".." / "shared" / "corpus").resolve()
LANGUAGES = ("zh-Hans", "en")

SUBJECTS = {
    "zh-Hans": (
        "街道办事处", "城市管理部门", "物业服务人", "经营者", "居民委员会", "运营企业",
        "养犬人", "施工单位", "公安机关", "绿化部门", "业主", "志愿服务组织",
    ),
    "en": (
        "The sub-district office", "The licence holder", "Every dog keeper", "The operator",
        "The property manager", "The parking company", "A street vendor", "The council",
        "The building site", "Each household", "The tree office", "A volunteer group",
    ),
}  # fmt: skip
DUTIES = {
    "zh-Hans": (
        "应当保持道路畅通", "应当公布收费标准", "不得占用盲道", "可以设置临时停放区域",
        "应当在三日内清运垃圾", "应当登记相关信息", "不得损坏树木和设施", "应当听取居民意见",
        "负责日常巡查", "应当及时处理投诉", "不得在夜间产生噪声", "可以给予表彰奖励",
    ),
    "en": (
        "shall keep the pavement clear", "shall display the fees", "may use the marked bays",
        "shall collect the waste within three days", "shall register the vehicle",
        "shall not damage trees or benches", "shall hear the residents", "may grant an exemption",
        "shall inspect the stands every week", "shall answer each complaint in writing",
        "shall not make noise after ten at night", "may withdraw the permit",
    ),
}  # fmt: skip


@cache
def blocks(language: str) -> tuple[str, ...]:
    """Paragraphs of real laws without their own numbers; () when the corpus is absent."""
    folder = CORPUS / ("zh" if language == "zh-Hans" else "en")
    found = []
    for path in sorted(folder.glob("*.md")):
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            words = re.sub(r"^第[一二三四五六七八九十百零〇]+条\s*", "", block.strip())
            if 20 <= len(words) <= 600 and not re.match(r"[#\s>*|（(\d-]", words):
                found.append(words)
    return tuple(found)


def sentence(language: str, chance: random.Random) -> str:
    """One invented sentence of a rule."""
    subject, duty = chance.choice(SUBJECTS[language]), chance.choice(DUTIES[language])
    number = chance.randint(2, 90)
    if language == "en":
        return f"{subject} {duty} in every case that concerns more than {number} households."
    return f"{subject}{duty}，涉及{number}户以上居民的，按照有关规定执行。"


def paragraph(language: str, chance: random.Random) -> str:
    """The words of one article, without its number."""
    real = blocks(language)
    if real:
        return chance.choice(real)
    joint = " " if language == "en" else ""
    return joint.join(sentence(language, chance) for _ in range(chance.randint(2, 5)))


def article(language: str, number: int, words: str) -> str:
    """An article as a policy file holds it."""
    return f"Article {number}. {words}" if language == "en" else f"第{number}条 {words}"


def law(language: str, size: int, seed: int) -> str:
    """A whole numbered law of about ``size`` bytes (UTF-8), the same for the same seed."""
    chance = random.Random(f"{language} {seed}")
    title = f"Rules number {seed}" if language == "en" else f"第{seed}号管理规定"
    parts = [f"# {title}"]
    length = len(parts[0].encode())
    while length < size:
        words = paragraph(language, chance)[: max(20, size)]
        parts.append(article(language, len(parts), words))
        length += len(parts[-1].encode()) + 2
    return "\n\n".join(parts) + "\n"


def edited(text: str, number: int) -> str:
    """``text`` with one of its articles a little different: what a person changes in one edit."""
    parts = text.rstrip("\n").split("\n\n")
    place = 1 + number * 7 % (len(parts) - 1)
    end = parts[place][-1]
    is_chinese = end in "。；："
    addition = f"（第{number}次修改）" if is_chinese else f" (as changed {number} times)"
    kept = re.sub(r"（第\d+次修改）| \(as changed \d+ times\)", "", parts[place])
    parts[place] = kept[:-1] + addition + end
    return "\n\n".join(parts) + "\n"


def words_of(language: str, texts: Iterator[str], count: int) -> list[str]:
    """Up to ``count`` distinct words to search for, each taken from one of ``texts``."""
    chance = random.Random(f"words {language}")
    found: dict[str, None] = {}
    for text in texts:
        if language == "en":
            known = re.findall(r"\b[a-z]{5,12}\b", text)
        else:
            runs = re.findall(r"[\u4e00-\u9fff]{4,}", text)
            known = [run[at : at + 2] for run in runs for at in range(0, len(run) - 2, 2)]
        for word in chance.sample(known, min(40, len(known))):
            found.setdefault(word)
    return chance.sample(list(found), min(count, len(found)))
