"""``flask contributions import``: letters, calls and statements from a table."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import VISITOR, Role
from app.accounts.models import Person
from app.database import committing, db
from app.ledger.models import EventRecord, UnsealedEvent
from app.policies.models import Policy
from app.policies.versions import get_version
from app.suggestions.contribution_file import Row, opened, read_rows
from app.suggestions.models import Contribution, PaperRecord, SuggestedChange
from app.suggestions.queries.shown import get_contribution
from app.suggestions.services import importing_contributions
from tests.builders.accounts import make_actor
from tests.builders.consultations import make_call
from tests.builders.policies import make_policy

HEAD = ("number", "date", "channel", "author", "role", "clause", "kind", "text", "reason")
LETTER = ("7", "2026-03-01", "letter", "张伟", "resident", "第二条", "comment", "三日太长。", "")


@pytest.fixture
def policy(app: Flask, noon: datetime) -> Policy:
    owner = make_actor(Role.OFFICER)
    return make_call(make_policy(owner, title="Bikes", slug="bikes"), owner)


def write(path: Path, *rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> Path:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([head, *rows])
    path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
    return path


def run(app: Flask, path: Path, *options: str) -> Result:
    result = app.test_cli_runner().invoke(args=["contributions", "import", str(path), *options])
    db.session.rollback()
    return result


def contributions() -> list[Contribution]:
    return list(db.session.scalars(select(Contribution).order_by(Contribution.number)))


def test_a_letter_is_a_contribution_that_is_owed_an_answer(
    app: Flask, policy: Policy, tmp_path: Path
) -> None:
    result = run(app, write(tmp_path / "letters.csv", LETTER))
    assert result.exit_code == 0, result.output
    assert "1 added, 0 here before, 0 left out" in result.output
    (one,) = contributions()
    clause = next(c.id for c in get_version(policy.id, 1).outline if c.label == "第二条")
    assert (one.number, one.kind, one.clause, one.channel) == (1, "comment", clause, "letter")
    assert (one.is_owed, one.is_late, one.round, one.thread_id) == (True, False, 1, None)
    assert get_contribution("bikes", 1, VISITOR).words == "三日太长。"


def test_the_name_is_kept_for_the_office_and_shown_only_where_the_table_says_so(
    app: Flask, policy: Policy, tmp_path: Path
) -> None:
    shown = ("8", *LETTER[1:3], "李静", *LETTER[4:], "yes")
    path = write(tmp_path / "letters.csv", (*LETTER, ""), shown, head=(*HEAD, "show_name"))
    run(app, path)
    records = db.session.scalars(select(PaperRecord).order_by(PaperRecord.contribution_id)).all()
    assert [(one.name, one.shows_name) for one in records] == [("张伟", False), ("李静", True)]
    names = [get_contribution("bikes", number, VISITOR).author_name for number in (1, 2)]
    assert names == ["居民", "李静"]


def test_the_same_name_is_one_person_and_no_name_is_somebody_else_each_time(
    app: Flask, policy: Policy, tmp_path: Path
) -> None:
    rows = [
        (str(n), *LETTER[1:3], name, *LETTER[4:]) for n, name in enumerate(("张伟", "张伟", "", ""))
    ]
    run(app, write(tmp_path / "letters.csv", *rows))
    authors = [one.author_id for one in contributions()]
    assert authors[0] == authors[1]
    assert len(set(authors)) == 3


def test_the_same_file_again_adds_nothing(app: Flask, policy: Policy, tmp_path: Path) -> None:
    path = write(tmp_path / "letters.csv", LETTER, ("", *LETTER[1:]), ("", *LETTER[1:]))
    assert "3 added" in run(app, path).output
    again = run(app, path)
    assert "0 added, 3 here before" in again.output
    assert again.exit_code == 0
    assert len(contributions()) == 3


def test_an_import_that_broke_off_goes_on_and_keeps_one_person_for_one_name(
    app: Flask, policy: Policy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.commands.contributions.PORTION", 2)
    rows = [(str(n), *LETTER[1:]) for n in range(5)]
    path = write(tmp_path / "letters.csv", *rows)
    store, calls = importing_contributions.store, []

    def break_off(*args: object, **values: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return store(*args, **values)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(importing_contributions, "store", break_off)
        assert run(app, path).exit_code != 0
    assert len(contributions()) == 2
    assert "3 added, 2 here before" in run(app, path).output
    assert [one.number for one in contributions()] == [1, 2, 3, 4, 5]
    assert len({one.author_id for one in contributions()}) == 1


def test_two_imports_of_one_table_at_once_are_one(
    app: Flask, policy: Policy, tmp_path: Path
) -> None:
    policy_id = policy.id
    path = write(tmp_path / "letters.csv", LETTER)
    with opened(path) as (_, file):
        rows = [row for row in read_rows(file, clock.now().date()) if isinstance(row, Row)]
    slower = importing_contributions.begin_import(policy_id, importing_contributions.Imported())
    assert "1 added" in run(app, path).output
    with committing():
        slower.add(rows)
    assert (slower.done.added, slower.done.known) == (0, 1)


def test_bad_rows_are_named_and_the_others_imported(
    app: Flask, policy: Policy, tmp_path: Path
) -> None:
    bad = [
        ("1", "2026-02-30", *LETTER[2:]),
        ("2", "2026-03-09", *LETTER[2:]),
        ("3", LETTER[1], "pigeon", *LETTER[3:]),
        ("4", *LETTER[1:5], "第九条", *LETTER[6:]),
        ("5", *LETTER[1:6], "praise", *LETTER[7:]),
        ("6", *LETTER[1:7], "", ""),
        ("8", *LETTER[1:4], "officer", *LETTER[5:]),
        ("9", *LETTER[1:7], "a\x00b", ""),
        ("10", *LETTER[1:3], "a\x00b", *LETTER[4:]),
        ("11", *LETTER[1:3], "a" * 121, *LETTER[4:]),
    ]
    result = run(app, write(tmp_path / "letters.csv", *bad, LETTER))
    assert result.exit_code == 1
    assert "1 added, 0 here before, 10 left out" in result.output
    for line, column in enumerate(
        ("date", "date", "channel", "clause", "kind", "text", "role", "text", "author", "author"),
        start=2,
    ):
        assert f"not imported: row {line}, {column}: " in result.stderr
    assert len(contributions()) == 1


def test_other_words_under_a_number_that_came_are_named_and_change_nothing(
    app: Flask, policy: Policy, tmp_path: Path
) -> None:
    run(app, write(tmp_path / "letters.csv", LETTER))
    result = run(app, write(tmp_path / "letters.csv", (*LETTER[:7], "三日太短。", "")))
    assert result.exit_code == 1
    assert "row 2, number: 7 came before with other words" in result.stderr
    assert [one.reason for one in contributions()] == ["三日太长。"]


def test_a_dry_run_says_the_same_and_writes_nothing(
    app: Flask, policy: Policy, tmp_path: Path
) -> None:
    path = write(tmp_path / "letters.csv", LETTER, ("8", "soon", *LETTER[2:]))
    people = db.session.scalar(select(func.count()).select_from(Person))
    result = run(app, path, "--dry-run")
    assert result.exit_code == 1
    assert "1 would be added, 0 here before, 1 left out" in result.output
    assert "row 3, date" in result.stderr
    assert contributions() == []
    assert db.session.scalar(select(func.count()).select_from(Person)) == people


def test_other_words_for_an_article_are_a_suggestion_and_need_not_repeat_its_number(
    app: Flask, policy: Policy, tmp_path: Path
) -> None:
    words = "本办法自2026年12月1日起施行。"
    rows = (
        ("1", *LETTER[1:5], "第3条", "suggestion", words, "来得及准备"),
        ("2", *LETTER[1:5], "Article 3", "suggestion", f"第三条 {words}", ""),
        ("3", *LETTER[1:5], "第三条", "removal", "", "不需要"),
    )
    result = run(app, write(tmp_path / "letters.csv", *rows))
    assert result.exit_code == 0, result.output
    changes = db.session.scalars(
        select(SuggestedChange).order_by(SuggestedChange.contribution_id)
    ).all()
    assert [(one.kind, one.text) for one in changes] == [
        ("reword", f"第三条 {words}"),
        ("reword", f"第三条 {words}"),
        ("remove", ""),
    ]
    assert [one.reason for one in contributions()] == ["来得及准备", "", "不需要"]


def test_a_day_after_closing_makes_it_late_and_late_ones_are_not_owed(
    app: Flask, policy: Policy, tmp_path: Path
) -> None:
    closed = policy.closes_at
    assert closed is not None
    on_the_day, after = (closed + timedelta(days=days) for days in (0, 1))
    rows = [
        (day.date().isoformat(), day.date().isoformat(), *LETTER[2:]) for day in (on_the_day, after)
    ]
    with clock.frozen(closed + timedelta(days=3)):
        result = run(app, write(tmp_path / "bikes.csv", *rows))
    assert result.exit_code == 0, result.output
    assert [(one.is_late, one.is_owed, one.round) for one in contributions()] == [
        (False, True, 1),
        (True, False, 1),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_read_in_the_encodings_that_offices_save(
    app: Flask, policy: Policy, tmp_path: Path, encoding: str
) -> None:
    path = write(tmp_path / "letters.csv", LETTER)
    path.write_bytes(path.read_bytes().decode().encode(encoding))
    assert run(app, path).exit_code == 0
    assert contributions()[0].reason == "三日太长。"


def test_the_policy_is_the_option_else_the_column_else_the_name_of_the_file(
    app: Flask, policy: Policy, tmp_path: Path
) -> None:
    owner = make_actor(Role.OFFICER)
    for slug in ("trees", "parks"):
        make_call(make_policy(owner, title=slug, slug=slug), owner)
    unnamed = write(tmp_path / "letters.csv", LETTER)
    refused = run(app, unnamed)
    assert refused.exit_code == 1
    assert "Several policies are open for comment" in refused.output
    run(app, unnamed, "--policy", "bikes")
    run(app, write(tmp_path / "trees.csv", LETTER))
    rows = ((*LETTER, "parks"), (*LETTER, "nowhere"))
    result = run(app, write(tmp_path / "more.csv", *rows, head=(*HEAD, "policy")))
    assert "row 3, policy" in result.stderr
    slugs = [one.policy.slug for one in db.session.scalars(select(Contribution).order_by("id"))]
    assert slugs == ["bikes", "trees", "parks"]


def test_a_table_without_its_columns_is_refused_in_one_sentence(
    app: Flask, policy: Policy, tmp_path: Path
) -> None:
    path = write(tmp_path / "letters.csv", LETTER, head=("a", *HEAD[1:7], "b", "c"))
    result = run(app, path)
    assert result.exit_code == 1
    assert "missing: text" in result.output


def test_every_letter_leaves_its_event_in_the_ledger(
    app: Flask, policy: Policy, tmp_path: Path
) -> None:
    run(app, write(tmp_path / "letters.csv", LETTER, ("8", *LETTER[1:])))
    query = select(EventRecord).where(EventRecord.kind == "ContributionSent").order_by("id")
    events = db.session.scalars(query).all()
    told = [json.loads(event.payload) for event in events]
    assert [(one["number"], one["channel"], one["is_owed"]) for one in told] == [
        (1, "letter", True),
        (2, "letter", True),
    ]
    unsealed = set(db.session.scalars(select(UnsealedEvent.event_id)))
    assert {event.id for event in events} <= unsealed
