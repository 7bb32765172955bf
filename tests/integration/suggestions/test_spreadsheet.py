"""The answers as a spreadsheet: out, filled in elsewhere, and back in as drafts after a look."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from app.access.actor import Actor, Role
from app.accounts.services import setup
from app.database import committing, db
from app.errors import Conflict
from app.policies.models import Policy
from app.suggestions.models import AnswerDraft, Contribution
from app.suggestions.rules import Outcome
from app.suggestions.services.answering import NewAnswer
from app.suggestions.services.drafting_answers import save_draft
from app.suggestions.services.uploading_answers import look_over, store_all
from app.suggestions.spreadsheet import SheetRow
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.consultations import make_call
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_contribution
from tests.checking_client import CheckingClient

DESK = "/policies/bikes/answers/work"
TABLE, UPLOAD = f"{DESK}.xlsx", DESK.replace("/work", "/upload")
REASON = "The kerb is lowered there in spring."
WORDS = "=HYPERLINK(1) is too long for wheelchairs."
Sheet = Any


@pytest.fixture
def office(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.OFFICER, department_id=make_department().id)


@pytest.fixture
def policy(office: Actor) -> Policy:
    """Open for comment, with three comments, the second begins like a formula."""
    policy = make_call(make_policy(office, title="Bikes", slug="bikes"), office)
    with committing():
        db.session.get_one(Policy, policy.id).department_id = office.department_id
    for words in ("Three days are long.", WORDS, "Where are the new racks?"):
        make_contribution(policy, reason=words)
    return policy


def table(client: CheckingClient, office: Actor) -> Sheet:
    sign_in(client, office)
    answer = client.get(TABLE)
    book = load_workbook(io.BytesIO(answer.data))
    answer.close()
    return book


def column(sheet: Sheet, code: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == code)


def fill(sheet: Sheet, wanted: int, **values: object) -> None:
    for row in sheet.iter_rows(min_row=3):
        if row[column(sheet, "number") - 1].value == wanted:
            for code, value in values.items():
                row[column(sheet, code) - 1].value = value


def content_of(book: Sheet) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload(client: CheckingClient, content: bytes) -> Any:
    page = client.get(UPLOAD).text
    return client.post(
        UPLOAD,
        data={
            "csrf_token": token(page),
            "step": "preview",
            "file": (io.BytesIO(content), "a.xlsx"),
        },
        content_type="multipart/form-data",
    )


def token(page: str, name: str = "csrf_token") -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None
    return found[1]


def save(client: CheckingClient, page: str) -> Any:
    data = {"csrf_token": token(page), "kept": token(page, "kept"), "step": "save"}
    return client.post(UPLOAD, data=data)


def drafts() -> dict[int, tuple[str, str]]:
    db.session.rollback()
    query = select(Contribution.number, AnswerDraft).join(
        AnswerDraft, AnswerDraft.contribution_id == Contribution.id
    )
    return {number: (row.outcome, row.reason) for number, row in db.session.execute(query)}


def test_the_table_holds_each_comment_as_words_and_never_as_a_formula(
    client: CheckingClient, policy: Policy, office: Actor
) -> None:
    sheet = table(client, office).active
    rows = list(sheet.iter_rows(min_row=3))
    place = column(sheet, "words") - 1
    assert [row[0].value for row in rows] == [1, 2, 3]
    assert [row[place].value for row in rows][1] == f"'{WORDS}"
    assert {cell.data_type for row in rows for cell in row} <= {"s", "inlineStr", "n"}
    assert sheet.row_dimensions[1].hidden
    assert sheet[2][0].value == "Number"
    assert "Not adopted" in sheet.data_validations.dataValidation[0].formula1


def test_answers_written_in_the_table_become_drafts_after_a_look(
    client: CheckingClient, policy: Policy, office: Actor
) -> None:
    book = table(client, office)
    fill(book.active, 1, outcome="Not adopted", reason=REASON)
    fill(book.active, 3, outcome="已解释说明", reason=REASON)
    looked = upload(client, content_of(book))
    assert looked.status_code == 200
    assert "2 answers are new or changed." in looked.text
    assert "1 row has no answer and is left out." in looked.text
    assert drafts() == {}
    assert save(client, looked.text).status_code == 303
    assert drafts() == {1: ("not_adopted", REASON), 3: ("explained", REASON)}


def test_the_same_table_again_changes_nothing(
    client: CheckingClient, policy: Policy, office: Actor
) -> None:
    book = table(client, office)
    fill(book.active, 1, outcome="Noted", reason=REASON)
    save(client, upload(client, content_of(book)).text)
    again = upload(client, content_of(book))
    assert "1 row says what is here already." in again.text
    assert "There is nothing to save in this table." in again.text


def test_moved_columns_sorted_rows_and_changed_comments_do_no_harm(
    client: CheckingClient, policy: Policy, office: Actor
) -> None:
    book = table(client, office)
    fill(book.active, 2, outcome="Noted", reason="'=A1 is what you may mean.", words="Other words")
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    moved = Workbook()
    for row in (rows[0], rows[1], *reversed(rows[2:])):
        moved.active.append(list(reversed(row)))
    looked = upload(client, content_of(moved))
    save(client, looked.text)
    assert drafts() == {2: ("noted", "=A1 is what you may mean.")}
    assert db.session.scalars(select(Contribution).where(Contribution.number == 2)).one()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"reason": '=CONCAT("a", "b")'}, "There is a formula in this row."),
        ({"number": 99}, "No. 99 is not among what this draft has to answer."),
        ({"number": "first"}, "is no number."),
        ({"number": 3}, "No. 3 stands in row"),
        ({"outcome": "Praised"}, "is none of the answers that can be chosen."),
        ({"reason": "No."}, "Please be specific"),
        ({"outcome": "Already covered"}, "Which law and article says so already?"),
    ],
)
def test_a_row_with_a_mistake_is_named_and_the_good_ones_are_stored(
    client: CheckingClient,
    policy: Policy,
    office: Actor,
    values: dict[str, object],
    sentence: str,
) -> None:
    book = table(client, office)
    fill(book.active, 3, outcome="Noted", reason=REASON)
    fill(book.active, 1, **{"outcome": "Noted", "reason": REASON, **values})
    if values.get("number") == 3:  # the other way round, so that the good row comes first
        book.active.move_range("A3:N3", rows=4)
    looked = upload(client, content_of(book))
    assert "1 row has a mistake and is not stored." in looked.text
    assert sentence in looked.text
    save(client, looked.text)
    assert drafts() == {3: ("noted", REASON)}


def test_what_a_colleague_wrote_since_is_not_overwritten(
    client: CheckingClient, policy: Policy, office: Actor
) -> None:
    book = table(client, office)
    fill(book.active, 1, outcome="Noted", reason=REASON)
    _write_as_colleague(office)
    looked = upload(client, content_of(book))
    assert "A colleague has saved another answer to no. 1 since." in looked.text
    assert drafts() == {1: ("explained", "A colleague wrote this one.")}


def _write_as_colleague(office: Actor) -> None:
    colleague = make_actor(Role.OFFICER, department_id=office.department_id)
    wanted = NewAnswer(Outcome.EXPLAINED, "A colleague wrote this one.")
    save_draft("bikes", 1, wanted, actor=colleague)
    db.session.commit()


def test_all_or_nothing_is_stored_where_somebody_answers_between_the_look_and_the_yes(
    policy: Policy, office: Actor
) -> None:
    rows = [_row(number, "noted") for number in (1, 2)]
    looked = look_over("bikes", rows, {"noted": "noted"}, actor=office)
    assert len(looked.ready) == 2
    _write_as_colleague(office)
    with pytest.raises(Conflict):
        store_all("bikes", looked, actor=office)
    assert drafts() == {1: ("explained", "A colleague wrote this one.")}


def _row(number: int, outcome: str) -> SheetRow:
    values = dict.fromkeys(("part", "reference", "revision", "clauses", "seen"), "")
    return SheetRow(number, {**values, "number": str(number), "outcome": outcome, "reason": REASON})


def _no_table() -> bytes:
    book = Workbook()
    book.active.append(["a", "b"])
    return content_of(book)


def _bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/sharedStrings.xml", b" " * (121 * 1024 * 1024))
    return file.getvalue()


def _entities() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr(
            "xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'
        )
    return file.getvalue()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: b"", "Please choose the table."),
        (lambda: b"PK\x03\x04 damaged", "This file cannot be read."),
        (lambda: b"\xd0\xcf\x11\xe0 an old or locked one", "This file cannot be read."),
        (_no_table, "This is not the table from this page"),
        (_bomb, "The table is too large."),
        (_entities, "This file cannot be read."),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_a_sentence(
    client: CheckingClient,
    policy: Policy,
    office: Actor,
    make: Callable[[], bytes],
    sentence: str,
) -> None:
    sign_in(client, office)
    answer = upload(client, make())
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_looked_at_table_belongs_to_its_officer_and_lies_nowhere_afterwards(
    client: CheckingClient, policy: Policy, office: Actor
) -> None:
    book = table(client, office)
    fill(book.active, 1, outcome="Noted", reason=REASON)
    looked = upload(client, content_of(book)).text
    assert len(list((setup.settings().instance_dir / "uploads").glob("*"))) == 1
    sign_in(client, make_actor(Role.OFFICER, department_id=office.department_id))
    page = client.get(UPLOAD).text
    data = {"csrf_token": token(page), "kept": token(looked, "kept"), "step": "save"}
    assert "The table is no longer kept." in client.post(UPLOAD, data=data).text
    sign_in(client, office)
    data["csrf_token"] = token(client.get(UPLOAD).text)
    assert client.post(UPLOAD, data=data).status_code == 303
    assert list((setup.settings().instance_dir / "uploads").glob("*")) == []


def test_only_the_office_has_the_table(client: CheckingClient, policy: Policy) -> None:
    for stranger in (make_actor(), make_actor(Role.OFFICER)):
        sign_in(client, stranger)
        assert client.get(TABLE).status_code == 403
        assert client.get(UPLOAD).status_code == 403
