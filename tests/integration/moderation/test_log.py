"""The public record: what stands in it, what never does, its filters, pages, figures and feed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from flask import Flask

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.accounts.models import Person
from app.database import committing, db
from app.discussions.models import Comment
from app.discussions.queries import ThreadView
from app.moderation.models import ModerationAction
from app.moderation.queries.figures import count_month
from app.moderation.queries.log import LogKey, key_at, list_actions
from app.moderation.queries.log_rows import LogEntry, LogFilters
from app.moderation.rules import Kind
from app.moderation.services import Decision, Link, act, reverse
from app.moderation.services.reviewing import decide_appeal
from app.moderation.services.undoing import undo
from app.policies.models import Policy
from tests.builders.accounts import make_actor, make_department, make_person, sign_in
from tests.builders.discussions import make_reply, make_thread
from tests.builders.policies import make_policy
from tests.checking_client import CheckingClient
from tests.integration.moderation.decided_matters import (
    RARE,
    REASON,
    appeal_by,
    counted,
    decide,
    decide_case,
    hold,
    removed,
    report,
)

ATOM = "{http://www.w3.org/2005/Atom}"
ROLES = [None, Role.RESIDENT, Role.VOLUNTEER, Role.OFFICER, Role.SUPERVISOR]


@pytest.fixture
def volunteer(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.VOLUNTEER, name="Guardian Wei")


def everything(volunteer: Actor) -> tuple[Policy, ThreadView, Actor]:
    """One entry of each sort: a thread, its comment, a name, a person, a draft, held, removed."""
    policy, author = make_policy(), make_actor(name="Loud Li")
    thread = make_thread(policy, author, body=f"{RARE} words")
    address = make_reply(make_thread(policy), body=f"{RARE} address")
    decide(Kind.COMMENT, thread.first.id, actor=volunteer)
    decide(Kind.THREAD, thread.id, "lock", volunteer)
    decide(Kind.POLICY, policy.id, "slow", volunteer, days=1, minutes=30)
    rude = make_person(name=f"{RARE} name")
    decide(Kind.NAME, rude.id, "hide", volunteer)
    decide(Kind.PERSON, author.person_id, "remind", volunteer)
    decide(Kind.PERSON, author.person_id, "suspend", volunteer, days=3)
    hold(policy, clock.now() + timedelta(hours=20), volunteer)
    removed(address, policy)
    return policy, thread, author


def codes(rows: object) -> list[str]:
    return [row.action for row in rows]  # type: ignore[attr-defined]


def page_of(client: CheckingClient, path: str = "/moderation/log") -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_record_names_roles_and_reasons_and_nobody(
    client: CheckingClient, volunteer: Actor, role: Role | None, language: str
) -> None:
    everything(volunteer)
    if role is not None:
        sign_in(client, make_actor(role, name="A reader"))
    client.set_cookie("lang", language)
    for path in ("/moderation/log", "/moderation/log.atom"):
        page = page_of(client, path)
        assert page.count(REASON) == 6, path
        assert "Holds a home address" in page
        for secret in (RARE, "Guardian Wei", volunteer.public_id, "Loud Li"):
            assert secret not in page, (path, secret)


def test_each_sort_of_entry_says_what_was_done_to_what(
    client: CheckingClient, volunteer: Actor
) -> None:
    policy, thread, _author = everything(volunteer)
    page = page_of(client)
    for words in (
        "Hidden", "Replies stopped", "Comments slowed down", "Reminder", "Suspended",
        "New comments held back", "Removed for good", "The name of a person", "A person",
        "Until <time", "They appear after", "Personal details", "ab" * 32,
        f'href="/threads/{thread.id}#comment-{thread.first.id}"',
        f'href="/policies/{policy.slug}/discussion"',
    ):  # fmt: skip
        assert words in page, words


def test_what_the_site_set_aside_reads_in_the_readers_language(
    client: CheckingClient, volunteer: Actor
) -> None:
    thread = make_thread(make_policy(), body=f"{RARE} street 5")
    report(thread.first, make_actor(), "personal_data")
    assert codes(list_actions(VISITOR)[0]) == ["set_aside"]
    page = page_of(client)
    assert "The site, at a report" in page
    assert "A reader reported personal details." in page
    assert RARE not in page
    client.set_cookie("lang", "zh")
    assert "A reader reported" not in page_of(client)


def test_an_entry_of_a_private_draft_is_for_those_who_see_it(
    client: CheckingClient, volunteer: Actor
) -> None:
    department = make_department()
    officer = make_actor(Role.OFFICER, department_id=department.id)
    inside = make_actor(Role.VOLUNTEER, department_id=department.id)
    resident = make_actor(department_id=department.id)
    policy = make_policy(officer, is_public=False, title="非公开草案")
    thread = make_thread(policy, resident)
    decide(Kind.COMMENT, thread.first.id, actor=inside)
    decide(Kind.THREAD, thread.id, "lock", inside)
    hold(policy, clock.now() + timedelta(hours=20), inside)
    removed(thread.first, policy)
    assert sorted(codes(list_actions(officer)[0])) == ["hide", "hold", "lock", "remove"]
    month = (clock.now() - timedelta(days=3), clock.now() + timedelta(days=3))
    for outsider in (VISITOR, make_actor(), volunteer, make_actor(Role.SUPERVISOR)):
        assert list_actions(outsider) == ([], None)
        assert count_month(outsider, *month).actions == 0
    for path in ("/moderation/log", "/moderation/log.atom"):
        assert "非公开草案" not in page_of(client, path)
    assert client.get(f"/moderation/log?policy={policy.slug}").status_code == 404


def test_names_and_persons_stand_in_the_record_though_they_are_on_no_draft(
    app: Flask, volunteer: Actor
) -> None:
    person = make_actor()
    decide(Kind.PERSON, person.person_id, "remind", volunteer)
    for reader in (VISITOR, person, make_actor(Role.OFFICER)):
        (row,) = list_actions(reader)[0]
        assert (row.action, row.place.slug, row.is_mine) == ("remind", "", reader is person)


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (LogFilters(action="lock"), ["lock"]),
        (LogFilters(action="hold"), ["hold"]),
        (LogFilters(action="remove"), ["remove"]),
        (LogFilters(kind="person"), ["suspend", "remind"]),
        (LogFilters(kind="policy"), ["slow", "hold"]),
        (LogFilters(kind="comment"), ["hide", "remove"]),
        (LogFilters(rule="advertising"), []),
        (LogFilters(rule="personal_data"), ["remove"]),
        (LogFilters(role="supervisor"), ["remove"]),
        (LogFilters(state="reviewed"), []),
        (LogFilters(policy="nothing-there"), []),
    ],
)
def test_the_record_is_narrowed(
    app: Flask, volunteer: Actor, filters: LogFilters, wanted: list[str]
) -> None:
    everything(volunteer)
    assert codes(list_actions(VISITOR, filters)[0]) == wanted


def test_the_record_is_narrowed_to_one_draft_and_one_month(
    client: CheckingClient, volunteer: Actor
) -> None:
    policy, other = make_policy(title="One"), make_policy(title="Other")
    for one in (policy, other):
        decide(Kind.COMMENT, make_thread(one).first.id, actor=volunteer)
    assert page_of(client, f"/moderation/log?policy={policy.slug}").count('class="comment"') == 1
    with clock.frozen(clock.now() + timedelta(days=40)):
        decide(Kind.COMMENT, make_thread(policy).first.id, actor=volunteer)
        assert page_of(client, "/moderation/log?month=2026-03").count('class="comment"') == 2
        page = page_of(client, "/moderation/log?month=2026-04&rule=insult")
        assert page.count('class="comment"') == 1
        assert "month=2026-04" in page


def test_the_month_begins_at_midnight_in_the_city(client: CheckingClient, volunteer: Actor) -> None:
    policy = make_policy()
    with clock.frozen(datetime.fromisoformat("2026-03-31T15:59:00+00:00")):  # 23:59 in Beijing
        decide(Kind.COMMENT, make_thread(policy).first.id, actor=volunteer)
    with clock.frozen(datetime.fromisoformat("2026-03-31T16:01:00+00:00")):
        decide(Kind.COMMENT, make_thread(policy).first.id, actor=volunteer)
        assert 'id="action-1"' in page_of(client, "/moderation/log?month=2026-03")
        assert 'id="action-2"' in page_of(client, "/moderation/log?month=2026-04")


@pytest.mark.parametrize(
    "odd",
    ["action=x", "rule[]=insult", "month=2026-13", "month=x", "page=x", "page=1-2", "page=-1",
     "page=" + "9" * 40, "page=9999999999-9999999999-9999999999", "kind=", "state=hidden", "role=mayor"],
)  # fmt: skip
def test_odd_arguments_never_break_the_record(client: CheckingClient, odd: str) -> None:
    assert client.get(f"/moderation/log?{odd}").status_code == 200
    assert client.get(f"/moderation/log.atom?{odd}").status_code == 200


def test_pages_hold_each_entry_once_across_the_three_tables(app: Flask, volunteer: Actor) -> None:
    policy = make_policy()
    threads = [make_thread(policy) for _number in range(7)]
    for number, thread in enumerate(threads):
        with clock.frozen(clock.now() + timedelta(minutes=number)):
            decide(Kind.COMMENT, thread.first.id, actor=volunteer)
            if number % 2:
                hold(policy, clock.now() + timedelta(hours=1), volunteer)
            if number % 3 == 0:
                removed(thread.first, policy)
    whole, end = list_actions(VISITOR)
    assert end is None
    assert [row.at for row in whole] == sorted((row.at for row in whole), reverse=True)
    assert len({row.anchor for row in whole}) == len(whole) == 13
    found: list[LogEntry] = []
    key: LogKey | None = LogKey()
    while key is not None:
        rows, key = list_actions(VISITOR, key=key, size=2)
        assert 1 <= len(rows) <= 2
        found += rows
    assert [row.anchor for row in found] == [row.anchor for row in whole]


def test_a_link_to_an_action_begins_with_it(client: CheckingClient, volunteer: Actor) -> None:
    policy = make_policy()
    threads = [make_thread(policy) for _number in range(3)]
    for number, thread in enumerate(threads):
        with clock.frozen(clock.now() + timedelta(hours=number)):
            decide(Kind.COMMENT, thread.first.id, actor=volunteer)
            hold(policy, clock.now() + timedelta(days=1), volunteer)
    rows, _end = list_actions(VISITOR, key=key_at(3))
    assert [row.anchor for row in rows] == ["action-2", "hold-2", "action-1", "hold-1"]
    page = page_of(client, "/moderation/log?page=3")
    assert 'id="action-2"' in page
    assert 'id="action-3"' not in page


def test_the_page_costs_as_many_questions_for_fifty_entries_as_for_one(
    client: CheckingClient, volunteer: Actor
) -> None:
    policy = make_policy()
    thread = make_thread(policy)

    def asked(path: str) -> int:
        page_of(client, path)
        with counted() as seen:
            page_of(client, path)
        return len(seen)

    decide(Kind.COMMENT, make_reply(thread).id, actor=volunteer)
    paths = ("/moderation/log", "/moderation/log?rule=insult&state=", "/moderation/log.atom")
    few = [asked(path) for path in paths]
    for _number in range(20):
        reply = make_reply(thread)
        case = report(reply, make_actor())
        done = decide_case(reply, case, "hide", volunteer)
        appeal = appeal_by(actor_of(reply.author_id), done)
        decide_appeal(appeal.id, "upheld", "It is one", actor=make_actor(Role.VOLUNTEER))
        db.session.commit()
    assert [asked(path) for path in paths] == few


def actor_of(person_id: int) -> Actor:
    return db.session.get_one(Person, person_id).actor(clock.now())


def test_a_mistake_is_shown_as_one_and_counts_as_nothing_done(
    client: CheckingClient, volunteer: Actor
) -> None:
    thread = make_thread(make_policy())
    done = decide(Kind.COMMENT, thread.first.id, actor=volunteer)
    undo = Decision("", "insult", "Wrong comment")
    reverse(done.id, undo, actor=volunteer, link=Link(is_mistake=True))
    db.session.commit()
    page = page_of(client)
    assert "A mistake: the same volunteer took it back" in page
    assert "This took back a mistake" in page
    assert len(list_actions(VISITOR, LogFilters(state="mistake"))[0]) == 2
    month = (clock.now() - timedelta(days=1), clock.now() + timedelta(days=1))
    assert count_month(VISITOR, *month).actions == 0


def test_the_figures_count_decisions_reviews_and_the_time_they_took(
    client: CheckingClient, volunteer: Actor
) -> None:
    policy, start = make_policy(), clock.now()
    for hours in (1, 5, 20):
        author = make_actor()
        thread = make_thread(policy, author)
        case = report(thread.first, make_actor())
        with clock.frozen(start + timedelta(hours=hours)):
            done = decide_case(thread.first, case, "hide", volunteer)
            if hours > 1:
                appeal = appeal_by(author, done)
                outcome = "overturned" if hours == 5 else "upheld"
                decide_appeal(appeal.id, outcome, "Seen", actor=make_actor(Role.VOLUNTEER))
                db.session.commit()
    figures = count_month(VISITOR, start, start + timedelta(days=1))
    assert (figures.reviewed, figures.overturned, figures.cases) == (2, 1, 3)
    assert figures.by_rule == {"insult": 4}  # with the one that took the second back
    assert figures.median_time == timedelta(hours=5)
    page = page_of(client)
    assert "5 hours (middle value of 3 reports)" in page
    assert "%" not in page.split("<dl")[1].split("</dl>")[0]


def test_the_feed_is_valid_atom_and_takes_the_same_filters(
    client: CheckingClient, volunteer: Actor
) -> None:
    policy, thread, _author = everything(volunteer)
    answer = client.get("/moderation/log.atom?kind=comment")
    assert answer.mimetype == "application/atom+xml"
    root = ElementTree.fromstring(answer.get_data())
    assert root.tag == f"{ATOM}feed"
    for needed in ("title", "id", "updated", "author"):
        assert len(root.findall(f"{ATOM}{needed}")) == 1, needed
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == "http://localhost/moderation/log.atom?kind=comment"
    assert links["alternate"] == "http://localhost/moderation/log?kind=comment"
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 2
    for entry in entries:
        for needed in ("title", "id", "updated", "link", "summary"):
            assert len(entry.findall(f"{ATOM}{needed}")) == 1, needed
        assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "").tzinfo is not None
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 2
    hidden = entries[0]
    assert hidden.findtext(f"{ATOM}title") == f"Hidden · A comment · {policy.title}"
    assert hidden.findtext(f"{ATOM}summary") == f"Rule: No insults Reason: {REASON}"
    link = hidden.find(f"{ATOM}link")
    assert link is not None
    address = (link.get("href") or "").removeprefix("http://localhost")
    assert 'id="action-1"' in page_of(client, address.split("#")[0])
    assert thread.first.id


def test_the_feed_escapes_and_is_not_sent_twice(client: CheckingClient, volunteer: Actor) -> None:
    policy = make_policy(title="Dogs & <cats>")
    thread = make_thread(policy)
    decide(Kind.COMMENT, thread.first.id, actor=volunteer)
    answer = client.get("/moderation/log.atom")
    root = ElementTree.fromstring(answer.get_data())
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "Hidden · A comment · Dogs & <cats>"
    again = client.get("/moderation/log.atom", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert (
        ElementTree.fromstring(client.get("/moderation/log.atom?kind=name").get_data()) is not None
    )


def test_an_entry_whose_words_wait_links_to_nothing_for_the_public(
    client: CheckingClient, volunteer: Actor
) -> None:
    policy = make_policy()
    thread = make_thread(policy)
    reply = make_reply(thread)
    with committing():
        waiting = clock.now() + timedelta(hours=8)
        db.session.get_one(Comment, reply.id).held_until = waiting
    decide(Kind.COMMENT, reply.id, actor=volunteer)
    assert f"#comment-{reply.id}" not in page_of(client)
    sign_in(client, volunteer)
    assert f"#comment-{reply.id}" in page_of(client)


def test_the_person_it_is_about_finds_the_way_to_a_review(
    client: CheckingClient, volunteer: Actor
) -> None:
    author = make_actor()
    done = decide(Kind.COMMENT, make_thread(make_policy(), author).first.id, actor=volunteer)
    way = f'href="/moderation/log/{done.id}/review"'
    assert way not in page_of(client)
    for person, sees in ((author, True), (make_actor(), False), (volunteer, False)):
        sign_in(client, person)
        assert (way in page_of(client)) is sees
    assert db.session.get_one(ModerationAction, done.id).person_id == author.id


def test_the_choice_of_what_it_was_done_to_names_people_not_their_number(
    client: CheckingClient,
) -> None:
    client.set_cookie("lang", "zh")
    chosen = re.search(r'<option value="person"[^>]*>([^<]*)', page_of(client))
    assert chosen is not None
    assert chosen[1] == "参与者"


def test_the_sites_own_reasons_are_translated_and_a_persons_never(
    client: CheckingClient, volunteer: Actor
) -> None:
    thread = make_thread(make_policy())
    done = decide(Kind.COMMENT, thread.first.id, actor=volunteer)
    undo(done.id, actor=volunteer)
    hide = Decision("hide", "insult", "100 % rude: %(who)s")
    act(Kind.COMMENT, thread.first.id, hide, actor=volunteer)
    db.session.commit()
    for language, is_english in (("en", True), ("zh", False)):
        client.set_cookie("lang", language)
        page = page_of(client)
        assert ("it was a mistake" in page) is is_english
        assert "100 % rude: %(who)s" in page
