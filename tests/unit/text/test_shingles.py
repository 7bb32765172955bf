"""Letters that are much the same find each other; others stay apart."""

from __future__ import annotations

import hashlib
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.shingles import MUCH_THE_SAME, bands, likeness, shingles, sketch

LETTER_ZH = (
    "{name}，住在{street}。没人骑的共享自行车停满三天才挪走，时间太长了。早上送孩子上学，"
    "人行道上的车一辆挨着一辆，老人和坐轮椅的人只能绕到马路上走。企业每天都有人在调度车辆，"
    "完全可以做到当天清理。建议把三日改为二十四小时，并且写明谁来检查、不清理怎么办。"
    "{own}另外，地铁口和学校门口应当单独划线，线外停放的应当立即移走。谢谢你们认真听取意见。"
)
LETTER_EN = (
    "My name is {name} and I live on {street}. Three days is far too long for an unused bicycle"
    " to block the pavement. Every morning parents with prams and people in wheelchairs have to"
    " step into the road because the pavement is full. The companies already move their bicycles"
    " around every day, so they can clear the blocked places on the same day. Please change three"
    " days to twenty-four hours, say who checks it, and say what happens when nobody comes."
    " {own} Bicycles left outside the lines at stations and schools should go at once. Thank you."
)
NAMES_ZH = ["我叫王芳", "我是老李", "本人赵明", "我姓陈", "我是一名退休教师", "我是快递员"]
STREETS_ZH = ["南门大街", "和平路五弄", "桥东新村", "柳树巷", "中山北路", "河滨花园"]
OWN_ZH = ["", "我母亲上个月就摔了一跤。", "下雨天更难走。", "夜里也常常堵住。"]
NAMES_EN = ["Ann", "John Smith", "Mary", "an old teacher", "Peter", "a postman"]
STREETS_EN = ["Mill Lane", "Station Road", "South Street", "the square", "Bridge Street", "Elm Row"]
OWN_EN = ["", "My mother fell last month.", "Rain makes it worse.", "It happens at night too."]

# Twenty people who each say something of their own about the same article.
INDEPENDENT = [
    "三天合理，企业人手有限，改成一天会把成本算到骑车人头上，最后涨价。",
    "请说明三日从什么时候起算，是从最后一次开锁还是从有人举报那天起算？",
    "建议只管人行道，小区里面的由物业和业主自己商量，不要一刀切。",
    "共享自行车停在盲道上的，应当一小时内移走，盲人朋友等不了三天。",
    "我开早餐店，门口总是被停满，能不能给沿街商户一个一键报修的电话？",
    "希望公开每家企业每月移走多少辆车，完不成的减少下一年的投放数量。",
    "晚上十点以后清运噪音很大，请限定作业的时段，居民也要睡觉。",
    "郊区车少人少，三天太短，企业跑一趟不划算，可以放宽到一个星期。",
    "应当先把停车架建够，没有地方停，光规定挪走解决不了任何问题。",
    "电子围栏经常漂移，明明停在线内却被扣费，请规定申诉的办法。",
    "Three days is fine for side streets, but main roads need a rule of their own.",
    "Who pays when a removed bicycle turns out to be damaged? The draft is silent on this.",
    "Please publish the data of every removal so that researchers can check the effect.",
    "As a shop owner I would rather have a bicycle rack than another removal rule.",
    "The word unused is unclear: does unlocking it for a minute reset the clock?",
    "Children's bicycles left at school during a week of holidays should be exempt.",
    "I object: companies will simply drive more vans around, which is worse for the air.",
    "Could the district office do the removals itself and send the operators the bill?",
    "Visually impaired people cannot wait; tactile paving must be clear within the hour.",
    "Fines should be proportional to the size of the fleet, otherwise nobody will care.",
]


def campaign(letter: str, names: list[str], streets: list[str], own: list[str]) -> list[str]:
    """A thousand letters from one template; each with its own name, house and maybe a sentence."""
    dice = random.Random(7)
    return [
        letter.format(
            name=dice.choice(names),
            street=f"{dice.choice(streets)} {dice.randrange(1, 400)}",
            own=dice.choice(own),
        )
        for _ in range(1000)
    ]


def group_count(texts: list[str]) -> int:
    """Groups by union over shared bands, where the sketches are much the same."""
    leader: dict[int, int] = {}
    holders: dict[int, int] = {}
    sketches = [sketch(text) for text in texts]

    def find(place: int) -> int:
        while leader.setdefault(place, place) != place:
            place = leader[place]
        return place

    for place, own in enumerate(sketches):
        find(place)
        for band in bands(own):
            other = holders.setdefault(band, place)
            if likeness(own, sketches[other]) >= MUCH_THE_SAME:
                leader[find(place)] = find(other)
    return len({find(place) for place in range(len(texts))})


@pytest.mark.parametrize(
    "letters",
    [
        campaign(LETTER_ZH, NAMES_ZH, STREETS_ZH, OWN_ZH),
        campaign(LETTER_EN, NAMES_EN, STREETS_EN, OWN_EN),
    ],
    ids=["zh", "en"],
)
def test_a_thousand_letters_from_one_template_are_one_group(letters: list[str]) -> None:
    assert len(set(letters)) > 900
    assert group_count(letters) == 1


def test_twenty_people_with_words_of_their_own_stay_twenty() -> None:
    assert group_count(INDEPENDENT) == 20


def test_a_campaign_does_not_swallow_what_others_wrote() -> None:
    letters = campaign(LETTER_ZH, NAMES_ZH, STREETS_ZH, OWN_ZH)[:50]
    assert group_count([*letters, *INDEPENDENT]) == 21


@pytest.mark.parametrize("text", ["我同意。", "I agree with this.", "", "！？", "a"])
def test_short_texts_group_only_when_equal(text: str) -> None:
    assert likeness(sketch(text), sketch(text)) == 1.0
    assert likeness(sketch(text), sketch(text + "不")) == 0.0
    assert not set(bands(sketch(text))) & set(bands(sketch(text + "不")))


def test_one_word_turns_a_short_text_but_marks_and_width_do_not() -> None:
    assert sketch("三天太长了！") == sketch("三天 太长了。")
    assert sketch("ＡＢＣ 3 days") == sketch("abc 3 DAYS")
    assert likeness(sketch("三天太长了"), sketch("三天不长")) == 0.0


def test_neighbouring_tokens_are_joined_by_three() -> None:
    assert shingles("one two three four five six seven, eight!") == {
        "one two three",
        "two three four",
        "three four five",
        "four five six",
        "five six seven",
        "six seven eight",
    }


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="甲乙丙丁戊己庚辛 ,", max_size=120), st.text(alphabet="甲乙丙 壬", max_size=60)
)
def test_the_estimate_is_near_the_true_share(text: str, more: str) -> None:
    one, other = shingles(text), shingles(text + more)
    share = len(one & other) / len(one | other)
    # Five standard deviations of 64 draws at the worst share, one half.
    assert abs(likeness(sketch(text), sketch(text + more)) - share) <= 5 * 0.5 / 8


def test_texts_that_share_four_fifths_nearly_always_meet_in_a_band() -> None:
    dice = random.Random(11)
    missed = 0
    for _ in range(150):
        words = [str(dice.randrange(10**9)) for _ in range(100)]
        # A word changed breaks three shingles: four of 98 make 86 / 110, just under 0.8.
        other = [f"x{word}" if at in (15, 40, 65, 90) else word for at, word in enumerate(words)]
        a, b = sketch(" ".join(words)), sketch(" ".join(other))
        missed += not set(bands(a)) & set(bands(b))
    assert missed <= 1


def test_a_sketch_is_the_same_on_every_machine() -> None:
    # A short text is one shingle, and 64 values of one shingle are its hash itself.
    assert sketch("没人骑。") == hashlib.shake_128("没 人 骑".encode()).digest(256)


def test_bands_fit_a_column_of_whole_numbers() -> None:
    keys = bands(sketch(LETTER_EN))
    assert len(set(keys)) == 16
    assert all(0 <= key < 2**63 for key in keys)


def test_a_comment_of_two_hundred_tokens_is_sketched_in_a_millisecond() -> None:
    text = " ".join(str(number) for number in range(200))

    def seconds() -> float:
        before = time.thread_time()
        bands(sketch(text))
        return time.thread_time() - before

    assert min(seconds() for _ in range(20)) < 0.001


def test_the_size_does_not_grow_with_the_text() -> None:
    long = " ".join(str(number) for number in range(50_000))
    assert {len(sketch(text)) for text in ("", "短", long)} == {256}
