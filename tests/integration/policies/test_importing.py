"""A file becomes a policy, a folder a policy with its history; once, however often it is run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

import config
from app import clock
from app.access.actor import Role
from app.accounts.models import Person
from app.database import committing, db
from app.errors import Conflict
from app.ledger.models import EventRecord
from app.policies.models import Policy, Revision
from app.policies.queries import list_notes
from app.policies.services.importing import Choices, find_credit, import_source, load_starters
from app.policies.services.reading_sources import Unreadable, find_sources, read_source
from app.policies.versions import get_version
from tests.builders.accounts import make_actor, make_person
from tests.builders.policies import make_policy, save_text
from tests.builders.policy_files import LAW, bring_in, imported, write_file, write_history

SECOND = LAW.replace("ten days", "five days")
THIRD = SECOND.replace("in the shade", "in the sun")


def revisions(policy: Policy) -> list[Revision]:
    query = select(Revision).where(Revision.policy_id == policy.id).order_by(Revision.number)
    return list(db.session.scalars(query))


def texts(policy: Policy) -> list[str]:
    return [get_version(policy.id, one.number).text for one in revisions(policy)]


def test_a_file_is_a_public_draft_with_one_revision(app: Flask, tmp_path: Path) -> None:
    policy = imported(write_file(tmp_path / "benches.md", LAW))
    assert (policy.slug, policy.title, policy.language) == ("benches", "Rules on Benches", "en")
    assert (policy.kind, policy.mode, policy.phase) == ("policy", "reviewed", "drafting")
    assert (policy.is_public, policy.public_from, policy.is_imported) == (True, 1, True)
    assert policy.published_at is not None
    assert policy.owner_id is None
    assert texts(policy) == [LAW]
    assert [one.kind for one in revisions(policy)] == ["import"]


def test_front_matter_says_what_the_policy_is(app: Flask, tmp_path: Path) -> None:
    front = (
        "---\ntitle: 长椅管理规定\nslug: benches-zh\nlanguage: zh-Hant\nkind: rules\n"
        "department: 公园局\nmode: open\nplain_summary: 长椅放在阴凉处。\n"
        "date: 2026-03-05\nauthor: 甲\nrole: volunteer\nsummary: 初稿\n---\n\n"
    )
    policy = imported(write_file(tmp_path / "other.md", front + "第一条 长椅放在阴凉处。\n"))
    assert (policy.title, policy.slug, policy.language) == ("长椅管理规定", "benches-zh", "zh-Hant")
    assert (policy.kind, policy.mode, policy.plain_summary) == ("rules", "open", "长椅放在阴凉处。")
    assert policy.department is not None
    assert policy.department.name == "公园局"
    [revision] = revisions(policy)
    assert (revision.author.name, revision.author_role, revision.summary) == (
        "甲", "volunteer", "初稿",
    )  # fmt: skip
    assert texts(policy) == ["第一条 长椅放在阴凉处。\n"]


def test_a_folder_is_one_policy_with_its_files_as_revisions(app: Flask, tmp_path: Path) -> None:
    write_history(tmp_path / "benches", [LAW, SECOND, THIRD])
    write_file(tmp_path / "benches" / "notes.md", "nothing to do with it")
    policy = imported(tmp_path / "benches")
    assert texts(policy) == [LAW, SECOND, THIRD]
    assert [one.number for one in revisions(policy)] == [1, 2, 3]


def test_a_file_equal_to_the_one_before_is_a_revision_too(app: Flask, tmp_path: Path) -> None:
    policy = imported(write_history(tmp_path / "benches", [LAW, LAW, SECOND]))
    assert texts(policy) == [LAW, LAW, SECOND]


def test_the_manifest_says_what_the_files_do_not(app: Flask, tmp_path: Path) -> None:
    write_history(tmp_path / "laws" / "benches", [LAW, SECOND])
    write_file(
        tmp_path / "manifest.csv",
        "path,lang,title,date,author,summary\n"
        "laws/benches/01_2026-01-01.md,en,Bench Act,2014-06-02T16:54:19-04:00,ann,first\n"
        "laws/benches/02_2026-01-02.md,en,Bench Act,2014-06-03,ben,second\n",
    )
    policy = imported(tmp_path / "laws" / "benches")
    assert policy.title == "Bench Act"
    first, second = revisions(policy)
    assert (first.author.name, first.summary) == ("ann", "first")
    assert first.saved_at == datetime(2014, 6, 2, 20, 54, 19, tzinfo=UTC)
    assert (second.author.name, second.author.role) == ("ben", Role.UNKNOWN)
    assert second.author_role == "unknown"


def test_days_become_noon_in_the_order_of_the_files(app: Flask, tmp_path: Path) -> None:
    dated = "---\ndate: 2026-01-31\n---\n"
    policy = imported(write_history(tmp_path / "b", [dated + LAW, dated + SECOND, SECOND]))
    noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    moments = [one.saved_at for one in revisions(policy)]
    assert moments == [noon.replace(second=1), noon.replace(second=2), noon.replace(second=3)]


def test_a_file_without_date_was_saved_now(app: Flask, tmp_path: Path, noon: datetime) -> None:
    policy = imported(write_file(tmp_path / "benches.md", LAW))
    assert revisions(policy)[0].saved_at == clock.now()


def test_one_name_in_one_policy_is_one_person_who_cannot_sign_in(
    app: Flask, tmp_path: Path
) -> None:
    by_ann = "---\nauthor: Ann\n---\n"
    one = imported(write_history(tmp_path / "one", [by_ann + LAW, SECOND, by_ann + THIRD]))
    other = imported(write_file(tmp_path / "other.md", by_ann + LAW))
    first, unnamed, third = (revision.author for revision in revisions(one))
    assert first.id == third.id != revisions(other)[0].author_id
    assert (first.email, first.phone, first.password_hash, first.name_skeleton) == (None,) * 4
    assert unnamed.name == "Author not named"


def test_an_account_can_be_credited_and_then_owns_the_draft(app: Flask, tmp_path: Path) -> None:
    officer = make_person(Role.OFFICER, email="officer@example.org")
    credit = find_credit(" Officer@Example.org ")
    write_history(tmp_path / "b", ["---\nauthor: Ann\n---\n" + LAW, SECOND])
    policy = imported(tmp_path / "b", Choices(credit=credit))
    assert [one.author_id for one in revisions(policy)] == [officer.id] * 2
    assert [one.author_role for one in revisions(policy)] == ["officer"] * 2
    assert policy.owner_id == officer.id
    assert db.session.scalar(select(func.count(Person.id))) == 1


def test_private_stays_private(app: Flask, tmp_path: Path) -> None:
    outcome = bring_in(write_file(tmp_path / "benches.md", LAW), Choices(is_public=False))
    policy = db.session.scalars(select(Policy).where(Policy.slug == outcome.slug)).one()
    assert (policy.is_public, policy.published_at) == (False, None)
    assert set(db.session.scalars(select(EventRecord.is_public))) == {False}


def test_the_phase_of_a_file_is_left_out_and_said_so(app: Flask, tmp_path: Path) -> None:
    path = write_file(tmp_path / "benches.md", "---\nphase: in_force\n---\n" + LAW)
    outcome = bring_in(path)
    assert db.session.scalars(select(Policy.phase)).all() == ["drafting"]
    assert any("in_force" in remark for remark in outcome.remarks)


def test_the_operator_can_set_the_phase(app: Flask, tmp_path: Path) -> None:
    policy = imported(write_file(tmp_path / "benches.md", LAW), Choices(phase="in_force"))
    assert policy.phase == "in_force"
    kinds = list(db.session.scalars(select(EventRecord.kind)))
    assert kinds == ["PolicyCreated", "RevisionSaved", "PhaseEntered"]


def test_notes_find_their_clause_by_its_label(app: Flask, tmp_path: Path) -> None:
    front = "---\nnotes:\n  article 2.:\n    plain: Ten days.\n    basis: Park Act\n  Article 9:\n    plain: None such.\n---\n"
    outcome = bring_in(write_file(tmp_path / "benches.md", front + LAW))
    policy = db.session.scalars(select(Policy)).one()
    [(ident, note)] = list_notes(policy.id).items()
    clause = get_version(policy.id, 1).clause(ident)
    assert clause is not None
    assert clause.label == "Article 2"
    assert (note.plain, note.basis, note.reason) == ("Ten days.", "Park Act", "")
    assert any("Article 9" in remark for remark in outcome.remarks)


def test_the_outline_beside_a_file_decides_the_ids(app: Flask, tmp_path: Path) -> None:
    # A text of its own: unpacked versions are kept per process, and tests share one.
    text = LAW.replace("bench", "seat")
    folder = write_history(tmp_path / "b", [text])
    start = text.index("Article 2")
    beside = f'[{{"id": "c7", "start": {start}, "split_from": "c3", "merged_from": ["c5"]}}]'
    write_file(folder / "01_2026-01-01.outline.json", beside)
    policy = imported(folder)
    clause = get_version(policy.id, 1).clause("c7")
    assert clause is not None
    assert (clause.label, clause.split_from, clause.merged_from) == ("Article 2", "c3", ("c5",))
    assert policy.next_clause > 7


def test_clauses_keep_their_ids_through_a_history(app: Flask, tmp_path: Path) -> None:
    longer = LAW.replace("Article 2\n", "Article 2\n\nDogs stay off benches.\n\nArticle 3\n")
    policy = imported(write_history(tmp_path / "b", [LAW, longer]))
    before = {clause.label: clause.id for clause in get_version(policy.id, 1).outline}
    after = {clause.label: clause.id for clause in get_version(policy.id, 2).outline}
    assert after["Article 3"] == before["Article 2"]
    assert after["Article 2"] not in before.values()


def test_twice_is_once(app: Flask, tmp_path: Path) -> None:
    folder = write_history(tmp_path / "benches", [LAW, SECOND])
    bring_in(folder)
    events = db.session.scalar(select(func.count(EventRecord.id)))
    again = bring_in(folder)
    assert (again.added, again.is_new, again.is_complete) == (0, False, True)
    assert db.session.scalar(select(func.count(EventRecord.id))) == events


def test_twice_is_once_where_neither_name_nor_title_gives_an_address(
    app: Flask, tmp_path: Path
) -> None:
    path = write_file(tmp_path / "长椅.md", "# 长椅\n\n第一条 长椅放在阴凉处。\n")
    assert bring_in(path).slug == "policy-1"
    assert bring_in(path).added == 0
    assert db.session.scalar(select(func.count(Policy.id))) == 1


def test_twice_is_once_after_the_policy_was_edited_here(app: Flask, tmp_path: Path) -> None:
    officer = make_person(Role.OFFICER)
    path = write_file(tmp_path / "benches.md", LAW)
    bring_in(path, Choices(credit=find_credit(officer.email or "")))
    save_text("benches", THIRD, actor=officer.actor(clock.now()), base=1)
    assert bring_in(path).added == 0
    policy = db.session.scalars(select(Policy)).one()
    assert texts(policy) == [LAW, THIRD]


def test_a_history_that_has_grown_is_continued(app: Flask, tmp_path: Path) -> None:
    bring_in(write_history(tmp_path / "benches", [LAW]))
    outcome = bring_in(write_history(tmp_path / "benches", [LAW, SECOND, THIRD]))
    assert (outcome.added, outcome.is_new) == (2, False)
    assert texts(db.session.scalars(select(Policy)).one()) == [LAW, SECOND, THIRD]


def test_an_import_in_steps_ends_where_one_in_one_piece_ends(app: Flask, tmp_path: Path) -> None:
    folder = write_history(tmp_path / "benches", [LAW, SECOND, THIRD])
    steps = []
    while not steps or not steps[-1].is_complete:
        steps.append(import_source(read_source(folder), Choices(phase="in_force"), at_most=2))
        db.session.commit()
    assert [step.added for step in steps] == [2, 1]
    policy = db.session.scalars(select(Policy)).one()
    assert texts(policy) == [LAW, SECOND, THIRD]
    assert policy.phase == "in_force"


def test_another_text_at_the_address_is_reported_and_nothing_overwritten(
    app: Flask, tmp_path: Path
) -> None:
    bring_in(write_history(tmp_path / "a" / "benches", [LAW, SECOND]))
    with pytest.raises(Conflict) as refused:
        bring_in(write_history(tmp_path / "b" / "benches", [LAW, THIRD]))
    assert refused.value.message.values == {"slug": "benches", "number": 2}
    assert texts(db.session.scalars(select(Policy)).one()) == [LAW, SECOND]


def test_a_policy_begun_here_is_not_continued_by_files(app: Flask, tmp_path: Path) -> None:
    make_policy(make_actor(Role.OFFICER), slug="benches", text=LAW)
    with pytest.raises(Conflict):
        bring_in(write_history(tmp_path / "benches", [LAW, SECOND]))
    assert texts(db.session.scalars(select(Policy)).one()) == [LAW]


def test_unseen_characters_are_kept_and_told_where(app: Flask, tmp_path: Path) -> None:
    text = LAW.replace("shade", "sha\u200bde")
    source = read_source(write_file(tmp_path / "benches.md", "---\ntitle: Benches\n---\n" + text))
    assert source.entries[0].text == text
    [remark] = source.remarks
    assert "U+200B in line 8, character 26" in remark


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("---\ntitle: [a\n---\n" + LAW, "not valid YAML"),
        ("---\ntitle: Benches\n---\n\n# Benches\n\nA\x00B\n", "Line 7, character 2"),
        (LAW + "a\u202eb\n", "direction"),
        ('---\ntitle: "a\\u202eb"\n---\n' + LAW, "direction"),
        ("---\nslug: Not an address\n---\n" + LAW, "address"),
        ("---\nslug: new\n---\n" + LAW, "needed by the site"),
        ("---\ndate: yesterday\n---\n" + LAW, "date"),
        ("---\ndate: 0001-01-01T00:00:00+14:00\n---\n" + LAW, "out of reach"),
        ("---\ntitle: " + "x" * 201 + "\n---\n" + LAW, "too long"),
        ("x" * 1_048_577, "too long"),
        ("---\ntitle: Nothing\n---\n\n", "no text"),
    ],
)
def test_a_damaged_file_is_refused_with_the_reason(
    app: Flask, tmp_path: Path, content: str, reason: str
) -> None:
    path = write_file(tmp_path / "benches.md", content)
    with pytest.raises(Unreadable, match=reason):
        read_source(path)


def test_a_history_ends_before_its_first_damaged_file_and_goes_on_once_it_is_mended(
    app: Flask, tmp_path: Path
) -> None:
    folder = write_history(tmp_path / "benches", [LAW, "a\x00b", THIRD])
    source = read_source(folder)
    assert [problem.path.name for problem in source.problems] == ["02_2026-01-02.md"]
    assert bring_in(folder).added == 1
    write_file(folder / "02_2026-01-02.md", SECOND)
    assert bring_in(folder).added == 2
    assert texts(db.session.scalars(select(Policy)).one()) == [LAW, SECOND, THIRD]


def test_unknown_codes_are_taken_as_the_usual_and_told(app: Flask, tmp_path: Path) -> None:
    front = "---\nlanguage: fr\nkind: statute\nmode: anarchy\n---\n"
    source = read_source(write_file(tmp_path / "benches.md", front + LAW))
    header = source.header
    assert (header.language, header.kind, header.mode) == ("en", "policy", "reviewed")
    assert len(source.remarks) == 3


def test_a_folder_is_searched_for_files_and_histories(tmp_path: Path) -> None:
    write_file(tmp_path / "README.md", "not a policy")
    write_file(tmp_path / "manifest.csv", "path\n")
    single = write_file(tmp_path / "zh" / "single.md", LAW)
    history = write_history(tmp_path / "zh" / "history", [LAW])
    write_history(history / "reasons", [LAW])
    assert find_sources(tmp_path) == [history, single]


def test_the_starter_pages_are_all_or_nothing(app: Flask, tmp_path: Path) -> None:
    write_file(tmp_path / "a.md", LAW)
    write_history(tmp_path / "b", [SECOND, "a\x00b"])
    with pytest.raises(Exception, match="02_2026-01-02.md"):
        load_starters(tmp_path)
    db.session.rollback()
    assert db.session.scalar(select(func.count(Policy.id))) == 0


def test_the_starter_pages_load_with_their_owner(app: Flask) -> None:
    owner = make_actor(Role.OFFICER)
    folder = config.ROOT / "wiki_pages"
    with committing():
        assert load_starters(folder, owner_id=owner.id) == len(find_sources(folder))
    policies = db.session.scalars(select(Policy)).all()
    assert {(one.is_public, one.phase, one.owner_id) for one in policies} == {
        (True, "drafting", owner.id)
    }
    assert max(one.head_number for one in policies) >= 10


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("第一条 长椅放在阴凉处，见 Park Act。\n", "zh-Hans"),
        ("# Benches\n\nA bench (长椅) stands in the shade.\n", "en"),
        ("1, 2, 3\n", "en"),
    ],
)
def test_a_language_that_nobody_says_is_guessed(tmp_path: Path, text: str, language: str) -> None:
    assert read_source(write_file(tmp_path / "a.md", text)).header.language == language
