"""Telephone and identity numbers in a text, and the many numbers that are neither."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.personal_data import Found, find_personal


def spotted(text: str, known: str = "") -> list[tuple[str, str]]:
    return [(found.kind, text[found.start : found.end]) for found in find_personal(text, known)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("请打13800001234。", "13800001234"),
        ("手机138 0000 1234", "138 0000 1234"),
        ("138-0000-1234", "138-0000-1234"),
        ("138—0000—1234", "138—0000—1234"),
        ("138·0000·1234", "138·0000·1234"),
        ("138、0000、1234", "138、0000、1234"),
        ("１３８　００００　１２３４", "１３８　００００　１２３４"),
        ("一三八〇〇〇〇一二三四", "一三八〇〇〇〇一二三四"),
        ("1 3 8 0 0 0 0 1 2 3 4", "1 3 8 0 0 0 0 1 2 3 4"),
        ("138\u200b0000\u200b1234", "138\u200b0000\u200b1234"),
        ("+86 138 0000 1234", "+86 138 0000 1234"),
        ("0086-13800001234", "0086-13800001234"),
        ("8613800001234", "8613800001234"),
        ("邮编 200003 13800001234", "13800001234"),
        ("1.13800001234（王）", "13800001234"),
        ("微信wx13800001234", "13800001234"),
        ("居委会021-63210000", "021-63210000"),
        ("（021）6321 0000", "021）6321 0000"),
        ("0571 8705000，找老李", "0571 8705000"),
        ("01063210000", "01063210000"),
        ("Ring 020 7946 0958 after six", "020 7946 0958"),
        ("Ring (617) 555-0100.", "617) 555-0100"),
        ("call +44 20 7946 0958, thanks", "+44 20 7946 0958"),
        ("+1 617 555 0100", "+1 617 555 0100"),
        ("+852 2123 4567", "+852 2123 4567"),
        ("电话：63210000", "63210000"),
        ("家里的电话号码是 6321-0000", "6321-0000"),
        ("Call me at 555-0100", "555-0100"),
    ],
)
def test_a_telephone_number_is_found_however_it_is_written(text: str, number: str) -> None:
    assert spotted(text) == [("phone", number)]


@pytest.mark.parametrize(
    "number",
    [
        "11010519491231002X",  # an example of the national standard GB 11643
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002X",
        "440524188001010014",  # and its other one
        "130503670401001",
    ],
)
def test_an_identity_number_is_found(number: str) -> None:
    assert spotted(f"我的身份证号{number}，请登记") == [("identity", number)]


@pytest.mark.parametrize(
    "text",
    [
        "依照〔2024〕15号文件第13条第8款",
        "沪府规〔2021〕13号、京公网安备31010102003305号",
        "自2024年1月1日至2026-12-31，1998-2003、300人",
        "2024-10-15 13:00—14:00",
        "处13800001234元罚款，预算1,381,234,567.00元",
        "¥13800001234，150、2000、5000元",
        "拨款138 0000 1234 yuan",
        "邮编200003，邮政编码 518000",
        "坐标121.13812345678，比例0.13812345678",
        "第13、14、15、16、17、8条，以及第130、1400条",
        "拨打12345、110或者400-820-8820，95588",
        "统一社会信用代码91310115MA1K3ABC12，卡号6222021234567890123",
        "D.C. Code § 50-2601, Sec. 3-31, Ordinance 2019-0042, 8 U.S.C. 1324",
        "面积63210000平方米",
        "2019 2020 2021 2022 2023 2024",
        "二〇二四年一月一日，三百八十一万二千三百四十五",
        "110105194912310021",  # a wrong check figure
        "110105194913310026",  # a thirteenth month
        "010105194912310024",
        "130503671301001",
        "138\n0000\n1234",
        "+10 000 000 residents",
        "",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert spotted(text) == []


def test_what_is_found_is_shown_masked() -> None:
    text = "13800001234，+86 138 0000 1234，021-63210000，电话63210000，11010519491231002X"
    assert [found.masked for found in find_personal(text)] == [
        "138****1234",
        "138****1234",
        "021****0000",
        "6****00",
        "11****2X",
    ]


def test_offsets_point_into_the_text_as_it_was_given() -> None:
    assert find_personal("打１３８００００１２３４") == (Found("phone", "138****1234", 1, 12),)


def test_a_number_of_the_article_itself_is_public_already() -> None:
    article = "违规停放的，可以拨打021-6321 0000举报。"
    assert spotted("违规停放的，可以拨打（021）63210000举报。", article) == []
    assert spotted("请改为13800001234，不要021-63210000", article) == [("phone", "13800001234")]


def test_an_article_may_name_a_number_without_its_area() -> None:
    assert spotted("电话：63210000", "举报投诉：63210000") == []


def test_several_numbers_come_in_order_and_one_place_counts_once() -> None:
    text = "张13800001234，李139 0000 5678；身份证11010519491231002X"
    assert spotted(text) == [
        ("phone", "13800001234"),
        ("phone", "139 0000 5678"),
        ("identity", "11010519491231002X"),
    ]


@settings(max_examples=60)
@given(st.text(alphabet="0123456789 -+()（）、.年月Xx一〇", max_size=60))
def test_findings_are_in_order_inside_the_text_and_never_overlap(text: str) -> None:
    end = 0
    for found in find_personal(text):
        assert end <= found.start < found.end <= len(text)
        assert sum(c.isnumeric() for c in text[found.start : found.end]) >= 7
        assert not set(found.masked) - set("0123456789X*")
        end = found.end


@settings(max_examples=40)
@given(
    st.text(alphabet="甲乙 ，。年第条", max_size=20), st.text(alphabet="丙丁，。 款", max_size=20)
)
def test_a_mobile_number_is_found_in_any_words(before: str, after: str) -> None:
    assert ("phone", "13800001234") in spotted(f"{before}13800001234{after}")


@pytest.mark.parametrize(
    "bad", ["1", "1 ", "13 ", "+1", "86 1", "(0", "电话", "tel ", "1---", "〇"]
)
def test_time_grows_with_the_length_of_a_hostile_text(bad: str) -> None:
    def seconds(length: int) -> float:
        text = (bad * length)[:length]
        before = time.thread_time()
        find_personal(text, text)
        return time.thread_time() - before

    short = min(seconds(2_000) for _ in range(3))
    # Eight times the text: quadratic would take 64 times as long.
    assert min(seconds(16_000) for _ in range(2)) < 24 * short + 0.01
