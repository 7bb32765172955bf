"""The short consultation of the office's journey in both languages: its text, and what people say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """``lines`` are the paragraphs of the Word file; a change is (old words, new words)."""

    title: str
    lines: tuple[str, ...]
    article: str  # as people call the second one
    question: str
    slip: tuple[str, str]  # corrected while comments are open
    suggested: tuple[str, str]  # by the first resident, and adopted
    same: str  # by two residents
    letter: str
    unasked: tuple[str, str]  # one digit, changed by nobody's wish
    quoted: tuple[str, str]  # how the gate quotes it
    unasked_article: str
    reason: str  # for all that is asked for one


CASES = {
    "zh": Case(
        title="示例区早市工作方案",
        lines=(
            "示例区早市工作方案",
            "第一章　总则",
            "第一条　为了办好早市，制定本方案。早市由街道管埋。",
            "第二条　早市每天九点收摊。",
            "第二章　附则",
            "第三条　摊位每3个月抽签一次。",
            "第四条　本方案自公布之日起施行。",
        ),
        article="第二条",
        question="早市几点收摊合适？",
        slip=("管埋", "管理"),
        suggested=("九点", "十点"),
        same="请给轮椅留出一条通道，现在推不过去。",
        letter="希望早市旁边有公共厕所。",
        unasked=("3个月", "6个月"),
        quoted=("3个", "6个"),
        unasked_article="第三条",
        reason="示例：队员一年来的记录说明需要这样做。",
    ),
    "en": Case(
        title="Plan for the morning market",
        lines=(
            "Plan for the morning market",
            "Chapter 1. General",
            "Article 1. This plan serves the morning market. The sub-district office runns it.",
            "Article 2. The market closes at nine each day.",
            "Chapter 2. Last",
            "Article 3. Places are drawn by lot every 3 months.",
            "Article 4. This plan applies from its publication.",
        ),
        article="Article 2",
        question="When should the market close?",
        slip=("runns", "runs"),
        suggested=("nine", "ten"),
        same="Please keep a way free for wheelchairs; one cannot get through now.",
        letter="Please build a public toilet beside the market.",
        unasked=("3 months", "6 months"),
        quoted=("3 months", "6 months"),
        unasked_article="Article 3",
        reason="Demonstration: the officers' records of a year show that it is needed.",
    ),
}
