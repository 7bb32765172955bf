"""Changed numbers, dates and modal words: what a large tidy-up hides."""

import time

import pytest

from app.text.signals import changed_modals, changed_numbers

NUMBERS = [
    ("罚款200元", "罚款300元", [("200", "300")]),
    ("罚款二百元", "罚款五百元", [("二百", "五百")]),
    ("罚款1万元", "罚款2万元", [("1万", "2万")]),
    ("三十日内答复", "六十日内答复", [("三十", "六十")]),
    ("五日内", "五个工作日内", [("五日", "五个工作日")]),
    ("within 30 days", "within 30 months", [("30 days", "30 months")]),
    ("within 30 days", "within 60 days", [("30", "60")]),
    ("within thirty days", "within ninety days", [("thirty", "ninety")]),
    ("twenty-one members", "twenty-two members", [("twenty-one", "twenty-two")]),
    ("2024年3月1日起施行", "2024年5月1日起施行", [("2024年3月1日", "2024年5月1日")]),
    ("二〇二四年三月一日", "二〇二五年三月一日", [("二〇二四年三月一日", "二〇二五年三月一日")]),
    ("on March 1, 2024", "on May 1, 2024", [("March 1, 2024", "May 1, 2024")]),
    ("on 2024-03-01", "on 2024-05-01", [("2024-03-01", "2024-05-01")]),
    ("依照第五条处理", "依照第六条处理", [("第五条", "第六条")]),
    ("under § 50-2601", "under § 50-2602", [("50-2601", "50-2602")]),
    ("百分之三", "百分之五", [("百分之三", "百分之五")]),
    ("比例为3.5%", "比例为4.5%", [("3.5%", "4.5%")]),
    ("费用1,000元", "费用10,000元", [("1,000", "10,000")]),
    ("罚款200元", "罚款", [("200", "")]),
    ("罚款", "罚款200元", [("", "200")]),
    ("200元以上500元以下", "500元以上200元以下", [("200", ""), ("", "200")]),
    ("10 a 20 b 30", "10 a 25 b 30", [("20", "25")]),
    ("罚款２００元", "罚款200元", []),
    ("统一管理，一般不收费", "一律管理，万一收费", [("", "万一")]),
    ("文字整理，罚款200元。", "整理文字。罚款200元。", []),
]


@pytest.mark.parametrize(("before", "after", "expected"), NUMBERS)
def test_changed_numbers(before, after, expected):
    assert changed_numbers(before, after) == expected


MODALS = [
    ("应当登记", "可以登记", [("应当", "可以")]),
    ("不得进入", "可以进入", [("不得", "可以")]),
    ("可以进入", "不可以进入", [("可以", "不可以")]),
    ("必须牵绳", "应当牵绳", [("必须", "应当")]),
    ("應登記", "得登記", [("應", "得")]),
    ("相应调整，取得许可", "适应需要，获得许可", []),
    ("owners shall register", "owners may register", [("shall", "may")]),
    ("Dogs may enter", "Dogs may not enter", [("may", "may not")]),
    ("The office must answer", "The office should answer", [("must", "should")]),
    ("on May 1 it opens", "on June 1 it opens", []),
    ("Shall the office", "shall the office", []),
    ("smoking is prohibited", "smoking is permitted", [("prohibited", "permitted")]),
    ("登记", "应当登记", [("", "应当")]),
    ("should be mustard", "should be custard", []),
]


@pytest.mark.parametrize(("before", "after", "expected"), MODALS)
def test_changed_modal_words(before, after, expected):
    assert changed_modals(before, after) == expected


@pytest.mark.parametrize("unit", ["1 ", "9", "十", "January 1 ", "one hundred ", "应", "may "])
def test_hostile_wordings_take_bounded_time(unit):
    before = unit * (200_000 // len(unit))
    after = f"二百元 {before}2024年3月1日{before} 三百元"
    began = time.process_time()
    changed_numbers(before, after)
    changed_modals(before, after)
    assert time.process_time() - began < 4
