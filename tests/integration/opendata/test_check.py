"""The outside check: green on what the wiki publishes, red with the row's name when a number is not
what the other files say."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask

import config
from app import clock
from app.access.actor import Role
from app.commands.consensus import group
from app.consensus.services import figuring
from app.opendata.check.run import check
from app.opendata.services.exporting import export
from app.worker import Worker
from tests.builders import open_site
from tests.builders.accounts import make_actor
from tests.builders.open_files import Rows, alter, leaves, of_policy, read_rows, write_rows
from tests.builders.policies import make_policy, save_text
from tests.builders.policy_files import imported

SECRET = "a key of pseudonyms"
POLICIES = {"sqlite": 100, "postgresql": 22}
LATER = open_site.START + timedelta(days=open_site.LAST_DAY, hours=1)

# What is published and counted again: a single value cannot be another one unnoticed.
COUNTED = {
    "changes.jsonl": {"rev", "clause", "inserted", "deleted", "kind", "undone", "is_bulk", "is_vandalism"},
    "measures.jsonl": {
        "clause", "position", "wording", "changed_rev", "changed_ts", "regime", "found", "reason",
        "quiet_days", "oscillation", "thresholds", "tokens", "revisions", "people", "gross", "net",
        "undoing", "undo_people", "week_inserted", "week_deleted", "objections", "suggestions",
        "suggesters", "rivals", "questions", "overdue", "waiting", "readers", "readers_in_all",
        "verdict", "vandalism", "is_bulk",
    },
    "agreement.jsonl": {
        "statement", "wording", "gap_threshold", "roles", "sure", "bodies", "earlier", "gap",
        "role_informed", "verdict",
    },
    "figures.jsonl": {"data"},
    "tokens.jsonl": {"clause", "token", "text", "origin", "moments"},
    "alignments.jsonl": {"clause", "rev", "wording", "tokens"},
    "clause_versions.jsonl": {"rev", "text", "body"},
    "positions.csv": {"statement", "counted", "role_at_time", "vote", "wording"},
    "reads.csv": {"clause", "people"},
    "revisions.jsonl": {"rev", "text_sha256", "mends", "clauses"},
    "thresholds.csv": {"name", "value"},
}  # fmt: skip


@pytest.fixture
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of the generated site, made once for all tests of this file; processes that share
    them wait for the first."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "open-site"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "manifest.json").exists():
            request.getfixturevalue("app")
            open_site.grow(POLICIES[request.config.getoption("--database")])
            with clock.frozen(LATER):
                open_site.count_figures()
                export(folder, SECRET)
    return folder


def test_every_number_of_a_generated_site_is_counted_again(exported: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", str(exported / "check.py")], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Every number is right.\n")
    assert "not compared" not in done.stdout
    for kind in (
        "changes undone", "measures rivals", "measures vandalism", "agreement gap",
        "agreement role_informed", "figures half_life seconds", "figures people gini", "statuses",
        "alignments restored", "revisions mends",
    ):  # fmt: skip
        assert f"\n{kind}: " in done.stdout, kind


def test_the_generated_site_has_what_a_check_can_stumble_over(exported: Path) -> None:
    files = read_rows(exported)
    kinds = {row["kind"] for row in files["changes.jsonl"]}
    assert kinds == {"editorial", "substantive", "normative"}
    found = {row["found"] for row in files["measures.jsonl"]}
    assert {"contested", "unseen", "discussed", "settled"} <= found
    reasons = {row["reason"] for row in files["measures.jsonl"]}
    assert {"undoing", "diverged"} & reasons
    assert any(row["is_bulk"] for row in files["changes.jsonl"])
    assert any(row["is_vandalism"] for row in files["changes.jsonl"])
    assert any(row["people"] == "1-4" for row in files["reads.csv"])
    assert any(row["rivals"] >= 3 for row in files["measures.jsonl"])
    assert any(row["first"] > 1 for row in files["policies.jsonl"])
    assert any(row.get("split_from") for row in files["clause_versions.jsonl"])
    assert any(row["counted"] == "earlier" for row in files["positions.csv"])
    assert {row["regime"] for row in files["measures.jsonl"]} == {"editable", "frozen"}


def test_no_single_value_can_be_another_one(exported: Path, tmp_path: Path) -> None:
    """Two hundred times one published value is changed, and the manifest with it."""
    chance, files = Random(20260302), read_rows(exported)
    slugs = [row["policy"] for row in files["policies.jsonl"]]
    for name in [*COUNTED] * 18:
        slug = chance.choice(slugs)
        rows = of_policy(files, slug)
        paths = [
            (place, path)
            for place, row in enumerate(rows[name])
            for path, value in leaves(row)
            if path[0] in COUNTED[name] and _is_counted(name, row, path, value)
        ]
        if not paths:
            continue
        place, path = chance.choice(paths)
        alter(rows[name][place], path)
        write_rows(exported, tmp_path, rows)
        report = check(tmp_path)
        assert report.wrong, (name, slug, place, path)
        assert any(slug in words for words in report.wrong.values()), report.wrong


def _is_counted(name: str, row: dict[str, Any], path: tuple[Any, ...], value: Any) -> bool:
    """Groups are taken as they are; so are a seed and what tells nothing apart."""
    if name == "figures.jsonl":
        return row["name"] != "groups" and path[1] not in ("seed",)
    if name == "tokens.jsonl":
        return not (path[0] == "origin" and value == 0)
    return not (name == "clause_versions.jsonl" and row["text"] is None)


def tampered(exported: Path, folder: Path, slug: str, change: Any) -> dict[str, str]:
    rows: Rows = of_policy(read_rows(exported), slug)
    change(rows)
    write_rows(exported, folder, rows)
    return check(folder).wrong


def test_a_status_that_was_not_found_is_named_with_its_clause(
    exported: Path, tmp_path: Path
) -> None:
    def change(rows: Rows) -> None:
        rows["statuses.csv"][-1]["shown"] = "settled"

    wrong = tampered(exported, tmp_path, "draft-000", change)
    assert wrong["statuses"].startswith("draft-000 c")


def test_a_vote_more_is_named_with_its_statement(exported: Path, tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        by_officers = next(
            row for row in rows["positions.csv"] if row["role_at_time"] == Role.OFFICER
        )
        rows["positions.csv"].append(dict(by_officers, person="n99"))

    wrong = tampered(exported, tmp_path, "draft-002", change)
    assert wrong["agreement roles"].startswith("draft-002 c-c4: ")


def test_a_file_that_is_not_what_the_manifest_says_is_named(exported: Path, tmp_path: Path) -> None:
    write_rows(exported, tmp_path, read_rows(exported))
    with (tmp_path / "reads.csv").open("ab") as file:
        file.write(b"\n")
    assert "reads.csv sha256" in check(tmp_path).wrong["manifest"]
    (tmp_path / "tokens.jsonl").unlink()
    assert check(tmp_path).wrong["missing files"] == "tokens.jsonl"


def test_the_command_passes_on_what_the_script_says(app: Flask, tmp_path: Path) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    save_text(policy.slug, open_site.TEXT, actor=officer, base=1)
    runner = app.test_cli_runner()
    done = runner.invoke(group, ["check"])
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.endswith("Every number is right.\n")
    export(tmp_path, SECRET)
    (tmp_path / "reads.csv").write_text("policy\nnobody\n", "utf-8")
    done = runner.invoke(group, ["check", str(tmp_path)])
    assert done.exit_code == 1
    assert "WRONG manifest: reads.csv sha256" in done.stdout


@pytest.mark.corpus
@pytest.mark.parametrize(
    "series", ["en-dc-50-26", "en-open-source-policy", "zh-road-transport", "zht-noise-control"]
)
def test_real_histories_are_counted_again(
    app: Flask, settings: config.Settings, corpus: Path, tmp_path: Path, series: str
) -> None:
    policy_id = imported(corpus / "histories" / series).id
    Worker(settings.instance_dir).drain()
    figuring.figure(policy_id)
    export(tmp_path, SECRET)
    report = check(tmp_path)
    assert report.wrong == {}
    assert report.right["figures heartbeat bars"] == 1
