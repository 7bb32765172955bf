"""What people say: filters, order, folding, paging, and what a page costs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from time import process_time

import pytest
from flask import Flask
from sqlalchemy import event, insert, update

from app import clock
from app.access.actor import VISITOR, Actor, Confirmation, Role
from app.database import committing, db
from app.policies.models import Policy
from app.policies.services.creating import rename
from app.suggestions.models import Contribution
from app.suggestions.queries.listing import (
    FOLDED,
    PAGE_SIZE,
    Entry,
    Filters,
    PageKey,
    count_all,
    count_by_clause,
    list_entries,
)
from app.suggestions.rules import State
from app.suggestions.services.replying import reply
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import TEXT, make_policy
from tests.builders.suggestions import hide_suggestion, make_contribution, make_suggestion
from tests.checking_client import CheckingClient

CLAUSE = "c3"
WORDS = "第二条 共享自行车连续停放超过三日无人使用的，运营企业应当在二十四小时内移走。"


def reviewed(**more: object) -> Policy:
    return make_policy(mode="reviewed", **more)


def reworded(policy: Policy, old: str, new: str, **more: object) -> Contribution:
    return make_suggestion(policy, CLAUSE, WORDS.replace(old, new), **more)


def group(members: Sequence[Contribution]) -> None:
    """What the worker finds out by itself: that these say much the same."""
    ids = [one.id for one in members]
    with committing():
        rows = update(Contribution).where(Contribution.id.in_(ids))
        db.session.execute(rows.values(group_id=ids[0]))


def listed(policy: Policy, actor: Actor = VISITOR, **filters: object) -> list[Entry]:
    return list_entries(policy, actor, Filters(**filters))[0]  # type: ignore[arg-type]


def numbers(entries: Sequence[Entry]) -> list[int]:
    return [entry.shown.number for entry in entries]


def all_pages(policy: Policy, filters: Filters, size: int) -> list[list[int]]:
    pages: list[list[int]] = []
    key: PageKey | None = None
    while True:
        entries, key = list_entries(policy, VISITOR, filters, before=key, size=size)
        pages.append(numbers(entries))
        if key is None:
            return pages


def page(client: CheckingClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_the_newest_stand_first_and_each_kind_can_be_had_alone(app: Flask) -> None:
    policy = reviewed()
    reworded(policy, "三日", "两日")
    for kind in ("comment", "question", "objection"):
        make_contribution(policy, clause=CLAUSE, kind=kind)
    assert numbers(listed(policy)) == [4, 3, 2, 1]
    kinds = ("suggestion", "comment", "question", "objection")
    assert [numbers(listed(policy, kind=kind)) for kind in kinds] == [[1], [2], [3], [4]]
    counts = count_all(policy, VISITOR, Filters(kind="question"))
    assert (counts.all, dict(counts.by_kind)) == (4, dict.fromkeys(kinds, 1))


def test_an_article_has_what_is_about_it_behind_it_or_changes_it(app: Flask) -> None:
    policy = reviewed()
    make_contribution(policy)  # the whole draft
    make_contribution(policy, clause="c4")
    behind = make_contribution(policy, after=CLAUSE, text="第二条之一 企业应当公布电话。")
    whole = make_contribution(policy, text=TEXT.replace("三日", "两日"))
    other = make_contribution(policy, text=TEXT.replace("10月", "11月"))
    assert numbers(listed(policy, clause=CLAUSE)) == [whole.number, behind.number]
    assert numbers(listed(policy, clause="c4")) == [other.number, 2]
    assert count_all(policy, VISITOR, Filters(clause=CLAUSE)).all == 2
    assert count_by_clause(policy.id, None) == {CLAUSE: 2, "c4": 2}


def test_counts_leave_out_what_is_hidden_taken_back_waiting_or_too_old(app: Flask) -> None:
    policy = reviewed()
    hide_suggestion(reworded(policy, "三日", "两日"))
    waiting = make_actor(confirmation=Confirmation.NONE)
    reworded(policy, "三日", "四日", actor=waiting)
    gone = reworded(policy, "三日", "五日")
    with committing():
        db.session.get_one(Contribution, gone.id).state = State.WITHDRAWN
    assert count_by_clause(policy.id, None) == {}
    assert count_all(policy, VISITOR, Filters()).all == 0
    reworded(policy, "三日", "六日")
    assert count_by_clause(policy.id, None) == {CLAUSE: 1}
    assert count_by_clause(policy.id, clock.now()) == {}


def test_a_page_ends_where_the_next_begins(app: Flask) -> None:
    policy = reviewed()
    for _ in range(7):
        make_contribution(policy)
    assert all_pages(policy, Filters(), 3) == [[7, 6, 5], [4, 3, 2], [1]]


def test_what_is_much_the_same_stands_in_one_place(app: Flask) -> None:
    policy = reviewed()
    same = [reworded(policy, "三日", "两日", reason=f"Reason {n}") for n in range(12)]
    alone = reworded(policy, "三日", "四日")
    group(same)
    entries = listed(policy)
    assert numbers(entries) == [alone.number, 12]
    assert [entry.same for entry in entries] == [1, 12]
    assert [view.number for view in entries[1].others] == [11, 10]
    assert numbers(listed(policy, group=5)) == list(range(12, 0, -1))
    assert count_all(policy, VISITOR, Filters(group=5)).all == 12


def test_one_person_who_sends_the_same_twice_is_one_person(app: Flask) -> None:
    policy, person = reviewed(), make_actor()
    same = [
        reworded(policy, "三日", "两日", actor=actor, reason=why)
        for actor, why in ((person, "One"), (person, "Two"), (make_actor(), "Three"))
    ]
    group(same[:2])
    assert [(entry.same, entry.people) for entry in listed(policy)] == [(1, 1), (2, 1)]
    group(same)
    assert [(entry.same, entry.people) for entry in listed(policy)] == [(3, 2)]


def test_the_largest_groups_can_stand_first_page_after_page(app: Flask) -> None:
    policy = reviewed()
    made = [reworded(policy, "三日", f"{n}日") for n in range(9)]
    group(made[0:2])  # 1 2
    group(made[3:6])  # 4 5 6
    order = [[6, 2], [9, 8], [7, 3]]
    assert all_pages(policy, Filters(sort="similar"), 2) == order
    assert all_pages(policy, Filters(sort="similar", clause=CLAUSE), 2) == order


def test_the_pages_of_an_article_go_on_from_suggestions_to_the_rest(app: Flask) -> None:
    policy = reviewed()
    made = [reworded(policy, "三日", f"{n}日") for n in range(4)]  # 1 2 3 4
    said = [make_contribution(policy, clause=CLAUSE) for _ in range(4)]  # 5 6 7 8
    group(made[:2])
    group(said[1:4])
    assert all_pages(policy, Filters(clause=CLAUSE), 2) == [[4, 3], [2, 8], [5]]
    assert all_pages(policy, Filters(clause=CLAUSE, sort="similar"), 2) == [[2, 4], [3, 8], [5]]
    assert all_pages(policy, Filters(sort="similar"), 3) == [[8, 2, 5], [4, 3]]


def test_a_group_made_by_hand_stands_where_its_newest_stands(app: Flask) -> None:
    policy = reviewed()
    here = reworded(policy, "三日", "两日")
    elsewhere = make_contribution(policy, clause="c4")
    group([here, elsewhere])
    reworded(policy, "三日", "五日")
    assert [(e.shown.number, e.same) for e in listed(policy)] == [(3, 1), (2, 2)]
    assert [(e.shown.number, e.same) for e in listed(policy, clause=CLAUSE)] == [(3, 1), (1, 1)]
    assert [(e.shown.number, e.same) for e in listed(policy, clause="c4")] == [(2, 1)]


def test_a_hidden_one_leaves_its_group_and_stands_as_its_marker(app: Flask) -> None:
    policy = reviewed()
    same = [reworded(policy, "三日", "两日") for _ in range(3)]
    group(same)
    hide_suggestion(same[0])
    entries = listed(policy)
    assert [(entry.shown.number, entry.same) for entry in entries] == [(3, 2), (1, 1)]
    assert entries[1].shown.marker is not None
    assert numbers(listed(policy, group=2)) == [3, 2]


def test_changes_of_the_same_words_name_each_other(app: Flask) -> None:
    policy = reviewed()
    for old, new in (("三日", "两日"), ("三日", "五日"), ("二十四", "十二")):
        reworded(policy, old, new)
    make_suggestion(policy, CLAUSE, "")
    rivals = {entry.shown.number: entry.rivals for entry in listed(policy, clause=CLAUSE)}
    assert rivals == {1: (2, 4), 2: (1, 4), 3: (4,), 4: (1, 2, 3)}


def test_replies_are_counted_for_whoever_can_read_them(app: Flask) -> None:
    policy, unknown = reviewed(), make_actor(confirmation=Confirmation.NONE)
    reworded(policy, "三日", "两日")
    make_contribution(policy)
    for number in (1, 2):
        reply(policy.slug, number, "I see it too.", actor=make_actor())
        reply(policy.slug, number, "Not yet confirmed.", actor=unknown)
        db.session.commit()
    assert listed(policy)[0].replies == {1: 1, 2: 1}
    assert listed(policy, unknown)[0].replies == {1: 2, 2: 2}


def test_the_page_of_an_article_shows_its_words_then_suggestions_then_the_rest(
    client: CheckingClient,
) -> None:
    policy = reviewed()
    reworded(policy, "三日", "两日")
    make_contribution(policy, clause=CLAUSE, kind="question")
    shown = page(client, f"/policies/{policy.slug}/suggestions?clause={CLAUSE}")
    places = [
        shown.index(part)
        for part in (
            "What people say about 第二条 (2)",
            "The article now",
            "Suggested changes",
            'id="no-1"',
            "Comments, questions and objections",
            'id="no-2"',
        )
    ]
    assert places == sorted(places)
    assert "<ins>两</ins>" in shown
    assert "<del>三</del>" in shown


def test_filters_lead_to_the_same_list_narrowed(client: CheckingClient) -> None:
    policy = reviewed()
    reworded(policy, "三日", "两日")
    make_contribution(policy)
    path = f"/policies/{policy.slug}/suggestions"
    shown = page(client, path)
    assert "Suggestions 1" in shown
    assert "Objections" not in shown
    assert "no-2" not in page(client, f"{path}?kind=suggestion")
    assert "No comment so far." in page(client, f"{path}?kind=question")


def test_only_officers_of_the_draft_are_offered_what_waits_for_an_answer(
    client: CheckingClient,
) -> None:
    owner = make_actor(Role.OFFICER)
    policy = reviewed(owner=owner)
    first = reworded(policy, "三日", "两日")
    reworded(policy, "三日", "五日")
    with committing():
        db.session.get_one(Contribution, first.id).state = State.ANSWERED
    path = f"/policies/{policy.slug}/suggestions"
    words = "Only those without an answer (1)"
    assert words not in page(client, path)
    sign_in(client, owner)
    assert words in page(client, path)
    waiting = page(client, f"{path}?state=open")
    assert "no-2" in waiting
    assert 'id="no-1"' not in waiting


def test_a_group_is_folded_and_leads_to_all_of_it(client: CheckingClient) -> None:
    policy = reviewed()
    group([reworded(policy, "三日", "两日", reason=f"Reason {n}") for n in range(6)])
    shown = page(client, f"/policies/{policy.slug}/suggestions")
    assert "6 people sent much the same text" in shown
    assert re.findall(r'id="no-(\d+)"', shown) == ["6", "5", "4"]
    link = re.search(r'href="([^"]*group=6)"', shown)
    assert link is not None
    assert len(re.findall(r'id="no-\d+"', page(client, link[1]))) == 6


def test_two_pages_are_linked_both_ways(client: CheckingClient) -> None:
    policy = reviewed()
    for _ in range(PAGE_SIZE + 1):
        make_contribution(policy)
    path = f"/policies/{policy.slug}/suggestions"
    first = page(client, path)
    assert f"{path}?page=2" in first
    second = page(client, f"{path}?page=2")
    assert re.findall(r'id="no-(\d+)"', second) == ["1"]
    assert f'href="{path}"' in second


@pytest.mark.parametrize(
    "asked",
    [
        "page=-1", "page=1-2-3", "page=9999999999999999999", "page=%F0%9F%98%80", "kind=nothing",
        "kind=SUGGESTION", "sort=body", "sort=similar&page=3", "state=closed", "group=x",
        "page[]=1",
    ],
)  # fmt: skip
def test_what_nobody_can_ask_for_is_as_if_not_asked(client: CheckingClient, asked: str) -> None:
    policy = reviewed()
    make_contribution(policy)
    shown = page(client, f"/policies/{policy.slug}/suggestions?{asked}")
    assert re.findall(r'id="no-(\d+)"', shown) == ["1"]


@pytest.mark.parametrize("asked", ["page=0", "group=0", "sort=similar&page=1-1"])
def test_behind_the_last_one_stands_none(client: CheckingClient, asked: str) -> None:
    policy = reviewed()
    make_contribution(policy)
    shown = page(client, f"/policies/{policy.slug}/suggestions?{asked}")
    assert "What people say" in shown
    assert re.findall(r'id="no-(\d+)"', shown) == []


@pytest.mark.parametrize("clause", ["c99", "c", "%00", "c3%27--", "nonsense"])
def test_an_article_that_never_was_is_not_found(client: CheckingClient, clause: str) -> None:
    policy = reviewed()
    assert client.get(f"/policies/{policy.slug}/suggestions?clause={clause}").status_code == 404


def test_a_former_address_leads_to_the_present_one(client: CheckingClient) -> None:
    owner = make_actor(Role.OFFICER)
    policy = reviewed(owner=owner, slug="old-name")
    rename("old-name", title=policy.title, new_slug="new-name", actor=owner)
    db.session.commit()
    answer = client.get(f"/policies/old-name/suggestions?clause={CLAUSE}")
    assert answer.status_code == 301
    assert answer.location == f"/policies/new-name/suggestions?clause={CLAUSE}"


def test_a_kept_page_is_made_anew_when_something_is_said(client: CheckingClient) -> None:
    policy = reviewed()
    path = f"/policies/{policy.slug}/suggestions"
    assert "No comment so far." in page(client, path)
    make_contribution(policy, reason="The first word")
    assert "The first word" in page(client, path)


def test_a_browser_that_sent_something_unconfirmed_sees_it_and_others_do_not(
    app: Flask, client: CheckingClient
) -> None:
    policy = reviewed()
    one = reworded(policy, "三日", "两日", actor=make_actor(confirmation=Confirmation.NONE))
    path = f"/policies/{policy.slug}/suggestions"
    other = app.test_client()
    assert 'id="no-1"' not in page(client, path)
    with client.session_transaction() as session:
        session["receipts"] = [one.id]
    assert 'id="no-1"' in page(client, path)
    assert "Others see this once you have confirmed" in page(client, path)
    assert 'id="no-1"' not in other.get(path).get_data(as_text=True)


def count_selects(client: CheckingClient, path: str) -> int:
    statements: list[str] = []

    def listen(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        page(client, path)
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    return sum(statement.lstrip().startswith("SELECT") for statement in statements)


def test_a_page_takes_ten_selects_however_long_the_list(client: CheckingClient) -> None:
    small, large = reviewed(title="Small"), reviewed(title="Large")
    for policy, times in ((small, 1), (large, 8)):
        group([reworded(policy, "三日", f"{n}日") for n in range(times)])
        for _ in range(times):
            make_contribution(policy, clause=CLAUSE)
            reply(policy.slug, 1, "I see it too.", actor=make_actor())
            db.session.commit()
        path = f"/policies/{policy.slug}/suggestions?clause={CLAUSE}"
        assert count_selects(client, path) == 10  # the tenth asks whether new words are held


def test_thousands_that_nobody_may_read_yet_keep_no_reader_waiting(app: Flask) -> None:
    """Whoever sends them from accounts that confirm nothing must not make the article's page slow."""
    policy = reviewed()
    author = make_actor(confirmation=Confirmation.NONE)
    sent = {
        "policy_id": policy.id, "kind": "suggestion", "clause": CLAUSE, "base": 1,
        "author_id": author.id, "author_role": author.role, "reason": "", "salt": b"s" * 16,
        "begun_at": clock.now(), "sent_at": clock.now(),
    }  # fmt: skip
    with committing():
        db.session.execute(insert(Contribution), [sent | {"number": n} for n in range(1, 6001)])
    began = process_time()
    assert listed(policy, clause=CLAUSE) == []
    assert process_time() - began < 0.8  # 0.05 where nothing else runs


def test_a_page_of_long_suggestions_stays_below_100_kilobytes(client: CheckingClient) -> None:
    policy = reviewed()
    article = "企业应当公布电话。" * 100
    for number in range(PAGE_SIZE):
        long = TEXT.replace("第三条", f"第二条之{number} {article}\n\n第三条")
        changed = long.replace("三日", "两日").replace("规范", article)
        same = [
            make_contribution(policy, text=changed, reason="因为没有人接电话。" * 100)
            for _ in range(1 + FOLDED)
        ]
        group(same)
    for reader in (None, make_actor()):
        if reader is not None:
            sign_in(client, reader)
        answer = client.get(f"/policies/{policy.slug}/suggestions?clause={CLAUSE}")
        assert re.findall(r'id="no-(\d+)"', answer.get_data(as_text=True))[-1] == "1"
        assert len(answer.get_data()) <= 100_000
