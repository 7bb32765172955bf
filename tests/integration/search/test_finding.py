"""What is found: words of both languages in policies, reasons and comments."""

from __future__ import annotations

import pytest
from flask import Flask

from app.access.actor import Role
from app.database import db
from app.policies.services.creating import change_settings, rename
from app.policies.services.moving import set_phase
from app.policies.services.noting import write_note
from app.text.policyfile import Note
from tests.builders.accounts import make_actor
from tests.builders.discussions import make_reply, make_thread
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.search import ask, drain, found
from tests.checking_client import CheckingClient

pytestmark = pytest.mark.usefixtures("app")

ENGLISH = """# Street vending

Article 1 Vendors may sell food where the pavement is at least four metres wide.

Article 2 Generators are forbidden after ten in the evening.
"""
TRADITIONAL = "# 停車場收費辦法\n\n第一條 停車場應當公佈收費標準。\n"
REMOVING = "/policies/parking#c-c3"  # the article on what is removed after three days


@pytest.fixture
def _policies(app: Flask) -> None:
    make_policy(slug="parking")
    make_policy(slug="vending", title="Street vending", language="en", text=ENGLISH, summary="")
    make_policy(
        slug="fees", title="停車場收費辦法", language="zh-Hant", text=TRADITIONAL, summary=""
    )
    drain()


@pytest.mark.usefixtures("_policies")
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("自行车", [REMOVING]),  # a word
        ("移", [REMOVING]),  # a single character
        ("放超", [REMOVING]),  # a substring across words
        ("第2条", [REMOVING]),
        ("第 二 條", [REMOVING]),
        ("收费标准", ["/policies/fees#c-c2"]),
        ("generator", ["/policies/vending#c-c3"]),
        ("FORBIDDEN", ["/policies/vending#c-c3"]),
        ('"four metres"', ["/policies/vending#c-c2"]),
        ('"metres four"', []),
        ("vendors -generators", []),
        ("xylophone", []),
    ],
)
def test_words_lead_to_the_article_that_holds_them(question: str, expected: list[str]) -> None:
    assert found(question) == expected


@pytest.mark.usefixtures("_policies")
def test_found_words_are_marked_in_the_text_as_it_is_stored() -> None:
    (hit,) = ask("收费标准").hits
    assert "收費標準" in [text for text, is_marked in hit.words.parts if is_marked]
    assert hit.label == "第一條"


@pytest.mark.usefixtures("_policies")
def test_marks_of_the_notation_are_not_shown() -> None:
    for question in ("停放办法", "street vending"):
        (hit,) = ask(question).hits
        assert "#" not in "".join(text for text, _ in hit.words.parts)


def test_reasons_and_comments_are_found_where_they_stand() -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer, slug="parking")
    thread = make_thread(policy, title="三轮车", body="送货的车怎么办？", clause="c3")
    reply = make_reply(thread, body="Couriers stop for minutes only.")
    save_text("parking", TEXT.replace("三日", "五日"), actor=officer, base=1, summary="宽限")
    drain()
    assert found("宽限") == ["/policies/parking/revisions/2"]
    assert found("三轮车") == [f"/threads/{thread.id}#comment-{thread.first.id}"]
    assert found("courier", officer) == [f"/threads/{thread.id}#comment-{reply.id}"]
    (hit,) = ask("送货").hits
    assert (hit.type, hit.clause, hit.label) == ("comment", "c3", "第二条")


def test_a_comment_far_down_a_discussion_is_linked_on_its_own_page(client: CheckingClient) -> None:
    thread = make_thread(make_policy())
    for person in [make_actor() for _ in range(4)]:
        for number in range(14):  # as many as a new account may write at once
            make_reply(thread, person, body=f"Reply {number} of {person.person_id}")
    flamingo = make_reply(thread, body="One flamingo.")
    drain()
    (address,) = found("flamingo")
    page, _, anchor = address.partition("#")
    assert anchor == f"comment-{flamingo.id}"
    assert f'id="{anchor}"' in client.get(page).get_data(as_text=True)


def test_what_stands_beside_an_article_leads_to_the_article() -> None:
    officer = make_actor(Role.OFFICER)
    make_policy(officer, slug="parking")
    write_note("parking", "c3", Note(plain="车子停久了会被拖吊"), actor=officer)
    db.session.commit()
    drain()
    assert found("拖吊") == [REMOVING]


def test_the_sentence_about_the_whole_is_searched_too() -> None:
    make_policy(slug="parking", plain_summary="Where bicycles may be parked", summary="")
    drain()
    (hit,) = ask("bicycles").hits
    assert (hit.url, hit.clause) == ("/policies/parking", "")


def test_new_words_are_found_and_old_ones_are_not() -> None:
    officer = make_actor(Role.OFFICER)
    make_policy(officer, slug="parking")
    drain()
    save_text("parking", TEXT.replace("自行车", "三轮车"), actor=officer, base=1, summary="")
    drain()
    assert found("三轮车") == [REMOVING]
    assert found("自行车") == []


def test_title_phase_and_department_follow_their_changes() -> None:
    officer = make_actor(Role.OFFICER)
    make_policy(officer, slug="parking", summary="")
    drain()
    rename("parking", title="非机动车办法", new_slug="bikes", actor=officer)
    set_phase("bikes", "consultation", actor=officer)
    change_settings(
        "bikes", mode="group", department="交通局", plain_summary="", actor=officer
    )  # fmt: skip
    db.session.commit()
    drain()
    assert found("非机动车") == ["/policies/bikes"]
    facets = ask("停放").facets
    assert facets["phase"] == {"consultation": 1}
    assert facets["department"] == {"交通局": 1}


@pytest.mark.usefixtures("_policies")
def test_facets_narrow_and_count_what_each_would_leave() -> None:
    everything = ask("第一条")
    assert everything.total == 2
    assert everything.facets["language"] == {"zh-Hans": 1, "zh-Hant": 1}
    assert found("第一条", language="zh-Hant") == ["/policies/fees#c-c2"]
    assert ask("第一条", language="zh-Hant").facets["language"] == {"zh-Hans": 1, "zh-Hant": 1}
    assert found("first draft", **{"in": "policy"}) == []
    assert found("first draft", **{"in": "revision"}) == ["/policies/parking/revisions/1"]


@pytest.mark.usefixtures("_policies")
def test_a_slip_in_an_english_word_is_put_right() -> None:
    assert ask("genrator").corrected == "generator"
    assert ask("generator").corrected is None


def test_a_page_holds_ten_and_the_next_the_rest() -> None:
    for number in range(13):
        make_policy(slug=f"p{number}", summary="")
    drain()
    first, second = found("停放"), found("停放", page="2")
    assert (len(first), len(second)) == (10, 3)
    assert len({*first, *second}) == 13
    assert ask("停放", page="2").total == 13
