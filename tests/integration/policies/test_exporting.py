"""What goes out can come back in: texts and clause ids, byte for byte; nothing private, nothing hidden."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

import config
from app import clock
from app.access.actor import Role
from app.accounts.models import Person
from app.database import committing, db
from app.errors import NotFound
from app.moderation.services import Decision
from app.policies.models import Policy, Revision
from app.policies.services import exporting
from app.policies.services.importing import Choices
from app.policies.services.noting import put_note
from app.policies.services.reading_sources import find_sources
from app.policies.services.writing_revisions import lock_head
from app.policies.versions import get_version
from app.text.history import ids_from_json
from app.text.policyfile import Note, parse
from tests.builders.accounts import make_actor
from tests.builders.moderation import act_on_summary
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.policy_files import LAW, bring_in, write_file, write_history

SECOND = LAW.replace("ten days", "five days")


def exported(
    *slugs: str, with_private: bool = False, plain: bool = False
) -> dict[str, exporting.Exported]:
    """Every file of an export, by its path."""
    return {
        file.path: file
        for policy_id in exporting.list_exported(slugs, with_private=with_private)
        for file in exporting.export_policy(policy_id, with_private=with_private, plain=plain)
    }


def the_policy() -> Policy:
    return db.session.query(Policy).one()


def test_a_policy_written_here_says_everything_about_itself(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    make_policy(officer, slug="parking", plain_summary="Where bicycles stand.")
    [file] = exported().values()
    assert file.path == "parking.md"
    assert dict(file.row) == {}
    told = parse(file.content)
    assert told.text == TEXT
    assert (told.title, told.slug, told.language) == ("停放办法", "parking", "zh-Hans")
    assert (told.kind, told.phase, told.mode) == ("policy", "drafting", "group")
    assert (told.author, told.role, told.summary) == (officer.name, "officer", "first draft")
    assert (told.number, told.plain_summary) == (1, "Where bicycles stand.")


def test_a_policy_with_history_is_a_folder_with_outlines(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    make_policy(officer, slug="parking")
    save_text("parking", TEXT.replace("三日", "五日"), actor=officer, base=1, summary="five")
    files = exported()
    day = clock.now().date().isoformat()
    names = [f"parking/01_{day}", f"parking/02_{day}"]
    assert list(files) == [f"{name}.{end}" for name in names for end in ("md", "outline.json")]
    second = parse(files[f"{names[1]}.md"].content)
    assert (second.text, second.summary) == (TEXT.replace("三日", "五日"), "five")
    ids = ids_from_json(files[f"{names[1]}.outline.json"].content)
    version = get_version(the_policy().id, 2)
    assert ids == {clause.start: clause.id for clause in version.outline}


def test_a_file_that_still_says_what_is_stored_comes_back_to_the_byte(
    app: Flask, tmp_path: Path
) -> None:
    front = (
        "---\n# a remark\nslug: 'benches'\ntitle: \"Rules on Benches\"\nreviewed: 2026-01-01\n"
        "author: Ann\ndate: 2026-03-05\nlanguage: en\nnotes:\n  Article 2: {plain: Soon.}\n---\n"
    )
    path = write_file(tmp_path / "benches.md", front + LAW)
    bring_in(path)
    assert exported()["benches.md"].content.encode() == path.read_bytes()


def test_a_file_without_front_matter_comes_back_without_and_leans_on_the_manifest(
    app: Flask, tmp_path: Path
) -> None:
    write_file(tmp_path / "benches.md", LAW)
    row = "benches.md,en,Bench Act,2014-06-02,ann,first\n"
    write_file(tmp_path / "manifest.csv", "path,lang,title,date,author,summary\n" + row)
    bring_in(tmp_path / "benches.md")
    file = exported()["benches.md"]
    assert file.content == LAW
    assert exporting.manifest([file.row], "").endswith(row)


def test_front_matter_is_written_anew_once_something_else_is_stored(
    app: Flask, tmp_path: Path
) -> None:
    front = "---\ntitle: Benches\nsource: the park\nauthor: Ann\ndate: 2026-03-05\n---\n"
    bring_in(write_file(tmp_path / "benches.md", front + LAW))
    with committing():
        policy = lock_head(the_policy().id)
        policy.mode = "closed"
        clause = get_version(policy.id, 1).outline[1]
        put_note(policy, clause, Note(plain="In the shade."))
    told = parse(exported()["benches.md"].content)
    assert (told.text, told.mode, told.author, told.date) == (LAW, "closed", "Ann", "2026-03-05")
    assert told.extra == {"source": "the park"}
    assert told.notes["Article 1"].plain == "In the shade."
    assert len(told.notes["Article 1"].written_for) == 64


def test_unknown_keys_outlive_an_edit(app: Flask, tmp_path: Path) -> None:
    officer = make_actor(Role.OFFICER)
    credit = Choices(owner_id=officer.id)
    front = "---\nsource: the park\nnotes:\n  Article 2:\n    plain: Soon.\n    by: Ann\n---\n"
    bring_in(write_file(tmp_path / "benches.md", front + LAW), credit)
    save_text("benches", SECOND, actor=officer, base=1)
    [newest] = [file for path, file in exported().items() if "/02_" in path and ".md" in path]
    told = parse(newest.content)
    assert told.extra == {"source": "the park"}
    assert dict(told.notes["Article 2"].extra) == {"by": "Ann"}
    assert told.notes["Article 2"].written_for != ""


def test_a_stale_note_is_still_stale_after_the_way_out_and_in(app: Flask, tmp_path: Path) -> None:
    hash_of_older = "0" * 64
    front = f"---\nnotes:\n  Article 2:\n    plain: Soon.\n    hash: '{hash_of_older}'\n---\n"
    path = write_file(tmp_path / "benches.md", front + LAW)
    bring_in(path)
    assert exported()["benches.md"].content == path.read_text()


def test_private_policies_and_private_history_stay_at_home(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    make_policy(officer, slug="secret", is_public=False)
    make_policy(officer, slug="opened")
    save_text("opened", TEXT + "\n第四条 新的一条。\n", actor=officer, base=1)
    with committing():
        db.session.query(Policy).filter_by(slug="opened").one().public_from = 2
    files = exported()
    assert [parse(f.content).number for path, f in files.items() if path.endswith(".md")] == [2]
    assert not any("secret" in path for path in files)
    with pytest.raises(NotFound):
        exported("secret")
    everything = exported(with_private=True)
    assert "secret.md" in everything
    assert sum(path.startswith("opened/") for path in everything) == 4


def test_a_hidden_reason_is_left_out_also_of_the_front_matter_it_came_with(
    app: Flask, tmp_path: Path
) -> None:
    bring_in(write_file(tmp_path / "benches.md", "---\nsummary: Rude words\n---\n" + LAW))
    with committing():
        act_on_summary(
            db.session.query(Revision).one().id,
            Decision(action="hide", rule="insult", reason="rude"),
            actor=make_actor(Role.VOLUNTEER),
        )
    file = exported()["benches.md"]
    assert "Rude" not in file.content + str(dict(file.row))
    assert parse(file.content).text == LAW


def test_plain_files_are_the_texts_alone(app: Flask, tmp_path: Path) -> None:
    bring_in(write_history(tmp_path / "benches", ["---\nauthor: Ann\n---\n" + LAW, SECOND]))
    files = exported(plain=True)
    assert [file.content for file in files.values()] == [LAW, SECOND]
    assert [file.row["author"] for file in files.values()] == ["Ann", ""]


def test_the_manifest_keeps_the_lines_of_other_files() -> None:
    present = "path,title,licence\na.md,Old,CC0\nb.md,Stays,CC0\n"
    written = exporting.manifest([{"path": "a.md", "title": "New"}], present).splitlines()
    assert written == [
        "path,lang,title,date,author,summary,licence",
        "b.md,,Stays,,,,CC0",
        "a.md,,New,,,,",
    ]


def test_the_name_of_a_file_is_only_ever_a_day(app: Flask, tmp_path: Path) -> None:
    dated = "---\ndate: 20260305/10:00\n---\n"
    bring_in(write_history(tmp_path / "benches", [dated + LAW, dated + SECOND]))
    assert "benches/01_2026-03-05.md" in exported()


def test_the_starter_pages_come_back_to_the_byte(app: Flask, tmp_path: Path) -> None:
    sources = find_sources(config.ROOT / "wiki_pages")
    assert len(sources) >= 8
    for source in sources:
        bring_in(source)
    given = {p.read_bytes() for p in (config.ROOT / "wiki_pages").rglob("*.md")}
    files = exported()
    assert {f.content.encode() for path, f in files.items() if path.endswith(".md")} == given
    assert not any(file.row for file in files.values())


def test_names_of_accounts_go_out_and_addresses_do_not(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    make_policy(officer, slug="parking")
    person = db.session.get_one(Person, officer.id)
    content = exported()["parking.md"].content
    assert person.name in content
    assert str(person.email) not in content


def test_what_came_out_adds_nothing_when_it_comes_in_again(app: Flask, tmp_path: Path) -> None:
    officer = make_actor(Role.OFFICER)
    make_policy(officer, slug="parking")
    save_text("parking", TEXT.replace("三日", "五日"), actor=officer, base=1)
    for path, file in exported().items():
        write_file(tmp_path / path, file.content)
    assert bring_in(tmp_path / "parking").added == 0
