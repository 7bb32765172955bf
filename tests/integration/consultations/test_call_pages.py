"""The pages of a call: for everybody who scans the poster, and for the officer who asks."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
import segno
from flask import Flask

from app import clock
from app.access.actor import Actor, Role
from app.consultations.qr_code import qr_code
from app.consultations.queries.calls import find_call, list_cards
from app.consultations.rules import Card
from app.database import db
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries import get_policy
from app.policies.services.creating import rename
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.consultations import make_call, make_ready
from tests.builders.policies import TEXT, make_policy, save_text
from tests.checking_client import CheckingClient

DAY = timedelta(days=1)
TWO_CARDS = (Card("第二条", "没人骑的共享自行车，几天该挪走？"), Card("3", "十月起行不行？"))
FORM = {
    "question": "自行车怎么停？请您出主意",
    "closes_at": "2026-04-10T18:00",
    "answer_days": "60",
    "clause_1": "第二条",
    "question_1": "几天该挪走？",
    "address": "南门街道办事处",
}


@pytest.fixture
def owner(app: Flask, noon: object) -> Actor:
    return make_actor(Role.OFFICER, department_id=make_department("市交通局").id)


@pytest.fixture
def policy(owner: Actor) -> Policy:
    return make_policy(owner, title="非机动车停放管理办法", slug="parking", department="市交通局")


def page_of(client: CheckingClient, path: str = "") -> str:
    return client.get(f"/policies/parking/consultation{path}").text


def test_a_visitor_reads_the_question_the_clock_and_the_words(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    make_call(policy, owner, cards=TWO_CARDS)
    page = page_of(client)
    for words in (
        "自行车怎么停？请您出主意</h1>",
        "Closes 11 April 2026, 12:00. 40 days left",
        "没人骑的共享自行车，几天该挪走？",
        "共享自行车连续停放超过三日无人使用的",
        "Whole draft (3 articles)",
        "南门街道办事处",
    ):
        assert words in page
    assert "<form" not in page.replace('<form class="site-search"', "")


def test_the_button_leads_to_the_first_question_or_to_the_one_on_the_poster(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    make_call(policy, owner, cards=TWO_CARDS)
    first, second = (card.clause for card in list_cards(policy.id))

    def button(query: str) -> list[str]:
        return re.findall(r'button-primary" href="([^"]+)"', page_of(client, query))

    assert button("") == [f"/policies/parking/clauses/{first}"]
    assert button(f"?clause={second}") == [f"/policies/parking/clauses/{second}"]
    assert button("?clause=c999") == [f"/policies/parking/clauses/{first}"]


def test_the_kept_page_counts_the_days_and_closes_at_its_second(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    make_call(policy, owner)
    opened_at = clock.now()
    said = {
        39: "Closes 11 April 2026, 12:00. 1 day left",
        40 - 1 / 86400: "Closes today, 11 April 2026, 12:00",
        40: "Comments closed on 11 April 2026, 12:00.",
    }
    page_of(client)
    for days, words in said.items():
        with clock.frozen(opened_at + timedelta(days=days)):
            assert words in page_of(client)
    with clock.frozen(opened_at + 40 * DAY):
        page = page_of(client)
        assert "By 10 June 2026, " in page
        assert "button-primary" not in page


def test_a_short_call_says_why(client: CheckingClient, policy: Policy, owner: Actor) -> None:
    make_call(policy, owner, closes_at=clock.now() + DAY, short_reason="汛期将至。")
    assert "汛期将至。" in page_of(client)


def test_without_a_call_the_page_says_so(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    for path in ("", "/poster"):
        answer = client.get(f"/policies/parking/consultation{path}")
        assert answer.status_code == 200
        assert "No comments are being asked for" in answer.text


def test_a_private_draft_has_no_call_pages_for_others(client: CheckingClient, owner: Actor) -> None:
    make_policy(owner, slug="secret", is_public=False)
    for path in ("", "/poster", "/code.svg"):
        assert client.get(f"/policies/secret/consultation{path}").status_code == 404


def test_a_former_address_leads_to_the_call(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    make_call(policy, owner)
    rename("parking", title="新办法", new_slug="bicycles", actor=owner)
    db.session.commit()
    answer = client.get("/policies/parking/consultation?clause=c3&slug=x&_external=1")
    assert answer.status_code == 301
    assert answer.location == "/policies/bicycles/consultation?clause=c3"
    assert client.get("/policies/parking/consultation/poster").status_code == 301


def test_the_poster_has_a_code_for_the_call_and_for_each_question(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    make_call(policy, owner, cards=TWO_CARDS)
    page = page_of(client, "/poster")
    codes = re.findall(r'src="(/policies/[^"]+code\.svg[^"]*)"', page)
    first, second = (card.clause for card in list_cards(policy.id))
    base = "/policies/parking/consultation/code.svg"
    assert codes == [base, f"{base}?clause={first}", f"{base}?clause={second}"]
    assert "http://localhost/policies/parking/consultation" in page
    assert page.count("<hr>") == 12
    assert "为了规范停放，制定本办法" not in page
    assert "为了规范停放，制定本办法" in page_of(client, "/poster?whole=1")


def test_a_code_is_a_picture_of_the_whole_address(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    answer = client.get("/policies/parking/consultation/code.svg?clause=c2")
    assert answer.mimetype == "image/svg+xml"
    wanted = "http://localhost/policies/parking/consultation?clause=c2"
    assert answer.data == qr_code(wanted)
    assert client.get("/policies/parking/consultation/code.svg?clause=c99").status_code == 404


def test_a_picture_draws_every_module_of_its_code() -> None:
    address = "https://wiki.example.org/policies/parking/consultation"
    picture = ElementTree.fromstring(qr_code(address))
    modules = segno.make(address, error="q", micro=False, boost_error=False)
    side = modules.symbol_size(border=4)[0]
    assert picture.get("viewBox") == f"0 0 {side} {side}"
    stroke = next(path for path in picture.iter() if path.get("stroke"))
    drawn = sum(int(length) for length in re.findall(r"h(\d+)", stroke.get("d") or ""))
    assert drawn == sum(sum(row) for row in modules.matrix)


def test_an_officer_asks_checks_and_opens_alone_with_a_reason(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    make_ready(policy, owner)
    sign_in(client, owner)
    path = "/policies/parking/consultation/edit"
    page = client.get(path).text
    assert 'value="2026-04-02T18:00"' in page
    assert 'value="2026-03-03T09:00"' in page  # it opens tomorrow
    check = client.post_form(path, FORM)
    assert check.status_code == 200
    assert "Open at that time" in check.text
    assert "39 days left" in check.text
    assert get_policy("parking", owner).phase_now == Phase.DRAFTING

    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', check.text))
    back = client.post_form(path, hidden | {"step": "back"})
    assert "没人" not in back.text
    assert 'value="几天该挪走？"' in back.text

    for step in ("open", "ask"):
        refused = client.post_form(path, hidden | {"step": step})
        assert refused.status_code == 422
        assert "no second officer" in refused.text
        assert find_call(policy.id) is None
    opened = client.post_form(path, hidden | {"step": "open", "alone_reason": "局里只有一人。"})
    assert opened.status_code == 303
    assert "局里只有一人。" in client.get(opened.location).text
    opens_at = clock.now() + timedelta(hours=21)
    assert get_policy("parking", owner).phase_now == Phase.DRAFTING
    with clock.frozen(opens_at):
        assert get_policy("parking", owner).phase_now == Phase.CONSULTATION
        assert "南门街道办事处" in page_of(client)
    call = find_call(policy.id)
    assert call is not None
    assert (call.address, call.opened_at) == ("南门街道办事处", opens_at)


def test_a_second_officer_sees_everything_and_opens(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    make_ready(policy, owner)
    second = make_actor(Role.OFFICER, department_id=owner.department_id)
    sign_in(client, owner)
    path = "/policies/parking/consultation/edit"
    check = client.post_form(path, FORM)
    assert "Send for approval" in check.text
    assert "alone_reason" not in check.text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', check.text))
    sent = client.post_form(path, hidden | {"step": "ask"})
    assert sent.status_code == 303
    own = client.get(sent.location).text
    assert 'value="agree"' not in own
    assert 'value="call_off"' in own
    assert "Sent for approval by" in client.get(path).text
    assert client.post_form(path, hidden | {"step": "ask"}).status_code == 409

    sign_in(client, second)
    assert "Waiting for your approval" in client.get("/").text
    page = client.get(sent.location).text
    assert "自行车怎么停？请您出主意" in page
    assert "几天该挪走？" in page
    assert client.post_form(sent.location, {"step": "agree"}).status_code == 303
    assert "Comments open at" in client.get(sent.location).text
    assert "Waiting for your approval" not in client.get("/").text
    assert "Print for signature" in client.get(sent.location).text
    assert "Second officer, date" in client.get(f"{sent.location}?print=1").text
    with clock.frozen(clock.now() + timedelta(hours=21)):
        assert "自行车怎么停？请您出主意</h1>" in page_of(client)


def test_an_open_call_is_changed_on_the_same_form(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    make_call(policy, owner)
    sign_in(client, owner)
    path = "/policies/parking/consultation/edit"
    page = client.get(path).text
    assert 'value="2026-04-11T12:00"' in page
    assert 'value="第二条"' in page
    later = FORM | {"closes_at": "2026-04-20T18:00", "how_else": "周三上午来访", "step": "save"}
    assert client.post_form(path, later).status_code == 303
    assert "周三上午来访" in page_of(client)
    refused = client.post_form(path, FORM | {"step": "save"})
    assert refused.status_code == 422
    assert "not brought forward" in refused.text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"question": ""}, "Please put the question to residents."),
        ({"closes_at": ""}, "Please choose a date and time."),
        ({"closes_at": "tomorrow"}, "Please choose a date and time."),
        ({"closes_at": "0001-01-01T00:00"}, "still to come"),
        ({"closes_at": "9999-12-31T23:59"}, "within one year"),
        ({"closes_at": "2026-03-12T18:00"}, "Please say why"),
        ({"answer_days": "soon"}, "Please write a number."),
        ({"answer_days": "1000"}, "1 to 365 days"),
        ({"clause_1": "第九条"}, "“第九条”"),
        ({"clause_1": "", "question_1": ""}, "at least one article"),
        ({"clause_2": "3"}, "Please put a question about it."),
        ({"question": "a\u202eb"}, "hidden character"),
        ({"meetings": "x" * 2001}, "2000"),
    ],
)
@pytest.mark.parametrize("step", ["check", "open"])
def test_a_wrong_call_comes_back_with_its_words(
    client: CheckingClient,
    policy: Policy,
    owner: Actor,
    wrong: dict[str, str],
    words: str,
    step: str,
) -> None:
    sign_in(client, owner)
    answer = client.post_form("/policies/parking/consultation/edit", FORM | wrong | {"step": step})
    assert answer.status_code == 422
    assert words in answer.text
    assert "南门街道办事处" in answer.text
    assert find_call(policy.id) is None


def test_cards_move_up_so_that_a_refusal_stands_beside_its_own(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    sign_in(client, owner)
    gap = FORM | {"clause_1": "", "question_1": "", "clause_4": "第九条", "question_4": "几条？"}
    page = client.post_form("/policies/parking/consultation/edit", gap).text
    assert re.search(r'id="clause_1-error".{0,200}第九条', page, re.DOTALL)
    assert 'id="clause_4-error"' not in page


def test_a_stale_form_loses_nothing(client: CheckingClient, policy: Policy, owner: Actor) -> None:
    sign_in(client, owner)
    answer = client.post("/policies/parking/consultation/edit", data=FORM | {"step": "open"})
    assert answer.status_code == 400
    assert "几天该挪走？" in answer.text
    assert find_call(policy.id) is None


def test_others_do_not_see_the_form(client: CheckingClient, policy: Policy, owner: Actor) -> None:
    path = "/policies/parking/consultation/edit"
    assert client.get(path).status_code == 303
    sign_in(client, make_actor(Role.OFFICER))
    assert client.get(path).status_code == 403


def test_the_settings_lead_to_the_form_and_close_nothing_early(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    sign_in(client, owner)
    settings = "/policies/parking/settings"
    answer = client.post_form("/policies/parking/phase", {"phase": "consultation"}, form=settings)
    assert answer.location == "/policies/parking/consultation/edit"
    assert get_policy("parking", owner).phase_now == Phase.DRAFTING
    make_call(policy, owner)
    answer = client.post_form("/policies/parking/phase", {"phase": "response"}, form=settings)
    assert answer.status_code == 422
    assert "until their closing time" in answer.text


def test_a_page_that_has_not_changed_is_not_sent_again(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    make_call(policy, owner)
    client.strict = False
    first = client.get("/policies/parking/consultation")
    again = client.get(
        "/policies/parking/consultation", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
    assert len(first.data) < 100_000


def test_what_changed_meanwhile_is_said_to_the_second_officer(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    make_ready(policy, owner)
    second = make_actor(Role.OFFICER, department_id=owner.department_id)
    sign_in(client, owner)
    sent = client.post_form(
        "/policies/parking/consultation/edit", FORM | {"step": "ask", "at": "2026-03-03T09:00"}
    )
    save_text("parking", TEXT.replace("三日", "两日"), actor=owner, base=1)
    sign_in(client, second)
    refused = client.post_form(sent.location, {"step": "agree"})
    assert refused.status_code == 409
    assert "version 1 was checked, version 2 is there now" in refused.text
    assert find_call(policy.id) is None
    assert client.post_form(sent.location, {"step": "send_back"}).status_code == 422
    back = {"step": "send_back", "note": "请按第2版重新送审。"}
    assert client.post_form(sent.location, back).status_code == 303
    sign_in(client, owner)
    assert "请按第2版重新送审。" in client.get(sent.location).text
    assert "Sent back on" in client.get("/policies/parking/acts").text


def test_others_do_not_see_what_was_sent_for_approval(
    client: CheckingClient, policy: Policy, owner: Actor
) -> None:
    make_ready(policy, owner)
    make_actor(Role.OFFICER, department_id=owner.department_id)
    sign_in(client, owner)
    sent = client.post_form("/policies/parking/consultation/edit", FORM | {"step": "ask"})
    stranger = make_actor(Role.OFFICER)
    for person in (make_actor(), make_actor(Role.VOLUNTEER), stranger):
        sign_in(client, person)
        for path in (sent.location, "/policies/parking/acts"):
            assert client.get(path).status_code == 403
    assert client.get("/policies/parking/acts/999").status_code == 403
    sign_in(client, owner)
    assert client.get("/policies/parking/acts/999").status_code == 404
