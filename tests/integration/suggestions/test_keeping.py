"""Keep words before they are sent: by form, by code, by person, for thirty days."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask, Response
from sqlalchemy import select

from app import clock
from app.access.actor import VISITOR, Actor
from app.accounts.limits import Counted
from app.database import committing, db
from app.errors import NotFound, TooMany
from app.policies.models import Policy
from app.reactions import DUTIES
from app.suggestions.models import KeptWords
from app.suggestions.routes import kept_cookie
from app.suggestions.services.keeping import (
    Kept,
    drop_kept,
    find_kept,
    find_kept_for,
    find_kept_or_sent,
    forget_kept,
    keep_words,
    list_kept,
    mark_sent,
    wanted_of,
)
from app.suggestions.services.sending import Wanted
from app.text.canonical import MAX_TEXT_BYTES, TextRefused
from app.web.transaction import abandon
from tests.builders.accounts import make_actor, make_person, sign_in
from tests.builders.policies import make_policy
from tests.builders.throttles import narrow
from tests.checking_client import CheckingClient
from tests.integration.accounts.test_signing_in import other_browser
from tests.integration.suggestions.visitor_words import REASON, WHO, write

HERE = Actor(origin="here")


@pytest.fixture
def policy(app: Flask) -> Policy:
    return make_policy(mode="reviewed")


def keep(policy: Policy, text: str = "new words", actor: Actor = HERE, **more: object) -> Kept:
    revised = int(str(more.pop("revised", 0)))
    code = str(more.pop("code", ""))
    values = {"base": 1, "text": text, "reason": REASON, "clause": "c3", **more}
    wanted = Wanted(**values)  # type: ignore[arg-type]
    kept = keep_words(policy.slug, wanted, actor=actor, code=code, revised=revised)
    db.session.commit()
    return kept


def text_of(code: str) -> str | None:
    row = find_kept(code)
    return row.text if row else None


def note_sent(token: str, number: int) -> None:
    with committing():
        mark_sent(token, number)


def test_what_is_kept_comes_back_by_its_code_however_it_is_typed(policy: Policy) -> None:
    kept = keep(policy, "第三条改成这样。", kind="objection", token="form-1")
    for typed in (kept.code, kept.code.lower(), kept.code.replace("-", " "), f" {kept.code} "):
        row = find_kept(typed)
        assert row is not None
        wanted = wanted_of(row)
        assert (wanted.text, wanted.reason, wanted.clause) == ("第三条改成这样。", REASON, "c3")
        assert (wanted.kind, wanted.token) == ("objection", "form-1")


def test_the_code_stands_nowhere_in_the_table(policy: Policy) -> None:
    kept = keep(policy)
    row = db.session.scalars(select(KeptWords)).one()
    plain = kept.code.replace("-", "")
    for column in KeptWords.__table__.columns:
        value = getattr(row, column.name)
        assert plain not in str(value)
        assert plain.encode() != value


def test_the_same_form_sent_twice_is_kept_once_under_one_code(policy: Policy) -> None:
    """The answer to the first was lost, so the second knows no code and no count."""
    first = keep(policy, token="form-1")
    second = keep(policy, token="form-1")
    assert (second.code, second.revised, second.is_copy) == (first.code, 1, False)
    assert len(list_kept(HERE, [first.code])) == 1


def test_a_form_goes_on_with_its_words(policy: Policy) -> None:
    first = keep(policy, token="form-1")
    second = keep(policy, "better words", token=first.edit_token, revised=first.revised)
    assert (second.code, second.revised, second.is_copy) == (first.code, 2, False)
    assert text_of(first.code) == "better words"


def test_two_browsers_overwrite_nothing_unseen(policy: Policy) -> None:
    """Both went on from the same keeping; the slower one becomes a copy with a code of its own."""
    first = keep(policy, token="form-1")
    desk = keep(policy, "at the desk", code=first.code, token="form-1", revised=1)
    phone = keep(policy, "on the phone", code=first.code, token="form-1", revised=1)
    assert (desk.is_copy, phone.is_copy) == (False, True)
    assert phone.code != desk.code
    assert phone.edit_token != desk.edit_token
    assert (text_of(desk.code), text_of(phone.code)) == ("at the desk", "on the phone")
    later = keep(policy, "on the phone, later", token=phone.edit_token, revised=phone.revised)
    assert (later.code, later.is_copy) == (phone.code, False)


def test_a_token_of_another_draft_takes_nothing_from_there(policy: Policy) -> None:
    first = keep(policy, token="form-1")
    other = make_policy(slug="other", mode="reviewed")
    second = keep(other, "elsewhere", token="form-1", revised=1)
    assert second.code != first.code
    assert text_of(first.code) == "new words"


def test_words_are_kept_thirty_days_and_not_one_second_more(policy: Policy, noon: datetime) -> None:
    kept = keep(policy)
    with clock.frozen(noon + timedelta(days=30, seconds=-1)):
        forget_kept()
        db.session.commit()
        assert text_of(kept.code) == "new words"
    with clock.frozen(noon + timedelta(days=30)):
        assert text_of(kept.code) is None
        assert list_kept(HERE, [kept.code]) == []
        assert find_kept_for(policy.slug, ("c3", ""), HERE, [kept.code]) is None
        forget_kept()
        db.session.commit()
    assert db.session.scalars(select(KeptWords)).all() == []


def test_a_form_outlives_its_expired_words(policy: Policy, noon: datetime) -> None:
    """The row is there until the worker comes by; its token must not stand in the way."""
    first = keep(policy, token="form-1")
    with clock.frozen(noon + timedelta(days=31)):
        second = keep(policy, "a month later", token="form-1", revised=1)
        assert second.edit_token != first.edit_token
        assert text_of(second.code) == "a month later"


def test_the_worker_forgets_by_itself() -> None:
    assert "suggestions.forget_kept" in {duty.name for duty in DUTIES}


def test_the_place_finds_the_newest_words_of_this_browser(policy: Policy, noon: datetime) -> None:
    codes = []
    for minute, place in enumerate(
        [{"clause": "c3"}, {"clause": "", "after": "c3"}, {"clause": ""}]
    ):
        with clock.frozen(noon + timedelta(minutes=minute)):
            codes.append(keep(policy, f"words {minute}", **place).code)
    for number, place in enumerate([("c3", ""), ("", "c3"), ("", "")]):
        row = find_kept_for(policy.slug, place, HERE, codes)
        assert row is not None
        assert row.text == f"words {number}"
    assert find_kept_for(policy.slug, ("c2", ""), HERE, codes) is None
    assert find_kept_for(policy.slug, ("c3", ""), HERE, []) is None
    assert [row.text for row in list_kept(HERE, codes)] == ["words 2", "words 1", "words 0"]


def test_a_person_finds_their_words_in_every_browser_and_nobody_else_does(policy: Policy) -> None:
    person = make_actor()
    keep(policy, actor=person)
    assert len(list_kept(person, [])) == 1
    for stranger in (VISITOR, HERE, make_actor()):
        assert list_kept(stranger, []) == []
        assert find_kept_for(policy.slug, ("c3", ""), stranger, []) is None


def test_signing_in_makes_the_words_the_persons_at_their_next_keeping(policy: Policy) -> None:
    first = keep(policy, token="form-1")
    person = make_actor()
    keep(policy, "signed in", actor=person, token="form-1", revised=first.revised)
    assert [row.text for row in list_kept(person, [])] == ["signed in"]


def test_sent_words_leave_only_their_mark(policy: Policy) -> None:
    kept = keep(policy, token="form-1")
    note_sent("form-1", 7)
    assert find_kept(kept.code) is None
    row = find_kept_or_sent(kept.code)
    assert row is not None
    assert row.sent_as == 7
    assert "new words" not in row.text
    assert row.reason == ""
    again = keep(policy, token="form-1", revised=1)
    assert (again.code, again.is_copy) == (kept.code, False), "the same form once more"
    other = keep(policy, "something else", token="form-1", revised=1)
    assert other.is_copy
    assert text_of(other.code) == "something else"


def test_dropped_words_are_gone_and_sent_ones_stay_noted(policy: Policy) -> None:
    kept, sent = keep(policy, token="form-1"), keep(policy, "sent", token="form-2")
    note_sent("form-2", 1)
    for code in (kept.code, kept.code, sent.code, "", "nonsense"):
        drop_kept(code)
        db.session.commit()
    assert find_kept_or_sent(kept.code) is None
    assert find_kept_or_sent(sent.code) is not None


def test_what_no_database_takes_is_shown_in_its_place(policy: Policy) -> None:
    kept = keep(policy, "a\x00b\ud800c\r\nd")
    assert text_of(kept.code) == "a\ufffdb\ufffdc\nd"


def test_a_text_of_the_largest_size_is_kept_and_a_larger_one_refused(policy: Policy) -> None:
    kept = keep(policy, "字" * (MAX_TEXT_BYTES // 3))
    assert text_of(kept.code) == "字" * (MAX_TEXT_BYTES // 3)
    with pytest.raises(TextRefused):
        keep(policy, "a" * (MAX_TEXT_BYTES + 1))


@pytest.mark.parametrize(
    "odd",
    [
        {"base": -1},
        {"base": 10**12},
        {"clause": "c" * 200},
        {"kind": "suggestion' OR 1"},
        {"token": "t" * 500},
    ],
)
def test_odd_fields_lose_no_words(policy: Policy, odd: dict[str, object]) -> None:
    assert text_of(keep(policy, **odd).code) == "new words"


def test_nobody_keeps_words_on_a_draft_they_may_not_see(app: Flask) -> None:
    private = make_policy(is_public=False)
    with pytest.raises(NotFound):
        keep(private)


def test_new_rows_are_limited_per_origin_and_per_person(
    policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow(monkeypatch, Counted.KEPT, 3)
    first = [keep(policy, f"words {number}", token=f"form-{number}") for number in range(3)]
    with pytest.raises(TooMany):
        keep(policy, "one more")
    db.session.rollback()
    keep(policy, "going on", token="form-0", revised=first[0].revised)
    keep(policy, "another address", actor=Actor(origin="there"))
    keep(policy, "a person", actor=make_actor())


def test_large_texts_are_limited_more_narrowly(
    policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow(monkeypatch, Counted.KEPT_LARGE, 1)
    keep(policy, "a" * 30_000)
    with pytest.raises(TooMany):
        keep(policy, "b" * 30_000)
    db.session.rollback()
    keep(policy, "a short one")


# The cookie


def test_the_cookie_is_for_the_server_alone_and_lasts_as_long_as_the_words(
    client: CheckingClient, policy: Policy
) -> None:
    write(client, policy)
    cookie = client.get_cookie("kept")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.max_age) == (True, "Lax", 30 * 86400)


def test_the_oldest_code_falls_out_of_the_cookie_and_not_out_of_the_table(
    client: CheckingClient, policy: Policy
) -> None:
    for number in range(6):
        write(client, policy, summary=f"{REASON} {number}")
    page = client.get(WHO).text
    assert page.count(f"{WHO}?kept=") >= 4
    db.session.rollback()
    ids = db.session.scalars(select(KeptWords.id)).all()
    assert len(ids) == 6
    assert "Nothing waits here" in client.get(f"{WHO}?kept={min(ids)}").text
    assert "They are not sent yet." in client.get(f"{WHO}?kept={min(ids) + 1}").text


@pytest.mark.parametrize("change", ["0", "x", ".", ""])
def test_a_cookie_that_was_tampered_with_is_no_cookie(
    app: Flask, policy: Policy, change: str
) -> None:
    kept = keep(policy)
    with app.test_request_context("/"):
        made = kept_cookie.remember(Response(), kept.code).headers["Set-Cookie"]
    value = made.split(";")[0].removeprefix("kept=")
    with app.test_request_context("/", headers={"Cookie": f"kept={value}"}):
        assert kept_cookie.codes() == (kept.code.replace("-", ""),)
    forged = value + change if change else kept.code.replace("-", "") + ".."
    with app.test_request_context("/", headers={"Cookie": f"kept={forged}"}):
        assert kept_cookie.codes() == ()


def test_a_cookie_with_letters_from_anywhere_breaks_nothing(
    client: CheckingClient, policy: Policy
) -> None:
    client.set_cookie("kept", "\u5b57.\u5b57")
    assert "Nothing waits here" in client.get(WHO).text


def test_signing_out_takes_along_what_was_kept_while_signed_in(
    app: Flask, client: CheckingClient, policy: Policy
) -> None:
    person = make_person()
    write(client, policy, "c2", summary="Written before signing in.")
    sign_in(client, person)
    here = f"/policies/{policy.slug}/suggest"
    form = {"base": 1, "clause": "c3", "text": "mine", "summary": "x", "step": "keep"}
    kept = client.post_form(here, form, form=f"{here}?clause=c3")
    assert kept.status_code == 303
    assert "mine" in client.get(f"{here}?clause=c3").text
    client.post_form("/account/sign-out", form="/settings")
    assert ">mine" not in client.get(f"{here}?clause=c3").text.replace("\n", "")
    assert "They are not sent yet." in client.get(WHO).text, "what a visitor wrote stays"
    elsewhere = other_browser(app)
    sign_in(elsewhere, person)
    assert "mine" in elsewhere.get(f"{here}?clause=c3").text


def test_a_refused_keeping_counts(policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused after it was counted is rolled back, but its count is not."""
    narrow(monkeypatch, Counted.KEPT, 1)
    keep_words(policy.slug, Wanted(base=1, text="a", reason=""), actor=HERE)
    abandon()
    with pytest.raises(TooMany):
        keep(policy)
