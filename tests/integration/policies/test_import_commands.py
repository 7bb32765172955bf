"""``flask policies``: clear lines, bad files named and the others imported, nothing twice."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.access.actor import Role
from app.commands.policies import STEP
from app.database import db
from app.policies.models import Policy, Revision
from app.text.canonical import sha256_hex
from tests.builders.accounts import make_person
from tests.builders.fresh_instance import FreshInstance
from tests.builders.policy_files import LAW, write_file, write_history

SECOND = LAW.replace("ten days", "five days")


def run(app: Flask, *arguments: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["policies", *map(str, arguments)])


def test_an_import_says_in_one_line_what_it_did(app: Flask, tmp_path: Path) -> None:
    write_file(tmp_path / "one.md", LAW)
    write_history(tmp_path / "two", [LAW, SECOND])
    first = run(app, "import", tmp_path)
    assert first.exit_code == 0
    assert first.stdout.startswith("2 policies new, 0 continued, 0 unchanged; 3 versions added")
    write_history(tmp_path / "two", [LAW, SECOND, LAW])
    again = run(app, "import", tmp_path / "one.md", tmp_path / "two")
    assert again.stdout.startswith("0 policies new, 1 continued, 1 unchanged; 1 version added")


def test_bad_files_are_named_with_the_reason_and_the_others_imported(
    app: Flask, tmp_path: Path
) -> None:
    write_file(tmp_path / "good.md", LAW)
    write_file(tmp_path / "yaml.md", "---\ntitle: [a\n---\n" + LAW)
    write_file(tmp_path / "nul.md", LAW + "a\x00b\n")
    (tmp_path / "latin.md").write_bytes("# Grüße\n".encode("latin-1"))
    (tmp_path / "large.md").write_bytes(b"x" * 5_000_000)
    write_history(tmp_path / "half", [LAW, "a\u202eb"])
    result = run(app, "import", tmp_path, tmp_path / "absent.md")
    assert result.exit_code == 1
    bad = {
        line.split(": ")[1].rpartition("/")[2]
        for line in result.stderr.splitlines()
        if "not imported" in line
    }
    assert bad == {"yaml.md", "nul.md", "latin.md", "large.md", "02_2026-01-02.md", "absent.md"}
    assert "The file is not UTF-8: byte 4." in result.stderr
    assert set(db.session.scalars(select(Policy.slug))) == {"good", "half"}


def test_a_policy_whose_address_is_taken_is_named_and_the_other_stays(
    app: Flask, tmp_path: Path
) -> None:
    run(app, "import", write_file(tmp_path / "a" / "benches.md", LAW))
    result = run(app, "import", write_file(tmp_path / "b" / "benches.md", SECOND))
    assert result.exit_code == 1
    assert "The address benches has another text already" in result.stderr
    assert run(app, "list").stdout == "benches  drafting  1 version  Rules on Benches\n"


def test_a_file_that_is_no_markdown_is_not_guessed_at(app: Flask, tmp_path: Path) -> None:
    result = run(app, "import", write_file(tmp_path / "benches.txt", LAW))
    assert result.exit_code == 1
    assert "not a Markdown file" in result.stderr


def test_an_empty_folder_is_a_mistake_worth_a_line(app: Flask, tmp_path: Path) -> None:
    result = run(app, "import", tmp_path)
    assert result.exit_code == 1
    assert "There are no policy files here." in result.stderr


def test_the_options_of_an_import(app: Flask, tmp_path: Path) -> None:
    make_person(Role.OFFICER, email="officer@example.org")
    path = write_file(tmp_path / "benches.md", LAW)
    result = run(
        app, "import", path, "--private", "--author", "officer@example.org", "--phase", "in_force"
    )
    assert result.exit_code == 0
    policy = db.session.scalars(select(Policy)).one()
    assert (policy.is_public, policy.phase) == (False, "in_force")
    assert policy.owner is not None
    assert policy.owner.email == "officer@example.org"


@pytest.mark.parametrize("option", [["--author", "nobody@example.org"], ["--phase", "somewhere"]])
def test_an_unknown_author_or_phase_imports_nothing(
    app: Flask, tmp_path: Path, option: list[str]
) -> None:
    result = run(app, "import", write_file(tmp_path / "benches.md", LAW), *option)
    assert result.exit_code == 2
    assert option[1] in result.stderr
    assert db.session.scalars(select(Policy)).all() == []


def test_the_list_as_json_has_exactly_these_fields(app: Flask, tmp_path: Path) -> None:
    front = "---\ndepartment: 公园局\nmode: open\n---\n"
    run(app, "import", write_history(tmp_path / "benches", [LAW, front + SECOND]), "--private")
    assert json.loads(run(app, "list", "--json").stdout) == [
        {
            "slug": "benches",
            "title": "Rules on Benches",
            "language": "en",
            "kind": "policy",
            "department": "公园局",
            "phase": "drafting",
            "mode": "open",
            "revisions": 2,
            "sha256": sha256_hex(SECOND),
        }
    ]


def test_an_empty_site_lists_nothing(app: Flask) -> None:
    assert run(app, "list").stdout == ""
    assert json.loads(run(app, "list", "--json").stdout) == []


def test_an_export_writes_what_was_asked_for(app: Flask, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run(app, "import", write_file(tmp_path / f"{name}.md", LAW))
    result = run(app, "export", tmp_path / "out", "two")
    assert (result.exit_code, result.stdout) == (0, "1 policy in 1 file written.\n")
    assert (tmp_path / "out" / "two.md").read_text() == LAW
    run(app, "export", tmp_path / "out")
    listed = (tmp_path / "out" / "manifest.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in listed] == ["path", "one.md", "two.md"]


def test_an_unknown_slug_is_named(app: Flask, tmp_path: Path) -> None:
    result = run(app, "export", tmp_path, "nowhere")
    assert result.exit_code == 1
    assert "There is no policy at nowhere" in result.stderr


def test_an_export_does_not_destroy_a_manifest_it_cannot_read(app: Flask, tmp_path: Path) -> None:
    run(app, "import", write_file(tmp_path / "benches.md", LAW))
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.csv").write_bytes(b"\xff\xfe")
    result = run(app, "export", out)
    assert result.exit_code == 1
    assert "cannot be read" in result.stderr
    assert (out / "manifest.csv").read_bytes() == b"\xff\xfe"


def test_a_folder_that_cannot_be_written_is_one_sentence(app: Flask, tmp_path: Path) -> None:
    run(app, "import", write_file(tmp_path / "benches.md", LAW))
    blocked = write_file(tmp_path / "out" / "benches.md" / "x", "a folder in the way")
    result = run(app, "export", tmp_path / "out")
    assert result.exit_code == 1
    assert "benches.md" in result.stderr
    assert "Traceback" not in result.stderr
    assert blocked.exists()


def test_killed_in_the_middle_and_run_again_is_run_once(tmp_path: Path) -> None:
    given = [LAW.replace("ten days", f"{days} days") for days in range(1, 401)]
    folder = tmp_path / "benches"
    for number, text in enumerate(given, start=1):
        write_file(folder / f"{number:03d}_2026-01-01.md", f"---\nauthor: Ann\n---\n{text}")
    instance = FreshInstance(tmp_path / "instance")
    process = instance.start("policies", "import", str(folder))
    while instance.query("SELECT count(*) FROM revision")[0][0] < STEP:
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.communicate()
    [(stored,)] = instance.query("SELECT count(*) FROM revision")
    assert STEP <= stored < len(given)
    assert "1 continued" in instance.run("policies", "import", str(folder))
    hashes = instance.query("SELECT number, lower(hex(sha256)) FROM revision ORDER BY number")
    assert hashes == [(number, sha256_hex(text)) for number, text in enumerate(given, start=1)]
    assert instance.query("SELECT count(*) FROM person") == [(1,)]
    assert "1 unchanged" in instance.run("policies", "import", str(folder))


def test_a_database_without_schema_is_one_sentence(tmp_path: Path) -> None:
    instance = FreshInstance(tmp_path / "instance")
    (tmp_path / "instance" / "gongyi.db").unlink()
    process = instance.start("policies", "import", str(write_file(tmp_path / "b.md", LAW)))
    _, complaints = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "the database cannot be written" in complaints
    assert "Traceback" not in complaints


def test_revisions_of_one_import_share_one_person(app: Flask, tmp_path: Path) -> None:
    texts = ["---\nauthor: Ann\n---\n" + LAW.replace("ten", str(days)) for days in range(STEP + 5)]
    folder = tmp_path / "benches"
    for number, text in enumerate(texts, start=1):
        write_file(folder / f"{number:03d}_x.md", text)
    run(app, "import", folder)
    assert len(set(db.session.scalars(select(Revision.author_id)))) == 1
